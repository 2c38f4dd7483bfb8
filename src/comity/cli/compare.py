"""`comity compare`: two scenarios, or two saved results, side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported
from comity.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

IN_DETAIL = 2


@reported
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario file, an example, or a saved result.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    regions: Annotated[
        list[str] | None,
        typer.Option("--regions", metavar="CODES", help="Show these regions.", rich_help_panel=opt.SHOWN),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    _debug: Debug = False,
) -> None:
    """Set two scenarios or saved results side by side.

    Shows A, B and B less A, and in what the two were computed differently. A
    and B are scenario files (solved now, with the same options), folders
    written by --out, or .nc files. Variants of the same name are compared; a
    result with one variant is compared with each of the other.

    [bold]Examples[/bold]

      comity compare tariff.yaml tariff-with-answer.yaml
      comity compare results-2025/ results-2026/
      comity compare results/ question.yaml --regions JPN,USA
    """
    from comity.cli import console
    from comity.report import comparison

    load = {"world": world, "aggregation": aggregation, "elasticities": elasticities}
    pairs = comparison.paired(results(a, **load), results(b, **load))
    if json_:
        from comity.report.document import finite

        content = finite(comparison.comparison_object(pairs))
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    for title, left, right in pairs:
        shared = comparison.shared_regions(left, right)
        asked = comparison.known(opt.names(regions), shared)
        console.show(
            (
                comparison.income(title, left, right, asked),
                comparison.measures(title, left, right, asked or shared[:IN_DETAIL]),
            )
        )
        console.say(comparison.differences(left, right), f"Computed differently: {title}")


def results(
    source: str, *, world: str | None, aggregation: str | None, elasticities: str | None
) -> dict[str, xr.Dataset]:
    """Results by variant: of a folder written by ``--out``, of a NetCDF file, or of a scenario solved now.

    Raises:
        DataError: a folder or file that holds no result.
    """
    path = Path(source)
    if path.is_dir():
        return _saved(path)
    if path.suffix == ".nc":
        from comity.model.files import load

        return {path.stem: load(path)}
    from comity.cli.answer import answer

    found = answer(source, world=world, aggregation=aggregation, choices=opt.given(elasticities=elasticities))
    return {name: outcome.data for name, outcome in found.outcomes.items()}


def _saved(folder: Path) -> dict[str, xr.Dataset]:
    from comity.model.files import load

    try:
        names = list(json.loads((folder / "result.json").read_text(encoding="utf-8"))["variants"])
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(f"{folder} holds no results: name a folder that `comity run FILE --out DIR` wrote") from None
    from comity.cli.saving import variant_folder

    places = {name: folder / "variants" / variant_folder(number, name) for number, name in enumerate(names, 1)}
    return {name: load(place / "outcome.nc") for name, place in places.items()}
