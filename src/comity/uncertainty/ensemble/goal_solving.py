"""Solving draws of a variant whose amounts are found anew in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from comity.errors import ComityError
from comity.model import Closures, problem
from comity.model.counterfactual import run
from comity.model.equilibrium import TOLERANCE
from comity.model.newton import CLOSED
from comity.model.outcome import Outcome
from comity.policy.setting import Setting
from comity.uncertainty.ensemble.alone import by_itself, put
from comity.uncertainty.ensemble.bearing import Borne, bear, with_bearers
from comity.uncertainty.ensemble.cells import Cell
from comity.uncertainty.ensemble.details import Details
from comity.uncertainty.ensemble.drawn import Found, agreeing, failing, in_units, together
from comity.uncertainty.ensemble.explaining import Explained, explain_levers, with_explanation
from comity.uncertainty.ensemble.goal_program import Met, policy_at, solve_goals
from comity.uncertainty.ensemble.goals import Amounts, Meeting, require_same, searched, took
from comity.uncertainty.ensemble.plan import CERTIFY_EVERY
from comity.uncertainty.ensemble.program import BATCH, in_batches
from comity.world.world import Floats


def solve_goal_cell(cell: Cell, rows: NDArray[np.intp], uniforms: Mapping[str, Floats]) -> Found:
    """Some draws of one variant under one combination of choices, each with amounts that meet what is asked.

    A draw that the program does not settle is left to the search that single answers are found by, and has failed
    where that fails.
    """
    meeting = cell.meeting
    assert meeting is not None, "the variant finds amounts"
    drawn = _Drawn.of(cell, rows, uniforms)
    billion = meeting.outcome.unit / 1000
    parts = []
    for k in range(0, len(rows), BATCH):
        some, full = _batch(cell, meeting, drawn.now[k : k + BATCH], drawn.scale[k : k + BATCH])
        parts.append((some, cell.located.read(full, billion)))
    met, details = together(parts)
    found = Found(
        in_units(np.asarray(met.solved.values), billion),
        np.array(met.solved.residual),
        np.full(len(rows), np.nan),
        {},
        details,
        {key: np.array(all_) for key, all_ in _amounts(meeting, met, billion).items()},
        meeting.units,
    )
    settled = (found.residual <= TOLERANCE) & met.solved.sound & (met.gap <= CLOSED)
    alone: dict[int, Outcome] = {}
    has_scale = ~np.isin(np.arange(len(rows)), list(drawn.refused))
    reasons = dict(drawn.refused) | _left(cell, meeting, drawn, found, np.flatnonzero(has_scale & ~settled), alone)
    sample = np.flatnonzero(has_scale & settled & (rows % CERTIFY_EVERY == 0))
    reasons |= _certified(cell, meeting, drawn, found, np.asarray(met.amounts), sample)
    found = failing(replace(found, reasons=reasons))

    def borne(places: NDArray[np.intp]) -> Borne:
        own = (jnp.asarray(part[places]) for part in (drawn.now, drawn.scale, np.asarray(met.amounts)))
        o, aims = meeting.outcome, meeting.aims
        some: Borne = bear(cell.problem.economy, meeting.own, o.state, aims, meeting.paid, *own, rules=o.rules)
        return some

    def explained(places: NDArray[np.intp]) -> Explained:
        away = jnp.asarray(np.asarray(met.amounts)[places]) - meeting.aims.central
        theta, scale = jnp.asarray(drawn.now[places]), jnp.asarray(drawn.scale[places])
        slopes, rules = meeting.aims.slopes, meeting.outcome.rules
        some: Explained = explain_levers(cell.problem.economy, meeting.own, slopes, theta, scale, away, rules=rules)
        return some

    def by_search(k: int) -> Outcome:
        return alone[k] if k in alone else _single(cell, meeting, drawn, k, np.asarray(met.amounts[k]))

    found = with_bearers(cell, meeting, found, lambda: in_batches(len(rows), borne), alone, by_search)
    return with_explanation(cell, found, explained, by_search)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Long-run trade elasticities, those at the horizon, and scale elasticities ``[draw, j]``; why draws have none of
    the latter, and have the central ones here."""

    theta: Floats
    now: Floats
    scale: Floats
    refused: Mapping[int, str]

    @classmethod
    def of(cls, cell: Cell, rows: NDArray[np.intp], uniforms: Mapping[str, Floats]) -> _Drawn:
        theta = cell.thetas(uniforms, len(rows))
        now = cell.at_horizon(theta)
        scale = cell.scales(uniforms, now)
        return cls(theta, now, scale, cell.without_scale(now, scale))


