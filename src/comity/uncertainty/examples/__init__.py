"""Scenario trees that come with Comity, each a file beside this module."""

from __future__ import annotations

from importlib.resources import files


def tree_examples() -> dict[str, str]:
    """The text of each shipped tree, by its name.

    >>> list(tree_examples())
    ['cars-tree']
    """
    found = (file for file in files("comity.uncertainty.examples").iterdir() if file.name.endswith(".yaml"))
    return {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in sorted(found, key=str)}
