"""The outlines of countries as paths of an SVG, in the Equal Earth projection."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from comity.world.classification import region_names

WIDTH = 1000.0
NORTH, SOUTH = 84.0, -57.0
"""Degrees: beyond lie the ice and Antarctica, which is in no table."""
EDGE = 180.0
TERMS = (1.340264, -0.081106, 0.000893, 0.003796)
"""Coefficients of Savric, Patterson and Jenny (2019, International Journal of Geographical Information Science 33)."""
Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """Degrees to pixels from the upper left corner.

    >>> tuple(round(v) for v in project(0, 0)), round(project(180, 0)[0])
    ((500, 241), 1000)
    """
    x, y = _plane(longitude, latitude)
    east, north = _plane(EDGE, 0)[0], _plane(0, NORTH)[1]
    scale = WIDTH / (2 * east)
    return (x + east) * scale, (north - y) * scale


def height() -> float:
    """Of the map, pixels."""
    return project(0, SOUTH)[1]


def _plane(longitude: float, latitude: float) -> Point:
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    a, b, c, d = TERMS
    slope = 9 * d * t**8 + 7 * c * t**6 + 3 * b * t**2 + a
    return 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope), t * (
        d * t**8 + c * t**6 + b * t**2 + a
    )


@cache
def world_map() -> dict[str, Any]:
    """Width and height, a path by ISO3 code (territories without one under ``""``), and points of small economies.

    `listed` are the codes of economies that the rest of the world may stand for.
    """
    text = files("comity.report.charts").joinpath("data", "countries.json").read_text(encoding="utf-8")
    topology = json.loads(text)
    arcs = [list(_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    paths: dict[str, str] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        rings = shape["arcs"] if shape["type"] == "Polygon" else [r for part in shape["arcs"] for r in part]
        pieces = (piece for ring in rings for piece in _within(_ring(ring, arcs)))
        paths[shape["id"]] = paths.get(shape["id"], "") + "".join(map(_path, pieces))
    points = {code: _short(project(*place)) for code, place in topology["points"].items()}
    return {
        "width": WIDTH, "height": round(height()), "paths": paths, "points": points, "listed": sorted(region_names()),
    }  # fmt: skip


def _arc(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[Point]:
    """The places of an arc, from differences of whole numbers to degrees."""
    (across, up), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield left + x * across, low + y * up


def _ring(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """The places of a ring; an arc with a negative number runs backwards."""
    found: list[Point] = []
    for number in ring:
        places = arcs[number] if number >= 0 else arcs[~number][::-1]
        found += places[1:] if found else places
    return found


def _within(ring: list[Point]) -> Iterator[list[Point]]:
    """The ring on the map: one that crosses the date line in two pieces, one at each edge."""
    turn, unrolled, before = 0.0, [], ring[0][0]
    for longitude, latitude in ring:
        turn += 360 * ((longitude - before < -180) - (longitude - before > 180))
        before = longitude
        unrolled.append((longitude + turn, latitude))
    for shift in (-360, 0, 360):
        piece = [(max(-EDGE, min(EDGE, x + shift)), y) for x, y in unrolled]
        if any(abs(x) < EDGE for x, _ in piece):
            yield piece


def _path(ring: list[Point]) -> str:
    places = dict.fromkeys(_short(project(*place)) for place in ring)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places) + "Z" if len(places) > 2 else ""


def _short(place: Point) -> Point:
    return round(place[0], 1), round(place[1], 1)
