"""What a scenario tree comes to under draws: the leaves of an ensemble hung into the tree, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from comity.errors import NotConverged
from comity.uncertainty.ensemble.results import Results, design_of
from comity.uncertainty.ensemble.summary import NOTHING
from comity.uncertainty.tree import Fork, leaves, scenario_tree
from comity.uncertainty.tree_file import TreeFile

Floats = NDArray[np.float64]


def hung(tree: TreeFile, results: Results, measure: str) -> Fork:
    """The tree with the draws of a measure at its leaves: an outcome for each region, by code.

    A draw that has no answer in one leaf is left out of all of them: what is left is the same draws in every leaf.

    Args:
        tree: whose leaves were solved.
        results: the draws of `TreeFile.scenario`.
        measure: by region, as `Results.column` takes it.

    Raises:
        UnknownName: there is no such measure. NotConverged: no draw has an answer in every leaf.
    """
    return scenario_tree(tree.data, outcomes(results, tuple(tree.leaves), measure), tree.scale)


def outcomes(results: Results, variants: Sequence[str], measure: str) -> dict[str, dict[str, Floats]]:
    """Draws ``[draw]`` by variant and region, those that have an answer in every variant; noise about zero is zero."""
    rows = design_of(results.manifest).independent(results.numbers)
    found = {variant: results.column(variant, measure)[rows] for variant in variants}
    good = np.all([np.isfinite(values).all(axis=1) for values in found.values()], axis=0)
    if not good.any():
        raise NotConverged("no draw has an answer in every leaf of the tree")
    return {
        variant: dict(
            zip(results.manifest["regions"], np.where(np.abs(values) > NOTHING, values, 0.0)[good].T, strict=True)
        )
        for variant, values in found.items()
    }


def sampling_error(tree: Fork, outcome: str) -> float:
    """One standard error of an expectation from there being so many draws, which are the same in every leaf."""
    values: Mapping[int, Floats] = {k: w * leaf.outcomes[outcome] for k, (_, w, leaf) in enumerate(leaves(tree))}
    whole = np.sum(list(values.values()), axis=0)
    return float(whole.std(ddof=1) / np.sqrt(len(whole))) if len(whole) > 1 else float("nan")
