"""Controlled products and products of their own: coverage from the table, both readings, orderings, bad input."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from comity import solve_all
from comity.errors import ScenarioError
from comity.policy import ExportControl, ImportBan, Scenario, Scope
from comity.policy.bans import effective_coverage
from comity.policy.products import ASSUMPTION, product, products
from comity.report.schema import result_schema
from comity.world import World, load_world
from comity.world.classification import icio_industries, region_names

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def chips() -> World:
    """20 regions x 34 sectors, the Netherlands and Taiwan apart."""
    return load_world("2022", preset="chips")


@pytest.fixture(scope="module")
def small() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


def rules(*found: Any, **keys: Any) -> Scenario:
    return Scenario.from_dict({"policies": list(found), **keys})


def test_every_row_of_the_table_says_where_it_comes_from() -> None:
    for one in products():
        for row in one.rows:
            assert 0 < row.share <= 1, one.name
            assert row.source, one.name
            assert row.basis in ("computed", "published figure over the table", ASSUMPTION), one.name
            assert row.sector in icio_industries()
            assert row.exporter in {"*", "EU", *region_names()}
        for sector in one.sectors:
            assert [row.exporter for row in one.rows if row.sector == sector].count("*") == 1, one.name


def test_a_share_is_the_published_figure_over_exports_of_the_table() -> None:
    world = load_world("2022")
    flow, taiwan = world.total_flows[world.sectors.index("C26")], world.regions.index("TWN")
    exports = flow[:, taiwan].sum() - flow[taiwan, taiwan]
    assert product("chips").row("C26", ("TWN",)).share == pytest.approx(183_500 / exports, abs=5e-5)


def test_computed_shares_are_those_of_the_source() -> None:
    data = HERE.parent / "shared" / "data" / "policy" / "critical_minerals_baci"
    if not data.is_dir():
        pytest.skip("needs the source data beside the checkout")
    pandas = pytest.importorskip("pandas")
    flows = pandas.read_csv(data / "baci_hs92_critical_minerals_2018_.csv.gz")
    china = flows[(flows.t == 2022) & (flows.i == 156) & flows.k.isin([280530, 284610, 284690])].v.sum() / 1000
    world = load_world("2022")
    flow, place = world.total_flows[world.sectors.index("C20")], world.regions.index("CHN")
    exports = flow[:, place].sum() - flow[place, place]
    assert product("rare earths").row("C20", ("CHN",)).share == pytest.approx(china / exports, abs=5e-5)


def test_products_become_bans_by_industry_and_exporter(chips: World) -> None:
    both = ["advanced chips", "chip-making equipment"]
    rule = {"export control": {"by": ["USA", "Taiwan", "Netherlands"], "on": "China", "products": both}}
    gone = 1 - rules(rule).shocks(chips)["scenario"].available
    china = chips.regions.index("CHN")
    for name, sector in (("advanced chips", "C26"), ("chip-making equipment", "C28")):
        for code in ("USA", "TWN", "NLD"):
            share = product(name).row(sector, (code,)).share
            assert gone[chips.sectors.index(sector), china, chips.regions.index(code)] == pytest.approx(share)
    assert (gone > 0).sum() == 6


def test_shares_of_several_products_add_up_and_your_own_coverage_overrides(chips: World) -> None:
    place = chips.sectors.index("C26"), chips.regions.index("CHN"), chips.regions.index("TWN")
    body = {"by": "Taiwan", "on": "China", "products": ["advanced chips", "telecom equipment"]}
    shares = [product(name).row("C26", ("TWN",)).share for name in body["products"]]
    gone = 1 - rules({"export control": body}).shocks(chips)["scenario"].available
    assert gone[place] == pytest.approx(sum(shares))
    own = rules({"export control": {**body, "coverage": "3%"}})
    assert (1 - own.shocks(chips)["scenario"].available)[place] == pytest.approx(0.03)
    notes = own.caveats(chips)
    assert any("a coverage of 3%" in note and "an assumption of the scenario" in note for note in notes)


def test_the_answer_tells_source_or_assumption_for_each_exporter(chips: World) -> None:
    notes = rules(
        {"export control": {"by": ["USA", "Taiwan"], "on": "China", "products": "advanced chips"}},
        {"import ban": {"by": "USA", "on": "China", "sectors": "machinery", "coverage": "5%", "source": "a rule"}},
    ).caveats(chips)
    assert any(note.startswith("advanced chips: 17.5%") and "TSMC" in note for note in notes)
    assert any(note.startswith("advanced chips: 10%") and "an assumption" in note for note in notes)
    assert any("a coverage of 5% of machinery (a rule)" in note for note in notes)


def test_effective_coverage_is_the_share_of_baseline_trade_that_ends(chips: World) -> None:
    rule = ExportControl(by=["USA", "Taiwan"], on="China", products="chips")
    gone = (
        1
        - rules({"export control": {"by": ["USA", "Taiwan"], "on": "China", "products": "chips"}})
        .shocks(chips)["scenario"]
        .available
    )
    flow = chips.total_flows
    reached = np.zeros_like(flow, dtype=bool)
    codes = [chips.regions.index(code) for code in ("USA", "TWN")]
    reached[chips.sectors.index("C26"), chips.regions.index("CHN"), codes] = True
    assert effective_coverage(Scope(chips), rule) == pytest.approx((flow * gone).sum() / flow[reached].sum())
    assert effective_coverage(Scope(chips), ImportBan(by="USA", on="China", sectors="cars")) == 1.0


def target(world: World, *found: Any, code: str = "CHN") -> list[float]:
    """Real income of a region, per cent, for each rule alone, in all its readings."""
    outcomes = [o for rule in found for o in solve_all(world, rules(rule)).values()]
    return [100 * float(o.values["real_income"][world.regions.index(code)] - 1) for o in outcomes]


def test_a_wider_coverage_costs_the_target_more(small: World) -> None:
    sizes = ("5%", "20%", "50%", "90%")
    body = {"by": ["USA", "JPN", "KOR"], "on": "China", "sectors": "electronics"}
    loss = target(small, *({"export control": {**body, "coverage": size}} for size in sizes))
    assert all(later < earlier < 0 for earlier, later in pairwise(loss))


@pytest.mark.long
def test_a_bloc_wide_control_costs_the_target_more_and_the_followers_something(chips: World) -> None:
    one = {"on": "China", "products": ["advanced chips", "chip-making equipment"]}
    bloc = ["USA", "Japan", "Taiwan", "Korea", "Netherlands"]
    alone, together = target(chips, {"export control": {**one, "by": "USA"}}, {"export control": {**one, "by": bloc}})
    assert together < alone < 0
    for follower in ("JPN", "TWN", "KOR", "NLD"):
        before, after = target(
            chips, {"export control": {**one, "by": "USA"}}, {"export control": {**one, "by": bloc}}, code=follower
        )
        assert after < before, follower


NEST = {"by": ["USA", "KOR"], "on": "China", "sectors": "electronics", "coverage": "30%", "nest": "product"}


def test_both_readings_are_settings_side_by_side(small: World) -> None:
    scenario = rules({"export control": NEST}, options={"horizon": [1, 10]}, variants={"a": {}, "b": {"drop": [0]}})
    found = scenario.settings(small)
    assert [s.name for s in found] == [
        "a, as part of its industry, 1 year",
        "a, as a product of its own, 1 year",
        "a, as part of its industry, 10 years",
        "a, as a product of its own, 10 years",
        "b, 1 year",
        "b, 10 years",
    ]
    plain, nested = found[:2]
    assert plain.world is small
    assert nested.world.sectors[6:8] == ("C26.p", "C26.r")
    same = rules({"export control": {key: value for key, value in NEST.items() if key != "nest"}})
    assert np.array_equal(plain.shock.available, same.shocks(small)["scenario"].available)
    gone = 1 - nested.shock.available
    china, makers = small.regions.index("CHN"), [small.regions.index(code) for code in ("USA", "KOR")]
    assert (gone[6, china, makers] == 1).all()
    assert (gone > 0).sum() == 2


def test_other_rules_reach_both_parts_and_a_narrower_ban_a_part_of_the_product(small: World) -> None:
    nest = {"share": "40%", "elasticity": 3, "name": "fast chips"}
    scenario = rules(
        {"export control": {**NEST, "coverage": "10%", "nest": nest}},
        {"tariff": {"by": "China", "on": "USA", "sectors": ["electronics", "cars"], "add": "10%"}},
    )
    nested = scenario.settings(small)[1]
    world, none = nested.world, small.regions.index("USA")
    china = small.regions.index("CHN")
    raised = nested.shock.tariff - world.tariff
    named = [world.sectors[j] for j in np.flatnonzero(raised[:, china, none])]
    assert named == ["C26.p", "C26.r", "C29"]
    assert 1 - nested.shock.available[world.sectors.index("C26.p"), china, none] == pytest.approx(0.25)
    assert world.sector_names[world.sectors.index("C26.p")] == "fast chips"
    assert world.elasticities.theta[world.sectors.index("C26.p")] == 3


@pytest.mark.long
def test_the_lower_the_elasticity_of_the_product_the_larger_the_loss(small: World) -> None:
    loss = [target(small, {"export control": {**NEST, "nest": {"elasticity": size}}})[1] for size in (8, 4, 2)]
    assert loss[2] < loss[1] < loss[0] < 0


def test_two_products_of_one_industry_and_one_product_in_two_rules(chips: World) -> None:
    nest = {"nest": "product"}
    scenario = rules(
        {"export control": {"by": "USA", "on": "China", "products": ["advanced chips", "telecom equipment"], **nest}},
        {"export control": {"by": "Taiwan", "on": "China", "products": "advanced chips", **nest}},
    )
    world = scenario.settings(chips)[1].world
    parts = [code for code in world.sectors if code.startswith("C26")]
    assert parts == ["C26.p", "C26.p2", "C26.r"]
    made = world.gross_output[chips.regions.index("TWN"), [world.sectors.index(code) for code in parts]]
    shares = [product(name).row("C26", ("TWN",)).share for name in ("advanced chips", "telecom equipment")]
    assert made / made.sum() == pytest.approx([*shares, 1 - sum(shares)])
    assert all(check.passed for check in world.check())


def test_it_reads_writes_and_hashes() -> None:
    text = """
    policies:
      - export control: {by: USA, on: China, products: advanced chips, nest: product}
      - import ban: {by: USA, on: China, sectors: C27, nest: {share: 30%, elasticity: 4, name: batteries}}
      - import ban: {by: USA, on: China, sectors: C29, coverage: 30%, nest: product}
    """
    scenario = Scenario.from_text(text)
    assert Scenario.from_text(scenario.to_yaml()) == scenario
    plain = Scenario.from_text(text.replace(", nest: product", ""))
    assert plain.hash != scenario.hash


def test_reports_hold_sectors_of_both_readings(comity_cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "nest.yaml"
    body = {"export control": NEST}
    file.write_text(json.dumps({"aggregation": "small", "policies": [body]}), encoding="utf-8")
    result = comity_cli("run", file, "--json", "--sectors", "electronics", "--regions", "CHN")
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    jsonschema.validate(content, result_schema())
    plain, nested = content["variants"].values()
    assert [row["sector"] for row in plain["sectors"]] == ["C26"]
    assert [row["sector"] for row in nested["sectors"]] == ["C26.p", "C26.r"]
    assert "C26.p" in nested["world"]["sectors"]
    assert "world" not in plain
    assert any("taken to be 30% of Computers and electronics" in line for line in content["caveats"])
    out = tmp_path / "out"
    assert comity_cli("run", file, "--out", out).exit_code == 0
    compared = comity_cli("compare", out, file)
    assert compared.exit_code == 0, compared.output
    assert "as a product of its own" in compared.stdout


@pytest.fixture
def comity_cli() -> Any:
    """The command line in this process."""
    from typer.testing import CliRunner

    from comity.cli.app import app

    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


BODY = {"by": "USA", "on": "China"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({**BODY, "products": "advanced chip"}, "no controlled product 'advanced chip'; did you mean 'advanced chips'"),
        ({**BODY, "products": "chips", "sectors": "C26"}, "write `sectors` or `products`, not both"),
        ({**BODY, "products": "drones"}, "drones cannot be reached in world 2022"),
        ({**BODY, "sectors": "C26", "nest": "product"}, "`nest` needs the product's share"),
        ({**BODY, "sectors": "C26", "coverage": "100%", "nest": "product"}, "`nest` needs the product's share"),
        ({**BODY, "coverage": "30%", "nest": "product"}, "part of one industry, and these are"),
        ({**BODY, "sectors": "C26", "nest": {"share": "100%"}}, "a product's share of 100% is out of range"),
        ({**BODY, "sectors": "C26", "nest": {"shares": "10%"}}, "a nest has no key 'shares'"),
        ({**BODY, "sectors": "C26", "nest": {"share": "10%", "elasticity": -1}}, "a trade elasticity of -1"),
        ({**BODY, "sectors": "C26", "nest": {"share": "10%", "elasticity": 1e300}}, r"a trade elasticity of 1e\+300"),
        ({**BODY, "sectors": "C26", "nest": "apart"}, "'apart' is no nest"),
        (
            {**BODY, "sectors": "C26", "coverage": "50%", "nest": {"share": "30%"}},
            "a coverage of 50% is more than the product is of C26",
        ),
    ],
)
def test_bad_input_is_one_clear_error(small: World, body: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as found:
        rules({"export control": body}).shocks(small)
    assert "errors" not in str(found.value)


def test_public_money_buys_both_parts_of_an_industry_with_a_product_apart(small: World) -> None:
    whole, split = rules({"export control": NEST}, {"defence spending": {"of": "JPN", "add": "1%"}}).settings(small)
    n = small.regions.index("JPN")
    mixes = {s.world.sectors: s.shock.public_mix[n] for s in (whole, split)}
    j, k = small.sectors.index("C26"), split.world.sectors.index("C26.p")
    bought, of_split = mixes[small.sectors], mixes[split.world.sectors]
    assert of_split[k : k + 2].sum() == pytest.approx(bought[j], rel=1e-12)
    use = split.world.final_use[n, k : k + 2]
    assert of_split[k : k + 2] / bought[j] == pytest.approx(use / use.sum(), rel=1e-12)
    assert np.delete(of_split, [k, k + 1]) == pytest.approx(np.delete(bought, j), rel=1e-12)


AIM = {"vary": "duty", "outcome": "trade", "of": "CHN", "with": "USA", "sectors": "electronics", "same as": "duty"}


def goal_across(**variants: Any) -> Scenario:
    """A duty and a control with a nest; the goal of variant `aim` is the trade of the variant `duty`."""
    duty = {"tariff": {"name": "duty", "by": "USA", "on": "CHN", "sectors": "electronics", "add": "10%"}}
    aim = {"add": [{"goal": AIM}]}
    return rules(duty, {"export control": {**NEST, "name": "control"}}, variants={"aim": aim, **variants})


@pytest.mark.parametrize("duty", [{"keep": ["duty"]}, {"add": [{"tariff": {"by": "CHN", "on": "USA", "add": "10%"}}]}])
@pytest.mark.long
def test_a_goal_compares_trade_with_a_variant_whatever_is_carved_out_of_it(small: World, duty: Any) -> None:
    found = solve_all(small, goal_across(duty=duty))
    for name in ("as part of its industry", "as a product of its own"):
        aim, other = found[f"aim, {name}"], found.get(f"duty, {name}") or found["duty"]
        assert aim.found[0].reached == pytest.approx(_sold(other), rel=1e-8)
        assert _sold(aim) == pytest.approx(_sold(other), rel=1e-8)


def _sold(o: Any) -> float:
    """US$ bn that the United States buys of China's electronics, whole or in parts."""
    at = [j for j, code in enumerate(o.world.sectors) if code.startswith("C26")]
    importer, exporter = o.world.regions.index("USA"), o.world.regions.index("CHN")
    return float(o.after.flow.sum(0)[at, importer, exporter].sum() * o.unit / 1000)


