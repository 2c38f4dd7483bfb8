"""From a table of a kind to a world, and from a world to a file that is not there yet."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.errors import ComityError, DataError, ScenarioError, UnknownName

if TYPE_CHECKING:
    from comity.world import World

Reader = Callable[..., "World"]
DATED = ("wiod2013", "wiod2016")
"""Kinds whose tables say their year themselves."""


def readers() -> dict[str, Reader]:
    """The reader of each kind."""
    from comity.world import readers as source

    return {
        "icio": source.read_icio,
        "wiod2013": source.read_wiod2013,
        "wiod2016": source.read_wiod2016,
        "pymrio": source.read_pymrio,
        "flat": source.read_flat,
    }


def read(kind: str, path: Path, *, year: int | None, elasticities: str | None, tariffs: Path | None) -> World:
    """The world behind a table, with the tariffs of the user laid over.

    Raises:
        UnknownName: no such kind, set of elasticities, or name in the table of tariffs.
        DataError: the table is not of its kind, or does not close; MissingExtra: a package is needed to read it.
    """
    known = readers()
    if kind not in known:
        near = get_close_matches(kind, known, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnknownName(f"there is no kind of table {kind!r}{hint} (kinds: {', '.join(known)})")
    if not path.exists():
        raise DataError(f"there is no file or folder {str(path)!r}")
    world = known[kind](path, **_options(kind, path, year, elasticities))
    if kind in DATED and year not in (None, world.year):
        raise DataError(f"{path.name} is the table of {world.year}, and --year says {year}: leave --year out")
    from comity.world import overlay_tariffs

    return _flagged(world if tariffs is None else overlay_tariffs(world, tariffs))


def _flagged(world: World) -> World:
    """The world with a sentence, for every answer that will be made on it, about tariffs that are assumed."""
    between = ~np.eye(len(world.regions), dtype=bool) * world.total_flows
    assumed = float((between * ~world.tariff_known).sum() / between.sum())
    if not assumed > 0:
        return world
    sentence = (
        f"Baseline tariffs: the table has none, and zero stands for those on {100 * assumed:.1f}% of the trade between "
        "regions, an assumption."
    )
    return replace(world, estimated=(*world.estimated, sentence))


def _options(kind: str, path: Path, year: int | None, elasticities: str | None) -> dict[str, Any]:
    from comity.world import elasticity_sets

    if kind == "pymrio" and elasticities is None:
        raise ScenarioError(
            "tables of pymrio have industries of many classifications: name a set with --elasticities (uniform:5 fits "
            f"any; sets: {', '.join(elasticity_sets())})"
        )
    found: dict[str, Any] = {} if elasticities is None else {"elasticities": elasticities}
    if kind not in DATED and year is not None:
        found["year"] = year
    if kind in ("pymrio", "flat"):
        found["name"] = path.resolve().stem
    return found


def check_target(path: Path, *, force: bool) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises:
        ComityError: it is there and `force` is not set, it is a folder, or its folder cannot be written.
    """
    if path.is_dir():
        raise ComityError(f"{path} is a folder: name a file in it, such as {path / 'world.npz'}")
    if path.exists() and not force:
        raise ComityError(f"{path} is there already: choose another name, or add --force to replace it")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise ComityError(f"there is no folder {folder}: make it first, or choose another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ComityError(f"{folder} allows no writing: choose another folder")


def save(world: World, path: Path, *, force: bool) -> None:
    """Write the world, whole or not at all.

    Raises:
        ComityError: as in `check_target`; DataError: the disk is full, or the folder went away.
    """
    check_target(path, force=force)  # reading takes a while, and a file may have come in the meantime
    world.save(path)
