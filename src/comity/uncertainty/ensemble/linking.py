"""Which of the parameters that are drawn go together: elasticities of one kind, and what a scenario links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.places import within
from comity.policy.sectors import resolve_sectors
from comity.policy.wording import nearest
from comity.uncertainty.copula import Correlation, correlation, equicorrelation
from comity.uncertainty.ensemble.parameters import AMOUNT, CHOICE, COVERAGE, EFFECT, SCALE, THETA, Parameter, Spread
from comity.world import World

LINKED = "correlations"
OF_RULES = (AMOUNT, COVERAGE, EFFECT)


def correlations_of(
    parameters: Sequence[Parameter],
    world: World,
    spreads: Mapping[str, Spread | None],
    said: Sequence[Mapping[str, Any]],
) -> tuple[Correlation, ...]:
    """Every correlation, each of parameters of its own.

    Args:
        parameters: that are drawn.
        world: in which sectors are looked up.
        spreads: of trade and scale elasticities by kind, with the correlation of any two of a kind.
        said: what the scenario links: names of rules, sectors or parameters under `between`, and the `correlation` of
            any two. It goes before that of a kind, whose other pairs keep theirs.

    Raises:
        UnknownName: a name that is not drawn. ScenarioError: correlations that cannot all hold, a pair that is given
            twice, a choice, a name that means several sectors.
    """
    common = {kind: names for kind, names in _of_kinds(parameters, spreads).items() if len(names) > 1}
    with within(LINKED):
        pairs = _pairs(parameters, world, said)
        linked = {name for *both, _ in pairs for name in both}
        met = {kind for kind, names in common.items() if linked & set(names)}
    found = []
    for kind in (kind for kind in common if kind not in met):
        with within("elasticities" if kind == THETA else "scale elasticities", "correlation"):
            found.append(equicorrelation(common[kind], _size(spreads, kind)))
    if pairs:
        with within(LINKED):
            given = {frozenset(both) for *both, _ in pairs}
            for kind in sorted(met):
                others = (pair for pair in combinations(common[kind], 2) if frozenset(pair) not in given)
                pairs += [(one, other, _size(spreads, kind)) for one, other in others]
            found.append(correlation(sorted(linked.union(*(common[kind] for kind in met))), pairs))
    return tuple(found)


def _of_kinds(parameters: Sequence[Parameter], spreads: Mapping[str, Spread | None]) -> dict[str, list[str]]:
    """The elasticities of each kind that has a correlation for any two of it."""
    return {kind: [p.name for p in parameters if p.kind == kind] for kind in spreads if _size(spreads, kind)}


def _size(spreads: Mapping[str, Spread | None], kind: str) -> float:
    spread = spreads[kind]
    return spread.correlation if spread is not None else 0.0


def _pairs(
    parameters: Sequence[Parameter], world: World, said: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, float]]:
    pairs = []
    for place, one in enumerate(said):
        with within(place):
            names = [_named(parameters, world, str(name)) for name in one["between"]]
            pairs += [(first, second, float(one["correlation"])) for first, second in combinations(names, 2)]
    return pairs


def _named(parameters: Sequence[Parameter], world: World, name: str) -> str:
    """The parameter that a name means: its own; that of a rule whose amount, else whose coverage, is drawn; that of an
    agreement or a depth; the trade elasticity of a sector, else its scale elasticity."""
    drawn = {p.name: p for p in parameters}
    found = next((n for n in (name, *(f"{kind} {name}" for kind in OF_RULES)) if n in drawn), None)
    if found is None:
        found = next((n for n in _of_sector(world, name) if n in drawn), None)
    if found is None:
        elasticities = [f"{kind} {n}" for kind in (THETA, SCALE) for n in world.sector_names]
        known = [n for p in parameters if p.kind != CHOICE for n in (p.name, p.key)] + elasticities
        raise UnknownName(
            f"a correlation names {name!r}, which is not drawn{nearest(name, [*known, *world.sector_names])}"
        )
    if drawn[found].kind == CHOICE:
        raise ScenarioError(f"{found!r} is a choice without an order: it can have no correlation")
    return found


def _of_sector(world: World, name: str) -> list[str]:
    """The elasticities that the name of a sector may mean, with ``theta`` or ``scale`` before it or not."""
    kind, _, rest = name.partition(" ")
    kinds, word = ((kind,), rest) if kind in (THETA, SCALE) and rest else ((THETA, SCALE), name)
    try:
        sectors = resolve_sectors(word, world)
    except UnknownName:
        return []
    if len(sectors) > 1:
        raise ScenarioError(f"{word!r} means {len(sectors)} sectors ({', '.join(sectors[:6])}): name one of them")
    return [f"{kind} {sector}" for kind in kinds for sector in sectors]


def joined(parameters: Sequence[Parameter], world: World, said: Sequence[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """The parameters, those that go together under one source of uncertainty: the variance cannot be split between
    causes that come together."""
    sources = {p.name: p.source for p in parameters}
    groups: list[set[str]] = []
    for one in said:
        new = {sources[_named(parameters, world, str(name))] for name in one["between"]}
        apart = [group for group in groups if not group & new]
        groups = [*apart, new.union(*(group for group in groups if group & new))]
    names = {source: " and ".join(sorted(group)) for group in groups if len(group) > 1 for source in group}
    return tuple(replace(p, source=names.get(p.source, p.source)) for p in parameters)
