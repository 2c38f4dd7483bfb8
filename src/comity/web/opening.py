"""What the page opens with: the scenarios of a case, one file, or one example."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.examples import example_names, example_text
from comity.policy.scenario import Scenario
from comity.web.limits import without_files

CLAIMS = "claims.yaml"


def opening(source: str) -> dict[str, Any]:
    """A title, and scenarios by name with their content.

    Args:
        source: name of an example or a case, a scenario file, or a folder with `claims.yaml`.

    Raises:
        ScenarioError: none of these, or a file that cannot be read; UnknownName: a file that names a world on disk.

    >>> opening("cars")["scenarios"]["cars"]["scenario"]["policies"][0]
    {'tariff': {'by': 'USA', 'on': 'JPN', 'sectors': 'motor vehicles', 'add': '25%', ...}}
    """
    path = Path(source)
    if source in example_names() and not path.is_file():
        made = Scenario.from_text(example_text(source), source=f"{source}.yaml")
    elif path.is_file() and path.name != CLAIMS:
        made = Scenario.load(path)
    else:
        return _case(source)
    return {"title": made.question or path.stem, "scenarios": {path.stem: _entry(made)}}


def _case(source: str) -> dict[str, Any]:
    from comity.claims import load_case  # imports the model, which the server itself has no use for

    try:
        case = load_case(source)
    except UnknownName as unknown:
        if Path(source).exists():
            raise
        raise ScenarioError(f"{unknown}; nor a scenario file or an example ({', '.join(example_names())})") from None
    found: dict[str, Any] = {}
    for claim in case.content.claims:
        for file in claim.scenarios:
            name = f"{claim.number}. {claim.title}"
            found[name if name not in found else f"{name} ({Path(file).stem})"] = _entry(case.scenario(file))
    return {"title": case.content.title, "scenarios": found}


def _entry(made: Scenario) -> dict[str, Any]:
    plain = replace(without_files(made), origin=type(made.origin)())
    return {"question": plain.question, "scenario": plain.to_dict()}
