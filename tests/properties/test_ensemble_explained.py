"""Where the real income of each draw comes from, and its jobs: the same as single solves of the same draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_world

from comity import solve
from comity.model.burden import burdens
from comity.model.explanation import explain
from comity.model.outcome import Outcome
from comity.model.places import employment_change, real_pay
from comity.policy import Scenario
from comity.report.ensembles import world_income
from comity.uncertainty.ensemble import Record, explaining, plan, run_ensemble, summarise
from comity.uncertainty.ensemble.details import ALL
from comity.uncertainty.ensemble.plan import Plan
from comity.uncertainty.ensemble.program import BATCH
from comity.uncertainty.ensemble.solving import Chunk, Engine
from comity.world import World

TEXT = """
policies:
  - {tariff: {by: R0, on: R1, sectors: all, add: 10%, name: duty}}
  - {transfer: {from: R1, to: ROW, add: US$0.05bn, name: payment}}
variants: {alone: {keep: [duty]}, both: {}}
uncertainty:
  elasticities: {cv: 0.2}
"""
AMOUNTS = "  amounts: {duty: {uniform: {low: 5%, high: 25%}}}\n"
SCALE = {"competition": "scale"}
CLOSE = {"rtol": 1e-6, "atol": 1e-8}


def asked(text: str, world: World, draws: int, **options: str) -> Plan:
    scenario = replace(Scenario.from_text(text), options=options)
    record = Record().explaining(["R0", "R1"], [world], ["R1", "ROW"])
    return plan(scenario, world, draws=draws, record=record)


def alone(p: Plan, chunk: Chunk, k: int, variant: str) -> Outcome:
    """The outcome of one draw, solved by itself."""
    drawn = chunk.parameters
    theta = np.array([drawn[f"theta {s}"][k] for s in p.world.sectors])
    there = replace(p.world, elasticities=replace(p.world.elasticities, theta=theta))
    scenario = replace(p.scenario, uncertainty={})
    if "amount duty" in drawn:
        first = replace(scenario.policies[0], add=float(drawn["amount duty"][k]))
        scenario = replace(scenario, policies=(first, *scenario.policies[1:]))
    return solve(there, scenario, variant=variant)


def require_same(found, record: Record, outcome: Outcome, k: int) -> None:
    """Every part of real income of a draw against the explanation of its outcome."""
    rows = {(row.region): row for row in burdens(outcome)}
    for code in ("R0", "R1"):
        own = explain(outcome, code, top=99)
        names = {
            "channels": own.channels,
            "incomes": own.budget,
            "by_sector": own.by_sector,
            "by_partner": own.by_partner,
        }
        for table, parts in names.items():
            places = [place for place in record.places[table] if place[0] == code]
            values = found.details[table][k, 0][[record.places[table].index(place) for place in places]]
            words = dict(zip(outcome.world.sectors, outcome.world.sector_names, strict=True))
            by_name = {part.name: part.points for part in parts}
            expected = [by_name.pop(words.get(place[1], place[1]), 0.0) for place in places]
            assert not by_name
            np.testing.assert_allclose(values, expected, **CLOSE, err_msg=f"{table} {code}")
    for place, (code,) in enumerate(record.burdens):
        if code in rows:
            b = rows[code]
            share = 100 * b.terms_of_trade_usd_bn / b.payment_usd_bn
            parts = (b.payment_usd_bn, b.terms_of_trade_usd_bn, b.public_absorption_usd_bn, b.rest_usd_bn, share)
            np.testing.assert_allclose(found.details["burdens"][k, :, place], parts, rtol=1e-6, atol=1e-8)
        else:
            assert np.isnan(found.details["burdens"][k, -1, place])


LONG = pytest.mark.long
CASES = [
    pytest.param("", {}, marks=LONG),
    (AMOUNTS, {"mobility": "specific"}),
    pytest.param("", SCALE, marks=LONG),
]


@pytest.mark.parametrize(("more", "options"), CASES)
def test_parts_of_a_draw_are_those_of_its_outcome(more: str, options: dict[str, str]) -> None:
    world = random_world(1)
    p = asked(TEXT + more, world, 3, **options)
    chunk = Engine(p).solve(0, 3)
    for variant in ("alone", "both"):
        assert not chunk.variants[variant].reasons
        require_same(chunk.variants[variant], p.record, alone(p, chunk, 2, variant), 2)


@LONG
def test_parts_add_up_in_every_draw_and_cost_nothing_else() -> None:
    """Channels and sources add up to real income in each draw; the draws themselves are the same bits without."""
    world = random_world(2)
    p = asked(TEXT, world, BATCH + 3)
    results = run_ensemble(p)
    for variant in ("alone", "both"):
        income = results.column(variant, "real_income_pct")[:, :2]
        for measure in ("channel_points", "source_points"):
            parts = results.column(variant, measure).reshape(BATCH + 3, 2, -1).sum(2)
            np.testing.assert_allclose(parts, income, atol=1e-6)
        without = run_ensemble(replace(p, record=Record()))
        np.testing.assert_array_equal(
            results.column(variant, "real_wage_pct"), without.column(variant, "real_wage_pct")
        )


@LONG
def test_parts_depend_on_no_batch() -> None:
    p = asked(TEXT + AMOUNTS, random_world(2), 8)
    whole, part = Engine(p).solve(0, 8), Engine(p).solve(5, 7)
    for variant, found in part.variants.items():
        for table, values in found.details.items():
            np.testing.assert_array_equal(values, whole.variants[variant].details[table][5:7])


@LONG
def test_a_draw_whose_parts_do_not_add_up_is_split_as_a_single_answer_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a rule of one point on the path, which is too coarse: every draw is split again, by itself."""
    p = asked(TEXT, random_world(2), 2)
    fine = Engine(p).solve(0, 2)
    monkeypatch.setattr(explaining, "NODES", 1)
    explaining.explain_levers.clear_cache()
    try:
        coarse = Engine(p).solve(0, 2)
    finally:
        explaining.explain_levers.clear_cache()
    for variant, found in coarse.variants.items():
        assert not found.reasons
        for table, values in found.details.items():
            np.testing.assert_allclose(values, fine.variants[variant].details[table], atol=1e-7)


