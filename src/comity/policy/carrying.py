"""A shock carried to a world that sums regions or sectors: rates averaged over the trade that they fall on.

Where a world cannot name what a rule names (cars in a table whose finest sector is manufacturing), the rule can still
be asked of it: a duty of 25% on a quarter of the trade of a sector becomes one of 6.25% on all of it. The same duty is
collected at baseline trade; what differs within the sum is lost, and how much of it is said.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from comity.errors import ScenarioError
from comity.policy.shock import Shock
from comity.world import World
from comity.world.classification import REST, industry_cover
from comity.world.world import Floats

BILATERAL = ("tariff", "export_tax", "iceberg", "available")
SAME = 1e-12


@dataclass(frozen=True, eq=False)
class Correspondence:
    """To which region and sector of a coarse world each of a fine one belongs.

    Attributes:
        regions: ``[n]``, position in the coarse world.
        sectors: ``[j]``, position in the coarse world.
    """

    regions: NDArray[np.intp]
    sectors: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Carried:
    """A shock on a coarser world.

    Attributes:
        shock: on the coarse world.
        inside: share of the touched trade between regions of the fine world that lies inside one region of the coarse
            one, where nothing can be levied; a fraction.
    """

    shock: Shock
    inside: float


def correspondence(fine: World, coarse: World) -> Correspondence:
    """Which regions and sectors of a coarse world hold those of a fine one; ``ROW`` takes economies not named there.

    Raises:
        ScenarioError: a region or sector of `fine` lies in several of `coarse` or in none, or one of `coarse` is empty.
    """
    members = [frozenset(group) for group in coarse.region_members]
    regions = _places("region", fine.regions, [frozenset(g) for g in fine.region_members], coarse.regions, members)
    sectors = _places(
        "sector", fine.sectors, [_industries(g) for g in fine.sector_members],
        coarse.sectors, [_industries(g) for g in coarse.sector_members],
    )  # fmt: skip
    return Correspondence(regions, sectors)


def _industries(codes: tuple[str, ...]) -> frozenset[str]:
    known = industry_cover()
    return frozenset(industry for code in codes for industry in known.get(code, {code}))


def _places(
    kind: str,
    fine: tuple[str, ...],
    parts: list[frozenset[str]],
    coarse: tuple[str, ...],
    wholes: list[frozenset[str]],
) -> NDArray[np.intp]:
    rest = next((place for place, members in enumerate(wholes) if kind == "region" and REST in members), None)
    named = frozenset().union(*wholes)
    found = []
    for code, part in zip(fine, parts, strict=True):
        place = next((p for p, whole in enumerate(wholes) if part <= whole), None)
        if place is None and rest is not None and not part & (named - wholes[rest]):
            place = rest
        if place is None:
            raise ScenarioError(f"{kind} {code} is not inside one {kind} of the other world ({', '.join(coarse[:12])})")
        found.append(place)
    if missing := sorted(set(range(len(coarse))) - set(found)):
        raise ScenarioError(f"{kind} {coarse[missing[0]]} holds no {kind} of the finer world")
    return np.array(found, dtype=np.intp)


def carry(shock: Shock, fine: World, coarse: World) -> Carried:
    """A shock of a fine world on a coarse one, which may be of another year.

    Changes of rates, trade costs and available varieties are averaged with the trade of `fine` as weights (equally
    where it has none), productivity and subsidies with output, factor supply with factor income. Amounts are summed and
    scaled with world factor income.

    Raises:
        ScenarioError: worlds that do not correspond, or a change that cannot be averaged.
    """
    there = correspondence(fine, coarse)
    none, blank = Shock.none(fine), Shock.none(coarse)
    flows = fine.total_flows * ~np.eye(len(fine.regions), dtype=bool)
    mean = _Averages(there, (len(coarse.regions), len(coarse.sectors)))
    scale = float(coarse.factor_income.sum() / fine.factor_income.sum())
    found: dict[str, Floats] = {}
    for name in BILATERAL:
        change = mean.trade(getattr(shock, name) - getattr(none, name), flows)
        found[name] = np.asarray(getattr(blank, name) + change)
    for name in ("productivity", "subsidy"):
        change = mean.make(getattr(shock, name) - getattr(none, name), fine.gross_output)
        found[name] = np.asarray(getattr(blank, name) + change)
    found["factors"] = 1 + mean.region(shock.factors - 1, fine.factor_income)
    for name in ("transfer", "public"):
        found[name] = scale * mean.sums(getattr(shock, name))
    weight = np.abs(shock.public)[:, None] * np.ones(len(fine.sectors))
    mixed = mean.totals(shock.public_mix * weight)
    total = mixed.sum(1, keepdims=True)
    found["public_mix"] = np.divide(mixed, total, out=blank.public_mix.copy(), where=total > 0)
    if shock.public_sources is not None:
        found["public_sources"] = mean.sources(shock.public_sources, shock.public_mix * weight)
    _require_all(shock, none, found)
    return Carried(Shock(**found).check(coarse), _inside(shock, none, flows, there))


def _require_all(shock: Shock, none: Shock, found: dict[str, Floats]) -> None:
    for part in fields(shock):
        if part.name not in found and getattr(shock, part.name) is not getattr(none, part.name):
            raise ScenarioError(f"a change of {part.name} cannot be averaged over a sum of regions or sectors")


def _inside(shock: Shock, none: Shock, flows: Floats, there: Correspondence) -> float:
    touched = sum(np.abs(getattr(shock, name) - getattr(none, name)) > SAME for name in BILATERAL) > 0
    total = float(flows[touched].sum())
    same = there.regions[:, None] == there.regions
    return float((flows * same)[touched].sum()) / total if total > 0 else 0.0


@dataclass(frozen=True)
class _Averages:
    """Weighted means over the cells of each coarse cell."""

    there: Correspondence
    size: tuple[int, int]

    def trade(self, values: Floats, weight: Floats) -> Floats:
        """Of ``[j, n, i]``; nothing at home."""
        regions, sectors = self.size
        found = _mean(self._cells(), values, weight, sectors * regions**2).reshape(sectors, regions, regions)
        return np.where(np.eye(regions, dtype=bool), 0.0, found)

    def sources(self, shares: Floats, spent: Floats) -> Floats:
        """Sources ``[j, n, i]`` of spending ``[n, j]``: shares weighted by what is spent; none where nothing is."""
        regions, sectors = self.size
        size = sectors * regions**2
        bought = _sums(self._cells(), shares * spent.T[:, :, None], size).reshape(sectors, regions, regions)
        total = bought.sum(2, keepdims=True)
        return np.asarray(np.divide(bought, total, out=np.zeros_like(bought), where=total > 0))

    def _cells(self) -> NDArray[np.intp]:
        row, place = self.there.sectors[:, None, None] * self.size[0] ** 2, self.there.regions
        return np.asarray(row + place[:, None] * self.size[0] + place)

    def make(self, values: Floats, weight: Floats) -> Floats:
        """Of ``[n, k]``."""
        return _mean(self._make(), values, weight, self.size[0] * self.size[1]).reshape(self.size)

    def totals(self, values: Floats) -> Floats:
        """Sums of ``[n, k]``."""
        return _sums(self._make(), values, self.size[0] * self.size[1]).reshape(self.size)

    def region(self, values: Floats, weight: Floats) -> Floats:
        """Of ``[n]``."""
        return _mean(self.there.regions, values, weight, self.size[0])

    def sums(self, values: Floats) -> Floats:
        """Sums of ``[n]``."""
        return _sums(self.there.regions, values, self.size[0])

    def _make(self) -> NDArray[np.intp]:
        return self.there.regions[:, None] * self.size[1] + self.there.sectors


def _sums(place: NDArray[np.intp], values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place.ravel(), np.asarray(values).ravel(), size), dtype=np.float64)


def _mean(place: NDArray[np.intp], values: Floats, weight: Floats, size: int) -> Floats:
    total, cells = _sums(place, weight, size), _sums(place, np.ones(place.shape), size)
    plain = _sums(place, values, size) / np.maximum(cells, 1)
    return np.divide(_sums(place, values * weight, size), total, out=plain, where=total > 0)
