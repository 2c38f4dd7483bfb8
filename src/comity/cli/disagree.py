"""`comity disagree`: one question under every choice, and which choice moves the answer by how much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported

FILES = "choices.csv", "spread.csv", "published.csv"


@reported
def disagree(
    scenario: Annotated[str, typer.Argument(metavar="FILE", help=opt.SCENARIO)],
    region: Annotated[str, typer.Option("--region", metavar="NAME", help="Whose answer is looked at.")] = "Japan",
    variant: Annotated[
        str | None,
        typer.Option("--variant", metavar="NAME", help="Which variant of the scenario; each of them without it."),
    ] = None,
    measure: Annotated[
        str,
        typer.Option("--measure", metavar="NAME", help="What choices are ranked by: real income, real GDP, real wage."),
    ] = "real income",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="CHOICES", help="Look at these choices only, e.g. elasticities,imbalances."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Also write the JSON object, and the tables as CSV, to a new folder."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --out replace results in a folder.")] = False,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    _debug: Debug = False,
) -> None:
    """Ask one question under every choice that the engine has.

    Each closure, elasticity set, horizon, data vintage and aggregation changed
    by itself; then all combinations of the main ones, and which choice the
    spread of the answers is due to. Published answers stand beside.

    [bold]Examples[/bold]

      comity disagree cars
      comity disagree cars --region USA --variant 'no answer'
      comity disagree question.yaml --measure 'real GDP'
      comity disagree question.yaml --only elasticities,imbalances
      comity disagree question.yaml --json > panel.json
    """
    from comity.cli import cache, console, saving
    from comity.cli.asked import load
    from comity.report import panels
    from comity.report.table import csv_text

    if out is not None:
        saving.check_folder(out, force=force)
    cache.enable()
    asked = load(scenario, world=world, aggregation=aggregation, choices={})
    from comity.uncertainty.panel import disagreement

    found = {}
    for name in [variant] if variant is not None else [s.name for s in asked.scenario.settings(asked.world)]:
        with console.working(f"Solving {name} under every choice"):
            found[name] = disagreement(asked.scenario, region, variant=name, measure=measure, only=opt.names(only))
    content = {name: panels.panel_document(panel) for name, panel in found.items()}
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    if out is not None:
        with saving.whole_folder(out) as stage:
            saving.put_text(stage / "panel.json", text + "\n")
            for number, (name, panel) in enumerate(found.items(), 1):
                folder = stage / saving.variant_folder(number, name)
                folder.mkdir()
                for file, table in zip(FILES, panels.panel_tables(panel), strict=False):
                    saving.put_text(folder / file, csv_text(table))
    if json_:
        typer.echo(text)
        return
    for name, panel in found.items():
        if len(found) > 1:
            console.say([name], "Variant")
        console.show(panels.panel_tables(panel))
        console.say(panel.notes, "Keep in mind")
    if out is not None:
        typer.echo(f"Written to {out}", err=True)
