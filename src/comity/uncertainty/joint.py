"""Joint outcomes of events that may or may not happen, and linear programs over their probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from comity.errors import ScenarioError
from comity.uncertainty.statements import Implies, Relation, Stated, literal

Floats = NDArray[np.float64]
MOST_OUTCOMES = 4096
"""Joint outcomes that are taken in one program: 12 events that nothing restricts."""


@dataclass(frozen=True, eq=False)
class Joint:
    """The joint outcomes that relations leave possible.

    Attributes:
        events: names.
        happens: ``[outcome, event]``.
    """

    events: tuple[str, ...]
    happens: NDArray[np.bool_]

    def holds(self, text: str) -> Floats:
        """``[outcome]``: 1 where an event happens (its opposite for ``"not x"``), 0 elsewhere; 1 for no text."""
        if not text:
            return np.ones(len(self.happens))
        event, wanted = literal(text)
        return np.where(self.happens[:, self.events.index(event)] == wanted, 1.0, 0.0)


def joint(events: Sequence[str], relations: Sequence[Relation]) -> Joint:
    """All joint outcomes of some events that their relations allow.

    Raises:
        ScenarioError: more than `MOST_OUTCOMES` of them, or none.

    >>> joint(["a", "b"], [Implies("a", "b")]).happens.astype(int).tolist()
    [[0, 0], [0, 1], [1, 1]]
    """
    rows = np.zeros((1, 0), dtype=bool)
    for count, _ in enumerate(events, start=1):
        rows = np.concatenate([np.insert(rows, count - 1, value, axis=1) for value in (False, True)])
        known = Joint(tuple(events[:count]), rows)
        rows = np.asarray(rows[_allowed(known, relations)])
        if len(rows) > MOST_OUTCOMES:
            raise ScenarioError(
                f"{len(events)} events that hang together have more than {MOST_OUTCOMES} joint outcomes: "
                f"leave some out, or say which imply or exclude each other ({', '.join(events[:4])}, ...)"
            )
    if not len(rows):
        raise ScenarioError(f"these cannot all hold, whatever is probable: {'; '.join(map(str, relations))}")
    return Joint(tuple(events), rows)


def _allowed(known: Joint, relations: Sequence[Relation]) -> NDArray[np.bool_]:
    """Outcomes that break no relation among the events known so far."""
    allowed = np.ones(len(known.happens), dtype=bool)
    for relation in relations:
        whole = set(relation.events) <= set(known.events)
        if isinstance(relation, Implies):
            if whole:
                allowed &= known.holds(relation.cause) <= known.holds(relation.effect)
            continue
        members = [known.holds(m) for m in relation.members if literal(m)[0] in known.events]
        count = np.sum(members, axis=0) if members else 0.0
        allowed &= (count == 1) if whole and relation.exhaustive else (count <= 1)
    return allowed


def bounds_of(stated: Stated, within: float | None) -> tuple[float, float]:
    """The least and the largest value that a statement allows: its mean, or its central interval."""
    if within is None:
        return stated.probability.mean, stated.probability.mean
    return stated.probability.interval(within)


@dataclass(frozen=True, eq=False)
class Program:
    """Statements as rows over the probabilities of joint outcomes.

    Attributes:
        event: ``[statement, outcome]``, 1 where event and condition hold.
        given: ``[statement, outcome]``, 1 where the condition holds.
        low: ``[statement]``.
        high: ``[statement]``.
        floor: ``[statement]``: the probability that the condition keeps at least.
    """

    event: Floats
    given: Floats
    low: Floats
    high: Floats
    floor: Floats

    def distance(self) -> float:
        """The least sum of distances to the statements: zero if they are coherent."""
        count, outcomes = self.event.shape
        return float(self._solve(self._sum_of_distances, None)[outcomes : outcomes + 2 * count].sum())

    @property
    def _sum_of_distances(self) -> Floats:
        count, outcomes = self.event.shape
        return np.concatenate([np.zeros(outcomes), np.ones(2 * count), np.zeros(1)])

    def nearest(self) -> tuple[Floats, Floats]:
        """Probabilities of outcomes ``[outcome]`` nearest to the statements, and the distances ``[statement]``.

        The sum of distances is least, and among the joint distributions of least sum the largest distance is.
        """
        count, outcomes = self.event.shape
        last = self._solve(np.r_[np.zeros(outcomes + 2 * count), 1.0], self.distance())
        return last[:outcomes], last[outcomes : outcomes + count] + last[outcomes + count : -1]

    def _solve(self, cost: Floats, total: float | None) -> Floats:
        """A linear program in (outcomes, shortfalls, excesses, the largest of them)."""
        count, outcomes = self.event.shape
        none, one, zero = np.zeros((count, count)), np.eye(count), np.zeros((count, 1))
        rows = [
            np.hstack([self.low[:, None] * self.given - self.event, -one, none, zero]),
            np.hstack([self.event - self.high[:, None] * self.given, none, -one, zero]),
            np.hstack([-self.given, none, none, zero]),
            np.hstack([np.zeros((count, outcomes)), one, one, zero - 1]),
        ]
        limits = [np.zeros(2 * count), -self.floor, np.zeros(count)]
        if total is not None:
            rows.append(self._sum_of_distances[None])
            limits.append(np.array([total + 1e-9]))
        sums = np.r_[np.ones(outcomes), np.zeros(2 * count + 1)]
        return least(cost, np.vstack(rows), np.concatenate(limits), sums)


def least(cost: Floats, rows: Floats, limits: Floats, sums: Floats) -> Floats:
    """The x >= 0 of least cost with ``rows @ x <= limits`` and ``sums @ x = 1`` (HiGHS).

    Raises:
        ScenarioError: there is none.
    """
    found = linprog(
        cost,
        A_ub=rows,
        b_ub=limits,
        A_eq=sums[None],
        b_eq=np.ones(1),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if found.status != 0:
        raise ScenarioError(f"no joint distribution was found for these statements: {found.message}")
    return np.asarray(found.x, dtype=np.float64)


def program(
    known: Joint, statements: Sequence[Stated], within: float | None = None, floors: Mapping[str, float] | None = None
) -> Program:
    """The statements over the joint outcomes that are possible.

    Args:
        known: the outcomes.
        statements: one row each.
        within: see `bounds_of`.
        floors: by condition, the probability that it keeps at least; zero if not given.

    Raises:
        ScenarioError: a condition that is in none of the outcomes.
    """
    given = np.array([known.holds(s.given) for s in statements])
    if (never := ~given.any(axis=1)).any():
        condition = statements[int(np.argmax(never))].given
        raise ScenarioError(f"a probability is stated given {condition!r}, which the relations make impossible")
    event = np.array([known.holds(s.event) for s in statements]) * given
    low, high = np.array([bounds_of(s, within) for s in statements]).T
    floor = np.array([(floors or {}).get(s.given, 0.0) for s in statements])
    return Program(event, given, low, high, floor)
