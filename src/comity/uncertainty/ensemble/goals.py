"""Draws of variants whose amounts are found: what has to be met, and the amounts that meet it in every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from comity.errors import NotConverged, ScenarioError
from comity.model import goals as model
from comity.model.accounts import Accounts, baseline_accounts
from comity.model.economy import Policy, policy
from comity.model.newton import Trial
from comity.model.outcome import Outcome
from comity.model.readings import border_value
from comity.policy import levers
from comity.policy.commitments import PurchaseCommitment, commitment_cells
from comity.policy.goals import Goal
from comity.policy.levers import Lever
from comity.policy.nominal import to_year
from comity.policy.setting import Setting
from comity.policy.transfers import Transfer
from comity.uncertainty.ensemble.goal_program import COST, FLOW, OUTPUT, Aims, Weights
from comity.uncertainty.ensemble.policies import EXACT
from comity.world.world import Floats

FEWEST_CELLS = 32
REACH = 3.0
"""How far from the central one an amount is looked for, in multiples of it."""
LEAST = {"%": 0.05, "US$": 5e3}
"""Amounts closer to zero than this are looked for as if they were as large: a fraction, US$ million."""

OF_COMMITMENTS = {"commitment subsidy": "%", "commitment outlay": "US$ bn", "commitment bought": "US$ bn"}
"""What is found of purchase commitments, with its unit."""
Amounts = Mapping[tuple[str, str], Floats]
"""What was found ``[draw]``, by what it is (`goal`, `commitment subsidy`...) and the rule that it belongs to."""


def finds(setting: Setting) -> bool:
    """Whether amounts of a setting are found anew in each world."""
    return any(isinstance(placed.rule, Goal | PurchaseCommitment) for placed in setting.rules)


@dataclass(frozen=True, eq=False)
class Meeting:
    """What a variant has to meet, around its central answer.

    Attributes:
        setting: with the central amounts in it.
        outcome: the central answer.
        conditions: goals and commitments with their levers.
        others: settings of the variants that goals compare with, and their central policies.
        aims: all of it as arrays.
    """

    setting: Setting
    outcome: Outcome
    conditions: tuple[model.Condition, ...]
    others: Mapping[str, Outcome]
    aims: Aims

    @property
    def own(self) -> Policy:
        """The policy at the central amounts."""
        return self.outcome.policy

    def reachable(self, amounts: Floats) -> bool:
        """Whether the rules can have some amounts ``[m]``: a payment made the other way is none that they can."""
        return all(c.lever.low <= amount <= c.lever.high for c, amount in zip(self.conditions, amounts, strict=True))

    @property
    def paid(self) -> jax.Array:
        """Which amounts are the import subsidies of purchase commitments ``[m]``."""
        places = [position for position, _ in levers.commitments(self.setting)]
        return jnp.asarray([c.lever.position in places for c in self.conditions], dtype=bool)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Of the variants that goals compare with."""
        return tuple(other.policy for other in self.others.values())

    def amounts(self, found: Floats, bought: Floats) -> Amounts:
        """What was found in each draw, as outcomes show it.

        Args:
            found: ``[draw, m]``.
            bought: ``[draw, c]``, border values, US$ billion.
        """
        values: dict[tuple[str, str], Floats] = {}
        places = [position for position, _ in levers.commitments(self.setting)]
        own = {c.lever.position: found[:, k] for k, c in enumerate(self.conditions)}
        for k, c in enumerate(self.conditions):
            if not c.floor:
                position = c.lever.position
                on = bought[:, places.index(position)] if position in places else None
                values["goal", c.lever.title] = self._goal(c.lever, found[:, k], on)
        for place, position in enumerate(places):
            label, subsidy = self.setting.rules[position].label, own[position]
            values["commitment subsidy", label] = 100 * subsidy
            values["commitment outlay", label] = subsidy * bought[:, place]
            values["commitment bought", label] = bought[:, place]
        return values

    @property
    def units(self) -> dict[tuple[str, str], str]:
        """Of what `amounts` gives."""
        places = [position for position, _ in levers.commitments(self.setting)]
        found = {
            ("goal", c.lever.title): "US$ bn" if c.lever.position in places or c.lever.unit == "US$" else "%"
            for c in self.conditions
            if not c.floor
        }
        for position in places:
            found |= {(what, self.setting.rules[position].label): unit for what, unit in OF_COMMITMENTS.items()}
        return found

    def _goal(self, lever: Lever, found: Floats, bought: Floats | None) -> Floats:
        """The amount of a rule; of a commitment what is bought, in the dollars of the rule."""
        if bought is None:
            return found / 1000 if lever.unit == "US$" else 100 * found
        rule = self.setting.rules[lever.position].rule
        read = border_value(commitment_cells(self.setting.scope, rule), self.outcome.unit)
        anyway = read.value(baseline_accounts(self.outcome)) if rule.add is not None else 0.0
        return (bought - anyway) / to_year(rule.dollars, self.setting.world.year)


