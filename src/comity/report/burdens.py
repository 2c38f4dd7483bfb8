"""Who bears a transfer, and what public money buys from whom, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from comity.report.table import Cell, Column, Table
from comity.report.values import Outcomes, label, value, world_of

if TYPE_CHECKING:
    from comity.model.burden import Burden
    from comity.world import World

PARTS = ("payment", "terms_of_trade", "public_absorption", "rest", "real_income")
BURDEN_NOTE = (
    "Parts of the change in real income along the path from the baseline; they add up to it. Where a scenario has "
    "other rules beside transfers, the terms of trade and the rest are theirs too."
)
LEAST = 0.01
"""Share of the purchases below which a supplier is not listed."""


def burden_table(world: World, burdens: Mapping[str, Sequence[Burden]]) -> Table:
    """The parts of each payer's and receiver's real income, US$ bn, with the terms of trade in % of the payment.

    Args:
        world: of the outcomes.
        burdens: by name of the variant.
    """
    several = len(burdens) > 1
    columns = [Column("variant")] if several else []
    columns += [Column("region"), Column("transfer", "US$ bn", 2)]
    columns += [Column(part.replace("_", " "), "US$ bn", 2) for part in PARTS]
    columns += [Column("terms of trade", "% of payment", 1)]
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for name, some in burdens.items():
        breaks.append(len(rows))
        for place, b in enumerate(some):
            first = ((name if not place else ""),) if several else ()
            parts = tuple(getattr(b, f"{part}_usd_bn") for part in PARTS)
            share = 100 * b.terms_of_trade_usd_bn / b.payment_usd_bn if b.payment_usd_bn else None
            rows.append((*first, label(world, b.region), b.transfer_usd_bn, *parts, share))
    return Table("Who bears the transfer", tuple(columns), tuple(rows), (BURDEN_NOTE,), tuple(breaks[1:]))


def buyers(outcomes: Outcomes) -> list[str]:
    """Regions that buy for public use from sources of its own, in any variant."""
    regions = world_of(outcomes).regions
    shocks = [o.shock for o in outcomes.values() if o.shock.public_sources is not None]
    return [code for n, code in enumerate(regions) if any(shock.public[n] != 0 for shock in shocks)]


def suppliers(outcomes: Outcomes, buyer: str) -> list[str]:
    """Regions that sell at least a hundredth of what a buyer's added public absorption buys, the largest first."""
    n = world_of(outcomes).regions.index(buyer)
    sold = np.stack([abs(o.array("public_purchases_usd_bn")[n]) for o in outcomes.values()])
    share = (sold / np.maximum(sold.sum(1, keepdims=True), 1e-300)).max(0)
    order = np.argsort(-sold.max(0), kind="stable")
    return [world_of(outcomes).regions[i] for i in order if share[i] >= LEAST]


def purchases_object(outcomes: Outcomes) -> dict[str, list[dict[str, object]]]:
    """The same as plain values, by variant."""
    return {
        name: [
            {"region": buyer, "supplier": code, "purchases_usd_bn": value(o, "public_purchases_usd_bn", buyer, code)}
            for buyer in buyers({name: o})
            for code in suppliers({name: o}, buyer)
        ]
        for name, o in outcomes.items()
    }


def purchases_table(outcomes: Outcomes) -> Table:
    """What added public absorption buys from whom, US$ bn, one column a variant."""
    world = world_of(outcomes)
    columns = (Column("buyer"), Column("supplier"), *(Column("purchases", "US$ bn", 2, name) for name in outcomes))
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for buyer in buyers(outcomes):
        breaks.append(len(rows))
        for place, code in enumerate(suppliers(outcomes, buyer)):
            cells = (value(o, "public_purchases_usd_bn", buyer, code) for o in outcomes.values())
            who = f"{label(world, code)}, at home" if code == buyer else label(world, code)
            rows.append((label(world, buyer) if not place else "", who, *cells))
    notes = ("Added public absorption by source, border values; suppliers of at least 1% are listed.",)
    return Table("What added public absorption buys", columns, tuple(rows), notes, tuple(breaks[1:]))
