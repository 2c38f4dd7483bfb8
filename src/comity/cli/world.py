"""`comity world`: the world economy that answers are computed on."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported
from comity.errors import DataError


@reported
def world(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME|PATH", help="2024, 2022, 2019, or the path of a saved world.", show_default=False),
    ] = "2022",
    check: Annotated[
        bool, typer.Option("--check", help="Check every accounting identity; exit code 3 if one fails.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    tariffs: opt.Tariffs = None,
    _debug: Debug = False,
) -> None:
    """Show a world economy, and check its accounts.

    Its size, source, imbalances, what was repaired and what is estimated.

    [bold]Examples[/bold]

      comity world
      comity world 2019 --check
      comity world 2022 --aggregation us-japan --json
      comity world my-world.npz --check
      comity world 2022 --tariffs my-tariffs.csv
    """
    from comity.report import worlds
    from comity.world import load_world

    found = load_world(name, preset=aggregation, elasticities=elasticities, tariffs=tariffs)
    checks = found.check() if check else ()
    if json_:
        typer.echo(json.dumps(worlds.world_document(found, checks), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        from comity.cli import console

        console.show(worlds.world_tables(found, checks))
        console.say(found.estimated, "Estimated, not published")
        console.say(_others(found.name), "There are also")
    failed = [c for c in checks if not c.passed]
    if failed:
        raise DataError(f"{len(failed)} of {len(checks)} identities fail: {', '.join(c.name for c in failed)}")


def _others(name: str) -> list[str]:
    """What else could be asked for: embedded worlds, ways to sum this one, sets of elasticities."""
    from comity.world import elasticity_sets, embedded_worlds
    from comity.world.presets import preset_names

    ready = {
        "worlds": embedded_worlds(),
        "--aggregation": preset_names(name) if name in embedded_worlds() else (),
        "--elasticities": elasticity_sets(),
    }
    return [f"{kind}: {', '.join(names)}" for kind, names in ready.items() if names]
