"""Goals: the inverse question. The size of another rule is the unknown, and an outcome is given."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AliasChoices, Field, PlainValidator, WithJsonSchema

from comity.errors import ScenarioError
from comity.policy.fields import RENAMED, DollarYear, Name, Note, Source, exactly_one, one_of, rule_class
from comity.policy.nominal import to_year
from comity.policy.outcomes import OUTCOMES, Asked, outcome_named
from comity.policy.places import within
from comity.policy.quantities import RATE_OR_MONEY_SCHEMA, Amount, Dollars, Rate, rate_or_money
from comity.policy.scope import Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names
from comity.world.world import Floats

EVERYTHING = ("all",)
WAYS = ("is_", "change", "same_as")
Pick = int | str


def _bounds(value: Any) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{value!r} is not a lowest and a highest amount: write two, as in [0%, 50%]")
    low, high = map(rate_or_money, value)
    if type(low) is not type(high):
        raise ValueError(f"{value!r} mixes a rate and an amount of money")
    if not low < high:
        raise ValueError(f"the lowest amount comes first, and {value[0]} is not below {value[1]}")
    return low, high


def _pick(value: Any) -> Pick:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"{value!r} is no rule: write its `name`, or its position (the first is 0)")
    return value


Bounds = Annotated[
    tuple[float, float] | list[float | str],
    PlainValidator(_bounds),
    WithJsonSchema({"type": "array", "items": RATE_OR_MONEY_SCHEMA, "minItems": 2, "maxItems": 2}),
]


@rule_class(exactly_one("is", "change", "same as"))
class Goal:
    """What would it take? Another rule's amount is found such that an outcome is as asked.

    `vary` names the rule whose amount is the unknown; the amount written there is the first guess. The outcome `is` a
    value, or changes by `change`, or is the `same as` in another variant of the scenario. In Python `with`, `is` and
    ``same as`` are `with_`, `is_` and `same_as`.

    >>> Goal(vary="duty", outcome="goods balance", of="JPN", with_="USA", change="-50%").change
    -0.5
    """

    vary: Annotated[
        Pick,
        PlainValidator(_pick),
        WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}),
        Field(
            description="The rule whose amount is found: its `name`, or its position in `policies` (from 0).",
            examples=["duty", 0],
        ),
    ]
    outcome: Annotated[
        str,
        PlainValidator(outcome_named),
        WithJsonSchema({"enum": list(OUTCOMES)}),
        Field(description="What is asked for.", examples=["goods balance", "real income"]),
    ]
    of: Annotated[Names, Field(description="The regions whose outcome it is.", examples=["JPN"])]
    with_: Annotated[
        Names | None,
        Field(
            validation_alias=AliasChoices("with", "with_"),
            description="The regions on the other side, for balances and trade.",
            examples=["USA"],
        ),
    ] = None
    sectors: Annotated[
        Names | None,
        Field(description="Sectors of trade, output or value added; all if left out.", examples=["motor vehicles"]),
    ] = None
    is_: Annotated[
        Amount | None,
        Field(
            validation_alias=AliasChoices("is", "is_"),
            description="The value that is asked for: US$ for amounts, per cent of change for the others.",
            examples=["-0.5%", "US$30bn"],
        ),
    ] = None
    change: Annotated[
        Amount | None,
        Field(description="The change from the baseline: per cent, or US$ for amounts.", examples=["-50%", "-US$30bn"]),
    ] = None
    same_as: Annotated[
        str | None,
        Field(
            validation_alias=AliasChoices("same as", "same_as"),
            description="The variant of this scenario whose value is asked for.",
            examples=["threat"],
        ),
    ] = None
    between: Annotated[
        Bounds | None, Field(description="Lowest and highest amount to look between.", examples=[["0%", "50%"]])
    ] = None
    dollars: DollarYear = None
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """One target, of a kind that fits the outcome; the keys that the outcome needs, and no others."""
        one_of(self, *WAYS)
        asked = self.asked
        if asked.partner and self.with_ is None:
            raise ValueError(f"`with` is missing: a {asked.key} lies between `of` and `with`")
        if self.with_ is not None and not asked.partner:
            raise ValueError(f"{asked.key} has no other side: leave `with` out")
        if self.sectors is not None and not asked.sectors:
            with_sectors = ", ".join(entry.key for entry in OUTCOMES.values() if entry.sectors)
            raise ValueError(
                f"{asked.key} is not told apart by sector: leave `sectors` out (those with: {with_sectors})"
            )
        self._check_kind()

    def _check_kind(self) -> None:
        asked, way = self.asked, next(key for key in WAYS if getattr(self, key) is not None)
        value = getattr(self, way)
        key = RENAMED.get(way, way)
        if asked.unit == "%" and isinstance(value, Dollars):
            raise ValueError(f"`{key}`: {asked.key} is measured in per cent, not in US$: write one such as '-0.5%'")
        if asked.unit == "US$" and way == "is_" and isinstance(value, Rate):
            raise ValueError(f"`{key}`: {asked.key} is an amount: write it in US$, or write a `change` in per cent")
        if asked.key == "equivalent variation" and way == "change":
            raise ValueError("`change`: equivalent variation is itself a change from the baseline: write `is`")
        if self.dollars is not None and not isinstance(value, Dollars):
            raise ValueError("`dollars` belongs to a target in US$: leave it out")

    @property
    def asked(self) -> Asked:
        """The row of the table of outcomes."""
        return OUTCOMES[self.outcome]


def goal_regions(scope: Scope, rule: Goal) -> list[int]:
    """Positions of the regions whose outcome it is.

    Raises:
        ScenarioError: several, where the outcome is a change of one.
    """
    if rule.asked.unit == "%" and not rule.asked.sectors:
        return [scope.one_region("of", rule.of)]
    return list(scope.regions("of", rule.of, others=False).index)


def goal_pairs(scope: Scope, rule: Goal) -> NDArray[np.bool_]:
    """Pairs of importer and exporter ``[n, i]`` in which the regions `of` sell to those `with`, never at home.

    Raises:
        ScenarioError: no border between the two sides.
    """
    world = scope.world
    pairs = np.zeros((len(world.regions), len(world.regions)), dtype=bool)
    exporters = goal_regions(scope, rule)
    pairs[np.ix_(scope.regions("with", rule.with_ or ()).index, exporters)] = True
    np.fill_diagonal(pairs, False)
    if not pairs.any():
        with within("with"):
            raise ScenarioError(
                f"`of` and `with` are the same region here, {world.regions[exporters[0]]}: name another"
            )
    return pairs


def goal_sectors(scope: Scope, rule: Goal) -> Floats:
    """One for the sectors that are meant, all if none are named, else zero ``[j]``."""
    chosen = np.zeros(len(scope.world.sectors))
    chosen[list(scope.sectors(rule.sectors, EVERYTHING))] = 1.0
    return chosen


def apply_goal(shock: Shock, scope: Scope, rule: Goal) -> Shock:
    """The shock as it is: a goal moves nothing itself, it says what the amount of another rule must bring about.

    Raises:
        ScenarioError: names that mean nothing in this world.
    """
    goal_regions(scope, rule)
    if rule.asked.partner:
        goal_pairs(scope, rule)
    if rule.asked.sectors:
        goal_sectors(scope, rule)
    to_year(rule.dollars, scope.world.year)
    return shock


def described(goal: Goal) -> str:
    """A goal's outcome in words.

    >>> described(Goal(vary=0, outcome="goods balance", of="Japan", with_="USA", change="-50%"))
    'goods balance of Japan with USA'
    """
    words = f"{goal.outcome} of {', '.join(goal.of)}"
    words += f" with {', '.join(goal.with_)}" if goal.with_ else ""
    return words + (f" in {', '.join(goal.sectors)}" if goal.sectors else "")
