"""`comity verify`: published studies re-run, their numbers beside ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from comity.cli.failures import Debug, reported
from comity.errors import ComityError, ScenarioError


@reported
def verify(
    paper: Annotated[
        str | None, typer.Argument(metavar="PAPER", help="Which study, or part of its name; all of them without it.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Folder with the authors' data, which Comity does not contain."),
    ] = None,
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="Show also our numbers that there is nothing to compare with, for instance other countries."
        ),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object a study, in a list.")] = False,
    _debug: Debug = False,
) -> None:
    """Re-run published studies, number by number.

    Prints each number in print, and of independent solutions, beside ours, and
    ends with exit code 1 if one that should come out the same does not. Without --data it says which data
    each study needs and where its authors publish them.

    [bold]Examples[/bold]

      comity verify
      comity verify --data replication-data/
      comity verify caliendo-parro --data replication-data/ --all
    """
    from comity.cli import cache, console
    from comity.replication import papers, run
    from comity.report import replications as report

    if data is None:
        console.show([report.paper_table(papers())])
        raise ScenarioError("Comity does not carry replication data: give the folder that holds them with --data DIR")
    cache.enable()
    results = []
    for key in [paper] if paper else [p.key for p in papers()]:
        with console.working(f"Re-running {key}"):
            results.append(run(key, data))
    if json_:
        typer.echo(json.dumps([r.to_dict() for r in results], indent=2, ensure_ascii=False))
    else:
        for result in results:
            console.show(report.replication_tables(result, every=every))
            console.say(result.notes, "Notes")
        console.say([report.verdict(result) for result in results], "Result")
    wrong = [r.paper.key for r in results if not r.passed]
    if wrong:
        raise ComityError(f"numbers that should come out the same do not: {', '.join(wrong)}")
