"""Who bears a transfer, and who inside a country gains and loses."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_elasticities, random_world, rich_shock

from comity.errors import DataError
from comity.model import Closures, solve
from comity.model.burden import burdens
from comity.model.places import employment_change, factor_points, factor_use, moved, real_pay, value_added_change
from comity.policy.shock import Shock
from comity.world import World


def symmetric(home: float) -> World:
    """Three equal regions of two sectors; each buys the `home` share of every good at home."""
    share = np.full((3, 3), (1 - home) / 2) + np.eye(3) * (home - (1 - home) / 2)
    use, final = np.array([[10.0, 20.0], [15.0, 5.0]]), np.array([60.0, 45.0])
    spent = np.stack([use.sum(1), final])
    return World.from_flows(
        flows=spent[:, :, None, None] * share,
        input_use=np.stack([use] * 3),
        final_use=np.stack([final] * 3),
        value_added=np.stack([spent.sum(0) - use.sum(0)] * 3),
        elasticities=random_elasticities(0, 2),
        regions=["R0", "R1", "ROW"],
        sectors=["S0", "S1"],
    )


def paying(world: World, amount: float = 10.0, **more: np.ndarray) -> Shock:
    """R0 pays R1."""
    return replace(Shock.none(world), transfer=np.array([-amount, amount, 0]), **more)


@pytest.mark.long
def test_without_home_bias_there_is_no_secondary_burden():
    world = symmetric(1 / 3)
    payer, receiver = burdens(solve(world, paying(world)))
    assert (payer.region, receiver.region) == ("R0", "R1")
    assert payer.real_income_usd_bn == pytest.approx(-0.01, abs=1e-9)
    for row in (payer, receiver):
        assert row.payment_usd_bn == pytest.approx(row.transfer_usd_bn, rel=1e-6)
        assert abs(row.terms_of_trade_usd_bn) < 1e-9
        assert abs(row.rest_usd_bn) < 1e-9


@pytest.mark.parametrize("home", [0.5, 0.8])
def test_with_home_bias_the_payers_terms_of_trade_worsen(home):
    world = symmetric(home)
    payer, receiver = burdens(solve(world, paying(world)))
    assert payer.terms_of_trade_usd_bn < 0 < receiver.terms_of_trade_usd_bn
    assert payer.real_income_usd_bn < -0.01
    more = burdens(solve(symmetric(0.9), paying(symmetric(0.9))))[0]
    assert more.terms_of_trade_usd_bn < payer.terms_of_trade_usd_bn


@pytest.mark.long
def test_spent_in_the_country_that_pays_the_secondary_burden_is_gone():
    world = symmetric(0.8)
    sources = np.zeros_like(world.tariff)
    sources[:, :, 0] = 1
    in_host = paying(world, public=np.array([0, 10.0, 0]), public_sources=sources)
    payer, receiver = burdens(solve(world, in_host))
    in_cash, _ = burdens(solve(world, paying(world)))
    assert payer.terms_of_trade_usd_bn > in_cash.terms_of_trade_usd_bn + 1e-4
    assert receiver.public_absorption_usd_bn == pytest.approx(-0.01, rel=0.1)
    assert abs(receiver.real_income_usd_bn) < 0.1 * receiver.payment_usd_bn


@pytest.mark.parametrize("closures", [Closures(), Closures(imbalances="spending", kappa=2)], ids=["default", "other"])
def test_the_parts_add_up_to_the_equivalent_variation(closures):
    world = random_world(41)
    o = solve(world, rich_shock(world), closures=closures)
    rows = burdens(o)
    assert [row.region for row in rows] == ["R0", "R1", "ROW"]
    for row in rows:
        n = o.region(row.region)
        for unit, total in (("usd_bn", o.data.equivalent_variation_usd_bn), ("pct", o.data.real_income_pct)):
            parts = [getattr(row, f"{p}_{unit}") for p in ("payment", "terms_of_trade", "public_absorption", "rest")]
            assert sum(parts) == pytest.approx(float(total[n]), rel=1e-12)
            assert getattr(row, f"real_income_{unit}") == pytest.approx(float(total[n]), rel=1e-12)


def test_without_transfers_there_is_no_burden():
    world = random_world(42)
    assert burdens(solve(world, Shock.none(world))) == ()


@pytest.mark.parametrize("kappa", [np.inf, 2.5, 1.0])
def test_factors_and_value_added_by_sector(kappa):
    world = random_world(43, zeros=True)
    shock = replace(rich_shock(world), factors=np.array([1.1, 1.0, 0.9]))
    o = solve(world, shock, kappa=kappa)
    income = (o.after.Y / o.after.P_C - o.before.Y) * o.unit / 1000
    assert value_added_change(o).sum(1) == pytest.approx(income, abs=1e-9)
    growth = factor_points(o).sum(1)
    if kappa == np.inf:
        assert growth == pytest.approx(shock.factors - 1, abs=1e-9)
        lost = np.nansum(np.abs(factor_use(o) / shock.factors[:, None] - 1) * shares(o), axis=1) / 2
        assert moved(o) == pytest.approx(lost, abs=1e-9)
        assert moved(o).min() > 1e-3
    if kappa == 1:
        made = np.isfinite(factor_use(o))
        assert (factor_use(o) / shock.factors[:, None])[made] == pytest.approx(1, abs=1e-9)
        assert moved(o) == pytest.approx(0, abs=1e-9)


def shares(o) -> np.ndarray:
    return o.economy.v * o.before.K / o.before.Y[:, None]


def test_employment_moves_with_the_factor_input():
    world = random_world(44)
    o = solve(world, rich_shock(world))
    persons = np.random.default_rng(0).uniform(1, 9, (3, 4))
    assert employment_change(o, persons) == pytest.approx(persons * (factor_use(o) - 1))
    with pytest.raises(DataError, match="3 x 4 numbers"):
        employment_change(o, persons.T)
    with pytest.raises(DataError, match="zero or more"):
        employment_change(o, -persons)
    persons[0, 0] = np.nan
    assert np.isnan(employment_change(o, persons)).sum() == 1


@pytest.mark.parametrize("kappa", [np.inf, 2.5, 1.0])
def test_real_pay_times_factors_is_real_value_added(kappa):
    world = random_world(44)
    o = solve(world, rich_shock(world), kappa=kappa)
    before = np.asarray(o.economy.v * o.before.K) * o.unit / 1000
    assert before * real_pay(o) * factor_use(o) == pytest.approx(before + value_added_change(o), rel=1e-9)
    if kappa == np.inf:
        assert 100 * (real_pay(o) - 1) == pytest.approx(np.tile(o.data.real_wage_pct.values[:, None], 4), abs=1e-9)


def test_persons_where_nothing_is_made_are_refused():
    world = random_world(43, zeros=True)
    o = solve(world, Shock.none(world))
    idle = ~(np.asarray(o.before.K) > 0)
    assert idle.any()
    with pytest.raises(DataError, match="no output"):
        employment_change(o, np.where(idle, 5.0, np.nan))


def test_purchases_and_subsidies_are_in_the_accounts():
    world = random_world(45)
    o = solve(world, rich_shock(world))
    at_border = o.data.public_purchases_usd_bn.sum("partner").values
    assert (at_border <= o.data.public_absorption_usd_bn.values + 1e-12).all()
    free = solve(world, replace(rich_shock(world), tariff=0 * world.tariff))
    assert free.data.public_purchases_usd_bn.sum("partner").values == pytest.approx(
        free.data.public_absorption_usd_bn.values, rel=1e-9
    )
    paid = (o.shock.subsidy * np.asarray(o.after.K)).sum(1) * o.unit / 1000
    assert o.data.subsidies_usd_bn.values == pytest.approx(paid, rel=1e-12)
