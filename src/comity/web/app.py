"""The HTTP API, and the files of the page."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from comity import __version__
from comity.errors import ComityError
from comity.policy.scenario import Scenario
from comity.report.schema import result_schema
from comity.web import listings, replies
from comity.web.bodies import (
    PLACE,
    SCENARIO,
    BriefBody,
    CompareBody,
    Failure,
    GradientBody,
    ScenarioBody,
    SolveBody,
    scenario_components,
)
from comity.web.frames import scenario_forms
from comity.web.limits import BRIEF, LONG, QUICK, check_scenario, queue
from comity.web.map import world_map
from comity.web.pool import Busy, Died, Pool, TooSlow
from comity.web.replies import RESULT, result_component
from comity.web.static import page_files

KEPT = 256
"""Answers that are kept: a slider comes back to where it was."""
LARGEST_KEPT = 256 * 1024
RETRY = "2"
"""Seconds after which a client that was turned away may ask again."""
FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": Failure, "description": description}
    for status, description in {
        400: "Not JSON.",
        401: "No token, or a wrong one, where one is needed.",
        403: "From another site.",
        413: "Too large.",
        415: "Not `application/json`.",
        422: "Wrong, or without a certified equilibrium: the message says what, where, and what to try.",
        503: "Busy, or the answer took too long; `Retry-After` says when to try again.",
    }.items()
}
ABOUT = """
Counterfactuals of the Comity model: scenarios in the language of files go in as JSON, certified results come out.
Rates, units and definitions are those of `comity run --json`. There is no state: every answer depends on its request.
"""


class Answers:
    """Finished answers by request, the least recently used dropped first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """The answer, if it is kept."""
        if key in self.kept:
            self.kept.move_to_end(key)
        return self.kept.get(key)

    def put(self, key: str, body: bytes) -> None:
        """Keep an answer that is not too large."""
        if len(body) <= LARGEST_KEPT:
            self.kept[key] = body
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)


