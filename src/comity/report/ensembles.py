"""An ensemble as tables: distributions of a measure, who does better where, why; and how its draws went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.report.measures import EVERY, Measure
from comity.report.table import Cell, Column, Table
from comity.uncertainty.ensemble.details import AXES, CHANNELS, INCOMES, table_of
from comity.uncertainty.ensemble.drawn import SPENDING, spending_before
from comity.uncertainty.ensemble.recording import OWN_CODES
from comity.uncertainty.ensemble.results import Results, design_of, failures, places_of
from comity.uncertainty.ensemble.summary import Summary, beats, kinds_of, summarise

if TYPE_CHECKING:
    from comity.uncertainty.ensemble.split import Share

SHOWN = 6
WORLD, EVERYBODY = "World", "all that are given"
INCOME, EV = "real_income_pct", "equivalent_variation_usd_bn"
BY_NAME = {measure.name: measure for measure in EVERY}
Place = tuple[str, ...]


def measure_named(name: str) -> Measure:
    """A measure by its name in files, or by its words.

    Raises:
        UnknownName: there is none; gives the nearest.

    >>> measure_named("real GDP").name, measure_named("real income by channel").name
    ('real_gdp_pct', 'channel_points')
    """
    from comity.uncertainty.ensemble.results import known

    words = {_bare(measure.label): measure for measure in EVERY}
    if _bare(name) in words:
        return words[_bare(name)]
    return BY_NAME[known(name, list(BY_NAME), "measure")]


def _bare(label: str) -> str:
    return label.lower().replace(",", "")


def axes_of(measure: str) -> Place:
    """What a measure is by."""
    table = table_of(measure)
    return ("region",) if table is None else AXES[table]


def distributions(results: Results, measure: str) -> dict[str, dict[Place, Summary]]:
    """Distributions of a measure by variant and place, over the independent draws.

    Raises:
        UnknownName: none of its places is recorded.
    """
    places = places_of(results.manifest, measure)
    rows = design_of(results.manifest).independent(results.numbers)
    found = {}
    for variant in results.manifest["variants"]:
        values = results.column(variant, measure)[rows]
        found[variant] = {place: summarise(values[:, n]) for n, place in enumerate(places)}
    return found


def summaries(results: Results, measure: str) -> dict[str, dict[str, Summary]]:
    """Distributions of a regional measure by variant and region."""
    found = distributions(results, measure)
    return {variant: {place[0]: one for place, one in by.items()} for variant, by in found.items()}


def most_moved(results: Results) -> list[str]:
    """Regions by the largest mean equivalent variation, in any variant; a handful."""
    found = summaries(results, EV).values()
    size = {code: max(abs(one[code].mean) for one in found) for code in results.manifest["regions"]}
    return sorted(size, key=lambda code: -size[code])[:SHOWN]


def places_shown(results: Results, measure: str, regions: Sequence[str]) -> list[Place]:
    """The places of a measure that tables show: of a regional one the regions asked for, else the most moved; of
    another all that are recorded, or those of the regions asked for, without channels and sources of which there is
    nothing in any draw."""
    if table_of(measure) is None:
        return [(code,) for code in (regions or most_moved(results))]
    every = places_of(results.manifest, measure)
    asked = [place for place in every if not regions or set(place) & set(regions)]
    if table_of(measure) not in (CHANNELS, INCOMES):
        return asked
    moved = [abs(np.nan_to_num(results.column(variant, measure))).max(0) for variant in results.manifest["variants"]]
    some = dict(zip(every, np.max(moved, axis=0) > 0, strict=True))
    return [place for place in asked if some[place]]


def ensemble_tables(results: Results, measure: Measure, regions: Sequence[str] = ()) -> list[Table]:
    """The distribution of a measure under each variant; who does better where; what the spread comes from.

    Args:
        results: draws.
        measure: of them.
        regions: codes of those that are shown; see `places_shown`.

    Raises:
        UnknownName: none of the measure's places is recorded.
    """
    found = distributions(results, measure.name)
    places = places_shown(results, measure.name, regions)
    tables = [_distribution(results, measure, variant, places, found[variant]) for variant in found]
    if len(found) > 1:
        tables.append(_better(results, measure, places))
    if design_of(results.manifest).split:
        tables += [_split(results, measure, variant, places) for variant in found]
    return tables


def place_columns(measure: str) -> tuple[Column, ...]:
    """Headings of the places of a measure."""
    return tuple(map(Column, axes_of(measure)))


def _distribution(
    results: Results, measure: Measure, variant: str, places: Sequence[Place], found: Mapping[Place, Summary]
) -> Table:
    unit, digits = measure.unit, measure.digits + 1
    columns = (
        *place_columns(measure.name),
        *(Column(name, unit, digits) for name in ("mean", "median")),
        *(Column(name, unit, digits, "50% interval") for name in ("from", "to")),
        *(Column(name, unit, digits, "90% interval") for name in ("from", "to")),
        Column("below zero", "% of draws", 1),
        *(Column(name, unit, digits + 1, "sampling error") for name in ("mean", "median", "5%", "95%")),
    )
    rows = [(*labels(results, measure.name, place), *_numbers(found[place])) for place in places]
    breaks: tuple[int, ...] = ()
    if measure.name in (INCOME, EV):
        breaks = (len(rows),)
        rows.append((WORLD, *_numbers(summarise(_of_world(results, variant)[measure.name]))))
    title = f"{variant}: {measure.label}, {max((one.draws for one in found.values()), default=0):,} draws"
    note = "Sampling error: one standard error as if draws were independent; Sobol points are more even than that."
    return Table(title, columns, tuple(rows), (note,), breaks)


def world_income(results: Results) -> dict[str, dict[str, Summary]]:
    """Distributions of the sum of all regions' equivalent variations, in US$ bn and in per cent of the final spending
    that they had in the baseline, by measure and variant."""
    variants = results.manifest["variants"]
    found = {variant: _of_world(results, variant) for variant in variants}
    return {measure: {v: summarise(found[v][measure]) for v in variants} for measure in (INCOME, EV)}


def _of_world(results: Results, variant: str) -> dict[str, np.ndarray]:
    """The same draw by draw ``[draw]``."""
    rows = design_of(results.manifest).independent(results.numbers)
    gained, *spent = (results.column(variant, name)[rows] for name in (EV, *SPENDING))
    before = spending_before(*spent)
    return {INCOME: 100 * gained.sum(1) / before.sum(1), EV: gained.sum(1)}


def _numbers(one: Summary) -> tuple[Cell, ...]:
    errors = one.quantile_errors
    return (
        one.mean, one.median, *one.half, *one.most, 100 * one.loss, one.mean_error, errors[2], errors[0], errors[-1],
    )  # fmt: skip


def labels(results: Results, measure: str, place: Place) -> tuple[str, ...]:
    """A place in words, axis by axis."""
    return tuple(label(results, axis, code) for axis, code in zip(axes_of(measure), place, strict=True))


def label(results: Results, axis: str, code: str) -> str:
    """Code and name of a region or sector."""
    if axis in OWN_CODES or axis == "rule":
        return code
    manifest = results.manifest
    names = (
        manifest["sector_names"]
        if axis == "sector"
        else dict(zip(manifest["regions"], manifest["region_names"], strict=True))
    )
    name = names.get(code, EVERYBODY)  # of sectors, where persons of all of them are summed
    return name if name in (code, EVERYBODY) else f"{code} {name}"


def _better(results: Results, measure: Measure, places: Sequence[Place]) -> Table:
    """Share of draws in which one variant is better than another, draw by draw."""
    rows: list[tuple[Cell, ...]] = []
    breaks = []
    for first, second, by_place in pairs(results, measure.name):
        breaks.append(len(rows))
        for place in places:
            share, error, gap = by_place[place]
            own: tuple[Cell, ...] = (
                f"{first} above {second}",
                *labels(results, measure.name, place),
                100 * share,
                100 * error,
            )
            rows.append((*own, gap.mean, *gap.most))
    unit, digits = measure.unit, measure.digits + 1
    columns = (
        Column("variants"), *place_columns(measure.name), Column("probability", "%", 1),
        Column("sampling error", "%", 1), Column("mean", unit, digits, "difference"),
        *(Column(name, unit, digits, "difference, 90% interval") for name in ("from", "to")),
    )  # fmt: skip
    what = "better" if table_of(measure.name) is None else "higher"
    title = f"Which variant is {what}: {measure.label}"
    note = "Both variants under the same draws: what is uncertain about both does not blur the difference."
    return Table(title, columns, tuple(rows), (note,), tuple(breaks[1:]))


def pairs(results: Results, measure: str) -> list[tuple[str, str, dict[Place, tuple[float, float, Summary]]]]:
    """For each pair of variants and each place: the share of draws in which the first is larger, its sampling error,
    and the distribution of the difference."""
    independent = design_of(results.manifest).independent(results.numbers)
    columns = {name: results.column(name, measure)[independent] for name in results.manifest["variants"]}
    places = places_of(results.manifest, measure)
    return [
        (
            first, second,
            {place: (*beats(columns[first][:, n], columns[second][:, n]),
                     summarise(columns[first][:, n] - columns[second][:, n])) for n, place in enumerate(places)},
        )
        for first, second in combinations(columns, 2)
    ]  # fmt: skip


def shares(results: Results, measure: str, variant: str, places: Sequence[Place]) -> list[tuple[Share, ...]]:
    """Sobol indices of some numbers by source of uncertainty.

    Raises:
        ScenarioError: the draws were not made to split the variance, or are too few, or not all there yet.
        MissingExtra: SALib is not installed.
    """
    from comity.uncertainty.ensemble.split import variance_shares

    design, every = design_of(results.manifest), places_of(results.manifest, measure)
    found = results.column(variant, measure)
    split = []
    for place in places:
        values = np.full(results.manifest["rows"], np.nan)  # draws that are not there yet are those of no answer
        values[results.numbers] = found[:, every.index(place)]
        split.append(variance_shares(design, values))
    return split


def _split(results: Results, measure: Measure, variant: str, places: Sequence[Place]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    breaks = []
    for place, found in zip(places, shares(results, measure.name, variant, places), strict=True):
        breaks.append(len(rows))
        own: tuple[Cell, ...] = labels(results, measure.name, place)
        for one in found:
            numbers = [100 * x for x in (one.first, one.first_error, one.total, one.total_error)]
            rows.append((*own, one.source, *numbers))
            own = ("",) * len(own)
    columns = (
        *place_columns(measure.name), Column("source"),
        Column("share", "%", 1, "by itself"), Column("+/-", "%", 1, "by itself"),
        Column("share", "%", 1, "with interactions"), Column("+/-", "%", 1, "with interactions"),
    )  # fmt: skip
    note = "Shares of the variance: Sobol indices, first-order and total; +/-: half the 95% interval, by resampling."
    title = f"{variant}: what the spread of {measure.label} comes from"
    return Table(title, columns, tuple(rows), (note,), tuple(breaks[1:]))


def checks(results: Results) -> list[str]:
    """What is known about the draws as solutions: failures with their reasons, residuals, certificates."""
    failed, reasons = failures(results)
    residual, certified = 0.0, []
    for variant in results.manifest["variants"]:
        found, certificates, _ = results.solves(variant)
        residual = max(residual, float(np.nanmax(found)))
        certified += certificates[np.isfinite(certificates)].tolist()
    solves = results.rows * len(results.manifest["variants"])
    share = 100 * len(certified) / solves
    worst = f", largest residual {max(certified):.1e}" if certified else ""
    sentences = [
        f"{results.rows:,} draws of {len(results.manifest['variants'])} variants; {failed} failed; largest residual of "
        f"the solver {residual:.1e} in logs (of draws that failed too); {len(certified)} solves ({share:.2g}%) solved "
        f"apart and certified in full{worst}"
    ]
    if results.rows < results.manifest["rows"]:
        sentences.append(
            f"{results.manifest['rows'] - results.rows:,} draws are missing: these numbers are of the others"
        )
    return [*sentences, *(f"{count} x {why}" for why, count in kinds_of(reasons)[:5])]


def drawn(results: Results) -> list[str]:
    """What was drawn and how, in sentences: each source of uncertainty with its distributions."""
    by_source: dict[str, list[Mapping[str, Any]]] = {}
    for parameter in results.manifest["parameters"]:
        by_source.setdefault(parameter["source of uncertainty"], []).append(parameter)
    sentences = [results.manifest["method"][0].upper() + results.manifest["method"][1:]]
    for source, parameters in by_source.items():
        shown = "; ".join(
            f"{p['name']} {p['distribution']}{' ' + p['unit'] if p['unit'] else ''}" for p in parameters[:3]
        )
        more = f"; and {len(parameters) - 3} more" if len(parameters) > 3 else ""
        sentences.append(f"{source}: {shown}{more}")
    return [*sentences, *results.manifest["notes"]]
