"""An ensemble as one JSON object: what was drawn, checks, distributions of everything, pairs, shares of variance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from comity.errors import ComityError
from comity.report.document import finite
from comity.report.ensemble_details import found_amounts
from comity.report.ensembles import INCOME, Place, axes_of, checks, distributions, pairs, shares, world_income
from comity.uncertainty.ensemble.results import Results, design_of, places_of
from comity.uncertainty.ensemble.summary import LEVELS, Summary

if TYPE_CHECKING:
    from comity.uncertainty.ensemble.split import Share

Object = dict[str, Any]


def ensemble_document(results: Results, measure: str = INCOME) -> Object:
    """Everything as one object.

    Args:
        results: draws.
        measure: that pairs of variants are compared by, and whose variance is split.

    Raises:
        UnknownName: no place of the measure is recorded.
    """
    manifest = results.manifest
    details = [one for measures in manifest["details"].values() for one in measures]
    content: Object = {
        **manifest,
        "levels": list(LEVELS),
        "checks": checks(results),
        "distributions": {
            one["name"]: {
                variant: nested((place, _plain(summary)) for place, summary in by_place.items())
                for variant, by_place in distributions(results, one["name"]).items()
            }
            for one in (*manifest["measures"], *details)
        },
        "world": {
            measure: {variant: _plain(one) for variant, one in by_variant.items()}
            for measure, by_variant in world_income(results).items()
        },
        "amounts": [
            {"variant": variant, "what": what, "rule": rule, "unit": unit, **_plain(one)}
            for variant, what, rule, unit, one in found_amounts(results)
        ],
    }
    if len(manifest["variants"]) > 1:
        content["comparisons"] = [
            {"measure": measure, "first": first, "second": second, f"by_{'_'.join(axes_of(measure))}":
             nested((place, _compared(*found)) for place, found in by_place.items())}
            for first, second, by_place in pairs(results, measure)
        ]  # fmt: skip
    if design_of(manifest).split:
        places = places_of(manifest, measure)
        content["variance_of"] = measure
        content["variance"] = {
            variant: nested(zip(places, _shares(results, measure, variant, places), strict=True))
            for variant in manifest["variants"]
        }
    return content


def nested(found: Iterable[tuple[Place, Any]]) -> Object:
    """Values by the codes of their places, one level an axis.

    >>> nested([(("JPN", "C29"), 1), (("JPN", "C30"), 2), (("USA", "C29"), 3)])
    {'JPN': {'C29': 1, 'C30': 2}, 'USA': {'C29': 3}}
    """
    content: Object = {}
    for (*above, last), value in found:
        inside = content
        for code in above:
            inside = inside.setdefault(code, {})
        inside[last] = value
    return content


def _compared(share: float, error: float, gap: Summary) -> Object:
    return {"probability_first_larger": finite(share), "sampling_error": finite(error), "difference": _plain(gap)}


def _shares(results: Results, measure: str, variant: str, places: list[Place]) -> list[list[Object]]:
    """Of each place; none where draws are too few, or not all there yet."""
    found: list[tuple[Share, ...]]
    try:
        found = shares(results, measure, variant, places)
    except ComityError:
        found = [()] * len(places)
    return [[vars(one) for one in every] for every in found]


def _plain(one: Summary) -> Object:
    return {
        "draws": one.draws,
        "mean": finite(one.mean),
        "mean_error": finite(one.mean_error),
        "quantiles": [finite(value) for value in one.quantiles],
        "quantile_errors": [finite(value) for value in one.quantile_errors],
        "share_below_zero": finite(one.loss),
        "share_below_zero_error": finite(one.loss_error),
    }