def test_jobs_of_a_draw_are_those_of_its_outcome() -> None:
    world = random_world(1)
    persons = {("R0", "S0"): 120.0, ("R0", "S2"): 30.0, ("ROW", "S1"): 7.0}
    scenario = Scenario.from_text(TEXT + AMOUNTS)
    p = plan(scenario, world, draws=3, record=Record().employing(persons))
    chunk = Engine(p).solve(0, 3)
    assert p.record.jobs == (("R0", "S0"), ("R0", "S2"), ("R0", ALL), ("ROW", "S1"), ("ROW", ALL))
    at = {place: (world.regions.index(place[0]), world.sectors.index(place[1])) for place in persons}
    table = np.full((len(world.regions), len(world.sectors)), np.nan)
    for place, many in persons.items():
        table[at[place]] = many
    outcome = alone(p, chunk, 1, "both")
    changes, pay = employment_change(outcome, table), 100 * (real_pay(outcome) - 1)
    found = chunk.variants["both"].details["jobs"][1]
    for k, place in enumerate(p.record.jobs):
        own = [at[one] for one in persons if one[0] == place[0] and place[1] in (one[1], ALL)]
        weights = [table[one] for one in own]
        assert found[0, k] == pytest.approx(sum(changes[one] for one in own), abs=1e-7)
        assert found[1, k] == pytest.approx(np.average([pay[one] for one in own], weights=weights), abs=1e-7)
    assert p.hash != replace(p, record=Record().employing({**persons, ("ROW", "S1"): 8.0})).hash


@pytest.mark.parametrize("options", [{}, {"imbalances": "balanced"}])
def test_real_income_of_the_world_is_what_all_gain_over_what_all_spent(options: dict[str, str]) -> None:
    """Also where the baseline is re-based, once, at the central elasticities: no draw keeps what was spent there."""
    world = random_world(1)
    p = replace(asked(TEXT, world, 2, **options), record=Record())
    results = run_ensemble(p)
    spent = solve(world, replace(p.scenario, uncertainty={}), variant="both").world.final_spending.sum() / 1000
    assert (abs(spent - world.final_spending.sum() / 1000) > 1e-6) == bool(options)
    gained = results.column("both", "equivalent_variation_usd_bn").sum(1)
    found = world_income(results)
    assert found["equivalent_variation_usd_bn"]["both"] == summarise(gained)
    assert found["real_income_pct"]["both"].mean == pytest.approx(float(100 * gained.mean() / spent), rel=1e-9)
    if not options:
        outcome = alone(p, Engine(p).solve(0, 2), 1, "both")
        assert gained[1] == pytest.approx(outcome.array("equivalent_variation_usd_bn").sum(), abs=1e-9)
