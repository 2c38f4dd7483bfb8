"""The economics by its properties: what must hold in any world, under any closure."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_world

from comity.model import Closures, rebase, solve
from comity.policy.shock import Shock
from comity.world import World

CLOSURES = {
    "default": Closures(),
    "balanced": Closures(imbalances="balanced"),
    "output": Closures(imbalances="output"),
    "spending": Closures(imbalances="spending"),
    "public": Closures(revenue="public"),
    "by use": Closures(sourcing="by-use"),
    "scale": Closures(competition="scale"),
    "specific": Closures(kappa=1),
    "Roy-Frechet": Closures(kappa=2.5),
    "ces": Closures(demand_elasticity=0.4),
    "short run": Closures(horizon=1),
    "everything": Closures(
        imbalances="spending", revenue="public", sourcing="by-use", competition="scale", kappa=3, demand_elasticity=2
    ),
}


def by_name(names: dict[str, Closures]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("closures", list(names.values()), ids=list(names))


def tariffs(world: World, importer: int = 0, rate: float = 0.25) -> Shock:
    """A tariff of one importer on everything that it buys abroad."""
    t = world.tariff.copy()
    t[:, importer] += rate
    t[:, importer, importer] = world.tariff[:, importer, importer]
    return replace(Shock.none(world), tariff=t)


def percent(outcome, name="real_income") -> np.ndarray:
    return 100 * (np.asarray(outcome.values[name]) - 1)


@by_name(CLOSURES)
def test_no_change_changes_nothing(closures):
    world = random_world(1)
    outcome = solve(world, Shock.none(world), closures=closures)
    for name in ("real_income", "real_wage", "consumer_prices", "exports", "imports", "terms_of_trade", "real_gdp"):
        assert np.abs(percent(outcome, name)).max() < 1e-10, name  # percent: 1e-12 as a fraction
    assert outcome.certificate.max_residual < 1e-12


@by_name(CLOSURES)
@pytest.mark.parametrize("seed", [2, 3])
def test_every_closure_is_certified(closures, seed):
    world = random_world(seed)
    outcome = solve(world, tariffs(world), closures=closures)
    assert outcome.certificate.passed
    assert np.abs(percent(outcome)).max() > 1e-3


@by_name({k: CLOSURES[k] for k in ("default", "public", "by use", "everything")})
def test_homogeneity_in_money(closures):
    """Measuring the world in other units of money changes no relative result."""
    world = random_world(4)
    money = ("flows", "input_use", "final_use", "value_added", "source_trade")
    scaled = replace(world, **{name: 1e-3 * getattr(world, name) for name in money})
    one, other = (solve(w, tariffs(w), closures=closures) for w in (world, scaled))
    assert percent(one) == pytest.approx(percent(other), abs=1e-8)


@by_name({k: CLOSURES[k] for k in ("default", "everything")})
def test_relabelling_regions(closures):
    world = random_world(5)
    order = np.array([2, 0, 1])
    same = permuted(world, order)
    straight = solve(world, tariffs(world, 0), closures=closures)
    turned = solve(same, tariffs(same, int(np.flatnonzero(order == 0)[0])), closures=closures)
    assert percent(turned) == pytest.approx(percent(straight)[order], abs=1e-7)


def permuted(world: World, order: np.ndarray) -> World:
    """The same world with its regions in another order."""
    trade = {name: getattr(world, name)[:, order][:, :, order] for name in ("tariff", "export_tax", "tariff_known")}
    flows = world.flows[:, :, order][:, :, :, order]
    made = {name: getattr(world, name)[order] for name in ("input_use", "final_use", "value_added")}
    labels = {
        name: tuple(getattr(world, name)[n] for n in order) for name in ("regions", "region_names", "region_members")
    }
    return replace(world, flows=flows, **trade, **made, **labels)


def test_splitting_a_region_into_identical_halves():
    """Two identical halves of a region fare as the whole does."""
    world = random_world(6, regions=3)
    halves = split(world)
    whole = solve(world, tariffs(world, 0))
    t = halves.tariff.copy()
    t[:, 0, 1:] += 0.25
    parts = solve(halves, replace(Shock.none(halves), tariff=t))
    assert percent(parts)[[0, 1, 2]] == pytest.approx(percent(whole), abs=1e-7)
    assert percent(parts)[3] == pytest.approx(percent(whole)[2], abs=1e-7)


def split(world: World) -> World:
    """The last region cut into two equal halves, which trade with each other as the whole does with itself."""
    origin, part = np.array([0, 1, 2, 2]), np.array([1, 1, 0.5, 0.5])
    flows = world.flows[:, :, origin][:, :, :, origin] * part[:, None] * part[None, :]
    rates = {name: getattr(world, name)[:, origin][:, :, origin] for name in ("tariff", "export_tax")}
    return World.from_flows(
        flows=flows,
        input_use=world.input_use[origin] * part[:, None, None],
        final_use=world.final_use[origin] * part[:, None],
        value_added=world.value_added[origin] * part[:, None],
        elasticities=world.elasticities,
        regions=["R0", "R1", "R2", "R3"],
        sectors=world.sectors,
        **rates,
    )


def test_lerner_symmetry():
    """With balanced trade a uniform tariff is a uniform export tax."""
    world = rebase(random_world(7, tariffs=False), balanced=True)
    abroad = 1 - np.eye(3)
    importing, exporting = np.zeros_like(world.tariff), np.zeros_like(world.tariff)
    importing[:, 0] = 0.3 * abroad[0]
    exporting[:, :, 0] = 0.3 * abroad[:, 0]
    by_tariff = solve(world, replace(Shock.none(world), tariff=importing))
    by_tax = solve(world, replace(Shock.none(world), export_tax=exporting))
    assert percent(by_tariff) == pytest.approx(percent(by_tax), abs=1e-7)
    assert np.abs(percent(by_tariff)).max() > 0.1


def test_welfare_closed_form_in_one_sector():
    """Arkolakis, Costinot and Rodriguez-Clare (2012): W = lambda_hat^(-1/theta) for a change in trade costs."""
    world = rebase(random_world(8, sectors=1, tariffs=False), balanced=True)
    d = np.where(np.eye(3, dtype=bool), 1.0, 1.4)[None]
    outcome = solve(world, replace(Shock.none(world), iceberg=d))
    leontief = 1 / (1 - world.input_use[:, 0, 0] / world.gross_output[:, 0])
    own = [np.diag(np.asarray(x.share)[0, 0]) for x in (outcome.before, outcome.after)]
    expected = (own[1] / own[0]) ** (-leontief / world.elasticities.theta[0])
    assert np.asarray(outcome.values["real_income"]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", [9, 10])
def test_real_wage_closed_form(seed):
    """Caliendo and Parro (2015), eq. 15: real wages from domestic shares alone, whatever the policy of others."""
    world = random_world(seed)
    o = solve(world, tariffs(world))
    g = world.input_use / world.gross_output[:, None, :]
    alpha = world.final_use / world.final_use.sum(1, keepdims=True)
    before, after = (np.einsum("jnn->nj", np.asarray(x.share)[0]) for x in (o.before, o.after))
    gain = -np.log(after / before) / world.elasticities.theta
    expected = [alpha[n] @ np.linalg.solve(np.eye(4) - g[n].T, gain[n]) for n in range(3)]
    assert np.log(o.values["real_wage"]) == pytest.approx(expected, abs=1e-9)


def test_uses_with_equal_shares_pool():
    """Where both uses buy from the same sources, keeping them apart changes nothing."""
    world = random_world(11)
    uses = world.flows.sum(-1, keepdims=True)
    shares = world.flows.sum(0) / world.flows.sum((0, -1))[..., None]
    same = rebase(replace(world, flows=shares * uses), closures=Closures(sourcing="by-use"))
    apart, pooled = (solve(same, tariffs(same), sourcing=s) for s in ("by-use", "pooled"))
    assert percent(apart) == pytest.approx(percent(pooled), abs=1e-7)


@pytest.mark.parametrize(
    ("near", "limit"),
    [
        (Closures(demand_elasticity=1 + 1e-7), Closures()),
        (Closures(kappa=1e9), Closures()),
        (Closures(kappa=1 + 1e-9), Closures(kappa=1)),
        (Closures(horizon=10), Closures()),
    ],
    ids=["ces to Cobb-Douglas", "Roy-Frechet to mobile", "Roy-Frechet to specific", "ten years to the long run"],
)
def test_closures_meet_at_their_limits(near, limit):
    world = random_world(12)
    one, other = (solve(world, tariffs(world), closures=c) for c in (near, limit))
    assert percent(one) == pytest.approx(percent(other), abs=1e-5)


def test_without_scale_elasticities_scale_is_perfect_competition():
    world = random_world(13)
    flat = replace(world, elasticities=replace(world.elasticities, scale=np.full(4, 1e-12)))
    one, other = solve(flat, tariffs(flat), competition="scale"), solve(world, tariffs(world))
    assert percent(one) == pytest.approx(percent(other), abs=1e-7)


def test_transfers_and_revenue_add_up():
    world = random_world(14)
    gift = np.array([-50.0, 30.0, 20.0])
    o = solve(world, replace(tariffs(world), transfer=gift))
    B = np.asarray(o.after.B) * o.unit
    assert B.sum() == pytest.approx(0, abs=1e-6)
    assert B - world.imbalance == pytest.approx(gift, abs=1e-6)
    budget = o.after.Y + o.after.tariffs + o.after.export_taxes + o.after.B
    assert np.asarray(o.after.C) == pytest.approx(np.asarray(budget), rel=1e-9)


def test_public_goods_take_the_change_in_revenue():
    world = random_world(15)
    o = solve(world, tariffs(world), revenue="public")
    change = o.after.tariffs - o.before.tariffs
    assert np.asarray(o.after.public).sum(1) == pytest.approx(np.asarray(change), rel=1e-9)


def test_a_growing_economy_only_scales():
    """Every factor doubled everywhere: quantities double, relative prices stay."""
    world = rebase(random_world(16), balanced=True)
    o = solve(world, replace(Shock.none(world), factors=np.full(3, 2.0)))
    assert percent(o) == pytest.approx(np.full(3, 100.0), abs=1e-7)
    assert percent(o, "terms_of_trade") == pytest.approx(np.zeros(3), abs=1e-7)
