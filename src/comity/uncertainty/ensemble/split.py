"""The variance of an outcome split by source of uncertainty: Sobol indices, first-order and total (with SALib)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.errors import ScenarioError
from comity.uncertainty.ensemble.design import MODEL, NUMBERS, Design
from comity.uncertainty.ensemble.extras import need

CONFIDENCE = 0.95
RESAMPLES = 200
FEWEST = 16
"""Points below which no error of an index can be told."""


@dataclass(frozen=True)
class Share:
    """What one source of uncertainty has of the variance of an outcome.

    Attributes:
        source: its name.
        first: share that goes if it alone were known; may come out below zero by its error.
        first_error: half-width of the 95% interval, by resampling points.
        total: share that stays if it alone were not known.
        total_error: the same for the total.
    """

    source: str
    first: float
    first_error: float
    total: float
    total_error: float


def variance_shares(design: Design, values: ArrayLike) -> tuple[Share, ...]:
    """Sobol indices by source (Saltelli et al. 2010 and Jansen 1999, as SALib has them), largest total first.

    Where the design has it, the model and the numbers as wholes come last: what the numbers have by themselves is what
    is left of the total of the model, and the other way round.

    Points of which a draw has no answer are left out whole; that there are few is checked elsewhere.

    Args:
        design: with a split.
        values: ``[row]``, in the order of the design.

    Raises:
        MissingExtra: SALib is not installed. ScenarioError: a design without a split, or too few points.

    >>> design = Design(("x", "y"), seed=1, split=True)
    >>> u = design.uniforms(range(design.rows(2048)))
    >>> [(s.source, round(s.first, 2), round(s.total, 2)) for s in variance_shares(design, 3 * u[:, 0] + u[:, 1])]
    [('x', 0.9, 0.9), ('y', 0.1, 0.1)]
    """
    if not design.split:
        raise ScenarioError("these draws were not made to split the variance: draw again with --sobol")
    blocks = np.asarray(values, dtype=np.float64).reshape(-1, design.block)
    blocks = blocks[np.isfinite(blocks).all(1)]
    if len(blocks) < FEWEST:
        raise ScenarioError(f"{len(blocks)} points are too few to split a variance: ask for {4 * FEWEST} draws or more")
    names = list(design.mixed)
    if len(names) == 1 or np.ptp(blocks) == 0:
        share = 1.0 if np.ptp(blocks) > 0 else 0.0
        return tuple(Share(name, share, 0.0, share, 0.0) for name in names)
    analyze = need("SALib.analyze.sobol", "splitting the variance").analyze
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    found = analyze(
        problem, blocks.ravel(), calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE,
        print_to_console=False, seed=design.seed % 2**32,
    )  # fmt: skip
    columns = zip(names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
    shares = {name: Share(name, *map(float, row)) for name, *row in columns}
    model = shares.pop(MODEL, None)
    last = () if model is None else (model, _rest(model))
    return (*sorted(shares.values(), key=lambda one: -one.total), *last)


def _rest(model: Share) -> Share:
    """What is not the model."""
    return Share(NUMBERS, 1 - model.total, model.total_error, 1 - model.first, model.first_error)
