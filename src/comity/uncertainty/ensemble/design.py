"""Where the draws lie: scrambled Sobol points, by themselves or in the pattern that a split of the variance needs.

The pattern is that of Saltelli et al. (2010, Computer Physics Communications 181): each point of 2D dimensions gives
two independent draws A and B, and for each source of uncertainty a draw that is A with the parameters of that source
from B. Where closures or the year of the data are drawn beside numbers, one more draw takes all of them from B, so that
what the model has of the variance and what the numbers have are known apart. Row k depends on the seed, the parameters
and k alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.uncertainty.draws import uniforms

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


MODEL, NUMBERS = "the model: closures and data", "the numbers: elasticities and amounts"


@dataclass(frozen=True)
class Design:
    """Rows of numbers between 0 and 1, one column a parameter.

    Attributes:
        sources: of uncertainty, by column.
        seed: of the scrambling.
        split: whether rows come in blocks that let the variance be split by source.
        model: sources that are choices of the model, where they are to be looked at together too.

    >>> plan = Design(("a", "a", "b"), seed=1, split=True)
    >>> plan.groups, plan.block, plan.rows(100), plan.independent(range(8)).tolist()
    (('a', 'b'), 4, 256, [0, 3, 4, 7])
    """

    sources: tuple[str, ...]
    seed: int
    split: bool = False
    model: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The sources of uncertainty, each once, in order."""
        return tuple(dict.fromkeys(self.sources))

    @property
    def mixed(self) -> dict[str, tuple[str, ...]]:
        """The sources that each row between A and B takes from B, by what these are called."""
        return {group: (group,) for group in self.groups} | ({MODEL: self.model} if self.model else {})

    @property
    def block(self) -> int:
        """Rows that one Sobol point gives."""
        return len(self.mixed) + 2 if self.split else 1

    def rows(self, draws: int) -> int:
        """How many rows give so many independent draws; with a split, half as many points, rounded up to a power of
        two, without which the points are not balanced."""
        return self.block * (1 << max(0, (draws + 1) // 2 - 1).bit_length()) if self.split else draws

    def independent(self, rows: Sequence[int] | Indices) -> Indices:
        """The places, among some rows, of those that are independent draws: all, or A and B of each block."""
        numbers = np.asarray(rows)
        there = np.isin(numbers % self.block, (0, self.block - 1)) if self.split else np.ones(len(numbers), bool)
        return np.flatnonzero(there)

    def uniforms(self, rows: Sequence[int] | Indices) -> Floats:
        """Numbers strictly between 0 and 1 ``[row, parameter]`` of some consecutive rows."""
        first, last, width = int(rows[0]), int(rows[-1]), len(self.sources)
        if not self.split:
            return uniforms(width, last - first + 1, seed=self.seed, start=first)
        begin, end = first // self.block, last // self.block
        points = uniforms(2 * width, end - begin + 1, seed=self.seed, start=begin)
        a, b = points[:, None, :width], points[:, None, width:]
        take = np.array([[source in taken for source in self.sources] for taken in self.mixed.values()])
        mixed = np.where(take[None], b, a)
        whole = np.concatenate([a, mixed, b], axis=1).reshape(-1, width)
        return whole[first - begin * self.block : last + 1 - begin * self.block]
