"""Which agreements link which economies, and what the links do to tariffs and trade costs: arrays, no rules.

The axes are those of `Detail`: j industry, n importer, i exporter, single economies. The baseline has the agreements in
force on its day inside, so everything is measured from there. With

    E[j,n,i]   the largest effect on log trade of the agreements that link a pair (they do not add up),
    C[j,n,i]   the share of its duties that an agreement decides, the largest likewise,
    t[j,n,i]   the tariff: the baseline's where C is the baseline's, else that without an agreement or under one
    theta[j]   the trade elasticity,

what a link is worth beyond its tariff cut is b = max(0, E - theta ln((1+t_apart)/(1+t))), where t_apart is the tariff
that the pair would have without any, and the iceberg cost is d_hat = exp((b_baseline - b)/theta) times the baseline's.
Tariff and cost together move a pair's trade by E, the total that gravity equations estimate, unless the tariff alone
does more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from comity.policy.agreements import PARTIAL, STAGED, TradeAgreement, agreements, effects
from comity.policy.scope import Mask
from comity.world.detail import Detail
from comity.world.world import Floats

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Bond:
    """An agreement as it stands among the economies of a detail.

    Attributes:
        agreement: its data.
        tariffs: ``[j, n]``, who is in it for tariffs.
        costs: ``[j, n]``, who is in it for other trade costs.
        side: ``[n]``, on which side each stands; members of one side are not linked.
        depth: class of depth now.
        size: the user's own effect on log trade, or None for that of its depth.
        deepened: factor on the effect, by deepening.
        cut: share of the remaining tariffs between members that deepening ends.
    """

    agreement: TradeAgreement
    tariffs: Mask
    costs: Mask
    side: np.ndarray
    depth: str
    size: float | None = None
    deepened: float = 1.0
    cut: float = 0.0

    @property
    def effect(self) -> float:
        """Effect on log trade."""
        return self.deepened * (effects()[self.depth].estimate if self.size is None else self.size)

    def links(self, who: Mask) -> Mask:
        """Pairs ``[j, n, i]`` of members on different sides."""
        apart = self.side[:, None] != self.side[None, :]
        return np.asarray(who[:, :, None] & who[:, None, :] & apart)


Bonds = Mapping[str, Bond]
"""Agreements by name."""

Held = tuple[Bond, Mask, Floats | float]
"""An agreement, who is in it ``[j, n]``, and a value for its links: a number, or by industry and importer."""


@lru_cache(maxsize=8)
def bonds_on(detail: Detail, day: date) -> Bonds:
    """Every agreement as it stands on a day; those that are not in force have no members."""
    return MappingProxyType({a.name: bond_of(a, detail, a.sides(day)) for a in agreements()})


def bond_of(agreement: TradeAgreement, detail: Detail, sides: Mapping[str, str]) -> Bond:
    """An agreement among members given with their sides."""
    names = sorted(set(sides.values()))
    side = np.array([names.index(sides[c]) if c in sides else NOBODY for c in detail.regions])
    who = covered(agreement, detail)[:, None] & (side != NOBODY)
    duties = who if agreement.tariffs in ("yes", PARTIAL, STAGED) else np.zeros_like(who)
    return Bond(agreement, duties & detail.goods[:, None], who, side, agreement.depth)


def covered(agreement: TradeAgreement, detail: Detail) -> Mask:
    """Industries ``[j]`` that an agreement covers: goods, services or both."""
    return (detail.goods & agreement.goods) | (~detail.goods & agreement.services)


@dataclass(frozen=True, eq=False)
class Terms:
    """What links do, ``[j, n, i]``.

    Attributes:
        effect: largest effect on log trade.
        coverage: largest share of duties that an agreement decides.
        meant: the same among those who are in for other costs, whose tariff cut is part of their effect.
        cut: largest share of the remaining duties that deepening ends.
    """

    effect: Floats
    coverage: Floats
    meant: Floats
    cut: Floats


def terms(bonds: Bonds, detail: Detail) -> Terms:
    """What agreements do together: of several that link a pair the one that does most counts."""
    effect: list[Held] = []
    coverage: list[Held] = []
    meant: list[Held] = []
    cut: list[Held] = []
    for bond in bonds.values():
        effect.append((bond, bond.costs, bond.effect))
        if bond.agreement.tariffs not in ("no", STAGED):
            share = _coverage(bond, detail)
            coverage.append((bond, bond.tariffs, share))
            meant.append((bond, bond.costs & detail.goods[:, None], share))
        if bond.cut:
            cut.append((bond, bond.tariffs, bond.cut))
    return Terms(*(largest(held, detail) for held in (effect, coverage, meant, cut)))


def largest(held: Sequence[Held], detail: Detail) -> Floats:
    """The largest value ``[j, n, i]`` of those that hold where members are linked; 0 where none does.

    Most agreements have one value and the same members in every industry of a kind, goods or services: these are
    compared by pair of economies, once for all industries of the kind.
    """
    array = np.zeros(detail.flows.shape)
    for kind in (detail.goods, ~detail.goods):
        alike = np.zeros(array.shape[1:])
        for bond, who, value in held:
            inside = who[kind]
            if not inside.any():
                continue
            if isinstance(value, float) and (inside == inside[0]).all():
                places = np.flatnonzero(inside[0])
                linked = bond.side[places][:, None] != bond.side[places][None, :]
                cells = np.ix_(places, places)
                alike[cells] = np.maximum(alike[cells], linked * value)
            else:
                array[kind] = np.maximum(array[kind], np.where(bond.links(inside), _at(value, kind), 0.0))
        array[kind] = np.maximum(array[kind], alike)
    return array


def _at(value: Floats | float, kind: Mask) -> Floats | float:
    """A share by industry and importer, in some industries; a number as it is."""
    return value if isinstance(value, float) else value[kind]


def _coverage(bond: Bond, detail: Detail) -> Floats | float:
    """Share of its duties that each importer puts under an agreement: ``[j, n, 1]``, or 1."""
    if bond.agreement.tariffs != PARTIAL:
        return 1.0
    share = np.zeros((*bond.tariffs.shape, 1))
    for part in bond.agreement.tariff_parts:
        places = [j for j, code in enumerate(detail.industries) if code in part.industries]
        for n in np.flatnonzero(np.array(detail.regions) == part.importer):
            share[places, n] = part.coverage
    return share


def tariffs(after: Terms, before: Terms, detail: Detail) -> Floats:
    """Tariffs ``[j, n, i]``: the baseline's, moved where the share of duties under an agreement is another, and by what
    deepening ends of the way to the rate under an agreement.

    Args:
        after, before: what links do now, and did in the baseline.
        detail: rates of the baseline, without and under an agreement.
    """
    rate = rate_under(after.coverage, before.coverage, detail)
    return np.asarray(rate - np.where(detail.known, after.cut * np.maximum(rate - detail.under, 0), 0.0))


def rate_under(coverage: Floats, baseline: Floats, detail: Detail) -> Floats:
    """Tariffs when agreements decide a share of duties other than the baseline's."""
    lost = np.maximum(baseline - coverage, 0)
    won = np.maximum(coverage - baseline, 0) / np.where(coverage > baseline, 1 - baseline, 1.0)
    moved = (1 - lost - won) * detail.rate + lost * detail.without + won * detail.under
    return np.asarray(np.where(detail.known, moved, detail.rate))


