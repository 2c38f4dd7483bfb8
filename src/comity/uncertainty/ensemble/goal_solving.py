"""Solving draws of a variant whose amounts are found anew in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

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
from comity.uncertainty.ensemble.cells import Cell
from comity.uncertainty.ensemble.details import Details
from comity.uncertainty.ensemble.drawn import Found, agreeing, in_units, together
from comity.uncertainty.ensemble.goal_program import Met, policy_at, solve_goals
from comity.uncertainty.ensemble.goals import Meeting, certified, why
from comity.uncertainty.ensemble.plan import CERTIFY_EVERY
from comity.uncertainty.ensemble.program import BATCH
from comity.world.world import Floats


def solve_goal_cell(cell: Cell, rows: NDArray[np.intp], uniforms: Mapping[str, Floats]) -> Found:
    """Some draws of one variant under one combination of choices, each with amounts that meet what is asked."""
    meeting = cell.meeting
    assert meeting is not None, "the variant finds amounts"
    thetas = cell.thetas(uniforms, len(rows))
    now = cell.at_horizon(thetas)
    scales = cell.scales(uniforms, now)
    billion = meeting.outcome.unit / 1000
    parts = []
    for k in range(0, len(rows), BATCH):
        some, full = _batch(cell, meeting, now[k : k + BATCH], scales[k : k + BATCH])
        parts.append((some, cell.located.read(full, billion)))
    met, details = together(parts)
    values, residual = in_units(np.asarray(met.solved.values), billion), np.array(met.solved.residual)
    amounts = meeting.amounts(np.asarray(met.amounts), np.asarray(met.bought) * billion)
    good = (residual <= TOLERANCE) & met.solved.sound
    reasons = {}
    for k in range(len(rows)):
        if not good[k] or not met.gap[k] <= CLOSED:
            reasons[k] = why(float(met.gap[k]))
    sound = np.full(len(rows), np.nan)
    for k in map(int, np.flatnonzero(rows % CERTIFY_EVERY == 0)):
        if k not in reasons:
            try:
                found = np.asarray(met.amounts[k])
                if meeting.reachable(found):
                    own = {key: float(each[k]) for key, each in amounts.items()}
                    alone = certified(meeting, thetas[k], _run, own)
                else:
                    alone = _at(cell, meeting, now[k], scales[k], found)
                sound[k] = agreeing(alone, values[k])
            except ComityError as error:
                reasons[k] = f"not certified: {error}"
    failed = list(reasons)
    values[failed] = np.nan
    for one in details.values():
        one[failed] = np.nan
    amounts = {key: np.where(np.isin(np.arange(len(rows)), failed), np.nan, found) for key, found in amounts.items()}
    return Found(values, residual, sound, reasons, details, amounts, meeting.units)


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
