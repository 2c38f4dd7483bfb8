"""What a table shows when nobody said: the regions that the scenario touches, and those that it moves most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from comity.policy.shock import Shock
from comity.report.values import Outcomes, world_of

if TYPE_CHECKING:
    from comity.model.outcome import Outcome

MOST_IN_FOCUS = 4
SAME = 1e-12


def involved(outcomes: Outcomes) -> list[str]:
    """Regions whose policies, trade, technology or transfers the scenario changes itself, most moved first.

    Both ends of a changed flow are involved; for a change that is at home, the home.
    """
    touched: set[int] = set()
    for outcome in outcomes.values():
        none = Shock.none(outcome.world)
        for entry in fields(Shock):
            if (value := getattr(outcome.shock, entry.name)) is None or getattr(none, entry.name) is None:
                continue  # sources of public absorption, which is in focus by its amount
            changed = np.argwhere(abs(value - getattr(none, entry.name)) > SAME)
            touched |= set(changed[:, 1:].ravel().tolist() if changed.shape[1] == 3 else changed[:, 0].tolist())
        touched |= _sellers(outcome)
    regions = world_of(outcomes).regions
    return [code for code in by_size(outcomes) if regions.index(code) in touched]


def _sellers(outcome: Outcome) -> set[int]:
    """Regions that sell a twentieth or more of what the public absorption of another buys from sources of its own."""
    if outcome.shock.public_sources is None:
        return set()
    bought = abs(outcome.array("public_purchases_usd_bn"))
    return set(np.flatnonzero((bought >= 0.05 * bought.sum(1, keepdims=True)).any(0) & (bought.sum(0) > 0)).tolist())


def by_size(outcomes: Outcomes) -> list[str]:
    """All regions, the one whose real income changes most (in any variant, US$) first."""
    changes = np.stack([abs(o.array("equivalent_variation_usd_bn")) for o in outcomes.values()])
    regions = world_of(outcomes).regions
    return [regions[i] for i in np.argsort(-changes.max(0), kind="stable")]


def in_focus(outcomes: Outcomes, asked: Sequence[str] = ()) -> list[str]:
    """The regions shown in detail: those asked for, else those involved, else the most moved; a handful at most."""
    return list(asked) or (involved(outcomes) or by_size(outcomes))[:MOST_IN_FOCUS]
