"""Solving draws: from their numbers to every regional measure, each with its residual, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from comity.errors import ComityError, ScenarioError
from comity.model.counterfactual import Problem, run
from comity.model.economy import Policy
from comity.model.equilibrium import TOLERANCE
from comity.model.response import stack
from comity.uncertainty.ensemble.alone import by_itself, put
from comity.uncertainty.ensemble.cells import Cell, Cells
from comity.uncertainty.ensemble.details import DETAILS
from comity.uncertainty.ensemble.drawn import Found, agreeing, in_units, together
from comity.uncertainty.ensemble.explaining import Explained, explain_levers, explain_policies, with_explanation
from comity.uncertainty.ensemble.goal_solving import solve_goal_cell
from comity.uncertainty.ensemble.parameters import AMOUNT, CHOICE, COVERAGE, EFFECT, SCALE, THETA, Parameter
from comity.uncertainty.ensemble.plan import CERTIFY_EVERY, Plan
from comity.uncertainty.ensemble.program import BATCH, MEASURES, Solved, solve_levers, solve_policies
from comity.uncertainty.ensemble.recording import Record
from comity.world.world import Floats


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some consecutive draws.

    Attributes:
        rows: their numbers.
        parameters: ``[draw]`` by parameter: what was drawn.
        variants: what was found, by variant.
        regions: codes.
    """

    rows: NDArray[np.intp]
    parameters: Mapping[str, NDArray[Any]]
    variants: Mapping[str, Found]
    regions: tuple[str, ...]

    @property
    def failed(self) -> int:
        """How many draws have no answer in some variant."""
        return len({place for found in self.variants.values() for place in found.reasons})


@dataclass(eq=False)
class Engine:
    """Solves draws of a plan; keeps the models that they are solved in."""

    plan: Plan
    cells: Cells = field(init=False)

    def __post_init__(self) -> None:
        self.cells = Cells(self.plan)

    def solve(self, first: int, last: int) -> Chunk:
        """The draws from one number up to and without another.

        Raises:
            ComityError: the models cannot be made (a draw that fails is no error).
        """
        rows = np.arange(first, last)
        uniforms = self._uniforms(rows)
        levels = {key: choice.ppf(uniforms[f"{CHOICE} {key}"]) for key, choice in self.plan.choices.items()}
        parameters = {p.name: levels[p.key] if p.kind == CHOICE else self._values(p, uniforms) for p in self._plain()}
        found: dict[str, Found] = {}
        regions: tuple[str, ...] = ()
        for at, chosen in _groups(levels, len(rows)):
            inside = {name: values[at] for name, values in uniforms.items()}
            for cell in self.cells(chosen):
                regions = cell.problem.world.regions
                there = found.setdefault(cell.variant, _empty(len(rows), len(regions), self.plan.record))
                if cell.meeting is None:
                    part = solve_cell(cell, self.plan, rows[at], inside)
                else:
                    part = solve_goal_cell(cell, rows[at], inside)
                found[cell.variant] = _placed(there, at, part)
                parameters |= _elasticities(cell, inside, at, parameters, len(rows))
        return Chunk(rows, parameters, found, regions)

    def _plain(self) -> Iterator[Parameter]:
        """Parameters whose values do not depend on the choices."""
        return (p for p in self.plan.parameters if p.kind not in (THETA, SCALE))

    def _values(self, parameter: Parameter, uniforms: Mapping[str, Floats]) -> NDArray[Any]:
        return np.asarray(parameter.what.ppf(uniforms[parameter.name]), dtype=float)

    def _uniforms(self, rows: NDArray[np.intp]) -> dict[str, Floats]:
        columns = self.plan.design.uniforms(rows)
        found = {p.name: columns[:, place] for place, p in enumerate(self.plan.parameters)}
        for one in self.plan.correlations:
            mixed = one.apply(np.stack([found[name] for name in one.names], axis=1))
            found |= {name: mixed[:, place] for place, name in enumerate(one.names)}
        return found


