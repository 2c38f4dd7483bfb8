"""Fields that rules share, with the words that editors and the reference show for them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from comity.policy.quantities import AnyRate, Share
from comity.policy.wording import Names

CONFIG = ConfigDict(extra="forbid", validate_default=False, validate_by_name=True, validate_by_alias=True)
"""Of every rule: unknown keys are errors."""

By = Annotated[Names, Field(description="Who acts: codes, names or groupings.", examples=["USA", ["JPN", "KOR"], "EU"])]
On = Annotated[
    Names,
    Field(
        description="The other side of the border; `all` or `others` for everyone else.",
        examples=["CHN", "CPTPP", "all except Canada, Mexico"],
    ),
]
Sectors = Annotated[
    Names | None,
    Field(
        description="Sectors of the good: codes, names or groups; all goods if left out.",
        examples=["motor vehicles", ["steel", "electronics"], "goods except energy commodities"],
    ),
]
Coverage = Annotated[
    Share,
    Field(description="Share of the trade in these cells that the rule covers; 100% if left out.", examples=["94%"]),
]
Name = Annotated[
    str | None, Field(max_length=200, description="A name for the rule, by which variants drop or keep it.")
]
Source = Annotated[
    str | None, Field(max_length=2000, description="Where the measure is laid down.", examples=["Proclamation 10908"])
]
Note = Annotated[str | None, Field(max_length=2000, description="Anything worth knowing; shown with the result.")]
To = Annotated[AnyRate | None, Field(description="The rate becomes this.", examples=["25%"])]
Add = Annotated[AnyRate | None, Field(description="The rate rises by this (falls, if negative).", examples=["10%"])]
Cap = Annotated[AnyRate | None, Field(description="Higher rates come down to this.", examples=["15%"])]


def one_of(rule: object, *keys: str) -> None:
    """Require exactly one of some keys.

    Raises:
        ValueError: none of them, or several.
    """
    given = [key for key in keys if getattr(rule, key) is not None]
    if len(given) != 1:
        wanted = ", ".join(f"`{key}`" for key in keys)
        raise ValueError(f"write exactly one of {wanted}" + (f", not {' and '.join(given)}" if given else ""))


def exactly_one(*keys: str) -> dict[str, Any]:
    """The same for the JSON Schema."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def iso_day(value: Any) -> date:
    """A day written as 2025-04-02.

    Raises:
        ValueError: anything else.

    >>> iso_day("2025-04-02")
    datetime.date(2025, 4, 2)
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a day: write it as 2025-04-02") from None
