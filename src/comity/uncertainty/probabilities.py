"""A probability as people give it: a number, a range or a word; always a distribution (that of a number is a point)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import ScenarioError
from comity.policy.quantities import rate, show_rate, whole
from comity.uncertainty.lexicon import DEFAULT_SCALE, Scale, find, scale

if TYPE_CHECKING:
    from comity.uncertainty.readings import Reading

Floats = NDArray[np.float64]
QUARTILES = 0.5
_PER_CENT = r"\s*(?P<{}>%|per ?cent)?"
_RANGE = re.compile(
    rf"(?:(?:between|from)\s+)?(?P<low>[\d.]+){_PER_CENT.format('unit')}\s*(?:-|–|to|and)\s*"
    rf"(?P<high>[\d.]+){_PER_CENT.format('last')}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?[\d.]")


@dataclass(frozen=True)
class Probability:
    """A probability and how sure its giver is of it: a quantile function in straight lines.

    Attributes:
        said: as it was given.
        levels: from 0 to 1, not decreasing.
        values: the probability at each level, from 0 to 1, not decreasing.
        scale: the scale that a word was read on; empty for numbers and ranges.
        how: how what was said became a distribution.
        assumed: what had to be assumed to read it; empty if nothing.

    Raises:
        ScenarioError: levels or values that are no quantile function of a probability.
    """

    said: str
    levels: tuple[float, ...]
    values: tuple[float, ...]
    scale: str = ""
    how: str = ""
    assumed: str = ""

    def __post_init__(self) -> None:
        """Check the quantile function."""
        levels, values = np.array(self.levels), np.array(self.values)
        if len(levels) != len(values) or len(levels) < 2 or levels[0] != 0 or levels[-1] != 1:
            raise ScenarioError(f"probability {self.said!r}: levels must run from 0 to 1, one for each value")
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
            raise ScenarioError(f"probability {self.said!r}: {self.values} are not all between 0 and 1")
        if (np.diff(levels) < 0).any() or (np.diff(values) < 0).any():
            raise ScenarioError(f"probability {self.said!r}: levels and values must not fall")

    def __str__(self) -> str:
        """As distributions are listed: what was said, the scale that it was read on, and how.

        >>> str(probability("likely", scale="icd-203"))
        "'likely' on scale icd-203: median 67.5% [61.3% to 73.8%], mean 67.5%"
        """
        return self.sentence

    @property
    def mean(self) -> float:
        """The expected probability: the area under the quantile function (exact, it is in straight lines).

        >>> probability("likely", scale="icd-203").mean
        0.675
        """
        return float(np.trapezoid(self.values, self.levels))

    @property
    def median(self) -> float:
        """The probability that is as often too high as too low."""
        return self.quantile(0.5)

    def quantile(self, q: float) -> float:
        """The probability at a level.

        Raises:
            ScenarioError: q outside 0 to 1.

        >>> probability("likely").quantile(0.25)
        0.67
        """
        if not 0 <= q <= 1:
            raise ScenarioError(f"a quantile is asked at a level between 0 and 1, not {q}")
        return float(np.interp(q, self.levels, self.values))

    def interval(self, share: float = QUARTILES) -> tuple[float, float]:
        """The central interval that holds a share of the distribution; the quartiles if not said.

        >>> probability("may").interval()
        (0.3, 0.51)
        """
        return self.quantile((1 - share) / 2), self.quantile((1 + share) / 2)

    def sample(self, uniforms: ArrayLike) -> Floats:
        """The probability at each of some numbers between 0 and 1, in their shape.

        >>> probability([0.2, 0.4]).sample([0.0, 0.25, 1.0])
        array([0.2 , 0.25, 0.4 ])
        """
        drawn: Floats = np.interp(np.asarray(uniforms, dtype=float), self.levels, self.values)
        return drawn

    def ppf(self, uniforms: ArrayLike) -> Floats:
        """The same as `sample`, by the name that it has for distributions."""
        return self.sample(uniforms)

    def in_words(self, scale: str = DEFAULT_SCALE) -> Reading:
        """Its mean in the words of a scale.

        >>> print(probability("60-80%").in_words("nato"))
        likely (nato)
        """
        from comity.uncertainty.readings import in_words

        return in_words(self.mean, scale)

    @property
    def sentence(self) -> str:
        """What it says, with the scale that it was read on.

        >>> probability("is likely to").sentence
        "'is likely to' on scale capphrase: median 75% [67% to 80%], mean 72.5%"
        >>> probability([0.6, 0.8]).sentence
        '60% to 80%, mean 70%'
        """
        low, high = (f"{100 * end:.3g}%" for end in self.interval())
        mean = f"mean {100 * self.mean:.3g}%"
        if not self.scale:
            return self.said if self.levels == (0, 1) and low == high else f"{self.said}, {mean}"
        return f"{self.said!r} on scale {self.scale}: median {100 * self.median:.3g}% [{low} to {high}], {mean}"


def probability(value: object, scale: str = DEFAULT_SCALE) -> Probability:
    """A probability from a number, a range or a word.

    Args:
        value: 0.7, ``"70%"``; ``[0.6, 0.8]``, ``"60-80%"``; ``"likely"``, ``"may"``, ``"is likely to"``.
        scale: on which a word is read, one of `scales`. Numbers and ranges need none.

    Returns:
        A number stands at its point; a range is uniform; a word of an official scale is uniform over its band, a word
        of a survey has the percentiles of its readings.

    Raises:
        ScenarioError: no probability. UnknownName: a word that the scale does not have, or no such scale.

    >>> probability("70%").mean, probability("60-80%").interval(1.0)
    (0.7, (0.6, 0.8))
    >>> probability("likely").median, probability("likely", scale="nato").median
    (0.75, 0.75)
    >>> probability("likly", scale="uk")
    Traceback (most recent call last):
    ...
    comity.errors.UnknownName: the scale uk has no word 'likly'; did you mean 'likely'?
    """
    if isinstance(value, Probability):
        return value
    if isinstance(value, str):
        return _text(value.strip(), scale)
    if isinstance(value, Sequence) and len(value) == 2:
        return _range(_fraction(value[0]), _fraction(value[1]))
    return _point(_fraction(value))


def _text(text: str, name: str) -> Probability:
    if match := _RANGE.fullmatch(text):
        unit = "%" if match["last"] or match["unit"] else ""
        return _range(_fraction(match["low"] + unit), _fraction(match["high"] + unit))
    if _NUMBER.match(text):
        return _point(_fraction(text))
    if not text:
        raise ScenarioError("a probability is missing: write a number, a range or a word")
    return _word(text, scale(name))


def _word(text: str, on: Scale) -> Probability:
    word, hedge = find(text, on)
    assumed = f"{text!r} is read as {word.term!r}: {hedge.note}" if hedge and hedge.assumed else ""
    return Probability(text, word.levels, word.values, on.name, on.how, assumed)


def _point(value: float) -> Probability:
    return Probability(show_rate(value), (0.0, 1.0), (value, value), how="a point")


def _range(low: float, high: float) -> Probability:
    if low > high:
        raise ScenarioError(f"the range of probability {show_rate(low)} to {show_rate(high)} is upside down")
    return Probability(f"{show_rate(low)} to {show_rate(high)}", (0.0, 1.0), (low, high), how="uniform over the range")


def _fraction(value: object) -> float:
    """A number between 0 and 1."""
    try:
        found = float(rate(whole(value)))
    except ValueError as error:
        raise ScenarioError(f"no probability: {error}") from None
    if not 0 <= found <= 1:
        raise ScenarioError(f"a probability of {show_rate(found)} is out of range: 0% to 100%")
    return found
