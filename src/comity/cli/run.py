"""`comity run`: a scenario file in, a certified answer out."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported

if TYPE_CHECKING:
    from comity.cli.answer import Answer
    from comity.policy import Scenario

DEFAULT = "cars"
TABLE = "baseline-tariffs.csv"


@reported
def run(
    scenario: Annotated[str, typer.Argument(metavar="FILE", help=opt.SCENARIO, show_default=False)] = DEFAULT,
    list_: Annotated[bool, typer.Option("--list", help="List the examples that come with Comity, and stop.")] = False,
    json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object (see comity schema --output) and nothing else.")
    ] = False,
    out: opt.Out = None,
    force: Annotated[bool, typer.Option("--force", help="Let --out replace results in a folder.")] = False,
    explain: opt.Explain = None,
    regions: opt.Regions = None,
    sectors: opt.Sectors = None,
    employment: opt.Employment = None,
    check_uniqueness: opt.Starts = 0,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    tariffs: opt.Tariffs = None,
    imbalances: opt.Imbalances = None,
    revenue: opt.Revenue = None,
    sourcing: opt.Sourcing = None,
    competition: opt.Competition = None,
    mobility: opt.Mobility = None,
    demand: opt.Demand = None,
    horizon: opt.Horizon = None,
    _debug: Debug = False,
) -> None:
    """Solve a scenario and show what it does to each side.

    Real income in per cent and in US$, prices, wages, trade, revenue, balances
    and who gains and loses inside; then the certificate that each answer is an
    equilibrium, and what to keep in mind.

    [bold]Examples[/bold]

      comity run cars
      comity run cars --explain Japan
      comity run question.yaml --regions JPN,USA,Korea --sectors C24,C29
      comity run question.yaml --imbalances balanced --mobility specific
      comity run question.yaml --tariffs my-tariffs.csv
      comity run question.yaml --json > answer.json
      comity run question.yaml --out results/
    """
    if list_:
        _list_examples()
        return
    from comity.cli import answer, saving, show

    if out is not None:
        saving.check_folder(out, force=force)
    choices = opt.given(
        elasticities=elasticities,
        imbalances=imbalances,
        revenue=revenue,
        sourcing=sourcing,
        competition=competition,
        mobility=mobility,
        demand=demand,
        horizon=horizon,
    )
    found = answer.answer(
        scenario,
        world=world,
        aggregation=aggregation,
        tariffs=tariffs,
        choices=choices,
        explain=explain,
        regions=opt.names(regions),
        sectors=opt.names(sectors),
        employment=employment,
        starts=check_uniqueness,
    )
    if out is not None:
        _save(found, out)
    if json_:
        typer.echo(json.dumps(found.document(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        show.run(found)
        if out is not None:
            typer.echo(f"Written to {out}", err=True)


def _list_examples() -> None:
    from comity.policy import examples

    for name, question in examples().items():
        typer.echo(f"{name:24}{question}")


def _with_its_table(scenario: Scenario, folder: Path) -> Scenario:
    """The scenario with its table of baseline tariffs beside it, so that the folder can be run again."""
    if scenario.tariff_table is None:
        return scenario
    shutil.copyfile(scenario.tariff_table, folder / TABLE)
    return replace(scenario, baseline_tariffs=TABLE)


def _save(found: Answer, out: Path) -> None:
    """The answer as files: scenario, JSON, and for each variant NetCDF and a folder of CSV."""
    from comity.cli import saving

    with saving.whole_folder(out) as stage:
        saving.put_text(stage / "scenario.yaml", _with_its_table(found.case.scenario, stage).to_yaml())
        content = json.dumps(found.document(), indent=2, ensure_ascii=False, allow_nan=False)
        saving.put_text(stage / "result.json", content + "\n")
        for number, (name, outcome) in enumerate(found.outcomes.items(), 1):
            folder = stage / "variants" / saving.variant_folder(number, name)
            folder.mkdir(parents=True)
            outcome.save(folder / "outcome.nc")
            outcome.save(folder / "csv")