def cost_ratio(after: Terms, before: Terms, detail: Detail, theta: Floats) -> Floats:
    """Iceberg costs ``d_hat[j, n, i]`` relative to the baseline.

    Args:
        after, before: what links do now, and did in the baseline.
        detail: rates of the baseline.
        theta: ``[j]``, trade elasticities > 0.
    """
    elasticity = theta[:, None, None]
    apart = np.log1p(rate_under(np.zeros_like(before.coverage), before.coverage, detail))
    now, then = (
        np.maximum(t.effect - elasticity * np.maximum(apart - np.log1p(rate), 0), 0.0)
        for t, rate in ((after, rate_under(after.meant, before.coverage, detail)), (before, detail.rate))
    )
    return np.asarray(np.exp((then - now) / elasticity))


def changed(bonds: Bonds, name: str, change: Callable[[Bond], Bond]) -> Bonds:
    """The agreements with one changed."""
    return MappingProxyType({**bonds, name: change(bonds[name])})


def enter(bond: Bond, codes: frozenset[str], detail: Detail, industries: Mask, tariffs: bool, costs: bool) -> Bond:
    """An agreement with more members, in some industries; each new one stands on a side of its own."""
    places = np.array([code in codes for code in detail.regions])
    new = places & (bond.side == NOBODY)
    side = np.where(new, bond.side.max(initial=0) + 1 + np.cumsum(new), bond.side)
    more = (industries & covered(bond.agreement, detail))[:, None] & places
    duties = more & detail.goods[:, None] & (bond.agreement.tariffs != "no")
    return replace(
        bond,
        tariffs=bond.tariffs | duties if tariffs else bond.tariffs,
        costs=bond.costs | more if costs else bond.costs,
        side=side,
    )


def exit_(bond: Bond, codes: frozenset[str], detail: Detail, industries: Mask, tariffs: bool, costs: bool) -> Bond:
    """An agreement with fewer members, in some industries. A side is kept: who returns stands where it stood."""
    gone = industries[:, None] & np.array([code in codes for code in detail.regions])
    return replace(
        bond,
        tariffs=bond.tariffs & ~gone if tariffs else bond.tariffs,
        costs=bond.costs & ~gone if costs else bond.costs,
    )
