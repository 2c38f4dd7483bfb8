"""From a number to the words of a scale: the inverse of reading a word."""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import ScenarioError
from comity.uncertainty.lexicon import DEFAULT_SCALE, SURVEY, Scale, Word, scale
from comity.uncertainty.probabilities import Probability

CLOSE = 1e-9


@dataclass(frozen=True)
class Reading:
    """A probability in words.

    Attributes:
        probability: the number that was put into words.
        scale: whose words they are.
        words: those that fit equally well; two neighbours where the number lies between bands.
        inside: whether a band holds it (a survey: whether it lies within the quartiles of the words).
        text: to be printed, without the scale.
    """

    probability: float
    scale: str
    words: tuple[str, ...]
    inside: bool
    text: str

    def __str__(self) -> str:
        """The words and the scale."""
        return f"{self.text} ({self.scale})"


def in_words(value: float | Probability, on: str = DEFAULT_SCALE) -> Reading:
    """A probability (the mean of one that is a distribution) in the words of a scale.

    Official scale: the narrowest band that holds it (bands may share ends, and the IPCC's nest); between bands the two
    neighbours are named. Survey: the phrases whose median reading is nearest; of equally near ones, those whose
    quartiles hold it.

    Raises:
        ScenarioError: not between 0 and 1. UnknownName: no such scale.

    >>> print(in_words(0.72, "icd-203"), in_words(0.95, "ipcc"), in_words(0.78, "uk"), sep="; ")
    likely (icd-203); extremely likely (ipcc); between 'likely' or 'probable' and 'highly likely' (uk)
    >>> print(in_words(0.74))
    likely or probable (capphrase)
    """
    number = value.mean if isinstance(value, Probability) else float(value)
    if not 0 <= number <= 1:
        raise ScenarioError(f"a probability of {number} is out of range: 0 to 1")
    found = scale(on)
    return _nearest(number, found) if found.kind == SURVEY else _band(number, found)


def _band(number: float, on: Scale) -> Reading:
    holding = [w for w in on.words if w.band[0] - CLOSE <= number <= w.band[1] + CLOSE]
    if holding:
        words = _least(holding, [w.band[1] - w.band[0] for w in holding])
        return Reading(number, on.name, words, True, _either(words))
    below = [w for w in on.words if w.band[1] < number]
    above = [w for w in on.words if w.band[0] > number]
    under = _least(below, [number - w.band[1] for w in below])
    over = _least(above, [w.band[0] - number for w in above])
    text = f"between {_quoted(under)} and {_quoted(over)}" if under and over else ""
    text = text or (f"above {_quoted(under)}" if under else f"below {_quoted(over)}")
    return Reading(number, on.name, (*under, *over), False, text)


def _nearest(number: float, on: Scale) -> Reading:
    readings = {w.term: Probability(w.term, w.levels, w.values) for w in on.words}
    near = _least(on.words, [abs(readings[w.term].median - number) for w in on.words])
    within = tuple(t for t in near if readings[t].interval()[0] <= number <= readings[t].interval()[1])
    words = within or near
    return Reading(number, on.name, words, bool(within), _either(words))


def _least(words: list[Word] | tuple[Word, ...], sizes: list[float]) -> tuple[str, ...]:
    """All words of the least size."""
    return tuple(w.term for w, size in zip(words, sizes, strict=True) if size <= min(sizes) + CLOSE)


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _quoted(words: tuple[str, ...]) -> str:
    return _either(tuple(repr(word) for word in words))
