"""Forms of what stands around the rules: variants, amounts that change over time, options that take a number or a list.

As with the forms of the instruments, the page draws what this says and knows no key of the language itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from comity.policy.options import OPTIONS
from comity.policy.scenario import Scenario
from comity.policy.schedule import LAST_YEAR

KINDS = ("rules", "stack", "options")
"""What a field of a variant holds: picks among the rules of the scenario, rules of its own, options over those of the
scenario."""
NUMBERS = {"mobility": 2.0, "demand": 0.5, "horizon": 5.0}
"""With which an option begins that is to be a number."""
LISTS: dict[str, list[str | int]] = {"horizon": [1, 3, 10, "long"]}
"""With which an option begins that is to be a list; four settings are answered at once."""


@cache
def scenario_forms() -> dict[str, Any]:
    """Forms of variants, of schedules over time, and of options that take a number or a list.

    `variant` has the fields of one, `schedule` the two ways to name the moments at which an amount changes, each with
    what a new schedule begins with, and `options` by option the number and the list that one begins with.

    >>> [field["key"] for field in scenario_forms()["variant"]["fields"]]
    ['drop', 'keep', 'add', 'options']
    """
    return {"variant": _variant(), "schedule": _schedule(), "options": _options()}


def _variant() -> dict[str, Any]:
    about = Scenario.json_schema()["properties"]["variants"]["additionalProperties"]["properties"]
    fields: list[dict[str, Any]] = [
        {
            "key": "drop",
            "kind": "rules",
            "label": "all but some",
            "way": "rules",
            "about": about["drop"]["description"],
        },
        {"key": "keep", "kind": "rules", "label": "only some", "way": "rules", "about": about["keep"]["description"]},
        {"key": "add", "kind": "stack", "label": "Rules of its own", "about": "Applied after those of the scenario."},
        {
            "key": "options",
            "kind": "options",
            "label": "Model",
            "about": "Over the options of the scenario; elasticities belong to the world and cannot differ.",
            "choices": [key for key in OPTIONS if key != "elasticities"],
        },
    ]
    return {"first": {"as it stands": {}}, "start": {}, "none": "all rules", "fields": fields}


def _schedule() -> dict[str, Any]:
    """How moments are named: years after the change, of which `horizon` picks one, or days, of which `as of` does."""
    return {
        "years": {
            "label": "From year",
            "about": "Years after the change.",
            "low": 0,
            "high": LAST_YEAR,
            "start": [1, 3],
        },
        "days": {
            "label": "From",
            "about": "The day from which the amount holds.",
            "start": ["2025-04-05", "2025-08-07"],
        },
        "shares": [0.5, 1],
    }


def _options() -> dict[str, Any]:
    years = [*range(1, LAST_YEAR + 1)]
    return {
        key: {
            "number": None if option.low is None else NUMBERS[key],
            "list": {"start": LISTS[key], "choices": [*years, "long"]} if option.many else None,
        }
        for key, option in OPTIONS.items()
    }
