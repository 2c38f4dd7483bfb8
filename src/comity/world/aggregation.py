"""Sum regions and sectors exactly: flows, purchases, value added and revenues of a group are those of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from comity.errors import DataError
from comity.world.accounts import Accounts, Floats, Step, divide
from comity.world.elasticities import Elasticities

REST = "rest"
Groups = Mapping[str, "Sequence[str] | str"]


@dataclass(frozen=True, eq=False)
class Grouping:
    """Which group each name belongs to.

    Attributes:
        labels: names of the groups, in order.
        index: ``[old]``, position of each old name's group.
    """

    labels: tuple[str, ...]
    index: NDArray[np.intp]

    @property
    def trivial(self) -> bool:
        """True when nothing is summed or moved."""
        return len(self.labels) == len(self.index) and bool((self.index == np.arange(len(self.index))).all())

    @property
    def matrix(self) -> Floats:
        """Indicator ``[group, old]``."""
        return np.asarray(np.arange(len(self.labels))[:, None] == self.index[None, :], dtype=np.float64)

    def members(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the members of each group."""
        return tuple(tuple(int(m) for m in np.flatnonzero(self.index == g)) for g in range(len(self.labels)))


def grouping(kind: str, names: Sequence[str], groups: Groups | None) -> Grouping:
    """Resolve ``{new name: [old names]}``; names not mentioned stay as they are, after the groups.

    A group whose members are the word ``"rest"`` takes every name not mentioned elsewhere. A single old name may be
    given as a text. Unknown or repeated names raise `DataError`.
    """
    if groups is None:
        return Grouping(tuple(names), np.arange(len(names)))
    position = {name: i for i, name in enumerate(names)}
    index = np.full(len(names), -1)
    labels: list[str] = []
    rest = [label for label, members in groups.items() if members == REST and REST not in position]
    if len(rest) > 1:
        raise DataError(f"only one {kind} group may take the rest, not {' and '.join(rest)}")
    for label, members in groups.items():
        if label in rest:
            labels.append(label)
            continue
        wanted = (members,) if isinstance(members, str) else tuple(members)
        for name in wanted:
            _assign(kind, name, label, position, index, labels)
        if not wanted:
            raise DataError(f"{kind} group {label!r} has no members: name some, or leave it out")
        labels.append(label)
    left = [i for i in range(len(names)) if index[i] < 0]
    if rest and not left:
        raise DataError(
            f"{kind} group {rest[0]!r} takes the rest, but every {kind} is already in a group: leave it out"
        )
    for i in left:
        index[i] = labels.index(rest[0]) if rest else len(labels)
        labels += [] if rest else [names[i]]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice:
        raise DataError(f"after grouping, {kind} {twice!r} would be there twice: rename the group or include it")
    return Grouping(tuple(labels), index)


def _assign(
    kind: str, name: str, label: str, position: Mapping[str, int], index: NDArray[np.intp], labels: Sequence[str]
) -> None:
    if name not in position:
        near = get_close_matches(str(name), position, n=1, cutoff=0.5)
        hint = f"; nearest is {near[0]!r}" if near else ""
        raise DataError(f"{kind} group {label!r} names {name!r}, which is not a {kind} of this world{hint}")
    i = position[name]
    if index[i] >= 0:
        other = labels[index[i]] if index[i] < len(labels) else label
        raise DataError(f"{kind} {name!r} is in two groups: {other!r} and {label!r}")
    index[i] = len(labels)


