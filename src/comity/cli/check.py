"""`comity check`: does a scenario file say what its author meant?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported

if TYPE_CHECKING:
    from comity.report.table import Cell, Table


@reported
def check(
    scenario: Annotated[str, typer.Argument(metavar="FILE", help=opt.SCENARIO)],
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    tariffs: opt.Tariffs = None,
    _debug: Debug = False,
) -> None:
    """Show what a scenario file means, without solving it.

    For every change: who, towards whom, which sectors, the rates before and
    after, and in how many cells. Errors name the line, the value and the
    nearest valid name, and end with exit code 2.

    [bold]Examples[/bold]

      comity check question.yaml
      comity check question.yaml --aggregation full
    """
    from comity.cli import console
    from comity.cli.asked import load
    from comity.policy.yamltext import write_line
    from comity.report import changes

    choices = opt.given(elasticities=elasticities)
    case = load(scenario, world=world, aggregation=aggregation, tariffs=tariffs, choices=choices)
    settings = {setting.name: setting for setting in case.scenario.settings(case.world)}
    unknown = {name: changes.unknowns(setting) for name, setting in settings.items()}
    tables = {
        name: changes.change_table(f"What changes ({name})", setting.world, setting.shock, unknown[name])
        for name, setting in settings.items()
    }
    parts = {name: changes.stands_for(setting, case.scenario.as_of) for name, setting in settings.items()}
    caveats = case.scenario.caveats(case.world)
    if json_:
        variants = {
            name: {
                "cells": changes.cells(settings[name].world, settings[name].shock),
                "changes": _records(table),
                "stands for": parts[name],
                "found by solving": unknown[name],
            }
            for name, table in tables.items()
        }
        content = {"source": case.source, "world": case.world.name, "variants": variants, "caveats": caveats}
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    size = f"{len(case.world.regions)} regions x {len(case.world.sectors)} sectors"
    typer.echo(f"{case.source} is a valid scenario on world {case.world.name} ({size}).\n")
    console.show(tables.values())
    for name, rules in parts.items():
        written = [f"{title}: {write_line(rule)}" for title, stack in rules.items() for rule in stack]
        console.say(written, f"Rules that stand for several, written out ({name})")
    console.say(caveats, "Keep in mind")


def _records(table: Table) -> list[dict[str, Cell]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]
