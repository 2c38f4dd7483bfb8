"""From trade flows and uses, as arrays, to accounts that close; refuse what does not close to the stated tolerance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.errors import DataError, UnbalancedError
from comity.world.accounts import Accounts, Floats, Step
from comity.world.balance import balance
from comity.world.identities import Check, check_accounts
from comity.world.validation import frozen, refuse_where

ROUNDING = 1e-6


def close_flows(
    accounts: Accounts,
    regions: Sequence[str],
    sectors: Sequence[str],
    imbalances: Floats | None,
    benchmark: bool,
    tolerance: float,
    rounding: float,
    single: bool,
) -> tuple[Accounts, tuple[Step, ...]]:
    """Check raw accounts and close them exactly; see `World.from_flows` for the arguments.

    Raises:
        UnbalancedError: an identity fails by more than the tolerance and a benchmark was asked for.
        DataError: a sign that no rule repairs.
    """
    _refuse_signs(accounts, regions, sectors, benchmark)
    checks = check_accounts(accounts, regions, sectors, tolerance, rounding)
    equalities = [check for check in checks if not check.name.startswith("non-negative")]
    if imbalances is not None:
        _compare_imbalances(accounts, imbalances, regions, tolerance, rounding * len(sectors) * len(regions))
    if not benchmark:
        return accounts, _not_a_benchmark(accounts, checks)
    failed = [check for check in equalities if not check.passed]
    if failed:
        raise UnbalancedError(_explain(failed[0]))
    closed, steps = balance(accounts, single)
    _refuse_empty_regions(closed, regions)
    return closed, steps


def _refuse_empty_regions(a: Accounts, regions: Sequence[str]) -> None:
    """A region must earn and spend something; an economy of nothing has no prices."""
    for what, amount in (("factor income", a.factor_income), ("final spending", a.final_use.sum(1))):
        if (amount <= 0).any():
            n = int(np.argmax(amount <= 0))
            raise DataError(
                f"{regions[n]} has no {what} ({amount[n]:g}): leave the region out, or sum it into another before the "
                "world is made"
            )


def _refuse_signs(a: Accounts, regions: Sequence[str], sectors: Sequence[str], benchmark: bool) -> None:
    bad = a.flows < 0
    if benchmark and not a.pooled:
        bad = bad & (np.arange(2) == 0)[:, None, None, None]  # final flows may be negative: stocks drawn down
    refuse_where("flows", a.flows, bad, "is negative", regions, sectors)
    if benchmark:
        what = "is negative (pass benchmark=False to keep replication data as they are)"
        refuse_where("input_use", a.input_use, a.input_use < 0, what, regions, sectors)


def _compare_imbalances(a: Accounts, given: Floats, regions: Sequence[str], tolerance: float, absolute: float) -> None:
    values = frozen("imbalances", given, regions, ())
    gap = np.abs(values - a.imbalance)
    allowed = tolerance * a.total_flows.sum((0, 2)) + absolute
    if (gap > allowed).any():
        n = int((gap - allowed).argmax())
        raise UnbalancedError(
            f"imbalances: given {values[n]:,.6g} for {regions[n]}, but its imports less exports at border values are "
            f"{a.imbalance[n]:,.6g} (US$ million). Flows must be net of tariffs; a deficit is positive"
        )


def _explain(check: Check) -> str:
    return (
        f"the accounts do not close: {check.statement} fails at {check.where or 'the world'} by "
        f"US$ {check.amount:,.6g} million ({check.largest:.2g} of the larger side, allowed {check.tolerance:.2g}). "
        "Flows must be net of tariffs, input and final use include them; pass rounding= for a table of rounded numbers "
        "or benchmark=False for replication data that are no equilibrium"
    )


def _not_a_benchmark(a: Accounts, checks: Sequence[Check]) -> tuple[Step, ...]:
    failed = [check for check in checks if not check.passed]
    names = ", ".join(check.name for check in failed) or "none"
    text = f"data kept as they are, not closed; identities that fail: {names}. The model solves a baseline first"
    amount = float(np.abs(a.sales - a.cost).sum() + np.abs(a.spending.sum(0) - a.input_use.sum(2) - a.final_use).sum())
    steps = [Step("not a benchmark", text, len(failed), amount)]
    for name, array in (("input use", a.input_use), ("final use", a.final_use), ("value added", a.value_added)):
        if (array < 0).any():
            size = float(-array[array < 0].sum())
            steps.append(Step(f"negative {name}", "kept as it is", int((array < 0).sum()), size))
    return tuple(steps)


def retax(a: Accounts, tariff: Floats, export_tax: Floats) -> Accounts:
    """The same purchases at producer's prices under other baseline rates; value added is what is left.

    Border flows move with the export tax, input and final use with the average tariff of the good; nobody's quantities
    change. The accounts still need `balance` where value added became negative.
    """
    flows = a.flows * ((1 + export_tax) / (1 + a.export_tax))
    new = Accounts(flows, tariff, export_tax, a.input_use, a.final_use, a.value_added)
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = np.where(a.spending > 0, new.spending / a.spending, 1.0)
    input_use = a.input_use * growth[0][:, :, None]
    final_use = a.final_use * growth[-1]
    return Accounts(flows, tariff, export_tax, input_use, final_use, new.sales - input_use.sum(1))


def require_positive(name: str, value: float) -> float:
    """`value` as a float; a `DataError` when it is not finite or is negative."""
    number = float(value)
    if not np.isfinite(number) or number < 0:
        raise DataError(f"{name} is {value!r}: it must be a finite number, zero or more")
    return number
