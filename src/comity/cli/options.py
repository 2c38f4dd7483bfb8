"""The options that several commands share: which world, how the model is closed, what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.errors import ScenarioError

WORLD, SHOWN, OTHER = "Which world", "What is shown", "Other"
CLOSURE = "How the model is closed (over what the scenario file says)"
SCENARIO = "A scenario file, - for standard input, or the name of an example."

WorldName = Annotated[
    str | None,
    typer.Option(
        "--world", metavar="NAME|PATH", help="2024, 2022, 2019, or the path of a saved world.", rich_help_panel=WORLD
    ),
]
Aggregation = Annotated[
    str | None,
    typer.Option(
        "--aggregation",
        metavar="PRESET",
        help="How regions and sectors are summed: us-japan (EU as one, 24 regions x 34 sectors) or another preset of "
        "the world; full keeps all of them.",
        rich_help_panel=WORLD,
    ),
]
Elasticities = Annotated[
    str | None,
    typer.Option(
        "--elasticities", metavar="SET", help="Trade elasticities, e.g. caliendo-parro-2015.", rich_help_panel=WORLD
    ),
]
Tariffs = Annotated[
    Path | None,
    typer.Option(
        "--tariffs",
        metavar="FILE",
        help="Baseline tariffs of your own, laid over those of the world before it is summed: CSV with the columns "
        "importer, exporter, sector, rate_pct.",
        rich_help_panel=WORLD,
    ),
]
Imbalances = Annotated[
    str | None,
    typer.Option(
        "--imbalances",
        metavar="RULE",
        help="Trade imbalances: fixed, balanced, output or spending (a constant share of it).",
        rich_help_panel=CLOSURE,
    ),
]
Revenue = Annotated[
    str | None,
    typer.Option(
        "--revenue",
        metavar="USE",
        help="Tariff revenue: rebated to households, or the change spent on public goods.",
        rich_help_panel=CLOSURE,
    ),
]
Sourcing = Annotated[
    str | None,
    typer.Option("--sourcing", metavar="HOW", help="Sources of goods: pooled, or by-use.", rich_help_panel=CLOSURE),
]
Competition = Annotated[
    str | None,
    typer.Option(
        "--competition",
        metavar="KIND",
        help="perfect, or scale (economies of scale by sector).",
        rich_help_panel=CLOSURE,
    ),
]
Mobility = Annotated[
    str | None,
    typer.Option(
        "--mobility",
        metavar="KIND",
        help="Factors between sectors: mobile, specific, or an elasticity above 1.",
        rich_help_panel=CLOSURE,
    ),
]
Demand = Annotated[
    str | None,
    typer.Option(
        "--demand",
        metavar="KIND",
        help="Final demand between sectors: cobb-douglas, or an elasticity (CES).",
        rich_help_panel=CLOSURE,
    ),
]
Horizon = Annotated[
    str | None,
    typer.Option(
        "--horizon",
        metavar="YEARS",
        help="Years after the change: 1 to 10, or long; several, as in 1,3,10, give the path.",
        rich_help_panel=CLOSURE,
    ),
]


Regions = Annotated[
    list[str] | None,
    typer.Option("--regions", metavar="NAMES", help="Show these, e.g. JPN,Korea,EU; or all.", rich_help_panel=SHOWN),
]
Sectors = Annotated[
    list[str] | None,
    typer.Option("--sectors", metavar="NAMES", help="Show these, e.g. 'motor vehicles'.", rich_help_panel=SHOWN),
]
Explain = Annotated[
    str | None,
    typer.Option(
        "--explain", metavar="REGION", help="Say where this region's number comes from.", rich_help_panel=SHOWN
    ),
]
Employment = Annotated[
    Path | None,
    typer.Option(
        "--employment",
        metavar="FILE",
        help="Employment of your own, for jobs by sector: CSV with the columns region, sector, thousand_persons.",
        rich_help_panel=SHOWN,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Also write NetCDF, CSV, the JSON object and the scenario to a new folder."
    ),
]
Starts = Annotated[
    int,
    typer.Option(
        "--check-uniqueness",
        metavar="N",
        min=0,
        help="Solve again from N random starts and compare.",
        rich_help_panel=OTHER,
    ),
]


def given(**options: str | None) -> dict[str, str]:
    """The options that were given on the command line."""
    return {name: value for name, value in options.items() if value is not None}


def names(asked: list[str] | None) -> list[str]:
    """Names from an option that may be repeated and may hold several, apart by commas.

    >>> names(["JPN,USA", "Korea"])
    ['JPN', 'USA', 'Korea']
    """
    return [name.strip() for part in asked or () for name in part.split(",") if name.strip()]


def numbers(asked: list[str] | None) -> list[int]:
    """Numbers of claims, in the same form.

    Raises:
        ScenarioError: one that is no number.

    >>> numbers(["2,9"])
    [2, 9]
    """
    found = names(asked)
    wrong = [name for name in found if not name.isdecimal()]
    if wrong:
        raise ScenarioError(f"--claim takes numbers, such as 9 or 2,9; {wrong[0]!r} is none")
    return [int(name) for name in found]
