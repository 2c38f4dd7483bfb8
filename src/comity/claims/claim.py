"""What a `claims.yaml` says: facts, claims, what is measured of each; frozen values, checked when they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator
from pydantic.dataclasses import dataclass

from comity.claims.dependency import Dependency, check_known
from comity.claims.likelihood import Given, read, wrong
from comity.claims.quoting import quotations
from comity.errors import ScenarioError
from comity.policy.wording import Names
from comity.uncertainty import Probability, Resolution
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.lexicon import scale as named

CONFIG = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
MOST_CLAIMS = 200
MOST_LEADERS = 100
MOST_DRAWN = 4


def _text(value: Any) -> Any:
    """A number where text is wanted, as in ``worlds: [2022]``."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[
    str, BeforeValidator(_text), Field(min_length=1), WithJsonSchema({"type": ["string", "number"], "minLength": 1})
]
Confidence = Literal["low", "moderate", "high"]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*$")]


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Fact:
    """Something known, with its day and its source.

    Attributes:
        key: by which claims refer to it.
        what: in words.
        value: as quoted, with its unit.
        as_of: the day, year or period that it holds for; ``as of`` in a file.
        source: where it is written.
    """

    key: Key
    what: Text
    value: Text
    as_of: Annotated[Text, Field(alias="as of")]
    source: Text


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Assumption:
    """Something that a claim's scenarios take as given.

    Attributes:
        what: in words.
        basis: where it comes from, or that it is a choice.
    """

    what: Text
    basis: Text


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Part:
    """A variable of outcomes at some places.

    Attributes:
        of: the variable, see the notation page.
        at: by axis of the variable, the names that are meant; of several, amounts are summed, and rates averaged.
    """

    of: Text
    at: Mapping[str, Names] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Measure:
    """What is measured of a claim, in each of some variants.

    Attributes:
        key: by which the answer of the claim refers to it.
        label: as shown.
        of, at: variable and places, as in `Part`.
        scenario: the file; may be left out where the claim has one.
        variants: those in which it is measured; all if left out.
        less: a variant of the same file whose value is subtracted.
        over: what it is divided by, in the variant of `less` if there is one; the result is in per cent.
        leaders: the largest gains, so many, of an axis, by name (negative: the largest losses).
        along: that axis.
        digits: after the decimal point.
    """

    key: Key
    label: Text
    of: Text
    at: Mapping[str, Names] = Field(default_factory=dict)
    scenario: str | None = None
    variants: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    less: str | None = None
    over: Part | None = None
    leaders: Annotated[int, Field(ge=-MOST_LEADERS, le=MOST_LEADERS)] = 0
    along: str | None = None
    digits: Annotated[int, Field(ge=0, le=6)] = 2

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.leaders) != (self.along is not None):
            raise ValueError("`leaders` and `along` go together: how many, and of which axis")
        return self

    @property
    def part(self) -> Part:
        """Variable and places."""
        return Part(of=self.of, at=self.at)


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Disputed:
    """The answer that published studies disagree about, to be asked under every choice that the engine has.

    Attributes:
        scenario: the file.
        variant: of it.
        region: whose answer.
    """

    scenario: Text
    variant: Text
    region: Text


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Drawing:
    """The chart of a claim in a brief: a variable along one of its axes, in some variants.

    Attributes:
        label: what is drawn, in words.
        of, at: variable and places, as in `Part`; what is left of `at` besides the axis is summed.
        along: the axis whose names are shown: sectors as lines from variant to variant, others as bars side by side.
        scenario: the file; may be left out where the claim has one.
        variants: in the order in which they are drawn.
    """

    label: Text
    of: Text
    at: Mapping[str, Names] = Field(default_factory=dict)
    along: Text
    scenario: str | None = None
    variants: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_DRAWN)]

    @property
    def part(self) -> Part:
        """Variable and places."""
        return Part(of=self.of, at=self.at)


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Mapped:
    """The outcome whose real income a brief draws on a map of the world.

    Attributes:
        variant: of the scenario.
        scenario: the file; may be left out where the claim has one.
    """

    variant: Text
    scenario: str | None = None


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Claim:
    """One claim and what answers it.

    Attributes:
        number: of the claim; ``claim`` in a file.
        title: a few words.
        words: the claim in a sentence; ``says``.
        hedge: its author's own word for how likely it is, which `comity words` knows, or a number or a range.
        probability: how likely it is, in a number, a range or a word: what is reckoned with in the place of the hedge,
            which stays the author's word. Without either a claim states a fact.
        scale: on which a word is read; that of the case if left out.
        confidence: how good the evidence is, kept apart from how likely it is; None if nothing is said of it.
        asked: the question that its scenarios put.
        scenarios: files beside `claims.yaml`.
        measures: what is measured, the headline first.
        answer: the answer in words, with measures in braces, see `Quotation`.
        chart: what a brief draws of it; None draws every scenario for the columns of the case.
        map: the outcome that a brief shows on a map; None shows none, unless no claim of the case asks for one.
        flows: whether a brief shows what the region of the headline sells to and buys from its partners.
        facts: keys of facts that it rests on.
        assumptions: what its scenarios take as given.
        cannot_say: what the model has nothing to say about; ``cannot say``.
        game: what is left to a game between governments; None where the claim is answered here.
        panel: what published answers disagree about; None if there is nothing.
        resolved: whether it came true; None while nobody has settled that.
        on: the day on which it was settled.
        source: who says so.
        note: how the claim was read.
    """

    number: Annotated[int, Field(alias="claim", ge=1, le=999)]
    title: Text
    words: Annotated[Text, Field(alias="says")]
    hedge: str | None = None
    probability: Given | None = None
    scale: Text | None = None
    confidence: Confidence | None = None
    asked: Text
    scenarios: Annotated[tuple[Text, ...], Field(min_length=1)]
    measures: tuple[Measure, ...] = ()
    answer: str = ""
    chart: Drawing | None = None
    map: Mapped | None = None
    flows: bool = False
    facts: tuple[Key, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    cannot_say: Annotated[tuple[Text, ...], Field(alias="cannot say", min_length=1)]
    game: str | None = None
    panel: Disputed | None = None
    resolved: bool | None = None
    on: date | None = None
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _once("measure", [measure.key for measure in self.measures])
        _once("scenario", list(self.scenarios))
        named = [measure.scenario for measure in self.measures if measure.scenario]
        named += [self.panel.scenario] if self.panel else []
        drawn = {key: one for key, one in (("chart", self.chart), ("map", self.map)) if one}
        named += [one.scenario for one in drawn.values() if one.scenario]
        for name in named:
            _known("scenario", name, self.scenarios)
        if len(self.scenarios) > 1 and not all(measure.scenario for measure in self.measures):
            raise ValueError("each measure needs `scenario`, because the claim has several")
        for key, one in drawn.items():
            if len(self.scenarios) > 1 and not one.scenario:
                raise ValueError(f"`{key}` needs `scenario`, because the claim has several")
        _ = self.likelihood, self.resolution
        for key in (key for quotation in quotations(self.answer) for key, _ in quotation.named):
            _known("measure", key, [measure.key for measure in self.measures])
        return self

    @property
    def said(self) -> str:
        """How likely it is, as it stands in the file: its probability, else its hedge; empty where it states a fact."""
        found = self.likelihood
        return found.said if found is not None else ""

    @property
    def likelihood(self) -> Probability | None:
        """How likely its probability, else its hedge, says it is; None where it states a fact.

        Raises:
            ValueError: what is no probability, a word that the scale does not have, no such scale.
        """
        return self.read_on(None)

    def read_on(self, scale: str | None) -> Probability | None:
        """The same with a word read on another scale; on its own if none is named.

        Raises:
            ValueError: no such scale, or one that has no such word.
        """
        key = "hedge" if self.probability is None else "probability"
        given = getattr(self, key)
        if given is None:
            return None
        return read(given, scale or self.scale or DEFAULT_SCALE, f"claim {self.number}: {key}", key)

    @property
    def resolution(self) -> Resolution | None:
        """How it came out; None while that is open.

        Raises:
            ValueError: settled without day, source or note, or one of these without `resolved`.
        """
        given = {"on": self.on, "source": self.source, "note": self.note}
        if self.resolved is None:
            if said := [key for key, value in given.items() if value]:
                raise ValueError(f"`{said[0]}` says how the claim came out, and `resolved` is missing: true or false")
            return None
        if missing := [key for key, value in given.items() if not value]:
            raise ValueError(f"`resolved` needs `{missing[0]}`: `on` a day, by which `source`, `note` how it was read")
        return Resolution(self.resolved, self.on or date.min, self.source, self.note)


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Lead:
    """What a reader with a minute is told of a case.

    Attributes:
        question: that the whole case asks.
        answer: in a sentence or two, with measures of claims in braces: ``{19.japan @ 10% on all}``.
    """

    question: Text
    answer: Text


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Claims:
    """The whole of a `claims.yaml`.

    Attributes:
        title: of the case.
        about: what it is, in some sentences.
        lead: its question and answer in short; None where nobody wrote them.
        scale: on which words of likelihood are read, where a claim or a dependency names no other.
        worlds: names or paths of the worlds that every scenario is asked of; empty: the world that each names.
        columns: of the table, each with the regions that it shows; the others are shown as the rest.
        facts: dated and sourced.
        claims: in order.
        dependencies: how claims depend on each other.
    """

    title: Text
    about: str = ""
    lead: Lead | None = None
    scale: Text = DEFAULT_SCALE
    worlds: tuple[Text, ...] = ()
    columns: Annotated[Mapping[str, Names], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()
    claims: Annotated[tuple[Claim, ...], Field(min_length=1, max_length=MOST_CLAIMS)]
    dependencies: tuple[Dependency, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_scale(cls, data: Any) -> Any:
        """Name the scale of the case wherever none is named."""
        if not isinstance(data, Mapping) or "scale" not in data:
            return data
        try:
            found = named(str(data["scale"])).name
        except ScenarioError as error:
            raise wrong(str(error), "scale") from None
        told = {key: _with_scale(data[key], found) for key in ("claims", "dependencies") if key in data}
        return {**data, "scale": found, **told}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _once("fact", [fact.key for fact in self.facts])
        _once("claim", [claim.number for claim in self.claims])
        _once("world", list(self.worlds))
        for claim in self.claims:
            for key in claim.facts:
                _known(f"claim {claim.number}: fact", key, [fact.key for fact in self.facts])
        known = [f"{claim.number}.{measure.key}" for claim in self.claims for measure in claim.measures]
        for key in (key for quoted in quotations(self.lead.answer if self.lead else "") for key, _ in quoted.named):
            _known("lead: measure", key, known)
        check_known(self.dependencies, {claim.number: claim.likelihood is not None for claim in self.claims})
        return self


def _with_scale(entries: Any, scale: str) -> Any:
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return entries
    return [{"scale": scale, **entry} if isinstance(entry, Mapping) else entry for entry in entries]


def _once(what: str, keys: list[Any]) -> None:
    twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
    if twice is not None:
        raise ValueError(f"{what} {twice} is there twice")


def _known(what: str, name: str, known: Any) -> None:
    if name not in known:
        raise ValueError(f"there is no {what} {name!r} (known: {', '.join(map(str, known)) or 'none'})")


ADAPTER: TypeAdapter[Claims] = TypeAdapter(Claims)


def case_schema() -> dict[str, Any]:
    """The JSON Schema of `claims.yaml`, draft 2020-12."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ADAPTER.json_schema(by_alias=True)}
