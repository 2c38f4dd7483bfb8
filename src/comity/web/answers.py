"""What the server answers: plain data in, plain data out. Runs in a worker; knows nothing of HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from comity import __version__
from comity.errors import ComityError, ScenarioError
from comity.policy.scenario import Scenario
from comity.report.document import document, finite
from comity.web.compact import compact
from comity.web.gradients import one_region
from comity.web.limits import QUICK, Limits, check_scenario, queue, without_files
from comity.web.shelf import Solved, read, solve, world_of

Data = Mapping[str, Any]
MOST_SECTORS = 6


def solve_(data: Data, limits: Limits) -> dict[str, Any]:
    """A scenario solved: in the shape of `comity schema --output`, or the compact one of the page."""
    solved = solve(data["scenario"], limits)
    return compact(solved) if data.get("form") == "compact" else full(solved)


def full(solved: Solved) -> dict[str, Any]:
    """What `comity run --json` prints of it, all regions."""
    from comity.report import focus, sectors, tables

    outcomes, content = solved.outcomes, solved.scenario.to_dict()
    chosen = focus.in_focus(outcomes)
    first = next(iter(outcomes.values())).world
    found = document(
        outcomes,
        version=__version__,
        scenario={
            "question": solved.scenario.question,
            "source": "request",
            "hash": solved.scenario.hash,
            "policies": content.get("policies", []),
            "options": content.get("options", {}),
            "variants": content.get("variants", {}),
        },
        caveats=solved.caveats,
        regions=first.regions,
        pairs=tables.pairs_of(chosen),
        sectors={code: sectors.most_moved(outcomes, code, MOST_SECTORS) for code in chosen},
    )
    return found | _more(solved, first.regions)


def _more(solved: Solved, regions: tuple[str, ...]) -> dict[str, Any]:
    """The parts that only some scenarios have: who bears a transfer, what public money buys, paths over horizons."""
    from comity.policy.settings import paths as of_settings
    from comity.report import burdens, paths

    found: dict[str, Any] = {}
    paying = {name: o for name, o in solved.outcomes.items() if o.shock.transfer.any()}
    if paying:
        from comity.model.burden import burdens as of_outcome

        rows = {name: [row._asdict() for row in of_outcome(o)] for name, o in paying.items()}
        found["burdens"] = finite(rows)
    if burdens.buyers(solved.outcomes):
        found["public_purchases"] = finite(burdens.purchases_object(solved.outcomes))
    along = of_settings([o.setting for o in solved.outcomes.values() if o.setting is not None])
    if along:
        found["paths"] = finite(paths.path_object(solved.outcomes, along, regions))
    return found


def compare(data: Data, limits: Limits) -> dict[str, Any]:
    """Two scenarios solved, and every measure of each region in A, in B and the difference."""
    from comity.report.comparison import comparison_object, paired

    left, right = (solve(data[side], limits) for side in ("a", "b"))
    pairs = paired(*({name: o.data for name, o in side.outcomes.items()} for side in (left, right)))
    return {"hashes": {"a": left.scenario.hash, "b": right.scenario.hash}, "pairs": finite(comparison_object(pairs))}


def scenario(data: Data, limits: Limits) -> dict[str, Any]:
    """A scenario read, as data and as the text of a file; from either. In a small world its names are looked up."""
    if (text := data.get("text")) is not None:
        made = without_files(Scenario.from_text(text))
        check_scenario(made.to_dict(), limits)
    else:
        made = read(data.get("scenario"), limits)
    if queue(made.to_dict()) == QUICK:
        made.settings(world_of(made))
    return {"scenario": made.to_dict(), "yaml": made.to_yaml(), "hash": made.hash}


def world(data: Data, _limits: Limits) -> dict[str, Any]:
    """A world with its regions, sectors, and the names that mean several of them there."""
    from comity.web.listings import world_listing

    named = {key: data[key] for key in ("world", "aggregation") if data.get(key) is not None}
    made = without_files(Scenario.from_dict({"policies": [], **named}))
    return world_listing(world_of(made))


def gradient(data: Data, limits: Limits) -> dict[str, Any]:
    """What a measure of one region would gain from each tariff, export tax or trade cost, one point higher."""
    from comity.web.gradients import slopes

    return slopes(data, limits)


def brief(data: Data, limits: Limits) -> dict[str, Any]:
    """A scenario's question, answer and what it rests on as one HTML page, as `comity brief` writes it."""
    from comity.claims.one_scenario import draw_scenario
    from comity.policy.regions import resolve_regions
    from comity.policy.settings import paths
    from comity.report.brief.drawn import draw_all
    from comity.report.brief.of_scenario import scenario_brief
    from comity.report.brief.page import html

    solved = solve(data["scenario"], limits)
    region, draws = data.get("region"), data["draws"]
    looked_at = one_region(resolve_regions(region, solved.world)) if region else None
    drawn, undrawn = None, ""
    if draws:
        try:
            drawn = draw_scenario(solved.scenario, solved.world, draws)
        except ComityError as error:
            undrawn = str(error)
    content = scenario_brief(
        solved.scenario,
        solved.outcomes,
        name="scenario",
        caveats=solved.caveats,
        paths=paths([o.setting for o in solved.outcomes.values() if o.setting is not None]),
        version=__version__,
        command="comity brief scenario.yaml" + (f" --region {region}" if region else "") + f" --draws {draws}",
        date=date.today().isoformat(),
        region=looked_at,
        drawn=drawn,
        undrawn=undrawn,
    )
    return {"intervals": drawn is not None, "html": html(content, draw_all(content.figures, lambda _step: None))}


def warm(_data: Data, limits: Limits) -> dict[str, Any]:
    """Import, load and compile what most requests need."""
    rule = {"tariff": {"by": "USA", "on": "JPN", "sectors": "motor vehicles", "add": "1%"}}
    solved = solve({"policies": [rule]}, limits)
    for form in (compact, full):
        form(solved)
    return {"ready": True}


CALLS: Mapping[str, Callable[[Data, Limits], dict[str, Any]]] = {
    "solve": solve_,
    "compare": compare,
    "scenario": scenario,
    "world": world,
    "gradient": gradient,
    "brief": brief,
    "warm": warm,
}


def answer(call: str, data: Data, limits: Limits) -> tuple[int, dict[str, Any]]:
    """A status and a body: the answer, or what was wrong with the question."""
    try:
        _require_text(data)
        return 200, CALLS[call](data, limits)
    except ComityError as error:
        return 422, failure(error)


def _require_text(data: Data) -> None:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ScenarioError(f"the request holds {error.object[error.start]!r}, which is no character") from None


def failure(error: ComityError) -> dict[str, Any]:
    """An error of the library as data: its kind, whether the scenario or the equilibrium is at fault, the sentence.

    >>> failure(ComityError("no such sector"))
    {'error': {'kind': 'ComityError', 'message': 'no such sector'}}
    """
    return {"error": {"kind": type(error).__name__, "message": str(error)}}
