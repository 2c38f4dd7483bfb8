"""Draws on disk: Parquet files by chunk, each chunk whole or not there, and refused where it is not what was written.

    DIR/manifest.json            what the draws are of, with the SHA-256 of what it says
    DIR/parts/00000-outcomes.parquet   one row for each draw, variant and region: every measure
    DIR/parts/00000-draws.parquet      one row for each draw: what was drawn
    DIR/parts/00000-solves.parquet     one row for each draw and variant: residual, certificate, why it failed
    DIR/parts/00000-sectors.parquet    one row for each draw, variant and sector of a region that is recorded
    DIR/parts/00000-pairs.parquet      one row for each draw, variant and pair of regions that is recorded
    DIR/parts/00000-trade.parquet      one row for each draw, variant and flow of trade that is recorded
    DIR/parts/00000-amounts.parquet    one row for each draw, variant and amount that is found
    DIR/parts/00000.json         the marker, written last: SHA-256 of them all

A file is written under another name, flushed to the disk and then renamed; a chunk counts once its marker is there.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.errors import ComityError, DataError
from comity.uncertainty.ensemble.extras import need
from comity.uncertainty.ensemble.manifest import FORMAT
from comity.uncertainty.ensemble.parquet import columns, with_units
from comity.uncertainty.ensemble.solving import Chunk
from comity.uncertainty.ensemble.writing import LOCK

MANIFEST, PARTS = "manifest.json", "parts"
OWN = ("plan", "scenario", "world")
SIGNED = "sha256"
"""Of all else in the manifest."""


@dataclass(frozen=True)
class Store:
    """A folder with the draws of one ensemble.

    Attributes:
        folder: where it is.
        manifest: what the draws are of.
    """

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """First and last-plus-one draw of each chunk."""
        rows, chunk = self.manifest["rows"], self.manifest["chunk"]
        return [(first, min(first + chunk, rows)) for first in range(0, rows, chunk)]

    @property
    def tables(self) -> list[str]:
        """Names of the tables of each chunk."""
        return list(self.manifest["tables"])

    def path(self, number: int, table: str) -> Path:
        """The file of a table of a chunk."""
        return self.folder / PARTS / f"{number:05d}-{table}.parquet"

    def marker(self, number: int) -> Path:
        """The file that says that a chunk is whole."""
        return self.folder / PARTS / f"{number:05d}.json"

    def whole(self) -> Iterator[int]:
        """Numbers of the chunks that are there, each checked against its marker.

        Raises:
            DataError: a file is missing, or is not what was written; or belongs to other draws.
        """
        for number, (first, last) in enumerate(self.bounds):
            if self.marker(number).exists():
                said = self._said(number)
                if said.get("plan") != self.manifest["hashes"]["plan"]:
                    raise DataError(
                        f"{self.marker(number)} belongs to other draws: delete {self._named(number)} and run the same "
                        "command again, which draws them anew"
                    )
                if (said["first"], said["last"]) == (first, last):
                    self._check(number, said["sha256"])
                    yield number

    def _said(self, number: int) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads(self.marker(number).read_text(encoding="utf-8"))
            if {"plan", "first", "last", "sha256"} <= said.keys():
                return said
        except (ValueError, AttributeError):
            pass
        raise DataError(
            f"{self.marker(number)} cannot be read: delete {self._named(number)} and run the same command again, which "
            "draws them anew"
        )

    def _check(self, number: int, hashes: Mapping[str, str]) -> None:
        for table in self.tables:
            path = self.path(number, table)
            if not path.exists():
                raise DataError(
                    f"{path} is missing, though its marker says that it was written: delete {self._named(number)} and "
                    "run the same command again, which draws them anew"
                )
            found = _sha256(path)
            if found != hashes.get(table):
                raise DataError(
                    f"{path} is not what was written (SHA-256 {found[:12]}..., its marker says "
                    f"{str(hashes.get(table))[:12]}...): delete {self._named(number)} and run the same command again, "
                    "which draws them anew"
                )

    def _named(self, number: int) -> str:
        return str(self.folder / PARTS / f"{number:05d}*")

    def write(self, number: int, chunk: Chunk) -> None:
        """Write a chunk, its marker last.

        Raises:
            ComityError: the disk is full or cannot be written; what was written before stays.
        """
        parquet = need("pyarrow.parquet", "writing draws")
        first, last = self.bounds[number]
        hashes = {}
        every = columns(chunk, self.manifest["recorded"])
        for table in self.tables:
            buffer = io.BytesIO()
            parquet.write_table(with_units(every[table], self.manifest), buffer, compression="zstd")
            hashes[table] = self._put(self.path(number, table), buffer.getvalue())
        said = {"plan": self.manifest["hashes"]["plan"], "first": first, "last": last, "sha256": hashes}
        self._put(self.marker(number), json.dumps(said).encode())

    def _put(self, path: Path, content: bytes) -> str:
        try:
            put(path, content)
        except OSError as error:
            done = sum(1 for _ in (self.folder / PARTS).glob("*.json"))
            raise ComityError(
                f"{self.folder} cannot be written ({(error.strerror or str(error)).lower()}): {done} of "
                f"{len(self.bounds)} parts are there and stay; make room, and the same command goes on from them"
            ) from None
        return hashlib.sha256(content).hexdigest()


def put(path: Path, content: bytes) -> None:
    """A file with this content, whole or not at all, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stage = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with stage.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        stage.replace(path)
    finally:
        stage.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_store(folder: Path, manifest: Mapping[str, Any]) -> Store:
    """The folder for the draws of a manifest, begun if there is none; an ensemble that is there goes on.

    The size of chunks stays as it was begun with; more draws may be asked for than before.

    Raises:
        ComityError: it cannot be written, or holds more draws.
        DataError: it holds draws of another question, world or version.
    """
    for stage in (folder / PARTS).glob(".*"):  # of a process that was killed while it wrote
        stage.unlink()
    if not (folder / MANIFEST).exists():
        _begin(folder, manifest)
        return Store(folder, manifest)
    there = read_manifest(folder)
    _require_same(folder, there, manifest)
    if manifest["rows"] < there["rows"]:
        raise ComityError(
            f"{folder} holds an ensemble of {there['draws']} draws, more than the {manifest['draws']} asked for: see "
            f"it with  comity ensemble show {folder}  or choose another folder"
        )
    merged = {**manifest, "chunk": there["chunk"]}
    if merged != there:
        _begin(folder, merged)
    return Store(folder, merged)


