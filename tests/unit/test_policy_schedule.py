"""Amounts over time and paths over horizons: what is in force when, round trips, bad input."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from comity import Closures, solve_all
from comity.errors import ComityError, ScenarioError
from comity.policy import Scenario, Schedule, Tariff
from comity.policy.schedule import in_force
from comity.policy.settings import paths
from comity.report.paths import path_object, path_tables
from comity.world import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


CARS = {"by": "USA", "on": "JPN", "sectors": "cars"}


def scenario(add: Any, **keys: Any) -> Scenario:
    return Scenario.from_dict({"policies": [{"tariff": {**CARS, "add": add}}], **keys})


def added(world: World, made: Scenario) -> dict[str, float]:
    place = world.sectors.index("C29"), world.regions.index("USA"), world.regions.index("JPN")
    return {name: float(s.tariff[place] - world.tariff[place]) for name, s in made.shocks(world).items()}


def test_a_year_takes_the_amount_in_force_and_the_long_run_the_last(world: World) -> None:
    steps = {1: "10%", 3: "25%"}
    for horizon, amount in ((1, 0.10), (2.9, 0.10), (3, 0.25), (10, 0.25), ("long", 0.25)):
        made = scenario(steps, options={"horizon": horizon})
        assert added(world, made)["scenario"] == pytest.approx(amount, abs=1e-15), horizon
    late = scenario({3: "25%"}, options={"horizon": 1})
    assert added(world, late)["scenario"] == 0
    assert any("is not in force after 1 year" in c for c in late.caveats(world))
    assert any("long run" in c for c in scenario(steps).caveats(world))


def test_a_day_takes_the_amount_in_force_and_no_day_the_last(world: World) -> None:
    steps = {"2025-08-07": "15%", "2025-04-05": "10%"}
    for day, amount in (("2025-04-04", 0), ("2025-04-05", 0.10), ("2025-08-06", 0.10), ("2025-08-07", 0.15)):
        assert added(world, scenario(steps, **{"as of": day}))["scenario"] == pytest.approx(amount, abs=1e-15)
    assert added(world, scenario(steps))["scenario"] == pytest.approx(0.15, abs=1e-15)


def test_horizons_make_one_setting_each_and_equal_the_single_ones(world: World) -> None:
    steps = {1: "10%", 3: "25%"}
    made = scenario(steps, options={"horizon": [1, 3, "long"]}, variants={"a": {}, "b": {"options": {"horizon": 3}}})
    names = [s.name for s in made.settings(world)]
    assert names == ["a, 1 year", "a, 3 years", "a, long run", "b"]
    assert paths(made.settings(world)) == {"a": names[:3]}
    found = solve_all(world, made)
    assert list(found) == names
    alone = solve_all(world, scenario(steps, options={"horizon": 3}))["scenario"]
    for name in ("a, 3 years", "b"):
        assert np.array_equal(found[name].values["real_income"], alone.values["real_income"])
    plain = solve_all(world, scenario("10%"), closures=Closures(horizon=1))["scenario"]
    assert np.array_equal(found["a, 1 year"].values["real_income"], plain.values["real_income"])
    (table,) = path_tables(found, paths(made.settings(world)), ["JPN", "USA"])
    japan = table.rows[0][1:4]
    wanted = [100 * (found[name].values["real_income"][world.regions.index("JPN")] - 1) for name in names[:3]]
    assert japan == pytest.approx(wanted)
    content = path_object(found, paths(made.settings(world)), ["JPN"])
    assert content["a"]["horizons"] == [1.0, 3.0, None]
    assert content["a"]["regions"]["JPN"]["real_income_pct"] == pytest.approx(wanted)


def test_without_variants_the_settings_are_called_by_their_time(world: World) -> None:
    assert [s.name for s in scenario("5%", options={"horizon": "1, 10 years"}).settings(world)] == [
        "1 year",
        "10 years",
    ]


def test_every_amount_may_be_a_schedule_and_is_written_and_read_back(world: World) -> None:
    text = """
    policies:
      - tariff: {by: USA, on: CHN, to: {1: 10%, 2.5: 20%}, coverage: {1: 50%, 5: 100%}}
      - export tax: {by: CHN, on: USA, cap: {2025-04-05: 1%}}
      - import ban: {by: USA, on: CHN, sectors: cars, coverage: {2: 10%}}
      - non-tariff cost: {by: USA, on: CHN, add: {1: 1%}}
      - transfer: {from: JPN, to: USA, add: {1: 1bn, 5: US$2bn}}
      - productivity: {of: JPN, add: {1: 1%, 10: 3%}}
      - decoupling: {by: USA, on: CHN, sectors: C26, severity: {1: 10%, 3: 30%}}
    options: {horizon: [1, 3, 10]}
    """
    made = Scenario.from_text(text)
    again = Scenario.from_text(made.to_yaml())
    assert again == made
    assert again.hash == made.hash
    assert len(made.shocks(world)) == 3
    assert in_force(made.policies[0], 2.5, None).to == 0.2
    assert in_force(made.policies[0], 2.5, None).coverage == 0.5
    assert made.hash != scenario({1: "10%"}).hash


def test_in_python_too() -> None:
    rule = Tariff(by="USA", on="JPN", sectors="cars", add={3: 0.25, 1: "10%"})
    assert rule == scenario({"1": "10%", "3": "25%"}).policies[0]
    dated = Tariff(by="USA", on="JPN", add=Schedule(((date(2025, 4, 5), 0.1),)))
    assert dated.add == Tariff(by="USA", on="JPN", add={"2025-04-05": "10%"}).add
    with pytest.raises(ScenarioError, match="a moment must be chosen first"):
        float(rule.add)


@pytest.mark.parametrize(
    ("add", "message"),
    [
        ({1: "10%", "2025-04-05": "15%"}, "years and days in one"),
        ({}, "a schedule has no steps"),
        ({11: "10%"}, "'?11'? is no moment of a schedule"),
        ({"soon": "10%"}, "'soon' is no moment"),
        ({"2025-02-30": "10%"}, "no day of the calendar"),
        ({1: "10%", "1.0": "20%"}, "the same moment twice"),
        ({1: 25}, "25 is ambiguous"),
        ({"2024-06-01": "10%"}, "a step on 2024-06-01, and the baseline of world 2022.* stands on 2024-12-31"),
    ],
)
def test_bad_schedules_are_one_clear_error(world: World, add: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as found:
        scenario(add).shocks(world)
    assert "errors" not in str(found.value)


def test_other_rules_stand_at_the_end_of_the_year_of_the_world(world: World) -> None:
    rule = {"import ban": {"by": "USA", "on": "CHN", "sectors": "C26", "coverage": {"2022-10-07": "10%"}}}
    with pytest.raises(ScenarioError, match="stands on 2022-12-31"):
        Scenario.from_dict({"policies": [rule]}).shocks(world)
    rule["import ban"]["coverage"] = {"2023-10-17": "10%"}
    assert Scenario.from_dict({"policies": [rule]}).shocks(world)


@pytest.mark.parametrize(
    ("horizon", "message"),
    [([1, 11], "horizon of 11 is out of range"), ([], "list 1 to 20"), ([1, "short"], "the same value twice"),
     (["x"], "horizon cannot be 'x'")],
)  # fmt: skip
def test_bad_horizons(horizon: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        scenario("5%", options={"horizon": horizon})


def test_one_outcome_is_asked_for_by_name(world: World) -> None:
    from comity import solve

    made = scenario("5%", options={"horizon": [1, 3]})
    with pytest.raises(ComityError, match="'1 year', '3 years'"):
        solve(world, made)
    assert solve(world, made, variant="3 years").closures.horizon == 3
    with pytest.raises(ScenarioError, match="horizon is a list"):
        made.closures()
