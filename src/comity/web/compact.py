"""Outcomes as the page reads them: columns of numbers, short enough to be sent while a slider moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.model.variables import VALUES
from comity.policy.settings import paths
from comity.report.document import closures_object
from comity.report.measures import MEASURES
from comity.report.took import took_object

if TYPE_CHECKING:
    from comity.model.outcome import Outcome
    from comity.web.shelf import Solved

DECIMALS = 6
SECTORS = ("output_pct", "value_added_change_usd_bn", "factor_use_pct")
"""Sector measures that the page shows."""


def compact(solved: Solved) -> dict[str, Any]:
    """Codes once, then by variant a list of values for each measure, in the order of the codes."""
    first = next(iter(solved.outcomes.values()))
    return {
        "hash": solved.scenario.hash,
        "world": {"name": first.world.name, "elasticities": first.world.elasticities.name, "hash": first.world.hash},
        "closures": closures_object(first.closures),
        "regions": list(first.world.regions),
        "variants": {name: _variant(outcome) for name, outcome in solved.outcomes.items()},
        "paths": _paths(solved),
        "caveats": solved.caveats,
    }


def _paths(solved: Solved) -> dict[str, Any]:
    """For each path its horizons (null is the long run) and the names of its settings."""
    along = paths([o.setting for o in solved.outcomes.values() if o.setting is not None])
    return {
        title: {"horizons": [solved.outcomes[name].closures.horizon for name in names], "variants": names}
        for title, names in along.items()
    }


def _variant(o: Outcome) -> dict[str, Any]:
    c = o.certificate
    return {
        "certificate": {
            "passed": c.passed,
            "max_residual": c.max_residual,
            "error_estimate": c.error_estimate,
            "iterations": c.iterations,
        },
        "measures": {m.name: _numbers(o, m.name) for m in MEASURES},
        "sectors": list(o.world.sectors),
        "by_sector": {name: _numbers(o, name) for name in SECTORS},
        **took_object(o),
    }


def _numbers(o: Outcome, name: str) -> NDArray[np.float64]:
    """Rounded; the worker writes arrays as lists, with null for what is missing."""
    return np.ascontiguousarray(np.round(VALUES[name](o), DECIMALS) + 0.0)
