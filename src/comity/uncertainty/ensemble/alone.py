"""A draw that is solved by itself, in the form of those that are solved together."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from comity.model.outcome import Outcome
from comity.uncertainty.ensemble.cells import Cell
from comity.uncertainty.ensemble.drawn import Found, in_units
from comity.uncertainty.ensemble.program import measured_alone
from comity.world.world import Floats


@dataclass(frozen=True, eq=False)
class Alone:
    """What an outcome says of a draw: ``values[measure, region]``, and by table ``[measure, place]``."""

    values: Floats
    details: dict[str, Floats]


def by_itself(cell: Cell, outcome: Outcome) -> Alone:
    """The measures of a certified outcome, as a draw of the cell has them."""
    residual = jnp.asarray(outcome.certificate.max_residual)
    o, billion = outcome, outcome.unit / 1000
    found, full = jax.device_get(measured_alone(o.economy, o.policy, cell.located.wanted, o.rules, o.state, residual))
    one = jax.tree.map(lambda part: np.asarray(part)[None], full)
    details = {table: values[0] for table, values in cell.located.read(one, billion).items()}
    return Alone(in_units(np.asarray(found.values), billion), details)


def put(found: Found, k: int, alone: Alone, outcome: Outcome) -> None:
    """In the place of a draw what it is by itself, certified."""
    found.values[k] = alone.values
    for table, values in alone.details.items():
        found.details[table][k] = values
    found.residual[k] = found.certified[k] = outcome.certificate.max_residual
