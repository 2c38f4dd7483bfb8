"""Levers: the size of a rule as a number that can be moved, whatever kind of rule it is and whatever rules follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from comity.errors import ScenarioError
from comity.policy.commitments import PurchaseCommitment, largest_subsidy
from comity.policy.goals import Goal
from comity.policy.instruments import Rule, instrument_of
from comity.policy.quantities import Dollars, Rate
from comity.policy.setting import Setting
from comity.policy.shock import Shock
from comity.world.world import Floats

STEP = 1e-4
"""Of a difference, in the units of `Lever.size`: a shock is piecewise linear in most amounts, smooth in the others."""
SHARES = ("coverage", "closed")
"""Amounts that are shares of a whole: 0 to 100%."""
SUBSIDY = "subsidy"
"""The field of a lever that is the import subsidy of a purchase commitment."""
RATES = (-0.99, 10.0)
MONEY = (0.0, 1e8)
"""US$ million: what a transfer or a purchase can be is decided by the world long before."""


@dataclass(frozen=True)
class Lever:
    """The amount of one rule of a setting.

    Attributes:
        position: of the rule among those of the setting.
        title: name of the rule, or where it is written.
        field: that holds the amount; "subsidy" is the import subsidy of a purchase commitment.
        amount: as it stands: a fraction, or US$ million.
        unit: ``%`` or ``US$``.
        low, high: between which it may be moved.
    """

    position: int
    title: str
    field: str
    amount: float
    unit: str
    low: float
    high: float

    @property
    def size(self) -> float:
        """A large amount: one (100%), or US$ 1 bn; steps are measured by it."""
        return max(abs(self.amount), 1e3 if self.unit == "US$" else 1.0)

    def within(self, low: float, high: float) -> Lever:
        """The same between other bounds."""
        return replace(self, low=low, high=high)

    def spread(self, count: int) -> Floats:
        """Amounts from the lowest to the highest: even in the log of one plus a rate, in a share, in the log of money.

        >>> Lever(0, "duty", "add", 0.1, "%", 0.0, 3.0).spread(3).round(6).tolist()
        [0.0, 1.0, 3.0]
        """
        low, high = self.low, self.high
        if self.field == SUBSIDY:  # even in the log of what is left of the price
            return np.asarray(high - np.geomspace(high - low, 1e-4 * (high - low), count))
        if self.unit == "US$":
            return np.asarray(np.sinh(np.linspace(np.arcsinh(low), np.arcsinh(high), count)))
        if self.field in SHARES:
            return np.linspace(low, high, count)
        return np.asarray(np.expm1(np.linspace(np.log1p(low), np.log1p(high), count)))


def amount_of(rule: Rule) -> tuple[str, float] | None:
    """The field that holds the size of a rule, and the amount; None for a rule that has no single one.

    >>> from comity.policy.duties import Tariff
    >>> amount_of(Tariff(by="USA", on="JPN", cap="15%"))
    ('cap', 0.15)
    """
    for key in instrument_of(rule).amounts:
        value = getattr(rule, key)
        if isinstance(value, float):
            return key, float(value)
        if value is None and key == "coverage" and getattr(rule, "products", None) is None:
            return key, 1.0  # a ban is a whole one unless it says otherwise
    return None


def lever(setting: Setting, position: int) -> Lever | None:
    """The lever of the rule at a position; None where the rule has no single amount."""
    placed = setting.rules[position]
    if isinstance(placed.rule, PurchaseCommitment):
        bare = moved(setting, dict.fromkeys(setting.subsidies, 0.0)).shock
        high = largest_subsidy(bare, setting.scope, placed.rule)
        return Lever(position, placed.label, SUBSIDY, setting.subsidies.get(position, 0.0), "%", 0.0, high * (1 - 1e-9))
    found = amount_of(placed.rule)
    if found is None:
        return None
    field, amount = found
    money = isinstance(getattr(placed.rule, field), Dollars)
    low, high = MONEY if money else _bounds(placed.rule, field)
    return Lever(position, placed.label, field, amount, "US$" if money else "%", min(low, amount), max(high, amount))


def coverage_lever(setting: Setting, position: int) -> Lever | None:
    """The lever of the covered share of a rule; None where the rule has none, or takes it from a table."""
    placed = setting.rules[position]
    held = getattr(placed.rule, "coverage", placed)
    if not isinstance(held, float | None) or getattr(placed.rule, "products", None) is not None:
        return None
    return Lever(position, placed.label, "coverage", 1.0 if held is None else float(held), "%", 0.0, 1.0)


def _bounds(rule: Rule, field: str) -> tuple[float, float]:
    """Between which a rate or a share can be moved."""
    if field in SHARES or (field == "severity" and rule.how == "ban"):
        return 0.0, 1.0
    return (0.0, RATES[1]) if field in ("severity", "cost") else RATES


def levers(setting: Setting) -> tuple[Lever, ...]:
    """Every lever of a setting, in the order of its rules."""
    found = (lever(setting, position) for position in range(len(setting.rules)))
    return tuple(entry for entry in found if entry is not None)


def resized(rule: Rule, field: str, amount: float) -> Rule:
    """The rule with another amount.

    Raises:
        ScenarioError: an amount that the rule cannot have.
    """
    kind: Any = type(getattr(rule, field))
    return replace(rule, **{field: Dollars(amount) if kind is Dollars else Rate(amount)})


def moved(setting: Setting, amounts: dict[int, float]) -> Setting:
    """The setting with other amounts, by the position of their rules; that of a purchase commitment is its subsidy.

    Raises:
        ScenarioError: an amount that has no meaning in this world.
    """
    rules, subsidies = list(setting.rules), dict(setting.subsidies)
    for position, amount in amounts.items():
        rule = rules[position].rule
        if isinstance(rule, PurchaseCommitment):
            subsidies[position] = amount
        elif (held := amount_of(rule)) is not None and held[1] != amount:
            rules[position] = replace(rules[position], rule=resized(rule, held[0], amount))
    return replace(setting, rules=tuple(rules), subsidies=subsidies).restacked()


def slope(setting: Setting, of: Lever) -> tuple[Shock, Shock]:
    """The shock and its derivative by the amount: each array per unit (a fraction of 1, US$ 1 m).

    Taken by a central difference, by a one-sided one at the end of the range. The shock is piecewise linear in the
    amounts of duties, bans, transfers and most others, so this is exact to rounding. Where public absorption gets
    sources of its own only once there is some, the shock has them too: none is bought there yet.

    Raises:
        ScenarioError: the amount cannot be moved to either side.
    """
    step = STEP * of.size
    up, down = _beside(setting, of, step), _beside(setting, of, -step)
    if up is None and down is None:
        raise ScenarioError(f"{of.title}: its amount cannot be moved from where it is")
    width = step * ((up is not None) + (down is not None))
    here, high, low = _same_uses(setting.shock, up or setting.shock, down or setting.shock)
    change: dict[str, Any] = {
        name: None if value is None else (getattr(high, name) - getattr(low, name)) / width
        for name, value in vars(here).items()
    }
    return here, Shock(**change)


def _same_uses(*shocks: Shock) -> tuple[Shock, ...]:
    """The shocks with sources of public absorption where one of them has any."""
    own = next((shock.public_sources for shock in shocks if shock.public_sources is not None), None)
    return tuple(shock if shock.public_sources is not None else replace(shock, public_sources=own) for shock in shocks)


def _beside(setting: Setting, of: Lever, step: float) -> Shock | None:
    if not of.low <= of.amount + step <= of.high:
        return None
    try:
        return moved(setting, {of.position: of.amount + step}).shock
    except ScenarioError:
        return None


def goals(setting: Setting) -> Sequence[tuple[int, Goal]]:
    """The goals of a setting with their positions."""
    return [(i, placed.rule) for i, placed in enumerate(setting.rules) if isinstance(placed.rule, Goal)]


def commitments(setting: Setting) -> Sequence[tuple[int, PurchaseCommitment]]:
    """The purchase commitments of a setting with their positions."""
    return [(i, placed.rule) for i, placed in enumerate(setting.rules) if isinstance(placed.rule, PurchaseCommitment)]
