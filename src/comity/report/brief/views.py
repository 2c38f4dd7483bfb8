"""What a brief keeps of an outcome: a few arrays by name, so that the outcome itself can be let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comity.errors import ComityError
from comity.model.explanation import Explanation, explain
from comity.model.variables import VALUES

if TYPE_CHECKING:
    from comity.model.outcome import Outcome

Named = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class View:
    """One certified outcome, seen from one region.

    Attributes:
        variant: its name.
        names: of the regions, by code.
        members: economies of each region, by code.
        income: real income by code, change in per cent.
        worth: equivalent variation by code, US$ bn a year.
        spending: baseline final spending of the world, US$ bn.
        focus: code of the region that is looked at.
        sectors: its sectors with the change in their real value added, US$ bn.
        sells, buys: its partners with the change in what it sells to and buys from them, US$ bn.
        explanation: what drives its real income; None where nobody asked, or there is none.
        unexplained: why there is none.
    """

    variant: str
    names: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    income: Mapping[str, float]
    worth: Mapping[str, float]
    spending: float
    focus: str
    sectors: Named
    sells: Named
    buys: Named
    explanation: Explanation | None = None
    unexplained: str = ""

    @property
    def name(self) -> str:
        """Of the region that is looked at."""
        return self.names[self.focus]

    @property
    def world_worth(self) -> float:
        """Sum of the equivalent variations, US$ bn a year."""
        return sum(self.worth.values())


def view(variant: str, outcome: Outcome, focus: str, *, explained: bool) -> View:
    """What is kept of an outcome.

    Args:
        variant: its name.
        outcome: the outcome.
        focus: code of a region.
        explained: whether to work out what drives its real income.
    """
    world = outcome.world
    n = outcome.region(focus)
    trade = np.asarray(VALUES["trade_change_usd_bn"](outcome)).sum(0)
    others = [k for k in range(len(world.regions)) if k != n]
    added = np.asarray(VALUES["value_added_change_usd_bn"](outcome))[n]
    why, why_not = _explained(outcome, focus) if explained else (None, "")
    return View(
        variant=variant,
        names=dict(zip(world.regions, world.region_names, strict=True)),
        members=dict(zip(world.regions, world.region_members, strict=True)),
        income=_by_code(world.regions, VALUES["real_income_pct"](outcome)),
        worth=_by_code(world.regions, VALUES["equivalent_variation_usd_bn"](outcome)),
        spending=float(world.final_spending.sum()) / 1000,
        focus=focus,
        sectors=_named(world.sector_names, added),
        sells=tuple((world.region_names[k], float(trade[k, n])) for k in others),
        buys=tuple((world.region_names[k], float(trade[n, k])) for k in others),
        explanation=why,
        unexplained=why_not,
    )


def _explained(outcome: Outcome, focus: str) -> tuple[Explanation | None, str]:
    try:
        return explain(outcome, focus), ""
    except ComityError as error:
        return None, str(error)


def _by_code(codes: tuple[str, ...], values: object) -> dict[str, float]:
    return {code: float(value) for code, value in zip(codes, np.asarray(values), strict=True)}


def _named(names: tuple[str, ...], values: np.ndarray) -> Named:
    """Names with finite values, the largest gain first."""
    order = np.argsort(-np.nan_to_num(values), kind="stable")
    return tuple((names[i], float(values[i])) for i in order if np.isfinite(values[i]))
