"""Charts: valid specifications whose numbers, units and colours are what they are given; drawn offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from comity.report.charts import bars, drawing, lines, maps, strip
from comity.report.charts.bars import Bar
from comity.report.charts.look import (
    DARK,
    GAINS,
    LINE,
    LOOKS,
    LOSSES,
    NARROW,
    NEUTRAL,
    WIDE,
    Chart,
    Look,
    rows_of,
    wrapped,
)
from comity.report.charts.strip import Mark
from comity.world import World, load_world

BARS = [Bar("Japan", -3.66, -5.9, -2.1), Bar("United States", -1.74), Bar("European Union and some others", 0.26)]
AXIS = "real income, US$ bn a year"
CHARTS: dict[str, Callable[[Look], Chart]] = {
    "ranked": lambda look: bars.ranked(BARS, AXIS, look),
    "side by side": lambda look: bars.side_by_side({"Japan": BARS, "China": BARS, "Korea": BARS}, AXIS, look),
    "waterfall": lambda look: bars.waterfall(BARS, "real income", "percentage points", look),
    "tornado": lambda look: bars.tornado(BARS, "percentage points", look),
    "slopes": lambda look: lines.slopes({"cars": [-1.0, 2.0], "steel": [0.5, 1.9]}, ["a", "b"], AXIS, look),
    "horizons": lambda look: lines.horizons({"Japan": [-1.0, 2.0]}, ["1 year", "long run"], "real income, %", look),
    "likelihoods": lambda look: lines.likelihoods([("1 A tariff: “may”", 30, 40, 51)], "probability, %", look),
    "strip": lambda look: strip.strip(
        [Mark("elasticities", -0.1, -0.1), Mark("Somebody 2025", -0.7, -0.6, published=True)], -0.2, "real GDP, %", look
    ),
    "map": lambda look: maps.world_map(
        {"A": -0.09, "B": 0.02}, {"A": ("JPN", "SGP"), "B": ("ROW",)}, "real income, % of baseline", look
    ),
}
UNITS = {"waterfall": "percentage points", "tornado": "percentage points", "horizons": "real income, %",
         "likelihoods": "probability, %", "strip": "real GDP, %", "map": "real income, % of baseline"}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("2022", preset="us-japan")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("name", CHARTS)
def test_valid_drawn_and_labelled(name: str, look: Look) -> None:
    chart = CHARTS[name](look)
    chart.to_dict(validate=True)
    drawn = drawing.svg(chart)
    text = re.sub(r"<[^>]+>", " ", drawn)
    assert UNITS.get(name, AXIS) in text
    assert "NaN" not in drawn
    assert "undefined" not in drawn
    width, height = drawing.size(drawn)
    assert 0.4 * look.width < width < 1.12 * look.width
    assert height > 40


@pytest.mark.parametrize("name", CHARTS)
def test_every_colour_has_one_for_the_dark(name: str) -> None:
    drawn = drawing.svg(CHARTS[name](WIDE))
    colours = {c.lower() for c in re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]+|rgb[^"]*|[a-z]+)"', drawn)} - {"none"}
    assert colours
    assert colours <= {*DARK, "transparent"}


@pytest.mark.parametrize("name", CHARTS)
def test_equal_charts_are_equal_bytes(name: str) -> None:
    first, second = (drawing.svg(CHARTS[name](WIDE)) for _ in range(2))
    assert first == second
    assert drawing.png(first) == drawing.png(second)
    assert drawing.pdf(first) == drawing.pdf(second)
    assert drawing.png(first).startswith(b"\x89PNG")
    assert drawing.pdf(first).startswith(b"%PDF")


def test_rows_are_as_high_as_their_names() -> None:
    look = LOOKS["narrow"]
    names = [wrapped(name, look) for name in ("Real estate", "Government, education and health, all of it", "Cars")]
    rows = rows_of(names, 20)
    lines = [name.count("\n") + 1 for name in names]
    assert lines[1] > 2
    assert rows.height == 21 + (7 + LINE * lines[1]) + 21
    halves = [LINE * count / 2 for count in lines]
    for (above, upper), (below, lower) in pairwise(zip(rows.middles, halves, strict=True)):
        assert above + upper <= below - lower
    short = [Bar("a", 1.0), Bar("b", 2.0)]
    long = [*short, Bar("Government, education and health, all of it", 3.0)]
    one, two = (drawing.size(drawing.svg(bars.ranked(some, AXIS, look)))[1] for some in (short, long))
    assert two - one == pytest.approx(7 + LINE * lines[1], abs=1)


def test_names_stand_in_the_middle_of_their_rows() -> None:
    drawn = drawing.svg(bars.ranked([Bar("one", 1.0), Bar("Government, education and health", 2.0)], AXIS, NARROW))
    middles = [float(m) + 7 for m in re.findall(r'd="M[\d.]+,([\d.]+)h[\d.]+v14h', drawn)]  # bars are 14 high
    starts = [
        float(y) for y in re.findall(r'translate\([-\d.]+,([\d.]+)\)"[^>]*>(?:<tspan[^>]*>)?(?:one|Government)', drawn)
    ]
    assert len(middles) == len(starts) == 2
    lines = wrapped("Government, education and health", NARROW).count("\n")
    assert lines
    assert (starts[0] - middles[0]) - (starts[1] - middles[1]) == pytest.approx(LINE * lines / 2, abs=1)


def test_a_number_stands_beside_an_interval_that_crosses_zero() -> None:
    cells = {"Japan": [Bar("a", 1.0, -3.0, 5.0), Bar("b", -1.0, -2.0, 0.5)]}
    rows = bars.side_by_side(cells, AXIS, WIDE).to_dict()["data"]["values"]
    assert [row["none"] for row in rows] == [-3.0, 0.5]
    low, high = bars._across(cells["Japan"], AXIS, 200)
    room = (high - low) / 200 * 4 * 7
    assert low <= -3.0 - room
    assert high >= 5.0


def test_numbers_beside_bars_are_rounded_by_their_interval() -> None:
    text = drawing.svg(CHARTS["ranked"](WIDE))
    for number in (">−3.7<", ">−1.7<", ">+0.26<"):
        assert number in text


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = drawing.svg(bars.ranked([Bar("a", -4.0), Bar("b", -2.0), Bar("c", 1.0)], AXIS, WIDE))
    fills = {LOSSES[1]: [], GAINS[2]: []}  # type: ignore[var-annotated]
    for path, fill in re.findall(r'<path d="([^"]+)" fill="([^"]+)"/>', drawn):
        if fill in fills and (found := re.match(r"M[\d.]+,[\d.]+h(-?[\d.]+)", path)):
            fills[fill].append(abs(float(found[1])))
    (long, half), (quarter,) = fills[LOSSES[1]], fills[GAINS[2]]
    assert half / long == pytest.approx(0.5, abs=0.01)
    assert quarter / long == pytest.approx(0.25, abs=0.01)


def test_a_waterfall_ends_at_the_sum() -> None:
    chart = bars.waterfall([Bar("a", 2.0), Bar("b", -0.5)], "sum", "percentage points", WIDE).to_dict()
    rows = chart["data"]["values"]
    assert [(row["start"], row["end"]) for row in rows] == [(0, 2), (2, 1.5), (0, 1.5)]


def test_names_of_lines_stay_apart() -> None:
    ends = {str(k): 1 + k / 1000 for k in range(8)}
    found = lines.apart(ends, (0.0, 2.0), 200, 15)
    order = sorted(found.values())
    assert all(b - a >= 0.15 - 1e-9 for a, b in pairwise(order))
    assert order[-1] <= 2.0


def test_every_economy_has_a_place_on_the_map() -> None:
    whole = load_world("2022", preset=None)
    everywhere = maps.countries(
        dict.fromkeys(whole.regions, 1.0), dict(zip(whole.regions, whole.region_members, strict=True))
    )
    assert {code for members in whole.region_members for code in members} - {"ROW"} <= set(everywhere)


def test_a_country_has_the_colour_of_its_region(world: World) -> None:
    members = dict(zip(world.regions, world.region_members, strict=True))
    values = {code: float(place) for place, code in enumerate(world.regions)}
    found = maps.countries(values, members)
    assert found["JPN"] == values["JPN"]
    assert found["FRA"] == found["DEU"] == values["EU27"]
    assert found["MNG"] == values["ROW"]
    assert "ESH" not in found


@pytest.mark.parametrize("most", [0.0003, 0.087, 0.1, 1.0, 7.3, 2250.0])
def test_classes_are_round_and_below_the_largest(most: float) -> None:
    limits = maps.thresholds([most, -most / 3])
    assert list(limits) == sorted(limits)
    assert limits[-1] < most <= 2.6 * limits[-1]
    assert len(maps.classes(limits)) == len({*maps.classes(limits)}) == len([*LOSSES, NEUTRAL, *GAINS])


def test_one_region_far_beyond_all_others_leaves_them_colours() -> None:
    values = [-31.0, *(-0.1 * k for k in range(1, 24))]
    limits = maps.thresholds(values)
    assert 1.0 <= limits[-1] <= 2.3
    assert len({maps._class(value, limits) for value in values}) == 5


def test_a_dark_colour_is_a_colour_of_its_own() -> None:
    assert len(set(DARK.values())) >= len(DARK) - 3


def test_wrapped_names_keep_every_letter() -> None:
    name = "Rubber, plastics and other non-metallic mineral products"
    assert wrapped(name, WIDE).replace("\n", " ") == name


def test_a_chart_by_itself_says_what_it_finds() -> None:
    drawn = drawing.svg(CHARTS["ranked"](WIDE))
    headed = drawing.headed(drawn, "Japan loses < most & more", "A note. " * 30)
    assert "Japan loses &lt; most &amp; more" in headed
    assert drawing.size(headed)[0] == drawing.size(drawn)[0]
    assert drawing.size(headed)[1] > drawing.size(drawn)[1] + 40
    assert drawing.png(headed).startswith(b"\x89PNG")
    assert headed.count("<svg") == headed.count("</svg>") == 1