def _groups(levels: Mapping[str, NDArray[Any]], count: int) -> Iterator[tuple[NDArray[np.intp], dict[str, str]]]:
    """Draws by combination of choices, in the order in which these first come."""
    places: dict[tuple[Any, ...], list[int]] = {}
    for k in range(count):
        places.setdefault(tuple(values[k] for values in levels.values()), []).append(k)
    for key, at in places.items():
        yield np.array(at), dict(zip(levels, key, strict=True))


def _empty(draws: int, regions: int, record: Record) -> Found:
    nothing = np.full(draws, np.nan)
    details = {t: np.full((draws, len(DETAILS[t]), len(places)), np.nan) for t, places in record.places.items()}
    return Found(np.full((draws, len(MEASURES), regions), np.nan), nothing, nothing.copy(), {}, details)


def _placed(whole: Found, at: NDArray[np.intp], part: Found) -> Found:
    for name in ("values", "residual", "certified"):
        getattr(whole, name)[at] = getattr(part, name)
    for table, values in part.details.items():
        whole.details[table][at] = values
    amounts = {key: np.array(found) for key, found in whole.amounts.items()}
    for key, found in part.amounts.items():
        amounts.setdefault(key, np.full(len(whole.residual), np.nan))[at] = found
    reasons = {**whole.reasons, **{int(at[k]): why for k, why in part.reasons.items()}}
    return replace(whole, reasons=reasons, amounts=amounts, units={**whole.units, **part.units})


def _elasticities(
    cell: Cell, uniforms: Mapping[str, Floats], at: NDArray[np.intp], so_far: Mapping[str, NDArray[Any]], count: int
) -> dict[str, NDArray[Any]]:
    """Drawn elasticities by parameter, those of these draws in their places."""
    thetas = cell.thetas(uniforms, len(at))
    by_name = {
        f"{THETA} {s}": thetas[:, j] for j, s in enumerate(cell.policies.setting.world.sectors) if s in cell.theta
    }
    if cell.scale and cell.steps > 1:
        scales = cell.scales(uniforms, cell.at_horizon(thetas))
        sectors = cell.policies.setting.world.sectors
        by_name |= {f"{SCALE} {s}": scales[:, j] for j, s in enumerate(sectors) if s in cell.scale}
    found = {}
    for name, values in by_name.items():
        found[name] = np.array(so_far[name]) if name in so_far else np.full(count, np.nan)
        found[name][at] = values
    return found


