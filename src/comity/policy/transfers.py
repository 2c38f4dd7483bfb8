"""Transfers between regions: host-nation support, aid, reparations. What one pays another receives."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import AliasChoices, Field

from comity.errors import ScenarioError
from comity.policy.fields import DollarYear, Name, Note, Source, exactly_one, one_of, rule_class
from comity.policy.nominal import OTHER_DOLLARS, to_year
from comity.policy.places import within
from comity.policy.public_mixes import mix_in, named_mix
from comity.policy.public_purchases import with_purchases
from comity.policy.quantities import Money, about_money, show_money, told_money
from comity.policy.scope import Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names
from comity.world.world import Floats

BASE_SUPPORT = "base support"
"""The composition of what forces stationed abroad buy where they are."""


@rule_class(exactly_one("add", "level"))
class Transfer:
    """A yearly payment from one region to another, US$.

    `add` is paid on top of what is paid now; `level` is all that is paid, of which `already` is paid now and is in the
    baseline's balances. In cash, the receiver's households have it; spent ``in host``, the receiver's government buys
    base support with it in the country that pays. In Python the payer is `payer` (``from`` is a word of the language).

    >>> Transfer(payer="JPN", to="USA", level="US$8bn", already="US$1.7bn", dollars=2025).level
    8000.0
    """

    payer: Annotated[
        Names,
        Field(
            validation_alias=AliasChoices("from", "payer"), description="The one region that pays.", examples=["JPN"]
        ),
    ]
    to: Annotated[Names, Field(description="The one region that receives.", examples=["USA"])]
    add: Annotated[
        Money | None, Field(description="Paid on top of what is paid now, a year.", examples=["US$6.3bn"])
    ] = None
    level: Annotated[
        Money | None, Field(description="All that is paid, a year; needs `already`.", examples=["US$8bn"])
    ] = None
    already: Annotated[
        Money | None, Field(description="Part of `level` that is paid in the baseline.", examples=["US$1.7bn"])
    ] = None
    dollars: DollarYear = None
    spent: Annotated[
        Literal["cash", "in host"],
        Field(
            description="cash: the receiver's households have it; in host: it buys base support where it is paid.",
            examples=["in host"],
        ),
    ] = "cash"
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """One amount, and with a level the part of it that is paid already."""
        one_of(self, "add", "level")
        if self.level is not None and self.already is None:
            raise ValueError(
                "`level` needs `already`: the world does not record what is paid now; write `already: US$0m` if nothing"
            )
        if self.add is not None and self.already is not None:
            raise ValueError("`already` belongs to `level`; with `add` leave it out")

    @property
    def amount(self) -> float:
        """Added payment a year, US$ million of the year in `dollars`; negative if less is paid than now."""
        return float(self.add) if self.add is not None else float(self.level or 0.0) - float(self.already or 0.0)


def apply_transfer(shock: Shock, scope: Scope, rule: Transfer) -> Shock:
    """The shock with the transfer in it: what the payer loses the receiver gains, so the sum over regions stays zero.

    Raises:
        ScenarioError: several payers or receivers, the same on both sides, a year that cannot be scaled, more than the
            payer's whole income.
    """
    world = scope.world
    payer, receiver = scope.one_region("from", rule.payer), scope.one_region("to", rule.to)
    if payer == receiver:
        with within("to"):
            raise ScenarioError(
                f"{', '.join(rule.payer)} and {', '.join(rule.to)} are one region, {world.regions[payer]}: a transfer "
                "goes from one to another; name two"
            )
    amount = rule.amount * to_year(rule.dollars, world.year)
    giver = payer if amount > 0 else receiver
    income = float(world.factor_income[giver])
    if abs(amount) >= income:
        raise ScenarioError(
            f"a transfer of {told_money(abs(amount))} is more than all income of {world.regions[giver]} "
            f"({show_money(round(income))} a year)"
        )
    change = shock.transfer.copy()
    change[payer] -= amount
    change[receiver] += amount
    paid = replace(shock, transfer=change)
    return with_purchases(paid, world, receiver, _purchases(scope, payer, amount)) if rule.spent == "in host" else paid


def _purchases(scope: Scope, host: int, amount: float) -> Floats:
    """What support in the host country buys there ``[j, i]``, US$ million."""
    world = scope.world
    mix = mix_in(world, BASE_SUPPORT, host)
    bought = np.zeros((len(world.sectors), len(world.regions)))
    bought[:, host] = amount * mix
    return bought


def transfer_notes(scope: Scope, rule: Transfer) -> list[str]:
    """How the amount was brought to dollars of the world's year."""
    return [*_scaling(scope, rule), *(_in_host(rule) if rule.spent == "in host" else ())]


def _in_host(rule: Transfer) -> list[str]:
    """What is bought, and what counts where."""
    mix = named_mix(BASE_SUPPORT)
    payer, receiver = ", ".join(rule.payer), ", ".join(rule.to)
    return [
        f"spent in {payer}: public absorption of {receiver} buys base support there ({'; '.join(mix.basis)}; which "
        f"industries it is, is an assumption); real income of {receiver} counts it as zero, and it is shown beside"
    ]


def _scaling(scope: Scope, rule: Transfer) -> list[str]:
    amount, year = rule.amount, scope.world.year
    sides = f"transfer from {', '.join(rule.payer)} to {', '.join(rule.to)}"
    if rule.dollars is None:
        return [f"{sides}: the amount is taken as dollars of {year}", OTHER_DOLLARS]
    factor = to_year(rule.dollars, year)
    return [
        f"{sides}: {told_money(amount)} of {rule.dollars} scaled to {about_money(amount * factor)} of {year} by US GDP "
        f"in current dollars (factor {factor:.2f})"
    ]
