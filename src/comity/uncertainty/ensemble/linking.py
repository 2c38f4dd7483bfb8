"""Which of the parameters that are drawn go together: elasticities of one kind, and amounts that a scenario links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.places import within
from comity.policy.wording import nearest
from comity.uncertainty.copula import Correlation, correlation, equicorrelation
from comity.uncertainty.ensemble.parameters import AMOUNT, CHOICE, COVERAGE, SCALE, THETA, Parameter, Spread

LINKED = "correlations"


def correlations_of(
    parameters: Sequence[Parameter],
    spread: Spread | None,
    scale_spread: Spread | None,
    said: Sequence[Mapping[str, Any]],
) -> tuple[Correlation, ...]:
    """Every correlation, each of parameters of its own.

    Args:
        parameters: that are drawn.
        spread, scale_spread: of trade and scale elasticities, with the correlation of any two of a kind.
        said: what the scenario links: names of rules or parameters under `between`, and the `correlation` of any two.

    Raises:
        UnknownName: a name that is not drawn. ScenarioError: correlations that cannot all hold, a pair that is given
            twice, a parameter that is correlated already, a choice.
    """
    found = [*_of_elasticities(parameters, spread, scale_spread)]
    if said:
        with within(LINKED):
            linked = _linked(parameters, said)
            taken = {name for one in found for name in one.names}
            if twice := [name for name in linked.names if name in taken]:
                raise ScenarioError(
                    f"{twice[0]!r} has a correlation with the other elasticities already: leave one out"
                )
            found.append(linked)
    return tuple(found)


def _of_elasticities(
    parameters: Sequence[Parameter], spread: Spread | None, scale_spread: Spread | None
) -> Iterator[Correlation]:
    for kind, of in ((THETA, spread), (SCALE, scale_spread)):
        names = [p.name for p in parameters if p.kind == kind]
        if of is not None and of.correlation and len(names) > 1:
            with within("elasticities" if kind == THETA else "scale elasticities", "correlation"):
                yield equicorrelation(names, of.correlation)


def _linked(parameters: Sequence[Parameter], said: Sequence[Mapping[str, Any]]) -> Correlation:
    pairs = []
    for place, one in enumerate(said):
        with within(place):
            names = [_named(parameters, str(name)) for name in one["between"]]
            pairs += [(first, second, float(one["correlation"])) for first, second in combinations(names, 2)]
    return correlation(list(dict.fromkeys(name for *both, _ in pairs for name in both)), pairs)


def _named(parameters: Sequence[Parameter], name: str) -> str:
    """The parameter that a name means: its own, or that of a rule whose amount, else whose coverage, is drawn."""
    drawn = {p.name: p for p in parameters}
    found = next((n for n in (name, f"{AMOUNT} {name}", f"{COVERAGE} {name}") if n in drawn), None)
    if found is None:
        known = [n for p in parameters if p.kind != CHOICE for n in {p.name, p.key}]
        raise UnknownName(f"a correlation names {name!r}, which is not drawn{nearest(name, known)}")
    if drawn[found].kind == CHOICE:
        raise ScenarioError(f"{found!r} is a choice without an order: it can have no correlation")
    return found


def joined(parameters: Sequence[Parameter], said: Sequence[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """The parameters, those that go together under one source of uncertainty: the variance cannot be split between
    causes that come together."""
    sources = {p.name: p.source for p in parameters}
    groups: list[set[str]] = []
    for one in said:
        new = {sources[_named(parameters, str(name))] for name in one["between"]}
        apart = [group for group in groups if not group & new]
        groups = [*apart, new.union(*(group for group in groups if group & new))]
    names = {source: " and ".join(sorted(group)) for group in groups if len(group) > 1 for source in group}
    return tuple(replace(p, source=names.get(p.source, p.source)) for p in parameters)
