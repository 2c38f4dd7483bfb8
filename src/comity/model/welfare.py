"""What is reported of an equilibrium, each measure defined once.

All are ratios (hat) or levels in shares of baseline world factor income, from the ledger `a` of the counterfactual and
`b` of the baseline. Axes ``[n]`` unless said otherwise. Prices are relative to world factor income, the numeraire: they
are not inflation. Every function takes JAX arrays (inside compiled code) and NumPy arrays alike.
"""

from __future__ import annotations

import numpy as np

from comity.model.economy import Numbers
from comity.model.ledger import Ledger


def real_income(a: Ledger, b: Ledger) -> Numbers:
    """Welfare ``W = (C'/C) / P_C`` (hat): private consumption at the exact price index of final demand."""
    return a.C / b.C / a.P_C


def equivalent_variation(a: Ledger, b: Ledger) -> Numbers:
    """``EV = C (W - 1)``: the income that would have meant as much at baseline prices."""
    return b.C * (real_income(a, b) - 1)


def real_wage(a: Ledger) -> Numbers:
    """Factor income per worker over the consumer price (hat)."""
    return a.w / a.P_C


def consumer_prices_in_wages(a: Ledger) -> Numbers:
    """Consumer price relative to own factor income per worker (hat)."""
    return a.P_C / a.w


def abroad(a: Ledger) -> Numbers:
    """One where importer and exporter differ ``[n, i]``."""
    return 1 - np.eye(a.C.shape[0])


def imports(a: Ledger) -> Numbers:
    """Imports at border values."""
    return (a.flow.sum((0, 1)) * abroad(a)).sum(1)


def exports(a: Ledger) -> Numbers:
    """Exports at border values."""
    return (a.flow.sum((0, 1)) * abroad(a)).sum(0)


def balance(a: Ledger) -> Numbers:
    """Exports less imports at border values."""
    return exports(a) - imports(a)


def quantities(a: Ledger) -> Numbers:
    """Quantity shipped at baseline border prices ``[j, n, i]``, international flows only."""
    return a.flow.sum(0) / a.border * abroad(a)


def import_volume(a: Ledger, b: Ledger) -> Numbers:
    """Imports at baseline prices (hat)."""
    return quantities(a).sum((0, 2)) / imports(b)


def export_volume(a: Ledger, b: Ledger) -> Numbers:
    """Exports at baseline prices (hat)."""
    return quantities(a).sum((0, 1)) / exports(b)


SOURCES = (
    "factor income", "tariff revenue", "export-tax revenue", "net transfers", "public absorption", "subsidies paid",
)  # fmt: skip
"""Sources of income, in the order of `income_by_source`."""


def income_by_source(a: Ledger, b: Ledger) -> dict[str, Numbers]:
    """Real income by source: each at consumer prices less its baseline, over baseline spending; they sum to W - 1."""
    sources = (
        (a.Y, b.Y),
        (a.tariffs, b.tariffs),
        (a.export_taxes, b.export_taxes),
        (a.B, b.B),
        (-a.public.sum(1), -b.public.sum(1)),
        (-a.subsidies, -b.subsidies),
    )
    return {name: (now / a.P_C - old) / b.C for name, (now, old) in zip(SOURCES, sources, strict=True)}


def _fisher(base_weighted: Numbers, current_weighted: Numbers) -> Numbers:
    return (base_weighted * current_weighted) ** 0.5


def terms_of_trade(a: Ledger, b: Ledger) -> Numbers:
    """Fisher price index of exports over that of imports, at border prices (hat)."""
    old, new, volume = b.flow.sum(0) * abroad(b), a.flow.sum(0) * abroad(a), quantities(a)
    revalued = old * a.border
    export_price = _fisher(revalued.sum((0, 1)) / old.sum((0, 1)), new.sum((0, 1)) / volume.sum((0, 1)))
    import_price = _fisher(revalued.sum((0, 2)) / old.sum((0, 2)), new.sum((0, 2)) / volume.sum((0, 2)))
    return export_price / import_price


def real_gdp(a: Ledger, b: Ledger) -> Numbers:
    """Fisher quantity index of GDP by expenditure: consumption, added public absorption, exports less imports.

    Missing (NaN) where it has no value: new quantities at old prices, or old ones at new prices, come to less than
    nothing, as when trade costs fall by 99% and imports grow many times over.
    """
    at_old, at_new = gdp_ratios(a, b)
    return at_old**0.5 * at_new**0.5  # and not the root of the product, which two negative ratios would have


def gdp_ratios(a: Ledger, b: Ledger) -> tuple[Numbers, Numbers]:
    """Growth of GDP by expenditure at old prices and at new prices ``[n]``: Laspeyres and Paasche."""
    old_trade, new_trade, volume = b.flow.sum(0) * abroad(b), a.flow.sum(0) * abroad(a), quantities(a)
    revalued = old_trade * a.border

    def net(trade: Numbers) -> Numbers:
        return trade.sum((0, 1)) - trade.sum((0, 2))

    old = b.final.sum(1) + net(old_trade)
    new = (a.final + a.public).sum(1) + net(new_trade)
    new_at_old = (a.final / a.final_price + a.public / a.public_price).sum(1) + net(volume)
    old_at_new = (b.final * a.final_price).sum(1) + net(revalued)
    return new_at_old / old, new / old_at_new


def balances(a: Ledger, sectors: Numbers) -> Numbers:
    """Bilateral balance ``[n, m]``: exports of n to m less its imports from m, over the sectors marked in ``[j]``."""
    trade = (a.flow * sectors[:, None, None]).sum((0, 1)) * abroad(a)
    return trade.T - trade


def measures(a: Ledger, b: Ledger) -> dict[str, Numbers]:
    """Every regional measure by name: hats and levels, ``[n]``."""
    return {
        "real_income": real_income(a, b),
        "equivalent_variation": equivalent_variation(a, b),
        "real_wage": real_wage(a),
        "real_gdp": real_gdp(a, b),
        "consumer_prices": a.P_C,
        "consumer_prices_in_wages": consumer_prices_in_wages(a),
        "exports": export_volume(a, b),
        "imports": import_volume(a, b),
        "terms_of_trade": terms_of_trade(a, b),
        "tariffs": a.tariffs,
        "export_taxes": a.export_taxes,
        "spending": a.C,
        "balance": balance(a),
    }
