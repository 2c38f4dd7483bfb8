"""What the goals and the purchase commitments of a scenario took, as tables and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from comity.report.table import Cell, Column, Table
from comity.report.values import Outcomes, label, world_of

if TYPE_CHECKING:
    from comity.model.found import Found, Purchase
    from comity.model.outcome import Outcome

MOST_LISTED = 8
SMALLEST = 5e-3
"""US$ bn: what rounds to nothing is not listed."""
FOUND_NOTE = (
    "The amount of a rule is the unknown, the outcome is given; money is a year's. Baseline: without any change."
)
BOUGHT_NOTE = (
    "Border values. Without: under the variant's other rules alone, which the price changes too are measured against "
    "(relative to world factor income). The outlay is the subsidy on all that is bought; the buyer's households pay it."
)
BEARS_NOTE = (
    "Real income lost against the variant's other rules without any commitment, by all commitments together. Sales: "
    "change of what the buyer buys of these goods, border values; its own row is domestic sales."
)


def found_table(outcomes: Outcomes) -> Table:
    """The amounts that goals found; no rows without goals."""
    from comity.model.found import shown

    rows: list[tuple[Cell, ...]] = []
    for variant, entry in _found(outcomes):
        dollars = f" of {entry.dollars}" if entry.dollars else ""
        outcome = (shown(value, entry.outcome_unit) for value in (entry.baseline, entry.reached))
        rows.append(
            (variant, entry.rule, f"{shown(entry.amount, entry.amount_unit)}{dollars}", entry.outcome, *outcome)
        )
    heads = ("variant", "rule", "amount found", "outcome", "in the baseline", "reached")
    return _of_variants("What it takes", tuple(map(Column, heads)), rows, (FOUND_NOTE,), outcomes)


def bought_table(outcomes: Outcomes) -> Table:
    """What each purchase commitment took; no rows without commitments."""
    columns = (
        Column("variant"),
        Column("commitment"),
        *(Column(name, "US$ bn", 2, "purchases") for name in ("promised", "baseline", "without", "bought")),
        Column("binds", group="wedge"),
        Column("import subsidy", "%", 2, "wedge"),
        Column("outlay", "US$ bn", 2, "wedge"),
        Column("seller's price", "%", 2, "wedge"),
        Column("buyer's price", "%", 2, "wedge"),
    )
    rows = [(variant, p.rule, *_cells(p)) for variant, p in _bought(outcomes)]
    return _of_variants("Purchases promised", columns, rows, (BOUGHT_NOTE,), outcomes)


def _cells(p: Purchase) -> tuple[Cell, ...]:
    money = (p.asked, p.baseline, p.without, p.reached)
    return (*money, "yes" if p.binding else "no", p.subsidy_pct, p.outlay, p.border_price_pct, p.buyer_price_pct)


def bearers_table(outcomes: Outcomes) -> Table:
    """Who loses real income by the commitments that bind, and whose sales they move; no rows where none binds."""
    world = world_of(outcomes)
    columns = (
        Column("variant"),
        Column("commitment"),
        Column("region"),
        Column("real income lost", "US$ bn", 2),
        Column("sales to the buyer", "US$ bn", 2),
    )
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for variant, p in _bought(outcomes):
        if not p.binding:
            continue
        breaks.append(len(rows))
        for place, code in enumerate(bearers_of(p)):
            first = (variant, p.rule) if not place else ("", "")
            rows.append((*first, label(world, code), p.cost[code], p.suppliers[code]))
    title = "Who bears the purchases, and who sells"
    return _of_variants(title, columns, rows, (BEARS_NOTE,), outcomes, tuple(breaks[1:]))


def bearers_of(p: Purchase) -> list[str]:
    """Buyer and seller, then the regions most moved."""
    size = {code: max(abs(p.cost[code]), abs(p.suppliers[code])) for code in p.cost}
    others = sorted((code for code in size if size[code] >= SMALLEST), key=lambda code: -size[code])
    return list(dict.fromkeys([p.buyer, p.seller, *others]))[:MOST_LISTED]


def _of_variants(
    title: str,
    columns: tuple[Column, ...],
    rows: list[tuple[Cell, ...]],
    notes: tuple[str, ...],
    outcomes: Outcomes,
    breaks: tuple[int, ...] = (),
) -> Table:
    """The table, without the names of variants where there is only one."""
    first = 0 if len(outcomes) > 1 else 1
    return Table(title, columns[first:], tuple(row[first:] for row in rows), notes, breaks)


def took_tables(outcomes: Outcomes) -> list[Table]:
    """The tables that have rows."""
    return [t for t in (found_table(outcomes), bought_table(outcomes), bearers_table(outcomes)) if t.rows]


def took_object(outcome: Outcome) -> dict[str, list[dict[str, Any]]]:
    """The same of one variant as plain values for JSON; only what it has."""
    found = {"found": [f.to_dict() for f in outcome.found], "purchases": [p.to_dict() for p in outcome.bought]}
    return {key: entries for key, entries in found.items() if entries}


def _found(outcomes: Outcomes) -> Iterator[tuple[str, Found]]:
    return ((name, entry) for name, outcome in outcomes.items() for entry in outcome.found)


def _bought(outcomes: Outcomes) -> Iterator[tuple[str, Purchase]]:
    return ((name, entry) for name, outcome in outcomes.items() for entry in outcome.bought)
