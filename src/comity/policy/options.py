"""The options of a scenario: how the model is closed and which elasticities it uses, by the names that people write."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.places import within
from comity.policy.wording import nearest
from comity.world import elasticity_sets
from comity.world.classification import lookup_key

One = str | float
Value = One | tuple[One, ...]
"""Several only where an option takes a list, see `Option.many`."""
MOST_VALUES = 20


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        key: as written.
        words: values that are words, each with what it means for the closure.
        about: one sentence for editors and the reference.
        closure: the argument of `comity.model.Closures` that it sets; empty if none.
        low, high: range of values that are numbers; None when it takes words only.
        numbers: what a number means.
        many: whether a list of values stands for one setting each.
    """

    key: str
    words: Mapping[str, Any]
    about: str
    closure: str = ""
    low: float | None = None
    high: float = math.inf
    numbers: str = ""
    many: bool = False


def _same(*words: str) -> dict[str, str]:
    return {word: word for word in words}


OPTIONS: Mapping[str, Option] = {
    option.key: option
    for option in (
        Option(
            "imbalances",
            _same("fixed", "balanced", "output", "spending"),
            "Trade imbalances: fixed in the numeraire, balanced trade, or a constant share of output or spending.",
            "imbalances",
        ),
        Option(
            "revenue",
            _same("rebated", "public"),
            "Tariff revenue: rebated to households, or the change spent on public goods.",
            "revenue",
        ),
        Option(
            "sourcing",
            _same("pooled", "by-use"),
            "Sources of goods: the same for all uses, or chosen apart for intermediate and final use.",
            "sourcing",
        ),
        Option(
            "competition",
            _same("perfect", "scale"),
            "Market structure: perfect competition, or economies of scale by sector.",
            "competition",
        ),
        Option(
            "mobility",
            {"mobile": math.inf, "specific": 1.0},
            "Factors between sectors: mobile, specific, or the elasticity of their supply (kappa, 1 or more).",
            "kappa",
            1.0,
            math.inf,
            "elasticity of factor supply across sectors",
        ),
        Option(
            "demand",
            {"cobb-douglas": 1.0},
            "Final demand between sectors: cobb-douglas, or the elasticity of substitution (CES).",
            "demand_elasticity",
            0.0,
            20.0,
            "elasticity of substitution",
        ),
        Option(
            "horizon",
            {"long": None, "short": 1.0},
            "Time after the change: long, short (one year), or years from 1 to 10; a list gives the path.",
            "horizon",
            1.0,
            10.0,
            "years",
            many=True,
        ),
        Option("elasticities", {}, "Set of trade elasticities; `uniform:5` is 5 in every sector."),
    )
}
"""Every option by its key. The words are those of `comity.model.Closures`, which a test compares."""

_SYNONYMS = {"kappa": "mobility", "factor mobility": "mobility", "elasticity": "elasticities"}


def check_options(options: Mapping[str, Any]) -> dict[str, Value]:
    """The options with their values in one form: words in lower case, numbers as numbers.

    Raises:
        UnknownName: no such option or word; gives the nearest.
        ScenarioError: an option twice, a number out of range.

    >>> check_options({"imbalances": "Fixed", "mobility": "2.5", "horizon": "5 years"})
    {'imbalances': 'fixed', 'mobility': 2.5, 'horizon': 5.0}
    """
    found: dict[str, Value] = {}
    for key, value in options.items():
        with within(str(key)):
            option = option_named(str(key))
            if option.key in found:
                raise ScenarioError(f"{option.key} is set twice, the second time as {key!r}")
            found[option.key] = _elasticities(value) if option.key == "elasticities" else _values(option, value)
    return found


