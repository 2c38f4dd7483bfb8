"""An update as tables and as an object: totals asked and reached, incomes, and what moved."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.report.document import finite
from comity.report.table import Column, Table
from comity.report.worlds import BILLION

if TYPE_CHECKING:
    from comity.world import Update, UpdateReport

SHOWN = 12


def update_tables(update: Update) -> list[Table]:
    """The totals that moved most, the incomes that changed, how much of the table moved, the flows that moved most."""
    return [_totals(update.report), _incomes(update.report), _parts(update.report), _flows(update.report)]


def update_document(update: Update) -> dict[str, Any]:
    """The report as one object, US$ million; the weight of an exact total is null."""
    report = asdict(update.report)
    totals = [{**total, "weight": finite(total["weight"])} for total in report["totals"]]
    return report | {"totals": totals, "unit": "US$ million", "furthest": update.report.furthest}


def _totals(report: UpdateReport) -> Table:
    columns = (Column("total"), *(Column(c, "US$ bn", 2) for c in ("before", "asked", "reached")), Column("source"))
    order = sorted(report.totals, key=lambda t: -abs(t.reached - t.before))[:SHOWN]
    rows = tuple((t.label, t.before / BILLION, t.asked / BILLION, t.reached / BILLION, t.source) for t in order)
    exact = sum(math.isinf(t.weight) for t in report.totals)
    notes = (f"The {len(order)} that moved most of {len(report.totals)} totals of trade, {exact} of them exact.",)
    return Table("Totals of trade", columns, rows, notes)


def _incomes(report: UpdateReport) -> Table:
    moved = [i for i in report.incomes if i.aimed != i.before]
    order = sorted(moved, key=lambda i: -i.reached)[:SHOWN]
    rows = tuple(
        (i.region, i.before / BILLION, i.reached / BILLION, 100 * (i.reached / i.before - 1)) for i in order
    )  # fmt: skip
    columns = (Column("region"), Column("before", "US$ bn", 1), Column("after", "US$ bn", 1), Column("change", "%", 1))
    kept = len(report.incomes) - len(moved)
    notes = (f"The {len(order)} largest of {len(moved)} that changed; {kept} keep theirs.",)
    return Table("Factor income", columns, rows, notes)


def _parts(report: UpdateReport) -> Table:
    amounts = ("before", "after", "moved", "beyond growth")
    columns = (Column("part of the accounts"), *(Column(name, "US$ bn", 1) for name in amounts))
    rows = tuple(
        (p.part, p.before / BILLION, p.after / BILLION, p.moved / BILLION, p.beyond_growth / BILLION)
        for p in report.parts
    )
    notes = (
        "Moved: sum of absolute changes of cells. Beyond growth: the same from the table in which each region grew "
        "with its income.",
    )
    return Table("What moved", columns, rows, notes)


def _flows(report: UpdateReport) -> Table:
    columns = tuple(map(Column, ("sector", "importer", "exporter")))
    columns = (*columns, Column("before", "US$ bn", 2), Column("after", "US$ bn", 2))
    rows = tuple(
        (f.sector, f.importer, f.exporter, f.before / BILLION, f.after / BILLION) for f in report.largest[:SHOWN]
    )
    return Table("Trade that moved most", columns, rows)
