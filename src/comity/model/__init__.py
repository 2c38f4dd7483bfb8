"""What follows from a policy: equilibrium in changes, certified, differentiable."""

import jax

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
