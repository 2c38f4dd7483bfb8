"""Trade costs under agreements as a function: what stacking the rules afresh gives, at any elasticities and effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from comity.policy import Scenario, accession, links
from comity.policy.agreement_costs import agreement_costs
from comity.policy.agreement_rule import Agreement
from comity.policy.agreements import effects
from comity.policy.scope import Scope
from comity.policy.shock import Shock
from comity.policy.stack import Placed, shock_of
from comity.uncertainty.ensemble.policies import policies
from comity.world import World, load_world

STACKS = {
    "dissolved": [Agreement(name="CPTPP", dissolve=True)],
    "tariffs only": [Agreement(name="Japan-US 2019", dissolve=True, effect="tariffs")],
    "joined": [Agreement(name="CPTPP", join=["USA", "Korea"], left_out="agriculture")],
    "deeper and wider": [
        Agreement(name="CPTPP", deepen="20%"),
        Agreement(name="RCEP", deepen="20%"),
        Agreement(name="CPTPP", join=["Korea", "EU"]),
    ],
    "own size": [Agreement(name="RCEP", leave="China", trade_effect=0.5)],
}


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("2022", preset="us-japan")


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing that was worked out with other effects is kept."""
    cached = (accession._arrays, accession._standing, accession._unsized)
    for one in cached:
        one.cache_clear()
    yield
    for one in cached:
        one.cache_clear()


def stacked(world: World, rules: list[Agreement]) -> np.ndarray:
    return shock_of(Scope(world), [Placed(rule, ("policies", k)) for k, rule in enumerate(rules)]).iceberg


@pytest.mark.parametrize("name", STACKS)
def test_costs_follow_elasticities_as_rules_stacked_afresh_do(world: World, name: str) -> None:
    costs = agreement_costs(Scope(world), STACKS[name])
    own = world.elasticities
    for seed in range(3):
        theta = own.theta * np.exp(np.random.default_rng(seed).normal(0, 0.4, len(own.theta)))
        there = replace(world, elasticities=replace(own, theta=theta))
        np.testing.assert_allclose(costs.cost(theta), stacked(there, STACKS[name]), rtol=1e-13)


@pytest.mark.parametrize("name", STACKS)
def test_costs_follow_effects_as_another_table_of_effects_does(
    world: World, name: str, fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All agreements of a depth have the effect that is drawn, not only those that a rule names."""
    costs, theta = agreement_costs(Scope(world), STACKS[name]), world.elasticities.theta
    other = {"medium": 0.4, "deep": 0.35}
    table = {d: replace(e, estimate=other.get(d, e.estimate)) for d, e in effects().items()}
    monkeypatch.setattr(links, "effects", lambda: table)
    np.testing.assert_allclose(costs.cost(theta, other), stacked(world, STACKS[name]), rtol=1e-13)


def test_a_policy_of_a_draw_is_the_stack_of_its_world(world: World) -> None:
    data = {
        "policies": [
            {"agreement": {"name": "CPTPP", "join": "USA"}},
            {"tariff": {"by": "USA", "on": "Japan", "sectors": "motor vehicles", "add": "10%"}},
            {"non-tariff cost": {"by": "USA", "on": "China", "add": "5%", "name": "red tape"}},
        ]
    }
    (setting,) = Scenario.from_dict(data).settings(world)
    found = policies(setting, 1.0, {}, ["medium"])
    assert found.costs is not None
    theta = 1.2 * world.elasticities.theta
    mine, afresh = found.shock(np.zeros(0), theta, {}), found.stacked(np.zeros(0), theta)
    for part in Shock.__dataclass_fields__:
        if getattr(afresh, part) is not None:
            np.testing.assert_allclose(getattr(mine, part), getattr(afresh, part), rtol=1e-12, atol=1e-15)
    more = found.shock(np.zeros(0), theta, {"medium": 0.4})
    assert more.iceberg.min() < mine.iceberg.min()
