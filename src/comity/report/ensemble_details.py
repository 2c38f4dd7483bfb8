"""What an ensemble keeps beside regional measures, as tables: sectors, partners, and the amounts that were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.report.ensembles import BY_NAME, Place, distributions, label, labels, place_columns, places_shown
from comity.report.measures import Measure
from comity.report.table import Cell, Column, Table, number
from comity.uncertainty.ensemble.details import PAIRS, SECTORS
from comity.uncertainty.ensemble.results import Results, design_of
from comity.uncertainty.ensemble.summary import Summary, summarise

SHOWN = {
    SECTORS: ("output_pct", "value_added_change_usd_bn"),
    PAIRS: ("goods_balance_change_usd_bn", "bilateral_balance_change_usd_bn"),
}
"""Measures that have a table of their own without being asked for; the others by `--measure` and in JSON."""
TITLES = {SECTORS: "Who gains and loses inside", PAIRS: "Change in bilateral balances, exports less imports"}
NOTE = "Median and central 90% interval of {draws:,} draws; one measure in full with --measure NAME, all with --json."
WHAT = {
    "goal": "amount that meets the goal",
    "commitment subsidy": "import subsidy",
    "commitment outlay": "outlay on it",
    "commitment bought": "bought",
}


def detail_tables(results: Results, regions: Sequence[str] = ()) -> list[Table]:
    """Medians and intervals by sector and by partner, as far as they are recorded, and of amounts that were found."""
    kept = [table for table in SHOWN if table in results.manifest["recorded"]]
    tables = [_by_place(results, table, regions) for table in kept]
    found = list(_amounts(results))
    return [*tables, _found(results, found)] if found else tables


def _by_place(results: Results, table: str, regions: Sequence[str]) -> Table:
    measures = [BY_NAME[name] for name in SHOWN[table]]
    found = {measure.name: distributions(results, measure.name) for measure in measures}
    places = places_shown(results, measures[0].name, regions)
    variants = results.manifest["variants"]
    columns = [*place_columns(measures[0].name)]
    for variant in variants:
        for measure in measures:
            name = measure.label.removeprefix("change in ")
            columns += [Column(name, measure.unit, measure.digits, variant), Column("90% interval", group=variant)]
    rows, breaks, before = [], [], ""
    for k, place in enumerate(places):
        breaks += [k] if k and place[0] != before else []
        first = label(results, "region", place[0]) if place[0] != before else ""
        before = place[0]
        cells = (cell for v in variants for m in measures for cell in _cells(m, found[m.name][v], place))
        rows.append((first, *labels(results, measures[0].name, place)[1:], *cells))
    return Table(TITLES[table], tuple(columns), tuple(rows), (NOTE.format(draws=_draws(results)),), tuple(breaks))


def _cells(measure: Measure, found: Mapping[Place, Summary], place: Place) -> tuple[Cell, Cell]:
    one = found[place]
    if not one.draws:
        return None, None
    return one.median, " to ".join(number(end, measure.digits) for end in one.most)


def _draws(results: Results) -> int:
    return len(design_of(results.manifest).independent(results.numbers))


def found_amounts(results: Results) -> list[tuple[str, str, str, str, Summary]]:
    """Variant, what it is, rule, unit and distribution of every amount that was found."""
    return list(_amounts(results))


def _amounts(results: Results) -> Iterator[tuple[str, str, str, str, Summary]]:
    rows = design_of(results.manifest).independent(results.numbers)
    for variant in results.manifest["variants"]:
        for (what, rule), (unit, values) in results.amounts(variant).items():
            yield variant, what, rule, unit, summarise(values[rows])


def _found(results: Results, found: Sequence[tuple[str, str, str, str, Summary]]) -> Table:
    columns = (
        *map(Column, ("variant", "rule", "what", "unit")), Column("median", "", 3), Column("mean", "", 3),
        *(Column(name, "", 3, f"{share}% interval") for share in (50, 90) for name in ("from", "to")),
    )  # fmt: skip
    rows = tuple(
        (variant, rule, WHAT[what], unit, one.median, one.mean, *one.half, *one.most)
        for variant, what, rule, unit, one in found
    )
    return Table(f"Amounts that were found, {_draws(results):,} draws", columns, rows)
