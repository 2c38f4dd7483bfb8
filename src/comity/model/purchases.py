"""What a purchase commitment took: the subsidy, its cost, who loses sales, who bears the wedge."""

from __future__ import annotations

import numpy as np

from comity.model.found import Purchase
from comity.model.ledger import Ledger
from comity.model.outcome import Outcome
from comity.policy.commitments import commitment_cells, promised
from comity.policy.scope import Mask
from comity.policy.setting import Setting
from comity.world.world import Floats


def purchase(setting: Setting, o: Outcome, without: Outcome, position: int) -> Purchase:
    """The account of one commitment.

    Args:
        setting: with the subsidies that were found.
        o: its outcome.
        without: the outcome of the same rules without any commitment.
        position: of the commitment among the rules.
    """
    rule, world = setting.rules[position].rule, o.world
    cells = commitment_cells(setting.scope, rule)
    buyer, seller = (int(axis[0]) for axis in np.nonzero(cells)[1:])
    sectors = np.flatnonzero(cells.any((1, 2)))
    billion = o.unit / 1000
    baseline, before, now = (billion * float(_flow(a)[cells].sum()) for a in (o.before, without.after, o.after))
    subsidy = setting.subsidies.get(position, 0.0)
    border, paid = _price_changes(o, without, cells)
    old, new = (billion * _flow(a)[sectors, buyer].sum(0) for a in (without.after, o.after))
    lost = billion * (without.values["equivalent_variation"] - o.values["equivalent_variation"])
    return Purchase(
        rule=setting.rules[position].label,
        buyer=world.regions[buyer],
        seller=world.regions[seller],
        sectors=tuple(world.sectors[j] for j in sectors),
        asked=promised(setting.scope, rule) / 1000 + (baseline if rule.add is not None else 0.0),
        baseline=baseline,
        without=before,
        reached=now,
        binding=subsidy > 0,
        subsidy_pct=100 * subsidy,
        outlay=subsidy * now,
        border_price_pct=border,
        buyer_price_pct=paid,
        cost=dict(zip(world.regions, map(float, lost), strict=True)),
        suppliers=dict(zip(world.regions, map(float, new - old), strict=True)),
    )


def _flow(a: Ledger) -> Floats:
    return np.asarray(a.flow.sum(0))


def _price_changes(o: Outcome, without: Outcome, cells: Mask) -> tuple[float, float]:
    """Per cent by which the border price and the buyer's price change in some cells, at the purchases of `without`.

    Not a number where there are none.
    """
    bought = _flow(without.after)[cells]
    if not bought.sum() > 0:
        return np.nan, np.nan
    border = np.asarray(o.after.border)[cells] / np.asarray(without.after.border)[cells]
    old, new = (1 + np.asarray(x.policy.t)[cells] for x in (without, o))
    at_border, paid = (bought * border).sum() / bought.sum(), (bought * border * new).sum() / (bought * old).sum()
    return 100 * float(at_border - 1), 100 * float(paid - 1)
