"""Random scenarios on random worlds: each ends in a valid shock or in a named error, never in anything else."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from worlds import random_world

from comity.errors import ScenarioError
from comity.policy import INSTRUMENTS, Scenario, Shock

WORLDS = [random_world(seed, 4, 3, zeros=seed % 2 == 1) for seed in range(4)]
REGIONS = ["R0", "R1", "r2", "ROW", "all", "others", "all except R0", "-R1", "R0, R2", "JPN", "EU", "nowhere", ""]
SECTORS = ["S0", "s1", "S2", "all", "goods", "all except S0", "S0 and S1", "-S2", "steel", ""]
RATES = ["25%", "-25%", "-100%", "-99.9%", "10,000%", "1e9%", 0.1, 0, 1, 25, -3, float("nan"), float("inf"), "x", None]
AMOUNTS = ["US$8bn", "1 million", "1e-6m", "5 trillion", "-1bn", "8", 8, float("nan"), "¥5bn", "US$0m"]

someone = st.one_of(st.sampled_from(REGIONS), st.lists(st.sampled_from(REGIONS), max_size=3))
sectors = st.one_of(st.sampled_from(SECTORS), st.lists(st.sampled_from(SECTORS), max_size=3))
rates = st.one_of(st.sampled_from(RATES), st.floats(-2, 2), st.integers(-200, 300).map(lambda n: f"{n}%"))
coverage = st.one_of(st.sampled_from(["0%", "50%", "100%", 1, "120%", -0.1, "half"]), st.floats(0, 1))
parts = st.sampled_from(
    [{"R1": "100%"}, {"R2": 0.5, "ROW": "50%"}, {"R0": "100%"}, {"all": 1}, {"R1": "90%"}, {}, {"EU": 1}, "R1", None]
)
mixes = st.sampled_from(
    [{"S0": "100%"}, {"S1": 0.25, "S2": "75%"}, {"all": 1}, {"steel": 1}, {"S0": "40%"}, "build-up", "whole", 5]
)
SOUND = {
    "by": st.sampled_from(["R0", "R1", "all", "R0, ROW"]),
    "on": st.sampled_from(["R2", "others", "ROW", "all except R1"]),
    "sectors": st.sampled_from(["S0", "all", "all except S0", "S1 and S2"]),
    "to": st.floats(-0.9, 3).map(lambda x: f"{100 * x:.4f}%"),
    "coverage": st.floats(0, 1).map(lambda x: f"{100 * x:.4f}%"),
}


def bodies(key: str) -> st.SearchStrategy[dict[str, Any]]:
    """Keys and values of one instrument, many of them wrong."""
    if key == "transfer":
        return st.fixed_dictionaries(
            {"from": someone, "to": someone},
            optional={name: st.sampled_from(AMOUNTS) for name in ("add", "level", "already")}
            | {"spent": st.sampled_from(["cash", "in host", "abroad"])}
            | {"dollars": st.sampled_from([2022, 2025, 1900, "x"])},
        )
    if key == "factor supply":
        return st.fixed_dictionaries({"of": someone, "add": rates})
    if key == "production subsidy":
        return st.fixed_dictionaries({"of": someone, "sectors": sectors}, optional={"rate": rates, "add": rates})
    if key == "defence spending":
        return st.fixed_dictionaries(
            {"of": someone, "mix": mixes},
            optional={
                "add": rates, "to": rates, "already": rates, "amount": st.sampled_from(AMOUNTS),
                "import content": coverage, "sources": parts,
            },
        )  # fmt: skip
    if key == "productivity":
        return st.fixed_dictionaries({"of": someone, "add": rates}, optional={"sectors": sectors})
    if key == "disruption":
        sized = {"cost": rates, "closed": coverage, "days": st.sampled_from([0, 10, -1, "x", 400])}
        return st.fixed_dictionaries(
            {"between": someone, "and": someone},
            optional=sized | {"months": st.sampled_from([1, 12, 13, 0]), "share": coverage, "sectors": sectors},
        )
    if key == "decoupling":
        return st.fixed_dictionaries(
            {"by": someone, "on": someone, "severity": rates},
            optional={
                "sectors": sectors,
                "how": st.sampled_from(["ban", "tariff", "cost", "x"]),
                "answer": st.one_of(rates, st.sampled_from(["same", "none", "all"])),
                "answer by": someone,
                "answer sectors": sectors,
            },
        )
    if key in ("import ban", "export control"):
        nest = st.sampled_from(["product", {"share": "30%"}, {"elasticity": 3}, {"share": 0}, "x", {"odd": 1}])
        some = {"sectors": sectors, "coverage": coverage, "nest": nest, "products": st.sampled_from(["chips", "x"])}
        return st.fixed_dictionaries({"by": someone, "on": someone}, optional=some)
    amounts = {"to": rates, "add": rates, "cap": rates} if key in ("tariff", "export tax") else {"add": rates}
    return st.fixed_dictionaries(
        {"by": someone, "on": someone},
        optional=amounts | {"sectors": sectors, "coverage": coverage, "odd": st.just(1)},
    )


rule = st.sampled_from(sorted(INSTRUMENTS)).flatmap(lambda key: bodies(key).map(lambda body: {key: body}))
junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
sound = st.fixed_dictionaries(SOUND).flatmap(
    lambda body: st.sampled_from(["tariff", "export tax"]).map(lambda key: {key: body})
)
settled = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(data: Any, number: int) -> dict[str, Shock] | None:
    """The shocks, checked and with their caveats written; None for a named error."""
    world = WORLDS[number]
    try:
        scenario = Scenario.from_dict(data)
        shocks = scenario.shocks(world)
        assert Scenario.from_text(scenario.to_yaml()) == scenario
        assert all(isinstance(note, str) for note in scenario.caveats(world))
    except ScenarioError:
        return None
    for shock in shocks.values():
        shock.check(world)
    return shocks


@settled
@given(st.lists(rule, max_size=4), st.integers(0, len(WORLDS) - 1))
def test_random_rules_make_a_valid_shock_or_a_named_error(rules: list[Any], number: int) -> None:
    outcome({"policies": rules}, number)


@settled
@given(st.lists(sound, min_size=1, max_size=4), st.integers(0, len(WORLDS) - 1))
def test_sound_rules_fail_only_by_overriding_each_other(rules: list[Any], number: int) -> None:
    shocks, message = None, ""
    try:
        shocks = Scenario.from_dict({"policies": rules}).shocks(WORLDS[number])
    except ScenarioError as error:
        message = str(error)
    assert shocks is not None or "has no effect" in message
    assume(shocks)
    home = np.eye(4, dtype=bool)
    assert np.array_equal(shocks["scenario"].tariff[:, home], WORLDS[number].tariff[:, home])


@settled
@given(junk)
def test_junk_is_a_named_error(data: Any) -> None:
    outcome(data, 0)
    outcome({"policies": data, "options": data, "variants": data, "aggregation": data, "as of": data}, 1)
    outcome({"policies": [{"tariff": data}, {"transfer": data}], "variants": {"a": data, "b": {"drop": data}}}, 2)


@settled
@given(st.one_of(st.text(max_size=200), st.text(alphabet="{}[]:,-&*!|>'\"%@`#? \n\tabc01", max_size=200)))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    message = "any.yaml"
    try:
        Scenario.from_text(text, source="any.yaml")
    except ScenarioError as error:
        message = str(error)
    assert "any.yaml" in message