def test_a_goal_without_a_nest_cannot_mean_two_readings(small: World) -> None:
    made = goal_across(aim={"drop": ["control"], "add": [{"goal": AIM}]}, duty={})
    with pytest.raises(ScenarioError, match=r"'duty', which is solved 2 times .*the same `nest` or none"):
        solve_all(small, made)


def test_a_coverage_that_is_another_share_of_each_product_cannot_be_found(small: World) -> None:
    body = {
        "name": "x",
        "by": ["USA", "Japan"],
        "on": "China",
        "products": "chips",
        "coverage": "1%",
        "nest": "product",
    }
    goal = {"goal": {"vary": "x", "outcome": "real income", "of": "CHN", "is": "-0.001%"}}
    with pytest.raises(ScenarioError, match="another share of each exporter's product"):
        solve_all(small, rules({"export control": body}, goal))


def test_two_variants_that_would_be_shown_under_one_name_are_refused(small: World) -> None:
    named = {"a": {"options": {"horizon": [1, 3]}}, "a, 1 year": {}}
    with pytest.raises(ScenarioError, match="'a' and 'a, 1 year' are both solved as 'a, 1 year'"):
        rules({"tariff": {"by": "USA", "on": "CHN", "add": "1%"}}, variants=named).settings(small)


def test_a_control_that_reaches_no_trade_is_an_error(small: World) -> None:
    from dataclasses import replace

    flows = np.array(small.flows)
    flows[:, small.sectors.index("C26"), small.regions.index("CHN"), small.regions.index("USA")] = 0
    with pytest.raises(ScenarioError, match=r"USA and China do not trade this .*there is nothing to end"):
        rules({"export control": {**BODY, "products": "chips"}}).shocks(replace(small, flows=flows))


def test_one_product_with_two_shares_is_an_error(small: World) -> None:
    two = [{"export control": {**NEST, "nest": {"share": share, "name": "x"}, "by": by}}
           for share, by in (("40%", "USA"), ("50%", "KOR"))]  # fmt: skip
    with pytest.raises(ScenarioError, match="x in C26 has two shares or elasticities"):
        rules(*two).shocks(small)
    many = [{"export control": {**NEST, "coverage": "60%", "nest": {"name": name}, "by": by}}
            for name, by in (("x", "USA"), ("y", "KOR"))]  # fmt: skip
    with pytest.raises(ScenarioError, match="the products of C26 are more than all of it"):
        rules(*many).shocks(small)


def test_a_ban_without_a_coverage_is_a_whole_one_as_a_lever_too() -> None:
    from comity.policy.levers import amount_of

    assert amount_of(ImportBan(by="USA", on="CHN")) == ("coverage", 1.0)
    assert amount_of(ImportBan(by="USA", on="CHN", products="chips")) is None
