"""What others published on tariffs and agreements, set beside Comity's answers. Nothing here is used in a calculation.

The table is ``data/published_answers.csv``: who, when, which shock, which measure, and what makes the number another
question than Comity's: horizon, kind of model, instrument. `checked` says against what the number was compared.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Published:
    """One published answer.

    Attributes:
        author: who published it.
        published: year.
        region: ISO3 code of whose answer it is.
        levied_by: ISO3 code of who levies the tariffs; empty for an agreement.
        shock, measure, horizon, model: in the study's own terms.
        low, high: the number, or the range; None where there is none (a finding in words, an open end).
        unit: of the number.
        differs: what makes it another question than Comity's.
        source: where it stands.
        checked: against what the number was compared when it was entered.
    """

    author: str
    published: int
    region: str
    levied_by: str
    shock: str
    measure: str
    low: float | None
    high: float | None
    unit: str
    horizon: str
    model: str
    differs: str
    source: str
    checked: str

    @property
    def value(self) -> str:
        """The number as it is shown.

        >>> [one.value for one in published("JPN", {"USA"})][:2]
        ['-0.59', '-0.76 to -0.71']
        """
        if self.low is None:
            return "in words"
        if self.high is None:
            return f"up to {self.low:g}"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


def published(region: str, levied_by: Collection[str]) -> tuple[Published, ...]:
    """Published answers for a region on tariffs that one of some economies levies.

    Args:
        region: ISO3 code.
        levied_by: ISO3 codes.
    """
    return tuple(one for one in everything() if one.region == region and one.levied_by in levied_by)


@cache
def everything() -> tuple[Published, ...]:
    """The whole table."""
    text = files("comity.uncertainty").joinpath("data", "published_answers.csv").read_text(encoding="utf-8")
    return tuple(_row(row) for row in csv.DictReader(text.splitlines()))


def _row(row: dict[str, str]) -> Published:
    low, high = (float(row[key]) if row[key] else None for key in ("low", "high"))
    words = {key: value for key, value in row.items() if key not in ("low", "high", "published")}
    return Published(published=int(row["published"]), low=low, high=high, **words)
