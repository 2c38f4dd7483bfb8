"""Where the real income of each draw comes from: its decomposition along the path, where that is asked for.

A program of its own, after the draws are solved: it takes some twenty solves a draw, as `comity run --explain` does,
and what does not ask for it does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from comity.errors import ComityError
from comity.model.closures import Rules
from comity.model.economy import Economy, Numbers, Policy
from comity.model.equilibrium import TOLERANCE
from comity.model.explanation import ADDS_UP, channels
from comity.model.outcome import Outcome
from comity.model.path import NODES, Channels, decompose
from comity.uncertainty.ensemble.cells import Cell
from comity.uncertainty.ensemble.drawn import Found, failing
from comity.uncertainty.ensemble.program import MEASURES, each, in_batches, moved

INCOME = MEASURES.index("real_income_pct")


class Explained(NamedTuple):
    """Parts of the change in real income of draws, fractions: ``totals[draw, channel, n]``, by sector
    ``sectors[draw, n, j]`` and by partner ``partners[draw, n, m]``; ``error[draw]``, largest residual on the path."""

    totals: Numbers
    sectors: Numbers
    partners: Numbers
    error: Numbers


def _kept(found: Channels) -> Explained:
    return Explained(jnp.stack(found.by_region()), found.by_sector(), found.by_partner(), found.error)


@partial(jax.jit, static_argnames=("rules",))
def explain_levers(
    e: Economy, q: Policy, slopes: Policy, thetas: Array, scales: Array, amounts: Array, rules: Rules
) -> Explained:
    """A batch of draws whose policies are affine in the amounts of some rules, as `solve_levers` has them."""

    def one(draw: tuple[Array, Array, Array]) -> Explained:
        theta, scale, amount = draw
        return _kept(decompose(e._replace(theta=theta, scale=scale), moved(q, slopes, amount), rules, NODES))

    return each(one, (thetas, scales, amounts))


@partial(jax.jit, static_argnames=("rules",))
def explain_policies(e: Economy, policies: Policy, thetas: Array, scales: Array, rules: Rules) -> Explained:
    """A batch of draws each of which has a policy of its own, as `solve_policies` has them."""

    def one(draw: tuple[Policy, Array, Array]) -> Explained:
        q, theta, scale = draw
        return _kept(decompose(e._replace(theta=theta, scale=scale), q, rules, NODES))

    return each(one, (policies, thetas, scales))


def with_explanation(
    cell: Cell, found: Found, solve: Callable[[NDArray[np.intp]], Explained], alone: Callable[[int], Outcome]
) -> Found:
    """Draws with their decomposition, as far as the cell records any.

    The path has as many points as the first try of a single answer; a draw whose parts do not add up to its change in
    real income with these gets as many as a single answer would, and has failed where it would fail.

    Args:
        cell: of the draws.
        found: draws that are solved.
        solve: the program for a full batch of draws, by their places.
        alone: the outcome of a draw, solved by itself.
    """
    if not cell.located.explained or not len(found.residual):
        return found
    every = in_batches(len(found.residual), solve)
    exact = found.values[:, INCOME] / 100
    gap = np.abs(every.totals.sum(1) - exact).max(1)
    reasons = dict(found.reasons)
    for k in map(int, np.flatnonzero(~((gap <= ADDS_UP) & (every.error <= TOLERANCE)))):
        if k not in reasons:
            try:
                for whole, part in zip(every, _kept(channels(alone(k))), strict=True):
                    whole[k] = part
            except ComityError as error:
                reasons[k] = f"no decomposition: {error}"
    p = cell.problem
    spending = np.asarray(p.economy.C) * float(p.world.factor_income.sum()) / 1000
    split = cell.located.explanation(every.totals, every.sectors, every.partners, spending)
    return failing(replace(found, details={**found.details, **split}, reasons=reasons))
