"""Is there another equilibrium? The same problem solved from many far starts."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from comity.model.equations import State
from comity.model.equilibrium import LIMIT, TOLERANCE, flatten, solve_equilibrium, start
from comity.model.outcome import Outcome

SAME = 1e-7


@dataclass(frozen=True)
class Uniqueness:
    """What many starts found.

    Attributes:
        starts: how many.
        converged: how many reached a solution.
        same: how many of these are the outcome's own equilibrium.
        largest_gap: in logs, between the outcome and any solution found.
    """

    starts: int
    converged: int
    same: int
    largest_gap: float

    @property
    def unique(self) -> bool:
        """No start that converged found another equilibrium (evidence, not proof)."""
        return self.converged > 0 and self.same == self.converged

    def __str__(self) -> str:
        found = f"{self.converged} of {self.starts} starts converged, {self.same} to this equilibrium"
        return found if self.unique else f"{found}; another one lies {self.largest_gap:.2g} away in logs"


def uniqueness(o: Outcome, *, starts: int = 16, spread: float = 0.5, seed: int = 0) -> Uniqueness:
    """Solve an outcome's problem from random starts: logs of wages, prices, output and spending moved by normal draws.

    Args:
        o: the outcome.
        starts: number of draws.
        spread: standard deviation of the draws, in logs.
        seed: of the draws.
    """
    base = start(o.economy)
    here = flatten(o.state)
    gaps = []
    for key in jax.random.split(jax.random.key(seed), starts):
        begin = _moved(base, o.economy.K > 0, key, spread)
        found = solve_equilibrium(o.economy, o.policy, o.rules, begin, TOLERANCE, LIMIT)
        if float(found.error) <= TOLERANCE:
            gaps.append(float(jnp.abs(flatten(found.state) - here).max()))
    return Uniqueness(starts, len(gaps), int(np.sum(np.array(gaps) < SAME)), max(gaps, default=0.0))


def _moved(base: State, makes: jax.Array, key: jax.Array, spread: float) -> State:
    """A state moved by normal draws; cells without output stay where the solver leaves them."""
    parts = zip(base[:-1], jax.random.split(key, len(base) - 1), strict=True)
    moved = (part + spread * jax.random.normal(k, part.shape) for part, k in parts)
    state = State._make((*moved, base.G))
    return state._replace(K=jnp.where(makes, state.K, base.K))
