"""What draws say by sector, by partner and by flow: the same as single solves of the same draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_world

from comity import load_world, solve
from comity.errors import UnknownName
from comity.exposure import VALUES as EXPOSED
from comity.exposure import variables as exposed
from comity.model.ledger import baseline, ledger
from comity.model.variables import axes, variables
from comity.policy import Scenario
from comity.uncertainty.ensemble import Record, Threads, plan, run_ensemble, solving
from comity.uncertainty.ensemble.details import AXES, DETAILS, OTHERS, Details, details
from comity.uncertainty.ensemble.locating import located
from comity.uncertainty.ensemble.program import BATCH
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.world import World

TEXT = """
policies:
  - {tariff: {by: %(one)s, on: %(other)s, sectors: all, add: 10%%, name: duty}}
  - {tariff: {by: %(other)s, on: %(one)s, sectors: all, to: 20%%, name: answer}}
variants: {alone: {keep: [duty]}, both: {}}
"""
DRAWN = """
uncertainty:
  elasticities: {cv: 0.2}
  amounts: {duty: {uniform: {low: 5%, high: 25%}}}
  choices: {mobility: [mobile, specific]}
"""
RANDOM = {"one": "R0", "other": "R1"}
DEFENCE = """
world: 2022
aggregation: small
policies:
  - {tariff: {by: USA, on: JPN, sectors: all, add: 10%}}
  - {defence spending: {of: JPN, add: 1%}}
