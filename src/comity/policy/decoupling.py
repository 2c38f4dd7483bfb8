"""Decoupling: one side ends or burdens trade with another, which may answer; a composite of plain rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, PlainValidator, WithJsonSchema

from comity.errors import ScenarioError
from comity.policy.bans import ExportControl, ImportBan
from comity.policy.duties import ExportTax, Tariff
from comity.policy.fields import By, Name, Note, On, Sectors, Source, rule_class
from comity.policy.places import within
from comity.policy.quantities import SHARE_SCHEMA, Rate, rate, show_rate, whole
from comity.policy.schedule import Schedule, schedule_schema, scheduled
from comity.policy.scope import Scope
from comity.policy.trade_costs import NonTariffCost
from comity.policy.wording import Names

How = Literal["ban", "tariff", "cost"]
Trade = Literal["imports", "exports", "both"]
NONE, SAME = "none", "same"


def severity_of(value: Any) -> Rate:
    """A rate of zero or more; the number 1 is 100%.

    Raises:
        ValueError: no rate, or a negative one.

    >>> severity_of("50%"), severity_of(1)
    (0.5, 1.0)
    """
    found = rate(whole(value))
    if found < 0:
        raise ValueError(f"a severity of {show_rate(found)} is out of range: 0% or more")
    return found


def answer_of(value: Any) -> str | Rate:
    """How severely the other side answers: ``none``, ``same``, or a rate.

    Raises:
        ValueError: anything else.
    """
    word = value.strip().lower() if isinstance(value, str) else value
    return word if word in (NONE, SAME) else severity_of(value)


@rule_class()
class Decoupling:
    """A bloc cuts its trade with another, by a ban, a tariff or a cost, and the other may answer.

    `by` starts and acts on its imports from `on` and on its exports to it; whoever answers does the same back. It
    stands for import bans and export controls (`how` ban), for tariffs and export taxes (tariff), or for non-tariff
    costs (cost), and its shock is theirs.

    >>> Decoupling(by=["USA", "JPN"], on="CHN", sectors="strategic technology", severity="50%").severity
    0.5
    """

    by: By
    on: On
    sectors: Sectors = None
    severity: Annotated[
        float | str | Schedule,
        PlainValidator(scheduled(severity_of)),
        WithJsonSchema(schedule_schema(SHARE_SCHEMA)),
        Field(description="Share of the trade that ends, or the rate of the tariff or cost.", examples=["50%"]),
    ]
    how: Annotated[
        How, Field(description="A ban (a share of trade ends), a tariff, or a cost (iceberg); ban if left out.")
    ] = "ban"
    trade: Annotated[
        Trade | None,
        Field(description="Whose trade each side acts on; both if left out, and imports for a tariff."),
    ] = None
    answer: Annotated[
        str | float,
        PlainValidator(answer_of),
        WithJsonSchema({"anyOf": [{"enum": [NONE, SAME]}, SHARE_SCHEMA]}),
        Field(description="How severely the other side answers: none, same, or a rate.", examples=["same", "25%"]),
    ] = NONE
    answer_by: Annotated[
        Names | None,
        Field(
            validation_alias=AliasChoices("answer by", "answer_by"),
            description="Who answers; all of `on` if left out.",
            examples=["CHN"],
        ),
    ] = None
    answer_sectors: Annotated[
        Names | None,
        Field(
            validation_alias=AliasChoices("answer sectors", "answer_sectors"),
            description="Sectors of the answer; the same if left out.",
            examples=["metals", "agriculture and food"],
        ),
    ] = None
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """A share is at most 100%, and who answers does answer."""
        steps = (
            [amount for _, amount in self.severity.steps] if isinstance(self.severity, Schedule) else [self.severity]
        )
        sizes = [float(size) for size in (*steps, *([self.answer] if self.answer not in (NONE, SAME) else []))]
        if self.how == "ban" and max(sizes) > 1:
            raise ValueError(f"a ban of {show_rate(max(sizes))} is out of range: at most 100% of trade can end")
        extra = [key for key in ("answer_by", "answer_sectors") if getattr(self, key) is not None]
        if self.answer == NONE and extra:
            raise ValueError(f"`{extra[0].replace('_', ' ')}` needs `answer`: same, or a rate")


def decoupled(scope: Scope, rule: Decoupling) -> tuple[Any, ...]:
    """The plain rules that a decoupling stands for: the start on imports and exports, then the answer.

    Raises:
        ScenarioError: a region on both sides; an answer that changes nothing.
    """
    _require_two_sides(scope, rule)
    start = _one_side(rule, rule.by, rule.on, rule.sectors, float(rule.severity))
    if rule.answer == NONE:
        return start
    size = float(rule.severity) if rule.answer == SAME else float(rule.answer)
    sectors = rule.sectors if rule.answer_sectors is None else rule.answer_sectors
    _require_effect(rule, size)
    return (*start, *_one_side(rule, rule.answer_by or rule.on, rule.by, sectors, size))


def _trade(rule: Decoupling) -> Trade:
    return rule.trade or ("imports" if rule.how == "tariff" else "both")


def _one_side(rule: Decoupling, by: Any, on: Any, sectors: Any, size: float) -> tuple[Any, ...]:
    """What one side does: to its imports, its exports, or both."""
    same = {"sectors": sectors, "source": rule.source}
    if rule.how == "ban":
        imports: Any = ImportBan(by=by, on=on, coverage=Rate(size), **same)
        exports: Any = ExportControl(by=by, on=on, coverage=Rate(size), **same)
    elif rule.how == "tariff":
        imports = Tariff(by=by, on=on, add=Rate(size), **same)
        exports = ExportTax(by=by, on=on, add=Rate(size), **same)
    else:
        imports = NonTariffCost(by=by, on=on, add=Rate(size), **same)
        exports = NonTariffCost(by=on, on=by, add=Rate(size), **same)
    return {"imports": (imports,), "exports": (exports,), "both": (imports, exports)}[_trade(rule)]


def _require_two_sides(scope: Scope, rule: Decoupling) -> None:
    mine, theirs = scope.regions("by", rule.by).index, scope.regions("on", rule.on).index
    if both := sorted(set(mine) & set(theirs)):
        codes = ", ".join(scope.world.regions[i] for i in both[:6])
        with within("on"):
            raise ScenarioError(
                f"{codes} {'is' if len(both) == 1 else 'are'} on both sides of the decoupling: leave it out of one "
                "(as in `all except USA`)"
            )
    if rule.answer_by is not None:
        others = set(scope.regions("answer by", rule.answer_by).index) - set(theirs)
        if others:
            codes = ", ".join(scope.world.regions[i] for i in sorted(others)[:6])
            with within("answer by"):
                raise ScenarioError(f"{codes} answers, but is not in `on`: write a decoupling of its own for it")


def _require_effect(rule: Decoupling, size: float) -> None:
    """Of bans that overlap the wider one holds: an answer inside the start would be without effect."""
    if (
        rule.how == "ban"
        and _trade(rule) == "both"
        and rule.answer_sectors is None
        and 0 < size <= float(rule.severity)
    ):
        with within("answer"):
            raise ScenarioError(
                f"an answer of {show_rate(size)} changes nothing: {show_rate(float(rule.severity))} of the trade in "
                "both directions has ended already, and of bans that overlap the wider one holds. Name `answer "
                "sectors`, answer more widely, or write `trade: imports`, so that each side ends its own purchases"
            )
