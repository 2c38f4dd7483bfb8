"""Outcomes as labelled arrays, and their differences."""

from __future__ import annotations

import xarray as xr

from comity.errors import DataError
from comity.model.outcome import Outcome
from comity.model.variables import variables

PERCENT = "percent"


def dataset(o: Outcome) -> xr.Dataset:
    """All variables of an outcome, with coordinates, units, definitions and provenance in the attributes."""
    regions, sectors = list(o.world.regions), list(o.world.sectors)
    axes = {"region": regions, "partner": regions, "importer": regions, "exporter": regions, "sector": sectors}
    arrays = {
        v.name: (
            v.dims.split(),
            o.array(v.name),
            {"units": v.units, "long_name": v.long_name, "definition": v.definition},
        )
        for v in variables()
    }
    named = {
        "region_name": ("region", list(o.world.region_names)),
        "sector_name": ("sector", list(o.world.sector_names)),
    }
    return xr.Dataset(arrays, coords=axes | named, attrs=provenance(o))


def provenance(o: Outcome) -> dict[str, str | int | float]:
    """What an outcome rests on, as flat attributes."""
    c = o.certificate
    closures = {f"closure_{name}": str(value) for name, value in vars(o.closures).items()}
    return {
        "world": o.world.name, "year": o.world.year, "source": o.world.source,
        "estimated": " | ".join(o.world.estimated), "elasticities": o.world.elasticities.name,
        "notes": " | ".join(o.notes),
        "certificate": "passed" if c.passed else "failed", "max_residual": c.max_residual,
        "error_estimate": c.error_estimate, "iterations": c.iterations, "tolerance": c.tolerance,
        **{f"hash_{name}": value for name, value in c.hashes.items()}, **closures,
    }  # fmt: skip


def compare(left: xr.Dataset, right: xr.Dataset) -> xr.Dataset:
    """Left minus right on the labels that both have; percent variables become percentage points.

    Raises:
        DataError: no region in common.
    """
    if not set(left.region.values) & set(right.region.values):
        raise DataError("the two outcomes have no region in common: run both on the same aggregation")
    left, right = xr.align(left, right, join="inner")
    gap = left - right
    for name in gap.data_vars:
        units = left[name].attrs["units"]
        points = "percentage points" if units == PERCENT else units
        gap[name].attrs = left[name].attrs | {"units": points}
    gap.attrs = {"left": left.attrs.get("notes", ""), "right": right.attrs.get("notes", "")}
    return gap