"""


CHAIN = DEFENCE + "  - {production subsidy: {of: JPN, sectors: C26, rate: 5%}}\n"


def everything(world: World) -> Record:
    """Every sector, every pair in one direction, and every flow, a few of them twice the size of a program."""
    flows = ((s, n, i) for s in world.sectors for n in world.regions for i in world.regions)
    return replace(Record.of(world.regions, world.sectors), trade=tuple(flows))


def alone(p, chunk: Chunk, k: int, variant: str):
    """The outcome of one draw of elasticities, a duty and a mobility, solved by itself."""
    theta = np.array([chunk.parameters[f"theta {s}"][k] for s in p.world.sectors])
    there = replace(p.world, elasticities=replace(p.world.elasticities, theta=theta))
    asked, options = p.scenario, {}
    if "amount duty" in chunk.parameters:
        policies = (replace(asked.policies[0], add=float(chunk.parameters["amount duty"][k])), asked.policies[1])
        asked = replace(asked, policies=policies)
        options = {"kappa": 1.0} if chunk.parameters["choice mobility"][k] == "specific" else {}
    return solve(there, replace(asked, uncertainty={}), variant=variant, **options)


def require_same(found, record: Record, outcome, k: int) -> None:
    """Every number of a draw against the labelled arrays of an outcome, to the solver's tolerance of 1e-10 of what is
    made by whoever makes most."""
    close = max(2e-8, 1e-10 * float(np.asarray(outcome.before.K).max()) * outcome.unit / 1000)
    for table, places in record.places.items():
        for m, name in enumerate(DETAILS[table]):
            values = outcome.data[name]
            expected = [float(values.sel(dict(zip(axes(name), place, strict=True)))) for place in places]
            np.testing.assert_allclose(
                found.details[table][k, m], expected, rtol=1e-7, atol=close, err_msg=f"{table} {name}"
            )


def test_the_same_accounts_give_the_same_numbers() -> None:
    """The compiled formulas against those of outcomes, on one and the same state: to rounding."""
    scenario = Scenario.from_text(DEFENCE)
    world = scenario.load_world()
    outcome = solve(world, scenario)
    record = everything(world)
    here = located(record, outcome.world)
    after = ledger(outcome.economy, outcome.policy, outcome.rules, outcome.state)
    before = baseline(outcome.economy, outcome.policy, outcome.rules)
    found = details(outcome.economy, outcome.policy, after, before, here.wanted)
    read = here.read(Details(*(np.asarray(part)[None] for part in found)), outcome.unit / 1000)
    output = float(np.asarray(outcome.before.K).max()) * outcome.unit / 1000
    for table, places in record.places.items():
        for m, name in enumerate(DETAILS[table]):
            values = outcome.data[name]
            expected = [float(values.sel(dict(zip(axes(name), place, strict=True)))) for place in places]
            size = output if name.endswith("_usd_bn") else 100
            np.testing.assert_allclose(read[table][0, m], expected, rtol=0, atol=1e-12 * size, err_msg=name)


@pytest.mark.parametrize("more", ["", DRAWN])
@pytest.mark.parametrize("zeros", [False, True])
def test_a_draw_is_what_a_single_solve_gives(more: str, zeros: bool) -> None:
    world = random_world(1, zeros=zeros)
    record = everything(world)
    p = plan(Scenario.from_text(TEXT % RANDOM + more), world, draws=6, record=record)
    chunk = Engine(p).solve(0, 6)
    for k in (0, 3, 5):
        for variant in ("alone", "both"):
            require_same(chunk.variants[variant], record, alone(p, chunk, k, variant), k)


def test_goods_and_what_added_public_absorption_buys_too() -> None:
    """A world whose sectors are goods and services, under more defence spending with sources of its own."""
    scenario = Scenario.from_text(DEFENCE)
    world = scenario.load_world()
    record = Record.of(["JPN", "USA", "CHN"], world.sectors)
    p = plan(scenario, world, draws=3, record=record)
    chunk = Engine(p).solve(0, 3)
    (found,) = chunk.variants.values()
    require_same(found, record, alone(p, chunk, 2, p.scenario.variant_names[0]), 2)
    goods, every = (DETAILS["pairs"].index(f"{name}_balance_change_usd_bn") for name in ("goods", "bilateral"))
    assert (abs(found.details["pairs"][:, goods] - found.details["pairs"][:, every]) > 1e-3).all()
    assert (found.details["pairs"][:, -1] > 0).any()


def test_what_is_kept_depends_on_no_batch_and_changes_no_draw() -> None:
    world = random_world(1)
    p = plan(Scenario.from_text(TEXT % RANDOM + DRAWN), world, draws=2 * BATCH + 5, record=everything(world))
    whole = Engine(p).solve(0, p.rows)
    parts = [Engine(p).solve(a, b) for a, b in ((0, 7), (7, 30), (30, p.rows))]
    few = replace(p, record=Record.of(["R0"], ["S1"]))
    for variant, found in whole.variants.items():
        for table, values in found.details.items():
            joined = np.concatenate([part.variants[variant].details[table] for part in parts])
            np.testing.assert_array_equal(values, joined)
        fewer = Engine(few).solve(0, p.rows).variants[variant]
        np.testing.assert_array_equal(fewer.values, found.values)
        np.testing.assert_array_equal(fewer.details["sectors"][:, :, 0], found.details["sectors"][:, :, 1])
    assert p.hash != few.hash


def test_sums_over_sectors_partners_and_flows_are_the_regional_measures() -> None:
    """Change of value added over sectors is deflated factor income; balances over partners the trade balance; trade
    over partners what balances are made of."""
    world = random_world(2)
    pairs = tuple((one, other) for one in world.regions for other in world.regions if one != other)
    record = replace(everything(world), pairs=pairs)
    results = run_ensemble(plan(Scenario.from_text(TEXT % RANDOM), world, draws=20, record=record))
    balance = results.column("both", "balance_usd_bn")
    of_pairs = results.column("both", "bilateral_balance_usd_bn").reshape(20, len(world.regions), -1)
    np.testing.assert_allclose(of_pairs.sum(2), balance, atol=1e-12)
    shape = (20, len(world.sectors), len(world.regions), len(world.regions))
    flows = results.column("both", "trade_usd_bn").reshape(shape).sum(1)
    np.testing.assert_allclose(flows.sum(1) - flows.sum(2), balance, atol=1e-12)
    added = results.column("both", "value_added_change_usd_bn").reshape(20, len(world.regions), -1).sum(2)
    income = world.factor_income / 1000
    np.testing.assert_allclose(added, income * results.column("both", "real_wage_pct") / 100, atol=1e-12)


def test_every_reported_quantity_is_drawn() -> None:
    """Tables of an ensemble hold every variable of outcomes."""
    from comity.uncertainty.ensemble.program import MEASURES

    drawn = {*MEASURES, *(name for names in DETAILS.values() for name in names)}
    known = {v.name: v for v in (*variables(), *exposed())}
    assert known.keys() <= drawn
    for table, names in DETAILS.items():
        assert {tuple(known[name].dims.split()) for name in names if name in known} <= {AXES[table]}
    for name in {one.name for one in exposed()}:
        assert (known[name].units, known[name].definition) == OTHERS[name]
    assert drawn - known.keys() < OTHERS.keys()


@pytest.mark.parametrize("by_use", [False, True])
def test_value_added_along_the_chain_is_what_exposure_says_of_a_single_solve(by_use: bool) -> None:
    """By rounds of supply here, by one solve of Leontief's equation there; with a subsidy and more defence spending."""
    scenario = Scenario.from_text(CHAIN)
    world = scenario.load_world()
    scenario = replace(scenario, options={"sourcing": "by-use" if by_use else "pooled"})
    regions, sectors = ("JPN", "USA"), ("C26", "C29")
    record = Record(
        used=tuple((s, n, i) for s in sectors for n in regions for i in world.regions),
        made=tuple((n, i, s) for n in regions for i in world.regions for s in sectors),
    )
    p = plan(scenario, world, draws=2, record=record)
    chunk = Engine(p).solve(0, 2)
    (found,) = chunk.variants.values()
    outcome = alone(p, chunk, 1, scenario.variant_names[0])
    place = {"sector": world.sectors.index, "region": world.regions.index, "partner": world.regions.index}
    for table, places in (("used", record.used), ("made", record.made)):
        (name,) = DETAILS[table]
        expected = [
            EXPOSED[name](outcome)[tuple(place[axis](code) for axis, code in zip(AXES[table], one, strict=True))]
            for one in places
        ]
        np.testing.assert_allclose(found.details[table][1, 0], expected, rtol=1e-8, err_msg=name)