def _amounts(meeting: Meeting, met: Met, billion: float) -> Amounts:
    return meeting.amounts(np.asarray(met.amounts), np.asarray(met.bought) * billion)


def _left(
    cell: Cell, meeting: Meeting, drawn: _Drawn, found: Found, places: NDArray[np.intp], alone: dict[int, Outcome]
) -> dict[int, str]:
    """Draws that the program did not settle, found by the search of single answers; why some have none. What is found
    is put in its place, and into `alone`."""
    reasons = {}
    for k in map(int, places):
        try:
            alone[k] = searched(meeting, drawn.theta[k], drawn.scale[k], _run)
        except ComityError as error:
            reasons[k] = str(error)
            continue
        put(found, k, by_itself(cell, alone[k]), alone[k])
        for key, value in took(alone[k]).items():
            found.amounts[key][k] = value
    return reasons


def _certified(
    cell: Cell, meeting: Meeting, drawn: _Drawn, found: Found, amounts: Floats, places: NDArray[np.intp]
) -> dict[int, str]:
    """A sample of draws solved apart and certified in full; why some have no certificate."""
    reasons = {}
    for k in map(int, places):
        try:
            alone = _single(cell, meeting, drawn, k, amounts[k])
            if meeting.reachable(amounts[k]):
                require_same(alone, {key: float(each[k]) for key, each in found.amounts.items()})
            found.certified[k] = agreeing(alone, found.values[k])
        except ComityError as error:
            reasons[k] = f"not certified: {error}"
    return reasons


def _single(cell: Cell, meeting: Meeting, drawn: _Drawn, k: int, amounts: Floats) -> Outcome:
    """The certified outcome of one draw, by its own search; where rules cannot have its amounts, at them."""
    if meeting.reachable(amounts):
        return searched(meeting, drawn.theta[k], drawn.scale[k], _run)
    return _at(cell, meeting, drawn.now[k], drawn.scale[k], amounts)


def _at(cell: Cell, meeting: Meeting, theta: Floats, scale: Floats, amounts: Floats) -> Outcome:
    """The certified outcome of one draw at the amounts that were found for it."""
    p = cell.problem
    economy = p.economy._replace(theta=jnp.asarray(theta), scale=jnp.asarray(scale))
    return run(replace(p, economy=economy, policy=policy_at(meeting.own, meeting.aims, jnp.asarray(amounts))))


def _batch(cell: Cell, meeting: Meeting, thetas: Floats, scales: Floats) -> tuple[Met, Details]:
    """A batch, filled up to its fixed size with its last draw."""
    size = len(thetas)
    full = [jnp.asarray(np.concatenate([part, np.repeat(part[-1:], BATCH - size, 0)])) for part in (thetas, scales)]
    p = cell.problem
    found = solve_goals(
        p.economy,
        meeting.own,
        meeting.outcome.state,
        meeting.aims,
        meeting.policies,
        cell.located.wanted,
        *full,
        rules=meeting.outcome.rules,
    )
    first: tuple[Met, Details] = jax.tree.map(lambda part: np.asarray(part)[:size], jax.device_get(found))
    return first


def _run(setting: Setting) -> Outcome:
    """A certified outcome of a setting without regard to its goals."""
    return replace(run(problem(setting.world, setting.shock, Closures(**setting.closures))), setting=setting)
