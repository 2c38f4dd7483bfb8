"""Outcomes that a goal may ask for, read from accounts: each a linear reading, so that derivatives are read alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from comity.errors import ScenarioError
from comity.model.accounts import Accounts
from comity.model.goods import goods
from comity.model.outcome import Outcome
from comity.policy.goals import Goal, goal_pairs, goal_regions, goal_sectors
from comity.policy.places import within
from comity.policy.scope import Mask, Scope
from comity.policy.wording import names
from comity.world.world import Floats

REGIONAL = {
    "real income": "real_income",
    "equivalent variation": "equivalent_variation",
    "real wage": "real_wage",
    "real gdp": "real_gdp",
    "consumer prices": "consumer_prices",
    "consumer prices in own wages": "consumer_prices_in_wages",
    "terms of trade": "terms_of_trade",
    "exports": "exports",
    "imports": "imports",
    "tariff revenue": "tariffs",
    "export-tax revenue": "export_taxes",
    "final spending": "spending",
    "trade balance": "balance",
}
"""Outcomes by region with the measure of `comity.model.welfare.measures` that they are."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One number of the accounts, as it is shown: ``factor * (read(accounts) - neutral)``.

    Attributes:
        read: a linear function of the accounts.
        factor: to per cent, or to US$ billion.
        neutral: what it reads when nothing has changed, for outcomes measured as changes; else zero.
        unit: ``%`` or ``US$ bn``.
    """

    read: Callable[[Accounts], float]
    factor: float
    neutral: float
    unit: str

    def value(self, a: Accounts) -> float:
        """The number."""
        return self.factor * (float(self.read(a)) - self.neutral)

    def slope(self, derivative: Accounts) -> float:
        """Its derivative, given that of the accounts."""
        return self.factor * float(self.read(derivative))


def border_value(cells: Mask, unit: float) -> Reading:
    """The border value of the trade in cells ``[j, n, i]``; `unit`: US$ million in one unit of the accounts."""
    return Reading(lambda a: a.flow[cells].sum(), unit / 1000, 0.0, "US$ bn")


def reading(goal: Goal, scope: Scope, o: Outcome) -> Reading:
    """How a goal's outcome is read on a world.

    Raises:
        ScenarioError: names that mean nothing here, several regions where one is meant, nothing there to be read.
    """
    shown = (o.unit / 1000, 0.0, "US$ bn") if goal.asked.unit == "US$" else (100.0, 1.0, "%")
    regions = np.array(goal_regions(scope, goal))
    if goal.outcome in REGIONAL:
        key = REGIONAL[goal.outcome]
        return Reading(lambda a: a.values[key][regions].sum(), *shown)
    if goal.asked.partner:
        weights = _trade_weights(goal, scope, o)
        return Reading(lambda a: (weights * a.flow).sum(), *shown)
    made = np.zeros(o.before.K.shape)
    made[regions] = goal_sectors(scope, goal)
    base = made * np.asarray(o.before.K)
    if goal.outcome == "output":
        return _relative(goal, lambda a: (base * a.Q).sum(), float(base.sum()))
    share = made * np.asarray(o.economy.v)
    return _relative(goal, lambda a: (share * a.K).sum(), float((share * base).sum()))


def _relative(goal: Goal, read: Callable[[Accounts], float], base: float) -> Reading:
    if not base > 0:
        with within("sectors"):
            raise ScenarioError(f"{', '.join(names(goal.of))} makes nothing of it in the baseline: name other sectors")
    return Reading(lambda a: read(a) / base, 100.0, 1.0, "%")


def _trade_weights(goal: Goal, scope: Scope, o: Outcome) -> Floats:
    """Weights ``[j, n, i]`` of border values: exports of `of` to `with`, less imports where a balance is asked for."""
    pairs = goal_pairs(scope, goal).astype(float)
    if goal.outcome == "trade":
        return np.asarray(goal_sectors(scope, goal)[:, None, None] * pairs)
    chosen = goods(o.world) if goal.outcome == "goods balance" else np.ones(len(o.world.sectors))
    if np.isnan(chosen).any():
        with within("outcome"):
            raise ScenarioError(f"world {o.world.name} cannot tell goods from services: ask for the bilateral balance")
    return np.asarray(chosen[:, None, None] * (pairs - pairs.T))
