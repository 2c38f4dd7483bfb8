"""The terms of a brief: each explained once, and linked where a text uses it first."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files


@cache
def terms() -> dict[str, str]:
    """By term its meaning, in the order in which a reader meets them."""
    text = files("comity.report.brief").joinpath("terms.csv").read_text(encoding="utf-8")
    return {row["term"]: row["meaning"] for row in csv.DictReader(text.splitlines())}


def anchor(term: str) -> str:
    """The anchor of a term in a page.

    >>> anchor("real income")
    'term-real-income'
    """
    return "term-" + term.replace(" ", "-")


def used(text: str) -> tuple[str, ...]:
    """The terms that a text uses, in the order of the list.

    >>> used("Its terms of trade fall, and real income with them.")
    ('real income', 'terms of trade')
    """
    return tuple(term for term in terms() if _pattern(term).search(text))


@cache
def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE)


def split(text: str, done: set[str]) -> list[tuple[str, str]]:
    """A text in pieces, each with the term that it is, or with nothing; terms that are done are left alone.

    >>> split("the baseline is there", set())
    [('the ', ''), ('baseline', 'baseline'), (' is there', '')]
    """
    found = [(match.start(), match.end(), term) for term in terms() if term not in done
             for match in [_pattern(term).search(text)] if match]  # fmt: skip
    pieces, at = [], 0
    for start, end, term in sorted(found):
        if start >= at:
            pieces += [(text[at:start], ""), (text[start:end], term)]
            done.add(term)
            at = end
    pieces.append((text[at:], ""))
    return [piece for piece in pieces if piece[0]]
