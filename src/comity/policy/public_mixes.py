"""What public money buys: named compositions from dated data, or a rule's own, over the sectors of a world."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from comity.errors import ScenarioError, UnknownName
from comity.policy.places import within
from comity.policy.sectors import find_sectors
from comity.policy.wording import nearest
from comity.world.classification import industry_cover, lookup_key, sector_names
from comity.world.world import Floats, World


@dataclass(frozen=True)
class Mix:
    """A named composition.

    Attributes:
        name: as written.
        industries: shares by OECD ICIO 2025 industry; they sum to one.
        basis: where the weights of its items are from; which industries the items are is an assumption throughout.
    """

    name: str
    industries: Mapping[str, float]
    basis: tuple[str, ...]


@cache
def mixes() -> Mapping[str, Mix]:
    """The named compositions of ``data/public_mixes.csv``.

    >>> list(mixes())
    ['build-up', 'whole budget', 'base support']
    >>> round(mixes()["base support"].industries["F"], 3)
    0.116
    """
    text = files("comity.policy").joinpath("data", "public_mixes.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return MappingProxyType({name: _mix(name, [r for r in rows if r["mix"] == name]) for name in _names(rows)})


def _names(rows: list[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(row["mix"] for row in rows))


def _mix(name: str, rows: list[dict[str, str]]) -> Mix:
    weights = {row["item"]: float(row["weight"]) for row in rows}
    total = math.fsum(weights.values())
    industries: dict[str, float] = {}
    for row in rows:
        share = weights[row["item"]] / total * float(row["industry_pct"]) / 100
        industries[row["industry"]] = industries.get(row["industry"], 0.0) + share
    return Mix(name, MappingProxyType(industries), tuple(dict.fromkeys(row["weight_basis"] for row in rows)))


def named_mix(name: str) -> Mix:
    """A composition by name, however its words are joined.

    Raises:
        UnknownName: there is none; gives the nearest and the list.
    """
    for mix in mixes().values():
        if lookup_key(mix.name) == lookup_key(name):
            return mix
    raise UnknownName(
        f"there is no mix {name!r}{nearest(name, mixes())} (mixes: {', '.join(mixes())}; or shares by sector, as in "
        "{aircraft: 60%, construction: 40%})"
    )


def mix_in(world: World, mix: str | Mapping[str, float], spender: int) -> Floats:
    """A composition as shares over the sectors of a world ``[j]``, which sum to one.

    Args:
        world: whose sectors are meant.
        mix: name of a composition, or shares by names of sectors. A name that means several sectors stands for them in
            the proportions in which the spender's final demand buys them.
        spender: position of the region that buys.

    Raises:
        UnknownName: no such composition or sector.
        ScenarioError: an industry that this world's sectors cut, or do not hold.
    """
    with within("mix"):
        if isinstance(mix, str):
            shares = _by_industry(named_mix(mix), world, spender)
        else:
            parts = [float(s) * _spread(find_sectors((n,), world), world, spender) for n, s in mix.items()]
            shares = np.sum(parts, axis=0)
    return np.asarray(shares / np.sum(shares))


def _by_industry(mix: Mix, world: World, spender: int) -> Floats:
    """Shares over sectors; of an industry with a product carved out of it both parts, as final demand buys them."""
    cover, shares = industry_cover(), np.zeros(len(world.sectors))
    held = [frozenset().union(*(cover.get(m, frozenset()) for m in members)) for members in world.sector_members]
    for industry, share in mix.industries.items():
        places = tuple(j for j, industries in enumerate(held) if industry in industries)
        if len({world.sector_members[j] for j in places}) != 1:  # products carved out of one industry share its members
            where = "is in no sector" if not places else f"is cut by {', '.join(world.sectors[j] for j in places)}"
            raise ScenarioError(
                f"the mix {mix.name!r} buys {sector_names()[industry]} ({industry}), which {where} of world "
                f"{world.name}: write shares by sector instead, as in {{{world.sectors[0]}: 100%}}"
            )
        shares += share * _spread(places, world, spender)
    return shares


def _spread(sectors: tuple[int, ...], world: World, spender: int) -> Floats:
    weights = np.zeros(len(world.sectors))
    weights[list(sectors)] = world.final_use[spender, list(sectors)] if len(sectors) > 1 else 1.0
    if not weights.any():
        names = ", ".join(world.sectors[j] for j in sectors)
        raise ScenarioError(f"final demand of {world.regions[spender]} buys none of {names}: name single sectors")
    return np.asarray(weights / weights.sum())
