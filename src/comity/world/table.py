"""From an inter-country input-output table to a world: national input coefficients, tariffs taken out of net taxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import DataError
from comity.world.accounts import Accounts, Floats, Step, recorded
from comity.world.elasticities import Elasticities
from comity.world.flows import ROUNDING
from comity.world.validation import check_names
from comity.world.world import World


def from_table(
    *,
    inputs: ArrayLike,
    final: ArrayLike,
    value_added: ArrayLike,
    elasticities: Elasticities | ArrayLike | str,
    regions: Sequence[str],
    sectors: Sequence[str],
    net_taxes: ArrayLike | None = None,
    tariff: ArrayLike | None = None,
    tariff_known: ArrayLike | None = None,
    name: str = "custom",
    year: int = 0,
    source: str = "table given by the user",
    region_names: Sequence[str] | None = None,
    sector_names: Sequence[str] | None = None,
    region_members: Sequence[Sequence[str]] | None = None,
    sector_members: Sequence[Sequence[str]] | None = None,
    estimated: Sequence[str] = (),
    history: Sequence[Step] = (),
    tolerance: float = ROUNDING,
    rounding: float = 0.0,
    single: bool = False,
) -> World:
    """A world, by use, from an inter-country input-output table at basic prices, US$ million.

    The source mix of an input is the same for all its users within a country, so all of them pay the average tariff on
    intermediate imports of that good. What industry ``[n, k]`` pays in tariffs is taken out of its net taxes on
    products (TLS); the remainder of TLS counts as factor income: ``value added + TLS - tariffs on inputs``. Tariffs on
    final purchases come on top of basic prices. Every amount is in the history.

    Degenerate cells: a negative input is set to zero, the amount taken from final sales of the same row to the same
    country (and from value added of the user); negative final sales and negative value added as in
    `comity.world.balance`.

    Args:
        inputs: ``Z[origin, sector, destination, user]``, float32 or float64 (not copied).
        final: ``F[origin, sector, destination]``, or with further axes of use at the end, which are summed.
        value_added: ``[n, k]``.
        elasticities: a set, the name of a published one, ``theta[j]``, or one theta for all sectors.
        net_taxes: ``TLS[n, k]``, taxes less subsidies on products used; None where the table has none.
        tariff: ``[j, n, i]`` on border values; None means zero and flagged as unknown.
        tolerance, rounding, single, and the labels: see `World.from_flows`.

    Raises:
        UnbalancedError: rows and columns of the table differ by more than the tolerance.
        DataError: wrong shapes, NaN.

    Example:
        >>> import numpy as np
        >>> Z = np.array([[[[4.0], [1.0]]], [[[2.0], [3.0]]]])
        >>> F = np.array([[[4.0, 1.0]], [[2.0, 3.0]]])
        >>> world = from_table(inputs=Z, final=F, value_added=[[4.0], [6.0]], elasticities=5.0,
        ...                    regions=["A", "B"], sectors=["goods"])
        >>> world.is_benchmark, float(world.imbalance[0])
        (True, 2.0)
    """
    regions, sectors = check_names("regions", regions), check_names("sectors", sectors)
    size = (len(regions), len(sectors))
    flows, border, negative, steps = _reduced(*_table(inputs, final, size))
    primary = _cells("value_added", value_added, size)
    taxes = np.zeros(size) if net_taxes is None else _cells("net_taxes", net_taxes, size)
    rates = np.zeros(flows.shape[1:]) if tariff is None else np.array(tariff, dtype=np.float64)
    if rates.shape != flows.shape[1:]:
        raise DataError(f"tariff has shape {rates.shape}; it must be sector, importer, exporter {flows.shape[1:]}")
    raw = Accounts(flows, rates, np.zeros_like(rates), border, np.zeros(size), primary)
    paid = border * raw.input_tariff[:, :, None]
    steps += _tax_steps(taxes, paid.sum(1), raw, net_taxes is not None)
    return World.from_flows(
        flows=flows,
        tariff=rates,
        tariff_known=_known(tariff_known, tariff is not None, rates.shape),
        input_use=border + paid,
        final_use=raw.spending[1],
        value_added=primary + taxes - paid.sum(1) - negative,
        elasticities=elasticities,
        regions=regions,
        sectors=sectors,
        name=name,
        year=year,
        source=source,
        region_names=region_names,
        sector_names=sector_names,
        region_members=region_members,
        sector_members=sector_members,
        estimated=estimated,
        history=(*history, *recorded(steps)),
        tolerance=tolerance,
        rounding=rounding,
        single=single,
    )


def _table(inputs: ArrayLike, final: ArrayLike, size: tuple[int, int]) -> tuple[np.ndarray, Floats]:
    """Both blocks with their shapes checked; final use summed over its categories."""
    Z, F = np.asarray(inputs), np.asarray(final)
    if Z.shape != (*size, *size):
        raise DataError(f"inputs has shape {Z.shape}; it must be origin, sector, destination, user {(*size, *size)}")
    if F.shape[:3] != (*size, size[0]):
        raise DataError(f"final has shape {F.shape}; it must begin with origin, sector, destination {(*size, size[0])}")
    for name, array in (("inputs", Z), ("final", F)):
        if array.dtype.kind not in "fiu":
            raise DataError(f"{name} holds {array.dtype}, not numbers")
        if not np.isfinite(array).all():
            at = np.unravel_index(int((~np.isfinite(array)).argmax()), array.shape)
            raise DataError(
                f"{name} is {array[at]} at index {tuple(int(i) for i in at)}: every cell must be a finite number"
            )
    return Z, F.reshape(*F.shape[:3], -1).sum(3, dtype=np.float64)


def _reduced(Z: np.ndarray, F: Floats) -> tuple[Floats, Floats, Floats, tuple[Step, ...]]:
    """Flows ``[2, j, n, i]``, input use ``[n, j, k]``, negative inputs of ``[n, k]``, the repair."""
    negative = np.zeros(Z.shape[2:])
    steps: tuple[Step, ...] = ()
    if Z.min() < 0:
        below = np.minimum(Z, 0)
        negative = -below.sum((0, 1), dtype=np.float64)
        F = F + below.sum(3, dtype=np.float64)
        text = (
            "negative inputs set to zero; the amount taken from final sales of the same row to the same country and "
            "from value added of the user"
        )
        steps = (Step("negative inputs", text, int((Z < 0).sum()), float(negative.sum())),)
        Z = np.maximum(Z, 0)
    sold = np.einsum("ijn->jni", Z.sum(3, dtype=np.float64))
    border = np.einsum("jnk->njk", Z.sum(0, dtype=np.float64))
    flows = np.ascontiguousarray(np.stack([sold, np.einsum("ijn->jni", F)]))
    return flows, np.ascontiguousarray(border), negative, steps


def _tax_steps(taxes: Floats, paid: Floats, raw: Accounts, has_taxes: bool) -> tuple[Step, ...]:
    source = "net taxes on products" if has_taxes else "value added (the table shows no net taxes on products)"
    final = float(np.abs(raw.flows[1] * raw.tariff).sum())
    left = taxes - paid
    return (
        Step(
            "tariffs on inputs",
            f"taken out of {source} of the user",
            int(np.count_nonzero(paid)),
            float(np.abs(paid).sum()),
        ),
        Step(
            "tariffs on final use",
            "added to final use at basic prices",
            int(np.count_nonzero(raw.flows[1] * raw.tariff)),
            final,
        ),
        Step(
            "net taxes as factor income",
            "taxes less subsidies on products that are not baseline tariffs counted as factor income of the user",
            int((left != 0).sum()) if has_taxes else 0,
            float(np.abs(left).sum()) if has_taxes else 0.0,
        ),
    )


def _cells(name: str, values: ArrayLike, size: tuple[int, int]) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != size:
        raise DataError(f"{name} has shape {array.shape}; it must be region, sector {size}")
    return array


def _known(given: ArrayLike | None, has_tariff: bool, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Domestic sales bear no tariff, which is known; elsewhere as given, or known when a tariff table was given."""
    if given is not None:
        return np.asarray(given, dtype=bool)
    return np.full(shape, has_tariff) | np.eye(shape[1], dtype=bool)
