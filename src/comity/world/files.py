"""One file for a world: a zip of arrays and a JSON label, written whole or not at all.

Layout: a ``.npz`` archive. ``label`` is UTF-8 JSON with ``format`` (``"comity-world"``), ``version`` and the names. An
array ``x`` is stored as it is; or, where almost all its values fit single precision, as ``x:single`` (float32) and
``x:rest`` (float64, what single precision loses, mostly zero): their sum is the array, bit by bit.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from comity.errors import DataError

FORMAT, VERSION = "comity-world", 1
_SPARSE = 0.2  # share of cells that may need the rest before splitting costs more than it saves
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError, MemoryError),
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, SyntaxError),
)  # what numpy and zipfile raise on bytes that are no world


def write(path: Path, label: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> Path:
    """Write `label` and `arrays` to `path` through a temporary file in the same folder."""
    text = json.dumps({"format": FORMAT, "version": VERSION} | dict(label), ensure_ascii=False)
    content: dict[str, np.ndarray] = {"label": np.frombuffer(text.encode(), dtype=np.uint8)}
    for name, array in arrays.items():
        content |= _packed(name, array)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent or Path(), prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise DataError(
            f"cannot write {path}: {error.strerror}; choose a folder that exists and can be written"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            _write_zip(file, content)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from None
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The label and the arrays of `path`; a `DataError` when it is not such a file."""
    with readable(path):
        if not path.is_file():
            raise DataError(f"no world file at {path}")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            if "label" not in archive.files:
                raise DataError(
                    f"{path} is not a Comity world: it has no label; readers for tables are in comity.world.readers"
                )
            label = json.loads(archive["label"].tobytes().decode())
            if label.pop("format", None) != FORMAT:
                raise DataError(f"{path} is not a Comity world: its label names another format")
            version = label.pop("version", None)
            if version != VERSION:
                raise DataError(f"{path} has layout {version}, this program reads {VERSION}: build it again")
            return label, _unpacked({name: archive[name] for name in archive.files if name != "label"})


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what a truncated, corrupt or foreign file raises into one `DataError`."""
    try:
        yield
    except _BROKEN as error:
        raise DataError(f"{path} is truncated, corrupt or no Comity world ({type(error).__name__}: {error})") from None


def _packed(name: str, array: np.ndarray) -> dict[str, np.ndarray]:
    if array.dtype != np.float64:
        return {name: array}
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    rest = array - single.astype(np.float64)
    exact = np.isfinite(single).all() and np.array_equal(single.astype(np.float64) + rest, array)
    if not exact or np.count_nonzero(rest) > _SPARSE * rest.size:
        return {name: array}
    return {f"{name}:single": single, f"{name}:rest": rest}


def _unpacked(stored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    split = {name.removesuffix(":single") for name in stored if name.endswith(":single")}
    whole = {name: array for name, array in stored.items() if ":" not in name}
    joined = {name: stored[f"{name}:single"].astype(np.float64) + stored[f"{name}:rest"] for name in split}
    return whole | joined


def _write_zip(file: Any, content: Mapping[str, np.ndarray]) -> None:
    """As `numpy.savez_compressed`, but with fixed dates and full compression: equal worlds give equal files."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in content.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
