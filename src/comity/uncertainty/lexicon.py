"""Scales of likelihood: which words each has, and the distribution that each word stands for.

An official scale gives a word a band of probabilities; a survey measures what people take the word to mean. The tables
are data (``data/scales.csv``, ``data/phrases.csv``, ``data/hedges.csv``), made by ``tools/build_words.py``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from comity.errors import UnknownName
from comity.policy.wording import nearest
from comity.world.classification import lookup_key

DEFAULT_SCALE = "capphrase"
OFFICIAL, SURVEY = "official", "survey"
HOW = {
    OFFICIAL: "uniform over the band",
    SURVEY: "the respondents' percentiles, straight lines between them",
}
"""How a word becomes a distribution, by the kind of its scale."""


@dataclass(frozen=True)
class Word:
    """One word of a scale, as a distribution of probability: a quantile function in straight lines.

    Attributes:
        term: the word.
        aliases: other words of the same meaning on this scale.
        levels: from 0 to 1, not decreasing.
        values: the probability at each level, from 0 to 1, not decreasing.
    """

    term: str
    aliases: tuple[str, ...]
    levels: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def band(self) -> tuple[float, float]:
        """The least and the largest probability that the word stands for."""
        return self.values[0], self.values[-1]


@dataclass(frozen=True)
class Scale:
    """A named set of words.

    Attributes:
        name: by which it is chosen.
        kind: ``"official"`` (bands by rule) or ``"survey"`` (measured readings).
        aliases: other names.
        title: what it is.
        source: where the numbers come from.
        words: in the order of the source.
    """

    name: str
    kind: str
    aliases: tuple[str, ...]
    title: str
    source: str
    words: tuple[Word, ...]

    @property
    def how(self) -> str:
        """How a word of this scale becomes a distribution."""
        return HOW[self.kind]

    def find(self, term: str) -> Word | None:
        """The word of that name on this scale, or None.

        >>> scale("icd-203").find("Probable").band
        (0.55, 0.8)
        """
        key = lookup_key(term)
        return next((w for w in self.words if key in map(lookup_key, (w.term, *w.aliases))), None)


@dataclass(frozen=True)
class Hedge:
    """A turn of phrase and the word that it is read as.

    Attributes:
        hedge: as people write it.
        word: the word of a scale that stands for it.
        basis: ``"measured"`` (respondents were asked about it), ``"same word"`` or ``"assumed"``.
        note: why.
    """

    hedge: str
    word: str
    basis: str
    note: str

    @property
    def assumed(self) -> bool:
        """Whether the reading is an assumption of ours."""
        return self.basis == "assumed"


@cache
def scales() -> tuple[Scale, ...]:
    """All scales, the default first.

    >>> [s.name for s in scales()]
    ['capphrase', 'icd-203', 'kent', 'nato', 'uk', 'ipcc', 'efsa']
    """
    words = _words()
    return tuple(
        Scale(row["scale"], row["kind"], _split(row["aliases"]), row["title"], row["source"], words[row["scale"]])
        for row in _read("scale_names.csv")
    )


def scale(name: str) -> Scale:
    """The scale of that name.

    Raises:
        UnknownName: there is none; gives the nearest.

    >>> scale("ICD 203").title
    'US Intelligence Community Directive 203, Analytic Standards (2015)'
    """
    key = lookup_key(name)
    for found in scales():
        if key in map(lookup_key, (found.name, *found.aliases)):
            return found
    known = [s.name for s in scales()]
    raise UnknownName(f"there is no scale of words {name!r}{nearest(name, known)} (there are {', '.join(known)})")


@cache
def hedges() -> Mapping[str, Hedge]:
    """Turns of phrase by their `lookup_key`.

    >>> hedges()["may"].word, hedges()["potentially"].basis
    ('may happen', 'assumed')
    """
    rows = (Hedge(row["hedge"], row["word"], row["basis"], row["note"]) for row in _read("hedges.csv"))
    return MappingProxyType({lookup_key(hedge.hedge): hedge for hedge in rows})


def find(text: str, on: Scale) -> tuple[Word, Hedge | None]:
    """A word or a turn of phrase on a scale; the hedge says what the text was read as, None if it is a word itself.

    Raises:
        UnknownName: the scale has no such word; names scales that have it, else the nearest words of this scale.

    >>> word, hedge = find("is likely to", scale("uk"))
    >>> word.band, hedge.word
    ((0.55, 0.75), 'likely')
    """
    if found := on.find(text):
        return found, None
    hedge = hedges().get(lookup_key(text))
    if hedge and (found := on.find(hedge.word)):
        return found, hedge
    raise UnknownName(f"the scale {on.name} has no word {text!r}{_elsewhere(text, hedge, on)}")


def _elsewhere(text: str, hedge: Hedge | None, on: Scale) -> str:
    """Which scales have the word; if none has, the nearest words of this one."""
    words = [text, hedge.word] if hedge else [text]
    having = [s.name for s in scales() if any(s.find(word) for word in words)]
    if having:
        return f"; these have it: {', '.join(having)}"
    known = [term for word in on.words for term in (word.term, *word.aliases)]
    near = nearest(text, [*known, *(h.hedge for h in hedges().values() if on.find(h.word))])
    return near or f" (it has {', '.join(w.term for w in on.words)})"


def _words() -> dict[str, tuple[Word, ...]]:
    found: dict[str, list[Word]] = {}
    for row in _read("scales.csv"):
        values = _fraction(row["low_pct"]), _fraction(row["high_pct"])
        found.setdefault(row["scale"], []).append(Word(row["term"], _split(row["aliases"]), (0.0, 1.0), values))
    for row in _read("phrases.csv"):
        columns = [name for name in row if re.fullmatch(r"p[\d.]+", name)]
        levels = tuple(_fraction(name[1:]) for name in columns)
        survey = tuple(_fraction(row[name]) for name in columns)
        found.setdefault(row["scale"], []).append(Word(row["term"], (), levels, survey))
    return {name: tuple(words) for name, words in found.items()}


def _fraction(percent: str) -> float:
    return round(float(percent) / 100, 10)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _read(name: str) -> list[dict[str, str]]:
    text = files("comity.uncertainty").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
