"""Close the accounts exactly: repair degenerate cells by stated rules, then scale and take the residual.

A benchmark is determined by its flows, tariffs, export taxes and the composition of inputs. Given those,

    input use     rows are scaled to intermediate purchases with tariff (pooled: with final use, to all purchases)
    final use     final purchases with tariff
    value added   sales less inputs at buyer's prices

so that every identity of `check_accounts` holds to rounding. What had to change on the way is returned as steps, each
with its count and US$ amount; nothing is floored with small numbers, and cells that are truly empty stay empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from comity.world.accounts import Accounts, Floats, Step, divide, recorded

Repair = Callable[[Accounts], tuple[Accounts, tuple[Step, ...]]]
_NOISE = 1e-13  # relative; below this a difference is the rounding of float64 sums and not worth a line of history


def balance(accounts: Accounts, single: bool = False) -> tuple[Accounts, tuple[Step, ...]]:
    """Repair and close `accounts`.

    Args:
        accounts: may hold negative final sales and negative value added; input use must not be negative.
        single: round the flows to single precision first, so that the world can be stored in half the space.

    Returns:
        Closed accounts, and what was done in order.
    """
    repairs: tuple[Repair, ...] = (
        _net_final_sales,
        *((_single_precision,) if single else ()),
        _scale_inputs,
        _take_residual,
        _repair_value_added,
    )
    history: tuple[Step, ...] = ()
    for repair in repairs:
        accounts, steps = repair(accounts)
        history += recorded(steps)
    return accounts, history + recorded(_empty_cells(accounts))


def _net_final_sales(a: Accounts) -> tuple[Accounts, tuple[Step, ...]]:
    """Negative final sales (stocks drawn down) are netted within the producer's row, or counted as output."""
    if a.pooled or not (a.flows[1] < 0).any():
        return a, ()
    price = 1 / (1 + a.export_tax)
    receipts = a.flows[1] * price
    total, positive = receipts.sum(1), np.maximum(receipts, 0).sum(1)
    keep = np.where((receipts < 0).any(1), divide(np.maximum(total, 0.0), positive), 1.0)
    final = np.maximum(a.flows[1], 0) * keep[:, None, :]
    drawn = np.where(total < 0, -total, 0.0)
    negative = np.minimum(receipts, 0)
    netted = -(negative.sum(1) * (total >= 0)).sum()
    steps = (
        Step(
            "negative final sales",
            "stocks drawn down: negative cells set to zero and the positive cells of the same producer's row scaled to "
            "the row's total; output unchanged",
            int(((negative < 0) & (total >= 0)[:, None, :]).sum()),
            float(netted),
        ),
        Step(
            "stocks drawn down",
            "a producer's final sales that are negative in total set to zero; the amount counts as this year's output "
            "and value added of the producer",
            int((total < 0).sum()),
            float(drawn.sum()),
        ),
    )
    flows = np.stack([a.flows[0], final])
    return replace(a, flows=flows, final_use=a.final_use, value_added=a.value_added + drawn.T), steps


def _single_precision(a: Accounts) -> tuple[Accounts, tuple[Step, ...]]:
    flows = a.flows.astype(np.float32).astype(np.float64)
    change = np.abs(flows - a.flows)
    text = "flows rounded to single precision so that the world can be stored in half the space"
    return replace(a, flows=flows), (Step("single precision", text, int((change > 0).sum()), float(change.sum())),)