def require_ours(folder: Path) -> None:
    """Refuse a folder that holds something else.

    Raises:
        ComityError: it is no folder, or there are other files in it and no ensemble.
    """
    if folder.exists() and not folder.is_dir():
        raise ComityError(f"{folder} is a file: choose a folder for the draws")
    if folder.is_dir() and not (folder / MANIFEST).exists() and any(path.name != LOCK for path in folder.iterdir()):
        raise ComityError(f"{folder} is not empty and holds no ensemble: choose another folder")


def _begin(folder: Path, manifest: Mapping[str, Any]) -> None:
    try:
        put(folder / MANIFEST, _text(manifest))
    except OSError as error:
        raise ComityError(f"{folder} cannot be written ({(error.strerror or str(error)).lower()})") from None


def _text(manifest: Mapping[str, Any]) -> bytes:
    signed = {**manifest, SIGNED: _signature(manifest)}
    return (json.dumps(signed, indent=2, ensure_ascii=False) + "\n").encode()


def _signature(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _require_same(folder: Path, there: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    if there["hashes"]["plan"] == manifest["hashes"]["plan"]:
        return
    names = {"scenario": "the scenario", "world": "the world's data"}
    other = [what for key, what in names.items() if there["hashes"][key] != manifest["hashes"][key]]
    if there["version"] != manifest["version"]:
        other.append(f"the version of Comity ({there['version']}, here {manifest['version']})")
    if any(there[key] != manifest[key] for key in ("recorded", "thousand_persons")):
        other.append("what is kept, or the table of employment")
    what = " and ".join(other) or "what is drawn, or the seed"
    raise DataError(
        f"{folder} holds draws of something else: {what} differs (SHA-256 of the plan "
        f"{str(there['hashes']['plan'])[:12]}..., here {manifest['hashes']['plan'][:12]}...). Choose another folder"
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the draws in a folder are of.

    Raises:
        DataError: there is no ensemble in it, or its manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise DataError(f"there is no ensemble in {folder}: it has no {MANIFEST}")
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found.pop(SIGNED) != _signature(found):
            raise DataError(f"{path} is not what was written (its SHA-256 says so); choose another folder")
        if found["format"] == FORMAT and found["hashes"].keys() >= set(OWN) and found["rows"] and found["chunk"]:
            return found
    except (ValueError, KeyError, AttributeError, TypeError):
        pass
    raise DataError(f"{path} cannot be read: it is damaged, or of another version; choose another folder")