def meeting(outcome: Outcome, others: Mapping[str, Outcome]) -> Meeting:
    """What the variant of a central answer has to meet.

    Args:
        outcome: with the amounts that were found.
        others: central answers of the variants that its goals compare with.

    Raises:
        ScenarioError: amounts that do not act in proportion, or a comparison with another variant that finds amounts.
    """
    setting = outcome.setting
    assert setting is not None, "outcomes of scenarios have a setting"
    task = model.Task(setting, lambda _: outcome, others)
    trial = task.begin()
    spans = np.array([_span(c.lever, paid=_paid(setting, c.lever)) for c in task.conditions]).reshape(-1, 2)
    aims = _aims(task, trial, outcome, others, spans)
    _require_proportion(setting, task.conditions, outcome, aims)
    return Meeting(setting, outcome, task.conditions, dict(others), aims)


def _span(lever: Lever, *, paid: bool) -> tuple[float, float]:
    """Between which amounts are looked for; a payment may come out below zero, and is then made the other way."""
    width = REACH * max(abs(lever.amount), LEAST[lever.unit])
    low = lever.amount - width
    return low if paid else max(lever.low, low), min(lever.high, lever.amount + width)


def _paid(setting: Setting, lever: Lever) -> bool:
    """Whether an amount is a payment in cash."""
    rule = setting.rules[lever.position].rule
    return isinstance(rule, Transfer) and rule.spent == "cash"


def _aims(task: model.Task, trial: Trial, o: Outcome, others: Mapping[str, Outcome], spans: Floats) -> Aims:
    conditions = task.conditions
    unit = np.array([max(abs(c.lever.amount), LEAST[c.lever.unit]) for c in conditions])
    slopes = task.slopes(trial) * unit  # of gaps by amounts in their units
    cells = [commitment_cells(task.setting.scope, rule) for _, rule in levers.commitments(task.setting)]
    by_amount = _slopes(task.setting, conditions, o)
    names = list(others)
    same = [[getattr(c.rule, "same_as", None) == name for name in names] for c in conditions]
    return Aims(
        weights=_weights(conditions, baseline_accounts(o)),
        factor=_array(c.reading.factor for c in conditions),
        neutral=_array(c.reading.neutral for c in conditions),
        target=_array(c.target for c in conditions),
        size=_array(c.size for c in conditions),
        floor=jnp.asarray([c.floor for c in conditions], dtype=bool),
        step=jnp.asarray(_inverse(slopes, np.array([c.floor for c in conditions]))),
        unit=jnp.asarray(unit),
        low=jnp.asarray(spans[:, 0]),
        high=jnp.asarray(spans[:, 1]),
        central=_array(c.lever.amount for c in conditions),
        slopes=by_amount,
        same=jnp.asarray(np.array(same, dtype=bool).reshape(len(conditions), len(names))),
        cells=jnp.asarray(np.array(cells, dtype=float).reshape(-1, *o.before.flow.shape[1:])),
        moved=_moved(by_amount),
    )


