"""What exposure has to say about an outcome, as variables that claims can name beside those of the model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from comity.exposure.chain import chain_of
from comity.exposure.dependence import embodied_by_maker, embodied_by_product
from comity.model.outcome import Outcome
from comity.model.variables import Values, Variable
from comity.world.world import Floats

BILLION = "US$ billion"
VARIABLES = (
    Variable(
        "value_added_in_use_usd_bn",
        "sector region partner",
        BILLION,
        "value added in final use, by product",
        "value added of the partner that stands in the region's final use of the sector's products, along the whole "
        "chain of supply; tariffs and taxes on products are not in it",
    ),
    Variable(
        "value_added_by_maker_usd_bn",
        "region partner sector",
        BILLION,
        "value added in final use, by industry that makes it",
        "value added of the partner's sector that stands in the region's final use of anything, along the whole chain "
        "of supply",
    ),
)


def variables() -> tuple[Variable, ...]:
    """Every variable with axes, unit and definition."""
    return VARIABLES


@lru_cache(maxsize=4)
def _by_product(outcome: Outcome) -> Floats:
    return np.asarray(embodied_by_product(chain_of(outcome)) / 1000)


@lru_cache(maxsize=4)
def _by_maker(outcome: Outcome) -> Floats:
    return np.asarray(embodied_by_maker(chain_of(outcome)) / 1000)


VALUES: Mapping[str, Values] = {"value_added_in_use_usd_bn": _by_product, "value_added_by_maker_usd_bn": _by_maker}
