"""Laws that every world obeys, whatever its size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import random_elasticities, random_table, random_world

from comity.errors import ComityError
from comity.world import World, from_table

SEEDS = st.integers(0, 10_000)
SIZES = st.integers(1, 5)
few = settings(max_examples=40, deadline=None)


def labels(regions, sectors):
    return {"regions": [f"R{n}" for n in range(regions)], "sectors": [f"S{j}" for j in range(sectors)]}


def partition(draw, names):
    """A random grouping of `names`, some of them left alone."""
    groups = {}
    for name in names:
        group = draw(st.integers(0, len(names)))
        if group:
            groups.setdefault(f"G{group}", []).append(name)
    return groups


@st.composite
def grouped_worlds(draw):
    zeros = draw(st.booleans())
    regions, sectors = draw(st.integers(2, 5)), draw(st.integers(3 if zeros else 1, 5))
    world = random_world(draw(SEEDS), regions, sectors, by_use=draw(st.booleans()), zeros=zeros)
    return world, partition(draw, world.regions), partition(draw, world.sectors), draw(st.randoms())


@few
@given(SEEDS, SIZES, SIZES, st.booleans(), st.booleans(), st.booleans())
def test_random_tables_close_exactly(seed, regions, sectors, by_use, tariffs, zeros):
    zeros = zeros and regions > 1 and sectors > 2
    world = random_world(seed, regions, sectors, by_use=by_use, tariffs=tariffs, zeros=zeros)
    assert world.is_benchmark
    assert max(check.largest for check in world.check()) < 1e-13
    assert abs(world.imbalance.sum()) <= 1e-12 * world.factor_income.sum()


@few
@given(SEEDS, st.integers(2, 4), SIZES, st.floats(0, 1), st.integers(0, 3))
def test_spoilt_tables_are_repaired_or_refused(seed, regions, sectors, share, kind):
    """Random negative cells: the result is a certified benchmark with its repairs counted, or a named error."""
    rng = np.random.default_rng(seed)
    Z, F, _ = random_table(seed, regions, sectors)
    for block in (Z, F)[: 1 + kind % 2]:
        hit = rng.random(block.shape) < 0.3 * share
        block[hit] *= -rng.random(hit.sum())
    if kind > 1:
        F *= rng.random() < 0.5
    value_added = Z.sum((2, 3)) + F.sum(2) - Z.sum((0, 1))
    try:
        world = from_table(
            inputs=Z, final=F, value_added=value_added, elasticities=5.0, **labels(regions, sectors),
            tariff=rng.uniform(-0.2, 2, (sectors, regions, regions)),
        )  # fmt: skip
    except ComityError:
        return
    assert world.is_benchmark, world.check()
    assert all(np.isfinite(array).all() for array in world.arrays().values())
    assert all(step.amount >= 0 for step in world.history)


@few
@given(grouped_worlds())
def test_sums_keep_totals_and_identities(case):
    world, regions, sectors, _ = case
    small = world.aggregate(regions, sectors)
    assert small.is_benchmark
    assert max(check.largest for check in small.check()) < 1e-13
    for total in (
        "factor_income",
        "tariff_revenue",
        "export_tax_revenue",
        "final_spending",
        "total_flows",
        "input_use",
    ):
        assert getattr(small, total).sum() == pytest.approx(getattr(world, total).sum(), rel=1e-12)
    assert sorted(code for group in small.region_members for code in group) == sorted(world.regions)
    assert small.elasticities.theta.min() >= world.elasticities.theta.min() - 1e-12
    assert small.elasticities.theta.max() <= world.elasticities.theta.max() + 1e-12


@few
@given(grouped_worlds())
def test_summing_twice_is_summing_once(case):
    world, regions, sectors, random = case
    once = world.aggregate(regions, sectors)
    # any finer grouping first: pairs within each final group
    finer = {f"F{i}": group[: random.randint(1, len(group))] for i, group in enumerate(regions.values())}
    first = world.aggregate(finer, None)
    left = {
        label: [*(f for f, part in finer.items() if set(part) <= set(group)), *(m for m in group if m in first.regions)]
        for label, group in regions.items()
    }
    twice = first.aggregate(left, None).aggregate(None, sectors)
    assert twice.regions == once.regions
    assert twice.sectors == once.sectors
    for name, array in once.arrays().items():
        other = getattr(twice, name)
        if array.dtype == bool:
            assert np.array_equal(array, other), name
        else:
            assert np.allclose(array, other, rtol=1e-11, atol=1e-12 * max(1.0, np.abs(array).max())), name
    for name in ("theta", "theta_se", "scale"):
        assert np.allclose(getattr(once.elasticities, name), getattr(twice.elasticities, name), rtol=1e-12)


@few
@given(SEEDS, st.integers(2, 4))
def test_summing_identical_regions_doubles_one(seed, regions):
    """A world of copies: the sum of two copies trades with a third what both did, and its shares are theirs."""
    Z, F, V = random_table(seed, 1, 3)
    shares = np.full((regions, regions), 1.0 / regions)
    inputs = np.einsum("isnk,ab->asbk", Z, shares)
    final = np.einsum("isn,ab->asb", F, shares)
    names = labels(regions, 3)
    world = from_table(
        inputs=inputs,
        final=final,
        value_added=np.repeat(V, regions, 0),
        elasticities=random_elasticities(seed, 3),
        **names,
    )
    small = world.aggregate({"R0": ["R0", "R1"]})
    assert np.allclose(small.value_added[0], 2 * world.value_added[0])
    assert np.allclose(small.input_use[0] / small.gross_output[0], world.input_use[0] / world.gross_output[0])
    assert np.allclose(small.total_flows[:, 0, 0], 4 * world.total_flows[:, 0, 0])
    assert np.allclose(small.imbalance, 0, atol=1e-9 * world.factor_income.sum())


@few
@given(SEEDS, st.integers(2, 4), SIZES, st.booleans(), st.booleans())
def test_files_keep_every_bit(tmp_path_factory, seed, regions, sectors, by_use, single):
    world = random_world(seed, regions, sectors, by_use=by_use)
    if single:
        world = World.from_flows(
            flows=world.flows, tariff=world.tariff, input_use=world.input_use, final_use=world.final_use,
            value_added=world.value_added, elasticities=world.elasticities, regions=world.regions,
            sectors=world.sectors, single=True,
        )  # fmt: skip
    path = world.save(tmp_path_factory.mktemp("world") / "w.npz")
    again = World.load(path)
    assert again.hash == world.hash
    assert all(np.array_equal(getattr(again, name), array) for name, array in world.arrays().items())


@few
@given(SEEDS, st.integers(2, 4), SIZES, st.booleans())
def test_new_baseline_rates_can_be_undone(seed, regions, sectors, by_use):
    world = random_world(seed, regions, sectors, by_use=by_use)
    rng = np.random.default_rng(seed)
    rate, tax = rng.uniform(0, 0.1, world.tariff.shape), rng.uniform(-0.05, 0.1, world.tariff.shape)
    there = world.with_tariffs(rate, export_tax=tax)
    assert there.is_benchmark
    assert np.allclose(there.gross_output, world.gross_output)
    if any(step.action == "negative value added" for step in there.history):
        return
    back = there.with_tariffs(world.tariff, export_tax=world.export_tax)
    for name in ("flows", "input_use", "final_use", "value_added"):
        scale = np.abs(getattr(world, name)).max()
        assert np.allclose(getattr(back, name), getattr(world, name), rtol=1e-10, atol=1e-11 * scale), name
