"""A brief as one HTML file that needs nothing else: charts, styles and downloads are inside, and there is no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from comity.report.brief.content import Brief, Figure
from comity.report.brief.drawn import Drawn, csv_of
from comity.report.brief.sentences import capital
from comity.report.brief.terms import anchor, split, terms, used
from comity.report.charts import drawing
from comity.report.charts.look import DARK
from comity.report.table import Table, text

PACKAGE = "comity.report.brief"


def html(brief: Brief, drawn: Mapping[str, Drawn]) -> str:
    """The page.

    Args:
        brief: what it says.
        drawn: its charts by key.
    """
    template = environment().get_template("brief.html.j2")
    style = files(PACKAGE).joinpath("templates", "style.css").read_text(encoding="utf-8")
    return template.render(
        brief=brief,
        style=Markup(style + in_the_dark()),
        picture=_pictures(drawn),
        glossary=[(term, anchor(term), meaning) for term, meaning in terms().items() if term in used(_words(brief))],
        prose=_prose(),
        new=set,
    )


@cache
def environment() -> Environment:
    """Templates with everything escaped, and an error for what is not there."""
    found = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_bound,
    )
    found.filters |= {"csv": csv_uri, "file": file_uri, "cells": _cells, "capfirst": capital}
    return found


def _bound(said: Any) -> Any:
    """Text in which no line ends between the sign of the dollar and the number; what is marked up already is left."""
    return said.replace("US$ ", "US$\N{NO-BREAK SPACE}") if type(said) is str else said


def in_the_dark() -> str:
    """Style rules that give charts their colours on a dark screen."""
    rules = "".join(
        f'.chart [{what}="{light}"]{{{what}:{dark}}}' for light, dark in DARK.items() for what in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


def csv_uri(table: Table) -> str:
    """A table as an address that holds it."""
    return "data:text/csv;charset=utf-8," + quote(csv_of(table), safe="")


def file_uri(content: str) -> str:
    """A file as an address that holds it."""
    return "data:text/plain;charset=utf-8," + quote(content, safe="")


def _cells(table: Table) -> list[list[str]]:
    """The cells of a table as text."""
    return [[text(cell, table.digits(r, c)) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]


def _pictures(drawn: Mapping[str, Drawn]) -> Callable[[Figure], Markup]:
    def picture(figure: Figure) -> Markup:
        one, label = drawn[figure.key], str(escape(figure.alt))
        if one.wide is None:
            return Markup(f'<div class="chart small">{drawing.inline(one.narrow, label, f"{figure.key}-n")}</div>')
        wide = drawing.inline(one.wide, label, f"{figure.key}-w")
        narrow = drawing.inline(one.narrow, label, f"{figure.key}-n")
        return Markup(f'<div class="chart wide">{wide}</div><div class="chart narrow">{narrow}</div>')

    return picture


def _prose() -> Callable[[str, set[str]], Markup]:
    """Text in which the first use of each term since the set was empty leads to where it is explained."""

    def prose(said: str, done: set[str]) -> Markup:
        pieces: list[Any] = [
            Markup('<a class="term" href="#{}">{}</a>').format(anchor(term), piece) if term else escape(_bound(piece))
            for piece, term in split(said, done)
        ]
        return Markup("").join(pieces)

    return prose


def _words(brief: Brief) -> str:
    """All text of the brief in which terms are looked for."""
    said = [brief.answer, brief.certified, *brief.method, "probability range interval"]
    for part in brief.parts:
        said += [part.answer, part.sure, part.drivers, part.gains, *part.changes]
    said += [sentence for one in brief.disagreements for sentence in one.said]
    said += [figure.note for figure in brief.figures]
    return " ".join(said)
