"""Build src/comity/report/charts/data/countries.json: the outlines that maps are drawn with.

    python tools/build_map.py [FOLDER]      # with the sources; default ../shared/data/geography

Countries of Natural Earth 1:110 million as TopoJSON (package world-atlas 2.0.2), borders as the source draws them.
ISO 3166 numbers become letter codes; names, the outline of all land and Antarctica are dropped; points of an outline
that change it by less than a twentieth of a square degree are left out (Visvalingam and Whyatt 1993), and coordinates
are snapped to a grid of a tenth of a degree. Shared borders stay shared. Economies of the world table that are too
small to have an outline there get a point: the middle of the box around their outline in Natural Earth 1:50 million.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "comity" / "report" / "charts" / "data" / "countries.json"
FOLDER = ROOT.parent / "shared" / "data" / "geography"
ECONOMIES = ROOT / "src" / "comity" / "world" / "datasets" / "regions.csv"
WITHOUT = "ATA"
CELLS = (3600, 1800)
SMALLEST = 0.05
"""Square degrees: the area of the triangle with its neighbours below which a point is left out."""
FEWEST = 6
"""Points that a closed outline keeps."""
Arc = list[list[int]]


def main(folder: Path = FOLDER, target: Path = TARGET) -> None:
    """Write the outlines."""
    codes = iso3(folder / "cepii" / "geo_cepii.csv")
    coarse, fine = (
        json.loads((folder / "world_map" / f"countries-{scale}.json").read_text()) for scale in ("110m", "50m")
    )
    shapes = [
        {"type": shape["type"], "arcs": shape["arcs"], "id": codes.get(int(shape["id"]), "") if "id" in shape else ""}
        for shape in coarse["objects"]["countries"]["geometries"]
    ]
    kept = [shape for shape in shapes if shape["id"] != WITHOUT]
    missing = sorted(economies() - {shape["id"] for shape in kept})
    points = {code: middle(fine, code, codes) for code in missing}
    content = {
        "type": "Topology",
        "transform": {"scale": [360 / CELLS[0], 180 / CELLS[1]], "translate": [-180, -90]},
        "objects": {"countries": {"type": "GeometryCollection", "geometries": kept}},
        "arcs": [],
        "points": points,
    }
    content["arcs"] = renumbered(kept, [snapped(simplified(arc)) for arc in absolute(coarse)])
    target.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def iso3(path: Path) -> dict[int, str]:
    """Letter codes by ISO number; today's where the source has an older one."""
    with path.open(encoding="latin-1") as opened:
        found = {
            int(row["cnum"]): row["iso3"] for row in csv.DictReader(opened, delimiter=";") if row["cnum"].isdigit()
        }
    return found | TODAY


TODAY = {
    10: "ATA", 180: "COD", 248: "ALA", 275: "PSE", 499: "MNE", 531: "CUW", 626: "TLS", 642: "ROU", 688: "SRB",
    728: "SSD", 729: "SDN", 260: "ATF", 887: "YEM", 104: "MMR", 158: "TWN", 840: "USA", 578: "NOR", 710: "ZAF",
    250: "FRA", 356: "IND", 756: "CHE", 56: "BEL", 380: "ITA",
}  # fmt: skip
"""Numbers of ISO 3166 where the table of codes has an older one, or the one of trade statistics."""


def economies() -> set[str]:
    """Codes of the economies in the table of 2022."""
    with ECONOMIES.open(encoding="utf-8") as opened:
        return {row["code"] for row in csv.DictReader(opened) if row["in_world_2022"] == "yes"} - {"ROW"}


def absolute(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Arcs in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        found.append(line)
    return found


def simplified(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """An arc without the points that hardly change it; the one that changes it least goes first, the ends stay."""
    points = list(line)
    least = FEWEST if points[0] == points[-1] else 2
    while len(points) > least:
        areas = [triangle(*points[place - 1 : place + 2]) for place in range(1, len(points) - 1)]
        smallest = min(range(len(areas)), key=areas.__getitem__)
        if areas[smallest] >= SMALLEST:
            break
        del points[smallest + 1]
    return points


def triangle(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Area of a triangle, square degrees."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def snapped(line: list[tuple[float, float]]) -> Arc:
    """An arc on the grid, as steps; points that fall on the one before are dropped, the ends stay."""
    cells = [(round((x + 180) * CELLS[0] / 360), round((y + 90) * CELLS[1] / 180)) for x, y in line]
    points = [cell for place, cell in enumerate(cells) if not place or cell != cells[place - 1]]
    if len(points) == 1:
        points *= 2
    return [list(points[0]), *([b[0] - a[0], b[1] - a[1]] for a, b in pairwise(points))]


def flat(arcs: Any) -> Iterator[int]:
    """Every number of an arc in nested lists."""
    for arc in arcs:
        if isinstance(arc, int):
            yield arc
        else:
            yield from flat(arc)


def renumbered(shapes: list[dict[str, Any]], arcs: list[Arc]) -> list[Arc]:
    """The arcs that the shapes use, and the shapes' numbers of them; a reversed arc is ``~number``."""
    used = sorted({arc if arc >= 0 else ~arc for shape in shapes for arc in flat(shape["arcs"])})
    place = {arc: number for number, arc in enumerate(used)}

    def again(nested: Any) -> Any:
        return [again(arc) if isinstance(arc, list) else place[arc] if arc >= 0 else ~place[~arc] for arc in nested]

    for shape in shapes:
        shape["arcs"] = again(shape["arcs"])
    return [arcs[arc] for arc in used]


def middle(topology: dict[str, Any], code: str, codes: dict[int, str]) -> list[float]:
    """Longitude and latitude of the middle of the box around a country."""
    lines = absolute(topology)
    shapes = topology["objects"]["countries"]["geometries"]
    shape = next(s for s in shapes if "id" in s and codes.get(int(s["id"])) == code)
    points = [point for arc in flat(shape["arcs"]) for point in lines[arc if arc >= 0 else ~arc]]
    return [round((min(p[axis] for p in points) + max(p[axis] for p in points)) / 2, 2) for axis in (0, 1)]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
