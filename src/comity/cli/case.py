"""From what the user typed to a scenario on a world: names, files, examples, options over those of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import ScenarioError

if TYPE_CHECKING:
    from comity.policy import Scenario
    from comity.world import World


@dataclass(frozen=True)
class Case:
    """A scenario and the world that it is asked of.

    Attributes:
        source: the file, or the name of the example.
        text: of the scenario file.
        scenario: with the options of the command line over its own.
        world: aggregated, with the elasticities chosen.
    """

    source: str
    text: str
    scenario: Scenario
    world: World


def load(source: str, *, world: str | None, aggregation: str | None, choices: Mapping[str, str]) -> Case:
    """Read a scenario file, or a shipped example by its name, and the world that it names.

    Raises:
        ScenarioError: no such file or example, or one that cannot be read; UnknownName, DataError: from what it names.
    """
    from comity.policy import Scenario

    path = Path(source)
    text = read(path) if path.exists() else example(source)
    scenario = Scenario.from_text(text, source=source)
    changes = {name: value for name, value in (("world", world), ("aggregation", aggregation)) if value is not None}
    scenario = replace(scenario, **changes, options={**scenario.options, **choices})
    return Case(source, text, scenario, scenario.load_world())


def read(path: Path) -> str:
    """Text of a scenario file.

    Raises:
        ScenarioError: it is a folder, or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except IsADirectoryError:
        raise ScenarioError(f"{path} is a folder, and a scenario is one file: name the file in it") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{path} is not a text file (byte {error.start} is no UTF-8): a scenario is a file of YAML text"
        ) from None


def example(name: str) -> str:
    """Text of a shipped example.

    Raises:
        ScenarioError: no such example, and no such file.
    """
    from comity.policy import example_text, examples

    if name in examples():
        return example_text(name)
    raise ScenarioError(
        f"there is no file {name!r}, and no example of that name; the examples are {', '.join(examples())}"
    )
