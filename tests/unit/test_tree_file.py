"""Trees as files: the leaves of several scenarios are what each scenario says by itself."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from comity.claims import load_case
from comity.policy import Scenario
from comity.policy.examples import example_names, example_text
from comity.uncertainty.tree_file import read_tree

CASE = load_case("us-japan").folder


def leaves_of(file: str, scenario: Scenario) -> str:
    """A tree whose last leaves are the variants of a scenario, after those of another."""
    shares = 1 / (len(scenario.variant_names) + 1)
    ends = [f"  {k}: {{probability: {shares}, scenario: {file!r}, variant: {name!r}}}" for k, name in
            enumerate(scenario.variant_names)]  # fmt: skip
    return "\n".join(["branches:", "  cars: {scenario: cars, variant: answer in kind}", *ends])


def read(name: str) -> Scenario:
    """A scenario of the case, or an example."""
    path = CASE / name
    return Scenario.load(path) if path.is_file() else Scenario.from_text(example_text(name), source=name)


def world_of(scenario: Scenario) -> tuple[object, ...]:
    """What tells the world of a scenario."""
    return scenario.world, scenario.aggregation, scenario.as_of, scenario.options.get("elasticities")


FILES = [*example_names(), "02b-acceptable-payments.yaml", "09-smaller-surplus.yaml"]
SAME = [name for name in FILES if name != "cars" and world_of(read(name)) == world_of(read("cars"))]


@pytest.mark.parametrize("name", SAME)
def test_a_leaf_is_what_its_scenario_says(name: str) -> None:
    """The same rules, shock and closures as by itself, behind the rules of another file."""
    alone = read(name)
    found = read_tree(leaves_of(name, alone), str(CASE / "tree.yaml"))
    world = alone.load_world()
    assert found.scenario.load_world().hash == world.hash
    own, mine = alone.settings(world), [s for s in found.scenario.settings(world) if s.name != "cars: answer in kind"]
    assert len(own) == len(mine)
    for one, other in zip(own, mine, strict=True):
        assert one.closures == other.closures
        assert [type(placed.rule) for placed in one.rules] == [type(placed.rule) for placed in other.rules]
        for entry in fields(one.shock):
            first, second = getattr(one.shock, entry.name), getattr(other.shock, entry.name)
            assert first is second or np.array_equal(np.asarray(first), np.asarray(second)), entry.name
        for before, after in zip(one.rules, other.rules, strict=True):
            if (variant := getattr(before.rule, "same_as", None)) is not None:
                assert after.rule.same_as == f"{name}: {variant}"


def test_a_goal_and_the_variant_that_it_compares_with_move_together(tmp_path: Path) -> None:
    (tmp_path / "goal.yaml").write_text(
        "policies:\n"
        "  - tariff: {by: USA, on: JPN, add: 5%}\n"
        "  - tariff: {by: USA, on: KOR, add: 5%}\n"
        "  - goal: {vary: 1, outcome: real income, of: KOR, same as: both}\n"
        "variants:\n"
        "  both: {keep: [0, 1]}\n"
        "  found: {keep: [1, 2]}\n"
    )
    found = read_tree(
        "branches:\n  a: {probability: 40%, scenario: cars, variant: no answer}\n"
        "  b: {scenario: goal.yaml, variant: found}\n",
        str(tmp_path / "tree.yaml"),
    )
    assert found.scenario.variant_names == ("cars: no answer", "goal.yaml: both", "goal.yaml: found")
    goal = found.scenario.rules("goal.yaml: found")[-1].rule
    assert (goal.vary, goal.same_as) == (3, "goal.yaml: both")
    assert list(found.leaves) == ["cars: no answer", "goal.yaml: found"]
