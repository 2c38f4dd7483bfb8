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
from comity.policy.agreement_rule import Agreement
from comity.policy.levers import Lever, lever, moved
from comity.policy.setting import Setting
from comity.policy.shock import Shock
from comity.uncertainty.draws import uniforms
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
        positions: of the rules whose amounts are drawn.
        reference: their amounts as they stand.
        effects: depths of agreements whose effect on trade is drawn.
        sources: where public absorption is bought, once there is some in any draw.
        slopes: derivative by each amount; None where policies are built anew for each draw.
    """

    setting: Setting
    income: float
    positions: tuple[int, ...]
    reference: Floats
    effects: tuple[str, ...]
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
        """The shock of a draw, its rules stacked afresh on the world with the elasticities of the draw."""
        setting = self.setting
        world = replace(setting.world, elasticities=replace(setting.world.elasticities, theta=theta))
        rules = tuple(replace(placed, rule=_effective(placed.rule, effects)) for placed in setting.rules)
        there = replace(setting, world=world, rules=rules)
        held = dict(zip(self.positions, map(float, amounts), strict=True))
        return (moved(there, held) if held else there.restacked()).shock

    def policy(self, amounts: Floats, theta: Floats, effects: Mapping[str, float]) -> Policy:
        """The policy of a draw, built afresh."""
        return self._policy(self.shock(amounts, theta, effects))

    def _policy(self, shock: Shock) -> Policy:
        own = shock.public_sources if shock.public_sources is not None else self.sources
        return policy(replace(shock, public_sources=own), self.income)


def _effective(rule: object, effects: Mapping[str, float]) -> object:
    """A rule with the drawn effect of agreements of its depth."""
    if isinstance(rule, Agreement) and rule.trade_effect is None and rule.estimate.depth in effects:
        return replace(rule, trade_effect=float(effects[rule.estimate.depth]))
    return rule


def policies(
    setting: Setting, income: float, ranges: Mapping[str, tuple[float, float]], effects: Sequence[str]
) -> Policies:
    """Policies of a setting, checked for being affine in its amounts.

    Args:
        setting: rules on a world.
        income: baseline world factor income, US$ million.
        ranges: lowest and highest amount drawn, by the names of rules.
        effects: depths of agreements whose effect is drawn.
    """
    levers = list(_levers(setting, ranges))
    depths = {r.estimate.depth for placed in setting.rules if isinstance(r := placed.rule, Agreement)}
    drawn = tuple(depth for depth in effects if depth in depths)
    reference = np.array([held.amount for _, held, _ in levers])
    bare = Policies(setting, income, tuple(p for p, _, _ in levers), reference, drawn, None, None)
    points = list(_points(reference, np.array([span for *_, span in levers]).reshape(-1, 2)))
    theta = setting.world.elasticities.theta
    try:
        shocks = [bare.shock(point, theta, {}) for point in points]
    except ScenarioError:  # some amounts have no meaning: each draw is looked at by itself, and refused if so
        return replace(bare, sources=_sources(bare, theta))
    sources = next((shock.public_sources for shock in shocks if shock.public_sources is not None), None)
    found = replace(bare, sources=sources)
    if drawn:
        return found
    built = [jax.device_get(found._policy(shock)) for shock in shocks]
    slopes = _slopes(points, built, len(levers))
    elsewhere = jax.device_get(found.policy(reference, ELSEWHERE * theta, {}))
    straight = all(
        _same(_at(built[0], slopes, point - reference), there) for point, there in zip(points, built, strict=True)
    )
    return replace(found, slopes=slopes) if straight and _same(built[0], elsewhere) else found


def _sources(bare: Policies, theta: Floats) -> Floats | None:
    """Where public absorption is bought at the amounts as they stand."""
    return bare.shock(bare.reference, theta, {}).public_sources


def _levers(
    setting: Setting, ranges: Mapping[str, tuple[float, float]]
) -> Iterator[tuple[int, Lever, tuple[float, float]]]:
    """Position, lever and range of the rules whose amounts are drawn."""
    for position, placed in enumerate(setting.rules):
        name = getattr(placed.rule, "name", None)
        if name is not None and name in ranges and (held := lever(setting, position)) is not None:
            yield position, held, ranges[name]


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
    def close(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
        scale = max(1.0, float(np.abs(b).max()))
        return bool(np.abs(a - b).max() <= EXACT * scale)

    if (one.sources is None) != (other.sources is None):
        return False
    return all(close(a, b) for a, b in zip(one, other, strict=True) if a is not None)
