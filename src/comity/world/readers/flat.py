"""Tables in long form, as CSV or Parquet: one row a cell.

A folder (or one path for each table) with these files, ``.csv`` or ``.parquet``; amounts in US$ million; a cell that
has no row is zero; a cell that has two is an error.

| table | columns | optional columns |
| --- | --- | --- |
| ``flows`` | ``sector``, ``importer``, ``exporter``, ``value`` | ``use`` (``intermediate`` or ``final``) |
| ``input_use`` | ``region``, ``input``, ``user``, ``value`` | |
| ``final_use`` | ``region``, ``sector``, ``value`` | |
| ``value_added`` | ``region``, ``sector``, ``value`` | |
| ``tariffs`` (optional) | ``sector``, ``importer``, ``exporter`` | ``tariff``, ``export_tax`` |
| ``sectors`` | ``sector`` | ``name``, ``theta``, ``theta_se``, ``scale``, ``scale_se`` |
| ``regions`` (optional) | ``region`` | ``name`` |

Flows are border values net of tariffs with domestic sales on the diagonal; input and final use include tariffs; rates
are fractions (0.1 is 10%). The order of ``sectors`` and ``regions`` is the order of the world; without ``regions`` it
is that of ``value_added``. A pair without a row in ``tariffs`` has rate zero and is flagged as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import DataError
from comity.world.accounts import USES, Floats, Step
from comity.world.elasticities import Elasticities
from comity.world.readers.optional import need
from comity.world.world import World

TABLES: Mapping[str, tuple[str, ...]] = {
    "flows": ("sector", "importer", "exporter", "value"),
    "input_use": ("region", "input", "user", "value"),
    "final_use": ("region", "sector", "value"),
    "value_added": ("region", "sector", "value"),
    "sectors": ("sector",),
    "tariffs": ("sector", "importer", "exporter"),
    "regions": ("region",),
}
OPTIONAL = ("tariffs", "regions")
_SECTORAL = ("sector", "input", "user")


def read_flat(source: str | Path | Mapping[str, str | Path], **options: Any) -> World:
    """A world from tables in long form.

    Args:
        source: a folder, or ``{table: path}``.
        options: ``name``, ``year``, ``source``, ``imbalances``, ``benchmark``, ``tolerance``, ``rounding``,
            ``estimated``..., as in `World.from_flows`; ``elasticities`` instead of a column ``theta``.

    Raises:
        MissingExtra: Parquet without pyarrow.
        DataError: a table, column, name or number is absent or wrong; names the file and the row.
        UnbalancedError: the accounts do not close.
    """
    tables = {name: _read(name, path) for name, path in _paths(source).items()}
    sectors = _names(tables["sectors"], "sector")
    regions = _names(tables.get("regions", tables["value_added"].drop_duplicates("region")), "region")
    axes = {axis: sectors if axis in _SECTORAL else regions for axis in ("importer", "exporter", "region", *_SECTORAL)}
    rates = _rates(tables.get("tariffs"), axes)
    arrays: dict[str, Any] = {
        name: _array(name, tables[name], TABLES[name][:-1], axes, "value") for name in TABLES if _is_amount(name)
    }
    elasticities = options.pop("elasticities", None)
    labels: dict[str, Any] = {
        "name": "flat",
        "source": f"tables in long form: {source}",
        "history": (Step("read", "long tables"),),
    }
    return World.from_flows(
        flows=_flows(tables["flows"], axes),
        **arrays,
        **rates,
        elasticities=_elasticities(tables["sectors"]) if elasticities is None else elasticities,
        regions=regions,
        sectors=sectors,
        region_names=_readable(tables.get("regions")),
        sector_names=_readable(tables["sectors"]),
        **labels | options,
    )


def _is_amount(name: str) -> bool:
    return TABLES[name][-1] == "value" and name != "flows"


def _paths(source: str | Path | Mapping[str, str | Path]) -> dict[str, Path]:
    if isinstance(source, Mapping):
        unknown = set(source) - set(TABLES)
        if unknown:
            raise DataError(f"unknown table {sorted(unknown)[0]!r}; tables are {', '.join(TABLES)}")
        paths = {name: Path(path) for name, path in source.items()}
    else:
        folder = Path(source)
        if not folder.is_dir():
            raise DataError(f"no folder at {folder}")
        candidates = {name: [folder / f"{name}{end}" for end in (".csv", ".parquet")] for name in TABLES}
        paths = {name: path for name, options in candidates.items() for path in options if path.is_file()}
    absent = [name for name in TABLES if name not in paths and name not in OPTIONAL]
    if absent:
        raise DataError(f"{source}: no table {absent[0]!r} (a file {absent[0]}.csv or {absent[0]}.parquet)")
    return paths


def _read(name: str, path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(f"no file at {path}")
    text = dict.fromkeys(("sector", "importer", "exporter", "region", "input", "user", "use", "name"), str)
    try:
        if path.suffix.lower() == ".parquet":
            need("pyarrow", "Parquet files")
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])  # "NA" is Namibia
    except (ValueError, OSError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as a table: {error}") from None
    absent = [column for column in TABLES[name] if column not in frame.columns]
    if absent:
        raise DataError(f"{path}: no column {absent[0]!r}; it has {', '.join(map(str, frame.columns))}")
    if frame.empty:
        raise DataError(f"{path} has no rows")
    frame.attrs["path"] = str(path)
    return frame


def _names(frame: pd.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(str(name) for name in frame[column])


def _readable(frame: pd.DataFrame | None) -> Sequence[str] | None:
    return None if frame is None or "name" not in frame else [str(name) for name in frame["name"]]


def _flows(frame: pd.DataFrame, axes: Mapping[str, Sequence[str]]) -> Floats:
    columns = TABLES["flows"][:-1]
    if "use" not in frame:
        return _array("flows", frame, columns, axes, "value")[None]
    return _array("flows", frame, ("use", *columns), {**axes, "use": USES}, "value")


def _rates(frame: pd.DataFrame | None, axes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if frame is None:
        return {}
    columns = TABLES["tariffs"]
    given = [column for column in ("tariff", "export_tax") if column in frame]
    if not given:
        raise DataError(f"{frame.attrs['path']}: neither a column 'tariff' nor 'export_tax'")
    rates: dict[str, Any] = {column: _array("tariffs", frame, columns, axes, column) for column in given}
    if "tariff" in rates:
        known = _array("tariffs", frame.assign(known=1.0), columns, axes, "known") > 0
        rates["tariff_known"] = known | np.eye(known.shape[1], dtype=bool)
    return rates


def _array(
    name: str, frame: pd.DataFrame, columns: Sequence[str], axes: Mapping[str, Sequence[str]], value: str
) -> Floats:
    """Scatter the rows of a long table; unknown names, repeated cells and values that are no number are errors."""
    path = frame.attrs.get("path", name)
    places = []
    for column in columns:
        index = {label: i for i, label in enumerate(axes[column])}
        at = frame[column].astype(str).map(index)
        if at.isna().any():
            row = int(at.isna().to_numpy().argmax())
            known = ", ".join(list(index)[:6])
            raise DataError(
                f"{path}, data row {row + 1}: {column} {frame[column].iloc[row]!r} is not one of {known} ..."
            )
        places.append(at.to_numpy(dtype=np.intp))
    numbers = pd.to_numeric(frame[value], errors="coerce").to_numpy(dtype=np.float64)
    if not np.isfinite(numbers).all():
        row = int((~np.isfinite(numbers)).argmax())
        raise DataError(f"{path}, data row {row + 1}: {value} {frame[value].iloc[row]} is not a number")
    shape = tuple(len(axes[column]) for column in columns)
    flat = np.ravel_multi_index(places, shape)
    unique, first = np.unique(flat, return_index=True)
    if len(unique) < len(flat):
        row = int(np.setdiff1d(np.arange(len(flat)), first)[0])
        cell = ", ".join(str(frame[column].iloc[row]) for column in columns)
        raise DataError(f"{path}, data row {row + 1}: {cell} is there twice")
    result = np.zeros(shape)
    result.flat[flat] = numbers
    return result


def _elasticities(frame: pd.DataFrame) -> Elasticities:
    """The columns theta, theta_se, scale and scale_se of the table of sectors."""
    if "theta" not in frame:
        raise DataError(
            f"{frame.attrs['path']}: no column 'theta'; add it, or name a set as elasticities= "
            "(on the command line: --elasticities)"
        )
    axes = {"sector": _names(frame, "sector")}
    theta, error, scale = (
        _array("sectors", frame, ("sector",), axes, column) if column in frame else np.zeros(len(frame))
        for column in ("theta", "theta_se", "scale")
    )
    scale_se = _array("sectors", frame, ("sector",), axes, "scale_se") if "scale_se" in frame else None
    none = np.zeros(len(frame), dtype=bool)
    concept = "trade elasticity as given in the table of sectors: exponent of relative cost, > 0"
    return Elasticities("given", concept, theta, error, scale, none, none | ("theta_se" not in frame), (), scale_se)
