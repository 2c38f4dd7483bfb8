"""What purchase commitments took in each draw beside their subsidy: against the same draw without any of them.

Two more solves a draw, where that is asked for; formulas as in `comity.model.purchases`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from comity.errors import ComityError
from comity.model import welfare
from comity.model.closures import Rules
from comity.model.economy import Economy, Numbers, Policy
from comity.model.equations import State
from comity.model.equilibrium import TOLERANCE, equilibrium
from comity.model.ledger import baseline, ledger
from comity.model.outcome import Outcome
from comity.policy import levers
from comity.uncertainty.ensemble.cells import Cell
from comity.uncertainty.ensemble.details import BEARERS, COMMITMENTS, DETAILS
from comity.uncertainty.ensemble.drawn import Found, failing
from comity.uncertainty.ensemble.goal_program import Aims, policy_at
from comity.uncertainty.ensemble.goals import Meeting
from comity.uncertainty.ensemble.program import each

Single = Callable[[int], Outcome]


class Borne(NamedTuple):
    """Of each commitment, what is bought ``without[draw, c]`` any, and by how much the ``border`` price and the
    ``buyer``'s change (hats); real income that is ``lost[draw, n]`` by all of them; change of ``sales[draw, c, i]`` to
    the buyer. Money in shares of world factor income. ``error[draw]``: residual of the solves."""

    without: Numbers
    border: Numbers
    buyer: Numbers
    lost: Numbers
    sales: Numbers
    error: Numbers


@partial(jax.jit, static_argnames=("rules",))
def bear(
    e: Economy, q: Policy, begin: State, aims: Aims, paid: Array, thetas: Array, scales: Array, amounts: Array,
    rules: Rules,
) -> Borne:  # fmt: skip
    """A batch of draws with and without their import subsidies.

    Args:
        e: baseline economy, common to the draws.
        q: policy at the central amounts.
        begin: state of the central answer.
        aims: what amounts have to bring about.
        paid: ``[m]``, which amounts are import subsidies.
        thetas, scales: ``[draw, j]``, elasticities.
        amounts: ``[draw, m]``, that were found.
        rules: equations in force.
    """

    def one(draw: tuple[Array, Array, Array]) -> Borne:
        theta, scale, amount = draw
        own = e._replace(theta=theta, scale=scale)
        policies = [policy_at(q, aims, here) for here in (jnp.where(paid, 0.0, amount), amount)]
        solved = [equilibrium(own, p, rules, begin) for p in policies]
        b, a = (ledger(own, p, rules, found.state) for p, found in zip(policies, solved, strict=True))
        old, new = (1 + p.t for p in policies)
        before, after = b.flow.sum(0), a.flow.sum(0)
        bought = aims.cells * before
        revalued = bought * (a.border / b.border)
        row = aims.cells.max(-1, keepdims=True)  # the buyer's purchases of these goods from anybody
        start = baseline(own, policies[0], rules)
        return Borne(
            bought.sum((1, 2, 3)),
            revalued.sum((1, 2, 3)) / bought.sum((1, 2, 3)),
            (revalued * new).sum((1, 2, 3)) / (bought * old).sum((1, 2, 3)),
            welfare.equivalent_variation(b, start) - welfare.equivalent_variation(a, start),
            (row * (after - before)).sum((1, 2)),
            jnp.maximum(solved[0].error, solved[1].error),
        )

    return each(one, (thetas, scales, amounts))


Told = dict[str, dict[tuple[str, ...], tuple[float, ...]]]
"""By table and place, in the order of `DETAILS`, what one draw says."""


def with_bearers(
    cell: Cell, meeting: Meeting, found: Found, borne: Callable[[], Borne], left: Collection[int], alone: Single
) -> Found:
    """Draws with what their commitments took, as far as the cell records any.

    Args:
        cell: of the draws.
        meeting: what has to be met.
        found: draws that are solved.
        borne: the program, over all of them.
        left: draws that it says nothing about, as they were solved by themselves.
        alone: the outcome of a draw, solved by itself.
    """
    record = cell.located.record
    places = {table: some for table, some in record.places.items() if table in (COMMITMENTS, BEARERS)}
    labels = [meeting.setting.rules[position].label for position, _ in levers.commitments(meeting.setting)]
    if not places or not labels:
        return found
    every, reasons = borne(), dict(found.reasons)
    regions, billion = cell.problem.world.regions, meeting.outcome.unit / 1000
    details = {t: np.full((len(found.residual), len(DETAILS[t]), len(some)), np.nan) for t, some in places.items()}
    for k in range(len(found.residual)):
        try:
            if k in reasons:
                continue
            if k in left or not every.error[k] <= TOLERANCE:
                told = _of_outcome(alone(k))
            else:
                binds = [found.amounts["commitment subsidy", label][k] > 0 for label in labels]
                told = _of_draw(every, k, labels, binds, regions, billion)
        except ComityError as error:
            reasons[k] = f"no answer without its purchase commitments: {error}"
            continue
        for table, some in places.items():
            for at, place in enumerate(some):
                details[table][k, :, at] = told[table].get(place, np.nan)
    return failing(replace(found, details={**found.details, **details}, reasons=reasons))


def _of_draw(
    every: Borne, k: int, labels: Sequence[str], binds: Sequence[bool], regions: Sequence[str], billion: float
) -> Told:
    told: Told = {COMMITMENTS: {}, BEARERS: {}}
    for c, label in enumerate(labels):
        prices = (100 * (float(hat[k, c]) - 1) for hat in (every.border, every.buyer))
        told[COMMITMENTS][label,] = (billion * float(every.without[k, c]), 100.0 * binds[c], *prices)
        for n, region in enumerate(regions):
            told[BEARERS][label, region] = (billion * float(every.lost[k, n]), billion * float(every.sales[k, c, n]))
    return told


def _of_outcome(outcome: Outcome) -> Told:
    told: Told = {COMMITMENTS: {}, BEARERS: {}}
    for p in outcome.bought:
        told[COMMITMENTS][p.rule,] = (p.without, 100.0 * p.binding, p.border_price_pct, p.buyer_price_pct)
        told[BEARERS] |= {(p.rule, region): (p.cost[region], p.suppliers[region]) for region in p.cost}
    return told