def _moved(slopes: Policy) -> tuple[jax.Array, jax.Array, jax.Array] | None:
    """Cells ``j, n, i`` whose duties or costs the amounts move; None where they move what is available.

    Filled up with cells that do not move, to a power of two: programs are compiled by size.
    """
    if np.asarray(slopes.a).any():
        return None
    moves = np.any([np.asarray(part).any(0) for part in (slopes.t, slopes.x, slopes.d)], axis=0)
    found = np.flatnonzero(moves)
    size = FEWEST_CELLS << max(0, -(-len(found) // FEWEST_CELLS) - 1).bit_length()
    still = np.flatnonzero(~moves)[:1]
    whole = np.concatenate([found, np.repeat(still, size - len(found))])
    j, n, i = (jnp.asarray(places) for places in np.unravel_index(whole, moves.shape))
    return j, n, i


def _array(values: Any) -> jax.Array:
    return jnp.asarray(np.array(list(values), dtype=float))


def _inverse(slopes: Floats, floor: NDArray[np.bool_]) -> Floats:
    """From gaps to moves: all together, or each by itself where some amounts may stay at zero."""
    if floor.any():
        return np.diag(1 / np.diag(slopes))
    return np.asarray(np.linalg.inv(slopes))


def _weights(conditions: Sequence[model.Condition], at: Accounts) -> Weights:
    """The readings as weights of what they read: they are linear, so that their derivative is all there is to them."""
    here: Accounts = jax.tree.map(jnp.asarray, at)
    slopes = [jax.grad(lambda a, c=c: jnp.asarray(c.reading.read(a)))(here) for c in conditions]
    every = [{**d.values, FLOW: d.flow, OUTPUT: d.Q, COST: d.K} for d in slopes]
    return {key: found for key in every[0] if (found := jnp.stack([one[key] for one in every])).any()}


def _slopes(setting: Setting, conditions: Sequence[model.Condition], o: Outcome) -> Policy:
    """Derivative of the policy by each amount, with a leading axis."""
    found = [policy(levers.slope(setting, c.lever)[1], o.unit) for c in conditions]
    stacked: Policy = jax.tree.map(lambda *parts: jnp.stack(parts), *found)
    return stacked


def _require_proportion(setting: Setting, conditions: Sequence[model.Condition], o: Outcome, aims: Aims) -> None:
    """Refuse amounts that do not act in proportion between the ends of their spans."""
    low = np.maximum(np.asarray(aims.low), [c.lever.low for c in conditions])
    high = np.asarray(aims.high)
    for amounts in (low + 1e-9 * (high - low), high - 1e-9 * (high - low), (low + high) / 2):
        held = {c.lever.position: float(amount) for c, amount in zip(conditions, amounts, strict=True)}
        fresh = policy(levers.moved(setting, held).shock, o.unit)
        away = amounts - np.asarray(aims.central)
        for name, there in fresh._asdict().items():
            if there is None:
                continue
            mine = np.asarray(getattr(o.policy, name)) + np.tensordot(away, np.asarray(getattr(aims.slopes, name)), 1)
            scale = max(1.0, float(np.abs(np.asarray(there)).max()))
            if np.abs(mine - np.asarray(there)).max() > 1e3 * EXACT * scale:
                raise ScenarioError(
                    f"variant {setting.name!r}: the amounts that are found do not act in proportion ({name}), and "
                    "cannot be found in every draw"
                )


def searched(meeting: Meeting, theta: Floats, scale: Floats, run: Any) -> Outcome:
    """The answer of one draw, found by the search that single answers are found by.

    Args:
        meeting: what has to be met.
        theta: long-run trade elasticities ``[j]``.
        scale: scale elasticities ``[j]``.
        run: a certified outcome of a setting.

    Raises:
        ComityError: there is none.
    """

    def there(setting: Setting) -> Setting:
        world = replace(setting.world, elasticities=replace(setting.world.elasticities, theta=theta, scale=scale))
        return replace(setting, world=world).restacked()

    others = {name: run(there(other.setting)) for name, other in meeting.others.items() if other.setting is not None}
    return model.meet(there(meeting.setting), run, others)


def took(alone: Outcome) -> dict[tuple[str, str], float]:
    """The amounts of an outcome, named as `Meeting.amounts` names them."""
    found = {("goal", entry.rule): entry.amount for entry in alone.found}
    for bought in alone.bought:
        own = (bought.subsidy_pct, bought.outlay, bought.reached)
        found |= {(what, bought.rule): value for what, value in zip(OF_COMMITMENTS, own, strict=True)}
    return found


def require_same(alone: Outcome, amounts: Mapping[tuple[str, str], float]) -> None:
    """Refuse a draw whose amounts are not those of its single answer.

    Raises:
        NotConverged: they are others.
    """
    for (what, rule), theirs in took(alone).items():
        mine = amounts[what, rule]
        if what in ("goal", "commitment subsidy") and abs(theirs - mine) > 1e-6 * max(1.0, abs(mine)):
            raise NotConverged(f"solved by itself the draw takes {theirs:.6g} ({what}, {rule}), not {mine:.6g}")


__all__ = ["Amounts", "Meeting", "finds", "meeting", "require_same", "searched", "took"]
