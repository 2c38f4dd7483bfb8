"""How rules are made into checked values, and the fields that they share, in words for editors and the reference."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from comity.errors import ScenarioError
from comity.policy.quantities import AnyRate, Share
from comity.policy.wording import Names

T = TypeVar("T")

RENAMED = {
    "payer": "from",
    "as_of": "as of",
    "import_content": "import content",
    "answer_by": "answer by",
    "answer_sectors": "answer sectors",
    "and_": "and",
    "day_value": "value of a day",
    "with_": "with",
    "is_": "is",
    "same_as": "same as",
    "left_out": "except",
    "trade_effect": "trade effect",
}
"""Fields whose key in a file is a word that Python keeps for itself, or several."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
def rule_class(schema: dict[str, Any] | None = None) -> Callable[[type[T]], type[T]]:
    """Make a class the frozen, checked value of one kind of rule; unknown keys are errors.

    Args:
        schema: added to its JSON Schema.

    Made in Python, a rule with a wrong value raises `ScenarioError` that names the field and the value.
    """
    config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True, json_schema_extra=schema or {})

    def decorate(plain: type[T]) -> type[T]:
        checked: Any = dataclass(frozen=True, kw_only=True, config=config)(plain)
        checked_init = checked.__init__

        @wraps(checked_init)
        def init(self: T, *args: Any, **values: Any) -> None:
            try:
                checked_init(self, *args, **values)
            except ValidationError as invalid:
                problems = invalid.errors(include_url=False)
                raise ScenarioError("; ".join(explain(problem, plain.__name__) for problem in problems)) from None

        checked.__init__ = init
        return cast("type[T]", checked)

    return decorate


def explain(problem: Any, what: str) -> str:
    """A sentence for one finding of pydantic about a rule of a kind."""
    place = problem["loc"]
    key = RENAMED.get(str(place[-1]), place[-1]) if place else ""
    if problem["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return f"{what} needs `{key}`"
    if problem["type"] == "unexpected_keyword_argument":
        return f"{what} has no key {key!r}"
    if problem["type"] == "value_error":
        return f"{f'`{key}`: ' if key else ''}{problem['ctx']['error']}"
    message = str(problem["msg"])
    return f"`{key}`: {message[0].lower()}{message[1:]} (it is {short(problem['input'])})"


def short(value: Any) -> str:
    """A value as text, cut when it is long."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}..."


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
        examples=["motor vehicles", ["steel", "electronics"], "goods except oil and gas"],
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
DollarYear = Annotated[
    int | None,
    Field(ge=1900, le=2200, description="Year of the dollars; scaled to the world's year by US GDP.", examples=[2025]),
]
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
        wanted = ", ".join(f"`{RENAMED.get(key, key)}`" for key in keys)
        both = " and ".join(RENAMED.get(key, key) for key in given)
        raise ValueError(f"write exactly one of {wanted}" + (f", not {both}" if given else ""))


def exactly_one(*keys: str) -> dict[str, Any]:
    """The same for the JSON Schema."""
    return {"oneOf": [{"required": [key]} for key in keys]}


ISO_DAY = r"\d{4}-\d{2}-\d{2}"


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
        if re.fullmatch(ISO_DAY, value):
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{value!r} is not a day: write it as 2025-04-02")
