"""Small balanced worlds for tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from comity.policy.shock import Shock
from comity.world import World, from_table
from comity.world.elasticities import Elasticities


def random_table(
    seed: int, regions: int = 3, sectors: int = 4, *, zeros: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs ``Z[o, s, d, u]``, final use ``F[o, s, d]`` and value added ``[n, k]`` of a balanced table, US$ mn."""
    rng = np.random.default_rng(seed)
    home = np.where(np.eye(regions, dtype=bool), 1.0, 0.08)
    Z = rng.lognormal(3, 1, (regions, sectors, regions, sectors)) * home[:, None, :, None] / sectors
    F = rng.lognormal(4.5, 1, (regions, sectors, regions)) * home[:, None, :]
    if zeros:
        Z *= rng.random(Z.shape) > 0.3
        kept = rng.random(F.shape) > 0.3
        kept[np.arange(regions), 1, np.arange(regions)] = True  # every region makes and uses the second good
        F *= kept
        Z[:, -1] = F[:, -1] = 0 * Z[:, -1].sum()  # nobody makes or buys the last good
        Z[:, :, :, -1] = 0
        Z[0, 0] *= 0  # the first producer sells final goods only
        Z[-1, 0], F[-1, 0], Z[:, :, -1, 0] = 0, 0, 0  # the last region imports all of the first good
    inputs, output = Z.sum((0, 1)), Z.sum((2, 3)) + F.sum(2)
    more = np.maximum(
        1.5 * inputs - output, 0
    )  # domestic final sales, so that value added is a third of output or more
    return Z, F + more[:, :, None] * np.eye(regions)[:, None, :], output + more - inputs


def random_elasticities(seed: int, sectors: int = 4) -> Elasticities:
    """Trade elasticities between 2 and 9 with standard errors, scale elasticities up to 0.1."""
    rng = np.random.default_rng(seed)
    none = np.zeros(sectors, dtype=bool)
    theta = rng.uniform(2, 9, sectors)
    return Elasticities("random", "made up", theta, 0.2 * theta, rng.uniform(0, 0.1, sectors), none, none)


def random_world(
    seed: int, regions: int = 3, sectors: int = 4, by_use: bool = True, tariffs: bool = True, zeros: bool = False
) -> World:
    """A balanced benchmark; regions are ``R0, R1...`` (the last is ``ROW``), sectors ``S0, S1...``.

    Args:
        seed: the same seed gives the same world.
        by_use: flows by use, or pooled.
        tariffs: random tariffs up to 30% on imports, or none.
        zeros: with empty flows, a good that nobody makes or buys, and a region that imports all of the first good;
            needs two regions and three sectors.
    """
    rng = np.random.default_rng(seed + 1)
    Z, F, value_added = random_table(seed, regions, sectors, zeros=zeros)
    tariff = rng.uniform(0, 0.3, (sectors, regions, regions)) * ~np.eye(regions, dtype=bool) if tariffs else None
    names = [f"R{n}" for n in range(regions - 1)] + ["ROW"]
    world = from_table(
        inputs=Z,
        final=F,
        value_added=value_added,
        tariff=tariff,
        elasticities=random_elasticities(seed, sectors),
        regions=names,
        sectors=[f"S{j}" for j in range(sectors)],
        name=f"random-{seed}",
        year=2022,
        source="random numbers",
    )
    return world if by_use else pooled(world)


def pooled(world: World) -> World:
    """The same world with flows summed over uses."""
    return World.from_flows(
        flows=world.total_flows,
        tariff=world.tariff,
        tariff_known=world.tariff_known,
        input_use=world.input_use,
        final_use=world.final_use,
        value_added=world.value_added,
        elasticities=world.elasticities,
        regions=world.regions,
        sectors=world.sectors,
        name=f"{world.name}-pooled",
        year=world.year,
        source=world.source,
    )


def rich_shock(world: World, seed: int = 0) -> Shock:
    """Every instrument at once, on three regions."""
    rng = np.random.default_rng(seed)
    none = Shock.none(world)
    off = 1 - np.eye(len(world.regions))
    return replace(
        none,
        tariff=none.tariff + 0.1 * rng.random(none.tariff.shape) * off,
        export_tax=none.export_tax + 0.05 * rng.random(none.tariff.shape) * off,
        iceberg=1 + 0.1 * rng.random(none.tariff.shape) * off,
        available=1 - 0.2 * rng.random(none.tariff.shape) * off,
        productivity=1 + 0.1 * rng.random(none.productivity.shape),
        factors=1 + 0.1 * rng.random(none.factors.shape),
        subsidy=0.05 * rng.random(none.subsidy.shape),
        transfer=np.array([-20.0, 5.0, 15.0]),
        public=np.array([10.0, 0.0, 5.0]),
    )
