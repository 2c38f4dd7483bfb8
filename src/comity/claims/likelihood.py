"""How likely: probabilities as a case states them, in numbers, ranges and words on a named scale."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from comity.errors import ScenarioError
from comity.uncertainty import Probability, probability

_ONE = {"type": ["number", "string"], "minLength": 1, "minimum": 0, "maximum": 1}
_SCHEMA = {"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 2, "maxItems": 2}]}


def _is_one(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool) and value != ""


def _given(value: Any) -> Any:
    """A number, a text, or the two ends of a range; what it means is seen when it is read on a scale."""
    if isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_one, value)):
        return tuple(value)
    if not _is_one(value):
        raise ValueError(f"{value!r} is no probability: write a number, a range such as 60-80%, or a word")
    return value


Given = Annotated[float | str | tuple[float | str, ...], BeforeValidator(_given), WithJsonSchema(_SCHEMA)]
"""A probability as written: 0.7, 70%, 60-80%, [0.6, 0.8] or a word."""


def wrong(message: str, *place: str | int) -> ValueError:
    """An error of a value that is being checked, with the place below it where the mistake stands."""
    error = ValueError(message)
    error.place = place  # type: ignore[attr-defined]
    return error


def read(given: Given, scale: str, what: str, *place: str | int) -> Probability:
    """A probability on a scale.

    Raises:
        ValueError: what is none, a word that the scale does not have, no such scale; with what it is of and its place.

    >>> read([0.6, 0.8], "uk", "claim 1: probability").mean
    0.7
    """
    try:
        return probability(given, scale)
    except ScenarioError as error:
        raise wrong(f"{what}: {error}", *place) from None
