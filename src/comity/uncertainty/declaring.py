"""Distributions as a scenario file declares them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.wording import nearest
from comity.uncertainty.discrete import Discrete
from comity.uncertainty.distributions import KINDS, Distribution
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.probabilities import Probability, probability

Uncertain = Distribution | Discrete | Probability
"""What can be drawn: each has ``ppf`` and ``mean``."""
WORDS, CHOICE = "words", "choice"
ABOUT = ("above", "below", "source", "note", "scale")


def uncertain(data: object) -> Uncertain:
    """A distribution from its declaration.

    ``5`` is a point; ``{normal: {mean: 5, sd: 1.4}, above: 0, source: ...}`` a distribution of `Distribution`;
    ``{choice: [fixed, balanced]}`` or ``{choice: {fixed: 0.75, balanced: 0.25}}`` a choice; ``{words: likely}``, with
    ``scale:`` if another is wanted, a share as the word is read.

    Raises:
        UnknownName: a kind or a key that does not exist. ScenarioError: no distribution.

    >>> str(uncertain({"normal": {"mean": 5, "sd": 1.4}, "above": 0}))
    'normal(mean 5, sd 1.4) above 0'
    >>> uncertain({"words": "may"}).mean.__round__(3)
    0.419
    """
    if isinstance(data, int | float) and not isinstance(data, bool):
        return Distribution.of("point", value=data)
    if not isinstance(data, Mapping):
        raise ScenarioError(f"{data!r} is no distribution: write one such as {{normal: {{mean: 5, sd: 1.4}}}}")
    kinds = [key for key in data if key not in ABOUT]
    if len(kinds) != 1 or kinds[0] not in (*KINDS, CHOICE, WORDS):
        _refuse(kinds)
    kind, about = kinds[0], {key: data[key] for key in data if key in ABOUT}
    if kind == WORDS:
        _only(kind, about, ("scale",))
        return probability(data[kind], str(about.get("scale", DEFAULT_SCALE)))
    if kind == CHOICE:
        _only(kind, about, ("source", "note"))
        return _choice(data[kind], about)
    _only(kind, about, ("above", "below", "source", "note"))
    return _distribution(kind, data[kind], about)


def _refuse(kinds: list[Any]) -> None:
    known = (*KINDS, CHOICE, WORDS)
    for kind in kinds:
        if kind not in known:
            hint = nearest(str(kind), (*known, *ABOUT))
            raise UnknownName(f"there is no distribution {kind!r}{hint} (there are {', '.join(known)})")
    raise ScenarioError(f"a distribution is of one kind, not {' and '.join(kinds) or 'none'}: {', '.join(known)}")


def _only(kind: str, about: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    if wrong := [key for key in about if key not in allowed]:
        raise UnknownName(f"{kind} takes no {wrong[0]!r}, only {', '.join(allowed)}")


def _choice(options: object, about: Mapping[str, Any]) -> Discrete:
    source, note = str(about.get("source", "")), str(about.get("note", ""))
    if isinstance(options, Mapping):
        weights = tuple(probability(weight).mean for weight in options.values())
        return Discrete(tuple(options), weights, source, note)
    if not isinstance(options, list | tuple):
        raise ScenarioError(f"choice: {options!r} must be a list of options, or options with their probabilities")
    even = Discrete.even(options)
    return Discrete(even.options, even.weights, source, note)


def _distribution(kind: str, parameters: object, about: Mapping[str, Any]) -> Distribution:
    if kind == "point" and not isinstance(parameters, Mapping):
        parameters = {"value": parameters}
    if not isinstance(parameters, Mapping):
        known = ", or ".join(", ".join(names) for names in KINDS[kind])
        raise ScenarioError(f"{kind}: {parameters!r} must give its parameters by name: {known}")
    numbers = tuple((str(name), _number(kind, name, value)) for name, value in parameters.items())
    above = _number(kind, "above", about.get("above", -math.inf))
    below = _number(kind, "below", about.get("below", math.inf))
    return Distribution(kind, numbers, above, below, str(about.get("source", "")), str(about.get("note", "")))


def _number(kind: str, name: object, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError(f"{kind}: {name} is {value!r}, not a number")
    return float(value)
