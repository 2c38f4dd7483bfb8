"""Worlds by name: those that come with the package, and those that `World.save` wrote."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from comity.errors import UnknownName
from comity.world.aggregation import Groups
from comity.world.elasticities import Elasticities
from comity.world.overlay import overlay_tariffs
from comity.world.presets import find_preset
from comity.world.world import World

if TYPE_CHECKING:
    import pandas as pd

_PREFIX, _SUFFIX = "world_", ".npz"


def embedded_worlds() -> tuple[str, ...]:
    """Names of the worlds that come with the package, the latest first."""
    return tuple(sorted((name for name in _packaged() if "_" not in name), reverse=True))


def load_world(
    name_or_path: str | Path = "2022",
    preset: str | None = None,
    regions: Groups | None = None,
    sectors: Groups | None = None,
    elasticities: Elasticities | ArrayLike | str | None = None,
    tariffs: pd.DataFrame | str | Path | None = None,
) -> World:
    """An embedded world by name, or a world that `World.save` wrote; optionally with other elasticities, with a user's
    baseline tariffs, and summed.

    Args:
        name_or_path: ``"2022"`` (OECD ICIO 2025 edition, 81 x 50), ``"2019"`` (20 x 20), or a path.
        preset: a named aggregation, such as ``"us-japan"``; None keeps every region and sector.
        regions, sectors: groups as in `World.aggregate`, after the preset.
        elasticities: a named set (see `comity.world.elasticities.elasticity_sets`), a set, or ``theta[j]`` of the
            world before it is summed.
        tariffs: a table of baseline tariffs, laid over the world before it is summed: see
            `comity.world.overlay_tariffs`.

    Raises:
        UnknownName: neither an embedded world nor a file; or no such preset or set of elasticities.
        DataError: a damaged or foreign file; groups that name what is not there; a table that cannot be laid over.

    Example:
        >>> load_world("2021")
        Traceback (most recent call last):
        ...
        comity.errors.UnknownName: there is no world or file '2021'...
    """
    ready = f"{name_or_path}_{preset}"
    if elasticities is None and tariffs is None and ready in _packaged():
        return _embedded(ready).aggregate(regions, sectors)
    world = _read(name_or_path)
    if tariffs is not None:
        world = overlay_tariffs(world, tariffs)
    if elasticities is not None:
        world = world.with_elasticities(elasticities)
    if preset is not None:
        chosen = find_preset(preset, world.name)
        names = {**chosen.regions.names, **chosen.sectors.names}
        world = world.aggregate(chosen.regions.apply(world.regions), chosen.sectors.apply(world.sectors), names)
    return world.aggregate(regions, sectors)


def _packaged() -> dict[str, Traversable]:
    """Files of the package by name: ``2022``, and ``2022_us-japan`` where the sums of a preset are ready-made."""
    folder = files("comity.world").joinpath("datasets")
    found = {f.name: f for f in folder.iterdir() if f.name.startswith(_PREFIX) and f.name.endswith(_SUFFIX)}
    return {name.removeprefix(_PREFIX).removesuffix(_SUFFIX): file for name, file in found.items()}


def _embedded(name: str) -> World:
    with as_file(_packaged()[name]) as path:
        return World.load(path)


def _read(name_or_path: str | Path) -> World:
    if str(name_or_path) in embedded_worlds():
        return _embedded(str(name_or_path))
    path = Path(name_or_path)
    if path.is_file():
        return World.load(path)
    known = embedded_worlds()
    near = get_close_matches(str(name_or_path), known, n=1, cutoff=0.5)
    hint = f"; nearest is {near[0]!r}" if near else ""
    raise UnknownName(
        f"there is no world or file {str(name_or_path)!r}{hint}. Embedded worlds: {', '.join(known) or 'none'}"
    )
