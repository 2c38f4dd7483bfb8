"""Bounds on plain data before it is read: how deep it goes, and how long its whole numbers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.policy.places import Place

MAX_DEPTH = 24
"""Levels of lists and mappings; a scenario needs eight."""
MOST_WHOLE = 10**300
"""Whole numbers beyond it have no value as a floating-point number."""


def misshapen(data: Any) -> tuple[str, Place] | None:
    """What is wrong with the shape of some data and where, or None.

    >>> misshapen({"policies": [{"tariff": {"add": 10**400}}]})
    ('a number of more than 300 digits is taken for a slip', ('policies', 0, 'tariff', 'add'))
    """
    left: list[tuple[Any, Place]] = [(data, ())]
    while left:
        value, place = left.pop()
        if isinstance(value, int) and abs(value) > MOST_WHOLE:
            return "a number of more than 300 digits is taken for a slip", place
        if isinstance(value, Mapping | list | tuple):
            if len(place) >= MAX_DEPTH:
                return f"nested deeper than {MAX_DEPTH} levels", place[:8]
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            left += [(item, (*place, key)) for key, item in items]
    return None
