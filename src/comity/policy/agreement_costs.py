"""Trade costs of a stack of agreements as a function of trade elasticities and of what agreements do for trade.

`comity.policy.links` has the equations. What they take from the agreements themselves (who is linked with whom by an
agreement of which depth, and how far duties fall) does not depend on either, and most pairs of a world are linked as in
its baseline. Here that is found once, for the cells that change, and costs follow from it exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from comity.policy.agreement_rule import Agreement
from comity.policy.agreements import effects
from comity.policy.links import Bond, Bonds, Terms, bonds_on, largest, rate_under, terms
from comity.policy.memberships import baseline_day, standing
from comity.policy.scope import Scope
from comity.world.detail import Detail, detail_of
from comity.world.world import Floats

Kind = tuple[str, float, float | None]
"""Depth, factor by deepening, and the user's own effect, if any: what decides the effect of an agreement. One whose
effect is drawn apart has its name in the place of the depth."""


@dataclass(frozen=True, eq=False)
class AgreementCosts:
    """What links do in the cells ``[c]`` of the detail that some rules change.

    Attributes:
        kinds: of the agreements that link them.
        apart: agreements whose effect is drawn by itself, with the effect as it stands.
        now, then: ``[kind, c]``, whether an agreement of a kind links them after the rules, and in the baseline.
        cut_now, cut_then: ``[c]``, log points by which the tariff lies below that of a pair without any agreement.
        weight: ``[c]``, share of the trade of a cell of the world.
        place: ``[c]``, that cell, as a number.
        sector: ``[c]``, its sector in the world.
        shape: of the world's trade arrays.
    """

    kinds: tuple[Kind, ...]
    apart: Mapping[str, float]
    now: NDArray[np.bool_]
    then: NDArray[np.bool_]
    cut_now: Floats
    cut_then: Floats
    weight: Floats
    place: NDArray[np.intp]
    sector: NDArray[np.intp]
    shape: tuple[int, int, int]

    def cost(self, theta: Floats, drawn: Mapping[str, float] | None = None) -> Floats:
        """Iceberg costs ``[J, N, I]``, relative to the baseline.

        Args:
            theta: ``[J]``, trade elasticities > 0.
            drawn: effects on log trade by depth, for all agreements of that depth but those of their own, or by the
                name of one that is `apart`; the estimates where none is given.
        """
        known = {depth: one.estimate for depth, one in effects().items()} | dict(self.apart) | dict(drawn or {})
        sizes = np.array([more * (known[depth] if own is None else own) for depth, more, own in self.kinds])
        elasticity = theta[self.sector]
        now, then = (
            np.maximum((linked * sizes[:, None]).max(0, initial=0.0) - elasticity * cut, 0.0)
            for linked, cut in ((self.now, self.cut_now), (self.then, self.cut_then))
        )
        shift = np.bincount(self.place, self.weight * np.expm1(now - then), int(np.prod(self.shape)))
        return np.asarray((1 + shift.reshape(self.shape)) ** (-1 / theta[:, None, None]))


def agreement_costs(scope: Scope, rules: Sequence[Agreement], apart: Collection[str] = ()) -> AgreementCosts:
    """The trade costs that some rules about agreements change, in order.

    Args:
        scope: the world.
        rules: about agreements.
        apart: names of agreements whose effect is to be given to `AgreementCosts.cost` by itself.

    >>> from comity.world import load_world
    >>> from comity.policy.accession import apply_agreement
    >>> from comity.policy.shock import Shock
    >>> world, rule = load_world("2022", "small"), Agreement(name="CPTPP", leave="Japan")
    >>> found = agreement_costs(Scope(world), [rule]).cost(world.elasticities.theta)
    >>> bool(abs(found - apply_agreement(Shock.none(world), Scope(world), rule).iceberg).max() < 1e-14)
    True
    """
    detail, day = detail_of(scope.world), baseline_day(scope.world)
    after = standing(scope, rules)
    before = {name: replace(bond, size=after[name].size) for name, bond in bonds_on(detail, day).items()}
    kinds = tuple(
        dict.fromkeys(_kind(bond, apart) for bonds in (after, before) for bond in bonds.values() if bond.costs.any())
    )
    now, then = (np.stack([_linked(bonds, kind, detail, apart) for kind in kinds]) for bonds in (after, before))
    cut_now, cut_then = _cuts(terms(after, detail), terms(before, detail), detail)
    moved = ((now != then).any(0) | (cut_now != cut_then)) & (detail.flows > 0)
    moved &= detail.region_of.index[:, None] != detail.region_of.index[None, :]
    j, n, i = np.nonzero(moved)
    shape = (len(scope.world.sectors), len(scope.world.regions), len(scope.world.regions))
    cells = detail.sector_of.index, detail.region_of.index, detail.region_of.index
    every = np.ravel_multi_index(np.broadcast_arrays(*np.ix_(*cells)), shape)
    total = np.bincount(every.ravel(), detail.flows.ravel(), int(np.prod(shape)))
    place = every[moved]
    own = {name: after[name].effect / after[name].deepened for name in apart}
    return AgreementCosts(
        kinds, own, now[:, j, n, i], then[:, j, n, i], cut_now[moved], cut_then[moved],
        detail.flows[moved] / total[place], place, detail.sector_of.index[j], shape,
    )  # fmt: skip


def _kind(bond: Bond, apart: Collection[str]) -> Kind:
    if bond.agreement.name in apart:
        return bond.agreement.name, bond.deepened, None
    return bond.depth, bond.deepened, bond.size


def _linked(bonds: Bonds, kind: Kind, detail: Detail, apart: Collection[str]) -> NDArray[np.bool_]:
    """Pairs ``[j, n, i]`` that an agreement of a kind links."""
    return np.asarray(largest([(b, b.costs, 1.0) for b in bonds.values() if _kind(b, apart) == kind], detail) > 0)


def _cuts(after: Terms, before: Terms, detail: Detail) -> tuple[Floats, Floats]:
    """Log points by which tariffs lie below those without an agreement, after and before ``[j, n, i]``."""
    apart = np.log1p(rate_under(np.zeros_like(before.coverage), before.coverage, detail))
    now, then = rate_under(after.meant, before.coverage, detail), detail.rate
    return np.maximum(apart - np.log1p(now), 0), np.maximum(apart - np.log1p(then), 0)
