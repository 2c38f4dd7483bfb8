"""Laws of an update: nothing moves without a reason, totals and identities hold, and nothing else is as close."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from worlds import pooled, random_world

from comity.world import Total, World
from comity.world.accounts import Accounts
from comity.world.updating import grown

SEEDS = st.integers(0, 10_000)
few = settings(max_examples=25, deadline=None)
ARRAYS = ("flows", "input_use", "final_use", "value_added")


def close(ours: World, theirs: World, rtol: float = 1e-9, factor: float = 1.0) -> None:
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(ours, name), factor * getattr(theirs, name), rtol=rtol, atol=1e-9)


def international(world: World) -> np.ndarray:
    return world.total_flows * ~np.eye(len(world.regions), dtype=bool)


def some_totals(world: World, seed: int) -> list[Total]:
    """Income of two regions, exports of one and a bilateral total, each moved by up to a third."""
    rng = np.random.default_rng(seed)
    trade, (a, b, *_) = international(world), world.regions
    factor = np.exp(rng.uniform(-0.3, 0.3, 4))
    return [
        Total("gdp", a, usd_mn=float(factor[0] * world.factor_income[0])),
        Total("gdp", b, growth=float(factor[1] - 1)),
        Total("exports", b, usd_mn=float(factor[2] * trade[:, :, 1].sum())),
        Total("imports", a, b, world.sectors[1], usd_mn=float(factor[3] * trade[1, 0, 1])),
    ]


@few
@given(SEEDS, st.booleans(), st.booleans())
def test_nothing_asked_nothing_moved(seed, by_use, zeros):
    world = random_world(seed, by_use=by_use, zeros=zeros)
    later = world.update()
    close(later.world, world, rtol=1e-13)
    assert later.report.steps == 0
    assert later.world.estimated[0].startswith(f"World {world.name} updated to 2022 is an UPDATE")


@few
@given(SEEDS, st.booleans())
def test_totals_that_hold_already_move_nothing(seed, by_use):
    world = random_world(seed, 4, by_use=by_use)
    trade, places = international(world), dict(enumerate(world.regions))
    later = world.update(
        gdp={r: world.factor_income[n] for n, r in places.items()},
        exports={r: trade[:, :, n].sum() for n, r in places.items()},
        imports={r: trade[:, n].sum() for n, r in places.items()},
        imports_by_industry={
            (places[0], places[i], s): trade[j, 0, i] for i in (1, 2) for j, s in enumerate(world.sectors)
        },
    )
    close(later.world, world)


@few
@given(SEEDS, st.booleans(), st.booleans(), st.floats(0.01, 100))
def test_growth_that_is_the_same_everywhere_scales_everything(seed, by_use, zeros, factor):
    world = random_world(seed, by_use=by_use, zeros=zeros)
    later = world.update(gdp_growth=dict.fromkeys(world.regions, factor - 1), year=2030)
    close(later.world, world, rtol=1e-11, factor=factor)


@few
@given(SEEDS, st.booleans(), st.booleans())
def test_totals_are_met_identities_hold_and_zeros_stay(seed, by_use, zeros):
    world = random_world(seed, 4, by_use=by_use, zeros=zeros)
    asked = some_totals(world, seed)
    assume(international(world)[1, 0, 1] > 0)
    later = world.update(asked, year=2024)
    assert max(check.largest for check in later.world.check()) < 1e-12
    assert later.report.furthest < 1e-9
    trade = international(later.world)
    assert later.world.factor_income[0] == pytest.approx(asked[0].usd_mn, rel=1e-9)
    assert later.world.factor_income[2:] == pytest.approx(world.factor_income[2:], rel=1e-9)
    assert trade[:, :, 1].sum() == pytest.approx(asked[2].usd_mn, rel=1e-9)
    assert trade[1, 0, 1] == pytest.approx(asked[3].usd_mn, rel=1e-9)
    for name in ARRAYS:
        before, after = getattr(world, name), getattr(later.world, name)
        assert np.array_equal(before > 1e-12 * before.max(), after > 1e-12 * after.max())


@few
@given(SEEDS, st.booleans())
def test_order_and_names_of_regions_do_not_matter(seed, by_use):
    world = random_world(seed, 4, by_use=by_use)
    order = np.random.default_rng(seed).permutation(4)
    names = [f"N{world.regions[n]}" for n in order]
    turned = World.from_flows(
        flows=world.flows[:, :, order][..., order], tariff=world.tariff[:, order][..., order],
        input_use=world.input_use[order], final_use=world.final_use[order], value_added=world.value_added[order],
        elasticities=world.elasticities, regions=names, sectors=world.sectors, name="turned", year=2022,
    )  # fmt: skip
    asked = some_totals(world, seed)
    renamed = [
        Total(t.kind, f"N{t.region}", t.partner if t.partner == "*" else f"N{t.partner}", t.sector, t.usd_mn, t.growth)
        for t in asked
    ]
    ours, theirs = world.update(asked).world, turned.update(renamed).world
    np.testing.assert_allclose(theirs.flows, ours.flows[:, :, order][..., order], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(theirs.input_use, ours.input_use[order], rtol=1e-7, atol=1e-9)


def brute_force(prior: Accounts, income: np.ndarray, sums: list[tuple[np.ndarray, float, float]]) -> np.ndarray:
    """Cells of least relative entropy by a general minimiser: flows, inputs, value added; pooled flows: final use.

    A finite weight adds the reported value as a cell of its own. Nothing of the package's scaling is used.
    """
    u = len(prior.flows)
    blocks = [prior.flows, prior.input_use, prior.value_added] + ([prior.final_use] if u == 1 else [])
    soft = [(mask, value, weight) for mask, value, weight in sums if np.isfinite(weight)]
    start = np.concatenate([*(b.ravel() for b in blocks), [value for _, value, _ in soft]])
    weight = np.concatenate([np.ones(len(start) - len(soft)), [w for *_, w in soft]])
    ends = np.cumsum([0, *(b.size for b in blocks)])

    def conditions(x: np.ndarray) -> np.ndarray:
        f, z, v, *c = (x[a:b].reshape(block.shape) for a, b, block in zip(ends[:-1], ends[1:], blocks, strict=True))
        bought = np.einsum("jni,jni->nj", f[0], 1 + prior.tariff)
        purchases = z.sum(2) + (c[0] if c else 0) - bought
        output = np.einsum("ujni,jni->ij", f, 1 / (1 + prior.export_tax)) - z.sum(1) - v
        reported = iter(x[len(x) - len(soft) :])
        trade = [f.sum(0)[mask].sum() - (next(reported) if np.isfinite(w) else value) for mask, value, w in sums]
        return np.concatenate([purchases.ravel(), output.ravel(), v.sum(1) - income, trade])

    zero = conditions(np.zeros(len(start)))
    matrix = np.array([conditions(column) - zero for column in np.eye(len(start))]).T
    scale = np.abs(start).max()
    found = minimize(
        lambda x: (weight * (x * np.log(x / start) - x + start)).sum() / scale,
        start,
        jac=lambda x: weight * np.log(x / start) / scale,
        constraints={"type": "eq", "fun": lambda x: (matrix @ x + zero) / scale, "jac": lambda x: matrix / scale},
        bounds=[(1e-9 * value, None) for value in start],
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-15},
    )  # fmt: skip
    assert found.success, found.message
    return found.x[: ends[-1]]


@pytest.mark.parametrize("by_use", [True, False])
@pytest.mark.parametrize("weight", [np.inf, 2.0])
def test_no_other_accounts_are_closer(by_use, weight):
    world = random_world(5, 2, 2, by_use=by_use)
    trade = international(world)
    asked = [
        Total("gdp", "R0", growth=0.2),
        Total("imports", "R0", sector="S0", usd_mn=1.3 * trade[0, 0, 1], weight=weight),
        Total("exports", "R0", usd_mn=0.9 * trade[:, 1, 0].sum()),
    ]
    later = world.update(asked)
    income = world.factor_income * [1.2, 1.0]
    mine = np.zeros(trade.shape, dtype=bool), np.zeros(trade.shape, dtype=bool)
    mine[0][0, 0, 1], mine[1][:, 1, 0] = True, True
    prior = grown(world.accounts, income / world.factor_income)
    cells = brute_force(prior, income, [(mine[0], asked[1].usd_mn, weight), (mine[1], asked[2].usd_mn, np.inf)])
    w = later.world
    ours = [w.flows, w.input_use, w.value_added] + ([w.final_use] if not by_use else [])
    np.testing.assert_allclose(np.concatenate([a.ravel() for a in ours]), cells, rtol=2e-4, atol=1e-3)
    reached = later.report.totals[0].reached
    if np.isfinite(weight):
        assert trade[0, 0, 1] < reached < 1.3 * trade[0, 0, 1]
    else:
        assert reached == pytest.approx(1.3 * trade[0, 0, 1], rel=1e-9)


@few
@given(SEEDS)
def test_world_exports_are_world_imports(seed):
    world = random_world(seed, 4)
    trade = international(world)
    rng = np.random.default_rng(seed)
    exports = {r: trade[:, :, n].sum() * rng.uniform(0.9, 1.3) for n, r in enumerate(world.regions)}
    imports = {r: trade[:, n].sum() * rng.uniform(0.8, 1.1) for n, r in enumerate(world.regions)}
    later = world.update(exports=exports, imports=imports)
    found = international(later.world)
    middle = np.sqrt(sum(exports.values()) * sum(imports.values()))
    assert found.sum() == pytest.approx(middle, rel=1e-9)
    shares = found.sum((0, 1)) / found.sum()
    np.testing.assert_allclose(shares, np.array(list(exports.values())) / sum(exports.values()), rtol=1e-8)
    assert next(s for s in later.world.history if s.action == "exports and imports harmonised").count == 8


def test_a_pooled_world_is_updated_like_one_by_use_when_uses_share_sources():
    world = pooled(random_world(3))
    later = world.update(gdp_growth={"R0": 0.3})
    assert max(check.largest for check in later.world.check()) < 1e-12
    assert later.world.factor_income[0] == pytest.approx(1.3 * world.factor_income[0], rel=1e-9)
