"""Who inside a country gains and loses: value added and factors by sector.

The model has one composite factor, workers with the capital they use, and the data have no employment: these measures
are of that factor. They are numbers of workers only as far as a worker brings the same capital in every sector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from comity.errors import DataError

if TYPE_CHECKING:
    from comity.model.outcome import Outcome
    from comity.world.world import World


def value_added_change(o: Outcome) -> np.ndarray:
    """Change in real value added ``[n, k]``, US$ billion: ``v K' / P_C - v K``.

    At consumer prices of the baseline: what those who work in a sector can buy with what it pays them. Over sectors it
    adds up to the factor income of the region, deflated, less that of the baseline.
    """
    v, a, b = np.asarray(o.economy.v), o.after, o.before
    return np.asarray(v * (a.K / a.P_C[:, None] - b.K) * o.unit / 1000)


def factor_use(o: Outcome) -> np.ndarray:
    """Factor input by sector ``[n, k]``, hat: ``K_hat / w_hat``; missing where nothing is made in the baseline.

    Payments over the factor price. With mobile factors it is workers employed; with specific factors it does not move;
    between, it counts efficiency units, and workers who change sector lose some.
    """
    made = np.asarray(o.before.K) > 0
    growth = o.after.K / np.where(made, o.before.K, 1.0) / o.after.factor
    return np.asarray(np.where(made, growth, np.nan))


def factor_shares(o: Outcome) -> np.ndarray:
    """Share of a region's factors in each sector in the baseline ``[n, k]``."""
    return np.asarray(o.economy.v * o.before.K / o.before.Y[:, None])


def factor_points(o: Outcome) -> np.ndarray:
    """Change of factor input ``[n, k]`` as a share of all factors of the region in the baseline."""
    return np.asarray(np.nan_to_num(factor_shares(o) * (factor_use(o) - 1)))


def moved(o: Outcome) -> np.ndarray:
    """Share of a region's factors that leaves its sector ``[n]``, growth of factor supply left out.

    The sum over sectors of what each loses relative to the region's supply of factors.
    """
    supply = np.asarray(o.policy.L)[:, None]
    lost = np.clip(1 - factor_use(o) / supply, 0, None)
    return np.asarray(np.nansum(factor_shares(o) * lost, axis=1))


def require_work(world: World, persons: np.ndarray) -> None:
    """Refuse persons ``[n, k]`` where nothing is made.

    Raises:
        DataError: names the first such sector.
    """
    idle = (persons > 0) & ~(world.gross_output > 0)
    if idle.any():
        n, k = (int(at) for at in np.argwhere(idle)[0])
        raise DataError(
            f"{persons[n, k]:,.0f} thousand persons work in {world.sectors[k]} of {world.regions[n]}, where the world "
            "has no output: leave the row out, or sum the sectors otherwise"
        )


def real_pay(o: Outcome) -> np.ndarray:
    """What a unit of the factor earns by sector ``[n, k]`` in consumer prices, hat; missing where nothing is made.

    With mobile factors it is the real wage in every sector; with specific ones each sector has its own.
    """
    made = np.asarray(o.before.K) > 0
    income = o.after.K / np.where(made, o.before.K, 1.0) / o.after.P_C[:, None]
    return np.asarray(np.where(made, income, np.nan) / factor_use(o))


def employment_change(o: Outcome, thousand_persons: np.ndarray) -> np.ndarray:
    """Change of employment ``[n, k]``, thousand persons, from employment of the baseline in the same unit ``[n, k]``.

    Employment is taken to move with the factor input of its sector. The world holds no employment: it is the caller's,
    see `comity.world.read_employment`. Missing (NaN) where it is.

    Raises:
        DataError: another shape, or numbers that are negative or infinite; persons where nothing is made.
    """
    persons = np.asarray(thousand_persons, dtype=np.float64)
    if persons.shape != o.before.K.shape or np.isinf(persons).any() or (persons < 0).any():
        raise DataError(
            f"employment must be {' x '.join(map(str, o.before.K.shape))} numbers (region, sector) of zero or more; "
            f"these have the shape {persons.shape}"
        )
    require_work(o.world, persons)
    return np.asarray(np.where(persons == 0, 0.0, persons * (factor_use(o) - 1)))