def aggregate_accounts(a: Accounts, regions: Grouping, sectors: Grouping, weight: Floats) -> tuple[Accounts, Step]:
    """Sum `accounts` over groups.

    Purchases at buyer's prices, flows over both uses, receipts, value added and revenues are summed exactly. The
    tariff of a group is revenue over border value, its export tax revenue over receipts; where nothing is traded, the
    mean over source cells. With two uses one tariff cannot keep both revenues and both border values: the border value
    is divided between uses so that purchases at buyer's prices by use stay exact; the step says how much moved.

    Args:
        a: the accounts.
        regions, sectors: the groups.
        weight: ``[j, n, i]``, number of source cells behind each cell.

    Returns:
        The sums, and what was done.
    """
    total, bought = sum_trade(a.total_flows, regions, sectors), sum_trade(a.flows * (1 + a.tariff), regions, sectors)
    cells = sum_trade(weight, regions, sectors)
    receipts = sum_trade(a.total_flows / (1 + a.export_tax), regions, sectors)
    revenue = sum_trade(a.total_flows * a.tariff, regions, sectors)
    export_revenue = sum_trade(a.total_flows * (a.export_tax / (1 + a.export_tax)), regions, sectors)
    traded = total > 0
    tariff = np.where(traded, divide(revenue, total), sum_trade(a.tariff * weight, regions, sectors) / cells)
    mean_tax = sum_trade(a.export_tax * weight, regions, sectors) / cells
    export_tax = np.where(traded, divide(export_revenue, receipts), mean_tax)
    flows = bought / (1 + tariff)
    moved = float(np.abs(flows - sum_trade(a.flows, regions, sectors)).sum() / 2)
    summed = Accounts(
        flows=flows if not a.pooled else total[None],
        tariff=tariff,
        export_tax=export_tax,
        input_use=_sum_axis(_sum_axis(_sum_axis(a.input_use, 0, regions), 1, sectors), 2, sectors),
        final_use=_sum_axis(_sum_axis(a.final_use, 0, regions), 1, sectors),
        value_added=_sum_axis(_sum_axis(a.value_added, 0, regions), 1, sectors),
    )
    return summed, _step(a, regions, sectors, moved)


def _step(a: Accounts, regions: Grouping, sectors: Grouping, moved: float) -> Step:
    before, after = a.final_use.shape, (len(regions.labels), len(sectors.labels))
    noticed = moved if moved > 1e-13 * float(a.total_flows.sum()) else 0.0
    text = (
        f"{before[0]} regions x {before[1]} sectors summed to {after[0]} x {after[1]}; tariffs weighted by flows; "
        "amount: border value attributed to the other use so that purchases by use stay exact"
    )
    return Step("aggregated", text, 0, noticed)


def aggregate_elasticities(e: Elasticities, trade: Floats, members: Floats, sectors: Grouping) -> Elasticities:
    """Average elasticities and variances with weights `trade` ``[j]``, or `members` ``[j]`` in a group without trade.

    Averaging variances, not standard errors of independent estimates, is right when the errors within a group are one
    and the same (one estimate shared by several industries) and errs on the side of caution otherwise.
    """
    if sectors.trivial:
        return e
    matrix = sectors.matrix
    weight = matrix * trade
    weight = np.where(weight.sum(1, keepdims=True) > 0, weight, matrix * members)
    weight = weight / weight.sum(1, keepdims=True)
    return replace(
        e,
        theta=weight @ e.theta,
        theta_se=np.sqrt(weight @ e.theta_se**2),
        scale=weight @ e.scale,
        scale_se=None if e.scale_se is None else np.sqrt(weight @ e.scale_se**2),
        assumed=matrix @ e.assumed > 0,
        assumed_se=matrix @ e.assumed_se > 0,
        notes=(*(n for n in e.notes if n != _NOTE), _NOTE),
    )


_NOTE = (
    "industries summed: elasticities and variances averaged with international trade at the source's detail as weights"
)


def aggregate_flags(
    known: NDArray[np.bool_], traded: NDArray[np.bool_], regions: Grouping, sectors: Grouping
) -> NDArray[np.bool_]:
    """True where the flag holds for every member cell that trades (for every member cell where none trades)."""
    unknown = sum_trade((~known).astype(float), regions, sectors) > 0
    unknown_traded = sum_trade((~known & traded).astype(float), regions, sectors) > 0
    any_traded = sum_trade(traded.astype(float), regions, sectors) > 0
    return ~np.where(any_traded, unknown_traded, unknown)


def sum_trade(array: Floats, regions: Grouping, sectors: Grouping) -> Floats:
    """Sum ``[..., j, n, i]``."""
    return _sum_axis(_sum_axis(_sum_axis(array, -1, regions), -2, regions), -3, sectors)


def _sum_axis(array: Floats, axis: int, groups: Grouping) -> Floats:
    """Sum one axis into groups, in the order of the members so that the result does not depend on threads."""
    if groups.trivial:
        return array
    order = np.argsort(groups.index, kind="stable")
    starts = np.searchsorted(groups.index[order], np.arange(len(groups.labels)))
    return np.add.reduceat(np.take(array, order, axis=axis), starts, axis=axis)
