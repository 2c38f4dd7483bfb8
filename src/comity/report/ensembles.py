"""An ensemble as tables and as one object: distributions of measures, who does better where, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.errors import ComityError
from comity.report.measures import MEASURES, Measure
from comity.report.table import Cell, Column, Table
from comity.uncertainty.ensemble.results import Results, design_of, failures
from comity.uncertainty.ensemble.summary import LEVELS, Summary, beats, summarise

if TYPE_CHECKING:
    from comity.uncertainty.ensemble.split import Share

SHOWN = 6
INCOME, EV = "real_income_pct", "equivalent_variation_usd_bn"
BY_NAME = {measure.name: measure for measure in MEASURES}


def measure_named(name: str) -> Measure:
    """A measure by its name in files, or by its words.

    Raises:
        UnknownName: there is none; gives the nearest.

    >>> measure_named("real GDP").name
    'real_gdp_pct'
    """
    from comity.uncertainty.ensemble.results import known

    words = {measure.label.lower(): measure for measure in MEASURES}
    if name.lower() in words:
        return words[name.lower()]
    return BY_NAME[known(name, list(BY_NAME), "measure")]


def summaries(results: Results, measure: str) -> dict[str, dict[str, Summary]]:
    """Distributions of a measure by variant and region, over the independent draws."""
    regions = results.manifest["regions"]
    rows = design_of(results.manifest).independent(results.numbers)
    found = {}
    for variant in results.manifest["variants"]:
        values = results.column(variant, measure)[rows]
        found[variant] = {code: summarise(values[:, n]) for n, code in enumerate(regions)}
    return found


def most_moved(results: Results) -> list[str]:
    """Regions by the largest mean equivalent variation, in any variant; a handful."""
    found = summaries(results, EV).values()
    size = {code: max(abs(one[code].mean) for one in found) for code in results.manifest["regions"]}
    return sorted(size, key=lambda code: -size[code])[:SHOWN]


def ensemble_tables(results: Results, measure: Measure, regions: Sequence[str]) -> list[Table]:
    """The distribution of a measure under each variant; who does better where; what the spread comes from."""
    found = summaries(results, measure.name)
    tables = [_distribution(results, measure, variant, regions, found[variant]) for variant in found]
    if len(found) > 1:
        tables.append(_better(results, measure, regions))
    if design_of(results.manifest).split:
        tables += [_split(results, measure, variant, regions) for variant in found]
    return tables


def _distribution(
    results: Results, measure: Measure, variant: str, regions: Sequence[str], found: Mapping[str, Summary]
) -> Table:
    unit, digits = measure.unit, measure.digits + 1
    columns = (
        Column("region"),
        *(Column(name, unit, digits) for name in ("mean", "median")),
        *(Column(name, unit, digits, "50% interval") for name in ("from", "to")),
        *(Column(name, unit, digits, "90% interval") for name in ("from", "to")),
        Column("below zero", "% of draws", 1),
        *(Column(name, unit, digits + 1, "sampling error") for name in ("mean", "median", "5%", "95%")),
    )
    rows = tuple(_row(results, code, found[code]) for code in regions)
    title = f"{variant}: {measure.label}, {next(iter(found.values())).draws:,} draws"
    note = "Sampling error: one standard error as if draws were independent; Sobol points are more even than that."
    return Table(title, columns, rows, (note,))


def _row(results: Results, code: str, one: Summary) -> tuple[Cell, ...]:
    errors = one.quantile_errors
    return (
        label(results, code), one.mean, one.median, *one.half, *one.most, 100 * one.loss,
        one.mean_error, errors[2], errors[0], errors[-1],
    )  # fmt: skip


def label(results: Results, code: str) -> str:
    """Code and name of a region."""
    manifest = results.manifest
    name = manifest["region_names"][manifest["regions"].index(code)]
    return code if name == code else f"{code} {name}"


def _better(results: Results, measure: Measure, regions: Sequence[str]) -> Table:
    """Share of draws in which one variant is better than another, draw by draw."""
    rows: list[tuple[Cell, ...]] = []
    breaks = []
    for first, second, by_region in pairs(results, measure.name):
        breaks.append(len(rows))
        for code in regions:
            share, error, gap = by_region[code]
            own = (f"{first} above {second}", label(results, code), 100 * share, 100 * error)
            rows.append((*own, gap.mean, *gap.most))
    unit, digits = measure.unit, measure.digits + 1
    columns = (
        Column("variants"), Column("region"), Column("probability", "%", 1), Column("sampling error", "%", 1),
        Column("mean", unit, digits, "difference"),
        *(Column(name, unit, digits, "difference, 90% interval") for name in ("from", "to")),
    )  # fmt: skip
    title = f"Which variant is better: {measure.label}"
    note = "Both variants under the same draws: what is uncertain about both does not blur the difference."
    return Table(title, columns, tuple(rows), (note,), tuple(breaks[1:]))


def pairs(results: Results, measure: str) -> list[tuple[str, str, dict[str, tuple[float, float, Summary]]]]:
    """For each pair of variants and each region: the share of draws in which the first is larger, its sampling error,
    and the distribution of the difference."""
    independent = design_of(results.manifest).independent(results.numbers)
    columns = {name: results.column(name, measure)[independent] for name in results.manifest["variants"]}
    regions = results.manifest["regions"]
    return [
        (
            first, second,
            {code: (*beats(columns[first][:, n], columns[second][:, n]),
                    summarise(columns[first][:, n] - columns[second][:, n])) for n, code in enumerate(regions)},
        )
        for first, second in combinations(columns, 2)
    ]  # fmt: skip


def shares(results: Results, measure: str, variant: str, code: str) -> tuple[Share, ...]:
    """Sobol indices of one number by source of uncertainty.

    Raises:
        ScenarioError: the draws were not made to split the variance, or are too few, or not all there yet.
        MissingExtra: SALib is not installed.
    """
    from comity.uncertainty.ensemble.split import variance_shares

    design, place = design_of(results.manifest), results.manifest["regions"].index(code)
    values = np.full(results.manifest["rows"], np.nan)  # draws that are not there yet are those of no answer
    values[results.numbers] = results.column(variant, measure)[:, place]
    return variance_shares(design, values)


def _split(results: Results, measure: Measure, variant: str, regions: Sequence[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    breaks = []
    for code in regions:
        breaks.append(len(rows))
        for place, one in enumerate(shares(results, measure.name, variant, code)):
            numbers = (100 * x for x in (one.first, one.first_error, one.total, one.total_error))
            rows.append((label(results, code) if not place else "", one.source, *numbers))
    columns = (
        Column("region"), Column("source"),
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
    return [*sentences, *(f"{count} x {why}" for why, count in reasons.most_common(5))]


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


def ensemble_document(results: Results) -> dict[str, Any]:
    """Everything as one object: what was drawn, checks, distributions, pairs, shares of the variance."""
    content: dict[str, Any] = {
        **results.manifest,
        "levels": list(LEVELS),
        "checks": checks(results),
        "distributions": {
            measure["name"]: {
                variant: {code: _plain(one) for code, one in by_region.items()}
                for variant, by_region in summaries(results, measure["name"]).items()
            }
            for measure in results.manifest["measures"]
        },
    }
    if len(results.manifest["variants"]) > 1:
        content["comparisons"] = [
            {"measure": INCOME, "first": first, "second": second,
             "by_region": {code: {"probability_first_larger": _number(share), "sampling_error": _number(error),
                                  "difference": _plain(gap)} for code, (share, error, gap) in by_region.items()}}
            for first, second, by_region in pairs(results, INCOME)
        ]  # fmt: skip
    if design_of(results.manifest).split:
        content["variance"] = {
            variant: {code: [vars(one) for one in _shares(results, variant, code)] for code in content["regions"]}
            for variant in content["variants"]
        }
    return content


def _shares(results: Results, variant: str, code: str) -> tuple[Share, ...]:
    try:
        return shares(results, INCOME, variant, code)
    except ComityError:
        return ()


def _plain(one: Summary) -> dict[str, Any]:
    return {
        "draws": one.draws,
        "mean": _number(one.mean),
        "mean_error": _number(one.mean_error),
        "quantiles": [_number(value) for value in one.quantiles],
        "quantile_errors": [_number(value) for value in one.quantile_errors],
        "share_below_zero": _number(one.loss),
        "share_below_zero_error": _number(one.loss_error),
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
