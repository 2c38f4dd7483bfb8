"""Is the baseline stable? With scale economies an equilibrium may be one that the economy would leave."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from comity.errors import ClosureError
from comity.model.closures import Rules
from comity.model.economy import Economy, no_change
from comity.model.equations import State
from comity.model.equilibrium import flatten, prepare, start, sweep, unflatten


def largest_eigenvalue(e: Economy, rules: Rules) -> float:
    """Largest real part among the eigenvalues of the adjustment map (`sweep`) at the baseline.

    Below one, small departures die out: prices, sales and incomes adjusting to each other lead back. Above one they
    grow: a sector that gains output lowers its cost by more than it takes to gain more. Structural zeros are left out.
    """
    from scipy.sparse.linalg import LinearOperator, eigs  # perfect competition need not wait for its import

    q = no_change(e)
    weights, masks = prepare(e, q)
    here = start(e)
    alive = flatten(State(*(jnp.ones_like(part) for part in here))._replace(K=masks.makes.astype(float)))

    @jax.jit
    def move(direction: Array) -> Array:
        def once(vector: Array) -> Array:
            return flatten(sweep(e, q, weights, masks, rules, unflatten(vector, e)))

        pushed: Array = jax.jvp(once, (flatten(here),), (alive * direction,))[1]
        return alive * pushed

    size = alive.size
    operator = LinearOperator((size, size), matvec=lambda x: np.asarray(move(jnp.asarray(x.ravel()))), dtype=np.float64)
    first = np.random.default_rng(0).normal(size=size)
    found = eigs(operator, k=1, which="LR", tol=1e-4, v0=first, return_eigenvectors=False)
    return float(found.real.max())


def require_stable(e: Economy, rules: Rules) -> None:
    """Refuse scale economies under which the baseline is not stable.

    Raises:
        ClosureError: giving the eigenvalue and what to try.
    """
    size = largest_eigenvalue(e, rules)
    if size >= 1:
        raise ClosureError(
            "with these scale economies the baseline is not a stable equilibrium (largest eigenvalue of the "
            f"adjustment {size:.3f}, must be below 1): input-output linkages multiply them. Use smaller "
            "scale elasticities, or perfect competition"
        )
