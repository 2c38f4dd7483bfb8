"""Exact derivatives against finite differences; the decomposition against the exact change."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from worlds import random_world, rich_shock

from comity.model import Closures, explain, problem, solve
from comity.model.equilibrium import equilibrium, solve_equilibrium
from comity.model.explanation import channels
from comity.model.response import gradient, respond, respond_to_elasticities, respond_to_policies, stack
from comity.policy.shock import Shock

STEP = 1e-5
RICH = Closures(revenue="public", sourcing="by-use", competition="scale", kappa=2, demand_elasticity=0.6)


@pytest.mark.parametrize("closures", [Closures(), RICH], ids=["default", "rich"])
def test_an_equilibrium_without_its_derivative_is_the_same_equilibrium(closures):
    world = random_world(20)
    p = problem(world, rich_shock(world), closures)
    plain = solve_equilibrium(p.economy, p.policy, p.rules)
    with_derivative = jax.jit(equilibrium, static_argnames=("rules",))(p.economy, p.policy, p.rules)
    assert int(plain.iterations) == int(with_derivative.iterations) > 5
    for one, other in zip(plain.state, with_derivative.state, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    "closures", [pytest.param(Closures(), id="default", marks=pytest.mark.long), pytest.param(RICH, id="rich")]
)
@pytest.mark.parametrize("name", ["t", "x", "d", "a", "A", "L", "s", "T", "G"])
def test_gradient_by_policy(closures, name):
    world = random_world(21)
    p = problem(world, rich_shock(world), closures)
    _, (_, slopes), _ = gradient(p.economy, p.policy, p.rules, "real_income", 1)
    compare(p, name, getattr(slopes, name), lambda moved: (p.economy, p.policy._replace(**{name: moved})), p.policy)


@pytest.mark.parametrize("name", ["theta", "scale", "rho", "sigma"])
def test_gradient_by_parameter(name):
    world = random_world(22)
    p = problem(world, rich_shock(world), RICH)
    _, (slopes, _), _ = gradient(p.economy, p.policy, p.rules, "real_income", 0)
    compare(p, name, getattr(slopes, name), lambda moved: (p.economy._replace(**{name: moved}), p.policy), p.economy, 0)


def compare(p, name, slope, build, holder, region=1):
    """One directional derivative by the gradient and by central differences."""
    value = getattr(holder, name)
    direction = jnp.asarray(np.random.default_rng(5).normal(size=value.shape))
    if name in ("t", "x", "d", "a"):
        direction = direction * (1 - jnp.eye(3))

    def at(step):
        return float(run(*build(value + step * direction), p.rules)[region])

    numeric = (at(STEP) - at(-STEP)) / (2 * STEP)
    assert float((slope * direction).sum()) == pytest.approx(numeric, rel=2e-5, abs=1e-7)


run = jax.jit(lambda e, q, rules: respond(e, q, rules).values["real_income"], static_argnums=2)


@pytest.mark.long
def test_every_outcome_is_differentiable_forward_and_reverse():
    world = random_world(23)
    p = problem(world, rich_shock(world))
    names = list(respond(p.economy, p.policy, p.rules).values)

    def values(t):
        measures = respond(p.economy, p.policy._replace(t=t), p.rules).values
        return jnp.stack([measures[n] for n in names])

    rng = np.random.default_rng(1)
    direction = jnp.asarray(rng.normal(size=p.policy.t.shape)) * (1 - jnp.eye(3))
    weights = jnp.asarray(rng.normal(size=(len(names), 3)))
    forward = jax.jit(lambda t: jax.jvp(values, (t,), (direction,))[1])(p.policy.t)
    reverse = jax.jit(jax.grad(lambda t: (weights * values(t)).sum()))(p.policy.t)
    assert np.abs(np.asarray(forward)).min(1).max() > 0
    assert float((reverse * direction).sum()) == pytest.approx(float((weights * forward).sum()), abs=1e-8)


@pytest.mark.long
def test_a_batch_is_the_same_as_one_by_one():
    world = random_world(24)
    p = problem(world, rich_shock(world))
    thetas = p.economy.theta * jnp.asarray([[0.8], [1.0], [1.3]])
    together = respond_to_elasticities(p.economy, p.policy, p.rules, thetas)
    alone = [respond(p.economy._replace(theta=t), p.policy, p.rules).values["real_income"] for t in thetas]
    assert np.asarray(together.values["real_income"]) == pytest.approx(np.stack(alone), abs=1e-13)
    policies = stack([p.policy, p.policy._replace(t=p.economy.t)])
    both = respond_to_policies(p.economy, policies, p.rules)
    assert np.asarray(both.values["real_income"][0]) == pytest.approx(np.asarray(alone[1]), abs=1e-13)


@pytest.mark.parametrize("seed", [31, 32])
@pytest.mark.parametrize(
    "closures", [Closures(), Closures(imbalances="output"), RICH], ids=["default", "output", "rich"]
)
def test_channels_add_up_to_the_exact_change(seed, closures):
    world = random_world(seed)
    o = solve(world, rich_shock(world, seed), closures=closures)
    exact = np.asarray(o.values["real_income"]) - 1
    total = sum(channels(o).totals().values())
    assert 100 * np.abs(total - exact).max() < 1e-6


def test_channels_add_up_under_a_full_ban():
    world = random_world(33)
    available = np.ones_like(world.tariff)
    available[:, 0, 1] = 0
    o = solve(world, replace(Shock.none(world), available=available))
    found = channels(o).totals()
    assert 100 * abs(sum(v[0] for v in found.values()) - (o.values["real_income"][0] - 1)) < 1e-6
    assert found["variety"][0] < 0


def test_explanation_adds_up():
    world = random_world(34)
    o = solve(world, rich_shock(world))
    e = explain(o, "R1")
    assert sum(part.points for part in e.channels) == pytest.approx(e.real_income_pct, abs=1e-6)
    assert sum(part.points for part in e.budget) == pytest.approx(e.real_income_pct, abs=1e-6)
    sizes = [abs(row.points_per_tenth) for row in e.sensitivity]
    assert sizes == sorted(sizes, reverse=True)