def _scale_inputs(a: Accounts) -> tuple[Accounts, tuple[Step, ...]]:
    """Scale input use (and final use) to purchases by source."""
    use, purchases = a.input_use.sum(2), a.spending
    wanted = purchases[0] if not a.pooled else purchases[0] * divide(use, use + np.maximum(a.final_use, 0))
    orphan = (use == 0) & (wanted > 0)
    input_use = a.input_use * divide(wanted, use)[:, :, None]
    change = np.abs(input_use - a.input_use)
    noticed = change > _NOISE * np.maximum(use, wanted)[:, :, None]
    drawn = np.minimum(a.final_use, 0) if a.pooled else np.zeros_like(use)
    steps: tuple[Step, ...] = (
        Step(
            "negative final use",
            "purchases for stock that are negative in total set to zero; the amount is taken from input use of the "
            "good and raises value added of its users",
            int((drawn < 0).sum()),
            float(-drawn.sum()),
        ),
        Step(
            "input use scaled",
            "rows of input use scaled to the recorded purchases by source",
            int(noticed.sum()),
            float(change[noticed].sum()),
        ),
    )
    closed = replace(a, input_use=input_use)
    if not a.pooled:
        closed, moved = _orphans_to_final(closed, orphan)
        steps += moved
    final = closed.spending[1] if not a.pooled else purchases[0] - input_use.sum(2)
    return replace(closed, final_use=np.where(final > 0, final, 0.0)), steps


def _orphans_to_final(a: Accounts, orphan: np.ndarray) -> tuple[Accounts, tuple[Step, ...]]:
    """Intermediate sales of a good that no industry of the buyer uses are final sales."""
    moved = a.flows[0] * orphan.T[:, :, None]
    if not moved.any():
        return a, ()
    text = "intermediate sales of a good that no industry of the importer uses counted as final sales"
    step = Step("intermediate sales without a user", text, int(orphan.sum()), float(moved.sum()))
    return replace(a, flows=np.stack([a.flows[0] - moved, a.flows[1] + moved])), (step,)


def _take_residual(a: Accounts) -> tuple[Accounts, tuple[Step, ...]]:
    """Value added is what producers receive less what they pay for inputs."""
    inputs = a.input_use.sum(1)
    value_added = a.sales - inputs
    value_added[np.abs(value_added) <= _NOISE * np.maximum(a.sales, inputs)] = 0.0
    change = np.abs(value_added - a.value_added)
    noticed = change > _NOISE * np.maximum(a.sales, inputs)
    text = "value added is sales less inputs at buyer's prices; amount: its departure from the source (rounding)"
    step = Step("value added as residual", text, int(noticed.sum()), float(change[noticed].sum()))
    return replace(a, value_added=value_added), (step,)


def _repair_value_added(a: Accounts) -> tuple[Accounts, tuple[Step, ...]]:
    """Where inputs exceed output, shrink them to output and let the same goods go to final use."""
    negative = a.value_added < 0
    if not negative.any():
        return a, ()
    factor = np.where(negative, divide(a.sales, a.input_use.sum(1)), 1.0)
    input_use = a.input_use * factor[:, None, :]
    moved = divide((a.input_use - input_use).sum(2), a.input_use.sum(2))
    text = (
        "inputs exceed output: the industry's inputs shrunk until value added is zero, the amount moved to final use "
        "of the same good, country and source"
    )
    step = Step("negative value added", text, int(negative.sum()), float(-a.value_added[negative].sum()))
    value_added = np.where(negative, 0.0, a.value_added)
    if a.pooled:
        final_use = a.final_use + (a.input_use - input_use).sum(2)
        return replace(a, input_use=input_use, final_use=final_use, value_added=value_added), (step,)
    shift = a.flows[0] * moved.T[:, :, None]
    flows = np.stack([a.flows[0] - shift, a.flows[1] + shift])
    final_use = a.final_use + (a.input_use - input_use).sum(2)
    return replace(a, flows=flows, input_use=input_use, final_use=final_use, value_added=value_added), (step,)


def _empty_cells(a: Accounts) -> tuple[Step, ...]:
    """Count the cells that are structurally empty; the model masks them."""
    used, made = a.spending.sum(0) > 0, a.sales > 0
    domestic = np.einsum("jnn->nj", a.total_flows) > 0
    counts: dict[str, Floats | np.ndarray] = {
        "no spending": ~used,
        "no output": ~made,
        "no domestic source": used & ~domestic,
        "no value added": made & (a.value_added == 0),
    }
    text = "structurally empty, masked in the model; nothing is filled"
    return tuple(Step(name, text, int(cells.sum())) for name, cells in counts.items())
