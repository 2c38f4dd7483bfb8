"""`comity ensemble`: a question under draws of everything that is uncertain about it; an interval for every number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli import options as opt
from comity.cli.drawing import ClusterAddress, Draws, Kept, LocalCluster, Workers, one_of, solver_of, telling
from comity.cli.failures import Debug, reported
from comity.errors import ScenarioError

if TYPE_CHECKING:
    from comity.uncertainty.ensemble import Results

SHOW = "show"

Shown = Annotated[
    str,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="What tables show, e.g. 'real GDP', output or 'change in goods balance'; --json has everything.",
    ),
]
Sectors = Annotated[
    list[str] | None,
    typer.Option(
        "--sectors",
        metavar="NAMES",
        help="Keep these sectors of the regions, and their trade, e.g. 'motor vehicles'; those that move most if left "
        "out.",
        rich_help_panel=opt.SHOWN,
    ),
]
Partners = Annotated[
    list[str] | None,
    typer.Option(
        "--partners",
        metavar="NAMES",
        help="Keep the balances of the regions with these; with each other if left out.",
        rich_help_panel=opt.SHOWN,
    ),
]
Explain = Annotated[
    list[str] | None,
    typer.Option(
        "--explain",
        metavar="NAMES",
        help="Also split the real income of these regions in each draw: by channel, source of income, sector and "
        "partner, who bears the tariffs, and the burden of transfers. A draw takes some twenty times as long.",
        rich_help_panel=opt.SHOWN,
    ),
]
Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        metavar="SQL",
        help="With `show`: a query, by DuckDB, over outcomes, draws, solves, and what is kept: sectors, pairs, trade, "
        "amounts, channels, jobs, ...",
    ),
]


@reported
def ensemble(
    scenario: Annotated[
        str,
        typer.Argument(metavar="FILE|show", help=f"{opt.SCENARIO[:-1]}; `show` prints an ensemble on disk."),
    ],
    shown: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="With `show`: the folder.", show_default=False)
    ] = None,
    draws: Draws = None,
    out: Kept = None,
    sobol: Annotated[
        bool, typer.Option("--sobol", help="Also split the variance by source of uncertainty (more draws).")
    ] = False,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="Of the draws.")] = None,
    workers: Workers = None,
    local_cluster: LocalCluster = None,
    cluster: ClusterAddress = None,
    chunk: Annotated[
        int, typer.Option("--chunk", metavar="N", min=1, help="Draws solved and kept together; results do not change.")
    ] = 256,
    measure: Shown = "real income",
    regions: opt.Regions = None,
    sectors: Sectors = None,
    partners: Partners = None,
    explain: Explain = None,
    employment: opt.Employment = None,
    query: Query = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    imbalances: opt.Imbalances = None,
    mobility: opt.Mobility = None,
    horizon: opt.Horizon = None,
    _debug: Debug = False,
) -> None:
    """Solve a question under many draws of what is uncertain about it.

    What is drawn stands in the file (`uncertainty:`), else it is the trade
    elasticities by their standard errors. Mean, median, 50% and 90% intervals,
    the probability of a loss and of one variant being better than another,
    each with its sampling error; what rests on an assumption is said. Every
    regional measure is kept, and by sector and partner what `comity run`
    would show, or what --regions, --sectors and --partners name; amounts that
    goals and purchase commitments find too.

    [bold]Examples[/bold]

      comity ensemble cars
      comity ensemble question.yaml --draws 10000 --out draws/
      comity ensemble question.yaml --sobol
      comity ensemble cars --sectors 'motor vehicles' --measure output
      comity ensemble cars --explain Japan --employment jobs.csv
      comity ensemble question.yaml --draws 100000 --out draws/ --local-cluster 8
      comity ensemble show draws/
      comity ensemble show draws/ --query "SELECT variant, avg(real_income_pct)
        FROM outcomes WHERE region = 'JPN' GROUP BY variant"
    """
    from comity.cli import cache

    if scenario == SHOW and shown is not None:
        if sectors or partners or explain or employment:
            raise ScenarioError(
                "--sectors, --partners, --explain and --employment say what is kept when it is drawn; `show` prints "
                "what is there, --regions some of it"
            )
        _show(shown, measure, opt.names(regions), query, json_=json_)
        return
    if shown is not None or query is not None:
        what = f"{str(shown)!r}" if shown is not None else "--query"
        raise ScenarioError(f"{what} goes with `comity ensemble show DIR`; to keep draws write --out DIR")
    cache.enable()
    from comity.cli.asked import load
    from comity.report.ensembles import measure_named

    measure_named(measure)
    choices = opt.given(elasticities=elasticities, imbalances=imbalances, mobility=mobility, horizon=horizon)
    asked = load(scenario, world=world, aggregation=aggregation, choices=choices)
    from comity.cli.answer import resolve_regions
    from comity.cli.recording import record_of
    from comity.uncertainty.ensemble import plan, run_ensemble
    from comity.uncertainty.ensemble.results import require_kept

    one_of({"--workers": workers, "--local-cluster": local_cluster, "--cluster": cluster})
    codes = resolve_regions(asked, opt.names(regions))
    planned = plan(asked.scenario, asked.world, draws=draws, seed=seed, split=sobol)
    record = record_of(asked, codes, opt.names(sectors), opt.names(partners), opt.names(explain), employment)
    planned = replace(planned, record=record)
    require_kept({"recorded": record.places}, measure_named(measure).name)
    if out is not None:
        typer.echo(f"Draws are kept in {out} as they come: stopped at any moment, the same command goes on", err=True)
    with solver_of(workers, local_cluster, cluster) as solver, telling() as tell:
        results = run_ensemble(planned, folder=out, chunk=chunk, solver=solver, tell=tell)
    _print(results, measure, codes, json_=json_)


def _show(folder: Path, measure: str, regions: list[str], query: str | None, *, json_: bool) -> None:
    """An ensemble on disk, without solving anything."""
    from comity.uncertainty.ensemble import read_results
    from comity.uncertainty.ensemble.results import known

    results = read_results(folder)
    if query is None:
        codes = [known(name, results.manifest["regions"], "region") for name in regions]
        _print(results, measure, codes, json_=json_)
        return
    from comity.cli import console
    from comity.report.document import finite
    from comity.report.table import Column, Table

    found = results.query(query)
    if json_:
        rows = zip(*([finite(_plain(cell)) for cell in column.tolist()] for column in found.values()), strict=True)
        content = [dict(zip(found, row, strict=True)) for row in rows]
        typer.echo(json.dumps(content, ensure_ascii=False, allow_nan=False))
        return
    shown = tuple(zip(*([_shown(cell) for cell in column.tolist()] for column in found.values()), strict=True))
    digits = [None if column.dtype.kind in "OU" else 0 if column.dtype.kind in "iu" else 6 for column in found.values()]
    columns = tuple(Column(name, "", places) for name, places in zip(found, digits, strict=True))
    console.show([Table(f"{len(shown)} rows", columns, shown)])


def _shown(cell: Any) -> str | float | None:
    """What a query found, as a cell of a table: numbers and text as they are, lists and days as text."""
    plain = _plain(cell)
    return plain if plain is None or isinstance(plain, str | int | float) else str(plain)


def _plain(cell: Any) -> Any:
    """What DuckDB found as plain data: lists stay lists, days become text.

    >>> import numpy as np
    >>> _plain(np.array([0.5, 1.0])), _plain(np.datetime64("2025-04-03").item())
    ([0.5, 1.0], '2025-04-03')
    """
    cell = cell.tolist() if hasattr(cell, "tolist") else cell
    if isinstance(cell, Mapping):
        return {str(key): _plain(part) for key, part in cell.items()}
    if isinstance(cell, list | tuple):
        return [_plain(part) for part in cell]
    return cell if cell is None or isinstance(cell, str | int | float) else str(cell)


def _print(results: Results, measure: str, regions: Sequence[str], *, json_: bool) -> None:
    from comity.report import ensembles

    named = ensembles.measure_named(measure)
    if json_:
        from comity.report.ensemble_document import ensemble_document

        document = ensemble_document(results, named.name)
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
        return
    from comity.cli import console
    from comity.report.ensemble_details import detail_tables
    from comity.uncertainty.ensemble.details import table_of

    console.show(ensembles.ensemble_tables(results, named, regions))
    if table_of(named.name) is None:
        console.show(detail_tables(results, regions))
    console.say(ensembles.checks(results), "Draws")
    console.say(ensembles.drawn(results), "What was drawn")
