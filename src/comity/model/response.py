"""The model as a function: policy in, measures out; differentiable and batched."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from comity.model import welfare
from comity.model.closures import Rules
from comity.model.economy import Economy, Policy
from comity.model.equilibrium import equilibrium
from comity.model.ledger import baseline, ledger


class Response(NamedTuple):
    """Regional measures by name (hats, and levels in shares of world factor income) and the solver's last residual."""

    values: dict[str, Array]
    error: Array


def respond(e: Economy, q: Policy, rules: Rules) -> Response:
    """Measures of the equilibrium of `e` under `q`; `jax.grad` of any value by any array of `e` or `q` is exact.

    A caller that differentiates must look at `error`: above `TOLERANCE` there is no solution and no derivative.
    """
    found = equilibrium(e, q, rules)
    return Response(welfare.measures(ledger(e, q, rules, found.state), baseline(e, q, rules)), found.error)


@partial(jax.jit, static_argnames=("rules", "measure"))
def gradient(
    e: Economy, q: Policy, rules: Rules, measure: str, region: int
) -> tuple[Array, tuple[Economy, Policy], Array]:
    """A measure of one region, its derivative by every array of economy and policy, and the residual.

    One equilibrium and one adjoint solve, however many derivatives; compiled once for all regions.
    """

    def pick(arrays: tuple[Economy, Policy]) -> tuple[Array, Array]:
        response = respond(*arrays, rules)
        return response.values[measure][region], response.error

    (value, error), slopes = jax.value_and_grad(pick, has_aux=True)((e, q))
    return value, slopes, error


@partial(jax.jit, static_argnames=("rules",))
def respond_to_elasticities(e: Economy, q: Policy, rules: Rules, thetas: Array) -> Response:
    """One response for each row of ``thetas[draw, j]``, solved one after the other from the same cold start.

    On a CPU a sequential map is the faster, and a draw does not depend on its neighbours.
    """
    found: Response = jax.lax.map(lambda theta: respond(e._replace(theta=theta), q, rules), thetas)
    return found


@partial(jax.jit, static_argnames=("rules",))
def respond_to_policies(e: Economy, policies: Policy, rules: Rules) -> Response:
    """One response for each policy of a stack: every array of `policies` has a leading axis."""
    found: Response = jax.lax.map(lambda q: respond(e, q, rules), policies)
    return found


def stack(policies: list[Policy]) -> Policy:
    """Policies as one, with a leading axis."""
    together: Policy = jax.tree.map(lambda *parts: jnp.stack(parts), *policies)
    return together
