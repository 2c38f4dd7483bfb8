"""`comity update`: a world brought to newer totals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported

Totals = Annotated[
    Path, typer.Argument(metavar="TOTALS.csv", help="One total a line; the columns are below.", show_default=False)
]
Target = Annotated[Path, typer.Option("--out", metavar="WORLD.npz", help="The file to write.", show_default=False)]
Year = Annotated[int, typer.Option("--year", metavar="YEAR", help="Of the totals.", show_default=False)]


@reported
def update(
    name: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="The world to begin from: 2022, or another.", show_default=False)
    ],
    totals: Totals,
    year: Year,
    out: Target,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    tariffs: opt.Tariffs = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    _debug: Debug = False,
) -> None:
    """Bring a world to the totals of a later year, and save it.

    All trade, inputs and incomes are scaled to your totals with the least
    change; the accounts close, empty cells stay empty, regions without a total
    of income keep theirs. What moved is shown. The world says that it is an
    update, and so does every answer on it.

    [bold]Columns of the table[/bold]

      total        gdp (factor income), exports or imports
      region       whose: a code, a name, a group such as EU27
      partner      to or from whom; all others if left out
      sector       of what: cars, C29, goods; everything if left out
      usd_mn       the total in US$ million, or instead of it
      growth_pct   its growth over the world that you begin from
      weight       how firm (exact if left out): see the documentation
      source       where it is from; kept with the world

    [bold]Examples[/bold]

      comity update 2022 totals.csv --year 2025 --out 2025.npz
      comity run question.yaml --world 2025.npz
    """
    from comity.cli import console, importing
    from comity.report.updates import update_document, update_tables
    from comity.world import load_world

    importing.check_target(out, force=force)
    with console.working(f"Bringing {name} to {year}"):
        world = load_world(name, preset=aggregation, elasticities=elasticities, tariffs=tariffs)
        later = world.update(totals, year=year)
    importing.save(later.world, out, force=force)
    if json_:
        typer.echo(json.dumps(update_document(later), indent=2, ensure_ascii=False, allow_nan=False))
        return
    console.show(update_tables(later))
    console.say(later.world.estimated[:1], "Keep in mind")
    typer.echo(f"Written to {out}. Ask it: comity run question.yaml --world {out}", err=True)
