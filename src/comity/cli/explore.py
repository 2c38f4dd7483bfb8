"""`comity explore`: a page on this machine on which one asks by moving sliders, and an HTTP API under it."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from comity.cli.failures import Debug, reported
from comity.errors import MissingExtra

TOKEN = "COMITY_TOKEN"


@reported
def explore(
    case: Annotated[
        str,
        typer.Argument(metavar="CASE", help="A case, a scenario file, or the name of an example to open with."),
    ] = "cars",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Where to listen; 0 is any that is free.")
    ] = 8765,
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help=f"Other than this machine only with a token in {TOKEN}.")
    ] = "127.0.0.1",
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that solve; one a core.")
    ] = None,
    seconds: Annotated[
        float, typer.Option("--time-limit", metavar="SECONDS", min=1, max=3600, help="For one answer.")
    ] = 60.0,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    _debug: Debug = False,
) -> None:
    """Serve a page to explore scenarios on, and an HTTP API to script.

    Choose who levies what on whom, and move a slider: the map, the ranking and
    the sectors move with it. The page shows the scenario file that you are
    building, and every answer is certified. Nothing leaves this machine. The
    API is described at /api/openapi.json.

    [bold]Examples[/bold]

      comity explore
      comity explore us-japan --open
      comity explore question.yaml --port 9000
      COMITY_TOKEN=... comity explore --host 0.0.0.0
    """
    from comity.cli import cache

    cache.enable()  # workers find it in their environment
    try:
        from comity.web.server import Place, serve
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] not in ("fastapi", "starlette", "uvicorn", "h11", "orjson"):
            raise
        raise MissingExtra(f'the explorer needs the package {missing.name}: run  pip install "comity[web]"') from None
    from comity.web.limits import Limits
    from comity.web.opening import opening

    def told(address: str) -> None:
        typer.echo(f"Comity listens on {address}  (Ctrl-C stops it)", err=True)
        if open_:
            typer.launch(address)

    place = Place(host, port, os.environ.get(TOKEN, ""))
    serve(place, Limits(seconds=seconds), opening(case), workers or os.cpu_count() or 1, told)
