"""What is said about events that may or may not happen: probabilities, conditional ones, and relations between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.errors import ScenarioError
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.probabilities import Probability, probability

NOT = "not "


def literal(text: str) -> tuple[str, bool]:
    """An event, and whether it happens: ``"not x"`` is that x does not.

    >>> literal("a deal"), literal("not a deal")
    (('a deal', True), ('a deal', False))
    """
    return (text.removeprefix(NOT).strip(), False) if text.startswith(NOT) else (text.strip(), True)


@dataclass(frozen=True)
class Stated:
    """The probability of an event, or of an event on a condition.

    Attributes:
        event: its name; ``"not x"`` for its opposite.
        probability: as given.
        given: the condition, an event or its opposite; empty if there is none.

    Raises:
        ScenarioError: no event, or a condition that is the event itself.

    >>> str(Stated("tariffs on Japan", probability("likely"), given="tariffs on China"))
    "P(tariffs on Japan | tariffs on China) = 'likely' (72.5%, capphrase)"
    """

    event: str
    probability: Probability
    given: str = ""

    def __post_init__(self) -> None:
        """Check the names."""
        if not literal(self.event)[0]:
            raise ScenarioError("a probability is stated of no event: name it")
        if self.given and literal(self.given)[0] == literal(self.event)[0]:
            raise ScenarioError(f"the probability of {self.event!r} is stated given itself: name another condition")

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it speaks of."""
        return tuple(literal(text)[0] for text in (self.event, self.given) if text)

    def __str__(self) -> str:
        """As an equation."""
        p = self.probability
        value = f"{p.said!r} ({100 * p.mean:.3g}%, {p.scale})" if p.scale else p.said
        return f"P({self.event}{f' | {self.given}' if self.given else ''}) = {value}"


@dataclass(frozen=True)
class Implies:
    """If one event happens, so does another (either may be ``"not x"``)."""

    cause: str
    effect: str

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it speaks of."""
        return literal(self.cause)[0], literal(self.effect)[0]

    def __str__(self) -> str:
        """In words."""
        return f"'{self.cause}' implies '{self.effect}'"


@dataclass(frozen=True)
class Exclusive:
    """At most one of several events happens; exactly one if they are exhaustive.

    Attributes:
        members: two or more events.
        exhaustive: whether one of them must happen.

    Raises:
        ScenarioError: fewer than two events, or one twice.
    """

    members: tuple[str, ...]
    exhaustive: bool = False

    def __post_init__(self) -> None:
        """Check that there are two."""
        if len(set(self.members)) < max(2, len(self.members)):
            raise ScenarioError(f"events that exclude each other are two or more, each once: {', '.join(self.members)}")

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it speaks of."""
        return tuple(literal(text)[0] for text in self.members)

    def __str__(self) -> str:
        """In words."""
        most = "exactly one" if self.exhaustive else "at most one"
        return f"{most} of {', '.join(repr(event) for event in self.members)} happens"


Relation = Implies | Exclusive


def events_of(items: Iterable[Stated | Relation]) -> tuple[str, ...]:
    """All events that are spoken of, in order of first mention."""
    return tuple(dict.fromkeys(event for item in items for event in item.events))


def cross_impact(
    events: Sequence[str], matrix: Sequence[Sequence[object]], scale: str = DEFAULT_SCALE
) -> tuple[Stated, ...]:
    """Statements from a cross-impact table.

    Args:
        events: names, one for each row and column.
        matrix: ``[event, condition]``: the probability of the event given that the condition happens; on the diagonal
            the probability of the event itself; None where nothing is said. Numbers, ranges or words.
        scale: on which words are read.

    Raises:
        ScenarioError: not as many rows and columns as events.

    >>> [str(s) for s in cross_impact(["a", "b"], [["30%", "60%"], [None, "may"]])]
    ['P(a) = 30%', 'P(a | b) = 60%', "P(b) = 'may' (41.9%, capphrase)"]
    """
    if len(matrix) != len(events) or any(len(row) != len(events) for row in matrix):
        raise ScenarioError(f"a cross-impact table of {len(events)} events has {len(events)} rows and columns")
    return tuple(
        Stated(event, probability(value, scale), given="" if row == column else events[column])
        for row, event in enumerate(events)
        for column, value in enumerate(matrix[row])
        if value is not None
    )
