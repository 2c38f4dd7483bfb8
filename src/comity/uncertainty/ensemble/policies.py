"""The policy of a draw: affine in the amounts that are drawn where that is exact, built anew for each draw elsewhere.

An entry of a shock is affine, or a maximum or minimum of affine terms, or a product of amounts, in the amounts of the
rules. Whether it is affine over the whole range of the draws is checked against stacks built afresh: at the ends and in
the middle of each amount, at corners and inside; and in the elasticities, on which the cost of trade under an agreement
depends. A function that is convex or concave along a line and straight through three of its points is straight between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

import jax
import numpy as np
from numpy.typing import NDArray

from comity.errors import ScenarioError
from comity.model.economy import Policy, policy
from comity.policy.agreement_costs import AgreementCosts, agreement_costs
from comity.policy.agreement_rule import Agreement
from comity.policy.levers import Lever, coverage_lever, lever, resized
from comity.policy.setting import Setting
from comity.policy.shock import Shock
from comity.uncertainty.draws import uniforms
from comity.uncertainty.ensemble.parameters import AMOUNT, COVERAGE
from comity.world.world import Floats

EXACT = 1e-12
"""Largest relative difference of an affine policy from one built afresh."""
CORNERS, INSIDE = 16, 8
ELSEWHERE = 1.3
"""Trade elasticities, times this, of the second world in which a policy is built to see whether it depends on them."""


@dataclass(frozen=True, eq=False)
class Policies:
    """Policies of one setting by its amounts.

    Attributes:
        setting: the rules and the world that they are laid over.
        income: baseline world factor income, US$ million.
        names: of the parameters that are amounts or coverages here.
        targets: the rule and the field that each of them is, by position.
        reference: their amounts as they stand.
        effects: depths of agreements, and agreements, whose effect on trade is drawn.
        costs: of trade under agreements, by elasticities and effects; None without agreements, and where other rules
            stand between.
        sources: where public absorption is bought, once there is some in any draw.
        slopes: derivative by each amount; None where policies are built anew for each draw.
    """

    setting: Setting
    income: float
    names: tuple[str, ...]
    targets: tuple[tuple[int, str], ...]
    reference: Floats
    effects: tuple[str, ...]
    costs: AgreementCosts | None
    sources: Floats | None
    slopes: Policy | None

    @property
    def affine(self) -> bool:
        """Whether amounts act through `slopes`."""
        return self.slopes is not None

    @property
    def own(self) -> Policy:
        """The policy at the amounts as they stand."""
        return self._policy(self.setting.shock)

    def shock(self, amounts: Floats, theta: Floats, effects: Mapping[str, float]) -> Shock:
        """The shock of a draw: agreements follow its elasticities and effects, and rules are stacked afresh where
        amounts are drawn."""
        if self.costs is None:
            return self.stacked(amounts, theta)
        own = self.setting.world.elasticities.theta
        shock = self.stacked(amounts, own) if len(amounts) else self.setting.shock
        return replace(shock, iceberg=shock.iceberg / self.costs.cost(own) * self.costs.cost(theta, effects))

    def stacked(self, amounts: Floats, theta: Floats) -> Shock:
        """The shock with its rules stacked afresh on the world with other elasticities."""
        setting = self.setting
        world = replace(setting.world, elasticities=replace(setting.world.elasticities, theta=theta))
        rules = list(setting.rules)
        for (position, key), amount in zip(self.targets, map(float, amounts), strict=True):
            rules[position] = replace(rules[position], rule=resized(rules[position].rule, key, amount))
        return replace(setting, world=world, rules=tuple(rules)).restacked().shock

    def policy(self, amounts: Floats, theta: Floats, effects: Mapping[str, float]) -> Policy:
        """The policy of a draw, built afresh."""
        return self._policy(self.shock(amounts, theta, effects))

    def _policy(self, shock: Shock) -> Policy:
        own = shock.public_sources if shock.public_sources is not None else self.sources
        return policy(replace(shock, public_sources=own), self.income)


def policies(
    setting: Setting, income: float, ranges: Mapping[str, tuple[float, float]], effects: Sequence[str]
) -> Policies:
    """Policies of a setting, checked for being affine in its amounts.

    Args:
        setting: rules on a world.
        income: baseline world factor income, US$ million.
        ranges: lowest and highest amount or coverage drawn, by the names of their parameters.
        effects: depths of agreements, and agreements, whose effect is drawn.
    """
    levers = list(_levers(setting, ranges))
    names, targets = tuple(name for name, *_ in levers), tuple((held.position, held.field) for _, held, _ in levers)
    reference = np.array([held.amount for _, held, _ in levers])
    bare = _with_agreements(Policies(setting, income, names, targets, reference, (), None, None, None), effects)
    spans = [(min(low, held.amount), max(high, held.amount)) for _, held, (low, high) in levers]
    points = list(_points(reference, np.array(spans).reshape(-1, 2)))
    theta = setting.world.elasticities.theta
    try:
        shocks = [bare.shock(point, theta, {}) for point in points]
    except ScenarioError:  # some amounts have no meaning: each draw is looked at by itself, and refused if so
        return replace(bare, sources=_sources(bare, theta))
    sources = next((shock.public_sources for shock in shocks if shock.public_sources is not None), None)
    found = replace(bare, sources=sources)
    if found.costs is not None:
        return found
    built = [jax.device_get(found._policy(shock)) for shock in shocks]
    slopes = _slopes(points, built, len(levers))
    elsewhere = jax.device_get(found.policy(reference, ELSEWHERE * theta, {}))
    straight = all(
        _same(_at(built[0], slopes, point - reference), there) for point, there in zip(points, built, strict=True)
    )
    return replace(found, slopes=slopes) if straight and _same(built[0], elsewhere) else found


def _with_agreements(bare: Policies, effects: Sequence[str]) -> Policies:
    """With the costs of trade under agreements as a function, where that is what stacking afresh gives.

    Raises:
        ScenarioError: effects are drawn, and they are not alone in what moves trade costs.
    """
    setting = bare.setting
    rules = [placed.rule for placed in setting.rules if isinstance(placed.rule, Agreement)]
    if not rules:
        return bare
    depths = {rule.estimate.depth for rule in rules if rule.trade_effect is None}
    apart = {rule.name for rule in rules}.intersection(effects)
    drawn = tuple(key for key in effects if key in depths | apart)
    found = replace(bare, effects=drawn, costs=agreement_costs(setting.scope, rules, apart))
    theta = setting.world.elasticities.theta
    uneven = theta * np.linspace(1 / ELSEWHERE, ELSEWHERE, len(theta))
    moves_them = any(isinstance(setting.rules[position].rule, Agreement) for position, _ in bare.targets)
    exact = not moves_them and all(
        _close(found.shock(bare.reference, there, {}).iceberg, bare.stacked(bare.reference, there).iceberg)
        for there in (ELSEWHERE * theta, uneven)
    )
    if not exact and drawn:
        raise ScenarioError(
            f"variant {setting.name!r}: the effects of agreements cannot be drawn here, because other rules move trade "
            "costs after them, or how far an agreement goes is drawn too: write `agreement effects: fixed`, and draw "
            "no `trade effect`"
        )
    return found if exact else bare


def _sources(bare: Policies, theta: Floats) -> Floats | None:
    """Where public absorption is bought at the amounts as they stand."""
    return bare.shock(bare.reference, theta, {}).public_sources


def _levers(
    setting: Setting, ranges: Mapping[str, tuple[float, float]]
) -> Iterator[tuple[str, Lever, tuple[float, float]]]:
    """Parameter, lever and range of what is drawn of rules: their amounts and coverages."""
    for position, placed in enumerate(setting.rules):
        for kind, find in ((AMOUNT, lever), (COVERAGE, coverage_lever)):
            name = f"{kind} {getattr(placed.rule, 'name', None)}"
            if name in ranges and (held := find(setting, position)) is not None:
                yield name, held, ranges[name]


def _points(reference: Floats, ranges: Floats) -> Iterator[Floats]:
    """Amounts at which policies are built: as they stand; low and high of each, then in the middle; corners; inside."""
    yield reference
    size = len(reference)
    middle = ranges.mean(1)
    for place in range(size):
        for value in (*ranges[place], middle[place]):
            point = reference.copy()
            point[place] = value
            yield point
    if size > 1:
        yield from (np.array(corner) for corner in islice(product(*ranges), CORNERS))
        yield ranges[:, 1]
    if size:
        yield from ranges[:, 0] + uniforms(size, INSIDE) * (ranges[:, 1] - ranges[:, 0])


def _slopes(points: Sequence[Floats], built: Sequence[Policy], size: int) -> Policy:
    """Differences between the ends of each amount, per unit."""
    slopes = []
    for place in range(size):
        low, high = 1 + 3 * place, 2 + 3 * place
        width = (points[high][place] - points[low][place]) or 1.0
        parts = zip(built[high], built[low], strict=True)
        slopes.append(Policy(*(None if up is None else (up - down) / width for up, down in parts)))
    if not slopes:
        return Policy(*(None if part is None else np.zeros((0, *part.shape)) for part in built[0]))
    stacked: Policy = jax.tree.map(lambda *parts: np.stack(parts), *slopes)
    return stacked


def _at(base: Policy, slopes: Policy, away: Floats) -> Policy:
    found: Policy = jax.tree.map(lambda at, by: at + np.tensordot(away, by, 1), base, slopes)
    return found


def _same(one: Policy, other: Policy) -> bool:
    if (one.sources is None) != (other.sources is None):
        return False
    return all(_close(a, b) for a, b in zip(one, other, strict=True) if a is not None)


def _close(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    scale = max(1.0, float(np.abs(b).max()))
    return bool(np.abs(a - b).max() <= EXACT * scale)
