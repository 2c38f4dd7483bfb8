"""The model that a draw is solved in: one for each variant under each combination of the choices that are drawn."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from comity.errors import ScenarioError
from comity.model import Closures, problem, solve_all
from comity.model.counterfactual import APPROACH, Problem
from comity.policy import Scenario
from comity.policy.asking import counterpart
from comity.policy.setting import Setting
from comity.policy.variants import Variant
from comity.uncertainty.bases import summed
from comity.uncertainty.distributions import Distribution
from comity.uncertainty.ensemble.goals import Meeting, finds, meeting
from comity.uncertainty.ensemble.locating import Located, located
from comity.uncertainty.ensemble.parameters import AMOUNT, COVERAGE, EFFECT, SCALE, THETA, quantiles
from comity.uncertainty.ensemble.plan import ELASTICITIES, WORLD, Plan
from comity.uncertainty.ensemble.policies import Policies, policies
from comity.world import World, load_world
from comity.world.world import Floats

FAR = 1e-9
"""Amounts are expected between their quantiles at this level and one less it."""
CLOSEST = 1 - 1e-6
"""Scale elasticities are cut where theta scale / (1 - scale) reaches this: at one a sector ends in one region."""


@dataclass(frozen=True, eq=False)
class Cell:
    """One variant under one combination of choices.

    Attributes:
        variant: its name.
        problem: the model at the central values.
        policies: what its rules do, by their amounts.
        theta: distributions of trade elasticities by sector; empty: not drawn.
        scale: the same of scale elasticities.
        located: where the places that are recorded are.
        meeting: what amounts that are found have to meet; None where none is.
    """

    variant: str
    problem: Problem
    policies: Policies
    theta: Mapping[str, Distribution]
    scale: Mapping[str, Distribution]
    located: Located
    meeting: Meeting | None = None

    @property
    def steps(self) -> int:
        """In which the policy is walked towards: several with scale economies."""
        return APPROACH if self.problem.closures.competition == "scale" else 1

    def thetas(self, uniforms: Mapping[str, Floats], count: int) -> Floats:
        """Long-run trade elasticities ``[draw, j]``."""
        own = self.policies.setting.world
        drawn = quantiles(self.theta, uniforms, THETA)
        columns = [drawn.get(s, np.full(count, own.elasticities.theta[j])) for j, s in enumerate(own.sectors)]
        return np.stack(columns, axis=1)

    def at_horizon(self, thetas: Floats) -> Floats:
        """Elasticities that are in force at the horizon of the closures ``[draw, j]``."""
        return self.problem.closures.at_horizon(thetas)[0]

    def scales(self, uniforms: Mapping[str, Floats], thetas: Floats) -> Floats:
        """Scale elasticities ``[draw, j]``, given the trade elasticities at the horizon; cut where sectors would
        concentrate in one region, and nan where that leaves nothing of their distribution."""
        count, own = len(thetas), np.asarray(self.problem.economy.scale)
        found = np.tile(own, (count, 1))
        if self.problem.closures.competition != "scale":
            return found
        for j, sector in enumerate(self.policies.setting.world.sectors):
            if sector in self.scale:
                most = CLOSEST / (CLOSEST + thetas[:, j])
                found[:, j] = self.scale[sector].ppf_below(uniforms[f"{SCALE} {sector}"], most)
        return found

    def without_scale(self, thetas: Floats, scales: Floats) -> dict[int, str]:
        """Why draws have no scale elasticities, by their places; these get the central ones in `scales`."""
        reasons: dict[int, str] = {}
        sectors, own = self.policies.setting.world.sectors, np.asarray(self.problem.economy.scale)
        for k, j in np.argwhere(np.isnan(scales)):
            reasons.setdefault(
                int(k),
                f"scale elasticity of {sectors[j]}: nothing of its distribution is below "
                f"{CLOSEST / (CLOSEST + thetas[k, j]):.3g}, where the sector would end in one region",
            )
        scales[list(reasons)] = own
        return reasons


@dataclass(eq=False)
class Cells:
    """Every model that an ensemble needs, each made when the first draw falls into it."""

    plan: Plan
    _found: dict[tuple[str, ...], tuple[Cell, ...]] = field(default_factory=dict)
    _making: threading.RLock = field(default_factory=threading.RLock)

    def __call__(self, levels: Mapping[str, str]) -> tuple[Cell, ...]:
        """The variants under a combination of choices.

        Raises:
            ComityError: a closure that does not fit, a world that cannot be summed the same way.
        """
        key = tuple(levels.values())
        with self._making:  # workers that meet a new combination at once make it once
            if key not in self._found:
                scenario, world = self._asked(levels)
                self._found[key] = tuple(self._cell(setting, scenario, world) for setting in scenario.settings(world))
            return self._found[key]

    def _world(self, name: str) -> World:
        """The world of another year, on the regions and sectors of the scenario's own.

        Raises:
            ScenarioError: it cannot be summed to them.
        """
        own = self.plan.world
        found = summed(load_world(name, tariffs=self.plan.scenario.tariff_table), own, own)
        if isinstance(found, str):
            raise ScenarioError(f"world {name} cannot be drawn: {found}")
        return found

    def _asked(self, levels: Mapping[str, str]) -> tuple[Scenario, World]:
        """The question under a combination of choices, and the world that it is asked of."""
        scenario, world = self.plan.scenario, self.plan.world
        if (year := levels.get(WORLD)) is not None and year not in (str(scenario.world), str(world.year)):
            world = self._world(year)
        if (name := levels.get(ELASTICITIES)) is not None:
            world = world.with_elasticities(name)
        return with_options(scenario, {key: value for key, value in levels.items() if key != WORLD}), world

    def _cell(self, setting: Setting, scenario: Scenario, world: World) -> Cell:
        met = _meeting(setting, scenario, world) if finds(setting) else None
        setting = setting if met is None else met.setting
        p = problem(setting.world, setting.shock, Closures(**setting.closures))
        drawn = {q.name: q.what for q in self.plan.parameters if q.kind in (AMOUNT, COVERAGE)}
        ranges = {key: (float(w.ppf(FAR)), float(w.ppf(1 - FAR))) for key, w in drawn.items()}
        effects = [q.key for q in self.plan.parameters if q.kind == EFFECT]
        found = policies(setting, float(p.world.factor_income.sum()), ranges, effects)
        spread, scale_spread = self.plan.spread, self.plan.scale_spread
        theta = {} if spread is None else spread.thetas(setting.world)
        scale = {} if scale_spread is None else scale_spread.scales(setting.world)
        if met is not None:
            _require_given(found)
        return Cell(setting.name, p, found, theta, scale, located(self.plan.record, setting.world), met)


def _meeting(setting: Setting, scenario: Scenario, world: World) -> Meeting:
    """What a variant has to meet, from its answer at the central values."""
    settings = scenario.settings(world)
    outcome = solve_all(world, scenario, only=setting.name)[setting.name]
    others = {}
    for placed in setting.rules:
        if (name := getattr(placed.rule, "same_as", None)) is not None:
            other = counterpart(setting, settings, name)
            if finds(other):
                raise ScenarioError(
                    f"variant {setting.name!r}: its goal compares with {other.name!r}, which finds amounts itself, and "
                    "cannot be met in every draw"
                )
            if other.closures != setting.closures or other.world.hash != setting.world.hash:
                raise ScenarioError(
                    f"variant {setting.name!r}: its goal compares with {other.name!r}, which has other options or "
                    "another world, and cannot be met in every draw"
                )
            others[name] = solve_all(world, scenario, only=other.name)[other.name]
            _require_given(policies(other, others[name].unit, {}, ()))
    return meeting(outcome, others)


def _require_given(found: Policies) -> None:
    """Refuse a setting whose policy depends on the elasticities."""
    if found.slopes is None:
        raise ScenarioError(
            f"variant {found.setting.name!r}: amounts cannot be found in every draw where other rules depend on the "
            "elasticities, as agreements do"
        )


def with_options(scenario: Scenario, options: Mapping[str, str]) -> Scenario:
    """The scenario with options over its own and over those of its variants."""
    if not options:
        return scenario
    variants = {
        name: replace(variant, options={k: v for k, v in variant.options.items() if k not in options})
        for name, variant in scenario.variants.items()
        if isinstance(variant, Variant)
    }
    return replace(scenario, options={**scenario.options, **options}, variants=variants)
