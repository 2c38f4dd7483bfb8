"""The draws of an ensemble, in memory or on disk, looked at column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from comity.errors import UnknownName
from comity.policy.wording import nearest
from comity.uncertainty.ensemble.design import Design
from comity.uncertainty.ensemble.extras import need
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.solving import Chunk
from comity.uncertainty.ensemble.store import Store, read_manifest

Floats = NDArray[np.float64]


class Results(Protocol):
    """Draws and what they are of."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the draws are of."""

    @property
    def numbers(self) -> NDArray[np.intp]:
        """Numbers of the draws that there are, in the order of the rows of `column`."""

    @property
    def rows(self) -> int:
        """How many draws there are."""

    def column(self, variant: str, measure: str) -> Floats:
        """Every draw ``[row, region]`` of one measure of a variant; nan where a draw failed."""

    def solves(self, variant: str) -> tuple[Floats, Floats, NDArray[np.object_]]:
        """By draw: residual of the solver; largest residual of the full certificate, nan without one; why it failed."""


@dataclass(frozen=True, eq=False)
class InMemory:
    """Chunks that were just solved."""

    manifest: Mapping[str, Any]
    chunks: Sequence[Chunk]

    @property
    def numbers(self) -> NDArray[np.intp]:
        """As in `Results`."""
        return np.concatenate([chunk.rows for chunk in self.chunks])

    @property
    def rows(self) -> int:
        """How many draws there are."""
        return len(self.numbers)

    def column(self, variant: str, measure: str) -> Floats:
        """As in `Results`."""
        place = MEASURES.index(known(measure, MEASURES, "measure"))
        return np.concatenate([chunk.variants[variant].values[:, place] for chunk in self.chunks])

    def solves(self, variant: str) -> tuple[Floats, Floats, NDArray[np.object_]]:
        """As in `Results`."""
        found = [chunk.variants[variant] for chunk in self.chunks]
        reasons = [f.reasons.get(k, "") for f in found for k in range(len(f.residual))]
        residual = np.concatenate([f.residual for f in found])
        return residual, np.concatenate([f.certified for f in found]), np.array(reasons, dtype=object)


@dataclass(frozen=True, eq=False)
class OnDisk:
    """Parts of a folder that are whole, read with DuckDB."""

    store: Store
    parts: tuple[int, ...]

    @property
    def manifest(self) -> Mapping[str, Any]:
        """As in `Results`."""
        return self.store.manifest

    @property
    def numbers(self) -> NDArray[np.intp]:
        """As in `Results`."""
        bounds = self.store.bounds
        return np.concatenate([np.arange(*bounds[part]) for part in self.parts])

    @property
    def rows(self) -> int:
        """How many draws there are."""
        return len(self.numbers)

    def column(self, variant: str, measure: str) -> Floats:
        """As in `Results`."""
        known(measure, MEASURES, "measure")
        asked = f'SELECT draw, region, "{measure}" AS value FROM outcomes WHERE variant = ?'
        found = self.query(asked, variant)
        regions = {code: n for n, code in enumerate(self.manifest["regions"])}
        columns = np.array([regions[code] for code in found["region"]], dtype=np.intp)
        rows, inverse = np.unique(found["draw"], return_inverse=True)
        values = np.full((len(rows), len(regions)), np.nan)
        values[inverse, columns] = found["value"]
        return values

    def solves(self, variant: str) -> tuple[Floats, Floats, NDArray[np.object_]]:
        """As in `Results`."""
        asked = "SELECT residual, certificate, failed FROM solves WHERE variant = ? ORDER BY draw"
        found = self.query(asked, variant)
        return tuple(np.asarray(found[name]) for name in ("residual", "certificate", "failed"))  # type: ignore[return-value]

    def query(self, sql: str, *values: Any) -> dict[str, Any]:
        """Columns of a query over the tables `outcomes`, `draws` and `solves`.

        Raises:
            UnknownName: DuckDB does not understand the query.
        """
        duckdb = need("duckdb", "looking at draws on disk")
        with duckdb.connect() as connection:
            for table in ("outcomes", "draws", "solves"):
                files = [str(self.store.path(part, table)) for part in self.parts]
                connection.read_parquet(files).create_view(table)
            try:
                found: dict[str, Any] = connection.execute(sql, list(values)).fetchnumpy()
            except duckdb.Error as error:
                raise UnknownName(f"DuckDB: {error}") from None
        return {name: _filled(column) for name, column in found.items()}


def _filled(column: Any) -> Any:
    """Numbers with nan where there is none."""
    return np.ma.filled(column, np.nan) if np.ma.isMaskedArray(column) and column.dtype.kind == "f" else column


def read_results(folder: Path) -> OnDisk:
    """The draws of a folder, each part checked by its hash.

    Raises:
        DataError: no ensemble, none of its parts is whole yet, or one is damaged.
    """
    from comity.errors import DataError

    store = Store(folder, read_manifest(folder))
    parts = tuple(store.whole())
    if not parts:
        raise DataError(f"{folder} holds no draws yet: run the same command as before, and it goes on")
    return OnDisk(store, parts)


def design_of(manifest: Mapping[str, Any]) -> Design:
    """Where the draws of a manifest lie."""
    design = manifest["design"]
    return Design(tuple(design["sources"]), design["seed"], design["split"], tuple(design["model"]))


def failures(results: Results) -> tuple[int, Counter[str]]:
    """How many draws have no answer in some variant, and the reasons."""
    failed: set[int] = set()
    reasons: Counter[str] = Counter()
    for variant in results.manifest["variants"]:
        why = results.solves(variant)[2]
        failed |= set(np.flatnonzero(why != "").tolist())
        reasons.update(str(text) for text in why if text)
    return len(failed), reasons


def known(name: str, names: Sequence[str], what: str) -> str:
    """The name, if it is one.

    Raises:
        UnknownName: it is not; gives the nearest.
    """
    if name not in names:
        raise UnknownName(f"there is no {what} {name!r}{nearest(name, names)} (there are {', '.join(names)})")
    return name
