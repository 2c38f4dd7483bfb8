"""What an ensemble keeps beside regional measures, as tables: sectors, partners, and the amounts that were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.report.ensembles import BY_NAME, Place, distributions, labels, place_columns, places_shown
from comity.report.measures import Measure
from comity.report.table import Cell, Column, Table, number
from comity.uncertainty.ensemble.details import (
    BEARERS,
    BURDENS,
    BY_PARTNER,
    BY_SECTOR,
    CHANNELS,
    COMMITMENTS,
    INCOMES,
    JOBS,
    PAIRS,
    SECTORS,
    TRADE,
)
from comity.uncertainty.ensemble.results import Results, design_of
from comity.uncertainty.ensemble.summary import Summary, summarise

SHOWN = {
    SECTORS: ("output_pct", "value_added_change_usd_bn"),
    PAIRS: ("goods_balance_change_usd_bn", "bilateral_balance_change_usd_bn"),
    JOBS: ("jobs_change_thousand", "real_pay_pct"),
    COMMITMENTS: (
        "commitment_without_usd_bn",
        "commitment_border_price_pct",
        "commitment_buyer_price_pct",
    ),
    BEARERS: ("commitment_lost_usd_bn", "commitment_sales_usd_bn"),
    BURDENS: ("burden_payment_usd_bn", "burden_terms_of_trade_usd_bn", "burden_terms_of_trade_pct"),
    CHANNELS: ("channel_points",),
    INCOMES: ("source_points",),
    BY_SECTOR: ("sector_points",),
    BY_PARTNER: ("partner_points",),
}
"""Measures that have a table of their own without being asked for; the others by `--measure` and in JSON."""
FLOWS = ("border_price_pct", "buyer_price_pct", "duties_change_usd_bn")
"""Of flows of trade, where real income is split: who bears the tariffs."""
TITLES = {
    SECTORS: "Who gains and loses inside",
    PAIRS: "Change in bilateral balances, exports less imports",
    TRADE: "Who bears the tariffs",
    JOBS: "Jobs by sector",
    COMMITMENTS: "Purchases promised, against the same rules without commitments",
    BEARERS: "Who bears the purchases, and who sells",
    BURDENS: "Who bears the transfer",
    CHANNELS: "Channels of real income",
    INCOMES: "Sources of income",
    BY_SECTOR: "Sectors behind it",
    BY_PARTNER: "Partners behind it",
}
PUBLIC = "public_purchases_usd_bn"
SMALLEST = 5e-4
"""Of per cent, points and US$ bn: parts whose every draw is nearer to zero have no row."""
MOST_PARTS = 8
"""Sectors, and partners, behind the real income of a region that have a row."""
NOTE = "Median and central 90% interval of {draws:,} draws; one measure in full with --measure NAME, all with --json."
WHAT = {
    "goal": "amount that meets the goal",
    "commitment subsidy": "import subsidy",
    "commitment outlay": "outlay on it",
    "commitment bought": "bought",
}


def detail_tables(results: Results, regions: Sequence[str] = ()) -> list[Table]:
    """Medians and intervals by sector and by partner, as far as they are recorded, and of amounts that were found."""
    kept = results.manifest["recorded"]
    shown = dict(SHOWN) | ({TRADE: FLOWS} if CHANNELS in kept and TRADE in kept else {})
    tables = [_by_place(results, table, shown[table], regions) for table in shown if table in kept]
    if PAIRS in kept:
        tables.append(_by_place(results, PAIRS, (PUBLIC,), regions, "What added public absorption buys"))
    found = list(_amounts(results))
    return [table for table in tables if table.rows] + ([_found(results, found)] if found else [])


def _by_place(
    results: Results, table: str, shown: Sequence[str], regions: Sequence[str], title: str | None = None
) -> Table:
    measures = [BY_NAME[name] for name in shown]
    found = {measure.name: distributions(results, measure.name) for measure in measures}
    places = _chosen(table, shown, places_shown(results, measures[0].name, regions), found)
    variants = results.manifest["variants"]
    columns = [*place_columns(measures[0].name)]
    for variant in variants:
        for measure in measures:
            name = measure.label.removeprefix("change in ").removeprefix("burden of a transfer: ").split(",")[0]
            columns += [Column(name, measure.unit, measure.digits, variant), Column("90% interval", group=variant)]
    rows, breaks, before = [], [], ""
    for k, place in enumerate(places):
        breaks += [k] if k and place[0] != before else []
        first, *others = place if table == TRADE else labels(results, measures[0].name, place)
        cells = (cell for v in variants for m in measures for cell in _cells(m, found[m.name][v], place))
        rows.append((first if place[0] != before else "", *others, *cells))
        before = place[0]
    note = NOTE.format(draws=_draws(results))
    return Table(title or TITLES[table], tuple(columns), tuple(rows), (note,), tuple(breaks))


def _chosen(
    table: str,
    shown: Sequence[str],
    places: Sequence[Place],
    found: Mapping[str, Mapping[str, Mapping[Place, Summary]]],
) -> list[Place]:
    """The places that have a row: a balance once, a purchase or a part where there is any, the largest of many."""
    first = {place[0]: k for k, place in reversed(list(enumerate(places)))}
    if table == PAIRS and shown != (PUBLIC,):
        once = {frozenset(place): place for place in reversed(places) if len(set(place)) > 1}
        return sorted(once.values(), key=lambda place: (first[place[0]], places.index(place)))
    if table not in (CHANNELS, INCOMES, BY_SECTOR, BY_PARTNER) and shown != (PUBLIC,):
        return list(places)
    by_variant = found[shown[0]].values()
    size = {place: max(_size(one[place]) for one in by_variant) for place in places}
    there = [place for place in places if size[place] >= SMALLEST]
    if table not in (BY_SECTOR, BY_PARTNER):
        return there
    ranked = sorted(there, key=lambda place: (first[place[0]], -size[place]))
    return [p for k, p in enumerate(ranked) if sum(other[0] == p[0] for other in ranked[:k]) < MOST_PARTS]


def _size(one: Summary) -> float:
    return max(map(abs, (*one.most, one.median))) if one.draws else 0.0


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
