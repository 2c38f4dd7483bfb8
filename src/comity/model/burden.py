"""Who bears a transfer: the payment itself, what it does to the terms of trade, and the rest.

Since Keynes and Ohlin the question is whether the payer loses more than it pays. With the same tastes everywhere and no
trade costs the receiver spends what it gets as the payer would have: no price moves, and the payment is all. With a
preference for goods made at home, demand moves from the payer's goods to the receiver's, and the payer's terms of trade
worsen: a secondary burden (Samuelson 1954; Dekle, Eaton and Kortum 2008 measure it).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.model.explanation import channels
from comity.model.outcome import Outcome


class Burden(NamedTuple):
    """The change in real income of a region that pays or receives, in parts.

    Parts ending in ``_pct`` are percentage points of baseline final spending and add up to `real_income_pct`; those
    ending in ``_usd_bn`` are the same in US$ billion and add up to the equivalent variation. ``payment`` is the channel
    of transfers along the path, ``terms_of_trade`` and ``public_absorption`` those channels, ``rest`` all others. The
    parts are of the whole scenario: other rules in it move the terms of trade too.
    """

    region: str
    transfer_usd_bn: float
    payment_pct: float
    terms_of_trade_pct: float
    public_absorption_pct: float
    rest_pct: float
    real_income_pct: float
    payment_usd_bn: float
    terms_of_trade_usd_bn: float
    public_absorption_usd_bn: float
    rest_usd_bn: float
    real_income_usd_bn: float


def burdens(o: Outcome) -> tuple[Burden, ...]:
    """One row for each region whose added transfer is not zero, the largest payer first; empty without transfers.

    Raises:
        NotConverged: as in `comity.model.explanation.channels`.
    """
    paid = o.shock.transfer
    if not paid.any():
        return ()
    found = channels(o).totals()
    main = [found[name] for name in ("transfers", "terms of trade", "public absorption")]
    exact = np.asarray(o.values["real_income"]) - 1
    parts = np.stack([*main, exact - sum(main), exact])
    spending = np.asarray(o.before.C) * o.unit / 1000
    order = [n for n in np.argsort(paid, kind="stable") if paid[n] != 0]
    return tuple(
        Burden._make(
            (o.world.regions[n], paid[n] / 1000, *map(float, (*100 * parts[:, n], *spending[n] * parts[:, n])))
        )
        for n in order
    )
