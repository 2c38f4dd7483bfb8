"""Import bans and export controls: the covered varieties end, the others may grow; revenue to no one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from pydantic import Field, PlainValidator, WithJsonSchema

from comity.errors import ScenarioError, UnknownName
from comity.policy.fields import By, Coverage, Name, Note, On, Sectors, Source, rule_class
from comity.policy.nests import NEST_SCHEMA, Nest, nest_of
from comity.policy.places import within
from comity.policy.products import product, shares, told
from comity.policy.quantities import Rate, show_rate, told_rate
from comity.policy.schedule import Schedule
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names
from comity.world.world import Floats, World

TABLE = "table of controlled products"
"""Source of a plain ban that stands for one on products."""


@rule_class()
class Ban:
    """What an import ban and an export control are written with; a rule is one of these two."""

    by: By
    on: On
    sectors: Sectors = None
    products: Annotated[
        Names | None,
        Field(
            description="Controlled products, instead of sectors: their industries and shares come from a table.",
            examples=["advanced chips", ["rare earths", "chip-making equipment"]],
        ),
    ] = None
    coverage: Annotated[
        Coverage | None,
        Field(
            description="Share of the trade that ends; if left out 100%, or with `products` theirs.", examples=["30%"]
        ),
    ] = None
    nest: Annotated[
        Nest | str | None,
        PlainValidator(nest_of),
        WithJsonSchema(NEST_SCHEMA),
        Field(
            description="`product`: also solved with the banned goods as a product of their own, beside the rest.",
            examples=["product", {"share": "30%", "elasticity": 4}],
        ),
    ] = None
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """Sectors or products; and a product of its own is a part of something."""
        if self.sectors is not None and self.products is not None:
            raise ValueError("write `sectors` or `products`, not both: products have their industries in a table")
        if isinstance(self.nest, Nest) and self.products is None:
            share = self.coverage if self.nest.share is None else self.nest.share
            if share is None or (not isinstance(share, Schedule) and not 0 < float(share) < 1):
                raise ValueError(
                    "`nest` needs the product's share of the industry, above 0% and below 100%: write `coverage`, "
                    "`nest: {share: 30%}`, or `products`"
                )


@rule_class()
class ImportBan(Ban):
    """Importers refuse a share of the varieties of exporters: a = 1 - coverage. 100% is allowed.

    >>> ImportBan(by="USA", on="CHN", sectors="electronics", coverage="30%").coverage
    0.3
    """


@rule_class()
class ExportControl(Ban):
    """Exporters withhold a share of their varieties from importers: a = 1 - coverage. 100% is allowed.

    >>> ExportControl(by=["USA", "JPN", "NLD"], on="CHN", sectors="machinery", coverage="20%").by
    ('USA', 'JPN', 'NLD')
    """


def import_ban_cells(scope: Scope, rule: ImportBan) -> Mask:
    """Cells ``[j, n, i]`` of an import ban."""
    return scope.flows(rule.by, rule.on, sector_words(scope, rule), by_imports=True)


def export_control_cells(scope: Scope, rule: ExportControl) -> Mask:
    """Cells ``[j, n, i]`` of an export control."""
    return scope.flows(rule.by, rule.on, sector_words(scope, rule), by_imports=False)


def cells_of(scope: Scope, rule: Ban) -> Mask:
    """Cells ``[j, n, i]`` of either."""
    return scope.flows(rule.by, rule.on, sector_words(scope, rule), by_imports=isinstance(rule, ImportBan))


def apply_ban(shock: Shock, scope: Scope, rule: Ban) -> Shock:
    """The shock with an import ban or an export control in it; errors as in `plain_bans` and `ban`."""
    for part in plain_bans(scope, rule):
        coverage = 1.0 if part.coverage is None else float(part.coverage)
        shock = ban(shock, scope.world, cells_of(scope, part), coverage)
    return shock


def plain_bans(scope: Scope, rule: Ban) -> tuple[Ban, ...]:
    """The bans on sectors that a ban stands for: of products, one for each industry and share; else itself.

    Raises:
        ScenarioError: a product that this world cannot show, or no trade that could end.
    """
    parts = (rule,) if rule.products is None else tuple(_by_share(scope, rule))
    if not scope.world.total_flows[cells_of(scope, rule)].any() or not parts:
        with within("sectors" if rule.products is None else "products"):
            raise ScenarioError(
                f"{', '.join(rule.by)} and {', '.join(rule.on)} do not trade this ({_what(rule)}) in world "
                f"{scope.world.name}: there is nothing to end"
            )
    return parts


def covered(scope: Scope, rule: Ban) -> Floats:
    """Share of each sector's trade that a ban ends, by exporter ``[j, i]``; zero where it does not reach.

    Several products of one industry are taken to be different goods: their shares add up, to 100% at most.
    """
    world = scope.world
    share = np.zeros((len(world.sectors), len(world.regions)))
    if rule.products is None:
        share[list(scope.sectors(rule.sectors, ("goods",)))] = 1.0 if rule.coverage is None else float(rule.coverage)
    else:
        with within("products"):
            for name in rule.products:
                for j, part in shares(world, product(name)).items():
                    share[j] = np.minimum(share[j] + part, 1.0) if rule.coverage is None else float(rule.coverage)
    mine = np.zeros(len(world.regions), dtype=bool)
    mine[list(_exporters(scope, rule))] = True
    return share * mine


def effective_coverage(scope: Scope, rule: Ban) -> float:
    """Share of the trade in a ban's cells that it ends, weighted by baseline trade; 0 where there is none.

    >>> from comity.world import load_world
    >>> scope = Scope(load_world("2022", preset="small"))
    >>> effective_coverage(scope, ImportBan(by="USA", on="CHN", sectors="C26", coverage="30%"))
    0.3
    """
    trade = scope.world.total_flows * cells_of(scope, rule)
    total = trade.sum()
    return float((trade.sum(1) * covered(scope, rule)).sum() / total) if total > 0 else 0.0


def ban(shock: Shock, world: World, cells: Mask, coverage: float) -> Shock:
    """End a share of varieties: a = min(a, 1 - coverage). Of bans that overlap the wider one holds.

    Raises:
        ScenarioError: earlier bans already cover as much everywhere, or a region is left without any source of a good
            that it uses.
    """
    if coverage > 0 and (shock.available[cells] <= 1 - coverage).all():
        raise ScenarioError(
            f"the ban of {show_rate(coverage)} has no effect: an earlier rule bans as much or more in each of its "
            "cells (of bans that overlap the wider one holds); drop one of them"
        )
    available = np.where(cells, np.minimum(shock.available, 1 - coverage), shock.available)
    require_sources(world, available)
    return replace(shock, available=available)


def require_sources(world: World, available: np.ndarray) -> None:
    """Refuse bans that leave a region without any source of a good it buys in the baseline.

    Raises:
        ScenarioError: naming the regions and sectors.
    """
    flows = world.total_flows
    bare = (flows.sum(2) > 0) & ~((flows > 0) & (available > 0)).any(2)
    if bare.any():
        places = [
            f"{world.regions[n]} without {world.sectors[j]} ({world.sector_names[j]})" for j, n in np.argwhere(bare)
        ]
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        raise ScenarioError(
            f"the ban leaves {', '.join(places[:3])}{more}: no source is left, and there is no equilibrium; leave some "
            "source, or use a coverage below 100%"
        )


def ban_notes(scope: Scope, rule: Ban) -> list[str]:
    """Warnings about a ban."""
    return low_elasticity(scope, cells_of(scope, rule))


def coverage_basis(scope: Scope, rule: Ban) -> list[str]:
    """Where the coverage of a ban comes from, or that it is an assumption."""
    if rule.coverage is None:
        names, exporters = rule.products or (), _exporters(scope, rule)
        return [line for name in names for line in told(scope.world, product(name), exporters)]
    share = float(rule.coverage)
    key = "import ban" if isinstance(rule, ImportBan) else "export control"
    sides = f"{key} by {', '.join(rule.by)} on {', '.join(rule.on)}"
    basis = rule.source or "an assumption of the scenario, which names no source"
    return [f"{sides}: a coverage of {told_rate(share)} of {_what(rule)} ({basis})"] if 0 < share < 1 else []


def low_elasticity(scope: Scope, cells: Mask) -> list[str]:
    """A warning where sources are so poor substitutes that the loss from a ban is large."""
    theta = scope.world.elasticities.theta
    low = [j for j in np.flatnonzero(cells.any((1, 2))) if theta[j] < 1]
    return [
        f"a ban in {scope.world.sectors[j]}, where the trade elasticity is {theta[j]:.2g}: below 1 the loss from "
        "varieties that end is very large and not to be trusted"
        for j in low
    ]


def sector_words(scope: Scope, rule: Ban) -> Any:
    """The sectors of a ban as written, or the codes of those that make its products."""
    if rule.products is None:
        _require_sectors(scope, rule)
        return rule.sectors
    with within("products"):
        places = {j for name in rule.products for j in shares(scope.world, product(name))}
    return tuple(scope.world.sectors[j] for j in sorted(places))


def _require_sectors(scope: Scope, rule: Ban) -> None:
    """Point out a product that is written as a sector."""
    try:
        scope.sectors(rule.sectors, ("goods",))
    except UnknownName as error:
        found = [name for word in rule.sectors or () if (name := _product_named(word))]
        if not found:
            raise
        with within("sectors"):
            raise UnknownName(f"{error}; {found[0]} is a controlled product: write `products: {found[0]}`") from None


def _product_named(word: str) -> str:
    """The controlled product of a name or alias; empty if there is none."""
    with suppress(UnknownName):
        return product(word).name
    return ""


def _what(rule: Ban) -> str:
    return ", ".join(rule.products or rule.sectors or ("goods",))


def _exporters(scope: Scope, rule: Ban) -> tuple[int, ...]:
    key = "on" if isinstance(rule, ImportBan) else "by"
    return scope.regions(key, getattr(rule, key)).index


def _by_share(scope: Scope, rule: Ban) -> Iterator[Ban]:
    """One plain ban for each sector and each coverage, on the exporters that have it."""
    key, other = ("on", "by") if isinstance(rule, ImportBan) else ("by", "on")
    share, partners = covered(scope, rule), set(scope.regions(other, getattr(rule, other)).index)
    for j in np.flatnonzero(share.any(1)):
        groups: dict[float, list[str]] = {}
        for i in _exporters(scope, rule):
            if share[j, i] > 0 and partners - {i}:
                groups.setdefault(float(share[j, i]), []).append(scope.world.regions[i])
        for size, codes in groups.items():
            changes: dict[str, Any] = {key: tuple(codes), "sectors": (scope.world.sectors[j],), "coverage": Rate(size)}
            source = rule.source or (TABLE if rule.coverage is None else None)
            yield replace(rule, products=None, nest=None, name=None, note=None, source=source, **changes)
