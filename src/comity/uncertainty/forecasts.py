"""Forecasts and how they came out: a claim, its probability, and later whether it came true, when and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.wording import nearest
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.probabilities import Probability, probability

CONFIDENCE = ("low", "moderate", "high")
"""How good the evidence is (the levels of ICD 203). It is kept apart from likelihood and enters no number."""
FIELDS = ("resolved", "on", "source", "note")


@dataclass(frozen=True)
class Resolution:
    """How a claim came out.

    Attributes:
        happened: whether it came true.
        on: the day on which that was settled.
        source: who says so.
        note: how the claim was read.

    Raises:
        ScenarioError: no source.
    """

    happened: bool
    on: date
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        """Check that somebody says so."""
        if not self.source.strip():
            raise ScenarioError(f"a claim resolved on {self.on} needs a source")


@dataclass(frozen=True)
class Forecast:
    """A claim with its probability, and how it came out if that is known.

    Attributes:
        claim: in words.
        probability: as given.
        resolution: None while it is open.
        confidence: in the evidence, one of `CONFIDENCE`; empty if not said.

    Raises:
        UnknownName: no such confidence.
    """

    claim: str
    probability: Probability
    resolution: Resolution | None = None
    confidence: str = ""

    def __post_init__(self) -> None:
        """Check the confidence."""
        if self.confidence and self.confidence not in CONFIDENCE:
            known = ", ".join(CONFIDENCE)
            raise UnknownName(
                f"there is no confidence {self.confidence!r}{nearest(self.confidence, CONFIDENCE)} ({known})"
            )


def resolution(data: Mapping[Any, Any]) -> Resolution | None:
    """How a claim came out, from ``{resolved, on, source, note}``; None while ``resolved`` is missing or null.

    ``resolved: true`` says that the claim came true, ``resolved: false`` that it did not.

    Raises:
        UnknownName: another key. ScenarioError: a part is missing or wrong.

    >>> resolution({"resolved": True, "on": "2025-04-03", "source": "Proclamation 10908"}).happened
    True
    >>> resolution({"resolved": None}) is None
    True
    """
    for key in data:
        if key is True:
            raise UnknownName("a resolution has the key True: a reader of YAML took `on` for a truth value; quote it")
        if key not in FIELDS:
            raise UnknownName(f"a resolution has no key {key!r}{nearest(str(key), FIELDS)}")
    happened = data.get("resolved")
    if happened is None:
        return None
    if not isinstance(happened, bool):
        raise ScenarioError(
            f"resolved: {happened!r} must be true (the claim came true), false (it did not) or left out"
        )
    return Resolution(happened, _day(data.get("on")), str(data.get("source") or ""), str(data.get("note") or ""))


def forecast(claim: str, data: Mapping[str, Any], scale: str = DEFAULT_SCALE) -> Forecast:
    """A forecast from ``{probability, confidence, resolved, on, source, note}``.

    >>> forecast("tariffs on cars", {"probability": "may", "confidence": "low"}).probability.median
    0.4
    """
    if data.get("probability") is None:
        raise ScenarioError(f"{claim!r} has no probability: write a number, a range or a word")
    fields = {key: value for key, value in data.items() if key not in ("probability", "confidence")}
    given = probability(data["probability"], scale)
    return Forecast(claim, given, resolution(fields), str(data.get("confidence") or ""))


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ScenarioError(f"on: {value!r} is not a day: write it as 2025-04-03") from None
