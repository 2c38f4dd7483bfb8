"""Whether probabilities of events that depend on each other can all hold, and the nearest ones that can.

Probabilities are coherent if some joint distribution of the events has them all (de Finetti 1937). The probabilities of
the joint outcomes are the unknowns of a linear program (Hailperin 1965; Hansen, Jaumard and Poggi de Aragao 2000)::

    sum x = 1,  x >= 0,   low P(condition) <= P(event and condition) <= high P(condition)   for each statement
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from comity.errors import ScenarioError
from comity.uncertainty.joint import Floats, Joint, bounds_of, joint, least, program
from comity.uncertainty.statements import Relation, Stated, events_of, literal

TOLERANCE = 1e-8
"""Of the sum of distances, below which statements are coherent."""
NOISE = 1e-6
"""Of all that is moved: less is what the linear program leaves of nothing."""
SLIGHT = 1e-3
NORM = (
    "the sum of absolute changes is the least that there is, and among equals the largest change is; the change of a "
    "conditional probability counts times the probability of its condition"
)


@dataclass(frozen=True)
class Coherence:
    """Whether statements can all hold, and what they would have to be.

    Attributes:
        statements: as given.
        nearest: for each statement its value in the nearest coherent set.
        distance: for each statement how far it is moved, by `NORM`; zero where it may stay.
        conflicts: sets of statements and relations that cannot all hold, though they could without any one of them.
        within: None if means were asked to be coherent, else the share of each distribution that its value may be in.
    """

    statements: tuple[Stated, ...]
    nearest: tuple[float, ...]
    distance: tuple[float, ...]
    conflicts: tuple[tuple[Stated | Relation, ...], ...]
    within: float | None

    @property
    def coherent(self) -> bool:
        """Whether all statements can hold."""
        return not self.conflicts

    @property
    def total(self) -> float:
        """The sum of distances."""
        return sum(self.distance)

    @property
    def moved(self) -> tuple[float, ...]:
        """`distance` without what the linear program leaves of nothing."""
        least = max(TOLERANCE, NOISE * self.total)
        return tuple(distance if distance > least else 0.0 for distance in self.distance)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What conflicts, and which values would not."""
        said = [f"These cannot all hold: {'; '.join(map(str, conflict))}." for conflict in self.conflicts]
        moved = [
            f"{statement} would have to be {100 * value:.3g}%."
            for statement, value, distance in zip(self.statements, self.nearest, self.moved, strict=True)
            if distance
        ]
        return (*said, *moved, *([f"Nearest coherent values: {NORM}."] if moved else []))


def coherence(
    statements: Sequence[Stated], relations: Sequence[Relation] = (), within: float | None = None
) -> Coherence:
    """Check statements about events against each other.

    Args:
        statements: probabilities, some on a condition. A condition needs a probability of its own, not zero.
        relations: which events imply or exclude others.
        within: None holds the means of the statements against each other. A share s asks whether values somewhere in
            the central intervals that hold s of each distribution are coherent: 1.0 for all of a word's band.

    Raises:
        ScenarioError: one thing stated twice, a condition without a probability or that cannot happen, relations that
            cannot hold, too many events that hang together.

    >>> from comity.uncertainty.probabilities import probability
    >>> from comity.uncertainty.statements import Exclusive
    >>> said = [Stated("bilateral deal", probability("70%")), Stated("trade war", probability("50%"))]
    >>> found = coherence(said, [Exclusive(("bilateral deal", "trade war"))])
    >>> found.coherent, [round(value, 3) for value in found.nearest]
    (False, [0.6, 0.4])
    """
    said = [(s.event, s.given) for s in statements]
    if twice := next((s for s in statements if said.count((s.event, s.given)) > 1), None):
        raise ScenarioError(f"the probability of {twice.event!r} is stated twice: {twice}")
    nearest, distance = np.zeros(len(statements)), np.zeros(len(statements))
    conflicts: list[tuple[Stated | Relation, ...]] = []
    floors = _floors(statements, within)
    for group in _groups([*statements, *relations]):
        rows = [i for i, s in enumerate(statements) if s.events[0] in group]
        linked = [r for r in relations if r.events[0] in group]
        asked = [statements[i] for i in rows]
        found = program(joint(group, linked), asked, within, floors) if asked else None
        if found is None:
            continue
        outcomes, distance[rows] = found.nearest()
        nearest[rows] = (found.event @ outcomes) / (found.given @ outcomes)
        if distance[rows].sum() > TOLERANCE:
            conflicts += _conflicts(asked, linked, within, floors)
    distance[distance <= TOLERANCE] = 0
    return Coherence(tuple(statements), tuple(nearest.tolist()), tuple(distance.tolist()), tuple(conflicts), within)


