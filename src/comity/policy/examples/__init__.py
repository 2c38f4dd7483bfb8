"""Scenarios that come with Comity, each a file beside this module."""

from __future__ import annotations

from importlib.resources import files

from comity.errors import UnknownName
from comity.policy.scenario import Scenario
from comity.policy.wording import nearest


def examples() -> dict[str, str]:
    """The question of each shipped scenario, by its name.

    >>> "cars" in examples()
    True
    """
    return {name: Scenario.from_text(example_text(name), source=f"{name}.yaml").question for name in example_names()}


def example_names() -> tuple[str, ...]:
    """Names of the shipped scenarios."""
    found = files("comity.policy.examples").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in found if file.name.endswith(".yaml")))


def example_text(name: str) -> str:
    """The text of a shipped scenario.

    Raises:
        UnknownName: there is none of that name; gives the nearest.
    """
    if name not in example_names():
        known = ", ".join(example_names())
        raise UnknownName(f"there is no example {name!r}{nearest(name, example_names())} (examples: {known})")
    return files("comity.policy.examples").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
