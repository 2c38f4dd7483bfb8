"""Draws as tables: the columns of a chunk, each with its unit, as Parquet keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from comity.uncertainty.ensemble.details import AXES, DETAILS
from comity.uncertainty.ensemble.extras import need
from comity.uncertainty.ensemble.manifest import AMOUNTS, DRAWS, OUTCOMES, SOLVES
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.solving import Chunk

Columns = dict[str, Any]


def columns(chunk: Chunk, recorded: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, Columns]:
    """A chunk as columns by table.

    Args:
        chunk: some draws.
        recorded: codes of the places of each table of details.
    """
    drawn = {name: _plain(values) for name, values in chunk.parameters.items()}
    regions = [(code,) for code in chunk.regions]
    outcomes = {variant: found.values for variant, found in chunk.variants.items()}
    return {
        OUTCOMES: _by_place(chunk, ("region",), regions, MEASURES, outcomes),
        DRAWS: {"draw": chunk.rows, **drawn},
        SOLVES: _solves(chunk),
        AMOUNTS: _amounts(chunk),
    } | {
        table: _by_place(
            chunk, AXES[table], places, DETAILS[table], {v: one.details[table] for v, one in chunk.variants.items()}
        )
        for table, places in recorded.items()
    }


def _by_place(
    chunk: Chunk,
    axes: Sequence[str],
    places: Sequence[Sequence[str]],
    measures: Sequence[str],
    values: Mapping[str, Any],
) -> Columns:
    """One row for each draw, variant and place; `values`: ``[draw, measure, place]`` by variant."""
    draws, count = len(chunk.rows), len(places)
    codes = {axis: np.array([place[n] for place in places], dtype=object) for n, axis in enumerate(axes)}
    found: Columns = {
        "draw": np.tile(np.repeat(chunk.rows, count), len(values)),
        "variant": np.repeat(np.array(list(values), dtype=object), draws * count),
    }
    found |= {axis: np.tile(one, draws * len(values)) for axis, one in codes.items()}
    for place, name in enumerate(measures):
        found[name] = np.concatenate([each[:, place].ravel() for each in values.values()])
    return found


def _solves(chunk: Chunk) -> Columns:
    parts = chunk.variants.values()
    count = len(chunk.rows)
    reasons = [found.reasons.get(k, "") for found in parts for k in range(count)]
    return {
        "draw": np.tile(chunk.rows, len(parts)),
        "variant": np.repeat(np.array(list(chunk.variants), dtype=object), count),
        "residual": np.concatenate([found.residual for found in parts]),
        "certificate": np.concatenate([found.certified for found in parts]),
        "failed": np.array(reasons, dtype=object),
    }


def _amounts(chunk: Chunk) -> Columns:
    """One row for each draw and amount that is found; none where nothing is."""
    rows = [
        (variant, what, rule, found.units[what, rule], values)
        for variant, found in chunk.variants.items()
        for (what, rule), values in found.amounts.items()
    ]
    names = [np.repeat(np.array([row[n] for row in rows], dtype=object), len(chunk.rows)) for n in range(4)]
    return {
        "draw": np.tile(chunk.rows, len(rows)),
        **dict(zip(("variant", "what", "rule", "unit"), names, strict=True)),
        "amount": np.concatenate([np.zeros(0), *(row[-1] for row in rows)]),
    }


def _plain(values: Any) -> Any:
    """Numbers as they are; options of a choice as text."""
    return values if values.dtype != object else np.array([str(value) for value in values], dtype=object)


def with_units(found: Columns, manifest: Mapping[str, Any]) -> Any:
    """An Arrow table: what has no value is null, and the field of every measure or parameter says its unit.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    arrow = need("pyarrow", "writing draws")
    details = [one for measures in manifest["details"].values() for one in measures]
    units = {one["name"]: one["unit"] for one in (*manifest["measures"], *details, *manifest["parameters"])}
    arrays = [arrow.array(values, from_pandas=True) for values in found.values()]
    fields = [
        arrow.field(name, array.type, metadata={"unit": units[name]} if units.get(name) else None)
        for name, array in zip(found, arrays, strict=True)
    ]
    return arrow.table(arrays, schema=arrow.schema(fields))
