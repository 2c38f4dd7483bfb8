"""From what the user typed to a scenario on a world: files, examples, options over those of the file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.errors import ScenarioError

if TYPE_CHECKING:
    from comity.policy import Scenario
    from comity.world import World


STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Asked:
    """A scenario and the world that it is asked of.

    Attributes:
        source: the file, or the name of the example.
        scenario: with the options of the command line over its own.
        world: aggregated, with the elasticities chosen.
    """

    source: str
    scenario: Scenario
    world: World

    def to_dict(self) -> dict[str, Any]:
        """What was asked, for the JSON object."""
        content = self.scenario.to_dict()
        return {
            "question": self.scenario.question,
            "source": self.source,
            "hash": self.scenario.hash,
            "policies": content.get("policies", []),
            "options": content.get("options", {}),
            "variants": content.get("variants", {}),
        }


def load(
    source: str,
    *,
    world: str | None,
    aggregation: str | None,
    tariffs: Path | None = None,
    choices: Mapping[str, str],
) -> Asked:
    """Read a scenario file, or a shipped example by its name, and the world that it names.

    Raises:
        ScenarioError: no such file or example, or one that cannot be read; UnknownName, DataError: from what it names.
    """
    scenario = changed(read(source), world=world, aggregation=aggregation, tariffs=tariffs, choices=choices)
    return Asked("standard input" if source == STANDARD_INPUT else source, scenario, scenario.load_world())


def changed(
    scenario: Scenario,
    *,
    world: str | None,
    aggregation: str | None,
    tariffs: Path | None = None,
    choices: Mapping[str, str],
) -> Scenario:
    """A scenario with what the command line says over what it says itself.

    Raises:
        ScenarioError: there is no such table of tariffs, or an option without meaning.
    """
    if tariffs is not None and not tariffs.is_file():
        raise ScenarioError(f"there is no table of tariffs {str(tariffs)!r}: --tariffs takes a CSV file")
    if not (world or aggregation or tariffs or choices):
        return scenario
    return replace(
        scenario,
        world=world or scenario.world,
        aggregation=aggregation or scenario.aggregation,
        baseline_tariffs=scenario.baseline_tariffs if tariffs is None else str(tariffs.absolute()),
        options={**scenario.options, **choices},
        variants={name: _without(variant, choices) for name, variant in scenario.variants.items()},
    )


def _without(variant: Any, choices: Mapping[str, str]) -> Any:
    """A variant that leaves to the command line what was chosen there."""
    return replace(variant, options={name: value for name, value in variant.options.items() if name not in choices})


def read(source: str) -> Scenario:
    """The scenario of a file, of standard input ("-"), or the example of that name.

    Raises:
        ScenarioError: neither; or a file that cannot be read.
    """
    from comity.policy import Scenario, example_text
    from comity.policy.examples import example_names
    from comity.policy.yamltext import MAX_BYTES

    if source == STANDARD_INPUT:
        return Scenario.from_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), source="standard input")
    if source in example_names() and not Path(source).is_file():
        return Scenario.from_text(example_text(source), source=f"{source}.yaml")
    if not Path(source).exists():
        known = ", ".join(example_names())
        raise ScenarioError(f"there is no file {source!r}, and no example of that name (examples: {known})")
    return Scenario.load(source)
