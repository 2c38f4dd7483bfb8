"""`comity schema`: the shape of what goes in and what comes out."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from comity.cli.failures import Debug, reported


@reported
def schema(
    output: Annotated[
        bool, typer.Option("--output", help="The schema of what `comity run --json` prints, not of scenario files.")
    ] = False,
    _debug: Debug = False,
) -> None:
    """Print the JSON Schema of scenario files, or of results.

    Editors use it to complete and check what you type: begin a scenario with
    [cyan]# yaml-language-server: $schema=scenario.schema.json[/cyan]

    [bold]Examples[/bold]

      comity schema > scenario.schema.json
      comity schema --output > result.schema.json
    """
    if output:
        from comity.report.schema import result_schema

        content = result_schema()
    else:
        from comity.policy import Scenario

        content = Scenario.json_schema()
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
