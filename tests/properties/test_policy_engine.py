"""Scenarios through the engine: each ends in a certified outcome or a named error; shipped examples are certified."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import random_world

from comity.errors import ComityError
from comity.model import solve_all
from comity.policy import Scenario, example_text, examples

WORLDS = [random_world(seed, 3, 3, zeros=zeros) for seed, zeros in ((0, False), (1, True))]
someone = st.sampled_from(["R0", "R1", "ROW", "all"])
sectors = st.sampled_from(["S0", "all", "all except S0", "S1 and S2"])
sides = st.permutations(["R0", "R1", "ROW", "all"])
borders = st.tuples(sides, sectors).map(lambda pair: {"by": pair[0][0], "on": pair[0][1], "sectors": pair[1]})
share = st.integers(0, 100).map(lambda n: f"{n}%")


def rate(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda n: f"{n}%")


def at_border(key: str, **more: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Rules of one instrument between two sides."""
    return st.tuples(borders, st.fixed_dictionaries(more)).map(lambda pair: {key: pair[0] | pair[1]})


payments = st.tuples(sides, st.integers(0, 400)).map(
    lambda pair: {"transfer": {"from": pair[0][0], "to": pair[0][1], "add": f"{pair[1]}m"}}
)
growth = st.fixed_dictionaries({"of": someone, "sectors": sectors, "add": rate(-90, 900)})
rules = st.lists(
    st.one_of(
        at_border("tariff", to=rate(-90, 10_000), coverage=share),
        at_border("tariff", add=rate(-20, 300)),
        at_border("export tax", to=rate(-50, 300)),
        at_border("non-tariff cost", add=rate(-30, 300)),
        at_border("import ban", coverage=share),
        at_border("export control", coverage=share),
        growth.map(lambda body: {"productivity": body}),
        payments,
    ),
    max_size=3,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules, st.integers(0, 1), st.sampled_from(["fixed", "balanced"]))
def test_random_scenarios_end_in_a_certified_outcome_or_a_named_error(
    stack: list[Any], number: int, closure: str
) -> None:
    try:
        scenario = Scenario.from_dict({"policies": stack, "options": {"imbalances": closure}})
        outcomes = solve_all(WORLDS[number], scenario)
    except ComityError:
        return
    assert all(outcome.certificate.passed for outcome in outcomes.values())


SAME_SIZE = ("cars", "host-nation-support", "import-ban", "productivity")
"""Examples that one compiled solver serves; the others take some seconds each to compile."""


@pytest.mark.parametrize("name", [n if n in SAME_SIZE else pytest.param(n, marks=pytest.mark.long) for n in examples()])
def test_shipped_examples_are_certified(name: str) -> None:
    scenario = Scenario.from_text(example_text(name), source=f"{name}.yaml")
    world = scenario.load_world()
    asked = scenario.settings(world)
    outcomes = solve_all(world, scenario)
    assert list(outcomes) == [setting.name for setting in asked]
    assert tuple(dict.fromkeys(setting.variant for setting in asked)) == scenario.variant_names
    assert all(outcome.certificate.passed for outcome in outcomes.values())
