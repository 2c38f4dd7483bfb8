"""Any table that pymrio reads: an ``IOSystem`` with ``Z``, ``Y`` and factor inputs (EXIOBASE, EORA, WIOD, GLORIA, ...).

``Z`` has (region, sector) on both axes, ``Y`` the same rows and (region, category) columns. Value added and net taxes
on products are rows of an extension of factor inputs; without one, value added is output less inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import DataError
from comity.world.accounts import Floats, Step, recorded
from comity.world.readers.labelled import Axis, numbers, summed
from comity.world.readers.optional import need
from comity.world.table import from_table
from comity.world.world import World

NET_TAXES = ("TLS", "TXSP", "TAXSUB", "Taxes less subsidies on products", "taxes less subsidies on products")
_NOT_INCOME = ("OUT", "GO", "OUTPUT", "Total intermediate consumption", "Output at basic prices")


def read_pymrio(path: str | Path, **options: Any) -> World:
    """A world from a folder or zip archive that pymrio saved; see `from_pymrio` for the options.

    Raises:
        MissingExtra: pymrio is not installed.
        DataError: pymrio cannot read it, or it has no table.
    """
    pymrio = need("pymrio", "tables saved by pymrio")
    try:
        system = pymrio.load_all(path)
    except Exception as error:
        raise DataError(f"pymrio cannot read {path}: {type(error).__name__}: {error}") from None
    return from_pymrio(system, **options)


def from_pymrio(
    system: Any,
    *,
    extension: str | None = "factor_inputs",
    net_taxes: Sequence[str] = NET_TAXES,
    value_added: Sequence[str] | None = None,
    to_usd_million: float = 1.0,
    rename: Mapping[str, str] | None = None,
    name: str = "pymrio",
    year: int = 0,
    source: str = "",
    **options: Any,
) -> World:
    """A world from an ``IOSystem`` of pymrio.

    Args:
        system: with ``Z`` and ``Y``.
        extension: attribute that holds the factor inputs; None takes value added as output less inputs.
        net_taxes: rows of the extension that are taxes less subsidies on products.
        value_added: rows that are factor income; None takes every other row but totals.
        to_usd_million: factor from the table's money to US$ million.
        rename: other codes for regions, for example ``{"RoW": "ROW"}``.
        name, year, source: labels of the world.
        options: ``elasticities`` (needed), ``tariff``, ``tariff_known``, ``tolerance``, ``rounding``, ``single``... as
            in `comity.world.from_table`.

    Raises:
        DataError: no table, labels that do not match, or rows that the extension does not have.
        UnbalancedError: rows and columns of the table do not agree.
    """
    if "elasticities" not in options:
        raise DataError("pass elasticities=: the name of a set, theta by sector, or one theta for all sectors")
    Z, Y = getattr(system, "Z", None), getattr(system, "Y", None)
    if Z is None or Y is None:
        raise DataError("the pymrio system has no Z and Y: run calc_all() on it, or parse a table with flows")
    names = rename or {}
    labels = [(names.get(str(r), str(r)), str(s)) for r, s in Z.index]
    axis = Axis.spanned(labels, "pymrio table")
    places, size = axis.places(labels, "pymrio table"), axis.size
    made = size[0] * size[1]
    if not (Z.index.equals(Z.columns) and Y.index.equals(Z.index)):
        raise DataError("pymrio table: rows and columns of Z, and rows of Y, must carry the same labels in one order")
    scale = float(to_usd_million)
    inputs = summed(summed(_values("Z", Z) * scale, places, made), places, made, axis=1)
    countries = axis.regional_places([names.get(str(c[0]), str(c[0])) for c in Y.columns], "Y")
    final = summed(summed(_values("Y", Y) * scale, places, made), countries, size[0], axis=1)
    income, taxes, steps = _factor_inputs(system, extension, net_taxes, value_added, scale)
    income = inputs.sum(1) + final.sum(1) - inputs.sum(0) if income is None else summed(income, places, made)
    return from_table(
        inputs=inputs.reshape(*size, *size),
        final=final.reshape(*size, size[0]),
        value_added=income.reshape(size),
        net_taxes=None if taxes is None else summed(taxes, places, made).reshape(size),
        **axis.labels,
        name=name,
        year=year,
        source=source or f"table read with pymrio: {getattr(getattr(system, 'meta', None), 'description', '') or name}",
        history=(Step("read", f"Z and Y of a pymrio system, times {scale:g} to give US$ million"), *steps),
        **options,
    )


def _values(what: str, frame: pd.DataFrame) -> Floats:
    return numbers(what, frame.to_numpy(), list(frame.index), list(frame.columns))


def _factor_inputs(
    system: Any, extension: str | None, net_taxes: Sequence[str], value_added: Sequence[str] | None, scale: float
) -> tuple[Floats | None, Floats | None, tuple[Step, ...]]:
    """Factor income and net taxes ``[producer]`` in the order of Z, or None where the system has none."""
    if extension is None:
        return None, None, (Step("value added taken as output less inputs", "no factor inputs were named"),)
    holder = getattr(system, extension, None)
    table = getattr(holder, "F", None)
    if table is None:
        raise DataError(
            f"the pymrio system has no extension {extension!r}: name the one with value added, or pass None"
        )
    if not table.columns.equals(system.Z.columns):
        raise DataError(f"columns of extension {extension!r} are not those of Z")
    rows = [_text(row) for row in table.index]
    values = _values(extension, table) * scale
    taxes = [i for i, row in enumerate(rows) if row in net_taxes]
    if value_added is None:
        chosen = [i for i, row in enumerate(rows) if i not in taxes and row not in _NOT_INCOME]
    else:
        absent = [row for row in value_added if row not in rows]
        if absent:
            raise DataError(f"extension {extension!r} has no row {absent[0]!r}; it has {', '.join(rows[:12])}")
        chosen = [rows.index(row) for row in value_added]
    if not chosen:
        raise DataError(f"extension {extension!r} has no row of value added; it has {', '.join(rows[:12])}")
    steps = tuple(
        Step(rows[i], "counted as factor income", int(np.count_nonzero(values[i])), float(np.abs(values[i]).sum()))
        for i in chosen
    )
    steps += _left_out(extension, getattr(holder, "F_Y", None), [*chosen, *taxes], scale)
    return values[chosen].sum(0), values[taxes].sum(0) if taxes else None, recorded(steps)


def _left_out(extension: str, table: pd.DataFrame | None, rows: Sequence[int], scale: float) -> tuple[Step, ...]:
    """Taxes (and the like) that final use pays itself stay inside each country."""
    if table is None:
        return ()
    values = _values(f"{extension}.F_Y", table)[list(rows)] * scale
    text = "paid and received inside each country; final use stays at basic prices plus baseline tariffs"
    name = "taxes and factor inputs of final use left out"
    return (Step(name, text, int(np.count_nonzero(values)), float(np.abs(values).sum())),)


def _text(label: object) -> str:
    return " ".join(map(str, label)) if isinstance(label, tuple) else str(label)
