"""First-order answers: what one more point of each instrument would do to a measure of one region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from comity.errors import NotConverged, ScenarioError, UnknownName
from comity.policy.regions import resolve_regions
from comity.policy.sectors import resolve_sectors
from comity.web.limits import Limits
from comity.web.shelf import read, world_of

BY = {"tariff": "t", "export tax": "x", "trade cost": "d"}
"""Instruments with the array of the policy that they are."""
MEASURES = {
    "real_income_pct": "real_income",
    "equivalent_variation_usd_bn": "equivalent_variation",
    "real_wage_pct": "real_wage",
    "real_gdp_pct": "real_gdp",
    "consumer_prices_pct": "consumer_prices",
    "exports_pct": "exports",
    "imports_pct": "imports",
    "terms_of_trade_pct": "terms_of_trade",
    "tariff_revenue_usd_bn": "tariffs",
    "balance_usd_bn": "balance",
}
"""Measures by the name that results give them, with that of the model."""


def slopes(data: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """The derivative of a measure of one region by every rate of an instrument, at the equilibrium of a scenario.

    One point is a rate of 0.01: of the border value for a tariff, of the producer's price for an export tax, of the
    good for a trade cost. By implicit differentiation, exact; the largest are listed.

    Raises:
        ScenarioError: names that mean nothing here, or several regions where one is meant; SolveError: no equilibrium
            to stand on, or no derivative there.
    """
    from comity.model import solve
    from comity.model.equilibrium import TOLERANCE
    from comity.model.response import gradient

    scenario = read(data["scenario"], limits)
    world = world_of(scenario)
    o = solve(world, scenario, variant=data.get("variant"))
    measure, by = _known("measure", data["measure"], MEASURES), _known("by", data["by"], BY)
    region = one_region(resolve_regions(data["region"], o.world))
    value, (_, policy), error = gradient(o.economy, o.policy, o.rules, MEASURES[measure], o.world.regions.index(region))
    if not float(error) <= TOLERANCE:
        raise NotConverged(f"the derivative did not converge: residual {float(error):.1e}, wanted {TOLERANCE:.0e}")
    unit = o.unit / 1000 * 0.01 if measure.endswith("_usd_bn") else 1.0
    found = unit * np.asarray(getattr(policy, BY[by]))
    rows = _largest(np.where(_asked(data, o.world), found, 0.0), int(data["most"]))
    level = float(value)
    return {
        "hash": scenario.hash,
        "region": region,
        "measure": measure,
        "value": level * o.unit / 1000 if measure.endswith("_usd_bn") else 100 * (level - 1),
        "by": by,
        "unit": "US$ billion per point" if measure.endswith("_usd_bn") else "points per point",
        "slopes": [
            {
                "sector": o.world.sectors[j],
                "importer": o.world.regions[n],
                "exporter": o.world.regions[i],
                "slope": float(found[j, n, i]),
            }
            for j, n, i in rows
        ],
    }


def _known(key: str, name: str, table: Mapping[str, str]) -> str:
    if name not in table:
        raise UnknownName(f"{key} cannot be {name!r} (choose from {', '.join(table)})")
    return name


def one_region(codes: tuple[str, ...]) -> str:
    """The region, if it is one.

    Raises:
        ScenarioError: several.

    >>> one_region(("JPN",))
    'JPN'
    """
    if len(codes) != 1:
        raise ScenarioError(f"one region is wanted here, and {len(codes)} are named: {', '.join(codes)}")
    return codes[0]


def _asked(data: Mapping[str, Any], world: Any) -> np.ndarray:
    """Flows between regions ``[j, n, i]`` of the sectors, importers and exporters that the request names."""
    shape = world.tariff.shape
    found = np.broadcast_to(~np.eye(shape[1], dtype=bool), shape)
    for axis, (key, codes, resolve) in enumerate(
        (
            ("sectors", world.sectors, resolve_sectors),
            ("importers", world.regions, resolve_regions),
            ("exporters", world.regions, resolve_regions),
        )
    ):
        if names := data.get(key):
            chosen = {code for name in names for code in resolve(name, world)}
            mask = np.array([code in chosen for code in codes])
            found = found & np.expand_dims(mask, tuple(k for k in range(3) if k != axis))
    return np.asarray(found)


def _largest(values: np.ndarray, most: int) -> list[tuple[int, ...]]:
    order = np.argsort(-np.abs(values), axis=None, kind="stable")[:most]
    places = (tuple(int(p) for p in np.unravel_index(k, values.shape)) for k in order)
    return [place for place in places if values[place] != 0]
