"""Everything that the model page lists under "must converge", from a cold start on the embedded world."""

from dataclasses import replace

import numpy as np
import pytest

import comity
from comity.errors import NoEquilibrium, SolveError
from comity.model import Closures, Outcome, solve
from comity.policy.shock import Shock
from comity.world import World

BALANCED = Closures(imbalances="balanced")


@pytest.fixture(scope="module")
def world() -> World:
    return comity.load_world("2022", preset="us-japan")


@pytest.fixture(scope="module")
def whole() -> World:
    return comity.load_world("2022")


def off(world: World) -> np.ndarray:
    return 1 - np.eye(len(world.regions))


def goods(world: World) -> np.ndarray:
    return np.array([all(c[0] in "ABC" for c in members) for members in world.sector_members])[:, None, None]


def levied_by(world: World, code: str, points: float, sectors: np.ndarray | float = 1.0) -> Shock:
    n = world.regions.index(code)
    only = np.zeros((len(world.regions), 1))
    only[n] = 1
    return replace(Shock.none(world), tariff=world.tariff + points * sectors * only * off(world))


def everywhere(world: World, points: float, sectors: np.ndarray | float = 1.0) -> Shock:
    return replace(Shock.none(world), tariff=world.tariff + points * sectors * off(world))


def certified(outcome: Outcome) -> Outcome:
    assert outcome.certificate.passed
    assert outcome.certificate.max_residual <= 1e-10
    assert outcome.certificate.error_estimate <= 1e-9
    return outcome


def cut_off(world: World, code: str) -> Shock:
    n, a = world.regions.index(code), np.ones_like(world.tariff)
    a[:, n, :] = a[:, :, n] = 1e-4
    a[:, n, n] = 1
    return replace(Shock.none(world), available=a)


def ban(world: World, one: str, other: str) -> Shock:
    n, i, a = world.regions.index(one), world.regions.index(other), np.ones_like(world.tariff)
    a[:, n, i] = a[:, i, n] = 0
    return replace(Shock.none(world), available=a)


def hard_changes(w: World) -> dict[str, tuple[Shock, Closures]]:
    tenfold = np.ones((len(w.regions), len(w.sectors)))
    tenfold[w.regions.index("ZAF")] = 10
    largest = np.ones_like(tenfold)
    largest[w.regions.index("USA")] = 10
    sector = np.ones_like(tenfold)
    sector[:, 5] = 10
    return {
        "10,000% by the US on all goods": (levied_by(w, "USA", 100, goods(w)), Closures()),
        "10,000% by everyone on all goods": (everywhere(w, 100, goods(w)), BALANCED),
        "10,000% by the US on everything, balanced": (levied_by(w, "USA", 100), BALANCED),
        "a complete ban between two": (ban(w, "USA", "CHN"), Closures()),
        "one region cut off by 99.99%, balanced": (cut_off(w, "JPN"), BALANCED),
        "all tariffs removed": (replace(Shock.none(w), tariff=0 * w.tariff), Closures()),
        "100 points everywhere": (everywhere(w, 1.0), Closures()),
        "tenfold productivity of a region": (replace(Shock.none(w), productivity=tenfold), Closures()),
        "tenfold productivity of the largest region": (replace(Shock.none(w), productivity=largest), BALANCED),
        "tenfold productivity of a sector": (replace(Shock.none(w), productivity=sector), Closures()),
    }


@pytest.mark.parametrize("name", list(hard_changes(comity.load_world("2019"))))
def test_hard_changes_converge_from_cold(world, name):
    certified(solve(world, hard_changes(world)[name][0], closures=hard_changes(world)[name][1]))


@pytest.mark.long
@pytest.mark.parametrize("name", list(hard_changes(comity.load_world("2019"))))
def test_hard_changes_converge_on_the_whole_table(whole, name):
    certified(solve(whole, hard_changes(whole)[name][0], closures=hard_changes(whole)[name][1]))


@pytest.mark.parametrize("theta", [0.37, 65.0, None], ids=["0.37", "65", "0.37 to 65"])
def test_any_trade_elasticity_converges(world, theta):
    spread = np.exp(np.linspace(np.log(0.37), np.log(65), len(world.sectors)))
    values = spread if theta is None else np.full(len(world.sectors), theta)
    other = replace(world, elasticities=replace(world.elasticities, theta=values))
    certified(solve(other, levied_by(other, "USA", 0.25)))


def test_a_region_that_cannot_pay_is_named(world):
    with pytest.raises(NoEquilibrium, match="SGP cannot pay"):
        solve(world, levied_by(world, "USA", 7.0))


def test_all_trade_cut_ends_in_a_solution_or_a_clear_error(world):
    try:
        certified(solve(world, everywhere(world, 100.0), closures=BALANCED))
    except SolveError as error:
        assert "try" in str(error).lower()


@pytest.mark.long
def test_a_fixed_surplus_that_outgrows_a_shrinking_share_is_named(whole):
    """Tenfold productivity in Japan shrinks the share of others until Ireland and Luxembourg cannot pay."""
    japan = np.ones((len(whole.regions), len(whole.sectors)))
    japan[whole.regions.index("JPN")] = 10
    with pytest.raises(NoEquilibrium, match=r"(IRL|LUX) cannot pay"):
        solve(whole, replace(Shock.none(whole), productivity=japan))
