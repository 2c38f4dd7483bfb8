"""Distributions that a scenario gives in the place of those of the data: of elasticities, and of effects of agreements.

They are cut where theory needs it: a trade elasticity is above zero, a scale elasticity between zero and one, an effect
on trade not below zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.agreement_rule import MOST_EFFECT, Agreement
from comity.policy.agreements import Effect, agreements, effects
from comity.policy.places import within
from comity.policy.sectors import resolve_sectors
from comity.policy.uncertain import FIXED, PUBLISHED
from comity.policy.wording import nearest
from comity.uncertainty.declaring import Uncertain, uncertain
from comity.uncertainty.discrete import Discrete
from comity.uncertainty.distributions import Distribution
from comity.uncertainty.ensemble.parameters import AGREEMENT_EFFECTS, EFFECT, Own, Parameter
from comity.world import World
from comity.world.classification import lookup_key

LOG_POINTS = "log points of trade"


def cut(what: Distribution, low: float, high: float = math.inf) -> Distribution:
    """The distribution between two values, where it reaches beyond them.

    Raises:
        ScenarioError: nothing of it is between them.

    >>> str(cut(Distribution.of("normal", mean=5, sd=2), 0.0))
    'normal(mean 5, sd 2) above 0'
    >>> str(cut(Distribution.of("uniform", low=2, high=5), 0.0))
    'uniform(low 2, high 5)'
    """
    least, middle, most = (float(value) for value in what.ppf([0.0, 0.5, 1.0]))
    above = max(low, what.above) if least < low or middle <= low else what.above
    below = min(high, what.below) if most > high or middle >= high else what.below
    return replace(what, above=above, below=below)


def own_elasticities(said: Mapping[str, Any], high: float) -> Own:
    """Distributions of elasticities by the names of sectors, between zero and a highest value.

    Raises:
        ScenarioError: what is no distribution of a number, with its place.
    """
    return tuple(_own(said, high))


def _own(said: Mapping[str, Any], high: float) -> Iterator[tuple[str, Distribution]]:
    for name, declared in said.items():
        with within("sectors", name):
            what = uncertain(declared)
            if not isinstance(what, Distribution):
                raise ScenarioError(
                    f"the elasticity of {name!r} is a number on a line, not {what}: write a distribution"
                )
            inside = cut(what, 0.0, high)
            if not 0 < float(inside.ppf(0.5)) < high:
                raise ScenarioError(f"{what} is no elasticity of this kind: one is above 0 and below {high:g}")
            yield name, inside


def require_sectors(own: Own, worlds: Sequence[World]) -> None:
    """Refuse names that mean no sector, or one that has a distribution already, in any of some worlds.

    Raises:
        UnknownName, ScenarioError: as in `comity.policy.sectors.find_sectors`; two names that mean one sector.
    """
    for world in worlds:
        taken: dict[str, str] = {}
        for name, _ in own:
            with within("sectors", name):
                for sector in resolve_sectors(name, world):
                    if sector in taken:
                        raise ScenarioError(f"{sector} has a distribution already, by the name {taken[sector]!r}")
                    taken[sector] = name


def effect(declared: Any) -> Uncertain:
    """A distribution of an effect on log trade, cut at zero.

    Raises:
        ScenarioError: none that such an effect can have.

    >>> str(effect({"normal": {"mean": 0.3, "sd": 0.2}}))
    'normal(mean 0.3, sd 0.2) above 0'
    """
    what = uncertain(declared)
    numbers = isinstance(what, Discrete) and not any(isinstance(option, str | bool) for option in what.options)
    if not numbers and not isinstance(what, Distribution):
        raise ScenarioError(f"an effect of agreements is drawn from numbers, log points of trade, not from {what}")
    values = [float(value) for value in what.ppf([0.0, 0.5, 1.0])]
    if (numbers and not all(0 <= value <= MOST_EFFECT for value in values)) or values[1] > MOST_EFFECT:
        raise ScenarioError(
            f"{what} is no effect on log trade: these are from 0 to {MOST_EFFECT:g}, such as 0.35 (trade that grows by "
            "42%)"
        )
    return cut(what, 0.0) if isinstance(what, Distribution) else what


def published_effect(of: Effect) -> Parameter:
    """The effect of a depth of agreements by its standard error."""
    what = Distribution.of(
        "normal", mean=of.estimate, sd=of.se, above=0.0, note=of.source,
        source=of.source if of.basis == "estimate" else "",
    )  # fmt: skip
    return Parameter(EFFECT, of.depth, AGREEMENT_EFFECTS, what, LOG_POINTS)


def own_effect(rules: Sequence[Agreement], name: str, declared: Any) -> Parameter | None:
    """The effect of a depth or of one agreement, as the scenario declares it; None where it is fixed.

    Raises:
        UnknownName: neither a depth nor an agreement of a rule. ScenarioError: no distribution of an effect; published,
            of one agreement; an agreement whose depth changes.
    """
    depths = {rule.estimate.depth: rule.estimate for rule in rules if rule.trade_effect is None}
    key = _key(rules, depths, name)
    if declared == FIXED:
        return None
    if declared == PUBLISHED:
        if key not in depths or not depths[key].se > 0:
            known = _list(depth for depth in depths if depths[depth].se > 0)
            raise ScenarioError(
                f"no standard error is published for {name!r}, only for depths ({known or 'none here'}): write a "
                "distribution"
            )
        return published_effect(depths[key])
    if any(rule.name == key and rule.depth is not None for rule in rules):
        raise ScenarioError(
            f"a rule changes the depth of {key}, and its effect with it: write distributions of the depths "
            f"({_list(effects())}) instead"
        )
    return Parameter(EFFECT, key, AGREEMENT_EFFECTS, effect(declared), LOG_POINTS)


def _key(rules: Sequence[Agreement], depths: Mapping[str, Effect], name: str) -> str:
    """The depth that a name means, or the agreement."""
    plain = lookup_key(name)
    for depth in depths:
        if lookup_key(depth) == plain:
            return depth
    for one in agreements():
        if plain in map(lookup_key, (one.name, *one.aliases)) and any(rule.name == one.name for rule in rules):
            return one.name
    known = [*depths, *dict.fromkeys(rule.name for rule in rules)]
    raise UnknownName(
        f"{name!r} is neither a depth nor the name of an agreement that a rule is about{nearest(name, known)} "
        f"(there are {_list(known) or 'none: no rule is about an agreement'})"
    )


def _list(names: Any) -> str:
    return ", ".join(names)
