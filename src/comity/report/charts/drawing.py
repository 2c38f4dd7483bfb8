"""From a specification to SVG, PNG or PDF, with no network: vl-convert holds Vega and its own font."""

from __future__ import annotations

import json
import re
import textwrap
from html import escape
from typing import Any

import vl_convert

from comity.report.charts.look import AVERAGE, FONT, INK, MUTED, PAPER, Chart, themed
from comity.report.charts.maps import OUTLINES, outlines

_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_DRAWN = re.compile(r' (?:d|transform|[xy][12]?|width|height|viewBox)="[^"]*"')
"""Attributes whose numbers are pixels."""
_DROPPED = (
    re.compile(r' (?:class|role|aria-\w+|pointer-events|stroke-miterlimit|xmlns:xlink|version)="[^"]*"'),
    re.compile(r' opacity="1"'),
    re.compile(r'<path(?: [a-z-]+="[^"]*")*? display="none"/>'),
    re.compile(r'<path d="M0,0h0v0h0Z"/>'),
    re.compile(r'<path d="M[-0-9.,]+h[-0-9.]+v[-0-9.]+h[-0-9.]+Z"/>'),
)
_EMPTY = re.compile(r"<g(?: [a-z-]+=\"[^\"]*\")*></g>")
_OPENING = re.compile(r"<svg[^>]*?width=\"(?P<width>[\d.]+)\" height=\"(?P<height>[\d.]+)\"[^>]*>")
SCALE = 2.0
END = "</svg>"


def specification(chart: Chart) -> dict[str, Any]:
    """The Vega-Lite specification, in the look of this project."""
    content: dict[str, Any] = themed(chart).to_dict(validate=False)
    return content | {"background": None}


def svg(chart: Chart) -> str:
    """A chart as SVG with its width and height, drawn offline."""
    return _cleaned(vl_convert.vegalite_to_svg(json.dumps(_with_outlines(specification(chart))), allowed_base_urls=[]))


def _with_outlines(content: dict[str, Any]) -> dict[str, Any]:
    """With the outlines of countries where the chart asks for them: they are large, and only to be drawn."""
    if OUTLINES not in json.dumps(content.get("layer", [])):
        return content
    shapes = {key: outlines()[key] for key in ("type", "transform", "objects", "arcs")}
    return content | {"datasets": {**content.get("datasets", {}), OUTLINES: shapes}}


def png(drawn: str) -> bytes:
    """An SVG of `svg` as PNG, twice its size in pixels, on paper."""
    return vl_convert.svg_to_png(_on_paper(drawn), scale=SCALE)


def pdf(drawn: str) -> bytes:
    """An SVG of `svg` as PDF of one page, its font inside.

    Equal charts are equal bytes as long as a chart has one weight of type and nothing is translucent.
    """
    return vl_convert.svg_to_pdf(drawn)


def headed(drawn: str, title: str, note: str) -> str:
    """An SVG of `svg` on paper, with its finding and what is drawn above it, to stand by itself."""
    width, height = size(drawn)
    lines = [(line, 15, INK) for line in _lines(title, width, 15)] + [
        (line, 12, MUTED) for line in _lines(note, width, 12)
    ]
    texts, at = [], 6.0
    for line, points, colour in lines:
        at += points * 1.3
        style = f'font-family="{FONT}" font-size="{points}px" fill="{colour}"'
        texts.append(f'<text x="4" y="{at:.1f}" {style}>{escape(line)}</text>')
    above = round(at + 12)
    opening = _opening(drawn)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height + above:g}"'
    head += f' viewBox="0 0 {width:g} {height + above:g}">'
    head += f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return f'{head}{"".join(texts)}<g transform="translate(0,{above})">{drawn[opening.end() : -len(END)]}</g>{END}'


def _lines(said: str, width: float, points: int) -> list[str]:
    """A sentence in lines of at most a width, at the size of its type."""
    return textwrap.wrap(said, int(width / (points * AVERAGE)), break_on_hyphens=False)


def _opening(drawn: str) -> re.Match[str]:
    found = _OPENING.search(drawn)
    assert found is not None
    return found


def size(drawn: str) -> tuple[float, float]:
    """Width and height of an SVG of `svg`, pixels."""
    found = _opening(drawn)
    return float(found["width"]), float(found["height"])


def inline(drawn: str, label: str, prefix: str) -> str:
    """An SVG to stand in a page: it takes the width that it is given, is one picture with a text in its place to those
    who do not see it, and its names are its own.

    Args:
        drawn: from `svg`.
        label: what it shows, already escaped for an attribute.
        prefix: of its identifiers, which must differ from those of other pictures on the page.
    """
    width, height = size(drawn)
    opening = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{label}">'
    body = _OPENING.sub(lambda _: opening, drawn, count=1)
    return re.sub(r'(id="|url\(#)(?=\w)', lambda match: f"{match[1]}{prefix}-", body)


def _cleaned(text: str) -> str:
    """Without what only a live chart needs; coordinates to a tenth of a pixel."""
    text = _DRAWN.sub(lambda attribute: _NUMBER.sub(_tenth, attribute[0]), text)
    for pattern in _DROPPED:
        text = pattern.sub("", text)
    while _EMPTY.search(text):
        text = _EMPTY.sub("", text)
    return text


def _tenth(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _on_paper(drawn: str) -> str:
    found = _opening(drawn)
    return drawn[: found.end()] + '<rect width="100%" height="100%" fill="#ffffff"/>' + drawn[found.end() :]
