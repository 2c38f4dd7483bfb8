"""Disruption of a sea lane or a border for some months: trade costs, delay or closure, annualised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AliasChoices, Field, PlainValidator, WithJsonSchema

from comity.errors import ScenarioError
from comity.policy.bans import ImportBan
from comity.policy.fields import Coverage, Name, Note, Sectors, Source, exactly_one, one_of, rule_class
from comity.policy.lanes import Exposed, exposed, lane
from comity.policy.places import within
from comity.policy.quantities import SHARE_SCHEMA, Rate, rate, show_rate, told_rate, whole
from comity.policy.schedule import Schedule, schedule_schema, scheduled
from comity.policy.scope import Scope
from comity.policy.trade_costs import NonTariffCost
from comity.policy.wording import Names

YEAR = 12
DAY_LOW, DAY_HIGH = 0.006, 0.021
"""A day in transit as an ad valorem tariff: Hummels and Schaur (2013), American Economic Review 103(7)."""
DAY = Rate(0.0135)
MOST_DAYS = 365


def cost_of(value: Any) -> Rate:
    """A cost of zero or more; the number 1 is 100%.

    Raises:
        ValueError: no rate, or a negative one.
    """
    found = rate(whole(value))
    if found < 0:
        raise ValueError(f"a cost of {show_rate(found)} is out of range: 0% or more")
    return found


def days_of(value: Any) -> float:
    """Days of delay.

    Raises:
        ValueError: no number from 0 to 365.

    >>> days_of(10), days_of("12 days")
    (10.0, 12.0)
    """
    text = value.strip().lower().removesuffix("days").removesuffix("day") if isinstance(value, str) else value
    try:
        found = float("nan") if isinstance(value, bool) else float(text)
    except (TypeError, ValueError):
        found = float("nan")
    if not 0 <= found <= MOST_DAYS:
        raise ValueError(f"a delay of {value!r} is out of range: 0 to {MOST_DAYS} days")
    return found


_DAYS = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": MOST_DAYS},
        {
            "type": "string",
            "pattern": r"^\s*(?:[0-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-4])(?:\.[0-9]+)?\s*(?:days?)?$",
        },
    ]
}


Cost = Annotated[
    float | str | Schedule, PlainValidator(scheduled(cost_of)), WithJsonSchema(schedule_schema(SHARE_SCHEMA))
]
Days = Annotated[float | str | Schedule, PlainValidator(scheduled(days_of)), WithJsonSchema(schedule_schema(_DAYS))]
_WHERE = {
    "allOf": [{"oneOf": [{"required": ["lane"]}, {"required": ["between", "and"]}]}],
    "dependentRequired": {"between": ["and"], "and": ["between"], "value of a day": ["days"]},
}


@rule_class({**exactly_one("cost", "closed", "days"), **_WHERE})
class Disruption:
    """A sea lane or a border is disturbed for some months of a year, in both directions.

    Exactly one of `cost`, `closed` and `days`. It stands for non-tariff costs (or, closed, for bans) on the trade that
    is exposed, at the average over the year: size x months / 12.

    >>> Disruption(lane="Taiwan Strait", days=10, months=6).months
    6.0
    """

    lane: Annotated[
        str | None, Field(max_length=100, description="A sea lane of the table.", examples=["Taiwan Strait", "Red Sea"])
    ] = None
    between: Annotated[
        Names | None, Field(description="One side of a border, instead of a lane.", examples=["Japan"])
    ] = None
    and_: Annotated[
        Names | None,
        Field(
            validation_alias=AliasChoices("and", "and_"),
            description="The other side of the border.",
            examples=[["China", "Korea"]],
        ),
    ] = None
    sectors: Sectors = None
    cost: Annotated[
        Cost | None, Field(description="Rise of the cost of delivery while it lasts.", examples=["30%"])
    ] = None
    closed: Annotated[
        Coverage | None, Field(description="Share of the exposed trade that ends while it lasts.", examples=["50%"])
    ] = None
    days: Annotated[Days | None, Field(description="Delay in days, valued as time in transit.", examples=[10])] = None
    day_value: Annotated[
        float | str | None,
        PlainValidator(lambda value: None if value is None else cost_of(value)),
        WithJsonSchema(SHARE_SCHEMA),
        Field(
            validation_alias=AliasChoices("value of a day", "day_value"),
            description="Cost of a day, ad valorem; 1.35% if left out, the middle of 0.6% to 2.1%.",
            examples=["0.6%"],
        ),
    ] = None
    share: Annotated[
        Coverage | None,
        Field(description="Share of the trade that is exposed; 100%, or the lane's, if left out.", examples=["80%"]),
    ] = None
    months: Annotated[float, Field(gt=0, le=YEAR, description="How long it lasts, up to 12.", examples=[6])] = 12.0
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """A lane or a border, and one size."""
        one_of(self, "cost", "closed", "days")
        if (self.lane is None) == (self.between is None) or (self.between is None) != (self.and_ is None):
            raise ValueError("write a `lane`, or a border with `between` and `and`")
        if self.day_value is not None and self.days is None:
            raise ValueError("`value of a day` belongs to `days`")


def disrupted(scope: Scope, rule: Disruption) -> tuple[Any, ...]:
    """The plain rules that a disruption stands for.

    Raises:
        ScenarioError: no such lane; the same region on both sides of a border.
    """
    return tuple(_plain(rule, entry) for entry in _trade(scope, rule) if entry.share > 0)


def disruption_notes(scope: Scope, rule: Disruption) -> list[str]:
    """How the size came about: annualised, the value of time, whose trade is exposed."""
    where = f"disruption ({rule.lane or f'{_listed(rule.between)} and {_listed(rule.and_)}'})"
    size, words = _size(rule)
    average = told_rate(size * rule.months / YEAR)
    found = [
        f"{where}: {words} during {rule.months:g} of {YEAR} months is taken as {average} all year: what is shown is "
        "annualised, not the loss in those months. Ships and air freight are not told apart, and stocks, insurance and "
        "the way round beyond the stated size are left out"
    ]
    if rule.days is not None:
        chosen = "as stated" if rule.day_value is not None else "the middle of the range is Comity's choice"
        found.append(
            f"{where}: a day in transit costs {told_rate(_day(rule))} of the goods' value ({chosen}; Hummels and "
            f"Schaur 2013, from US imports: {show_rate(DAY_LOW)} to {show_rate(DAY_HIGH)}, highest for parts)"
        )
    if rule.share is not None:
        basis = rule.source or "an assumption of the scenario"
        return [*found, f"{where}: {told_rate(float(rule.share))} of the trade is exposed ({basis})"]
    return [*found, *(f"{where}: {entry.sentence}" for entry in _trade(scope, rule) if entry.sentence)]


def _listed(words: Any) -> str:
    return ", ".join(words or ())


def _day(rule: Disruption) -> Rate:
    return DAY if rule.day_value is None else Rate(float(rule.day_value))


def _size(rule: Disruption) -> tuple[float, str]:
    """Size while it lasts, and in words."""
    if rule.cost is not None:
        return float(rule.cost), f"a cost of {told_rate(float(rule.cost))}"
    if rule.closed is not None:
        return float(rule.closed), f"an end of {told_rate(float(rule.closed))} of the exposed trade"
    days = float(rule.days or 0.0)
    return days * _day(rule), f"a delay of {days:g} days"


def _trade(scope: Scope, rule: Disruption) -> Iterator[Exposed]:
    """The flows that are exposed."""
    if rule.lane is not None:
        with within("lane"):
            entries = exposed(scope, lane(rule.lane))
        for entry in entries:
            share = entry.share if rule.share is None else float(rule.share)
            yield Exposed(entry.importers, entry.exporters, share, entry.sentence)
        return
    one, other = scope.regions("between", rule.between or ()), scope.regions("and", rule.and_ or ())
    if both := sorted(set(one.index) & set(other.index)):
        codes = ", ".join(scope.world.regions[i] for i in both[:6])
        with within("and"):
            are = "is" if len(both) == 1 else "are"
            raise ScenarioError(f"{codes} {are} on both sides of the border: leave it out of one")
    share = 1.0 if rule.share is None else float(rule.share)
    mine, theirs = tuple(rule.between or ()), tuple(rule.and_ or ())
    yield Exposed(mine, theirs, share, "")
    yield Exposed(theirs, mine, share, "")


def _plain(rule: Disruption, entry: Exposed) -> Any:
    """A cost or a ban on one flow, at the average over the year."""
    part = entry.share * rule.months / YEAR
    same: dict[str, Any] = {
        "by": entry.importers,
        "on": entry.exporters,
        "sectors": rule.sectors,
        "source": rule.source,
    }
    size, _ = _size(rule)
    if rule.closed is not None:
        return ImportBan(coverage=Rate(size * part), **same)
    return NonTariffCost(add=Rate(size), coverage=Rate(part), **same)
