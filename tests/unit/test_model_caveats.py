"""Each choice that a reader must know of is told, and told only where it applies."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_world

import comity
from comity.model import rebase, solve
from comity.policy.shock import Shock


@pytest.fixture(scope="module")
def world():
    return comity.load_world("2019", preset="small")


def raised(world, sectors, points=0.1):
    tariff = world.tariff.copy()
    for name in sectors:
        tariff[world.sectors.index(name), 0, 1:] += points
    return replace(Shock.none(world), tariff=tariff)


def told(outcome, words: str) -> bool:
    return any(words in note for note in outcome.notes)


def test_fixed_imbalances(world):
    fixed = solve(world, Shock.none(world))
    assert told(fixed, "Imbalances are fixed in units of world factor income")
    assert not told(solve(world, Shock.none(world), imbalances="output"), "Imbalances are fixed")
    even = rebase(world, balanced=True)
    assert not told(solve(even, Shock.none(even)), "Imbalances are fixed")


def test_revenue_and_horizon(world):
    plain, chosen = solve(world, Shock.none(world)), solve(world, Shock.none(world), revenue="public", horizon=1)
    for words in ("count as zero in real income", "After 1 year trade elasticities are taken at 0.38"):
        assert told(chosen, words)
        assert not told(plain, words)


def test_scale():
    world = random_world(61)
    assert told(solve(world, Shock.none(world), competition="scale"), "other equilibria")
    assert not told(solve(world, Shock.none(world)), "other equilibria")


def test_tariffs_on_services(world):
    service = next(name for name, codes in zip(world.sectors, world.sector_members, strict=True) if codes[0] > "D")
    good = next(name for name, codes in zip(world.sectors, world.sector_members, strict=True) if codes[0] < "D")
    assert told(solve(world, raised(world, [service])), "Tariffs on services are part of this policy")
    assert not told(solve(world, raised(world, [good])), "Tariffs on services")


@pytest.mark.parametrize(("left", "expected"), [(0.5, True), (0.0, False)])
def test_partial_bans(world, left, expected):
    available = np.ones_like(world.tariff)
    available[0, 0, 1] = left
    outcome = solve(world, replace(Shock.none(world), available=available))
    assert told(outcome, "the rest of the industry replaces it") is expected


def test_filled_elasticities(world):
    assert told(solve(world, Shock.none(world)), "filled by a rule")
    made_up = random_world(62)
    assert not told(solve(made_up, Shock.none(made_up)), "filled by a rule")
