"""Trade and scale elasticities by sector: the value type, and the published sets by name.

A set is a table of 50 OECD industries (``datasets/elasticities.csv``) with its concept and its rules
(``datasets/elasticity_sets.yaml``); ``docs/decisions/trade-elasticities.md`` derives theta from each source's number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from comity.errors import DataError, UnknownName
from comity.world.classification import industry_cover, read_table

DEFAULT_SET = "fontagne-guimbard-orefice-2022"
UNIFORM = "uniform"
UNIFORM_THETA = 5.0
LARGEST_THETA = 1000.0
"""Beyond it goods of different origin are one good to rounding, and an elasticity is taken for a slip."""
ASSUMED_SE = 0.28  # of theta: the median relative standard error of Lashkaripour and Lugovskyy (2023)


@dataclass(frozen=True, eq=False)
class Elasticities:
    """Trade elasticities ``theta[j]`` (> 0, exponent of relative cost) and scale elasticities ``scale[j]`` (>= 0).

    Attributes:
        name: of the set, e.g. ``"fontagne-guimbard-orefice-2022"``.
        concept: what the source estimates and how it becomes theta, one sentence.
        theta: ``[j]``, > 0.
        theta_se: ``[j]``, standard error of theta; an assumption where `assumed_se` is True.
        scale: ``[j]``, elasticity of unit cost to output, in [0, 1); zero under perfect competition.
        scale_se: ``[j]``, standard error of scale, zero where scale is; None where there are none.
        assumed: ``[j]``, True where theta is filled by a rule and not taken from the source.
        assumed_se: ``[j]``, True where the standard error is an assumption.
        notes: how gaps were filled and industries aggregated, one sentence each.
    """

    name: str
    concept: str
    theta: NDArray[np.float64]
    theta_se: NDArray[np.float64]
    scale: NDArray[np.float64]
    assumed: NDArray[np.bool_]
    assumed_se: NDArray[np.bool_]
    notes: tuple[str, ...] = ()
    scale_se: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class IndustryElasticity:
    """One row of ``datasets/elasticities.csv``.

    Attributes:
        theta: trade elasticity, > 0.
        theta_se: its standard error.
        scale: elasticity of unit cost to output, in [0, 1).
        scale_se: its standard error, zero where scale is; None where none is published.
        origin: ``published``, another source's name, or the rule that filled it.
        se_origin: ``published`` or the assumption.
        trade: international trade of the industry in 2022, US$ million: the weight in sums of industries.
    """

    theta: float
    theta_se: float
    scale: float
    scale_se: float | None
    origin: str
    se_origin: str
    trade: float


def elasticity_sets() -> tuple[str, ...]:
    """Names of the sets, the default first.

    >>> elasticity_sets()
    ('fontagne-guimbard-orefice-2022', 'caliendo-parro-2015', 'lashkaripour-lugovskyy-2023', 'uniform')
    """
    return tuple(_descriptions())


def industry_elasticities(name: str) -> Mapping[str, IndustryElasticity]:
    """A published set by OECD ICIO industry.

    >>> round(industry_elasticities("caliendo-parro-2015")["C29"].theta, 2)
    8.22
    """
    tables = _tables()
    if name not in tables:
        raise _unknown(name)
    return tables[name]


def elasticity_set(
    name: str,
    sectors: Sequence[str],
    members: Sequence[Sequence[str]],
    weights: Mapping[str, float] | None = None,
) -> Elasticities:
    """A named set for the sectors of a world.

    Args:
        name: one of `elasticity_sets`; ``uniform`` may carry its value, as in ``"uniform:4"``.
        sectors: names of the sectors, for messages.
        members: for each sector the source industry codes that it sums, of any classification in ``industries.csv``.
        weights: trade by ICIO industry; the table's international trade of 2022 when not given.

    Returns:
        theta and scale are means over the industries that a sector covers, weighted by their international trade
        (equally where none is traded); the variance of theta is the mean of variances with the same weights.

    Raises:
        UnknownName: no such set.
        DataError: industry codes that no known classification has (only ``uniform`` can serve those), or a bad theta.

    Example:
        >>> elasticity_set("uniform:4", ["widgets"], [["W"]]).theta
        array([4.])
        >>> elasticity_set("caliendo-parro-2015", ["cars", "metals"], [["C29"], ["c12"]]).theta.round(2)
        array([8.22, 4.58])
    """
    base, _, value = name.partition(":")
    if base == UNIFORM:
        return _uniform(name, value, len(sectors))
    table = industry_elasticities(name)
    cover = industry_cover()
    if lost := sorted({code for group in members for code in group if code not in cover}):
        raise DataError(
            f"elasticity set {name!r} knows industries of the OECD, ISIC sections and WIOD, not {', '.join(lost[:8])}"
            f"{' ...' if len(lost) > 8 else ''}: use 'uniform:5', or give theta by sector"
        )
    groups = [sorted({industry for code in group for industry in cover[code]}) for group in members]
    rows = [
        _mean([table[i] for i in group], [(weights or {}).get(i, table[i].trade) for i in group]) for group in groups
    ]
    theta, variance, scale, scale_variance = (np.array(column) for column in zip(*rows, strict=True))
    described = _descriptions()[name]
    return Elasticities(
        name=name,
        concept=described["concept"],
        theta=theta,
        theta_se=np.sqrt(variance),
        scale=scale,
        assumed=np.array([any(table[i].origin != "published" for i in group) for group in groups]),
        assumed_se=np.array([any(table[i].se_origin != "published" for i in group) for group in groups]),
        notes=(*described["notes"], "Sums of industries: means weighted by international trade of 2022."),
        scale_se=np.sqrt(scale_variance) if name in sets_with_scale_errors() else None,
    )


@cache
def sets_with_scale_errors() -> tuple[str, ...]:
    """Names of the sets with scale elasticities that all have a published standard error.

    >>> sets_with_scale_errors()
    ('lashkaripour-lugovskyy-2023',)
    """
    found = []
    for name, table in _tables().items():
        rows = [row for row in table.values() if row.scale > 0]
        if rows and all(row.scale_se is not None for row in rows):
            found.append(name)
    return tuple(found)


def _mean(rows: Sequence[IndustryElasticity], weights: Sequence[float]) -> tuple[float, float, float, float]:
    """Weighted means of theta, its variance, scale and its variance; equal weights where nothing is traded."""
    total = sum(weights)
    shares = [w / total for w in weights] if total > 0 else [1 / len(rows)] * len(rows)

    def mean(values: Sequence[float]) -> float:
        return math.fsum(s * v for s, v in zip(shares, values, strict=True))

    return (
        mean([r.theta for r in rows]), mean([r.theta_se**2 for r in rows]),
        mean([r.scale for r in rows]), mean([(r.scale_se or 0.0) ** 2 for r in rows]),
    )  # fmt: skip


def _uniform(name: str, value: str, size: int) -> Elasticities:
    try:
        theta = float(value) if value else UNIFORM_THETA
    except ValueError:
        raise DataError(f"elasticity set {name!r}: {value!r} is not a number; write for example 'uniform:4'") from None
    if not 0 < theta <= LARGEST_THETA:
        raise DataError(
            f"elasticity set {name!r}: theta must be positive and at most {LARGEST_THETA:g}, for example 'uniform:4'"
        )
    described = _descriptions()[UNIFORM]
    return Elasticities(
        name=f"{UNIFORM}:{theta:g}",
        concept=described["concept"],
        theta=np.full(size, theta),
        theta_se=np.full(size, ASSUMED_SE * theta),
        scale=np.zeros(size),
        assumed=np.ones(size, dtype=bool),
        assumed_se=np.ones(size, dtype=bool),
        notes=tuple(described["notes"]),
    )


def _unknown(name: str) -> UnknownName:
    known = elasticity_sets()
    near = get_close_matches(name, known, n=1, cutoff=0.3)
    hint = f"; nearest is {near[0]!r}" if near else ""
    return UnknownName(f"there is no elasticity set {name!r}{hint}. Sets: {', '.join(known)}")


@cache
def _descriptions() -> Mapping[str, dict[str, Any]]:
    text = files("comity.world").joinpath("datasets", "elasticity_sets.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text))


@cache
def _tables() -> Mapping[str, Mapping[str, IndustryElasticity]]:
    tables: dict[str, dict[str, IndustryElasticity]] = {}
    for row in read_table("elasticities.csv"):
        theta, se, scale, trade = (float(row[k]) for k in ("theta", "theta_se", "scale", "trade_usd_mn"))
        error = float(row["scale_se"]) if row["scale_se"] else None
        entry = IndustryElasticity(theta, se, scale, error, row["origin"], row["se_origin"], trade)
        tables.setdefault(row["set"], {})[row["industry"]] = entry
    return MappingProxyType(tables)
