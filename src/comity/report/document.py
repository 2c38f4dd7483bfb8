"""A run as one JSON object, in the shape of `comity schema --output`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from comity.report.measures import MEASURES, SECTOR
from comity.report.schema import FORMAT
from comity.report.took import took_object
from comity.report.values import Outcomes, value

if TYPE_CHECKING:
    from comity.model.closures import Closures
    from comity.model.outcome import Outcome
    from comity.world import World

Object = dict[str, Any]
PAIR = (
    "goods_balance_usd_bn",
    "goods_balance_change_usd_bn",
    "bilateral_balance_usd_bn",
    "bilateral_balance_change_usd_bn",
)


def document(
    outcomes: Outcomes,
    *,
    version: str,
    scenario: Object,
    caveats: Sequence[str],
    regions: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    sectors: Mapping[str, Sequence[str]],
) -> Object:
    """The object for some variants of one scenario on one world.

    Args:
        outcomes: by name of the variant.
        version: of Comity.
        scenario: question, source, policies and options, as read.
        caveats: sentences.
        regions: codes of the regions whose results are given.
        pairs: (region, partner) whose balances are given.
        sectors: for a region, the codes of the sectors whose results are given.
    """
    first = next(iter(outcomes.values()))
    return {
        "comity": version,
        "format": FORMAT,
        "scenario": scenario,
        "world": world_object(first.world),
        "closures": closures_object(first.closures),
        "measures": _measures(),
        "variants": {
            name: _variant(outcome, regions, pairs, sectors) | _own(outcome, first)
            for name, outcome in outcomes.items()
        },
        "caveats": list(caveats),
    }


def world_object(world: World) -> Object:
    """What identifies a world."""
    return {
        "name": world.name,
        "year": world.year,
        "source": world.source,
        "hash": world.hash,
        "regions": dict(zip(world.regions, world.region_names, strict=True)),
        "sectors": dict(zip(world.sectors, world.sector_names, strict=True)),
        "elasticities": world.elasticities.name,
        "estimated": list(world.estimated),
    }


def closures_object(closures: Closures) -> Object:
    """The choices in words: mobility and demand under their own names at the ends of their range."""
    kappa, sigma = closures.kappa, closures.demand_elasticity
    return {
        "imbalances": closures.imbalances,
        "revenue": closures.revenue,
        "sourcing": closures.sourcing,
        "competition": closures.competition,
        "mobility": "mobile" if math.isinf(kappa) else "specific" if kappa == 1 else kappa,
        "demand": "cobb-douglas" if sigma == 1 else sigma,
        "horizon": "long" if closures.horizon is None else closures.horizon,
    }


def _measures() -> Object:
    from comity.model.variables import variables

    known = {v.name: v for v in variables()}
    names = (*(m.name for m in MEASURES), *PAIR, *SECTOR)
    return {name: {"unit": known[name].units, "definition": known[name].definition} for name in names}


def _variant(
    outcome: Outcome,
    regions: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    sectors: Mapping[str, Sequence[str]],
) -> Object:
    return {
        "certificate": finite(outcome.certificate.to_dict()),
        "regions": {code: _row(outcome, [m.name for m in MEASURES], code) for code in regions},
        "bilateral": [
            {"region": region, "partner": partner} | _row(outcome, PAIR, region, partner) for region, partner in pairs
        ],
        "sectors": [
            {"region": region, "sector": sector} | _row(outcome, SECTOR, region, sector)
            for region, codes in sectors.items()
            for sector in codes
            if sector in outcome.world.sectors
        ],
        **finite(took_object(outcome)),
    }


def _own(outcome: Outcome, first: Outcome) -> Object:
    """What a variant has otherwise than the first: closures, or a world with a sector in parts."""
    found = {} if outcome.closures == first.closures else {"closures": closures_object(outcome.closures)}
    return found if outcome.world.sectors == first.world.sectors else found | {"world": world_object(outcome.world)}


def _row(outcome: Outcome, names: Sequence[str], *codes: str) -> Object:
    return {name: finite(value(outcome, name, *codes)) for name in names}


def finite(value: Any) -> Any:
    """The same value with null where a number is not finite and 0 for negative zero: JSON has neither.

    >>> finite({"a": float("nan"), "b": [-0.0, 1.5]})
    {'a': None, 'b': [0.0, 1.5]}
    """
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