def implied(
    events: Sequence[str], statements: Sequence[Stated], relations: Sequence[Relation] = (), within: float | None = None
) -> tuple[float, float]:
    """The least and the largest probability that all of some events happen together, given coherent statements.

    Raises:
        ScenarioError: the statements are not coherent; and as `coherence`.

    >>> from comity.uncertainty.probabilities import probability
    >>> low, high = implied(["a", "b"], [Stated("a", probability("70%")), Stated("b", probability("60%"))])
    >>> round(low, 6), round(high, 6)  # Frechet's bounds
    (0.3, 0.6)
    """
    if not (checked := coherence(statements, relations, within)).coherent:
        raise ScenarioError(checked.sentences[0])
    names = events_of([*statements, *relations])
    asked = [literal(event)[0] for event in events]
    group = [n for part in _groups([*statements, *relations]) if set(part) & set(asked) for n in part]
    known = joint(
        [*group, *(event for event in dict.fromkeys(asked) if event not in names)],
        [r for r in relations if r.events[0] in group],
    )
    target = np.prod([known.holds(event) for event in events], axis=0)
    used = [s for s in statements if s.events[0] in group]
    return _extreme(target, known, used, within), -_extreme(-target, known, used, within)


def _extreme(cost: Floats, known: Joint, statements: Sequence[Stated], within: float | None) -> float:
    """The least expectation of a cost of outcomes under the statements."""
    rows, limits = np.zeros((0, len(cost))), np.zeros(0)
    if statements:
        p = program(known, statements, within)
        rows = np.vstack([p.low[:, None] * p.given - p.event, p.event - p.high[:, None] * p.given])
        limits = np.full(len(rows), TOLERANCE)
    return float(cost @ least(cost, rows, limits, np.ones(len(cost))))


def _floors(statements: Sequence[Stated], within: float | None) -> dict[str, float]:
    """The probability that each condition keeps at least: 1/(2k) of the least stated for it, with k conditions.

    Without it the cheapest way to mend what is said on a condition would be to make the condition impossible. With it
    there is always a solution: each of the k conditions may have a kth of all probability.
    """
    conditions = dict.fromkeys(s.given for s in statements if s.given)
    floors = {}
    for condition in conditions:
        event, wanted = literal(condition)
        own = [s for s in statements if not s.given and literal(s.event)[0] == event]
        if not own:
            raise ScenarioError(f"a probability is stated given {condition!r}, but none of {event!r} itself: state one")
        bounds = [(s, *bounds_of(s, within)) for s in own]
        if any(high <= 0 if literal(s.event)[1] == wanted else low >= 1 for s, low, high in bounds):
            raise ScenarioError(f"a probability is stated given {condition!r}, whose own probability is zero")
        least_of_it = min(low if literal(s.event)[1] == wanted else 1 - high for s, low, high in bounds)
        floors[condition] = least_of_it / (2 * len(conditions))
    return floors


def _conflicts(
    statements: Sequence[Stated], relations: Sequence[Relation], within: float | None, floors: Mapping[str, float]
) -> list[tuple[Stated | Relation, ...]]:
    """Smallest sets that cannot hold, found one after the other; none of a set's statements is in a later one.

    A condition need only be possible here, however unlikely.
    """
    floors = {condition: SLIGHT * floor for condition, floor in floors.items()}
    left, found = list(statements), []
    while left and _distance(left, relations, within, floors) > TOLERANCE:
        conflict = _smallest(left, relations, within, floors)
        found.append(conflict)
        left = [s for s in left if s not in conflict]
    return found


def _smallest(
    statements: Sequence[Stated], relations: Sequence[Relation], within: float | None, floors: Mapping[str, float]
) -> tuple[Stated | Relation, ...]:
    """What is left when everything has been taken out that the conflict does without (deletion filter)."""
    kept: list[Stated | Relation] = [*statements, *relations]
    for item in tuple(kept):
        rest = [other for other in kept if other is not item]
        said = [s for s in rest if isinstance(s, Stated)]
        try:
            still = bool(said) and _distance(said, [r for r in rest if not isinstance(r, Stated)], within, floors)
        except ScenarioError:  # more joint outcomes than a program may have without this relation: it stays
            continue
        if still > TOLERANCE:
            kept = rest
    return tuple(kept)


def _distance(
    statements: Sequence[Stated], relations: Sequence[Relation], within: float | None, floors: Mapping[str, float]
) -> float:
    """How far statements are from being coherent."""
    known = joint(events_of([*statements, *relations]), relations)
    return program(known, statements, within, floors).distance()


def _groups(items: Sequence[Stated | Relation]) -> list[tuple[str, ...]]:
    """Events that hang together through what is said of them, each group in order of first mention."""
    group = {event: {event} for event in events_of(items)}
    for item in items:
        together = set().union(*(group[event] for event in item.events))
        for event in together:
            group[event] = together
    unique = {id(g): g for g in group.values()}
    return [tuple(event for event in group if event in g) for g in unique.values()]
