"""A product carved out of an industry: a sub-sector of its own beside the rest of it, with every identity kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from comity.errors import DataError
from comity.world.accounts import Floats, Step, contract, divide
from comity.world.elasticities import ASSUMED_SE, Elasticities
from comity.world.world import World, international

REST = "the rest"
T = TypeVar("T")


def carve(
    world: World,
    sector: str,
    share: ArrayLike,
    *,
    code: str,
    name: str,
    elasticity: float | None = None,
    rest: tuple[str, str] | None = None,
    basis: str = "stated by the user",
) -> World:
    """The world with a sector in two: a product, and the rest of the industry.

    With s_i the product's share of what producers in i sell, to every buyer: flows are s F and (1 - s) F, at the
    tariffs and export taxes of the industry. The product's producers use the industry's inputs and factors, s_n of
    each. What a buyer spends on the product follows from whom it buys: of its purchases for a use the share
    sum_i s_i F (1 + t) / sum_i F (1 + t), the same for all sectors that use it. All of it is an assumption but the
    total.

    Args:
        world: a world that closes.
        sector: code of the industry.
        share: s_i by exporter ``[i]``, or one for all; from 0 to 1, and neither 0 nor 1 everywhere that the industry
            makes something.
        code, name: of the product.
        elasticity: trade elasticity of the product, > 0; that of the industry if None.
        rest: code and name of the rest; by default those of the industry with ``.r`` and "the rest".
        basis: where the share comes from, for the history.

    Returns:
        A world with one sector more: the product, then the rest, in the place of the industry. Summing the two gives
        the original back.

    Raises:
        DataError: no such sector, a share that is out of range or splits nothing, an elasticity that is not positive.

    Example:
        >>> world = World.from_flows(
        ...     flows=np.array([[[[8.0, 2.0], [1.0, 9.0]]], [[[6.0, 1.0], [2.0, 5.0]]]]),
        ...     input_use=np.array([[[10.0]], [[10.0]]]), final_use=np.array([[7.0], [7.0]]),
        ...     value_added=np.array([[7.0], [7.0]]), elasticities=[5.0], regions=["A", "B"], sectors=["chips"])
        >>> split = carve(world, "chips", [0.25, 0.5], code="chips.p", name="advanced chips")
        >>> split.sectors, split.total_flows[0].tolist(), all(check.passed for check in split.check())
        (('chips.p', 'chips.r'), [[3.5, 1.5], [0.75, 7.0]], True)
    """
    if sector not in world.sectors:
        raise DataError(f"there is no sector {sector!r} in world {world.name}: it has {', '.join(world.sectors)}")
    j = world.sectors.index(sector)
    s = _shares(world, j, share)
    if elasticity is not None and not 0 < elasticity < np.inf:
        raise DataError(f"a trade elasticity of {elasticity} is not positive")
    rest_code, rest_name = rest or (f"{sector}.r", f"{world.sector_names[j]}, {REST}")
    bought = _bought(world, j, s)
    trade = world.source_trade
    assert trade is not None  # set when the world was made
    traded = divide(international(world.total_flows * s)[j : j + 1], international(world.total_flows)[j : j + 1])
    made = s * world.gross_output[:, j]
    words = (
        f"{name} ({code}) is taken to be {_range(s, world.gross_output[:, j] > 0)} of {world.sector_names[j]} "
        f"({sector}) in value ({basis}), sold to every buyer in the same proportion and made with the inputs "
        "of the industry"
    )
    return replace(
        world,
        sectors=_two(world.sectors, j, code, rest_code),
        sector_names=_two(world.sector_names, j, name, rest_name),
        sector_members=_two(world.sector_members, j, world.sector_members[j], world.sector_members[j]),
        flows=_in_two(world.flows, 1, j, s),
        tariff=_twice(world.tariff, 0, j),
        export_tax=_twice(world.export_tax, 0, j),
        input_use=_in_two(_in_two(world.input_use, 1, j, bought[0][:, None]), 2, j, s[:, None]),
        final_use=_in_two(world.final_use, 1, j, bought[-1]),
        value_added=_in_two(world.value_added, 1, j, s),
        elasticities=_elasticities(world.elasticities, j, elasticity),
        tariff_known=_twice(world.tariff_known, 0, j),
        source_trade=_in_two(trade, 0, j, traded[0]),
        estimated=(*world.estimated, words),
        history=(*world.history, Step("product carved out", words, int((s > 0).sum()), float(made.sum()))),
    )


def _shares(world: World, j: int, share: ArrayLike) -> Floats:
    regions = len(world.regions)
    s = np.broadcast_to(np.asarray(share, dtype=np.float64), (regions,)) if np.ndim(share) == 0 else np.asarray(share)
    if s.shape != (regions,):
        raise DataError(f"a share by exporter has {regions} values in this world, not the shape {s.shape}")
    wrong = np.flatnonzero(~((s >= 0) & (s <= 1)))
    if len(wrong):
        raise DataError(f"the share {s[wrong[0]]} of {world.regions[wrong[0]]} is out of range: 0 to 1")
    makes = world.gross_output[:, j] > 0
    if not (s[makes] > 0).any() or not (s[makes] < 1).any():
        raise DataError(
            f"a share of {_range(s, makes)} of {world.sectors[j]} splits nothing: between 0% and 100% is needed "
            "somewhere"
        )
    return s.astype(np.float64)


def _range(s: Floats, makes: np.ndarray) -> str:
    low, high = (100 * float(bound) for bound in (s[makes].min(), s[makes].max())) if makes.any() else (0.0, 0.0)
    return f"{low:.3g}%" if high - low < 1e-9 else f"{low:.3g}% to {high:.3g}%"


def _bought(world: World, j: int, s: Floats) -> Floats:
    """Share of the product in what each region buys of the industry, by use, ``[u, n]``."""
    price = 1 + world.tariff[j]
    whole = contract("uni,ni->un", world.flows[:, j], price)
    return divide(contract("uni,ni,i->un", world.flows[:, j], price, s), whole)


def _two(items: tuple[T, ...], j: int, first: T, second: T) -> tuple[T, ...]:
    return (*items[:j], first, second, *items[j + 1 :])


def _in_two(array: Floats, axis: int, j: int, part: Floats | float) -> Floats:
    """Slice j of an axis as two: `part` of it, and what is left of it."""
    whole = np.take(array, j, axis=axis)
    first = whole * part
    return np.insert(np.delete(array, j, axis=axis), [j, j], np.stack([first, whole - first], axis=axis), axis=axis)


def _twice(array: np.ndarray, axis: int, j: int) -> np.ndarray:
    """Slice j of an axis two times."""
    return np.insert(array, j, np.take(array, j, axis=axis), axis=axis)


def _elasticities(e: Elasticities, j: int, elasticity: float | None) -> Elasticities:
    """Those of the industry for both, or another trade elasticity for the product, which is an assumption."""
    arrays: dict[str, Any] = {
        n: _twice(getattr(e, n), 0, j) for n in ("theta", "theta_se", "scale", "assumed", "assumed_se")
    }
    if e.scale_se is not None:
        arrays["scale_se"] = _twice(e.scale_se, 0, j)
    if elasticity is not None:
        arrays["theta"][j], arrays["theta_se"][j] = elasticity, ASSUMED_SE * elasticity
        arrays["assumed"][j] = arrays["assumed_se"][j] = True
    return replace(e, **arrays)
