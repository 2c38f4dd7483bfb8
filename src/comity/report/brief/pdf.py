"""A brief as PDF, set by Typst: no system library, no network, its fonts are inside."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from comity.report.brief.content import Brief, Figure, Part
from comity.report.brief.drawn import Drawn
from comity.report.brief.terms import terms
from comity.report.charts import drawing
from comity.report.table import text

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
        (folder / "brief.json").write_text(json.dumps(_content(brief), ensure_ascii=False), encoding="utf-8")
        for figure in brief.figures:
            (folder / f"{figure.key}.pdf").write_bytes(drawing.pdf(drawn[figure.key].best))
        found: bytes = typst.compile(folder / TEMPLATE, root=folder, format="pdf", ignore_system_fonts=True)
    return found


def _content(brief: Brief) -> dict[str, Any]:
    """What the template reads."""
    table = brief.certificate
    cells = [[text(cell, table.digits(r, c)) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]
    return {
        "title": brief.title,
        "question": brief.question,
        "answer": brief.answer,
        "date": brief.date,
        "failed": len(brief.failed),
        "lead": _figure(brief.lead),
        "overview": [_figure(figure) for figure in brief.overview],
        "parts": [_part(part) for part in brief.parts],
        "disagreements": [{"said": list(one.said), "figure": _figure(one.figure)} for one in brief.disagreements],
        "terms": list(terms().items()),
        "method": list(brief.method),
        "certified": brief.certified,
        "certificate": {
            "head": [column.heading for column in table.columns],
            "rows": cells,
        },
        "data": list(brief.data),
        "cannot": list(brief.cannot_say),
        "about": [said for said in brief.about if said],
        "versions": list(brief.versions.items()),
        "files": [[file.name, file.text] for file in brief.files],
        "command": brief.command,
    }


def _figure(figure: Figure | None) -> dict[str, str] | None:
    if figure is None:
        return None
    return {name: getattr(figure, name) for name in ("key", "title", "note", "source", "alt")}


def _part(part: Part) -> dict[str, Any]:
    figures = [figure for figure in (part.figure, *part.more) if figure is not None]
    return {
        "number": part.number,
        "title": part.title,
        "says": part.says,
        "answer": part.answer,
        "errors": list(part.errors),
        "facts": [list(line) for line in part.in_short],
        "figures": [_figure(figure) for figure in figures if figure.full],
        "small": [_figure(figure) for figure in figures if not figure.full],
        "asked": part.asked,
        "assumptions": list(part.assumptions),
        "facts_of": list(part.facts),
        "cannot": list(part.cannot_say),
        "caveats": list(part.caveats),
    }
