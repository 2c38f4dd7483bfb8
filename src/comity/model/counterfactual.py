"""The front door: a world, a change, a choice of closures; out comes a certified outcome or a named error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from comity import __version__
from comity.errors import ClosureError, ScenarioError, SolveError, UnbalancedError, UnknownName, Unreachable
from comity.model import welfare
from comity.model.caveats import caveats
from comity.model.certificate import ERROR, Certificate, conditions
from comity.model.closures import Closures, Rules
from comity.model.diagnose import diagnose, sources
from comity.model.economy import Economy, Policy, economy, policy
from comity.model.equations import State
from comity.model.equilibrium import LIMIT, QUICK_BUILD, TOLERANCE, correct, solve_equilibrium, start
from comity.model.ledger import Ledger, baseline, ledger
from comity.model.outcome import Outcome
from comity.model.path import along
from comity.model.rebasing import world_at
from comity.model.stability import require_stable
from comity.policy.asking import counterpart
from comity.policy.commitments import PurchaseCommitment
from comity.policy.goals import Goal
from comity.policy.scenario import ONLY, Scenario
from comity.policy.setting import Setting
from comity.policy.shock import Shock
from comity.world.world import World

APPROACH = 8
CORRECTIONS = 4


@dataclass(frozen=True)
class Problem:
    """A change on a world, as the arrays to be solved."""

    world: World
    shock: Shock
    closures: Closures
    economy: Economy
    policy: Policy
    rules: Rules
    notes: tuple[str, ...] = ()
    scenario: str = ""
    """SHA-256 of the scenario that the shock comes from, if any."""


@partial(jax.jit, static_argnames=("rules",), compiler_options=QUICK_BUILD)
def _report(e: Economy, q: Policy, z: State, rules: Rules) -> tuple[Ledger, Ledger, dict[str, Array]]:
    before, after = baseline(e, q, rules), ledger(e, q, rules, z)
    return before, after, welfare.measures(after, before)


def problem(world: World, shock: Shock, closures: Closures | None = None) -> Problem:
    """The arrays of a counterfactual. Under balanced trade the world is re-based first and the note says by how much.

    Raises:
        ClosureError: closures that do not fit the world or its elasticities.
        UnbalancedError: the world is not a benchmark equilibrium (use `rebase`).
    """
    closures = closures or Closures()
    if shock.public_sources is not None and closures.revenue == "public":
        raise ClosureError(
            "revenue 'public' would buy the goods and from the sources that this policy's own public absorption "
            "(defence spending, support in the host country) is made of: use revenue 'rebated'"
        )
    base, notes = _baseline(world, closures)
    return _arrays(base, shock, closures, notes)


@lru_cache(maxsize=4)
def _baseline(world: World, closures: Closures) -> tuple[World, tuple[str, ...]]:
    """The world that changes are measured from, checked once however many variants start from it."""
    closures.check(world.elasticities.theta, world.elasticities.scale, world.sectors)
    notes: tuple[str, ...] = ()
    if closures.imbalances == "balanced" and np.abs(world.imbalance).max() > 1e-9 * world.factor_income.sum():
        before = world.final_spending
        world = rebase(world, balanced=True, closures=closures)
        moved = 100 * (world.final_spending / world.factor_income.sum() / (before / before.sum()) - 1)
        big = int(np.abs(moved).argmax())
        notes = (
            "balanced trade: the baseline was re-solved at zero imbalances and changes are measured from there; the "
            f"share of world spending moved most in {world.regions[big]} ({moved[big]:+.1f}%)",
        )
    require_benchmark(world)
    if closures.competition == "scale":
        still = _arrays(world, Shock.none(world), closures)
        require_stable(still.economy, still.rules)
    return world, notes


def _arrays(world: World, shock: Shock, closures: Closures, notes: tuple[str, ...] = ()) -> Problem:
    e = economy(world, closures)
    q = policy(shock, float(world.factor_income.sum()))
    taxed = bool((shock.export_tax != 0).any() or (world.export_tax != 0).any())
    return Problem(world, shock, closures, e, q, Rules.of(closures, export_taxes=taxed), notes)


def require_benchmark(world: World) -> None:
    """Refuse a world whose accounts do not close.

    Raises:
        UnbalancedError: naming the identity, the place and the size.
    """
    # A negative cell (CP2015 has one in input use) is odd data, shown by `World.check`, but no disequilibrium.
    failed = [check for check in world.check() if not check.passed and not check.name.startswith("non-negative")]
    if failed:
        worst = failed[0]
        raise UnbalancedError(
            f"world {world.name!r} is not a benchmark equilibrium: {worst.name} fails at {worst.where} by "
            f"{worst.largest:.3g}. Re-solve it first with comity.rebase(world), or repair the accounts"
        )


def fingerprint(shock: Shock) -> str:
    """SHA-256 of the arrays of a shock, hexadecimal."""
    digest = hashlib.sha256()
    for part in fields(shock):
        if (value := getattr(shock, part.name)) is not None:
            digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


def run(p: Problem, *, begin: State | None = None, tolerance: float = TOLERANCE, limit: int = LIMIT) -> Outcome:
    """Solve, certify, report.

    Raises:
        NoEquilibrium: a region cannot pay its transfer, or a use has no source.
        NotConverged: the solver stopped before its tolerance.
        NotCertified: a condition fails at the solution.
    """
    sources(p.economy, p.policy, p.world.regions, p.world.sectors)
    begin = _approach(p, tolerance, limit) if begin is None else begin
    found = solve_equilibrium(p.economy, p.policy, p.rules, begin, tolerance, limit)
    if not float(found.error) <= tolerance:
        raise diagnose(p.economy, p.policy, p.rules, found, p.world.regions)
    state, error = _refine(p, found.state)
    before, after, values = jax.tree.map(np.asarray, _report(p.economy, p.policy, state, p.rules))
    certificate = Certificate(
        conditions=conditions(p.economy, p.policy, after, p.rules, p.world.regions, p.world.sectors),
        error_estimate=error,
        iterations=int(found.iterations),
        dropped=f"factor payments in {p.world.regions[-1]}",
        hashes={"data": p.world.hash, "scenario": p.scenario or fingerprint(p.shock), "version": __version__},
    ).require()
    arrays = (p.economy, p.policy, p.rules, state, before, after, values)
    outcome = Outcome(p.world, p.shock, p.closures, certificate, p.notes, *arrays)
    return replace(outcome, notes=(*p.notes, *caveats(outcome)))


def _refine(p: Problem, state: State) -> tuple[State, float]:
    """Newton corrections until one is small: where trade nearly ends wages are nearly undetermined, and a small
    residual leaves a larger error. Returns the state and the size of the last correction."""
    for _ in range(CORRECTIONS):
        state, size = correct(p.economy, p.policy, p.rules, state)
        if float(size) <= ERROR / 2:
            break
    return state, float(size)


def _approach(p: Problem, tolerance: float, limit: int) -> State | None:
    """Where a solve starts: None is the baseline. With scale economies several equilibria may exist, and the one that
    is meant is connected with the baseline, so the policy is walked towards in `APPROACH` steps."""
    if p.closures.competition != "scale":
        return None
    here = start(p.economy)
    for step in range(1, APPROACH):
        on_the_way = along(p.economy, p.policy, jnp.asarray(step / APPROACH))
        found = solve_equilibrium(p.economy, on_the_way, p.rules, here, tolerance, limit)
        here = found.state if float(found.error) <= tolerance else here
    return here


def solve(
    world: World,
    change: Scenario | Shock,
    *,
    variant: str | None = None,
    closures: Closures | None = None,
    **options: Any,
) -> Outcome:
    """The certified outcome of a scenario or a shock.

    Args:
        world: a benchmark economy.
        change: a `Scenario` or a `Shock`.
        variant: which variant of a scenario; may be left out if it has one.
        closures: all choices at once, instead of `options`.
        options: single choices, e.g. ``imbalances="balanced"``, ``kappa=1``; they override the scenario's own.

    Raises:
        ScenarioError, ClosureError, UnbalancedError, NoEquilibrium, NotConverged, NotCertified.
    """
    outcomes = solve_all(world, change, only=variant, closures=closures, **options)
    if len(outcomes) > 1:
        raise ClosureError(
            f"several are to be solved ({', '.join(map(repr, outcomes))}): name one as `variant`, or use solve_all"
        )
    return next(iter(outcomes.values()))


def solve_all(
    world: World, change: Scenario | Shock, *, only: str | None = None, closures: Closures | None = None, **options: Any
) -> dict[str, Outcome]:
    """Every setting of a scenario by name (a shock is the one setting ``"shock"``); arguments as in `solve`.

    A variant is one setting, or one for each horizon of a list. `only` names a setting or a variant.
    """
    if isinstance(change, Shock):
        return {"shock": run(problem(world, change, closures or Closures(**options)))}
    named = change.options.get("elasticities", world.elasticities.name)
    if named != world.elasticities.name:
        world = world.with_elasticities(str(named))
    settings = change.settings(world)
    wanted = [setting for setting in settings if only in (None, setting.name, setting.variant)]
    if not wanted:
        raise UnknownName(f"the scenario has no variant {only!r}; it has {', '.join(map(repr, change.variant_names))}")

    def certified(setting: Setting) -> Outcome:
        chosen = closures or Closures(**{**setting.closures, **options})
        p = replace(problem(setting.world, setting.shock, chosen), scenario=change.hash)
        return replace(run(p), setting=setting)

    found: dict[str, Outcome] = {}
    for setting in wanted:
        _answer(setting, settings, certified, found)
    return {setting.name: found[setting.name] for setting in wanted}


def _answer(
    setting: Setting,
    settings: Sequence[Setting],
    certified: Callable[[Setting], Outcome],
    found: dict[str, Outcome],
) -> None:
    """Solve a setting, and before it those that its goals refer to."""
    if setting.name in found:
        return
    if not any(isinstance(placed.rule, Goal | PurchaseCommitment) for placed in setting.rules):
        with _naming(setting):
            found[setting.name] = certified(setting)
        return
    from comity.model.goals import meet  # needs SciPy's optimisers, which a scenario without goals need not wait for

    others = {}
    for placed in setting.rules:
        if (variant := getattr(placed.rule, "same_as", None)) is not None:
            other = counterpart(setting, settings, variant)
            _answer(other, settings, certified, found)
            others[variant] = found[other.name]
    try:
        with _naming(setting):
            found[setting.name] = meet(setting, certified, others)
    except ScenarioError as error:
        raise setting.origin.locate(error) from None


@contextmanager
def _naming(setting: Setting) -> Iterator[None]:
    """Say in which variant there is no solution; a goal that is out of reach says so itself."""
    try:
        yield
    except SolveError as error:
        if isinstance(error, Unreachable) or setting.name == ONLY:
            raise
        raise type(error)(f"variant {setting.name!r}: {error}") from error


def rebase(world: World, *, balanced: bool = False, closures: Closures | None = None) -> World:
    """The benchmark equilibrium that a world's shares imply, at its own imbalances or at none.

    Data that are no equilibrium (Caliendo and Parro's for NAFTA) take this step before any counterfactual; so does
    balanced trade (Dekle, Eaton and Kortum 2008).

    Raises:
        NoEquilibrium, NotConverged, NotCertified: as in `run`.
    """
    closures = closures or Closures()
    p = _arrays(world, Shock.none(world), replace(closures, imbalances="fixed", revenue="rebated"))
    e = p.economy._replace(B=0 * p.economy.B) if balanced else p.economy
    solved = run(replace(p, economy=e))
    detail = "solved at zero imbalances" if balanced else "solved at its own imbalances"
    return world_at(world, e, solved.after, closures, detail)


__all__ = ["Problem", "problem", "rebase", "require_benchmark", "run", "solve", "solve_all"]