def _values(option: Option, value: Any) -> Value:
    """The value, or the list of values that an option with `many` takes."""
    if option.many and isinstance(value, str) and "," in value:
        value = value.split(",")
    if not (option.many and isinstance(value, list | tuple)):
        return _value(option, value)
    if not 0 < len(value) <= MOST_VALUES:
        raise ScenarioError(f"{option.key} has {len(value)} values: list 1 to {MOST_VALUES}")
    found = tuple(_value(option, one) for one in value)
    meant = [option.words.get(one, one) if isinstance(one, str) else one for one in found]
    if len(set(meant)) < len(meant):
        raise ScenarioError(f"{option.key} has the same value twice: {', '.join(map(str, found))}")
    return found[0] if len(found) == 1 else found


def option_named(key: str) -> Option:
    """The option of a key.

    Raises:
        UnknownName: there is none; gives the nearest and the list.
    """
    plain = lookup_key(key)
    found = OPTIONS.get(_SYNONYMS.get(plain, plain))
    if found is None:
        raise UnknownName(
            f"there is no option {key!r}{nearest(key, [*OPTIONS, *_SYNONYMS])} (options: {', '.join(OPTIONS)})"
        )
    return found


def closure_arguments(options: Mapping[str, Value]) -> dict[str, Any]:
    """Arguments of `comity.model.Closures` for checked options; those not written are left to its defaults.

    Raises:
        ScenarioError: an option is a list, which stands for several settings.

    >>> closure_arguments({"mobility": "specific", "horizon": "long", "elasticities": "uniform:5"})
    {'kappa': 1.0, 'horizon': None}
    """
    return {OPTIONS[key].closure: _meaning(key, value) for key, value in options.items() if OPTIONS[key].closure}


def each_value(options: Mapping[str, Value], key: str) -> list[dict[str, Value]]:
    """The options once for each value of one of them.

    >>> each_value({"horizon": (1.0, "long")}, "horizon")
    [{'horizon': 1.0}, {'horizon': 'long'}]
    """
    value = options.get(key)
    return [{**options, key: one} for one in value] if isinstance(value, tuple) else [dict(options)]


def _meaning(key: str, value: Value) -> Any:
    if isinstance(value, tuple):
        raise ScenarioError(
            f"{key} is a list ({', '.join(map(str, value))}), and each value is a setting of its own: see "
            "`Scenario.settings`"
        )
    return OPTIONS[key].words[value] if isinstance(value, str) else value


def _value(option: Option, value: Any) -> One:
    by_key = {lookup_key(word): word for word in option.words}
    if isinstance(value, str) and lookup_key(value) in by_key:
        return by_key[lookup_key(value)]
    number = _number(value) if option.low is not None else None
    if number is None:
        wanted = ", ".join(option.words) + (f" or a number ({option.numbers})" if option.numbers else "")
        near = nearest(value, option.words) if isinstance(value, str) else ""
        raise UnknownName(f"{option.key} cannot be {value!r}{near} (choose from {wanted})")
    if not (option.low is not None and option.low <= number <= option.high):
        bounds = f"{option.low:g} or more" if option.high == math.inf else f"from {option.low:g} to {option.high:g}"
        raise ScenarioError(f"{option.key} of {value} is out of range: {option.numbers} {bounds}")
    return number


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value.strip().removesuffix("years").removesuffix("year").strip() if isinstance(value, str) else value
    try:
        return float(text)
    except ValueError:
        return None


def _elasticities(value: Any) -> str:
    sets = elasticity_sets()
    if not isinstance(value, str):
        raise ScenarioError(f"elasticities {value!r} is not the name of a set (sets: {', '.join(sets)})")
    name, colon, number = value.strip().lower().partition(":")
    if colon and name == "uniform":
        theta = _number(number)
        if theta is None or not 0 < theta < math.inf:
            raise ScenarioError(
                f"elasticities {value!r}: after `uniform:` comes one number above zero, as in uniform:5"
            )
        return f"uniform:{number.strip()}"
    if name not in sets or colon:
        raise UnknownName(f"there is no set of elasticities {value!r}{nearest(value, sets)} (sets: {', '.join(sets)})")
    return name
