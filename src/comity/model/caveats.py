"""What to keep in mind about an answer because of how the model was closed and what was asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from comity.model.goods import goods

if TYPE_CHECKING:
    from comity.model.outcome import Outcome

LARGE = 0.2
"""Imbalance as a share of final spending above which a region is named."""
SOME = 0.005
"""Shares below this are not worth a sentence."""


def caveats(o: Outcome) -> tuple[str, ...]:
    """Sentences that belong to this outcome, none of which is about the data or the rules of its scenario."""
    parts = (_imbalances(o), _revenue(o), _horizon(o), _scale(o), _services(o), _bans(o), _elasticities(o))
    return tuple(sentence for part in parts for sentence in part)


def _imbalances(o: Outcome) -> Iterator[str]:
    """Held fixed in one unit or another, imbalances give different real answers."""
    if o.closures.imbalances != "fixed":
        return
    share = np.asarray(o.before.B) / np.asarray(o.before.C)
    big = [n for n in np.argsort(-np.abs(share)) if abs(share[n]) > LARGE]
    if np.abs(share).max() < SOME:
        return
    named = ", ".join(f"{o.world.regions[n]} {100 * share[n]:+.0f}%" for n in big[:6])
    where = f", most where they are large beside final spending ({named})" if big else ""
    yield (
        "Imbalances are fixed in units of world factor income; fixed in another unit real incomes would differ"
        f"{where}. Compare with imbalances output, spending or balanced."
    )


def _revenue(o: Outcome) -> Iterator[str]:
    if o.closures.revenue == "public":
        yield (
            "The change in tariff revenue buys public goods, which count as zero in real income: see the added public "
            "absorption beside it."
        )


def _horizon(o: Outcome) -> Iterator[str]:
    if o.closures.horizon is None:
        return
    theta = o.world.elasticities.theta
    ratio = float((np.asarray(o.economy.theta) / theta)[0])
    years = f"{o.closures.horizon:g} year{'s' if o.closures.horizon != 1 else ''}"
    yield (
        f"After {years} trade elasticities are taken at {ratio:.2f} of their long-run values and factors as partly "
        "tied to their sectors (Boehm, Levchenko and Pandalai-Nayar 2023 for the ends; the path between them is "
        "an assumption)."
    )


def _scale(o: Outcome) -> Iterator[str]:
    if o.closures.competition != "scale":
        return
    yield (
        "With scale economies there may be other equilibria; this is the one reached by moving from the baseline to "
        "the policy in steps. A check of uniqueness looks for others."
    )


def _services(o: Outcome) -> Iterator[str]:
    """Tariffs on services can be asked about, and nobody levies them at a border."""
    service = goods(o.world) == 0
    change = np.abs(np.asarray(o.policy.t) - np.asarray(o.economy.t))
    touched = np.asarray(o.before.flow).sum(0) * (change > 0)
    amount = float(touched[service].sum()) * o.unit / 1000
    if amount > 0:
        yield (
            f"Tariffs on services are part of this policy (US$ {amount:,.1f} bn of trade): no customs duty on them "
            "exists; name goods if goods were meant."
        )


def _bans(o: Outcome) -> Iterator[str]:
    """A share of an industry's varieties ends and the rest replaces it, which understates a distinct product's ban."""
    left = np.asarray(o.policy.a)
    partial = (left > 0) & (left < 1) & (np.asarray(o.before.flow).sum(0) > 0)
    sectors = [o.world.sector_names[j] for j in np.flatnonzero(partial.any((1, 2)))]
    if sectors:
        named = ", ".join(sectors[:4]) + (f" and {len(sectors) - 4} more" if len(sectors) > 4 else "")
        yield (
            f"Where part of an industry is banned ({named}), the rest of the industry replaces it as any other variety "
            "would; if the banned product is distinct, the loss is larger."
        )
    banned = (left < 1).any((1, 2)) & (np.asarray(o.economy.theta) < 1) & (o.world.elasticities.theta >= 1)
    if banned.any():
        named = ", ".join(o.world.sector_names[j] for j in np.flatnonzero(banned)[:4])
        yield f"At this horizon the trade elasticity is below 1 in {named}: a ban there costs a great deal."


def _elasticities(o: Outcome) -> Iterator[str]:
    """How much of trade stands on elasticities that a rule fills."""
    e = o.world.elasticities
    flow = np.asarray(o.before.flow).sum(0) * (1 - np.eye(len(o.world.regions)))
    share = float(flow[e.assumed].sum() / flow.sum())
    if share > SOME:
        yield (
            f"Trade elasticities of {int(e.assumed.sum())} of {len(e.theta)} sectors ({100 * share:.0f}% of trade "
            f"between regions) are filled by a rule, not estimated by {e.name}."
        )
