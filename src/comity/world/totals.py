"""Newer totals as values: a region's income, and what it exports or imports, to or from whom, of what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from comity.errors import DataError
from comity.world.user_table import read_table

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["gdp", "exports", "imports"]
ALL = "*"
REQUIRED, OPTIONAL = ("total", "region"), ("partner", "sector", "usd_mn", "growth_pct", "weight", "source")
Values = "Mapping[Any, float] | pd.Series | pd.DataFrame | xr.DataArray"


@dataclass(frozen=True)
class Total:
    """One total of a later year, as a level or as growth over the world that is updated.

    Attributes:
        kind: ``"gdp"`` (factor income), ``"exports"`` or ``"imports"`` (border values, no tariff).
        region: whose: a code or name of the world, a group of its presets such as ``EU27``, or several with ``|``.
        partner: with whom, written alike; ``*`` is everyone outside `region`.
        sector: of what: a code, a name, a group such as ``goods``, or several with ``|``; ``*`` is everything.
        usd_mn: the total, US$ million, zero or more (GDP: above zero).
        growth: instead of it, the change over the present total, a fraction > -1.
        weight: how firm the total is; infinite is exact. One of weight w counts as w cells reported at that value,
            and gives way where others contradict it.
        source: where it is from; begins with "estimate" where the total is one, so that the world says so.
        where: how messages speak of it, such as ``totals.csv, line 3``.

    Raises:
        DataError: another kind; no value, or two; a value, growth or weight that is impossible.

    Example:
        >>> Total("imports", "USA", "JPN", "goods", usd_mn=148_000.0).label
        'imports of USA from JPN, goods'
    """

    kind: Kind
    region: str
    partner: str = ALL
    sector: str = ALL
    usd_mn: float | None = None
    growth: float | None = None
    weight: float = math.inf
    source: str = ""
    where: str = ""

    @property
    def label(self) -> str:
        """What it is, in words."""
        if self.kind == "gdp":
            return f"gdp of {self.region}"
        link = "to" if self.kind == "exports" else "from"
        partner = "" if self.partner == ALL else f" {link} {self.partner}"
        return f"{self.kind} of {self.region}{partner}" + ("" if self.sector == ALL else f", {self.sector}")

    @property
    def place(self) -> str:
        """Where it is written, and what it is."""
        return f"{self.where} ({self.label})" if self.where else self.label

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            kinds = ", ".join(get_args(Kind))
            raise DataError(f"{self.where or self.region}: there is no total {self.kind!r}; there are {kinds}")
        if (self.usd_mn is None) == (self.growth is None):
            what = "neither a value nor a growth rate" if self.usd_mn is None else "both a value and a growth rate"
            raise DataError(f"{self.place} has {what}; give one of usd_mn and growth_pct")
        if self.usd_mn is not None and not (math.isfinite(self.usd_mn) and self.usd_mn >= 0):
            raise DataError(f"{self.place} is {self.usd_mn!r} US$ million: it must be a number, zero or more")
        if self.growth is not None and not (math.isfinite(self.growth) and self.growth > -1):
            raise DataError(f"{self.place} grows by {self.growth!r}: it must be a fraction above -1 (-100%)")
        if self.kind == "gdp" and self.usd_mn == 0:
            raise DataError(f"{self.place} is zero: a region must earn something")
        if self.kind == "gdp" and (self.partner, self.sector, self.weight) != (ALL, ALL, math.inf):
            raise DataError(f"{self.place}: factor income is a region's, all sectors together, and exact")
        if not self.weight > 0:
            raise DataError(f"{self.place} has weight {self.weight!r}: it must be above zero")


def read_totals(table: pd.DataFrame | str | Path | Iterable[Total]) -> list[Total]:
    """Totals from a CSV file or a DataFrame: a row each, with the columns ``total`` (gdp, exports, imports),
    ``region``, and as needed ``partner``, ``sector``, ``usd_mn`` or ``growth_pct``, ``weight``, ``source``.

    Raises:
        DataError: no such file, no rows, a missing or unknown column, a value that is no number; names the line.
    """
    if isinstance(table, str | Path) or hasattr(table, "itertuples"):
        lines = read_table(table, REQUIRED, "totals", OPTIONAL)  # type: ignore[arg-type]  # itertuples: a DataFrame
        return [_total(cells, where) for where, cells in lines]
    return list(table)


def gdp_totals(values: Any, *, growth: bool = False, source: str = "") -> list[Total]:
    """Totals of income from region to value: a mapping, a Series or a DataArray of one axis."""
    entries = [(region, value) for (region,), value in _entries(values, ("region",))]
    if growth:
        return [Total("gdp", region, growth=value, source=source) for region, value in entries]
    return [Total("gdp", region, usd_mn=value, source=source) for region, value in entries]


def trade_totals(kind: Kind, values: Any, axes: Sequence[str], sector: str = ALL, source: str = "") -> list[Total]:
    """Totals of trade by `axes`: ``region``, then ``partner``, then ``sector``; what is not an axis is the default."""
    found = []
    for keys, value in _entries(values, axes):
        named = {"partner": ALL, "sector": sector} | dict(zip(axes, keys, strict=True))
        found.append(Total(kind, named["region"], named["partner"], named["sector"], usd_mn=value, source=source))
    return found


def _entries(values: Any, axes: Sequence[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Labels and number of each entry; a table of two axes may have empty cells, which ask for nothing."""
    what = " x ".join(axes)
    if hasattr(values, "to_series"):  # an xarray
        if values.ndim != len(axes):
            raise DataError(f"totals by {what} need {len(axes)} axes; this array has {values.ndim} ({values.dims})")
        dims = axes if set(values.dims) == set(axes) else values.dims
        values = values.transpose(*dims).to_series()
        values = values[values.notna() | (len(axes) == 1)]
    elif hasattr(values, "stack") and getattr(values, "ndim", 1) == 2:  # a DataFrame: rows are the region
        values = values.stack()
        values = values[values.notna()]
    for keys, value in values.items():
        labels = tuple(str(k) for k in keys) if isinstance(keys, tuple) else (str(keys),)
        if len(labels) != len(axes):
            raise DataError(f"totals by {what} need {len(axes)} labels each; {keys!r} has {len(labels)}")
        yield labels, _number(value, f"total of {', '.join(labels)}")


def _total(cells: Sequence[object], where: str) -> Total:
    row = zip((*REQUIRED, *OPTIONAL), cells, strict=True)
    given = {key: str(cell).strip() for key, cell in row if not _empty(cell)}
    for column in REQUIRED:
        if column not in given:
            raise DataError(f"{where}: {column} is empty")
    number = {key: _number(given[key], f"{where}: {key}") for key in ("usd_mn", "growth_pct", "weight") if key in given}
    return Total(
        given["total"].lower(),  # type: ignore[arg-type]  # checked by the value itself
        given["region"],
        given.get("partner", ALL),
        given.get("sector", ALL),
        number.get("usd_mn"),
        number["growth_pct"] / 100 if "growth_pct" in number else None,
        number.get("weight", math.inf),
        given.get("source", ""),
        where,
    )


def _empty(cell: Any) -> bool:
    return cell is None or cell != cell or not str(cell).strip()


def _number(value: Any, what: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DataError(f"{what} is {value!r}, which is no number") from None
    if math.isnan(number):
        raise DataError(f"{what} is missing (NaN): leave the entry out to ask for nothing")
    return number
