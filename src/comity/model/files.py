"""Outcomes on disk: one NetCDF file or a folder of CSV files, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import xarray as xr

from comity.errors import DataError


def save(data: xr.Dataset, path: Path) -> Path:
    """Write a dataset: a ``.nc`` path gives one NetCDF file, any other a folder of CSV files.

    Raises:
        DataError: the place cannot be written, or a folder of that name is not empty.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _save_netcdf(data, path) if path.suffix == ".nc" else _save_folder(data, path)
    except (OSError, RuntimeError) as problem:  # NetCDF tells of a full disk with a RuntimeError
        why = getattr(problem, "strerror", None) or problem
        raise DataError(
            f"cannot write {path}: {why}. Choose a folder that you can write to and that has room"
        ) from problem


def _save_netcdf(data: xr.Dataset, path: Path) -> Path:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".nc")
    os.close(handle)
    try:
        data.to_netcdf(temporary, engine="netcdf4")
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def _save_folder(data: xr.Dataset, path: Path) -> Path:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise DataError(f"{path} exists and is not an empty folder: choose another name, or remove it first")
    temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        for dims in {data[name].dims for name in data.data_vars}:
            names = [name for name in data.data_vars if data[name].dims == dims]
            frame = data[names].drop_vars(["region_name", "sector_name"], errors="ignore").to_dataframe()
            frame.to_csv(temporary / ("_by_".join(("values", *map(str, dims))) + ".csv"), float_format="%.12g")
        described = {str(n): {k: str(v) for k, v in data[n].attrs.items()} for n in data.data_vars}
        (temporary / "about.json").write_text(
            json.dumps({"provenance": data.attrs, "variables": described}, indent=2, default=str)
        )
        if path.exists():
            path.rmdir()
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return path


def load(path: Path) -> xr.Dataset:
    """Read an outcome that `save` wrote as NetCDF.

    Raises:
        DataError: no such file, or not a NetCDF file of an outcome.
    """
    try:
        with xr.open_dataset(path, engine="netcdf4") as opened:
            data = opened.load()
    except (OSError, ValueError) as problem:
        raise DataError(
            f"{path} is not a saved outcome: {problem}. Save one with `comity run FILE --out DIR`"
        ) from problem
    if "real_income_pct" not in data:
        raise DataError(f"{path} is a NetCDF file but not a saved outcome: it has no variable real_income_pct")
    return data
