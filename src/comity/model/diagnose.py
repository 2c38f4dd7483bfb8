"""Why there is no solution: which region cannot pay, which use has no source, or that the iteration just stopped."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from comity.errors import NoEquilibrium, NotConverged, SolveError
from comity.model.closures import Rules
from comity.model.economy import Economy, Policy
from comity.model.equations import State, shares
from comity.model.equilibrium import Solution, levels, prepare, start, sweep

PLAIN_SWEEPS = 400
STREAK = 20


def sources(e: Economy, q: Policy, regions: tuple[str, ...], sectors: tuple[str, ...]) -> None:
    """Refuse a policy that leaves a use without any source.

    Raises:
        NoEquilibrium: naming the region and the sector.
    """
    pi = np.asarray(shares(e, q))
    bought, left = pi.sum(-1) > 0, np.einsum("ujni,jni->ujn", pi, np.asarray(q.a))
    if q.sources is not None:  # a use that need not buy everything
        bought[-1] &= (np.asarray(q.beta) * np.asarray(q.G)[:, None]).T != 0
    _, j, n = np.nonzero(bought & (left <= 0))
    if len(j):
        others = f" (and {len(j) - 1} more)" if len(j) > 1 else ""
        raise NoEquilibrium(
            f"the bans leave {regions[n[0]]} with no source at all of {sectors[j[0]]}{others}: cover less than 100%, "
            "or leave one supplier"
        )


@partial(jax.jit, static_argnames=("rules",))
def _overdrawn(e: Economy, q: Policy, rules: Rules) -> Array:
    """For how many of the last plain sweeps, one after the other, each region's budget left nothing ``[n]``."""
    weights, masks = prepare(e, q)

    def once(carry: tuple[State, Array, Array]) -> tuple[State, Array, Array]:
        z, streak, count = carry
        budget = levels(e, q, weights, masks, z, rules).C
        return sweep(e, q, weights, masks, rules, z), jnp.where(budget <= 0, streak + 1, 0), count + 1

    def undecided(carry: tuple[State, Array, Array]) -> Array:
        _, streak, count = carry
        return (streak.max() < STREAK) & (count < PLAIN_SWEEPS)

    nothing = jnp.zeros(e.C.shape, int)
    return lax.while_loop(undecided, once, (start(e), nothing, jnp.asarray(0)))[1]


def diagnose(e: Economy, q: Policy, rules: Rules, found: Solution, regions: tuple[str, ...]) -> SolveError:
    """The error that explains why a solve stopped short."""
    streak = np.asarray(_overdrawn(e, q, rules))
    if streak.max() >= STREAK:
        n = int(streak.argmax())
        surplus = -float((e.B + q.T)[n] / e.C[n]) * 100
        owed = f" while it must transfer {surplus:.0f}% of its baseline spending abroad" if surplus > 0 else ""
        hint = "Use other imbalances (balanced, output or spending), or" if owed else "Make"
        return NoEquilibrium(
            f"{regions[n]} cannot pay: its budget leaves nothing for final spending{owed}. {hint} a smaller change, "
            "for instance on goods only"
        )
    return NotConverged(
        f"no equilibrium found to tolerance: the largest residual is {float(found.error):.1e} after "
        f"{int(found.iterations)} sweeps. Such a change may leave wages nearly undetermined (all trade "
        "cut): try a smaller one"
    )
