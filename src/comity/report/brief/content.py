"""A brief as a value: everything that a page, a PDF or a Markdown file of it shows, before anyone lays it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.report.table import Column, Table

if TYPE_CHECKING:
    from comity.report.charts.look import Chart, Look


NO_WORD = "The claim states a fact and has no word for how likely it is."


@dataclass(frozen=True)
class Figure:
    """A chart with what it says.

    Attributes:
        key: letters and dashes; the name of its files.
        title: what it finds, a sentence.
        note: what is drawn, in which unit.
        source: what must be said below the chart; empty for most.
        alt: the same for those who do not see it.
        table: its numbers.
        draw: the chart at a size.
        full: drawn for wide and narrow screens; else for narrow ones only, two side by side on wide ones.
    """

    key: str
    title: str
    note: str
    alt: str
    table: Table
    draw: Callable[[Look], Chart]
    full: bool = True
    source: str = ""


@dataclass(frozen=True)
class Likelihood:
    """How likely a claim says it is.

    Attributes:
        word: as the claim has it: a word, a number or a range.
        low, median, high: probability in per cent: the middle half of how readers take a word, or of a band or range.
        sentence: how that was found.
        scale: that a word was read on; empty for numbers and ranges.
        read: of whom the middle half is.
        evidence: how good it is said to be; empty if nothing is said of it.
    """

    word: str
    low: float
    median: float
    high: float
    sentence: str
    scale: str = ""
    read: str = ""
    evidence: str = ""

    def __str__(self) -> str:
        """The word, its range and its scale."""
        evidence = f" Confidence in the evidence: {self.evidence}." if self.evidence else ""
        if not self.scale:
            return f"{self.word}, as stated in numbers and not read from a word.{evidence}"
        reading = f"{self.low:.0f} to {self.high:.0f}% {self.read} (median {self.median:.0f}%)"
        return f"“{self.word}”: {reading}, scale {self.scale}.{evidence}"


@dataclass(frozen=True)
class Headline:
    """The number of a part.

    Attributes:
        label: what it is.
        value: rounded, with its unit.
        interval: in words; says so where there is none.
        where: the scenario.
    """

    label: str
    value: str
    interval: str
    where: str

    @property
    def before(self) -> str:
        """What is said before the value."""
        return f"{self.label[:1].upper()}{self.label[1:]}:"

    @property
    def rest(self) -> str:
        """What is said behind the value."""
        return f"{f' ({self.where})' if self.where else ''}; {self.interval}"

    def __str__(self) -> str:
        """All of it."""
        return f"{self.before} {self.value}{self.rest}"


@dataclass(frozen=True)
class Part:
    """One claim, or the whole of a scenario.

    Attributes:
        key: anchor in the page.
        number: of the claim; empty for a scenario.
        title, says, asked, answer: in words.
        likelihood: of the claim; None where it states a fact.
        settled: how events settled the claim; empty while open.
        headline: its number; None where it failed.
        sure: how sure it is who gains or loses; empty where nothing was drawn.
        gains, losses: who gains and who loses, in words.
        drivers: what drives the number, in words.
        changes: what would change it, sentences.
        figure: its chart; None where nothing was solved.
        map: real income all over the world; None where no map answers anything.
        more: further charts.
        assumptions, facts, cannot_say, caveats: sentences.
        game: what is left to a game between governments.
        errors: what failed.
    """

    key: str
    number: str
    title: str
    says: str = ""
    asked: str = ""
    answer: str = ""
    likelihood: Likelihood | None = None
    settled: str = ""
    headline: Headline | None = None
    sure: str = ""
    gains: str = ""
    losses: str = ""
    drivers: str = ""
    changes: tuple[str, ...] = ()
    figure: Figure | None = None
    map: Figure | None = None
    more: tuple[Figure, ...] = ()
    assumptions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    cannot_say: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    game: str = ""
    errors: tuple[str, ...] = ()

    @property
    def chance(self) -> str:
        """How likely it is by its own word, in short."""
        found = self.likelihood
        if found is None:
            return "stated as a fact"
        return f"“{found.word}”, {found.low:.0f} to {found.high:.0f}%" if found.scale else found.word

    @property
    def figured(self) -> str:
        """Its number; else why there is none."""
        if self.headline:
            return str(self.headline)
        return "could not be answered" if self.errors else "no number of its own"

    @property
    def lead(self) -> tuple[Figure, ...]:
        """The charts that are shown first."""
        return tuple(figure for figure in (self.figure, self.map) if figure is not None)

    @property
    def in_short(self) -> tuple[tuple[str, str], ...]:
        """The part in short lines, each with its name; what there is nothing to say about is left out."""
        likely = str(self.likelihood) if self.likelihood else NO_WORD if self.number else ""
        lines = (
            ("How likely", likely),
            ("What came of it", self.settled),
            ("The number", str(self.headline or "")),
            ("How sure", self.sure),
            ("Who gains", self.gains),
            ("Who loses", self.losses),
            ("What drives it", self.drivers),
            ("What would change it", " ".join(self.changes)),
            ("Left open", self.game and f"{self.game[0].upper()}{self.game[1:]}."),
        )
        return tuple((name, said) for name, said in lines if said)

    @property
    def behind(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What the part rests on, lists of sentences, each with its title; empty ones are left out."""
        lists = (
            ("Asked", (self.asked,) if self.asked else ()),
            ("Assumed", self.assumptions),
            ("What it rests on", self.facts),
            ("What the model cannot say about this", self.cannot_say),
            ("Keep in mind", self.caveats),
        )
        return tuple((title, sentences) for title, sentences in lists if sentences)


