"""Import bans and export controls: the covered varieties end, the others may grow; revenue to no one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from comity.errors import ScenarioError
from comity.policy.fields import By, Coverage, Name, Note, On, Sectors, Source, rule_class
from comity.policy.quantities import Rate, show_rate
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.world.world import World


@rule_class()
class Ban:
    """What an import ban and an export control are written with; a rule is one of these two."""

    by: By
    on: On
    sectors: Sectors = None
    coverage: Coverage = Rate(1.0)
    name: Name = None
    source: Source = None
    note: Note = None


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
    return scope.flows(rule.by, rule.on, rule.sectors, by_imports=True)


def export_control_cells(scope: Scope, rule: ExportControl) -> Mask:
    """Cells ``[j, n, i]`` of an export control."""
    return scope.flows(rule.by, rule.on, rule.sectors, by_imports=False)


def apply_import_ban(shock: Shock, scope: Scope, rule: ImportBan) -> Shock:
    """The shock with the ban in it; errors as in `ban`."""
    return ban(shock, scope.world, import_ban_cells(scope, rule), float(rule.coverage))


def apply_export_control(shock: Shock, scope: Scope, rule: ExportControl) -> Shock:
    """The shock with the control in it; errors as in `ban`."""
    return ban(shock, scope.world, export_control_cells(scope, rule), float(rule.coverage))


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


def low_elasticity(scope: Scope, cells: Mask) -> list[str]:
    """A warning where sources are so poor substitutes that the loss from a ban is large."""
    theta = scope.world.elasticities.theta
    low = [j for j in np.flatnonzero(cells.any((1, 2))) if theta[j] < 1]
    return [
        f"a ban in {scope.world.sectors[j]}, where the trade elasticity is {theta[j]:.2g}: below 1 the loss from "
        "varieties that end is very large and not to be trusted"
        for j in low
    ]
