"""Purchase commitments: a buyer promises to buy goods worth an amount from a seller."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from comity.errors import ScenarioError
from comity.policy.fields import DollarYear, Name, Note, Sectors, Source, exactly_one, one_of, rule_class
from comity.policy.nominal import OTHER_DOLLARS, to_year
from comity.policy.places import within
from comity.policy.quantities import Money, about_money, told_money
from comity.policy.scope import GOODS, Mask, Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names


@rule_class(exactly_one("value", "add"))
class PurchaseCommitment:
    """A region buys goods worth at least an amount a year from another, by an import subsidy that is just large enough.

    The subsidy s comes off the tariff that the other rules leave, t' = t - s, on the border value; the buyer's
    households pay it. Either s is zero and the purchases are met anyway, or they are met exactly.

    >>> PurchaseCommitment(buyer="JPN", seller="USA", sectors="agriculture", value="US$20bn").value
    20000.0
    """

    buyer: Annotated[Names, Field(description="The one region that buys.", examples=["JPN"])]
    seller: Annotated[Names, Field(description="The one region that sells.", examples=["USA"])]
    sectors: Sectors = None
    value: Annotated[
        Money | None, Field(description="Border value of the purchases, a year, at least.", examples=["US$20bn"])
    ] = None
    add: Annotated[
        Money | None,
        Field(description="What is bought on top of the baseline's border value, at least.", examples=["US$2bn"]),
    ] = None
    dollars: DollarYear = None
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """One amount."""
        one_of(self, "value", "add")


def commitment_cells(scope: Scope, rule: PurchaseCommitment) -> Mask:
    """Cells ``[j, n, i]`` that the purchases are counted in.

    Raises:
        ScenarioError: several buyers or sellers, or the same on both sides.
    """
    buyer, seller = scope.one_region("buyer", rule.buyer), scope.one_region("seller", rule.seller)
    world = scope.world
    if buyer == seller:
        with within("seller"):
            raise ScenarioError(f"buyer and seller are one region here, {world.regions[buyer]}: name two")
    mask = np.zeros(world.total_flows.shape, dtype=bool)
    mask[list(scope.sectors(rule.sectors, GOODS)), buyer, seller] = True
    return mask


def promised(scope: Scope, rule: PurchaseCommitment) -> float:
    """What is to be bought, US$ million of the world's year; with `add`, on top of the baseline."""
    return float(rule.value if rule.value is not None else rule.add or 0.0) * to_year(rule.dollars, scope.world.year)


def apply_commitment(shock: Shock, scope: Scope, rule: PurchaseCommitment) -> Shock:
    """The shock before the subsidy is known: as it is, if the commitment can be kept at all.

    Raises:
        ScenarioError: nothing is traded there in the baseline, and the model lets no trade begin.
    """
    cells = commitment_cells(scope, rule)
    if not scope.world.total_flows[cells].sum() > 0:
        raise ScenarioError(
            f"{', '.join(rule.buyer)} buys none of these goods from {', '.join(rule.seller)} in the baseline, and the "
            "model lets no trade begin: the largest purchase that can be reached is US$0bn"
        )
    promised(scope, rule)
    return shock


def subsidised(shock: Shock, scope: Scope, rule: PurchaseCommitment, subsidy: float) -> Shock:
    """The shock with an import subsidy in the cells of a commitment: t' = t - s.

    Raises:
        ScenarioError: the rate would be -100% or less.
    """
    tariff = np.where(commitment_cells(scope, rule), shock.tariff - subsidy, shock.tariff)
    if tariff.min() <= -1:
        raise ScenarioError(f"an import subsidy of {100 * subsidy:.6g}% would give the goods away")
    return replace(shock, tariff=tariff)


def largest_subsidy(shock: Shock, scope: Scope, rule: PurchaseCommitment) -> float:
    """The subsidy at which the first of the goods would be free: one plus the lowest tariff in the cells."""
    return float(1 + shock.tariff[commitment_cells(scope, rule)].min())


def commitment_notes(scope: Scope, rule: PurchaseCommitment) -> list[str]:
    """How the amount was brought to dollars of the world's year, and whether it is more than the whole market."""
    return [*_scaling(scope, rule), *_beyond_the_market(scope, rule)]


def _beyond_the_market(scope: Scope, rule: PurchaseCommitment) -> list[str]:
    cells = commitment_cells(scope, rule)
    flows = scope.world.total_flows
    asked = promised(scope, rule) + (float(flows[cells].sum()) if rule.add is not None else 0.0)
    market = float(flows[cells.any(2)].sum())
    if asked <= market:
        return []
    return [
        f"purchase commitment of {', '.join(rule.buyer)} to {', '.join(rule.seller)}: {told_money(asked)} is more "
        f"than all that {', '.join(rule.buyer)} buys of these goods in the baseline, at home and abroad "
        f"({told_money(round(market))}): far outside what the model was made for"
    ]


def _scaling(scope: Scope, rule: PurchaseCommitment) -> list[str]:
    year, amount = scope.world.year, float(rule.value if rule.value is not None else rule.add or 0.0)
    sides = f"purchase commitment of {', '.join(rule.buyer)} to {', '.join(rule.seller)}"
    if rule.dollars is None:
        return [f"{sides}: the amount is taken as dollars of {year}", OTHER_DOLLARS]
    scale = to_year(rule.dollars, year)
    return [
        f"{sides}: {told_money(amount)} of {rule.dollars} scaled to {about_money(amount * scale)} of {year} "
        f"by US GDP in current dollars (factor {scale:.2f})"
    ]
