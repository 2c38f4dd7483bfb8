"""The world coloured by a change: what a policy does to real income, region by region."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt

from comity.report.charts.look import GAINS, LOSSES, MUTED, NEUTRAL, NOTHING, PAPER, Chart, Look, data

REST = "ROW"
OUTLINES = "outlines"
"""The name under which a chart asks for `outlines`."""
SPHERE = 2.28
"""Width over height of the world in the projection, poles cut."""
CREDIT = (
    "Borders as Natural Earth draws them (public domain); they are no statement about any territory. Grey: territories "
    "that the trade table does not list, or whose status the source draws as disputed."
)


@cache
def outlines() -> dict[str, Any]:
    """Countries as TopoJSON with ISO3 codes, and points for economies that have no outline at this scale."""
    text = files("comity.report.charts").joinpath("data", "countries.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def thresholds(values: Sequence[float]) -> tuple[float, float, float, float]:
    """Four round numbers that part sizes into classes: each about half of the next, the last below the largest size.
    Of twelve and more, one in twelve may be so large that it would leave no colour for the others.

    >>> thresholds([-0.087, 0.041])
    (0.005, 0.01, 0.02, 0.05)
    """
    sizes = sorted((abs(value) for value in values if math.isfinite(value)), reverse=True)
    most = sizes[len(sizes) // 12] if sizes else 0.0
    most = most or max(sizes, default=0.0) or 1.0
    exponent = math.floor(math.log10(most))
    ladder = [m * 10.0**e for e in range(exponent - 3, exponent + 1) for m in (1, 2, 5)]
    below = [round(step, 3 - exponent + 3) for step in ladder if step < most * 0.999][-4:]
    return below[0], below[1], below[2], below[3]


def world_map(by_region: Mapping[str, float], members: Mapping[str, Sequence[str]], axis: str, look: Look) -> Chart:
    """Countries coloured by the class that their region's change is in; orange is a loss, blue a gain.

    Args:
        by_region: the change, by code of the region.
        members: ISO3 codes of each region; `REST` stands for every country that no other region has.
        axis: what is measured, with its unit; above the legend.
        look: the size.
    """
    limits = thresholds(list(by_region.values()))
    labels = classes(limits)
    topology = outlines()
    rows = countries(by_region, members)
    cells = [{"id": code, "class": labels[_class(value, limits)]} for code, value in rows.items()]
    lookup = alt.LookupData(data=data(cells), key="id", fields=["class"])
    width = look.width - 10
    height = round(width / SPHERE)
    colour = alt.Color(
        "class:N",
        scale=alt.Scale(domain=labels, range=[*LOSSES, NEUTRAL, *GAINS]),
        legend=alt.Legend(
            title=axis,
            orient="bottom",
            direction="horizontal",
            columns=5 if look.width > 500 else 3,
            labelFontSize=look.size - 1,
            titleFontSize=look.size - 1,
            titleLimit=0,
            symbolType="square",
            labelLimit=0,
            symbolStrokeWidth=0,
            columnPadding=10,
        ),
    )
    source = alt.NamedData(OUTLINES, format=alt.TopoDataFormat(feature="countries", type="topojson"))
    outlined = alt.Chart(source).transform_lookup(lookup="id", from_=lookup)
    bare = outlined.transform_filter("!isValid(datum.class)").mark_geoshape(fill=NOTHING, stroke=PAPER, strokeWidth=0.4)
    land = outlined.transform_filter("isValid(datum.class)").mark_geoshape(stroke=PAPER, strokeWidth=0.4)
    layers = [bare, land.encode(color=colour)]
    small = [
        {"lon": lon, "lat": lat, "class": labels[_class(rows[code], limits)]}
        for code, (lon, lat) in topology["points"].items()
        if code in rows
    ]
    if small:
        dots = alt.Chart(data(small)).mark_circle(size=34, stroke=MUTED, strokeWidth=0.6, opacity=1)
        layers.append(dots.encode(longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q"), color=colour))
    return alt.layer(*layers).project(type="equalEarth").properties(width=width, height=height)


def countries(by_region: Mapping[str, float], members: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """The change of every country that an outline or a point exists for, by ISO3 code."""
    apart = {country: by_region[code] for code, some in members.items() for country in some if country != REST}
    rest = next((by_region[code] for code, some in members.items() if REST in some), None)
    topology = outlines()
    drawn = [*(shape["id"] for shape in topology["objects"]["countries"]["geometries"]), *topology["points"]]
    listed = _listed()
    found = {code: apart.get(code, rest) for code in drawn if code in listed}
    return {code: value for code, value in found.items() if value is not None}


@cache
def _listed() -> frozenset[str]:
    """Codes of the economies that the project knows by name."""
    text = files("comity.world.datasets").joinpath("regions.csv").read_text(encoding="utf-8")
    return frozenset(line.split(",", 1)[0] for line in text.splitlines()[1:])


def _class(value: float, limits: Sequence[float]) -> int:
    """Position among the classes, from the largest loss to the largest gain; the middle one holds zero."""
    size = sum(abs(value) >= limit for limit in limits)
    return 4 - size if value < 0 else 4 + size


def classes(limits: Sequence[float]) -> list[str]:
    """Names of the nine classes."""
    a, b, c, d = (f"{limit:g}" for limit in limits)
    up = [f"gain {a} to {b}", f"{b} to {c}", f"{c} to {d}", f"above {d}"]
    down = [f"loss above {d}", f"{c} to {d}", f"{b} to {c}", f"{a} to {b}"]
    return [
        *(name if "loss" in name else f"loss {name}" for name in down),
        f"less than {a}",
        *(name if "gain" in name else f"gain {name}" for name in up),
    ]
