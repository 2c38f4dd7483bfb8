"""What a `claims.yaml` says about claims that depend on each other: conditions, implications, exclusions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.dataclasses import dataclass

from comity.claims.likelihood import Given, read, wrong
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.statements import Exclusive, Implies, Relation, Stated, literal

CONFIG = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
FORMS = (("claim", "given"), ("if", "then"), ("at most one of",), ("exactly one of",))


NUMBER = r"^(not )?[1-9]\d{0,2}$"


def _number(value: Any) -> str:
    if isinstance(value, bool) or not re.fullmatch(NUMBER, str(value)):
        raise ValueError(f"{value!r} is no claim: write its number, such as 4, or `not 4`")
    return str(value)


Literal = Annotated[
    str, BeforeValidator(_number), WithJsonSchema({"type": ["integer", "string"], "pattern": NUMBER, "minimum": 1})
]
"""A claim by its number, or that it does not come true: ``not 4``."""
Several = Annotated[tuple[Literal, ...], Field(min_length=2)]


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Dependency:
    """How claims depend on each other, in one of four forms.

    Attributes:
        claim: the claim whose probability depends on others, with `given`.
        given: by condition, the probability of that claim if the condition comes true; a row of a cross-impact table.
        if_: a claim that cannot come true without another, with `then`; ``if`` in a file.
        then: that other.
        at_most_one_of: claims that exclude each other; ``at most one of`` in a file.
        exactly_one_of: the same where one of them has to come true; ``exactly one of`` in a file.
        because: why that is so.
        scale: on which words are read; that of the case if left out.
    """

    claim: Literal | None = None
    given: Annotated[Mapping[Literal, Given] | None, Field(min_length=1)] = None
    if_: Annotated[Literal | None, Field(alias="if")] = None
    then: Literal | None = None
    at_most_one_of: Annotated[Several | None, Field(alias="at most one of")] = None
    exactly_one_of: Annotated[Several | None, Field(alias="exactly one of")] = None
    because: Annotated[str, Field(min_length=1)]
    scale: Annotated[str | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        values = (self.claim, self.given, self.if_, self.then, self.at_most_one_of, self.exactly_one_of)
        keys = (key for form in FORMS for key in form)
        if tuple(key for key, value in zip(keys, values, strict=True) if value is not None) not in FORMS:
            raise ValueError(
                "a dependency has `claim` and `given`, or `if` and `then`, or `at most one of`, or `exactly one of`"
            )
        own = [literal(text)[0] for text in self.literals]
        if twice := next((one for place, one in enumerate(own) if one in own[:place]), None):
            raise ValueError(f"a dependency is between different claims, and it has {twice} twice")
        for condition, given in (self.given or {}).items():
            read(given, self.scale or DEFAULT_SCALE, f"claim {self.claim} given {condition}", "given", condition)
        return self

    @property
    def literals(self) -> tuple[str, ...]:
        """The claims that it speaks of, each with its ``not``; both sides of a condition are one."""
        conditions = dict.fromkeys(literal(condition)[0] for condition in self.given or ())
        several = self.at_most_one_of or self.exactly_one_of or ()
        return tuple(text for text in (self.claim, *conditions, self.if_, self.then, *several) if text is not None)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of those claims."""
        return tuple(int(literal(text)[0]) for text in self.literals)


def statements(dependencies: Sequence[Dependency], names: Mapping[int, str]) -> tuple[Stated, ...]:
    """The conditional probabilities.

    Args:
        dependencies: of a case.
        names: of events, by the number of the claim.

    >>> only = Dependency(claim="2", given={"not 1": "likely"}, because="an example")
    >>> print(*statements([only], {1: "1 A tariff", 2: "2 An answer"}))
    P(2 An answer | not 1 A tariff) = 'likely' (72.5%, capphrase)
    """
    return tuple(
        Stated(_event(one.claim, names), read(given, one.scale or DEFAULT_SCALE, "given"), _event(condition, names))
        for one in dependencies
        for condition, given in (one.given or {}).items()
        if one.claim is not None
    )


def relations(dependencies: Sequence[Dependency], names: Mapping[int, str]) -> tuple[Relation, ...]:
    """What implies or excludes what.

    >>> print(*relations([Dependency(if_="2", then="not 1", because="an example")], {1: "1 A tariff", 2: "2 A deal"}))
    '2 A deal' implies 'not 1 A tariff'
    """
    found: list[Relation] = []
    for one in dependencies:
        if one.if_ is not None and one.then is not None:
            found.append(Implies(_event(one.if_, names), _event(one.then, names)))
        if several := one.at_most_one_of or one.exactly_one_of:
            members = tuple(_event(text, names) for text in several)
            found.append(Exclusive(members, exhaustive=one.exactly_one_of is not None))
    return tuple(found)


def _event(text: str, names: Mapping[int, str]) -> str:
    number, happens = literal(text)
    return names[int(number)] if happens else f"not {names[int(number)]}"


def check_known(dependencies: Sequence[Dependency], known: Mapping[int, bool]) -> None:
    """Refuse claims that there are not, and conditions or conditional claims without a probability of their own.

    Args:
        dependencies: of a case.
        known: by the number of a claim, whether it has a probability.

    Raises:
        ValueError: with the place in the file.
    """
    said: set[tuple[str | None, str]] = set()
    for place, one in enumerate(dependencies):
        for number in one.numbers:
            if number not in known:
                every = ", ".join(map(str, known))
                raise wrong(f"there is no claim {number} (claims: {every})", "dependencies", place)
        for condition in one.given or ():
            if not known[int(literal(condition)[0])]:
                raise wrong(
                    f"claim {one.claim} is given {condition}, which has no probability of its own: "
                    "state one (`probability`)",
                    "dependencies", place, "given", condition,
                )  # fmt: skip
            if (one.claim, condition) in said:
                raise wrong(f"claim {one.claim} given {condition} is stated twice", "dependencies", place)
            said.add((one.claim, condition))
