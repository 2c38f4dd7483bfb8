"""The rule `agreement` as it is written: who joins or leaves which agreement, how far it deepens, and what changes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, PlainValidator, WithJsonSchema

from comity.errors import UnknownName
from comity.policy.agreements import Effect, agreement, effects
from comity.policy.fields import Note, Source, exactly_one, one_of, rule_class
from comity.policy.quantities import SHARE_SCHEMA, rate, show_rate
from comity.policy.schedule import Schedule, schedule_schema, scheduled
from comity.policy.wording import Names

WAYS = ("join", "leave", "deepen", "depth", "dissolve", "enact")
WITH_SECTORS = ("join", "leave", "dissolve", "enact")
MOST_EFFECT = 3.0
"""Log points: trade that grows twenty-fold. Beyond it an effect is taken for a slip of the pen."""
MOST_DEEPENING = 10.0


_POSITIVE = {"anyOf": [SHARE_SCHEMA["anyOf"][0], {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}]}


def _known(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not the name of a trade agreement")
    try:
        return agreement(value).name
    except UnknownName as error:
        raise ValueError(str(error)) from None


def _deepening(value: Any) -> Any:
    found = rate(value)
    if not 0 < found <= MOST_DEEPENING:
        raise ValueError(f"a deepening of {show_rate(found)} is out of range: above 0% and up to 1000%")
    return found


def _size(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_EFFECT:
        raise ValueError(
            f"{value!r} is not an effect on log trade: write a number from 0 to {MOST_EFFECT:g}, such as 0.35 (trade "
            "that grows by 42%)"
        )
    return float(value)


def _true(value: Any) -> bool:
    if value is not True:
        raise ValueError(f"{value!r} has no meaning here: write `true`, or leave the key out")
    return True


Flag = Annotated[
    bool | None, PlainValidator(lambda v: None if v is None else _true(v)), WithJsonSchema({"const": True})
]


@rule_class(exactly_one(*WAYS))
class Agreement:
    """A trade agreement that someone joins or leaves, or that its members deepen, dissolve or enact.

    The baseline has the agreements in force at the end of its year inside. Exactly one of `join`, `leave`, `deepen`,
    `depth`, `dissolve`, `enact`. Of several agreements that link a pair, the one that does most counts, so whoever
    leaves one keeps what the others give. Joining and leaving are each other's inverse.

    >>> Agreement(name="TPP-11", join="USA").name
    'CPTPP'
    """

    name: Annotated[
        str,
        PlainValidator(_known),
        WithJsonSchema({"type": "string"}),
        Field(description="Which agreement, by its name or an alias.", examples=["CPTPP", "Japan-US 2019", "USMCA"]),
    ]
    join: Annotated[Names | None, Field(description="Who joins.", examples=["USA"])] = None
    leave: Annotated[Names | None, Field(description="Who leaves.", examples=["USA"])] = None
    deepen: Annotated[
        float | str | Schedule | None,
        PlainValidator(lambda v: None if v is None else scheduled(_deepening)(v)),
        WithJsonSchema(schedule_schema(_POSITIVE)),
        Field(
            description="The effect on trade rises by this share of itself, and tariffs between members go this share "
            "of the way to the agreement's own.",
            examples=["20%"],
        ),
    ] = None
    depth: Annotated[
        Literal["shallow", "medium", "deep"] | None,
        Field(description="It becomes an agreement of this depth.", examples=["deep"]),
    ] = None
    dissolve: Annotated[Flag, Field(description="Everyone leaves.")] = None
    enact: Annotated[Flag, Field(description="It comes into force among those who signed it.")] = None
    left_out: Annotated[
        Names | None,
        Field(
            validation_alias=AliasChoices("except", "left_out"),
            description="Sectors in which nothing changes.",
            examples=["agriculture", ["agriculture", "services"]],
        ),
    ] = None
    effect: Annotated[
        Literal["tariffs", "costs", "both"], Field(description="What changes: tariffs, other trade costs, or both.")
    ] = "both"
    trade_effect: Annotated[
        float | None,
        PlainValidator(lambda v: None if v is None else _size(v)),
        WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_EFFECT}),
        Field(
            validation_alias=AliasChoices("trade effect", "trade_effect"),
            description="Your own effect of membership on log trade, tariffs included, in place of the estimate.",
            examples=[0.35],
        ),
    ] = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """Exactly one way, with what belongs to it."""
        one_of(self, *WAYS)
        if self.left_out is not None and not any(getattr(self, way) is not None for way in WITH_SECTORS):
            raise ValueError(f"`except` goes with {', '.join(WITH_SECTORS)}: deepening is of the whole agreement")

    @property
    def estimate(self) -> Effect:
        """The effect on log trade that the rule works with, and its standard error (zero for the user's own)."""
        if self.trade_effect is not None:
            given = self.source or "given in the scenario"
            return Effect("own", self.trade_effect, 0.0, "assumption", given, given, "nothing to verify")
        return effects()[self.depth] if self.depth else agreement(self.name).effect
