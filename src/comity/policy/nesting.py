"""Two readings of a ban on part of an industry: the part as any of its varieties, and as a product of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from comity.errors import ScenarioError
from comity.policy.bans import Ban, covered
from comity.policy.instruments import instrument_of
from comity.policy.nests import Nest
from comity.policy.places import within
from comity.policy.products import product, shares
from comity.policy.quantities import Rate, told_rate
from comity.policy.scope import Scope
from comity.policy.stack import Placed
from comity.world.carving import carve
from comity.world.world import Floats, World

AS_PART, AS_PRODUCT = "as part of its industry", "as a product of its own"
PART = re.compile(r"\.(?:p[0-9]*|r)$")
"""Ends the code of a part of an industry."""
SECTOR_FIELDS = ("sectors", "answer_sectors")


@dataclass(frozen=True)
class Reading:
    """One way to read the rules.

    Attributes:
        label: what tells it from the other; empty if there is one only.
        world: with the products carved out.
        rules: on the sectors of that world.
    """

    label: str
    world: World
    rules: tuple[Placed, ...]


@dataclass(frozen=True, eq=False)
class Carved:
    """A product to be carved out.

    Attributes:
        sector: code of the industry.
        name: of the product.
        share: of the industry's trade, by exporter ``[i]``.
        elasticity: of the product; None is the industry's.
        basis: where the share comes from.
    """

    sector: str
    name: str
    share: Floats
    elasticity: float | None
    basis: str

    def agrees(self, other: Carved) -> bool:
        """Whether the two are the same product."""
        return self.elasticity == other.elasticity and bool(np.array_equal(self.share, other.share))


def readings(world: World, rules: Sequence[Placed], day: date | None) -> tuple[Reading, ...]:
    """The rules as they stand, and, where one of them has a `nest`, on a world in which its products are apart.

    Raises:
        ScenarioError: a nest of several industries, a product with two shares or elasticities, a coverage above its
            share; with its place.
    """
    nested = [placed for placed in rules if _nest(placed.rule) is not None]
    if not nested:
        return (Reading("", world, tuple(rules)),)
    plain = tuple(_with(placed, nest=None) if placed in nested else placed for placed in rules)
    scope = Scope(world, day)
    products: dict[tuple[str, str], Carved] = {}
    for placed in nested:
        with within(*placed.place, instrument_of(placed.rule).key):
            for one in _carved(scope, placed.rule):
                if not products.setdefault((one.sector, one.name), one).agrees(one):
                    raise ScenarioError(
                        f"{one.name} in {one.sector} has two shares or elasticities: it is one product in all rules; "
                        "give it the same, or `nest` names that differ"
                    )
    split, codes = _split(world, list(products.values()))
    moved = [moved for placed in rules for moved in _moved(scope, split, codes, placed)]
    return Reading(AS_PART, world, plain), Reading(AS_PRODUCT, split, tuple(moved))


def _nest(rule: Any) -> Nest | None:
    found = getattr(rule, "nest", None)
    return found if isinstance(found, Nest) else None


def _with(placed: Placed, **changes: Any) -> Placed:
    return replace(placed, rule=replace(placed.rule, **changes))


def _carved(scope: Scope, rule: Ban) -> Iterator[Carved]:
    """The products of a ban."""
    nest, world = rule.nest, scope.world
    assert isinstance(nest, Nest)  # only rules with one come here
    if rule.products is not None:
        for name in rule.products:
            one = product(name)
            for j, share in shares(world, one).items():
                stated = np.full_like(share, nest.share) if nest.share is not None else share
                basis = "stated in the scenario" if nest.share is not None else "the table of controlled products"
                yield Carved(world.sectors[j], nest.name or one.name, stated, nest.elasticity, basis)
        return
    places = scope.sectors(rule.sectors, ("goods",))
    if len(places) != 1:
        with within("nest"):
            raise ScenarioError(
                f"a product of its own is part of one industry, and these are {len(places)} sectors: name one, or "
                "write a rule for each"
            )
    j = places[0]
    size = nest.share if nest.share is not None else float(rule.coverage or 0.0)
    basis = rule.source or "an assumption of the scenario"
    name = nest.name or f"{world.sector_names[j]}, the controlled part"
    yield Carved(world.sectors[j], name, np.full(len(world.regions), size), nest.elasticity, basis)


def _split(world: World, products: Sequence[Carved]) -> tuple[World, dict[tuple[str, str], str]]:
    """The world with the products apart, and the code of each; what is left of an industry is ``CODE.r``."""
    codes: dict[tuple[str, str], str] = {}
    left: dict[str, Floats] = {}
    for one in products:
        j = world.sectors.index(f"{one.sector}.r" if one.sector in left else one.sector)
        before = left.get(one.sector, np.ones(len(world.regions)))
        taken = np.divide(one.share, before, out=np.zeros_like(before), where=before > 0)
        if (taken > 1 + 1e-12).any():
            raise ScenarioError(f"the products of {one.sector} are more than all of it in {_where(world, taken > 1)}")
        number = sum(sector == one.sector for sector, _ in codes) + 1
        code = f"{one.sector}.p{'' if number == 1 else number}"
        rest = (world.sectors[j], world.sector_names[j]) if one.sector in left else None
        world = carve(
            world, world.sectors[j], np.minimum(taken, 1.0),
            code=code, name=one.name, elasticity=one.elasticity, rest=rest, basis=one.basis,
        )  # fmt: skip
        codes[one.sector, one.name] = code
        left[one.sector] = before - one.share
    return world, codes


def same_goods(codes: Sequence[str], world: World) -> tuple[str, ...]:
    """The sectors of a world that hold what some sectors of another reading's world do: an industry, or its parts."""
    wanted = set(codes) | {_industry(code) for code in codes}
    return tuple(code for code in world.sectors if code in wanted or _industry(code) in wanted)


