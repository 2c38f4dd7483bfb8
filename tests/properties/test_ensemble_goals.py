"""Draws of amounts that are found: the same as the search finds in each draw's own world, one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_world

from comity.errors import ScenarioError
from comity.model import solve_all
from comity.model.found import Purchase
from comity.policy import Scenario
from comity.uncertainty.ensemble import Record, goal_solving, plan
from comity.uncertainty.ensemble.drawn import Found
from comity.uncertainty.ensemble.program import HATS
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.world import World, load_world

pytestmark = pytest.mark.long

DRAWS = 6
HALF = {"outcome": "bilateral balance", "of": "JPN", "with": "USA", "change": "-30%"}
FROM_US = {"buyer": "JPN", "seller": "USA", "sectors": ["C"]}
QUESTION = {
    "world": "2019",
    "aggregation": "full",
    "policies": [
        {"tariff": {"name": "duty", "by": "USA", "on": "JPN", "sectors": ["C"], "add": "10%"}},
        {"purchase commitment": {"name": "bought anyway", **FROM_US, "value": "US$1bn"}},
        {"purchase commitment": {"name": "more", **FROM_US, "add": "US$10bn"}},
        {"transfer": {"name": "payment", "from": "JPN", "to": "USA", "add": "US$2bn"}},
    ],
    "variants": {
        "threat": {"keep": ["duty"]},
        "by a duty": {
            "keep": ["duty"],
            "add": [{"goal": {"vary": "duty", **HALF}}],
        },
        "by purchases": {
            "keep": ["more"],
            "add": [{"goal": {"vary": "more", **HALF}}],
        },
        "promised": {"keep": ["bought anyway", "more"]},
        "paid": {
            "keep": ["payment"],
            "add": [{"goal": {"vary": "payment", "outcome": "real income", "of": "JPN", "same as": "threat"}}],
        },
    },
}  # fmt: skip


RULES, REGIONS = ("bought anyway", "more"), ("JPN", "USA", "CHN")
RECORD = Record(commitments=tuple((r,) for r in RULES), bearers=tuple((r, code) for r in RULES for code in REGIONS))


def require_bought(found: Found, bought: Purchase, k: int) -> None:
    """What a commitment took in a draw against a single answer."""
    at = RECORD.commitments.index((bought.rule,))
    expected = (bought.without, 100.0 * bought.binding, bought.border_price_pct, bought.buyer_price_pct)
    np.testing.assert_allclose(found.details["commitments"][k, :, at], expected, atol=1e-5, rtol=1e-6)
    for code in REGIONS:
        own = found.details["bearers"][k, :, RECORD.bearers.index((bought.rule, code))]
        np.testing.assert_allclose(own, (bought.cost[code], bought.suppliers[code]), atol=1e-5, rtol=1e-6)


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("2019", preset="full")


@pytest.fixture(scope="module")
def drawn(world: World) -> Chunk:
    return Engine(plan(Scenario.from_dict(QUESTION), world, draws=DRAWS, record=RECORD)).solve(0, DRAWS)


def test_no_draw_fails_and_the_first_is_certified(drawn: Chunk) -> None:
    for found in drawn.variants.values():
        assert not found.reasons
        assert np.isfinite(found.certified[0])


@pytest.mark.parametrize("draw", [1, 4])
def test_each_draw_is_what_the_search_finds_in_its_world(drawn: Chunk, world: World, draw: int) -> None:
    theta = np.array([drawn.parameters[f"theta {code}"][draw] for code in world.sectors])
    there = replace(world, elasticities=replace(world.elasticities, theta=theta))
    for name, outcome in solve_all(there, Scenario.from_dict(QUESTION)).items():
        found = drawn.variants[name]
        income = 100 * (outcome.values["real_income"] - 1)
        np.testing.assert_allclose(found.values[draw, list(HATS).index("real_income_pct")], income, atol=1e-7)
        mine = {key: values[draw] for key, values in found.amounts.items()}
        for goal in outcome.found:
            assert mine["goal", goal.rule] == pytest.approx(goal.amount, rel=1e-6)
        for bought in outcome.bought:
            assert mine["commitment subsidy", bought.rule] == pytest.approx(bought.subsidy_pct, abs=1e-6)
            assert mine["commitment bought", bought.rule] == pytest.approx(bought.reached, rel=1e-7)
            assert mine["commitment outlay", bought.rule] == pytest.approx(bought.outlay, abs=1e-6)
            require_bought(found, bought, draw)
        lacking = {*RULES} - {bought.rule for bought in outcome.bought}
        for rule in lacking:
            assert np.isnan(found.details["commitments"][draw, :, RULES.index(rule)]).all()


def test_what_is_bought_anyway_takes_no_subsidy_and_what_is_promised_is_bought(drawn: Chunk) -> None:
    amounts = drawn.variants["promised"].amounts
    assert (amounts["commitment subsidy", "bought anyway"] == 0).all()
    assert (amounts["commitment subsidy", "more"] > 0).all()
    assert np.ptp(amounts["commitment bought", "more"]) < 1e-6
    assert np.ptp(amounts["commitment subsidy", "more"]) > 0.1


def test_who_pays_is_as_well_off_as_under_the_threat(drawn: Chunk, world: World) -> None:
    japan, place = world.regions.index("JPN"), list(HATS).index("real_income_pct")
    paid, threat = (drawn.variants[name].values[:, place, japan] for name in ("paid", "threat"))
    np.testing.assert_allclose(paid, threat, atol=1e-7)


def test_draws_do_not_depend_on_their_batch(drawn: Chunk, world: World) -> None:
    alone = Engine(plan(Scenario.from_dict(QUESTION), world, draws=DRAWS, record=RECORD)).solve(3, 5)
    for name, found in alone.variants.items():
        assert (found.values == drawn.variants[name].values[3:5]).all()
        for key, values in found.amounts.items():
            assert (values == drawn.variants[name].amounts[key][3:5]).all()


def test_a_payment_that_comes_out_below_zero_goes_the_other_way(world: World) -> None:
    """Who loses by carrying a threat out would pay not to have to."""
    least = {"vary": "payment", "outcome": "real income", "of": "USA", "same as": "threat"}
    data = {
        **QUESTION,
        "policies": [
            {"tariff": {"name": "duty", "by": "USA", "on": "JPN", "sectors": ["C"], "add": "9%"}},
            {"transfer": {"name": "payment", "from": "JPN", "to": "USA", "add": "US$0.1bn"}},
        ],
        "variants": {"threat": {"keep": ["duty"]}, "least": {"keep": ["payment"], "add": [{"goal": least}]}},
        "uncertainty": {"elasticities": {"cv": 0.6}},
    }
    chunk = Engine(plan(Scenario.from_dict(data), world, draws=48)).solve(0, 48)
    found = chunk.variants["least"].amounts["goal", "payment"]
    usa = world.regions.index("USA")
    threat = chunk.variants["threat"].values[:, list(HATS).index("real_income_pct"), usa]
    assert not chunk.variants["least"].reasons
    assert ((found < 0) == (threat < 0)).all()
    assert 0 < (threat < 0).sum() < 48


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"uncertainty": {"amounts": {"duty": {"uniform": {"low": "5%", "high": "10%"}}}}}, "leave one of the two out"),
        (
            {"variants": {"a": {"keep": ["duty"], "add": [
                {"agreement": {"name": "CPTPP", "leave": "Japan"}},
                {"goal": {"vary": "duty", **HALF, "change": "-5%"}},
            ]}}},
            "where other rules depend on the elasticities",
        ),
        (
            {"variants": {"threat": {"keep": ["duty"], "options": {"horizon": "short"}},
                          "paid": QUESTION["variants"]["paid"]}},
            "which has other options or another world",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_found_in_every_draw_is_refused(change: dict[str, object], message: str) -> None:
    scenario = Scenario.from_dict({**QUESTION, "world": "2022", "aggregation": "small", **change})
    world = scenario.load_world()
    with pytest.raises(ScenarioError, match=message):
        Engine(plan(scenario, world, draws=4)).solve(0, 4)


def test_a_goal_out_of_reach_in_a_draw_is_a_draw_that_fails(world: World) -> None:
    """Exactly the draws that would take a duty beyond the bound of the goal fail, and are counted with the reason."""
    small = {"tariff": {"name": "small", "by": "USA", "on": "JPN", "sectors": ["C"], "add": "1%"}}
    goals = {"free": {}, "at most 2%": {"between": ["0%", "2%"]}}
    variants = {
        name: {"keep": [], "add": [small, {"goal": {"vary": "small", **HALF, **bounds}}]}
        for name, bounds in goals.items()
    }
    data = {**QUESTION, "variants": variants, "uncertainty": {"elasticities": {"cv": 0.9}}}
    chunk = Engine(plan(Scenario.from_dict(data), world, draws=32)).solve(0, 32)
    free, bounded = (chunk.variants[name] for name in variants)
    asked = free.amounts["goal", "small"]
    assert not free.reasons
    assert set(bounded.reasons) == set(np.flatnonzero(asked > 2))
    for place, reason in bounded.reasons.items():
        assert "no amount brings about what is asked" in reason
        assert np.isnan(bounded.values[place]).all()
        assert np.isnan(bounded.amounts["goal", "small"][place])
    met = asked <= 2
    np.testing.assert_allclose(bounded.amounts["goal", "small"][met], asked[met], rtol=1e-7)
    assert 0 < len(bounded.reasons) < 32


def test_a_draw_that_the_program_does_not_settle_is_found_by_the_search(
    drawn: Chunk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it had settled none: every draw is then what single answers are, certified."""
    monkeypatch.setattr(goal_solving, "CLOSED", -1.0)
    record = Record.of(["JPN", "USA"], ["C"]).explaining(["JPN"], [world]).joined(RECORD)
    fields = {"variants": {name: QUESTION["variants"][name] for name in ("by purchases", "promised")}}
    p = plan(Scenario.from_dict({**QUESTION, **fields}), world, draws=DRAWS, record=record)
    chunk = Engine(p).solve(1, 3)
    for name, found in chunk.variants.items():
        assert not found.reasons
        assert np.isfinite(found.certified).all()
        np.testing.assert_allclose(found.values, drawn.variants[name].values[1:3], atol=1e-5, rtol=1e-7)
        for key, values in found.amounts.items():
            np.testing.assert_allclose(values, drawn.variants[name].amounts[key][1:3], rtol=1e-6, atol=1e-6)
        parts = found.details["channels"][:, 0].sum(1)
        japan = found.values[:, list(HATS).index("real_income_pct"), world.regions.index("JPN")]
        np.testing.assert_allclose(parts, japan, atol=1e-6)
    monkeypatch.undo()
    settled = Engine(p).solve(1, 3)
    for name, found in chunk.variants.items():
        for table, values in settled.variants[name].details.items():
            np.testing.assert_allclose(found.details[table], values, atol=1e-5, rtol=1e-6)


def test_scale_elasticities_that_are_drawn_are_those_of_the_search() -> None:
    """The first draw is certified by the search, at its own scale elasticities."""
    goal = {"outcome": "bilateral balance", "of": "R0", "with": "R1", "change": "5%", "vary": "duty"}
    duty = {"name": "duty", "by": "R0", "on": "R1", "sectors": "all", "add": "10%"}
    asked = Scenario.from_dict(
        {
            "policies": [{"tariff": duty}, {"goal": goal}],
            "options": {"competition": "scale"},
            "uncertainty": {"scale elasticities": {"cv": 0.5}},
        }
    )
    world = random_world(1)
    small = replace(world, elasticities=replace(world.elasticities, scale=np.full(4, 0.02)))
    chunk = Engine(plan(asked, small, draws=4)).solve(0, 4)
    assert chunk.failed == 0
    assert np.ptp(chunk.parameters["scale S0"]) > 0.005
    (found,) = chunk.variants.values()
    assert found.certified[0] < 1e-10