def solve_cell(cell: Cell, plan: Plan, rows: NDArray[np.intp], uniforms: Mapping[str, Floats]) -> Found:
    """Some draws of one variant under one combination of choices."""
    thetas = cell.thetas(uniforms, len(rows))
    now = cell.at_horizon(thetas)
    scales = cell.scales(uniforms, now)
    refused = cell.without_scale(now, scales)
    held = {p.name: p.what for p in plan.parameters if p.kind in (AMOUNT, COVERAGE, EFFECT)}
    columns = [np.asarray(held[name].ppf(uniforms[name]), dtype=float) for name in cell.policies.names]
    amounts = np.stack(columns, axis=1) if columns else np.zeros((len(rows), 0))
    effects = {d: np.asarray(held[f"{EFFECT} {d}"].ppf(uniforms[f"{EFFECT} {d}"])) for d in cell.policies.effects}
    draws = [
        Draw(cell, thetas[k], now[k], scales[k], amounts[k], {d: float(v[k]) for d, v in effects.items()})
        for k in range(len(rows))
    ]
    parts = []
    for start in range(0, len(draws), BATCH):
        found, why = _batch(draws[start : start + BATCH])
        parts.append(found)
        refused |= {start + k: text for k, text in why.items()}
    solved, details = together(parts)
    judged = _judged(rows, draws, solved, details, refused)

    def explained(places: NDArray[np.intp]) -> Explained:
        return _explained([draws[k] for k in places])

    return with_explanation(cell, judged, explained, lambda k: run(draws[k].problem))


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw in its cell: long-run trade elasticities, those at the horizon, scale elasticities, amounts, effects."""

    cell: Cell
    theta: Floats
    now: Floats
    scale: Floats
    amounts: Floats
    effects: Mapping[str, float]

    @property
    def policy(self) -> Policy:
        """The policy, built afresh."""
        return self.cell.policies.policy(self.amounts, self.theta, self.effects)

    @property
    def problem(self) -> Problem:
        """The model of this draw alone."""
        p = self.cell.problem
        economy = p.economy._replace(theta=jnp.asarray(self.now), scale=jnp.asarray(self.scale))
        return replace(p, economy=economy, policy=self.policy)


def _batch(draws: Sequence[Draw]) -> tuple[tuple[Solved, dict[str, Floats]], dict[int, str]]:
    """A batch, filled up to its fixed size with its last draw, in units; and why draws have no policy."""
    full = [*draws, *[draws[-1]] * (BATCH - len(draws))]
    cell = draws[0].cell
    p, pol, wanted = cell.problem, cell.policies, cell.located.wanted
    thetas, scales = (jnp.asarray(np.stack([getattr(d, name) for d in full])) for name in ("now", "scale"))
    refused: dict[int, str] = {}
    if pol.slopes is not None:
        away = jnp.asarray(np.stack([d.amounts for d in full]) - pol.reference)
        found = solve_levers(
            p.economy, pol.own, pol.slopes, wanted, thetas, scales, away, rules=p.rules, steps=cell.steps
        )
    else:
        own, refused = _policies(draws)
        own += [own[-1]] * (BATCH - len(own))
        found = solve_policies(p.economy, stack(own), wanted, thetas, scales, rules=p.rules, steps=cell.steps)
    solved, details = jax.tree.map(lambda part: np.asarray(part)[: len(draws)], jax.device_get(found))
    billion = float(p.world.factor_income.sum()) / 1000
    return (solved._replace(values=in_units(solved.values, billion)), cell.located.read(details, billion)), refused


def _explained(draws: Sequence[Draw]) -> Explained:
    """Where the real income of a full batch comes from."""
    p, pol = draws[0].cell.problem, draws[0].cell.policies
    thetas, scales = (jnp.asarray(np.stack([getattr(d, name) for d in draws])) for name in ("now", "scale"))
    found: Explained
    if pol.slopes is None:
        found = explain_policies(p.economy, stack(_policies(draws)[0]), thetas, scales, rules=p.rules)
    else:
        away = jnp.asarray(np.stack([d.amounts for d in draws]) - pol.reference)
        found = explain_levers(p.economy, pol.own, pol.slopes, thetas, scales, away, rules=p.rules)
    return found


def _policies(draws: Sequence[Draw]) -> tuple[list[Policy], dict[int, str]]:
    """Policies of draws; that of a draw whose rules have no meaning together is the central one, and it failed."""
    found, refused = [], {}
    for k, draw in enumerate(draws):
        try:
            found.append(draw.policy)
        except ScenarioError as error:
            found.append(draw.cell.policies.own)
            refused[k] = str(error)
    return found, refused


def _judged(
    rows: NDArray[np.intp],
    draws: Sequence[Draw],
    solved: Solved,
    details: Mapping[str, Floats],
    refused: Mapping[int, str],
) -> Found:
    """Draws that the program did not settle solved by themselves, and why some have no answer; a sample of the others
    certified in full."""
    residual, nothing = np.array(solved.residual), np.full(len(rows), np.nan)
    good = (residual <= TOLERANCE) & np.asarray(solved.sound)
    reasons = dict(refused)
    found = Found(np.array(solved.values), residual, nothing, reasons, details)
    for k in range(len(draws)):
        if k in reasons:
            continue
        try:
            if not good[k]:
                alone = run(draws[k].problem)
                put(found, k, by_itself(draws[k].cell, alone), alone)
            elif rows[k] % CERTIFY_EVERY == 0:
                found.certified[k] = _certify(draws[k], found.values[k])
        except ComityError as error:
            reasons[k] = f"not certified: {error}" if good[k] else str(error)
    for part in (found.values, *details.values()):
        part[list(reasons)] = np.nan
    return found


def _certify(draw: Draw, values: Floats) -> float:
    """The largest residual of the full certificate, solved apart and afresh.

    Raises:
        SolveError: no certificate. NotConverged: another answer than in the ensemble.
    """
    return agreeing(run(draw.problem), values)