@dataclass(frozen=True)
class Disagreement:
    """Why answers differ: one question under every choice.

    Attributes:
        part: anchor of the part whose answer it is.
        said: sentences.
        figure: the strip.
        tables: choices, shares of the spread, published answers.
    """

    part: str
    said: tuple[str, ...]
    figure: Figure
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class File:
    """A file that the brief was made from, whole.

    Attributes:
        name: of the file.
        text: what it says.
        printed: set on paper too; not where the document has all that the file says in its own words.
    """

    name: str
    text: str
    printed: bool = True


@dataclass(frozen=True)
class Brief:
    """All of it.

    Attributes:
        title: of the document.
        question, answer: the first lines.
        lead: the first chart; None where nothing was solved.
        about: what the document is, sentences.
        parts: in order.
        overview: further charts about all parts.
        disagreements: why answers differ.
        method: in plain words, paragraphs.
        certificate: what proves the numbers.
        certified: the same in a sentence.
        data: what they are and what is estimated, sentences.
        cannot_say: what the model says nothing about, sentences.
        caveats: to keep in mind with every part, sentences.
        versions: name and version or hash.
        files: scenario files.
        command: that makes it again.
        date: of the day it was made, ISO.
        failed: what could not be answered; empty if nothing.
    """

    title: str
    question: str
    answer: str
    lead: Figure | None
    about: tuple[str, ...]
    parts: tuple[Part, ...]
    method: tuple[str, ...]
    certificate: Table
    certified: str
    data: tuple[str, ...]
    cannot_say: tuple[str, ...]
    versions: Mapping[str, str]
    files: tuple[File, ...]
    command: str
    date: str
    overview: tuple[Figure, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    caveats: tuple[str, ...] = ()
    failed: tuple[str, ...] = field(default=())

    @property
    def glance(self) -> Table | None:
        """Every part in a row: how likely, and the number; None with a single part."""
        if len(self.parts) < 2:
            return None
        columns = (Column("claim"), Column("how likely, by its word"), Column("the number"))
        rows = tuple((f"{part.number}. {part.title}", part.chance, part.figured) for part in self.parts)
        return Table("At a glance", columns, rows)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every chart, in the order of the document."""
        of_parts = (figure for part in self.parts for figure in (*part.lead, *part.more))
        disagreements = (one.figure for one in self.disagreements)
        return (*([self.lead] if self.lead else []), *self.overview, *of_parts, *disagreements)
