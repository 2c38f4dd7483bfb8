"""The world input-output table of 2008 as Costinot and Rodriguez-Clare (2014) set it up: 34 regions, 31 sectors.

Seven small countries join the rest of the world, six industries are merged into three, negative final demand is set to
zero, and output is recomputed from final demand with the input coefficients held.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.errors import DataError, MissingExtra
from comity.world.world import Step

Floats = NDArray[np.float64]

REST = ("BGR", "CYP", "EST", "LTU", "LUX", "LVA", "MLT", "RoW")
"""Countries that make up the rest of the world (ROW)."""

MERGED = (("c4", "c5"), ("c19", "c20"), ("c31", "c34", "c35"))
"""Industries that are summed: textiles and leather; wholesale and retail; public, other and household services."""

SERVICES_ELASTICITY = 5.0
ELASTICITIES = {
    "c1": 8.11, "c2": 15.72, "c3": 2.55, "c4": 5.56, "c5": 5.56, "c6": 10.83, "c7": 9.07, "c8": 51.08, "c9": 4.75,
    "c10": 1.66, "c11": 2.76, "c12": 7.99, "c13": 1.52, "c14": 10.6, "c15": 0.37, "c16": 5.0,
}  # fmt: skip
"""Trade elasticities by industry (Caliendo and Parro's, as the chapter uses them); services `SERVICES_ELASTICITY`."""


@dataclass(frozen=True, eq=False)
class Table:
    """An input-output table, US$ million.

    Attributes:
        regions, sectors: names; a merged sector is named ``"c4+c5"``.
        Z: intermediate use ``[i, j, n, k]``: origin, sector of the good, destination, user.
        F: final use ``[i, j, n]``.
        output: gross output ``[i, j]``.
        history: what was done to the source.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    Z: Floats
    F: Floats
    output: Floats
    history: tuple[Step, ...] = ()


def read(path: Path) -> Table:
    """The WIOD 2013 release as an .RData file with ``inter``, ``final``, ``output``, ``countries``, ``industries``.

    Raises:
        MissingExtra: the package that reads .RData is not installed.
        DataError: the file is not such a table.
    """
    try:
        import rdata
    except ImportError as error:
        raise MissingExtra("reading WIOD .RData files needs rdata: pip install 'comity[readers]'") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reader warns about R attributes that it does not need
            (source,) = rdata.read_rda(path).values()
        regions, sectors = (tuple(map(str, source[name])) for name in ("countries", "industries"))
        make = (len(regions), len(sectors))
        Z = np.asarray(source["inter"], float).reshape(*make, *make)
        F = np.asarray(source["final"], float).reshape(*make, len(regions), -1).sum(3)
        output = np.asarray(source["output"], float).reshape(make)
    except (ValueError, KeyError, TypeError, EOFError, OSError, NotImplementedError) as error:
        raise DataError(f"{path} is not a WIOD 2013 table as R data: {error}. Fetch it again.") from error
    return Table(regions, sectors, Z, F, output)


def aggregate(table: Table) -> Table:
    """The 41 x 35 table summed to 34 regions x 31 sectors."""
    regions = (*(name for name in table.regions if name not in REST), "ROW")
    groups = _groups(table.sectors)
    to_region = np.array([[float((c if c not in REST else "ROW") == r) for c in table.regions] for r in regions])
    to_sector = np.array([[float(s in group) for s in table.sectors] for group in groups])
    Z = np.einsum("ri,sj,ijnk,qn,tk->rsqt", to_region, to_sector, table.Z, to_region, to_sector, optimize=True)
    F = np.einsum("ri,sj,ijn,qn->rsq", to_region, to_sector, table.F, to_region, optimize=True)
    output = to_region @ table.output @ to_sector.T
    return Table(regions, tuple("+".join(group) for group in groups), Z, F, output, table.history)


def _groups(sectors: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Merged sectors, each at the place of its first member."""
    member = {name: group for group in MERGED for name in group}
    return list(dict.fromkeys(member.get(name, (name,)) for name in sectors))


def without_negative_demand(table: Table) -> Table:
    """Negative final demand (falling inventories) set to zero; output recomputed with the input coefficients held.

    Flows stay as published. The source has whole US$ million, rounded down, so that sales fall short of reported output
    by up to US$ 625 m a sector; recomputed output is the one that the flows imply.
    """
    regions, sectors, _ = table.F.shape
    negative = table.F < 0
    F = np.where(negative, 0.0, table.F)
    flat = regions * sectors
    output = table.output.reshape(flat)
    A = np.divide(table.Z.reshape(flat, flat), output, out=np.zeros((flat, flat)), where=output > 0)
    implied = np.linalg.solve(np.eye(flat) - A, F.sum(2).reshape(flat)).reshape(regions, sectors)
    removed = Step(
        "negative final demand",
        "cells of final use below zero (falling inventories) were set to zero",
        int(negative.sum()),
        float(-table.F[negative].sum()),
    )
    moved = np.abs(implied - table.output)
    recomputed = Step(
        "output recomputed",
        "gross output is what final demand implies at the input coefficients of the source",
        int((moved > 0).sum()),
        float(moved.sum()),
    )
    return Table(table.regions, table.sectors, table.Z, F, implied, (*table.history, removed, recomputed))


def elasticities(sectors: tuple[str, ...]) -> Floats:
    """Trade elasticities ``eps[k]`` of the merged sectors (members share one value).

    >>> elasticities(("c15", "c17")).tolist()
    [0.37, 5.0]
    """
    return np.array([ELASTICITIES.get(name.split("+")[0], SERVICES_ELASTICITY) for name in sectors])
