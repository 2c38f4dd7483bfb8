"""A brief as PDF, set by Typst: no system library, no network, its fonts are inside."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from comity.report.brief.content import Brief, Figure, Part
from comity.report.brief.drawn import THREADS, Drawn
from comity.report.brief.terms import terms
from comity.report.charts import drawing
from comity.report.table import Table, text

TEMPLATE = "brief.typ"


def pdf(brief: Brief, drawn: Mapping[str, Drawn]) -> bytes:
    """The document. Charts that the page sets small, behind each claim, stand in two columns.

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
        "disagreements": [{"said": list(one.said), "figure": _figure(one.figure)} for one in brief.disagreements],
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
        "files": [[file.name, file.text] for file in brief.files],
        "command": brief.command,
    }


def _table(table: Table) -> dict[str, Any]:
    cells = [[text(cell, table.digits(r, c)) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]
    return {"title": table.title, "head": [column.heading for column in table.columns], "rows": cells}


def _figure(figure: Figure | None) -> dict[str, str] | None:
    if figure is None:
        return None
    return {name: getattr(figure, name) for name in ("key", "title", "note", "source", "alt")}


def _part(part: Part, drawn: Mapping[str, Drawn]) -> dict[str, Any]:
    figures = [figure for figure in (part.figure, *part.more) if figure is not None]
    return {
        "number": part.number,
        "title": part.title,
        "says": part.says,
        "answer": part.answer,
        "errors": list(part.errors),
        "facts": [list(line) for line in part.in_short],
        "figures": [_figure(figure) for figure in figures if figure.full],
        "small": [_figure(figure) for figure in _by_height([f for f in figures if not f.full], drawn)],
        "behind": [[title, list(said)] for title, said in part.behind],
    }


def _by_height(figures: Sequence[Figure], drawn: Mapping[str, Drawn]) -> list[Figure]:
    """The tallest first: two that stand side by side then take about the same room."""
    return sorted(figures, key=lambda figure: -drawing.size(drawn[figure.key].best)[1])
