"""Whether the probabilities of a case can all hold, given what it says about claims that depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.claims.claim import Claims
from comity.claims.dependency import Dependency, relations, statements
from comity.uncertainty.statements import Relation, Stated

if TYPE_CHECKING:
    from comity.uncertainty.coherent import Coherence

BANDS = 0.9
"""The share of each reading in which values are looked for that can all hold."""


@dataclass(frozen=True)
class CaseCoherence:
    """What was found.

    Attributes:
        dependencies: as the case says them.
        relations: those of them that are relations.
        means: the means of all probabilities held against each other.
        within_readings: whether values somewhere in the central `BANDS` of every reading can all hold.
    """

    dependencies: tuple[Dependency, ...]
    relations: tuple[Relation, ...]
    means: Coherence
    within_readings: bool

    @property
    def scales(self) -> tuple[str, ...]:
        """The scales on which words were read."""
        return tuple(dict.fromkeys(s.probability.scale for s in self.means.statements if s.probability.scale))


def check_case(content: Claims) -> CaseCoherence | None:
    """Hold the probabilities of dependent claims against each other; None where no claim depends on another.

    How claims came out is not used: what is checked is what was said.

    Raises:
        ScenarioError: relations that cannot all hold whatever is probable, a condition of probability zero, more claims
            that hang together than can be taken at once.
    """
    if not content.dependencies:
        return None
    from comity.uncertainty.coherent import coherence  # a linear program: scipy takes a moment to import

    names = {claim.number: f"{claim.number} {claim.title}" for claim in content.claims}
    touched = {number for one in content.dependencies for number in one.numbers}
    said = [
        Stated(names[claim.number], likelihood)
        for claim in content.claims
        if claim.number in touched and (likelihood := claim.likelihood) is not None
    ]
    every = (*said, *statements(content.dependencies, names))
    linked = relations(content.dependencies, names)
    means = coherence(every, linked)
    within = means if means.coherent else coherence(every, linked, BANDS)
    return CaseCoherence(content.dependencies, linked, means, within.coherent)
