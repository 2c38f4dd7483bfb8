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
from comity.uncertainty.ensemble.details import (
    AXES,
    BEARERS,
    BURDENS,
    BY_PARTNER,
    BY_SECTOR,
    CHANNELS,
    COMMITMENTS,
    DETAILS,
    INCOMES,
    JOBS,
    table_of,
)
from comity.uncertainty.ensemble.extras import need
from comity.uncertainty.ensemble.manifest import AMOUNTS, OUTCOMES
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.solving import Chunk
from comity.uncertainty.ensemble.store import Store, read_manifest

Floats = NDArray[np.float64]
SPLIT = (CHANNELS, INCOMES, BY_SECTOR, BY_PARTNER, BURDENS, COMMITMENTS, BEARERS)
KEPT_BY = {JOBS: "--employment", **dict.fromkeys(SPLIT, "--explain")}
"""By which option of the command line tables are kept, where it is not by naming sectors or partners."""


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
        """Every draw ``[row, place]`` of one measure of a variant: places are the regions, or of a measure by sector,
        partner or flow those that are recorded (`places_of`); nan where a draw failed.

        Raises:
            UnknownName: no such measure, or none is recorded.
        """

    def amounts(self, variant: str) -> Mapping[tuple[str, str], tuple[str, Floats]]:
        """What goals and purchase commitments took: unit and values ``[row]`` by what it is and its rule."""

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
        table = require_kept(self.manifest, measure)
        found = [chunk.variants[variant] for chunk in self.chunks]
        if table is None:
            return np.concatenate([one.values[:, MEASURES.index(measure)] for one in found])
        place = DETAILS[table].index(measure)
        return np.concatenate([one.details[table][:, place] for one in found])

    def amounts(self, variant: str) -> Mapping[tuple[str, str], tuple[str, Floats]]:
        """As in `Results`."""
        found = [chunk.variants[variant] for chunk in self.chunks]
        return {
            key: (unit, np.concatenate([one.amounts[key] for one in found])) for key, unit in found[0].units.items()
        }

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
        table = require_kept(self.manifest, measure)
        axes = ("region",) if table is None else AXES[table]
        places = places_of(self.manifest, measure)
        codes = {axis: [place[n] for place in places] for n, axis in enumerate(axes)}
        arrow = need("pyarrow", "looking at draws on disk")
        asked = (
            f'SELECT draw, place, "{measure}" AS value FROM {table or OUTCOMES} JOIN places USING ({", ".join(axes)}) '
            "WHERE variant = ?"
        )
        found = self.query(asked, variant, places=arrow.table({**codes, "place": range(len(places))}))
        rows, inverse = np.unique(found["draw"], return_inverse=True)
        values = np.full((len(rows), len(places)), np.nan)
        values[inverse, found["place"]] = found["value"]
        return values

    def amounts(self, variant: str) -> Mapping[tuple[str, str], tuple[str, Floats]]:
        """As in `Results`."""
        if AMOUNTS not in self.manifest["tables"]:
            return {}
        found = self.query(f"SELECT what, rule, unit, amount FROM {AMOUNTS} WHERE variant = ? ORDER BY draw", variant)
        keys = list(zip(found["what"], found["rule"], strict=True))
        units = dict(zip(keys, found["unit"], strict=True))
        at = {key: np.array([one == key for one in keys]) for key in units}
        return {key: (unit, np.asarray(found["amount"])[at[key]]) for key, unit in units.items()}

    def solves(self, variant: str) -> tuple[Floats, Floats, NDArray[np.object_]]:
        """As in `Results`."""
        asked = "SELECT residual, certificate, failed FROM solves WHERE variant = ? ORDER BY draw"
        found = self.query(asked, variant)
        return tuple(np.asarray(found[name]) for name in ("residual", "certificate", "failed"))  # type: ignore[return-value]

    def query(self, sql: str, *values: Any, **tables: Any) -> dict[str, Any]:
        """Columns of a query over the tables of the manifest, and those that are given (Arrow).

        Raises:
            UnknownName: DuckDB does not understand the query.
        """
        duckdb = need("duckdb", "looking at draws on disk")
        with duckdb.connect() as connection:
            for table in self.manifest["tables"]:
                files = [str(self.store.path(part, table)) for part in self.parts]
                connection.read_parquet(files).create_view(table)
            for name, table in tables.items():
                connection.register(name, table)
            try:
                answer = connection.execute(sql, list(values))
                # of text without a statement, such as an empty one, DuckDB makes nothing
                found: dict[str, Any] = {} if answer is None else answer.fetchnumpy()
            except duckdb.Error as error:
                raise UnknownName(f"DuckDB: {error}") from None
        if not found:
            raise UnknownName(f"the query {sql!r} asks for nothing: write one such as SELECT count(*) FROM outcomes")
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


def places_of(manifest: Mapping[str, Any], measure: str) -> list[tuple[str, ...]]:
    """Codes of the columns of a measure: a region, or what its table is by."""
    table = table_of(measure)
    if table is None:
        return [(code,) for code in manifest["regions"]]
    return [tuple(place) for place in manifest["recorded"].get(table, ())]


def require_kept(manifest: Mapping[str, Any], measure: str) -> str | None:
    """The table of a measure that is kept; None for the regional ones.

    Raises:
        UnknownName: there is no such measure, or these draws have none of its places.
    """
    known(measure, [*MEASURES, *(name for names in DETAILS.values() for name in names)], "measure")
    table = table_of(measure)
    if table is not None and table not in manifest["recorded"]:
        how = KEPT_BY.get(table, "--sectors  or  --partners")
        raise UnknownName(
            f"{measure} is by {', '.join(AXES[table])}, and these draws keep none of it: draw again with  {how} , or "
            "in Python with plan(..., record=...)"
        )
    return table


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
