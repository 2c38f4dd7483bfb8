"""Disruption of lanes and borders: the rules that it stands for, annualised sizes, exposed shares, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from comity import solve_all
from comity.errors import ScenarioError
from comity.policy import Scenario, Scope
from comity.policy.lanes import exposed, lane, lanes
from comity.policy.stack import written_out
from comity.world import World, load_world
from comity.world.classification import region_names


@pytest.fixture(scope="module")
def world() -> World:
    """24 regions x 34 sectors."""
    return load_world("2022", preset="us-japan")


def scenario(**body: Any) -> Scenario:
    return Scenario.from_dict({"policies": [{"disruption": body}]})


BORDER = {"between": "Japan", "and": ["China", "Korea"], "sectors": "cars"}


@pytest.mark.parametrize(
    ("size", "array", "expected"),
    [
        ({"cost": "30%"}, "iceberg", 1 + 0.3 * 0.6 * 0.5),
        ({"days": 10}, "iceberg", 1 + 10 * 0.0135 * 0.6 * 0.5),
        ({"days": "10 days", "value of a day": "0.6%"}, "iceberg", 1 + 10 * 0.006 * 0.6 * 0.5),
        ({"closed": "50%"}, "available", 1 - 0.5 * 0.6 * 0.5),
    ],
)
def test_size_times_share_times_part_of_the_year_both_ways(
    world: World, size: Any, array: str, expected: float
) -> None:
    shock = scenario(**BORDER, **size, share="60%", months=6).shocks(world)["scenario"]
    found = getattr(shock, array)
    cars = world.sectors.index("C29")
    japan, china, korea = (world.regions.index(code) for code in ("JPN", "CHN", "KOR"))
    for one, other in ((japan, china), (china, japan), (japan, korea), (korea, japan)):
        assert found[cars, one, other] == pytest.approx(expected, abs=1e-15)
    assert (found != 1).sum() == 4


def test_the_shock_is_that_of_the_rules_written_out(world: World) -> None:
    for body in (
        {"lane": "Taiwan Strait", "days": 3, "months": 4},
        {"lane": "Suez Canal", "closed": "20%", "months": 1},
    ):
        made = scenario(**body)
        parts = [part.rule for part in written_out(Scope(world), made.rules())]
        assert len(parts) > 5
        one, other = made.shocks(world)["scenario"], Scenario(policies=parts).shocks(world)["scenario"]
        assert np.array_equal(one.iceberg, other.iceberg)
        assert np.array_equal(one.available, other.available)


def test_what_passes_a_lane_adds_up_to_the_published_share_of_the_total(world: World) -> None:
    goods = world.total_flows[[j for j, code in enumerate(world.sectors) if code[0] in "ABC"]].sum(0)
    passing = np.zeros_like(goods)
    for entry in exposed(Scope(world), lane("Taiwan Strait")):
        rows = [world.regions.index(code) for code in entry.importers]
        columns = [world.regions.index(code) for code in entry.exporters]
        assert (passing[np.ix_(rows, columns)] == 0).all(), "each flow once"
        passing[np.ix_(rows, columns)] = entry.share
    through = goods * passing
    for code, imports, exports in (("JPN", 0.32, 0.25), ("KOR", 0.30, 0.23), ("CHN", 0.3246, 0.1486)):
        n = world.regions.index(code)
        assert through[n].sum() / (goods[n].sum() - goods[n, n]) == pytest.approx(imports), code
        assert through[:, n].sum() / (goods[:, n].sum() - goods[n, n]) == pytest.approx(exports), code


def test_every_row_of_the_table_has_a_basis_and_known_codes() -> None:
    for one in lanes():
        for row in one.passages:
            assert row.basis in ("published", "assumption")
            assert row.source
            assert {*row.regions, *row.partners, *row.left_out} <= {*region_names()}
            assert 0 < row.share <= 1


def test_the_answer_says_annualised_the_value_of_time_and_whose_shares(world: World) -> None:
    notes = scenario(lane="Taiwan Strait", days=3, months=6).caveats(world)
    assert any("6 of 12 months is taken as 2.025% all year" in n and "annualised" in n for n in notes)
    assert any("1.35%" in n and "0.6% to 2.1%" in n and "Hummels" in n for n in notes)
    assert any("imports of JPN: 32% of all goods" in n and "CSIS" in n for n in notes)
    assert any("an assumption" in n for n in scenario(lane="Red Sea", cost="5%").caveats(world))
    own = scenario(**BORDER, closed="50%", share="60%", months=3).caveats(world)
    assert any("60% of the trade is exposed (an assumption of the scenario)" in n for n in own)
    assert not any("a coverage of" in n for n in own)


def test_longer_and_wider_cost_more(world: World) -> None:
    def loss(**body: Any) -> float:
        (outcome,) = solve_all(world, scenario(**body)).values()
        return float(outcome.values["real_income"][world.regions.index("JPN")] - 1)

    border = {"between": "Japan", "and": "China"}
    short, long = loss(**border, cost="20%", months=2), loss(**border, cost="20%", months=8)
    assert long < short < 0
    assert loss(**border, cost="20%", months=8, share="50%") == pytest.approx(loss(**border, cost="20%", months=4))


def test_it_reads_writes_and_hashes() -> None:
    text = """
    policies:
      - disruption: {lane: Taiwan Strait, days: {1: 3, 2: 10}, value of a day: 2%, months: 6}
      - disruption: {between: USA, and: [Canada, Mexico], cost: 10%, share: 50%, name: border}
    options: {horizon: [1, 3]}
    """
    made = Scenario.from_text(text)
    assert Scenario.from_text(made.to_yaml()) == made
    assert made.policies[1].and_ == ("Canada", "Mexico")
    assert len(made.settings(load_world("2022", preset="us-japan"))) == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"lane": "Strait of Taiwn", "days": 3}, "no sea lane 'Strait of Taiwn'; did you mean 'Strait of Taiwan'"),
        ({"days": 3}, "write a `lane`, or a border with `between` and `and`"),
        ({"lane": "Red Sea", "between": "JPN", "and": "KOR", "days": 3}, "write a `lane`, or a border"),
        ({"between": "JPN", "days": 3}, "write a `lane`, or a border"),
        ({"between": "JPN", "and": ["KOR", "Japan"], "days": 3}, "JPN is on both sides of the border"),
        ({**BORDER}, "write exactly one of `cost`, `closed`, `days`"),
        ({**BORDER, "cost": "10%", "days": 3}, "write exactly one of"),
        ({**BORDER, "days": 400}, "a delay of 400 is out of range"),
        ({**BORDER, "cost": "-10%"}, "a cost of -10% is out of range"),
        ({**BORDER, "closed": "120%"}, "a coverage of 120% is out of range"),
        ({**BORDER, "cost": "10%", "months": 13}, "`months`: input should be less than or equal to 12"),
        ({**BORDER, "cost": "10%", "months": 0}, "`months`: input should be greater than 0"),
        ({**BORDER, "cost": "10%", "value of a day": "1%"}, "`value of a day` belongs to `days`"),
    ],
)
def test_bad_input_is_one_clear_error(world: World, body: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as found:
        scenario(**body).shocks(world)
    assert "errors" not in str(found.value)


def test_a_world_without_the_lane_is_an_error() -> None:
    from worlds import random_world

    with pytest.raises(ScenarioError, match=r"no region of world .* is known to trade through Red Sea"):
        scenario(lane="Red Sea", cost="5%", sectors="all").shocks(random_world(0, 4, 3))
