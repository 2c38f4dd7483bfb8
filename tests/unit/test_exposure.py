"""Who depends on whom: value added along the chain, by two linear solves, by rounds, and against the table."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import random_world

from comity.exposure import VALUES, Chain, chain_of, chain_of_world, embodied_by_maker, embodied_by_product, rounds
from comity.exposure import variables as exposed
from comity.model import solve_all
from comity.model.variables import variables as reported
from comity.policy import Scenario
from comity.world import World, load_world

WORLDS = [{"seed": 1}, {"seed": 2, "by_use": False}, {"seed": 3, "zeros": True}, {"seed": 4, "sectors": 6}]


@pytest.fixture(params=WORLDS, ids=lambda arguments: f"seed {arguments['seed']}")
def world(request: pytest.FixtureRequest) -> World:
    return random_world(**request.param)


def test_all_value_added_of_the_world_is_in_somebodys_final_use(world: World) -> None:
    chain = chain_of_world(world)
    np.testing.assert_allclose(embodied_by_maker(chain).sum(0), world.value_added, rtol=1e-9, atol=1e-9)


def test_by_product_and_by_maker_are_two_sums_of_the_same(world: World) -> None:
    chain = chain_of_world(world)
    np.testing.assert_allclose(embodied_by_product(chain).sum(0), embodied_by_maker(chain).sum(2), rtol=1e-9)


def test_what_is_used_is_value_added_and_what_is_levied_on_the_way(world: World) -> None:
    """Without tariffs, what final users pay is all value added, product by product."""
    plain = random_world(7, tariffs=False)
    assert (plain.tariff == 0).all()
    np.testing.assert_allclose(embodied_by_product(chain_of_world(plain)).sum(2).T, plain.final_use, rtol=1e-9)
    levied = world.final_use - embodied_by_product(chain_of_world(world)).sum(2).T
    assert (levied > -1e-9).all()
    assert levied.sum() == pytest.approx((world.total_flows * world.tariff).sum(), rel=1e-9)


def test_rounds_of_supply_come_near_the_inverse(world: World) -> None:
    chain = chain_of_world(world)
    limit = embodied_by_maker(chain)
    gaps = [np.abs(limit - rounds(chain, number)).max() for number in (1, 4, 16, 200)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 1e-3 * limit.max() > 0
    np.testing.assert_allclose(rounds(chain, 200), limit, rtol=1e-9, atol=1e-9)


def test_a_chain_of_three_by_hand() -> None:
    """A mines, B smelts A's ore (half of its cost), C assembles B's metal (half of its cost): C's users hold a quarter
    of A, a quarter of B and half of C."""
    takes = np.zeros((1, 3, 3))
    takes[0, 1, 0] = takes[0, 2, 1] = 1.0
    takes[0, 0, 0] = 1.0
    g = np.array([0.0, 0.5, 0.5])[:, None, None]
    final = np.zeros((1, 3, 3))
    final[0, 2, 2] = 100.0
    chain = Chain(takes, final, g, 1 - g[:, 0])
    assert embodied_by_product(chain)[0, 2].tolist() == pytest.approx([25, 25, 50])
    assert rounds(chain, 2)[2, :, 0].tolist() == pytest.approx([0, 25, 50])


POLICIES = {
    "nothing": "  - tariff: {by: USA, on: Japan, sectors: goods, add: 0%}",
    "tariff and subsidy": """  - tariff: {by: USA, on: Japan, sectors: goods, add: 25%}
  - production subsidy: {of: Japan, sectors: electronics, add: 5%}
  - export tax: {by: China, on: USA, sectors: electronics, add: 10%}""",
    "arms bought abroad": """  - defence spending:
      {of: Japan, to: 3%, already: 2%, import content: 20%, sources: {USA: 100%}}""",
    "arms as in final demand": "  - defence spending: {of: Japan, to: 3%, already: 2%}",
}


@pytest.mark.parametrize("sourcing", ["pooled", "by-use"])
@pytest.mark.parametrize("policies", POLICIES.values(), ids=POLICIES)
@pytest.mark.long
def test_an_outcome_holds_all_value_added_that_it_makes(policies: str, sourcing: str) -> None:
    text = f"question: Who holds what?\nworld: 2022\noptions: {{sourcing: {sourcing}}}\npolicies:\n{policies}\n"
    world = load_world("2022", "us-japan")
    (outcome,) = solve_all(world, Scenario.from_text(text)).values()
    made = np.asarray(outcome.economy.v * outcome.after.K) * outcome.unit
    np.testing.assert_allclose(embodied_by_maker(chain_of(outcome)).sum(0), made, rtol=1e-8, atol=1e-3)
    total = np.asarray(VALUES["value_added_in_use_usd_bn"](outcome)).sum((0, 1))
    np.testing.assert_allclose(total, made.sum(1) / 1000, rtol=1e-8)
    if sourcing == "by-use" and policies == POLICIES["nothing"]:
        table = embodied_by_product(chain_of_world(world))
        np.testing.assert_allclose(embodied_by_product(chain_of(outcome)), table, rtol=1e-6, atol=1e-2)


def test_names_are_not_those_of_outcomes() -> None:
    assert not {v.name for v in exposed()} & {v.name for v in reported()}
    assert {v.name for v in exposed()} == set(VALUES)
