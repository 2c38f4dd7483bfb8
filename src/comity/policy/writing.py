"""From a scenario to plain data with the keys of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from comity.policy.fields import RENAMED
from comity.policy.flat import flat
from comity.policy.instruments import Rule, instrument_of
from comity.policy.nests import Nest, nest_data
from comity.policy.quantities import Dollars, Rate, show_money, show_rate
from comity.policy.schedule import Schedule, schedule_data
from comity.policy.variants import Variant

if TYPE_CHECKING:
    from comity.policy.scenario import Scenario


def scenario_data(scenario: Scenario) -> dict[str, Any]:
    """Plain data of a scenario; what is left to its default is left out."""
    found: dict[str, Any] = {
        "question": scenario.question,
        "world": scenario.world,
        "aggregation": _plain(scenario.aggregation),
        "baseline tariffs": scenario.baseline_tariffs,
        "as of": None if scenario.as_of is None else scenario.as_of.isoformat(),
        "policies": [rule_data(rule) for rule in scenario.policies],
        "options": _plain(scenario.options),
        "variants": {
            name: variant_data(variant) for name, variant in scenario.variants.items() if isinstance(variant, Variant)
        },
        "uncertainty": _plain(scenario.uncertainty),
    }
    return {key: value for key, value in found.items() if value or key == "policies"}


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as a mapping of one key.

    >>> from comity.policy.duties import Tariff
    >>> rule_data(Tariff(by="USA", on=["JPN", "KOR"], cap="15%"))
    {'tariff': {'by': 'USA', 'on': ['JPN', 'KOR'], 'cap': '15%'}}
    """
    body = {
        RENAMED.get(part.name, part.name): _plain(getattr(rule, part.name))
        for part in fields(rule)
        if getattr(rule, part.name) is not None
        and (part.default is MISSING or getattr(rule, part.name) != part.default)
    }
    return flat(instrument_of(rule).key, body)


def variant_data(variant: Variant) -> dict[str, Any]:
    """A variant as plain data."""
    found = {
        "drop": list(variant.drop),
        "keep": None if variant.keep is None else list(variant.keep),
        "add": [rule_data(rule) for rule in variant.add],
        "options": _plain(variant.options),
    }
    return {key: value for key, value in found.items() if value or (key == "keep" and value is not None)}


def _plain(value: Any) -> Any:
    if isinstance(value, Schedule):
        return schedule_data(value, _plain)
    if isinstance(value, Rate):
        return show_rate(value)
    if isinstance(value, Nest):
        return nest_data(value)
    if isinstance(value, Dollars):
        return show_money(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _plain(value[0]) if len(value) == 1 else [_plain(item) for item in value]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    return value


def _key(key: Any) -> str:
    return str(_plain(key)) if isinstance(key, Rate | Dollars) else str(key)
