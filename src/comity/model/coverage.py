"""How an answer depends on the coverage of a ban or a control: solved again with a tenth less and a tenth more of it.

Coverages are the least certain numbers of a ban on part of an industry (`comity.policy.products`), so each is varied by
itself and the whole equilibrium solved anew; no first-order guess, as the loss from a ban is curved in its coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from comity.errors import NoEquilibrium, ScenarioError
from comity.model.counterfactual import problem, run
from comity.model.outcome import Outcome
from comity.policy.bans import Ban, cells_of, covered, require_sources, sector_words
from comity.policy.quantities import Rate
from comity.policy.scope import Mask
from comity.policy.setting import Setting
from comity.policy.stack import Placed
from comity.world.world import Floats

TENTH = 0.1


@dataclass(frozen=True)
class CoverageSensitivity:
    """Real income if the coverage of one ban were a tenth smaller or larger, all else the same.

    Attributes:
        rule: its name, or where it is written.
        coverage_pct: share of the trade in its cells that it ends, weighted by baseline trade.
        smaller_pct, larger_pct: the same after the variation; of no cell more than 100%.
        real_income_pct: by region, as answered.
        smaller: by region, with a tenth less; None where that has no equilibrium.
        larger: by region, with a tenth more; None where that has no equilibrium, or the coverage is 100% already.
    """

    rule: str
    coverage_pct: float
    smaller_pct: float
    larger_pct: float
    real_income_pct: dict[str, float]
    smaller: dict[str, float] | None
    larger: dict[str, float] | None

    def points(self, region: str) -> tuple[float | None, float | None]:
        """Change of a region's real income from the answer, percentage points: with a tenth less, with a tenth more."""
        sides = (self.smaller, self.larger)
        less, more = (None if side is None else side[region] - self.real_income_pct[region] for side in sides)
        return less, more

    def to_dict(self, regions: Sequence[str]) -> dict[str, Any]:
        """Plain values for JSON, of some regions."""
        return {
            "rule": self.rule,
            "coverage_pct": self.coverage_pct,
            "smaller": self._side(self.smaller, self.smaller_pct, regions),
            "larger": self._side(self.larger, self.larger_pct, regions),
        }

    @staticmethod
    def _side(side: dict[str, float] | None, coverage: float, regions: Sequence[str]) -> dict[str, Any] | None:
        if side is None:
            return None
        return {"coverage_pct": coverage, "real_income_pct": {code: side[code] for code in regions}}


def coverage_sensitivities(o: Outcome) -> tuple[CoverageSensitivity, ...]:
    """One entry for each import ban and export control of an outcome, in the order of its rules.

    The other rules, and the amounts that goals and purchase commitments found, stay as they are.

    Raises:
        NotConverged, NotCertified: as in `comity.model.run`.
    """
    if o.setting is None:
        return ()
    return tuple(_one(o, o.setting, positions) for positions in _bans(o.setting.rules))


def _bans(rules: Sequence[Placed]) -> list[list[int]]:
    """Positions of the bans by the rule as written: a `nest` makes several of one."""
    found: dict[Any, list[int]] = {}
    for position, placed in enumerate(rules):
        if isinstance(placed.rule, Ban):
            found.setdefault(placed.place, []).append(position)
    return list(found.values())


def _one(o: Outcome, setting: Setting, positions: Sequence[int]) -> CoverageSensitivity:
    bans: list[Ban] = [setting.rules[position].rule for position in positions]
    parts = [(cells_of(setting.scope, ban), covered(setting.scope, ban)) for ban in bans]
    sides = (1 - TENTH, 1 + TENTH)
    whole = all((share[cells.any(1)] >= 1).all() for cells, share in parts)
    smaller, larger = (
        None if whole and factor > 1 else _solved(o, _varied(setting, positions, parts, factor)) for factor in sides
    )
    return CoverageSensitivity(
        rule=setting.rules[positions[0]].label,
        coverage_pct=100 * _weighted(setting, parts, 1.0),
        smaller_pct=100 * _weighted(setting, parts, sides[0]),
        larger_pct=100 * _weighted(setting, parts, sides[1]),
        real_income_pct=_income(o),
        smaller=smaller,
        larger=larger,
    )


def _weighted(setting: Setting, parts: Sequence[tuple[Mask, Floats]], factor: float) -> float:
    """Share of the trade in the cells that ends, weighted by baseline trade."""
    flows = setting.world.total_flows
    trade = [(flows * cells).sum(1) for cells, _ in parts]
    ended = sum(float((t * np.minimum(factor * share, 1)).sum()) for t, (_, share) in zip(trade, parts, strict=True))
    return ended / float(sum(t.sum() for t in trade))


def _varied(
    setting: Setting, positions: Sequence[int], parts: Sequence[tuple[Mask, Floats]], factor: float
) -> Setting | None:
    """The setting with a multiple of one ban's coverage; None if that leaves a region without any source."""
    available = _without(setting, positions).shock.available
    for cells, share in parts:
        left = 1 - np.minimum(factor * share, 1)[:, None, :]
        available = np.where(cells, np.minimum(available, left), available)
    try:
        require_sources(setting.world, available)
    except ScenarioError:
        return None
    return replace(setting, shock=replace(setting.shock, available=available))


def _without(setting: Setting, positions: Sequence[int]) -> Setting:
    """The setting with nothing ended by some of its bans; the wider of two that overlap hides the narrower."""
    rules = list(setting.rules)
    for position in positions:
        rule = rules[position].rule
        none = {"products": None, "sectors": sector_words(setting.scope, rule), "coverage": Rate(0.0)}
        rules[position] = replace(rules[position], rule=replace(rule, **none))
    return replace(setting, rules=tuple(rules)).restacked()


def _solved(o: Outcome, setting: Setting | None) -> dict[str, float] | None:
    if setting is None:
        return None
    try:
        return _income(run(problem(o.world, setting.shock, o.closures)))
    except NoEquilibrium:
        return None


def _income(o: Outcome) -> dict[str, float]:
    return dict(zip(o.world.regions, map(float, 100 * (o.values["real_income"] - 1)), strict=True))
