"""`comity import`: a published table, or one's own, becomes a world that scenarios run on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported

Target = Annotated[
    Path, typer.Option("--out", metavar="WORLD.npz", help="The file to write.", show_default=False)
]  # fmt: skip


@reported
def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="icio, wiod2013, wiod2016, pymrio or flat.")],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file, or the folder that holds the tables.")],
    out: Target,
    year: Annotated[
        int | None, typer.Option("--year", metavar="YEAR", help="Of the table, where its name or content does not say.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Show every accounting identity of the new world.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    elasticities: opt.Elasticities = None,
    tariffs: opt.Tariffs = None,
    _debug: Debug = False,
) -> None:
    """Make a world from a table that you have, and save it.

    Reads the table in its published layout, checks that it closes, repairs what
    has no meaning in a model (every repair named, counted, in US$), and writes
    one file. A table that does not close is refused, and nothing is written.

    [bold]Kinds[/bold]

      icio       OECD Inter-Country Input-Output: 2020_SML.csv, or the zip of it
      wiod2013   WIOD, 2013 release: wiot_2011.RData or wiot11_row_apr12.xlsx
      wiod2016   WIOD, 2016 release: WIOT2014_October16_ROW.RData, or as CSV
      pymrio     a folder or zip that pymrio saved (needs --elasticities)
      flat       a folder of CSV or Parquet in long form: flows, input_use, ...

    Only flat tables bring their tariffs. Those of other worlds are zero, flagged
    as an assumption, until you lay your own over them with --tariffs.

    [bold]Examples[/bold]

      comity import icio 2020_SML.csv --out icio2020.npz
      comity import wiod2013 wiot_2011.RData --out w.npz --tariffs t.csv
      comity import pymrio eora/ --out eora.npz --elasticities uniform:5
      comity import flat my-tables/ --out mine.npz --check
      comity run question.yaml --world icio2020.npz
    """
    from comity.cli import console, importing
    from comity.report import worlds
    from comity.world.overlay import user_tariff_notes

    importing.check_target(out, force=force)
    with console.working(f"Reading {path}"):
        world = importing.read(kind, path, year=year, elasticities=elasticities, tariffs=tariffs)
    checks = world.check() if check else ()
    importing.save(world, out, force=force)
    if json_:
        typer.echo(json.dumps(worlds.world_document(world, checks), indent=2, ensure_ascii=False, allow_nan=False))
        return
    console.show(worlds.world_tables(world, checks))
    console.say([*world.estimated, *user_tariff_notes(world)], "Keep in mind")
    typer.echo(f"Written to {out}. Ask it: comity run question.yaml --world {out}", err=True)
