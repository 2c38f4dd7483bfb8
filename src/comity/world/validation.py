"""What every world must satisfy before anything is computed from it: shapes, numbers, names, signs, rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import DataError
from comity.world.accounts import USES, Floats

AXES: Mapping[str, tuple[str, ...]] = {
    "flows": ("use", "sector", "importer", "exporter"),
    "tariff": ("sector", "importer", "exporter"),
    "export_tax": ("sector", "importer", "exporter"),
    "input_use": ("region", "input sector", "using sector"),
    "final_use": ("region", "sector"),
    "value_added": ("region", "sector"),
    "tariff_known": ("sector", "importer", "exporter"),
    "theta": ("sector",),
    "theta_se": ("sector",),
    "scale": ("sector",),
    "scale_se": ("sector",),
    "assumed": ("sector",),
    "assumed_se": ("sector",),
    "source_trade": ("sector",),
    "imbalances": ("region",),
}
_REGIONAL = ("importer", "exporter", "region")


def check_names(kind: str, names: Sequence[str]) -> tuple[str, ...]:
    """Names as a tuple; a `DataError` when there are none, or one is empty, not text, or there twice."""
    if isinstance(names, str):
        raise DataError(f"{kind} must be a sequence of names, not the single text {names!r}")
    values = tuple(str(name) if isinstance(name, np.str_) else name for name in names)
    if not values:
        raise DataError(f"a world needs at least one of: {kind}")
    for position, name in enumerate(values):
        if not isinstance(name, str) or not name.strip():
            raise DataError(f"{kind}[{position}] is {name!r}: every name must be a non-empty text")
    twice = [name for name, count in Counter(values).items() if count > 1]
    if twice:
        raise DataError(f"{kind} holds {twice[0]!r} more than once: names must be unique")
    return values


def frozen(name: str, values: ArrayLike, regions: Sequence[str], sectors: Sequence[str]) -> Floats:
    """`values` as read-only float64 of the right shape, all finite; otherwise a `DataError` naming the place."""
    if (
        isinstance(values, np.ndarray)
        and values.dtype == np.float64
        and values.flags.owndata
        and not values.flags.writeable
    ):
        array = values
    else:
        try:
            array = np.array(values, dtype=np.float64, order="C")
        except (TypeError, ValueError) as error:
            raise DataError(f"{name} is not an array of numbers: {error}") from None
        array.setflags(write=False)
    _check_shape(name, array.shape, regions, sectors)
    if not np.isfinite(array).all():
        refuse(name, array, ~np.isfinite(array), "is not a finite number", regions, sectors)
    return array


def frozen_flags(name: str, values: ArrayLike, regions: Sequence[str], sectors: Sequence[str]) -> NDArray[np.bool_]:
    """`values` as read-only booleans of the right shape."""
    array = np.array(values, dtype=bool)
    _check_shape(name, array.shape, regions, sectors)
    array.setflags(write=False)
    return array


def refuse_where(
    name: str, array: Floats, bad: NDArray[np.bool_], what: str, regions: Sequence[str], sectors: Sequence[str]
) -> None:
    """Raise a `DataError` for the first of the `bad` cells, if there is one."""
    if bad.any():
        refuse(name, array, bad, what, regions, sectors)


def refuse(
    name: str, array: Floats, bad: NDArray[np.bool_], what: str, regions: Sequence[str], sectors: Sequence[str]
) -> None:
    """Raise a `DataError` that names the first of the `bad` cells, its value and how many there are."""
    at = np.unravel_index(int(bad.argmax()), bad.shape)
    many = f" ({int(bad.sum())} cells in all)" if bad.sum() > 1 else ""
    raise DataError(f"{name} {what}: {array[at]!s} at {_place(name, at, array.shape, regions, sectors)}{many}")


def _place(
    name: str, at: Sequence[np.intp], shape: tuple[int, ...], regions: Sequence[str], sectors: Sequence[str]
) -> str:
    def label(axis: str, index: int, size: int) -> str:
        if axis == "use":
            return USES[index] if size == len(USES) else "all uses"
        return (regions if axis in _REGIONAL else sectors)[index]

    return ", ".join(f"{axis} {label(axis, int(i), n)}" for axis, i, n in zip(AXES[name], at, shape, strict=True))


def _check_shape(name: str, shape: tuple[int, ...], regions: Sequence[str], sectors: Sequence[str]) -> None:
    sizes = {"use": (1, 2)}
    wanted = [sizes.get(a, (len(regions) if a in _REGIONAL else len(sectors),)) for a in AXES[name]]
    if len(shape) == len(wanted) and all(n in ok for n, ok in zip(shape, wanted, strict=True)):
        return
    text = " x ".join(f"{' or '.join(map(str, ok))} {axis}" for ok, axis in zip(wanted, AXES[name], strict=True))
    raise DataError(f"{name} has shape {shape}; it must be {text} (axes in this order)")
