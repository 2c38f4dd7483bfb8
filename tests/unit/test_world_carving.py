"""A product carved out of an industry: identities, the way back, and effects that must not change."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import random_world

from comity import Closures, solve
from comity.errors import DataError
from comity.policy import Productivity, Scenario, Tariff
from comity.world import World, carve, load_world


@pytest.fixture(scope="module")
def world() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


def split(world: World, share: object, **more: object) -> World:
    return carve(world, "C26", share, code="C26.p", name="chips", **more)  # type: ignore[arg-type]


SHARES = [0.3, np.array([0.0, 0.1, 0.9, 1.0, 0.5, 0.25])]


@pytest.mark.parametrize("share", SHARES, ids=["one", "by exporter"])
def test_every_identity_holds_and_the_sum_is_the_original(world: World, share: object) -> None:
    two = split(world, share)
    assert all(check.passed for check in two.check())
    back = two.aggregate(sectors={"C26": ["C26.p", "C26.r"]})
    order = [back.sectors.index(code) for code in world.sectors]
    total = world.gross_output.sum()
    for name in ("flows", "input_use", "final_use", "value_added", "tariff", "export_tax"):
        mine = getattr(back, name)
        axes = {"flows": [1], "input_use": [1, 2], "final_use": [1], "value_added": [1]}.get(name, [0])
        for axis in axes:
            mine = np.take(mine, order, axis=axis)
        scale = 1.0 if name in ("tariff", "export_tax") else total
        assert np.abs(mine - getattr(world, name)).max() < 1e-12 * scale, name
    assert np.allclose(back.elasticities.theta[order], world.elasticities.theta, rtol=1e-14)
    assert np.allclose(np.take(back.source_trade, order), world.source_trade, rtol=1e-14)
    assert [back.sector_members[place] for place in order] == list(world.sector_members)


def test_pooled_worlds_and_zeros_split_too() -> None:
    for seed in range(6):
        base = random_world(seed, regions=4, sectors=3, zeros=seed % 2 == 1)
        two = carve(base, base.sectors[1], 0.4, code="p", name="product")
        assert all(check.passed for check in two.check())
        assert two.factor_income == pytest.approx(base.factor_income)
        assert two.imbalance == pytest.approx(base.imbalance, abs=1e-9 * base.factor_income.sum())


def test_the_split_is_told_and_shares_are_those_asked_for(world: World) -> None:
    share = SHARES[1]
    two = split(world, share, elasticity=3.0, basis="a guess")
    p, r = two.sectors.index("C26.p"), two.sectors.index("C26.r")
    made = two.gross_output[:, p] / (two.gross_output[:, p] + two.gross_output[:, r])
    assert made == pytest.approx(share)
    assert two.elasticities.theta[p] == 3.0
    assert two.elasticities.assumed[p]
    assert two.elasticities.theta[r] == world.elasticities.theta[world.sectors.index("C26")]
    assert "a guess" in two.history[-1].detail
    assert two.estimated[-1] == two.history[-1].detail
    assert two.hash != world.hash


CLOSURES = [
    Closures(),
    Closures(kappa=1.0, demand_elasticity=0.5, sourcing="by-use"),
    Closures(imbalances="balanced"),
    Closures(horizon=2),
]


@pytest.mark.parametrize("closures", CLOSURES, ids=str)
def test_what_does_not_tell_the_parts_apart_has_the_same_effects(world: World, closures: Closures) -> None:
    """With one share and one elasticity each part is the industry in small: prices move as one, so nothing changes."""
    two = split(world, 0.3)
    for rule in (
        Tariff(by="USA", on="JPN", sectors="cars", add="25%"),
        Tariff(by="USA", on="CHN", sectors="electronics", add="25%"),
        Productivity(of="KOR", sectors="electronics", add="10%"),
    ):
        asked = Scenario(policies=[rule])
        whole, parts = solve(world, asked, closures=closures), solve(two, asked, closures=closures)
        for measure in ("real_income", "real_wage", "exports"):
            assert whole.values[measure] == pytest.approx(parts.values[measure], abs=1e-11), (rule, measure)


def test_a_product_with_other_sources_makes_a_difference(world: World) -> None:
    rule = Scenario(policies=[Tariff(by="USA", on="CHN", sectors="electronics", add="25%")])
    whole, parts = solve(world, rule), solve(split(world, SHARES[1]), rule)
    assert np.abs(whole.values["real_income"] - parts.values["real_income"]).max() > 1e-6


@pytest.mark.parametrize(
    ("share", "more", "message"),
    [
        (0.0, {}, "splits nothing"),
        (1.0, {}, "splits nothing"),
        (1.2, {}, "out of range: 0 to 1"),
        ([0.5, 0.5], {}, "6 values"),
        (0.5, {"elasticity": 0.0}, "not positive"),
    ],
)
def test_bad_shares(world: World, share: object, more: dict[str, float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        split(world, share, **more)
    with pytest.raises(DataError, match="there is no sector 'C99'"):
        carve(world, "C99", 0.5, code="p", name="p")