def create_app(pool: Pool, start: Mapping[str, Any] | None = None) -> FastAPI:
    """The application.

    Args:
        pool: the workers that solve; started with the application and stopped with it.
        start: what the page opens with: a title, and scenarios by name.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(pool.warm())
        yield
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming
        await pool.stop()

    app = FastAPI(
        title="Comity", version=__version__, description=ABOUT, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", responses=FAILURES,
    )  # fmt: skip
    _add_handlers(app)
    _add_listings(app, pool, start or {"title": "", "scenarios": {}})
    _add_questions(app, pool)
    _add_page(app)
    app.openapi = _documented(app)  # type: ignore[method-assign]
    return app


def _add_listings(app: FastAPI, pool: Pool, start: Mapping[str, Any]) -> None:
    """What can be asked about; each is the same until the server ends."""
    answers = Answers()

    @app.get("/api/health", responses=_gives(replies.Health))
    async def health() -> dict[str, Any]:
        """Whether the first worker is ready, and how many requests wait in each queue."""
        waiting = {name: line.waiting for name, line in pool.queues.items()}
        return {"comity": __version__, "ready": pool.ready.is_set(), "waiting": waiting}

    @app.get("/api/start", responses=_gives(replies.Start))
    async def opening() -> dict[str, Any]:
        """What the server was started with: a title, and scenarios by name."""
        return dict(start)

    described: dict[str, Any] = {
        "/api/worlds": replies.Worlds,
        "/api/groupings": replies.Groupings,
        "/api/instruments": replies.Instruments,
        "/api/forms": replies.Forms,
        "/api/options": replies.Options,
        "/api/examples": replies.Examples,
        "/api/map": replies.Map,
    }
    fixed: dict[str, Callable[[], dict[str, Any]]] = {
        "/api/worlds": listings.worlds,
        "/api/groupings": listings.groupings_listing,
        "/api/instruments": listings.instruments,
        "/api/forms": scenario_forms,
        "/api/options": listings.options,
        "/api/examples": listings.examples_listing,
        "/api/map": world_map,
        "/api/schema/scenario": Scenario.json_schema,
        "/api/schema/result": result_schema,
    }
    for path, listing in fixed.items():
        app.get(
            path,
            name=path.removeprefix("/api/"),
            description=listing.__doc__,
            responses=_gives(described.get(path, dict[str, Any])),
        )(_listing(listing))

    @app.get("/api/worlds/{world}", responses=_gives(replies.World))
    async def world(
        world: Annotated[str, Path(max_length=40, description="An embedded world.", examples=["2022"])],
        aggregation: Annotated[
            str | None, Query(max_length=40, description="A preset; `none` for every region and sector.")
        ] = None,
    ) -> Response:
        """A world: its regions and sectors, and what groupings and groups of sectors mean in it."""
        return await _ask(pool, answers, QUICK, "world", {"world": world, "aggregation": aggregation})


def _gives(model: Any) -> dict[int | str, dict[str, Any]]:
    """What a request answers with, for the documentation."""
    return {200: {"model": model, "description": "The answer."}}


def _listing(content: Callable[[], dict[str, Any]]) -> Callable[[], Any]:
    async def listing() -> Response:
        return Response(json.dumps(content(), allow_nan=False), media_type="application/json")

    return listing


def _add_questions(app: FastAPI, pool: Pool) -> None:
    """What needs a solution."""
    answers = Answers()

    @app.post("/api/solve", responses=_gives(replies.Compact))
    async def solve(body: SolveBody) -> Response:
        """Solve a scenario: every variant with its certificate."""
        check_scenario(body.scenario, pool.limits)
        return await _ask(pool, answers, queue(body.scenario), "solve", body.model_dump())

    @app.post("/api/compare", responses=_gives(replies.Comparison))
    async def compare(body: CompareBody) -> Response:
        """Solve two scenarios: by variant and region every measure in A, in B, and B less A."""
        for side in (body.a, body.b):
            check_scenario(side, pool.limits)
        line = LONG if LONG in (queue(body.a), queue(body.b)) else QUICK
        return await _ask(pool, answers, line, "compare", body.model_dump())

    @app.post("/api/gradient", responses=_gives(replies.Gradient))
    async def gradient(body: GradientBody) -> Response:
        """The derivative of a measure of one region by every tariff, export tax or trade cost; the largest first."""
        check_scenario(body.scenario, pool.limits)
        return await _ask(pool, answers, LONG, "gradient", body.model_dump())

    @app.post("/api/brief", responses=_gives(replies.Page))
    async def brief(body: BriefBody) -> Response:
        """The brief of a scenario: its question, answer and what it rests on as one HTML page, under `html`.

        With intervals by draws of what is uncertain; `intervals` says whether it has them. Where they take longer than
        an answer may, ask again with `draws: 0`, or use `comity brief` on the command line.
        """
        check_scenario(body.scenario, pool.limits)
        return await _ask(pool, answers, BRIEF, "brief", body.model_dump())

    @app.post("/api/scenario", responses=_gives(replies.Read))
    async def scenario(body: ScenarioBody) -> Response:
        """Read a scenario, as data or as the text of a file, and write it as both."""
        return await _ask(pool, answers, QUICK, "scenario", body.model_dump(exclude_none=True))


async def _ask(pool: Pool, answers: Answers, line: str, call: str, data: Mapping[str, Any]) -> Response:
    key = json.dumps([call, data], separators=(",", ":"))
    body = answers.get(key)
    status = 200
    if body is None:
        status, body = await pool.ask(line, call, data)
        if status == 200:
            answers.put(key, body)
    headers = {"Retry-After": RETRY} if status == 503 else {}
    return Response(body, status, headers, media_type="application/json")


def _add_page(app: FastAPI) -> None:
    """The page and its parts: these files and no others, read once."""
    for name, (content, kind) in page_files().items():
        app.get("/" if name == "index.html" else f"/{name}", include_in_schema=False)(_file(content, kind))


def _file(content: bytes, kind: str) -> Callable[[], Any]:
    async def file() -> Response:
        return Response(content, media_type=kind)

    return file


def _failure(status: int, kind: str, message: str) -> JSONResponse:
    headers = {"Retry-After": RETRY} if status == 503 else {}
    return JSONResponse({"error": {"kind": kind, "message": message}}, status, headers)


def _add_handlers(app: FastAPI) -> None:
    """Every error in one shape."""

    @app.exception_handler(ComityError)
    async def comity_error(_request: Request, error: ComityError) -> JSONResponse:
        return _failure(422, type(error).__name__, str(error))

    @app.exception_handler(Busy)
    async def busy(_request: Request, _error: Busy) -> JSONResponse:
        return _failure(503, "Busy", "too many requests wait: try again in a moment")

    @app.exception_handler(TooSlow)
    async def too_slow(_request: Request, _error: TooSlow) -> JSONResponse:
        return _failure(
            503, "TooSlow", "the answer took longer than it may: ask a smaller question, or a smaller world"
        )

    @app.exception_handler(Died)
    async def died(_request: Request, _error: Died) -> JSONResponse:
        return _failure(503, "WorkerEnded", "the process that was to answer ended, perhaps for want of memory")

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> JSONResponse:
        return _failure(error.status_code, "RequestError", str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        status = 400 if first["type"] == "json_invalid" else 422
        place = ".".join(str(step) for step in first["loc"] if step != "body")
        return _failure(status, "RequestError", f"{place}: {first['msg']}" if place else str(first["msg"]))


def _documented(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The OpenAPI document, with the schemas of scenario files and of results where requests and answers hold them."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = made["components"]["schemas"]
            for body, keys in {
                "SolveBody": ("scenario",),
                "CompareBody": ("a", "b"),
                "GradientBody": ("scenario",),
                "BriefBody": ("scenario",),
                "ScenarioBody": ("scenario",),
            }.items():
                for key in keys:
                    schemas[body]["properties"][key] = {"$ref": PLACE + SCENARIO}
            schemas.update(scenario_components() | {RESULT: result_component()})
            solved = made["paths"]["/api/solve"]["post"]["responses"]["200"]["content"]["application/json"]
            solved["schema"] = {"anyOf": [{"$ref": PLACE + RESULT}, solved["schema"]]}
            app.openapi_schema = made
        return app.openapi_schema

    return openapi
