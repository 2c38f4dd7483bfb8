"""Scenarios: the same value from a file, from data and in Python; stacking, variants, options, errors with lines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from comity.errors import ScenarioError, UnknownName
from comity.model.closures import Closures, Competition, Imbalances, Revenue, Sourcing
from comity.policy import (
    OPTIONS,
    ExportControl,
    ExportTax,
    ImportBan,
    NonTariffCost,
    Productivity,
    Scenario,
    Tariff,
    Transfer,
    Variant,
    example_text,
    examples,
)
from comity.world import World, load_world

CARS = """\
question: What would a 25% US tariff on Japanese cars cost each side?
world: 2022
policies:
  - tariff: {name: tariff, by: USA, on: JPN, sectors: [motor vehicles], add: 25%, coverage: 94%}
  - tariff: {name: answer, by: JPN, on: USA, sectors: [agriculture, food], add: 10%}
options: {imbalances: fixed, elasticities: caliendo-parro-2015, horizon: long}
variants:
  no answer: {drop: [1]}
  answer in kind: {}
"""


@pytest.fixture(scope="module")
def world() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


@pytest.fixture(scope="module")
def wide() -> World:
    """24 regions x 34 sectors."""
    return load_world("2022", preset="us-japan")


def tariff(**body: Any) -> dict[str, Any]:
    return {"tariff": body}


def test_the_design_example_reads(wide: World) -> None:
    scenario = Scenario.from_text(CARS)
    assert scenario.world == "2022"
    assert scenario.variant_names == ("no answer", "answer in kind")
    assert scenario.options == {"imbalances": "fixed", "elasticities": "caliendo-parro-2015", "horizon": "long"}
    alone, both = scenario.shocks(wide).values()
    usa, jpn, food = wide.regions.index("USA"), wide.regions.index("JPN"), wide.sectors.index("C10T12")
    assert np.array_equal(alone.tariff[food], wide.tariff[food])
    assert both.tariff[food, jpn, usa] == pytest.approx(wide.tariff[food, jpn, usa] + 0.1)
    assert alone.tariff[wide.sectors.index("C29"), usa, jpn] == both.tariff[wide.sectors.index("C29"), usa, jpn]


def test_python_data_and_text_make_the_same_value() -> None:
    made = Scenario(
        question="What would a 25% US tariff on Japanese cars cost each side?",
        policies=[
            Tariff(name="tariff", by="USA", on="JPN", sectors="motor vehicles", add=0.25, coverage=0.94),
            Tariff(name="answer", by=["JPN"], on=("USA",), sectors=["agriculture", "food"], add="10%"),
        ],
        options={"imbalances": "fixed", "elasticities": "caliendo-parro-2015", "horizon": "long"},
        variants={"no answer": Variant(drop=(1,)), "answer in kind": {}},
    )
    read = Scenario.from_text(CARS)
    assert made == read
    assert made.hash == read.hash
    assert Scenario.from_text(json.dumps(made.to_dict(), indent="\t")) == read
    assert Scenario.from_dict(made.to_dict()) == Scenario.from_text(made.to_yaml()) == read


def test_every_kind_of_rule_is_written_and_read_back() -> None:
    rules = [
        Tariff(by="USA", on="all except China", cap="15%", coverage=0.333, note="x: y"),
        ExportTax(by="NO", on="EU", sectors="oil and gas", to="-2.5%"),
        NonTariffCost(by="all", on="all", add=1e-7),
        ImportBan(by="USA", on="CHN", sectors=["C26", "-C27"], coverage="100%"),
        ExportControl(by="USA", on="CHN", coverage=1),
        Transfer(payer="JPN", to="USA", level="US$8bn", already="US$1.7bn", dollars=2025, source="SMA"),
        Productivity(of="all", add="900%"),
    ]
    scenario = Scenario(
        policies=rules,
        aggregation={"regions": {"EU27": "EU", "ROW": "rest"}},
        as_of=date(2025, 4, 2),
        variants={"x": Variant(keep=(0,), add=(rules[1],), options={"mobility": 2.5}), "y": {}},
    )
    assert Scenario.from_text(scenario.to_yaml()) == scenario
    assert Scenario.from_dict(json.loads(json.dumps(scenario.to_dict()))) == scenario


def test_the_hash_follows_content_not_spelling() -> None:
    base = Scenario.from_text(CARS)
    assert (
        Scenario.from_text(CARS.replace("25%, cov", "0.25, cov").replace("[motor vehicles]", "motor vehicles")).hash
        == base.hash
    )
    assert Scenario.from_text(CARS.replace("add: 10%", "add: 11%")).hash != base.hash


def test_a_later_rule_overrides_or_adds(world: World) -> None:
    usa, jpn = world.regions.index("USA"), world.regions.index("JPN")
    cars, steel = world.sectors.index("C29"), world.sectors.index("C24T25")

    def rates(*rules: dict[str, Any]) -> Any:
        return Scenario(policies=list(rules)).shocks(world)["scenario"].tariff[:, usa, jpn]

    found = rates(
        tariff(by="USA", on="all", to="10%"), tariff(by="USA", on="JPN", sectors="cars", to="25%"),
        tariff(by="USA", on="JPN", add="5%"), tariff(by="USA", on="JPN", cap="20%"),
    )  # fmt: skip
    assert found[cars] == pytest.approx(0.2)
    assert found[steel] == pytest.approx(0.15)


def test_a_rule_that_later_ones_override_entirely_is_an_error(world: World) -> None:
    narrow, wide = tariff(by="USA", on="JPN", to="25%"), tariff(by="USA", on="all", to="10%")
    with pytest.raises(ScenarioError, match=r"policies\[0\] \(tariff\) has no effect: policies\[1\]"):
        Scenario(policies=[narrow, wide]).shocks(world)
    assert Scenario(policies=[wide, narrow]).shocks(world)
    halves = [tariff(by="USA", on="all", sectors=s, to="10%") for s in ("manufacturing", "goods except manufacturing")]
    with pytest.raises(ScenarioError, match="has no effect"):
        Scenario(policies=[narrow, *halves]).shocks(world)
    partly = tariff(by="USA", on="all", to="10%", coverage="99%")
    assert Scenario(policies=[narrow, partly]).shocks(world)


def test_variants_drop_keep_add_and_change_options(world: World) -> None:
    first, second = Tariff(by="USA", on="JPN", add="5%"), Tariff(name="b", by="JPN", on="USA", add="5%")
    third = ExportTax(by="CHN", on="all", add="1%")
    scenario = Scenario(
        policies=[first, second],
        options={"imbalances": "fixed", "mobility": "specific"},
        variants={
            "all": {},
            "without b": {"drop": ["b"]},
            "b alone": {"keep": [1]},
            "more": {"add": [third], "options": {"imbalances": "balanced"}},
            "nothing": {"drop": [0, 1]},
        },
    )
    rules = {name: [placed.rule for placed in scenario.rules(name)] for name in scenario.variant_names}
    assert rules == {"all": [first, second], "without b": [first], "b alone": [second],
                     "more": [first, second, third], "nothing": []}  # fmt: skip
    assert scenario.closures("more") == {"imbalances": "balanced", "kappa": 1.0}
    assert scenario.closures("all") == {"imbalances": "fixed", "kappa": 1.0}
    shocks = scenario.shocks(world)
    assert np.array_equal(shocks["nothing"].tariff, world.tariff)
    with pytest.raises(UnknownName, match="did you mean 'without b'"):
        scenario.rules("without")
    with pytest.raises(
        ScenarioError, match=r"line 3: there is no rule 2: rules are counted from 0 \(here 0 to 1\)|no rule 2"
    ):
        Scenario(policies=[first, second], variants={"x": {"drop": [2]}})


def test_closures_are_arguments_of_the_model() -> None:
    for key, kind in (
        ("imbalances", Imbalances),
        ("revenue", Revenue),
        ("sourcing", Sourcing),
        ("competition", Competition),
    ):
        assert tuple(OPTIONS[key].words) == get_args(kind)
        for word in OPTIONS[key].words:
            Closures(**Scenario(options={key: word}).closures())
    for options in (
        {"mobility": 2},
        {"demand": 0.8},
        {"demand": "Cobb-Douglas"},
        {"horizon": "short"},
        {"horizon": "10"},
    ):
        Closures(**Scenario(options=options).closures())
    assert Scenario(options={"kappa": "specific"}).options == {"mobility": "specific"}
    assert Scenario().closures() == {}
    assert "elasticities" not in Scenario(options={"elasticities": "uniform:4"}).closures()


def test_replace_checks_again_as_the_command_line_needs_it() -> None:
    scenario = Scenario.from_text(CARS, source="cars.yaml")
    changed = replace(scenario, world="2019", options={**scenario.options, "imbalances": "balanced", "mobility": "2.5"})
    assert changed.options["mobility"] == 2.5
    with pytest.raises(
        UnknownName, match=r"^options\.imbalances: imbalances cannot be 'balancd'; did you mean 'balanced'"
    ):
        replace(scenario, options={"imbalances": "balancd"})


def test_worlds_and_aggregations(tmp_path: Path) -> None:
    assert len(Scenario().load_world().regions) == 24
    assert len(Scenario(aggregation="small").load_world().regions) == 6
    groups = {"preset": "us-japan", "regions": {"ASEAN6": "ASEAN", "ROW": "rest", "USA": "USA", "JPN": "Japan"},
              "sectors": {"METALS": ["steel", "non-ferrous metals"], "REST": "rest", "CARS": "cars"}}  # fmt: skip
    world = Scenario(aggregation=groups, options={"elasticities": "uniform:4"}).load_world()
    assert set(world.regions) == {"ASEAN6", "ROW", "USA", "JPN"}
    assert set(world.sectors) == {"METALS", "REST", "CARS"}
    assert np.allclose(world.elasticities.theta, 4)
    with pytest.raises(UnknownName, match="no preset"):
        Scenario(aggregation="us-japn").load_world()
    with pytest.raises(UnknownName, match=r"aggregation\.regions\.X: there is no region 'Jpan'"):
        Scenario(aggregation={"regions": {"X": "Jpan"}}).load_world()
    with pytest.raises(UnknownName, match="no world"):
        Scenario(world="2021").load_world()
    load_world("2022", preset="small").save(tmp_path / "mine.npz")
    (tmp_path / "s.yaml").write_text("world: mine.npz\npolicies: []\n", encoding="utf-8")
    assert len(Scenario.load(tmp_path / "s.yaml").load_world().regions) == 6


def test_caveats_count_what_is_not_reached(wide: World) -> None:
    scenario = Scenario(
        policies=[
            tariff(by="USA", on="BRICS", to="10%"),
            tariff(by="EU", on="USA", cap="90%"),
            {"import ban": {"by": "USA", "on": "CHN", "sectors": "oil and gas", "coverage": "0%"}},
            {"productivity": {"of": "CPTPP", "add": "1%", "note": "made up"}},
        ]
    )
    caveats = scenario.caveats(wide)
    assert any(c.startswith("4 of 10 members of BRICS (ARE, EGY, ETH, IRN) are inside ROW") for c in caveats)
    assert "policies[1] (tariff) changes nothing: what it asks for is so already" in caveats
    assert "policies[2] (import ban) changes nothing: what it asks for is so already" in caveats
    assert "policies[3] (productivity): made up" in caveats
    assert any("members of CPTPP" in c for c in caveats)
    assert len(caveats) == len(set(caveats))


def test_caveats_name_assumed_tariffs_low_elasticities_and_absent_trade(world: World) -> None:
    known = np.array(world.tariff_known)
    known[:] = False
    flows = np.array(world.flows)
    usa, chn, cars = world.regions.index("USA"), world.regions.index("CHN"), world.sectors.index("C29")
    flows[:, cars, usa, chn] = 0
    theta = np.array(world.elasticities.theta)
    theta[cars] = 0.5
    changed = replace(world, tariff_known=known, flows=flows, elasticities=replace(world.elasticities, theta=theta))
    rules = [
        tariff(by="USA", on="JPN", to="10%"),
        {"import ban": {"by": "USA", "on": ["CHN", "JPN"], "sectors": "cars", "coverage": "50%"}},
        tariff(by="USA", on="CHN", sectors="cars", add="10%"),
    ]
    caveats = Scenario(policies=rules).caveats(changed)
    assert any(c.startswith("the baseline tariff is an assumption (zero unless stated) for 100%") for c in caveats)
    assert any("C29, where the trade elasticity is 0.5" in c for c in caveats)
    assert any("meets no trade in the baseline" in c for c in caveats)


def test_an_assumption_that_would_print_as_zero_per_cent_is_not_told(world: World) -> None:
    known = np.ones_like(world.tariff_known)
    usa, jpn = world.regions.index("USA"), world.regions.index("JPN")
    trade = world.total_flows[[j for j, code in enumerate(world.sectors) if code[0] in "ABC"], usa, jpn]
    smallest = int(np.argmin(np.where(trade > 0, trade, np.inf)))
    assert 0 < trade[smallest] < 0.005 * trade.sum()
    known[smallest, usa, jpn] = False
    rules = [tariff(by="USA", on="JPN", to="10%")]
    caveats = Scenario(policies=rules).caveats(replace(world, tariff_known=known))
    assert not any("is an assumption" in c for c in caveats)


GOOD = "policies:\n  - tariff: {by: USA, on: JPN, add: 25%}\n"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (GOOD + "polices: []", UnknownName, r"t.yaml, line 3: scenario has no key 'polices'; did you mean 'policies'"),
        ("question: x", ScenarioError, r"t.yaml, line 1: `policies` is missing"),
        ("- a\n- b", ScenarioError, "not a list"),
        ("just words", ScenarioError, "not 'just words'"),
        ("42", ScenarioError, "not 42"),
        ("policies: 5", ScenarioError, "line 1: a list of rules is wanted"),
        ("policies:\n  - tariff", ScenarioError, "line 2: a rule is one instrument"),
        ("policies:\n  - {tariff: {}, transfer: {}}", ScenarioError, "line 2: a rule is one instrument .* not 2 keys"),
        ("policies:\n  -\n", ScenarioError, "not nothing"),
        ("policies:\n  - tarif: {}", ScenarioError, r"line 2: there is no instrument 'tarif'; did you mean 'tariff'"),
        ("policies:\n  - tariff: 25%", ScenarioError, "line 2: tariff needs keys"),
        (
            "policies:\n  - tariff:\n      by: USA\n      onn: JPN\n      on: JPN\n      to: 1%",
            UnknownName,
            "line 4: tariff has no key 'onn'; did you mean 'on'",
        ),
        ("policies:\n  - tariff:\n      by: USA\n      to: 5%", ScenarioError, "line 2: tariff needs `on`"),
        ("policies:\n  - tariff: {by: USA, on: JPN}", ScenarioError, "line 2: write exactly one of `to`, `add`, `cap`"),
        ("policies:\n  - tariff: {by: USA, on: JPN, to: 1%, add: 1%}", ScenarioError, "not to and add"),
        ("policies:\n  - tariff: {by: USA, on: JPN,\n      add: 25}", ScenarioError, r"line 3: `add`: 25 is ambiguous"),
        ("policies:\n  - tariff: {by: USA, on: JPN,\n      add: .nan}", ScenarioError, "line 3: .*finite"),
        ("policies:\n  - tariff: {by: USA, on: JPN,\n      add: 1e999}", ScenarioError, "line 3: .*finite"),
        ("policies:\n  - tariff: {by: USA, on: JPN,\n      add: " + "9" * 5000 + "}", ScenarioError, "3: .*finite"),
        ("policies:\n  - tariff: {by: USA, on: JPN,\n      add: }", ScenarioError, "line 3: `add` has no value"),
        ("policies:\n  - tariff: {by: 5, on: JPN, to: 1%}", ScenarioError, "`by`: 5 is not a name"),
        ("policies:\n  - tariff: {by: [], on: JPN, to: 1%}", ScenarioError, "at least one"),
        ("policies:\n  - tariff: {by: USA, on: JPN, to: 1%, coverage: 120%}", ScenarioError, "120% is out of range"),
        ("policies:\n  - tariff: {by: USA, on: JPN, to: 1%, coverage: -1%}", ScenarioError, "out of range"),
        ("policies:\n  - transfer: {from: JPN, to: USA, add: 8}", ScenarioError, "`add`: 8 has no unit"),
        ("policies:\n  - transfer: {from: JPN, to: USA, add: 8bn, dollars: soon}", ScenarioError, "`dollars`: input"),
        ("policies:\n  - tariff: {by: USA, on: JPN, to: 1%, source: [a]}", ScenarioError, "`source`: input should be"),
        (GOOD + "options: {imbalance: fixed}", UnknownName, "line 3: there is no option 'imbalance'; did you mean"),
        (GOOD + "options: {imbalances: fxed}", UnknownName, "imbalances cannot be 'fxed'; did you mean 'fixed'"),
        (GOOD + "options: {mobility: 0.5}", ScenarioError, "mobility of 0.5 is out of range"),
        (GOOD + "options: {mobility: .nan}", ScenarioError, "out of range"),
        (GOOD + "options: {horizon: 99}", ScenarioError, "horizon of 99 is out of range"),
        (GOOD + "options: {mobility: 2, kappa: 3}", ScenarioError, "mobility is set twice"),
        (GOOD + "options: {elasticities: caliendo}", UnknownName, "did you mean 'caliendo-parro-2015'"),
        (GOOD + "options: {elasticities: 'uniform:x'}", ScenarioError, "one number above zero"),
        (GOOD + "options: [fixed]", ScenarioError, "options are keys and values"),
        (GOOD + "as of: tomorrow", ScenarioError, "'tomorrow' is not a day"),
        (GOOD + "aggregation: 5", ScenarioError, "name of a preset"),
        (GOOD + "aggregation: {region: {}}", UnknownName, "did you mean 'regions'"),
        (GOOD + "aggregation: {regions: {EU: 5}}", ScenarioError, "groups with their members"),
        (GOOD + "aggregation: {regions: {EU: []}}", ScenarioError, "names are missing"),
        (GOOD + "aggregation: {sectors: {CARS: [motor vehicles, ' ']}}", ScenarioError, "names are missing"),
        (GOOD + "world: [2022]", ScenarioError, "text is wanted"),
        (GOOD + "variants: [a]", ScenarioError, "variants are names"),
        (GOOD + "variants: {a: [1]}", ScenarioError, "a variant has the keys"),
        (GOOD + "variants: {a: {dropp: [0]}}", UnknownName, "line 3: variant has no key 'dropp'; did you mean 'drop'"),
        (GOOD + "variants:\n  a:\n    drop: [3]", ScenarioError, r"line 5: there is no rule 3: .*\(here 0 to 0\)"),
        (GOOD + "variants: {a: {drop: [answer]}}", UnknownName, "no rule has the name 'answer'; no rule has a `name`"),
        (GOOD + "variants: {a: {drop: [0.5]}}", ScenarioError, "by position"),
        (GOOD + "variants: {a: {drop: [0], keep: [0]}}", ScenarioError, "both `drop` and `keep`"),
        (GOOD + "variants: {a: {add: [tarif: {}]}}", ScenarioError, "no instrument 'tarif'"),
        (GOOD + "variants: {a: {options: {elasticities: uniform}}}", ScenarioError, "cannot differ between variants"),
    ],
)  # fmt: skip
def test_errors_name_the_line_the_value_and_the_nearest_name(text: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        Scenario.from_text(text, source="t.yaml")
    assert type(caught.value) is kind
    assert "t.yaml" in str(caught.value)


def test_all_errors_are_shown_at_once_in_reading_and_in_resolving(wide: World) -> None:
    text = "policies:\n  - tariff: {by: USA, on: JPN, add: 25}\n  - tarif: {}\noptions: {imbalance: fixed}\n"
    with pytest.raises(ScenarioError, match=r"3 errors in t\.yaml") as caught:
        Scenario.from_text(text, source="t.yaml")
    assert [f"line {n}" in str(caught.value) for n in (2, 3, 4)] == [True] * 3
    text = (
        "policies:\n  - tariff: {by: USA, on: Jpan, add: 25%}\n  - tariff:\n      by: DEU\n      on: USA\n      to: 5%"
    )
    with pytest.raises(ScenarioError, match=r"2 errors") as caught:
        Scenario.from_text(text, source="t.yaml").shocks(wide)
    assert "line 2: there is no region 'Jpan' in world 2022; did you mean 'Japan'" in str(caught.value)
    assert "line 4: 'DEU': Germany is inside EU27" in str(caught.value)


def test_files_that_are_none(tmp_path: Path) -> None:
    for name, content, message in (
        ("empty.yaml", b"", "is empty"),
        ("binary.yaml", bytes(range(256)), "not text"),
        ("utf16.yaml", GOOD.encode("utf-16"), "not text"),
        ("large.yaml", b"a: " + b"x" * 10_000_000, "larger than 256 KiB"),
        ("large-binary.yaml", b"\xff" * 10_000_000, "larger than 256 KiB"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ScenarioError, match=message):
            Scenario.load(tmp_path / name)
    with pytest.raises(ScenarioError, match="is a folder"):
        Scenario.load(tmp_path)
    with pytest.raises(ScenarioError, match="there is no scenario file"):
        Scenario.load(tmp_path / "absent.yaml")
    (tmp_path / "bom.yaml").write_text("\ufeff" + GOOD, encoding="utf-8")
    assert Scenario.load(tmp_path / "bom.yaml") == Scenario.from_text(GOOD)


def test_shipped_examples_read_apply_and_come_back() -> None:
    assert {"cars", "export-tax", "import-ban", "export-controls", "non-tariff-costs", "host-nation-support"} <= set(
        examples()
    )
    for name, question in examples().items():
        scenario = Scenario.from_text(example_text(name), source=f"{name}.yaml")
        assert question.endswith("?")
        assert question == scenario.question
        found = scenario.load_world()
        assert all(setting.shock.check(setting.world) for setting in scenario.settings(found))
        assert scenario.caveats(found) is not None
        assert Scenario.from_text(scenario.to_yaml()) == scenario
    with pytest.raises(UnknownName, match="did you mean 'cars'"):
        example_text("car")
