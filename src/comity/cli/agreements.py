"""`comity agreements`: which trade agreements there are, and what is known of one."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from comity.cli.failures import Debug, reported
from comity.errors import ScenarioError


@reported
def agreements(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One agreement, by its name or an alias.", show_default=False)
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="Members on this day, as in 2022-12-31.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    _debug: Debug = False,
) -> None:
    """List trade agreements, or show one.

    Members with dates, depth and where it comes from, what it does to tariffs,
    and its estimated effect on trade with standard error and source. Scenarios
    join, leave and deepen them with the instrument agreement.

    [bold]Examples[/bold]

      comity agreements
      comity agreements --on 2022-12-31
      comity agreements CPTPP
      comity agreements "EU-Japan" --on 2019-12-31 --json
    """
    from comity.policy.agreements import agreement
    from comity.policy.agreements import agreements as every
    from comity.policy.fields import iso_day
    from comity.report import agreements as report

    try:
        day = None if on is None else iso_day(on)
    except ValueError as error:
        raise ScenarioError(f"--on: {error}") from None
    found = None if name is None else agreement(name)
    if json_:
        chosen = [found] if found else [a for a in every() if day is None or a.sides(day)]
        documents = [report.agreement_document(entry, day) for entry in chosen]
        content = documents[0] if found else {"agreements": documents}
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    from comity.cli import console

    console.show(report.agreement_table(found, day) if found else [report.agreement_list(day)])
