"""What a solved goal and a solved purchase commitment say, as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Told = Callable[[float, str], str]
"""Writes a value with its unit."""

NOTHING = 1e-9
"""Per cent, or US$ bn (one dollar): smaller values are rounding."""


@dataclass(frozen=True)
class Found:
    """The amount that brings about what a goal asks for.

    Attributes:
        goal: its name, or where it is written.
        rule: the rule whose amount was unknown, the same way.
        amount, amount_unit: what was found, to be written in the place of the first guess; per cent, or US$ bn.
        first_guess: the amount as written, in the same unit.
        dollars: year of the dollars of an amount in US$, as in the rule; None for a rate.
        outcome: what was asked for, in words.
        target, reached, baseline: of the outcome, in `outcome_unit`.
        solves: equilibria that were solved on the way, for all goals of the variant together.
    """

    goal: str
    rule: str
    amount: float
    amount_unit: str
    first_guess: float
    dollars: int | None
    outcome: str
    target: float
    reached: float
    baseline: float
    outcome_unit: str
    solves: int

    def sentence(self, told: Told | None = None) -> str:
        """As a note; by default with the digits that one needs who writes the amount into a file."""
        told, year = told or shown, f" (dollars of {self.dollars})" if self.dollars else ""
        return (
            f"{self.rule}: {told(self.amount, self.amount_unit)}{year} was found such that {self.outcome} is "
            f"{told(self.reached, self.outcome_unit)} (baseline {told(self.baseline, self.outcome_unit)})"
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


BN = "US$ bn"
MONEY = ("asked", "baseline", "without", "reached", "outlay", "cost", "suppliers")
"""Fields of `Purchase` in US$ bn."""


@dataclass(frozen=True)
class Purchase:
    """What a purchase commitment took. Money in US$ bn a year of the world's year; axes of lists: regions of the world.

    Attributes:
        rule: its name, or where it is written.
        buyer, seller: codes.
        sectors: codes.
        asked: border value that was promised; with `add`, the baseline's and what is added to it.
        baseline: border value in the baseline.
        without: border value under the other rules of the variant without any commitment.
        reached: border value.
        binding: whether it is more than is bought anyway.
        subsidy_pct: import subsidy, per cent of the border value.
        outlay: the subsidy times the border value, which the buyer's households pay.
        border_price_pct, buyer_price_pct: change of the seller's price at the border and of what buyers pay, relative
            to world factor income, against the same rules without any commitment; weighted by purchases there.
        cost: by region, real income lost (equivalent variation) against the same rules without any commitment.
        suppliers: by region, change of the border value of what the buyer buys from it in these sectors, against the
            same; the buyer's own entry is its domestic sales.
    """

    rule: str
    buyer: str
    seller: str
    sectors: tuple[str, ...]
    asked: float
    baseline: float
    without: float
    reached: float
    binding: bool
    subsidy_pct: float
    outlay: float
    border_price_pct: float
    buyer_price_pct: float
    cost: dict[str, float]
    suppliers: dict[str, float]

    def sentence(self, told: Told | None = None) -> str:
        """As a note."""
        told = told or shown
        what = f"{self.rule}: {self.buyer} buys {told(self.reached, BN)} from {self.seller}"
        if not self.binding:
            anyway = f"no less than the {told(self.asked, BN)} promised, without a subsidy of its own"
            return f"{what}, {anyway}: the commitment does not bind"
        subsidy, outlay = told(self.subsidy_pct, "%"), told(self.outlay, BN)
        return f"{what} as promised, by an import subsidy of {subsidy} that costs {outlay}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = asdict(self) | {"sectors": list(self.sectors)}
        return {f"{key}_usd_bn" if key in MONEY else key: value for key, value in plain.items()}


def shown(value: float, unit: str) -> str:
    """A value with its unit, as a sentence has it.

    >>> shown(12.3456789, "%"), shown(-30.5, "US$ bn"), shown(-4e-14, "%"), shown(123456.7, "US$ bn")
    ('12.346%', '-US$30.5 bn', '0%', 'US$123,457 bn')
    """
    size = 0.0 if abs(value) < NOTHING else abs(value)
    digits = f"{size:,.0f}" if size >= 1e5 else f"{size:,.5g}"
    sign = "-" if value < 0 < size else ""
    return f"{sign}{digits}%" if unit == "%" else f"{sign}US${digits} bn"
