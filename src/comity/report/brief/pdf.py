"""A brief as PDF, set by Typst: no system library, no network, its fonts are inside."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import typst

from comity.report.brief.content import Brief, Figure, Part
from comity.report.brief.drawn import THREADS, Drawn
from comity.report.brief.terms import terms
from comity.report.charts import drawing
from comity.report.table import Table, text

TEMPLATE = "brief.typ"
HEAD = 60.0
"""Room above a small chart for its finding and what is drawn, in pixels of the chart."""
LINE = 60
"""Letters in a line of a list that stands in two columns."""
SHORT = 18
"""Lines in a column: lists up to so many stand on one page."""


def pdf(brief: Brief, drawn: Mapping[str, Drawn]) -> bytes:
    """The document. Charts that the page sets small, behind each claim, stand in two columns, and so do lists; the
    files that it was made from are attached.

    Args:
        brief: what it says.
        drawn: its charts by key.
    """
    template = files("comity.report.brief").joinpath("templates", TEMPLATE).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / TEMPLATE).write_text(template, encoding="utf-8")
        (folder / "brief.json").write_text(json.dumps(_content(brief, drawn), ensure_ascii=False), encoding="utf-8")
        with ThreadPoolExecutor(THREADS) as pool:
            pages = pool.map(drawing.pdf, [drawn[figure.key].best for figure in brief.figures])
            for figure, page in zip(brief.figures, pages, strict=True):
                (folder / f"{figure.key}.pdf").write_bytes(page)
        found: bytes = typst.compile(folder / TEMPLATE, root=folder, format="pdf", ignore_system_fonts=True)
    return found


def _content(brief: Brief, drawn: Mapping[str, Drawn]) -> dict[str, Any]:
    """What the template reads."""
    return {
        "title": brief.title,
        "question": brief.question,
        "answer": brief.answer,
        "date": brief.date,
        "failed": len(brief.failed),
        "lead": _figure(brief.lead),
        "overview": [_figure(figure) for figure in brief.overview],
        "parts": [_part(part, drawn) for part in brief.parts],
        "disagreements": [
            {"said": list(one.said), "figure": _figure(one.figure), "tables": [_table(table) for table in one.tables]}
            for one in brief.disagreements
        ],
        "terms": list(terms().items()),
        "method": list(brief.method),
        "certified": brief.certified,
        "glance": None if brief.glance is None else _table(brief.glance),
        "certificate": _table(brief.certificate),
        "data": list(brief.data),
        "caveats": list(brief.caveats),
        "cannot": list(brief.cannot_say),
        "about": [said for said in brief.about if said],
        "versions": list(brief.versions.items()),
        "files": [[file.name, file.text, file.printed] for file in brief.files],
        "command": brief.command,
    }


def _table(table: Table) -> dict[str, Any]:
    cells = [[text(cell, table.digits(r, c)) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]
    heads = [f"{column.group} {column.heading}".strip() for column in table.columns]
    return {
        "title": table.title,
        "head": heads,
        "rows": cells,
        "right": [c.digits is not None for c in table.columns],
        "notes": list(table.notes),
    }


def _figure(figure: Figure | None) -> dict[str, str] | None:
    if figure is None:
        return None
    return {name: getattr(figure, name) for name in ("key", "title", "note", "source", "alt")}


def _part(part: Part, drawn: Mapping[str, Drawn]) -> dict[str, Any]:
    figures = [*part.lead, *part.more]
    halves = _halves([(title, said) for title, some in part.behind for said in some])
    return {
        "number": part.number,
        "title": part.title,
        "says": part.says,
        "answer": part.answer,
        "errors": list(part.errors),
        "facts": [list(line) for line in part.in_short],
        "figures": [_figure(figure) for figure in figures if figure.full],
        "small": [[_figure(f) for f in column] for column in _columns([f for f in figures if not f.full], drawn)],
        "behind": halves,
        "short": max(_lines(half) for half in halves) <= SHORT,
    }


def _columns(figures: Sequence[Figure], drawn: Mapping[str, Drawn]) -> tuple[list[Figure], list[Figure]]:
    """Charts in two columns, the higher one as low as can be, the lowest chart first: it may end a page begun."""
    heights = [HEAD + drawing.size(drawn[figure.key].best)[1] for figure in figures]
    sides = min(
        product((0, 1), repeat=len(figures)),
        key=lambda sides: max(sum(h for h, side in zip(heights, sides, strict=True) if side == k) for k in (0, 1)),
    )
    chosen = sorted(zip(heights, range(len(figures)), sides, strict=True))
    left, right = ([figures[place] for _, place, side in chosen if side == k] for k in (0, 1))
    return left, right


def _lines(lists: Sequence[Sequence[str]]) -> int:
    """Lines that sentences take in a column."""
    return sum(len(said) // LINE + 1 for _, said in lists)


def _halves(lists: Sequence[tuple[str, str]]) -> list[list[list[str]]]:
    """Sentences, each with the title of its list, in two columns of about the same length; a title stands once."""
    cut = min(range(len(lists) + 1), key=lambda at: max(_lines(lists[:at]), _lines(lists[at:])))
    return [
        [["" if k and some[k - 1][0] == title else title, said] for k, (title, said) in enumerate(some)]
        for some in (lists[:cut], lists[cut:])
    ]
