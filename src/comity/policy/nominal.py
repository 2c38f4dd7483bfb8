"""Amounts in another year's dollars, scaled by US GDP in current dollars: US$8 bn of 2025 is not 8 bn of 2022."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from comity.errors import ScenarioError
from comity.policy.places import within

OTHER_DOLLARS = "write `dollars: YEAR` at an amount that is in dollars of another year"
"""What one who writes a file does where a note takes an amount as dollars of the world's year."""


@cache
def us_gdp() -> Mapping[int, float]:
    """US GDP by year, current US$ billion (Bureau of Economic Analysis; the data file gives the release).

    >>> round(us_gdp()[2022])
    26055
    """
    text = files("comity.policy").joinpath("data", "us_gdp.csv").read_text(encoding="utf-8")
    return MappingProxyType({int(row["year"]): float(row["usd_bn"]) for row in csv.DictReader(text.splitlines())})


def to_year(dollars_of: int | None, year: int) -> float:
    """The factor from the dollars of a rule to those of a world's year; 1 where the rule names no year.

    Raises:
        ScenarioError: as in `scale`, with the key.

    >>> to_year(None, 2022)
    1.0
    """
    if dollars_of is None:
        return 1.0
    with within("dollars"):
        return scale(dollars_of, year)


def scale(dollars_of: int, year: int) -> float:
    """The factor from dollars of one year to an amount of equal weight in another: the ratio of US nominal GDP.

    Raises:
        ScenarioError: a year outside the series.

    >>> round(scale(2025, 2022), 4)
    0.847
    """
    series = us_gdp()
    for wanted in (dollars_of, year):
        if wanted not in series:
            raise ScenarioError(
                f"dollars of {wanted} cannot be scaled: the series of US GDP runs from {min(series)} to {max(series)}"
            )
    return series[year] / series[dollars_of]
