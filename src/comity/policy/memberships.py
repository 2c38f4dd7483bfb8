"""Who is in which agreement once rules have changed it: the baseline's members, then each rule in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from comity.errors import ScenarioError
from comity.policy.agreement_rule import WAYS, Agreement
from comity.policy.agreements import agreement
from comity.policy.groupings import grouping, grouping_names
from comity.policy.links import Bond, Bonds, bond_of, bonds_on, changed, enter, exit_
from comity.policy.places import within
from comity.policy.regions import find_regions
from comity.policy.scope import Mask, Scope
from comity.policy.wording import names, split
from comity.world.classification import REST, lookup_key, region_aliases, region_names
from comity.world.detail import Detail, detail_of
from comity.world.world import World


def baseline_day(world: World) -> date:
    """The day whose agreements a world has inside: the last of its year."""
    return date(max(world.year, 1), 12, 31)


def standing(scope: Scope, rules: Sequence[Agreement]) -> Bonds:
    """The agreements of a world's day, changed by some rules in order.

    Raises:
        ScenarioError: as in `apply_agreement`.
    """
    detail = detail_of(scope.world)
    bonds = bonds_on(detail, baseline_day(scope.world))
    for rule in rules:
        bonds = changed(bonds, rule.name, _change(scope, rule, detail))
    return bonds


def _change(scope: Scope, rule: Agreement, detail: Detail) -> Callable[[Bond], Bond]:
    industries = _industries(scope, rule, detail)
    channels = rule.effect in ("tariffs", "both"), rule.effect in ("costs", "both")

    def change(bond: Bond) -> Bond:
        if rule.trade_effect is not None:
            bond = replace(bond, size=rule.trade_effect)
        if rule.join is not None:
            codes = _joining(scope, rule, bond, detail, industries)
            return enter(bond, codes, detail, industries, *channels)
        if rule.leave is not None:
            codes = _leaving(scope, rule, bond, detail, industries)
            return exit_(bond, codes, detail, industries, *channels)
        if rule.enact:
            return _enacted(rule, bond, detail, baseline_day(scope.world), industries)
        _in_force(rule, bond, scope.world)
        if rule.dissolve:
            return exit_(bond, frozenset(detail.regions), detail, industries, *channels)
        return _deeper(rule, bond, *channels)

    return change


def _deeper(rule: Agreement, bond: Bond, duties: bool, costs: bool) -> Bond:
    if rule.depth is not None:
        return replace(bond, depth=rule.depth) if costs else bond
    share = float(rule.deepen or 0.0)
    left = (1 - bond.cut) * max(1 - share, 0.0)
    return replace(
        bond,
        deepened=bond.deepened * (1 + share) if costs else bond.deepened,
        cut=1 - left if duties else bond.cut,
    )


def _enacted(rule: Agreement, bond: Bond, detail: Detail, day: date, industries: Mask) -> Bond:
    """In force again among its members of the day, or for the first time among its signatories."""
    if bond.costs.any() or bond.tariffs.any():
        with within("enact"):
            raise ScenarioError(f"{rule.name} is in force: `enact` is for one that is not")
    before = bonds_on(detail, day)[rule.name]
    whole = before if before.costs.any() else bond_of(bond.agreement, detail, bond.agreement.sides(None))
    return replace(
        bond,
        side=whole.side,
        tariffs=whole.tariffs & industries[:, None] & (rule.effect != "costs"),
        costs=whole.costs & industries[:, None] & (rule.effect != "tariffs"),
    )


def _in_force(rule: Agreement, bond: Bond, world: World) -> None:
    if not (bond.costs.any() or bond.tariffs.any()):
        way = next(way for way in WAYS if getattr(rule, way) is not None)
        with within(way):
            raise ScenarioError(
                f"{rule.name} is not in force on {baseline_day(world)}, the day of world {world.name}{_dates(rule)}: "
                "`enact: true` puts it into force among those who signed it"
            )


def _dates(rule: Agreement) -> str:
    found = agreement(rule.name)
    if found.ended:
        return f" (it ended on {found.ended})"
    return f" (in force from {found.in_force})" if found.in_force else " (signed, never in force)"


def _industries(scope: Scope, rule: Agreement, detail: Detail) -> Mask:
    """Industries ``[j]`` in which something changes."""
    if rule.left_out is None:
        return np.ones(len(detail.industries), dtype=bool)
    with within("except"):
        sectors = scope.sectors(rule.left_out, ())
    return ~np.isin(detail.sector_of.index, sectors)


def _joining(scope: Scope, rule: Agreement, bond: Bond, detail: Detail, industries: Mask) -> frozenset[str]:
    _in_force(rule, bond, scope.world)
    with within("join"):
        codes = countries(scope, rule.join or (), detail)
        inside = [c for c in sorted(codes) if _member(bond, c, detail, industries, rule, every=True)]
        if inside:
            raise ScenarioError(
                f"{_list(inside)} {'is' if len(inside) == 1 else 'are'} in {rule.name} already"
                + f" (agreements stand as on {baseline_day(scope.world)}, and as earlier rules left them)"
            )
    return codes


def _leaving(scope: Scope, rule: Agreement, bond: Bond, detail: Detail, industries: Mask) -> frozenset[str]:
    _in_force(rule, bond, scope.world)
    with within("leave"):
        codes = countries(scope, rule.leave or (), detail)
        outside = [c for c in sorted(codes) if not _member(bond, c, detail, industries, rule, every=False)]
        if outside:
            later = [m for m in bond.agreement.members if m.code in outside and m.since > baseline_day(scope.world)]
            when = f"; {_list([later[0].code])} joined on {later[0].since}" if later else ""
            raise ScenarioError(
                f"{_list(outside)} {'is' if len(outside) == 1 else 'are'} not in {rule.name} (agreements stand as on "
                f"{baseline_day(scope.world)}, and as earlier rules left them{when}; members: "
                f"{', '.join(members(bond, detail))})"
            )
    return codes


def _member(bond: Bond, code: str, detail: Detail, industries: Mask, rule: Agreement, *, every: bool) -> bool:
    """Whether someone is in, in all (or any) of the industries and respects that a rule is about."""
    n = detail.regions.index(code)
    reach = industries & (bond.costs.any(1) | bond.tariffs.any(1))
    parts = [bond.costs[reach, n]] if rule.effect != "tariffs" else []
    if rule.effect == "tariffs" or (rule.effect == "both" and not every):
        parts.append(bond.tariffs[reach & detail.goods, n])
    inside = np.concatenate(parts)
    return bool(inside.all() if every else inside.any()) if inside.size else False


def members(bond: Bond, detail: Detail) -> list[str]:
    """ISO3 codes of those who are in an agreement in any respect, as far as the detail has them apart."""
    inside = np.asarray(bond.costs.any(0) | bond.tariffs.any(0))
    return [code for code, there in zip(detail.regions, inside, strict=True) if there]


def countries(scope: Scope, words: str | Sequence[str], detail: Detail) -> frozenset[str]:
    """Single economies that a list of names means: also those that the world has only inside a region.

    Raises:
        UnknownName: no such name; ScenarioError: an economy that the source of the world does not have apart.
    """
    apart = set(detail.regions) - {REST}
    taken, left_out = split(names(words), lambda word: lookup_key(word) in {*region_aliases(), *grouping_names()})
    found = {code for word in taken for code in _economies(scope, word, apart)}
    found -= {code for word in left_out for code in _economies(scope, word, apart)}
    if not found:
        raise ScenarioError(f"nobody is left in {', '.join(names(words))!r}")
    return frozenset(found)


def _economies(scope: Scope, word: str, apart: set[str]) -> set[str]:
    key = lookup_key(word)
    if key in grouping_names():
        return set(grouping(word).members(scope.day)) & apart
    if key in region_aliases():
        code = next(iter(region_aliases()[key]))
        if code in apart:
            return {code}
    index = find_regions((word,), scope.world, scope.day, others=False).index if key not in region_aliases() else ()
    found = {code for i in index for code in scope.world.region_members[i]}
    if not found or REST in found or not found <= apart:
        name = region_names().get(next(iter(region_aliases().get(key, {word}))), word)
        raise ScenarioError(
            f"{name} is not apart in the source of world {scope.world.name}, and the rest of the world is in no "
            "agreement"
        )
    return found


def _list(codes: Sequence[str]) -> str:
    return ", ".join(region_names().get(code, code) for code in codes)
