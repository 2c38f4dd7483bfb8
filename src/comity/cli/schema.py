"""`comity schema`: the shape of what goes in and what comes out."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from comity.cli.failures import Debug, reported
from comity.errors import ScenarioError


@reported
def schema(
    output: Annotated[
        bool, typer.Option("--output", help="The schema of what `comity run --json` prints, not of scenario files.")
    ] = False,
    case: Annotated[bool, typer.Option("--case", help="The schema of claims.yaml, which makes a case.")] = False,
    _debug: Debug = False,
) -> None:
    """Print the JSON Schema of scenario files, of results, or of cases.

    Editors use it to complete and check what you type: begin a scenario with
    [cyan]# yaml-language-server: $schema=scenario.schema.json[/cyan]

    [bold]Examples[/bold]

      comity schema > scenario.schema.json
      comity schema --output > result.schema.json
      comity schema --case > claims.schema.json
    """
    if output and case:
        raise ScenarioError("--output and --case are two schemas: ask for one at a time")
    if case:
        from comity.claims import case_schema

        content = case_schema()
    elif output:
        from comity.report.schema import result_schema

        content = result_schema()
    else:
        from comity.policy import Scenario

        content = Scenario.json_schema()
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
