"""Added public absorption as a buyer with sources of its own."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import pooled, random_world, rich_shock

from comity.errors import ClosureError, NoEquilibrium, NotCertified, ScenarioError
from comity.model import Closures, problem, solve
from comity.model.explanation import channels
from comity.model.response import gradient, respond
from comity.policy.shock import Shock, final_sources
from comity.world import World
from comity.world.calibration import calibrate

STEP = 1e-5
RICH = Closures(sourcing="by-use", competition="scale", kappa=2, demand_elasticity=0.6)
EACH = pytest.mark.parametrize(
    "closures",
    [
        Closures(),
        pytest.param(Closures(sourcing="by-use"), marks=pytest.mark.long),  # each is a program of its own to compile
        pytest.param(Closures(imbalances="balanced"), marks=pytest.mark.long),
        pytest.param(Closures(imbalances="output", kappa=1), marks=pytest.mark.long),
        RICH,
    ],
    ids=["pooled", "by use", "balanced", "output, specific", "rich"],
)


def sources(world: World, seed: int = 0) -> np.ndarray:
    """Random shares over those who make a good ``[j, n, i]``."""
    drawn = np.random.default_rng(seed).random(world.tariff.shape) * (world.gross_output.T > 0)[:, None, :]
    return np.asarray(drawn / np.maximum(drawn.sum(2, keepdims=True), 1e-300))


def buying(world: World, shares: np.ndarray | None, amount: float = 40.0) -> Shock:
    """Public absorption of two regions, of all goods that anybody makes."""
    mix = np.tile((world.gross_output.sum(0) > 0) * np.arange(1.0, len(world.sectors) + 1), (3, 1))
    mix /= mix.sum(1, keepdims=True)
    return replace(rich_shock(world), public=np.array([amount, 0, 10.0]), public_mix=mix, public_sources=shares)


@pytest.mark.long
@EACH
@pytest.mark.parametrize("zeros", [False, True], ids=["dense", "with zeros"])
def test_certified_and_the_channels_add_up(closures, zeros):
    world = random_world(3, zeros=zeros)
    o = solve(world, buying(world, sources(world)), closures=closures)
    assert o.certificate.max_residual < 1e-10
    gap = sum(channels(o).totals().values()) - (np.asarray(o.values["real_income"]) - 1)
    assert 100 * np.abs(gap).max() < 1e-6


@pytest.mark.parametrize("sourcing", ["pooled", "by-use"])
def test_the_sources_of_final_demand_change_nothing(sourcing):
    world = random_world(4)
    shares = calibrate(world, by_use=sourcing == "by-use").pi[-1]
    apart, together = (solve(world, buying(world, s), sourcing=sourcing) for s in (shares, None))
    for name, value in together.values.items():
        assert np.asarray(apart.values[name]) == pytest.approx(np.asarray(value), rel=1e-12), name
    assert np.asarray(apart.after.flow).sum(0) == pytest.approx(np.asarray(together.after.flow).sum(0), rel=1e-11)
    assert len(apart.after.flow) == len(together.after.flow) + 1


def test_final_sources_are_those_of_the_calibration():
    for world in (random_world(5), pooled(random_world(5))):
        assert final_sources(world) == pytest.approx(calibrate(world, by_use=len(world.flows) == 2).pi[-1], abs=1e-15)


def test_what_the_public_buys_goes_where_its_sources_say():
    """Tiny absorption moves no price: the flows of public use are amount, mix and shares, tariffs taken off."""
    world, shares = random_world(6), sources(random_world(6))
    shock = replace(buying(world, shares, 1e-6), **{f: getattr(Shock.none(world), f) for f in CHANGED})
    shock = replace(shock, public=np.array([1e-6, 0, 0]))
    o = solve(world, shock)
    expected = 1e-6 * shock.public_mix[0][:, None] * shares[:, 0] / (1 + world.tariff[:, 0])
    assert np.asarray(o.after.flow)[-1, :, 0] * o.unit == pytest.approx(expected, rel=1e-7)
    assert np.asarray(o.before.flow)[-1].sum() == 0


CHANGED = (
    "tariff", "export_tax", "iceberg", "available", "productivity", "factors", "subsidy", "transfer",
)  # fmt: skip


def test_buying_at_home_is_kinder_to_home_than_buying_abroad():
    world = random_world(7, tariffs=False)
    home, away = np.zeros_like(world.tariff), np.zeros_like(world.tariff)
    home[:, range(3), range(3)] = 1
    away[:, range(3), [1, 2, 0]] = 1
    none = Shock.none(world)
    found = {
        name: solve(world, replace(none, public=np.array([50.0, 0, 0]), public_sources=s)).values
        for name, s in (("home", home), ("away", away))
    }
    assert found["home"]["real_income"][0] > found["away"]["real_income"][0]
    assert found["home"]["terms_of_trade"][0] > found["away"]["terms_of_trade"][0]
    assert found["away"]["real_income"][1] > found["home"]["real_income"][1]


@pytest.mark.long
@pytest.mark.parametrize("name", ["t", "d", "G", "beta", "sources", "T"])
def test_gradient(name):
    """By the adjoint and by central differences."""
    world, region = random_world(8), 1
    p = problem(world, buying(world, sources(world)), RICH)
    _, (_, slopes), _ = gradient(p.economy, p.policy, p.rules, "real_income", region)
    value = getattr(p.policy, name)
    direction = np.random.default_rng(5).normal(size=value.shape)
    if name in ("t", "d"):
        direction = direction * (1 - np.eye(3))

    def at(step):
        moved = p.policy._replace(**{name: value + step * direction})
        return float(respond(p.economy, moved, p.rules).values["real_income"][region])

    numeric = (at(STEP) - at(-STEP)) / (2 * STEP)
    assert float((getattr(slopes, name) * direction).sum()) == pytest.approx(numeric, rel=2e-5, abs=1e-7)


def test_public_revenue_is_refused():
    world = random_world(9)
    with pytest.raises(ClosureError, match="revenue 'public' would buy the goods"):
        solve(world, buying(world, sources(world)), revenue="public")


def test_a_cut_beyond_what_is_bought_is_no_equilibrium():
    world = random_world(10)
    shares = np.zeros_like(world.tariff)
    shares[:, :, 2] = 1
    shock = replace(Shock.none(world), public=np.array([-0.5 * world.final_spending[0], 0, 0]), public_sources=shares)
    with pytest.raises(ScenarioError, match=r"cut by more S. .* from ROW than it buys there"):
        shock.check(world)
    bought = (world.total_flows * (1 + world.tariff))[:, 0, 2] / shock.public_mix[0]
    t = world.tariff.copy()
    t[:, 0, 2] += 2  # trade falls to less than is cut
    with pytest.raises(NotCertified, match=r"purchases are not negative.*S., R0, ROW"):
        solve(world, replace(shock, public=np.array([-0.9 * bought.min(), 0, 0]), tariff=t).check(world))
    small = replace(shock, public=np.array([-1.0, 0, 0]))
    assert solve(world, small).values["real_income"][0] > 1


def test_a_ban_that_leaves_public_use_without_source():
    world, shares = random_world(11), np.zeros((4, 3, 3))
    shares[:, :, 1] = 1
    available = np.ones_like(world.tariff)
    available[:, 0, 1] = 0
    shock = replace(Shock.none(world), public=np.array([5.0, 0, 0]), public_sources=shares, available=available)
    with pytest.raises(NoEquilibrium, match="no source at all"):
        solve(world, shock)
    assert solve(world, replace(shock, public=np.zeros(3))).certificate.passed


def test_shares_that_do_not_sum_to_one_and_sources_that_make_nothing():
    world = random_world(12, zeros=True)
    shares = sources(world)
    with pytest.raises(ScenarioError, match=r"public_sources of S0 in R0 sum to 0\.5 over exporters"):
        buying(world, np.where(np.arange(4)[:, None, None] == 0, 0.5 * shares, shares)).check(world)
    wrong = shares.copy()
    wrong[0] = np.eye(3)[2]
    with pytest.raises(ScenarioError, match="from ROW, which makes none"):
        buying(world, wrong).check(world)
    assert buying(world, shares).check(world)
