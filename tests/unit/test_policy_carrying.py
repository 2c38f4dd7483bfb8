"""A shock carried to a coarser world: what must be kept, and what it is when nothing is summed."""

from dataclasses import fields, replace

import numpy as np
import pytest
from worlds import random_world

import comity
from comity.errors import ScenarioError
from comity.policy import Scenario, Shock
from comity.policy.carrying import carry, correspondence

FINE = random_world(3, regions=4, sectors=5)
COARSE = FINE.aggregate({"A": ["R0", "R1"]}, {"S": ["S0", "S3"]})
BY_TRADE = ("tariff", "export_tax", "iceberg", "available")


def shock(world, seed=0):
    """Every array changed at random."""
    rng = np.random.default_rng(seed)
    none = Shock.none(world)
    regions = len(world.regions)
    abroad = ~np.eye(regions, dtype=bool)
    transfer = rng.normal(size=regions)
    mix = rng.random(none.public_mix.shape)
    sources = rng.random(none.tariff.shape)
    return Shock(
        tariff=none.tariff + abroad * rng.uniform(0, 0.3, none.tariff.shape),
        export_tax=none.export_tax + abroad * rng.uniform(0, 0.2, none.tariff.shape),
        iceberg=1 + abroad * rng.uniform(0, 0.5, none.tariff.shape),
        available=1 - abroad * rng.uniform(0, 1, none.tariff.shape),
        productivity=rng.uniform(0.8, 1.2, none.productivity.shape),
        factors=rng.uniform(0.9, 1.1, regions),
        subsidy=rng.uniform(0, 0.2, none.subsidy.shape),
        transfer=transfer - transfer.mean(),
        public=rng.uniform(0, 5, regions),
        public_mix=mix / mix.sum(1, keepdims=True),
        public_sources=sources / sources.sum(2, keepdims=True),
    ).check(world)


def test_carried_to_the_same_world_a_shock_is_itself():
    made = shock(FINE)
    carried = carry(made, FINE, FINE)
    assert carried.inside == 0
    for part in fields(Shock):
        assert np.allclose(getattr(carried.shock, part.name), getattr(made, part.name), atol=1e-13), part.name


def test_no_shock_is_carried_to_no_shock():
    carried = carry(Shock.none(FINE), FINE, COARSE).shock
    for part in fields(Shock):
        assert np.array_equal(getattr(carried, part.name), getattr(Shock.none(COARSE), part.name)), part.name
    assert carried.public_sources is None


def test_added_duty_at_baseline_trade_is_kept_but_for_what_lies_inside_a_region():
    made = shock(FINE)
    carried = carry(made, FINE, COARSE)
    fine = (made.tariff - FINE.tariff) * FINE.total_flows
    coarse = (carried.shock.tariff - COARSE.tariff) * COARSE.total_flows
    there = correspondence(FINE, COARSE).regions
    inside = there[:, None] == there
    assert coarse.sum() == pytest.approx(fine[:, ~inside].sum(), rel=1e-9)
    between = FINE.total_flows * ~np.eye(4, dtype=bool)
    assert carried.inside == pytest.approx(between[:, inside].sum() / between.sum(), rel=1e-12)


def test_amounts_are_summed_and_shares_stay_shares():
    made = shock(FINE)
    carried = carry(made, FINE, COARSE).shock
    assert carried.transfer[COARSE.regions.index("A")] == pytest.approx(made.transfer[:2].sum())
    assert carried.public.sum() == pytest.approx(made.public.sum())
    assert np.allclose(carried.public_mix.sum(1), 1)
    abroad = {}
    for name, one, world in (("fine", made, FINE), ("coarse", carried, COARSE)):
        bought = one.public_sources * (one.public[:, None] * one.public_mix).T[:, :, None]
        there = correspondence(world, COARSE)
        abroad[name] = np.array([bought[:, :, there.regions == i].sum() for i in range(len(COARSE.regions))])
    assert np.allclose(abroad["fine"], abroad["coarse"])


def test_amounts_follow_world_income_to_another_year():
    doubled = replace(
        FINE,
        **{name: 2 * getattr(FINE, name) for name in ("flows", "input_use", "final_use", "value_added")},
        source_trade=None,
    )
    made = shock(FINE)
    assert np.allclose(carry(made, FINE, doubled).shock.transfer, 2 * made.transfer)


def test_a_rule_on_all_goods_is_carried_to_what_it_is_as_written():
    """Two ways to the same shock: the rule read in the coarse world, and carried from the fine one."""
    scenario = Scenario.from_text("policies: [tariff: {by: USA, on: JPN, sectors: manufacturing, add: 10%}]")
    fine, coarse = comity.load_world("2022"), comity.load_world("2022", preset="us-japan")
    written = scenario.shocks(coarse)["scenario"].tariff
    carried = carry(scenario.shocks(fine)["scenario"], fine, coarse).shock.tariff
    assert np.allclose(carried, written, atol=1e-12)


def test_cars_are_carried_to_manufacturing_by_their_share_of_its_trade():
    scenario = Scenario.from_text("policies: [tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%}]")
    fine, coarse = comity.load_world("2022"), comity.load_world("2019")
    carried = carry(scenario.shocks(fine)["scenario"], fine, coarse).shock
    usa, jpn, cars = fine.regions.index("USA"), fine.regions.index("JPN"), fine.sectors.index("C29")
    made = [code.startswith("C") for code in fine.sectors]
    share = fine.total_flows[cars, usa, jpn] / fine.total_flows[made, usa, jpn].sum()
    there = coarse.sectors.index("C"), coarse.regions.index("USA"), coarse.regions.index("JPN")
    added = carried.tariff - coarse.tariff
    assert added[there] == pytest.approx(0.25 * share, rel=1e-12)
    assert np.count_nonzero(added) == 1


def test_worlds_that_do_not_correspond_are_refused():
    other = FINE.aggregate({"A": ["R0", "R2"]})
    with pytest.raises(ScenarioError, match="region A is not inside one region"):
        carry(shock(other), other, COARSE)
    with pytest.raises(ScenarioError, match="region CHE holds no region of the finer world"):
        correspondence(comity.load_world("2019"), comity.load_world("2022", preset="us-japan"))
