"""Words of likelihood as tables and as an object: what a word means on each scale, and which word a number is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.errors import UnknownName
from comity.policy.wording import nearest
from comity.report.table import Cell, Column, Table
from comity.uncertainty.lexicon import OFFICIAL, Scale, hedges, scales
from comity.uncertainty.probabilities import Probability, probability
from comity.uncertainty.readings import Reading, in_words

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
KINDS = {"official": "bands set by rule", "survey": "measured: what people take words to mean"}


def is_word(text: str) -> bool:
    """Whether a text is a word and not a number or a range."""
    return not any(c.isdigit() for c in text)


def readings(text: str, on: Sequence[Scale]) -> dict[str, Probability]:
    """A word, a number or a range as a probability on each scale that has it.

    Raises:
        UnknownName: no scale has it; gives the nearest words of all of them. ScenarioError: no probability.
    """
    if len(on) == 1 or not is_word(text):
        return {s.name: probability(text, s.name) for s in on}
    found = {}
    for s in on:
        try:
            found[s.name] = probability(text, s.name)
        except UnknownName:
            continue
    if not found:
        known = [term for s in on for w in s.words for term in (w.term, *w.aliases)]
        near = nearest(text, dict.fromkeys([*known, *(h.hedge for h in hedges().values())]))
        raise UnknownName(f"no scale has the word {text!r}{near or ' (comity words lists the scales)'}")
    return found


def scale_table(on: Sequence[Scale] | None = None) -> Table:
    """The scales that there are."""
    rows = tuple((s.name, KINDS[s.kind], str(len(s.words)), s.title, s.source) for s in on or scales())
    return Table("Scales of words", tuple(map(Column, ("scale", "kind", "words", "what", "source"))), rows)


def words_table(on: Scale) -> Table:
    """All words of a scale, the most likely first."""
    found = [probability(w.term, on.name) for w in on.words]
    order = sorted(found, key=lambda p: -p.mean)
    rows: tuple[tuple[Cell, ...], ...] = tuple((p.said, *_numbers(p)) for p in order)
    notes = [f"{on.title}; source: {on.source}.", f"A word as a distribution: {on.how}."]
    return Table(f"Words of the scale {on.name}", (Column("word"), *_columns()), rows, tuple(notes))


def meaning_table(text: str, found: dict[str, Probability], on: Sequence[Scale]) -> Table:
    """What a word stands for on each scale."""
    rows: list[tuple[Cell, ...]] = [
        (s.name, _basis(s, found[s.name]), *_numbers(found[s.name])) for s in on if s.name in found
    ]
    notes = [f"{name}: {p.assumed}." for name, p in found.items() if p.assumed]
    if missing := [s.name for s in on if s.name not in found]:
        notes.append(f"Without this word: {', '.join(missing)}.")
    return Table(
        f"'{text}' as a probability", (Column("scale"), Column("basis"), *_columns()), tuple(rows), tuple(notes)
    )


def number_table(value: Probability, on: Sequence[Scale]) -> Table:
    """A number (the mean of a range) in the words of each scale."""
    rows = tuple((r.scale, r.text) for r in (in_words(value, s.name) for s in on))
    notes = ("Official scales: the narrowest band that holds it. Surveys: the phrase whose median reading is nearest.",)
    return Table(f"{100 * value.mean:.4g}% in words", (Column("scale"), Column("in words")), rows, notes)


def word_document(text: str, found: dict[str, Probability]) -> dict[str, Any]:
    """What a word, a number or a range stands for, on each scale, as one object."""
    return {
        "asked": text,
        "scales": {
            name: {
                "mean": p.mean,
                "quantiles": {f"{q:g}": p.quantile(q) for q in (0.0, *QUANTILES, 1.0)},
                "how": p.how,
                "assumed": p.assumed or None,
                "in_words": reading_object(in_words(p, name)),
            }
            for name, p in found.items()
        },
    }


def scales_document(on: Sequence[Scale]) -> dict[str, Any]:
    """Scales with their words, as one object."""
    return {
        s.name: {
            "kind": s.kind,
            "title": s.title,
            "source": s.source,
            "how": s.how,
            "words": {w.term: {"low": w.band[0], "high": w.band[1], "aliases": list(w.aliases)} for w in s.words},
        }
        for s in on
    }


def reading_object(reading: Reading) -> dict[str, Any]:
    """A probability in words, with the scale that they belong to."""
    return {
        "text": reading.text,
        "words": list(reading.words),
        "scale": reading.scale,
        "inside": reading.inside,
        "probability": reading.probability,
    }


def _columns() -> tuple[Column, ...]:
    names = ("median" if q == 0.5 else f"{100 * q:.0f}% below" for q in QUANTILES)
    return (*(Column(name, "%", 1) for name in names), Column("mean", "%", 1))


def _basis(on: Scale, p: Probability) -> str:
    """The band of an official word; for a survey, that it is one."""
    low, high = (f"{100 * end:g}%" for end in p.interval(1.0))
    return f"band {low} to {high}, uniform" if on.kind == OFFICIAL else "survey readings"


def _numbers(p: Probability) -> tuple[float, ...]:
    return (*(100 * p.quantile(q) for q in QUANTILES), 100 * p.mean)