def test_a_place_that_no_variant_has_is_refused() -> None:
    with pytest.raises(UnknownName, match="there is no sector 'S9' to keep"):
        plan(Scenario.from_text(TEXT % RANDOM), random_world(1), record=Record.of(["R0"], ["S9"]))


@pytest.mark.long
def test_threads_and_order_change_nothing() -> None:
    world = random_world(3)
    record = replace(everything(world), used=(("S0", "R0", "R1"), ("S2", "R0", "R0")), made=(("R0", "R1", "S0"),))
    record = record.explaining(["R0"], [world], ["R1"]).employing({("R0", "S1"): 5.0})
    p = plan(Scenario.from_text(TEXT % RANDOM), world, draws=40, record=record)
    one, many = run_ensemble(p, chunk=40), run_ensemble(p, chunk=6, solver=Threads(3))
    for table in record.places:
        for name in DETAILS[table]:
            np.testing.assert_array_equal(one.column("both", name), many.column("both", name))


def test_columns_of_places_by_name() -> None:
    found = load_world("2022", preset="small")
    record = Record.of(["JPN", "USA"], {"JPN": [found.sectors[0]], "USA": []}, partners=["CHN"])
    assert record.pairs == (("JPN", "CHN"), ("USA", "CHN"))
    assert record.sectors == (("JPN", found.sectors[0]),)
    assert record.trade == ((found.sectors[0], "JPN", "CHN"), (found.sectors[0], "CHN", "JPN"))


def test_a_draw_that_the_program_does_not_settle_is_solved_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had settled none: every draw is then the certified answer of its own problem."""
    world = random_world(1)
    p = plan(Scenario.from_text(TEXT % RANDOM + DRAWN), world, draws=3, record=everything(world))
    usual = Engine(p).solve(0, 3)
    monkeypatch.setattr(solving, "TOLERANCE", -1.0)
    found = Engine(p).solve(0, 3)
    for variant, one in found.variants.items():
        assert not one.reasons
        assert np.isfinite(one.certified).all()
        np.testing.assert_allclose(one.values, usual.variants[variant].values, atol=2e-8)
        for table, values in one.details.items():
            np.testing.assert_allclose(values, usual.variants[variant].details[table], atol=2e-8)
