"""What users give, in the form that a world keeps: elasticities, members of groups, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from comity.errors import DataError
from comity.world.elasticities import Elasticities, elasticity_set


def as_elasticities(
    values: Elasticities | ArrayLike | str, sectors: Sequence[str], members: Sequence[Sequence[str]]
) -> Elasticities:
    """A set as it is; a name as the published set for these industries; theta as a set that says so.

    Raises:
        DataError: values that are no numbers, or industries that the named set does not know.
        UnknownName: no set of that name.

    Example:
        >>> as_elasticities(5, ["cars", "steel"], [["C29"], ["C24"]]).theta.tolist()
        [5.0, 5.0]
    """
    if isinstance(values, Elasticities):
        return values
    if isinstance(values, str):
        return elasticity_set(values, sectors, members)
    try:
        theta = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"elasticities are neither a set, its name, nor numbers: {error}") from None
    if theta.ndim == 0:
        theta = np.full(len(sectors), float(theta))
    zero, none = np.zeros(theta.shape), np.zeros(theta.shape, dtype=bool)
    concept = "trade elasticity as given by the user: exponent of relative cost, > 0; no standard errors, none assumed"
    return Elasticities("given", concept, theta, zero, zero, none, ~none)


def as_members(given: Sequence[Sequence[str]] | None, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Source codes behind each name; the name itself when none are given."""
    return tuple((name,) for name in names) if given is None else tuple(tuple(group) for group in given)


def group_names(
    old: Sequence[str],
    old_names: Sequence[str],
    labels: Sequence[str],
    members: Sequence[Sequence[int]],
    names: Mapping[str, str],
) -> tuple[str, ...]:
    """A group that is one old member keeps its name when it keeps its code; others are called as `names` says."""
    return tuple(
        old_names[group[0]] if len(group) == 1 and old[group[0]] == label else names.get(label, label)
        for label, group in zip(labels, members, strict=True)
    )
