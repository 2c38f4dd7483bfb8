"""Bounds on plain data before it is read: how deep it goes, and how long its whole numbers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.policy.places import Place

MAX_DEPTH = 24
"""Levels of lists and mappings; a scenario needs eight."""
MOST_DIGITS = 18
"""Of whole numbers: longer ones are not kept exactly everywhere, and none is meant."""


def misshapen(data: Any) -> tuple[str, Place] | None:
    """What is wrong with the shape of some data and where, or None.

    >>> misshapen({"policies": [{"tariff": {"add": 10**400}}]})
    ('a number of more than 18 digits is taken for a slip', ('policies', 0, 'tariff', 'add'))
    """
    left: list[tuple[Any, Place]] = [(data, ())]
    while left:
        value, place = left.pop()
        if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
            return f"a number of more than {MOST_DIGITS} digits is taken for a slip", place
        if isinstance(value, Mapping | list | tuple):
            if len(place) >= MAX_DEPTH:
                return f"nested deeper than {MAX_DEPTH} levels", place[:8]
            items = value.items() if isinstance(value, Mapping) else enumerate(value)
            left += [(item, (*place, key)) for key, item in items]
    return None
