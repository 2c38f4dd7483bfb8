"""Added public absorption as purchases: how much a region buys of each good from each source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from comity.errors import ScenarioError
from comity.policy.places import within
from comity.policy.quantities import show_rate
from comity.policy.scope import GOODS, Scope
from comity.policy.shock import Shock, final_sources
from comity.world.world import Floats, World

ROUNDING = 1e-12


def with_purchases(shock: Shock, world: World, buyer: int, purchases: Floats) -> Shock:
    """The shock with more public absorption in one region: everything added to it is one basket.

    Args:
        shock: what the rules before left.
        world: of the shock.
        buyer: position of the region.
        purchases: US$ million at baseline buyer's prices ``[j, i]``, by sector and source.

    Raises:
        ScenarioError: what is added and what is cut do not go into one basket.
    """
    if not np.any(purchases):
        return shock
    own = final_sources(world) if shock.public_sources is None else shock.public_sources
    before = shock.public[buyer] * shock.public_mix[buyer][:, None] * own[:, buyer]
    after = before + purchases
    after = np.where(abs(after) > ROUNDING * (abs(before) + abs(purchases)), after, 0.0)
    if after.min() < 0 < after.max():
        raise ScenarioError(
            f"what is added to the public absorption of {world.regions[buyer]} and what is cut from it are not the "
            "same goods from the same sources: use one rule for the difference"
        )
    by_sector, total = after.sum(1), float(after.sum())
    public, mix, sources = shock.public.copy(), shock.public_mix.copy(), own.copy()
    public[buyer] = total
    if total != 0:
        mix[buyer] = by_sector / total
        bought = by_sector != 0
        sources[bought, buyer] = after[bought] / by_sector[bought, None]
    return replace(shock, public=public, public_mix=mix, public_sources=sources)


def sourcing(
    scope: Scope, buyer: int, mix: Floats, import_content: float | None, origins: Mapping[str, float] | None
) -> Floats:
    """Where a public buyer gets each good: shares ``[j, i]``, which sum to one over i.

    Imports are goods (ISIC A, B, C): all goods of the mix have the same share of imports, so that imports are
    `import_content` of the whole; services are bought at home. What is not stated is as in final demand: the share that
    is imported, good by good, and where imports come from.

    Raises:
        ScenarioError: more imports than goods; a source that is the buyer; final demand buys none of a good.
    """
    as_usual = final_sources(scope.world)[:, buyer]
    if import_content is None and origins is None:
        return _sold(scope.world, buyer, mix, as_usual)
    at_home = np.zeros_like(as_usual)
    at_home[:, buyer] = 1.0
    if import_content == 0:
        return at_home
    abroad = np.where(np.arange(as_usual.shape[1]) == buyer, 0.0, as_usual)
    imported = abroad.sum(1) if import_content is None else _import_share(scope, mix, import_content)
    from_where = _origins(scope, buyer, abroad, origins)
    missing = np.flatnonzero((mix > 0) & (imported > 0) & (from_where.sum(1) <= 0))
    if len(missing):
        with within("sources"):
            raise ScenarioError(
                f"{scope.world.regions[buyer]} imports no {scope.world.sectors[missing[0]]} "
                f"({scope.world.sector_names[missing[0]]}) in the baseline that would say from where: name single "
                "regions, or another mix"
            )
    return np.asarray(imported[:, None] * from_where + (1 - imported[:, None]) * at_home)


def _sold(world: World, buyer: int, mix: Floats, sources: Floats) -> Floats:
    none = np.flatnonzero((mix > 0) & (sources.sum(1) <= 0))
    if len(none):
        raise ScenarioError(
            f"final demand of {world.regions[buyer]} buys no {world.sectors[none[0]]} "
            f"({world.sector_names[none[0]]}), which would say from where: write `import content`, or another mix"
        )
    return sources


def _import_share(scope: Scope, mix: Floats, content: float) -> Floats:
    """Share of each good that is imported ``[j]``."""
    with within("import content"):
        goods = np.zeros(len(mix))
        goods[list(scope.sectors(None, GOODS))] = 1.0
        share = float((goods * mix).sum())
        if content > share + 1e-9:
            raise ScenarioError(
                f"imports of {show_rate(round(content, 6))} are more than the goods in the mix "
                f"({show_rate(round(share, 4))}); services are bought at home. Import less, or write another `mix`"
            )
    return goods * min(content / share, 1.0)


def _origins(scope: Scope, buyer: int, abroad: Floats, origins: Mapping[str, float] | None) -> Floats:
    """Of imports, the share of each source ``[j, i]``.

    A group stands for its members as final demand buys from them, or where it buys from none, by their output.
    """
    if origins is None:
        total = abroad.sum(1, keepdims=True)
        return np.asarray(np.divide(abroad, total, out=np.zeros_like(abroad), where=total > 0))
    shares = np.zeros_like(abroad)
    for name, part in origins.items():
        members = list(scope.regions("sources", (name,), others=False).index)
        if buyer in members:
            with within("sources"):
                raise ScenarioError(
                    f"{name!r} is or holds {scope.world.regions[buyer]} itself: `sources` are those of its imports; "
                    "what is not imported is bought at home"
                )
        usual, made = abroad[:, members], scope.world.gross_output[members].T
        weight = np.where(usual.sum(1, keepdims=True) > 0, usual, made) if len(members) > 1 else np.ones_like(usual)
        total = weight.sum(1, keepdims=True)
        shares[:, members] += float(part) * np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return shares
