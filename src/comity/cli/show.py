"""What `comity run` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli import console
from comity.report import burdens, coverages, employment, explanations, paths, sectors, tables, took

if TYPE_CHECKING:
    from comity.cli.answer import Answer
    from comity.report.table import Table


def run(found: Answer) -> None:
    """The question, the tables, the explanation where it was asked for, the certificate, the caveats."""
    out = console.console()
    if found.question:
        out.print(found.question, style="bold", markup=False)
    out.print(found.setting, style="dim")
    out.print()
    console.show(
        (
            *took.took_tables(found.outcomes),
            *paths.path_tables(found.outcomes, found.paths, found.listed),
            tables.headline(found.outcomes, found.listed),
            tables.detail(found.outcomes, found.focus),
            tables.bilateral(found.outcomes, found.pairs),
            *((burdens.burden_table(found.world, found.burdens),) if found.burdens else ()),
            *((burdens.purchases_table(found.outcomes),) if burdens.buyers(found.outcomes) else ()),
            *((coverages.coverage_table(found.coverages, found.focus),) if found.coverages else ()),
            sectors.sectors_moved(found.outcomes, found.sectors, asked=found.sectors_asked),
            *_jobs(found),
        ),
        out,
    )
    if found.explanations:
        console.show(explanations.explanation_tables(found.world, found.explanations), out)
    console.show([tables.certificates(found.outcomes)], out)
    console.say(found.uniqueness, "Uniqueness", out)
    console.say(found.caveats, "Keep in mind", out)


def _jobs(found: Answer) -> list[Table]:
    """Jobs by sector, where employment was given: of the regions in focus, and of the sectors that were asked for."""
    if not found.persons:
        return []
    only = [code for codes in found.sectors.values() for code in codes] if found.sectors_asked else []
    return [employment.employment_table(found.outcomes, found.persons, found.focus, only)]