def _industry(code: str) -> str:
    """The industry that a product, or what is left beside it, was carved out of; other codes as they are.

    >>> _industry("C26.p2"), _industry("C26.r"), _industry("C26")
    ('C26', 'C26', 'C26')
    """
    return PART.sub("", code)


def _where(world: World, places: np.ndarray) -> str:
    return ", ".join(world.regions[i] for i in np.flatnonzero(places)[:6])


def _moved(scope: Scope, split: World, codes: dict[tuple[str, str], str], placed: Placed) -> Iterator[Placed]:
    """A rule on the sectors of the world with the products apart."""
    rule = placed.rule
    if _nest(rule) is None:
        changes = {f: _words(scope, split, codes, getattr(rule, f, None)) for f in SECTOR_FIELDS if hasattr(rule, f)}
        changed = {field: words for field, words in changes.items() if words is not None}
        yield _with(placed, **changed) if changed else placed
        return
    with within(*placed.place, instrument_of(rule).key):
        for one in _carved(scope, rule):
            code = codes[one.sector, one.name]
            yield from _on_product(scope, placed, one, code)


def _on_product(scope: Scope, placed: Placed, one: Carved, code: str) -> Iterator[Placed]:
    """The ban on the product: of its varieties the share that the coverage of the industry is of the product's."""
    rule = placed.rule
    key = "on" if instrument_of(rule).key == "import ban" else "by"
    exporters = scope.regions(key, getattr(rule, key)).index
    whole = one.share if rule.coverage is None else covered(scope, rule)[scope.world.sectors.index(one.sector)]
    groups: dict[float, list[str]] = {}
    for i in exporters:
        if one.share[i] == 0:
            continue
        size = round(float(whole[i] / one.share[i]), 12)
        if size > 1:
            with within("coverage"):
                raise ScenarioError(
                    f"a coverage of {told_rate(float(whole[i]))} is more than the product is of {one.sector} from "
                    f"{scope.world.regions[i]} ({told_rate(float(one.share[i]))}): as a product of its own at most all "
                    "of it can end; raise the share or lower the coverage"
                )
        groups.setdefault(size, []).append(scope.world.regions[i])
    for size, regions in groups.items():
        side = {} if len(groups) == 1 and len(regions) == len(exporters) else {key: tuple(regions)}
        yield _with(placed, sectors=(code,), products=None, nest=None, coverage=Rate(size), **side)


def _words(scope: Scope, split: World, codes: dict[tuple[str, str], str], words: Any) -> tuple[str, ...] | None:
    """Codes for sectors as written, if they hold one that is in parts now; else None."""
    if words is None:
        return None
    found = [scope.world.sectors[j] for j in scope.sectors(words, ("goods",))]
    parts = {sector: [c for c in split.sectors if c != sector and _industry(c) == sector] for sector, _ in codes}
    if not set(found) & set(parts):
        return None
    return tuple(code for sector in found for code in parts.get(sector, [sector]))
