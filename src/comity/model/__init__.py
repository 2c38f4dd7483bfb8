"""What follows from a policy: equilibrium in changes, certified, differentiable."""

import jax

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

from comity.model.certificate import Certificate  # noqa: E402
from comity.model.closures import Closures  # noqa: E402
from comity.model.counterfactual import Problem, problem, rebase, run, solve, solve_all  # noqa: E402
from comity.model.explanation import Explanation, explain  # noqa: E402
from comity.model.multistart import uniqueness  # noqa: E402
from comity.model.outcome import Outcome  # noqa: E402

__all__ = [
    "Certificate",
    "Closures",
    "Explanation",
    "Outcome",
    "Problem",
    "explain",
    "problem",
    "rebase",
    "run",
    "solve",
    "solve_all",
    "uniqueness",
]
