"""What the instrument `agreement` does to a world: trade costs and tariffs, and what a reader should know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np

from comity.policy.agreement_rule import Agreement
from comity.policy.agreements import STAGED, agreement
from comity.policy.links import Bonds, Terms, bonds_on, cost_ratio, tariffs, terms
from comity.policy.memberships import baseline_day, standing
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.world.classification import REST
from comity.world.detail import Detail, Trade, detail_of
from comity.world.world import Floats, World

ROUNDING = 1e-15


def apply_agreement(shock: Shock, scope: Scope, rule: Agreement) -> Shock:
    """The shock with the change in it: costs by the ratio of what links do after and before, tariffs by the difference.

    A tariff that stands where the agreements put it goes where they put it now; one that other rules moved moves by as
    much, and does not fall below the agreement's unless it was there.

    Raises:
        ScenarioError: someone who is in the agreement joins, who is not leaves, or the world does not have them; an
            agreement that is in force is enacted, or one that is not dissolved; sectors that are not there.
    """
    past = _agreement_rules(scope.past)
    cost_before, tariff_before = _arrays(scope.world, scope.day, past)
    cost_after, tariff_after = _arrays(scope.world, scope.day, (*past, rule))
    iceberg = shock.iceberg / cost_before * cost_after
    moved = shock.tariff + (tariff_after - tariff_before)
    moved = np.where(tariff_after < tariff_before, np.maximum(moved, np.minimum(shock.tariff, tariff_after)), moved)
    moved = np.where(shock.tariff == tariff_before, tariff_after, moved)
    return replace(shock, iceberg=iceberg, tariff=moved)


def _agreement_rules(rules: Sequence[object]) -> tuple[Agreement, ...]:
    return tuple(rule for rule in rules if isinstance(rule, Agreement))


@lru_cache(maxsize=32)
def _arrays(world: World, day: date | None, rules: tuple[Agreement, ...]) -> tuple[Floats, Floats]:
    """Trade costs and tariffs ``[J, N, I]`` of a world once some rules have changed its agreements."""
    if not rules:
        return np.ones(world.tariff.shape), world.tariff
    detail = detail_of(world)
    bonds, now = _standing(Trade(world), day, rules)
    then = _baseline(world, bonds, detail)
    theta = detail.spread(world.elasticities.theta)
    flow = cost_ratio(now, then, detail, theta) ** -theta[:, None, None]
    cost = detail.average(flow, default=1.0) ** (-1 / world.elasticities.theta[:, None, None])
    change = detail.average(tariffs(now, then, detail) - detail.rate, default=0.0)
    tariff = world.tariff + change
    tariff[(change != 0) & (abs(tariff) < ROUNDING)] = 0.0  # what a sum leaves of a duty that ends
    return cost, tariff


@lru_cache(maxsize=32)
def _standing(trade: Trade, day: date | None, rules: tuple[Agreement, ...]) -> tuple[Bonds, Terms]:
    """The agreements once some rules have changed them, and what they do together, whatever the elasticities."""
    bonds = standing(Scope(trade.world, day), rules)
    return bonds, terms(bonds, detail_of(trade.world))


def _baseline(world: World, bonds: Bonds, detail: Detail) -> Terms:
    """What links did in the baseline, with the sizes that the user gives: worth now, worth then."""
    then = bonds_on(detail, baseline_day(world))
    if all(bond.size is None for bond in bonds.values()):
        return _unsized(detail, baseline_day(world))
    return terms({name: replace(bond, size=bonds[name].size) for name, bond in then.items()}, detail)


@lru_cache(maxsize=4)
def _unsized(detail: Detail, day: date) -> Terms:
    return terms(bonds_on(detail, day), detail)


def agreement_notes(scope: Scope, rule: Agreement) -> list[str]:
    """Whom it links anew or no longer, how large the effect is taken to be and why, and where tariffs are not known."""
    detail = detail_of(scope.world)
    past = _agreement_rules(scope.past)
    was, now = (_standing(Trade(scope.world), scope.day, rules)[1] for rules in (past, (*past, rule)))
    cost, duty = was.effect != now.effect, (was.coverage != now.coverage) | (was.cut != now.cut)
    found = [_linked(scope, rule, cost | duty, detail), _size(rule)]
    if cost[~detail.goods].any():
        found.append(
            "services: the effect is estimated on goods; services under an agreement that covers them are assumed to "
            "react alike"
        )
    if rule.effect != "costs":
        found += _duties(rule, cost | duty, duty, detail)
    data = agreement(rule.name)
    return [note for note in (*found, f"{rule.name}: {data.note}" if data.note else "") if note]


def _linked(scope: Scope, rule: Agreement, moved: Mask, detail: Detail) -> str:
    """Which pairs change, in words; those inside a region of the world are named."""
    pairs = np.asarray(moved.any(0))
    whole = [detail.regions[n] for n in np.flatnonzero(pairs.any(1))]
    here = {code for members in scope.world.region_members if len(members) == 1 for code in members}
    inside = [code for code in whole if code not in here]
    about = f"{rule.name}: agreements stand as on {baseline_day(scope.world)}, and of several that link a pair the one "
    about += "that does most counts"
    if not whole:
        return f"{about}; other agreements link every pair as closely, so nothing changes"
    core = [code for code in whole if pairs[detail.regions.index(code)].sum() > len(whole) / 2] or whole
    others = [code for code in whole if code not in core]
    text = f"{about}; links change between {', '.join(core)}" + (f" and {', '.join(others)}" if others else "")
    if inside:
        text += (
            f"; {', '.join(inside)} {'are' if len(inside) > 1 else 'is'} inside a region of this world, and count by "
        )
        text += "their share of its trade"
    return text


def _size(rule: Agreement) -> str:
    """The effect with its standard error, source and basis."""
    if rule.effect == "tariffs":
        return ""
    effect, data = rule.estimate, agreement(rule.name)
    if rule.trade_effect is not None:
        return f"{rule.name}: membership adds {effect.estimate:g} to log trade, tariffs included: given in the scenario"
    depth = f"{rule.name} counts as {effect.depth}"
    why = "asked for" if rule.depth else data.depth_basis
    if not effect.estimate:
        return f"{depth} ({why}): no other cost changes"
    low, high = (100 * (np.exp(effect.estimate + s * 1.96 * effect.se) - 1) for s in (-1, 1))
    return (
        f"{depth} ({why}): membership adds {effect.estimate:.3f} (standard error {effect.se:.3f}) to log trade, "
        f"tariffs included, that is {100 * (np.exp(effect.estimate) - 1):.0f}% (95%: {low:.0f} to {high:.0f}%); "
        f"{effect.short}; studies differ by more than this error"
    )


def _duties(rule: Agreement, moved: Mask, duty: Mask, detail: Detail) -> list[str]:
    """Where tariffs are not known, and how those of the United States are set."""
    if agreement(rule.name).tariffs == STAGED and not duty.any():
        return []
    pairs = np.asarray(moved[detail.goods].any(0))
    known = np.asarray(detail.known[detail.goods].any((0, 2)))
    missing = [code for n, code in enumerate(detail.regions) if pairs[n].any() and not known[n] and code != REST]
    found = []
    if missing:
        found.append(
            f"{rule.name}: tariffs of {', '.join(missing)} are not in the data, and only trade costs move on their "
            "imports"
        )
    if "USA" in detail.regions and duty[:, detail.regions.index("USA")].any():
        found.append(
            f"{rule.name}: US duties in the baseline are those collected in 2024, preferences and added duties "
            "included; without an agreement they are the MFN average where that is higher, under one what sections 232 "
            "(metals) and 301 (China) leave"
        )
    return found
