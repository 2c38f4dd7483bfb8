"""What an update moved: totals asked, aimed at and reached; income by region; how much of the table, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comity.world.accounts import Accounts, Floats, contract
from comity.world.sums import Sums

if TYPE_CHECKING:
    from comity.world.world import World

LARGEST = 20
PARTS = ("trade between regions", "sales at home", "input use", "final use", "value added")


@dataclass(frozen=True)
class TotalMoved:
    """One total, US$ million: before the update, as asked, as aimed at after harmonising, as reached."""

    label: str
    before: float
    asked: float
    aimed: float
    reached: float
    weight: float
    source: str


@dataclass(frozen=True)
class IncomeMoved:
    """Factor income of a region, US$ million."""

    region: str
    before: float
    aimed: float
    reached: float


@dataclass(frozen=True)
class FlowMoved:
    """Trade in one good between two regions, all uses, US$ million."""

    sector: str
    importer: str
    exporter: str
    before: float
    after: float


@dataclass(frozen=True)
class PartMoved:
    """One part of the accounts, US$ million: its sum before and after, and the sum of absolute changes of cells.

    `beyond_growth` is the sum of absolute departures from the table in which every region simply grew with its income:
    what the totals of trade and the identities asked for.
    """

    part: str
    before: float
    after: float
    moved: float
    beyond_growth: float


@dataclass(frozen=True)
class UpdateReport:
    """What an update did.

    Attributes:
        totals: every total of trade.
        incomes: factor income of every region.
        parts: how much of each part of the accounts moved.
        largest: the flows between regions that moved most, largest change first.
        steps: Newton steps of the scaling.
        gap: largest relative violation of a condition before the accounts were closed exactly.
    """

    totals: tuple[TotalMoved, ...]
    incomes: tuple[IncomeMoved, ...]
    parts: tuple[PartMoved, ...]
    largest: tuple[FlowMoved, ...]
    steps: int
    gap: float

    @property
    def furthest(self) -> float:
        """The largest relative distance of an exact total, or of an income, from what was aimed at."""
        exact = [(t.reached, t.aimed) for t in self.totals if np.isinf(t.weight) and t.aimed]
        pairs = exact + [(i.reached, i.aimed) for i in self.incomes]
        return max((abs(reached / aimed - 1) for reached, aimed in pairs), default=0.0)

    def __str__(self) -> str:
        """A few lines."""
        lines = [
            f"{len(self.totals)} totals of trade and {len(self.incomes)} incomes, reached to {self.furthest:.1e}; "
            f"{self.steps} steps",
            *(
                f"  {p.part}: US$ {p.before:,.0f} m -> {p.after:,.0f} m; cells moved by {p.moved:,.0f} m, "
                f"{p.beyond_growth:,.0f} m beyond the growth of incomes"
                for p in self.parts
            ),
            *(
                f"  {f.sector}, {f.importer} from {f.exporter}: US$ {f.before:,.0f} m -> {f.after:,.0f} m"
                for f in self.largest[:5]
            ),
        ]
        return "\n".join(lines)


def report_of(
    world: World, grown: Accounts, after: Accounts, income: Floats, sums: Sums, steps: int, gap: float
) -> UpdateReport:
    """Compare the accounts of `world`, the same grown with incomes, and the updated ones."""
    before, reached = world.accounts, sums.matrix @ after.total_flows.ravel()
    numbers = zip(sums.totals, sums.before, sums.asked, sums.wanted, reached, strict=True)
    return UpdateReport(
        totals=tuple(
            TotalMoved(t.label, float(b), float(a), float(w), float(r), t.weight, t.source) for t, b, a, w, r in numbers
        ),
        incomes=tuple(
            IncomeMoved(region, float(b), float(w), float(r))
            for region, b, w, r in zip(world.regions, before.factor_income, income, after.factor_income, strict=True)
        ),
        parts=tuple(
            PartMoved(name, *(float(x) for x in (b.sum(), a.sum(), np.abs(a - b).sum(), np.abs(a - g).sum())))
            for name, b, g, a in zip(PARTS, _parts(before), _parts(grown), _parts(after), strict=True)
        ),
        largest=_largest(world, before, after),
        steps=steps,
        gap=gap,
    )


def _parts(a: Accounts) -> tuple[Floats, ...]:
    home = np.eye(len(a.value_added), dtype=bool)
    return np.where(home, 0, a.flows), contract("ujnn->ujn", a.flows), a.input_use, a.final_use, a.value_added


def _largest(world: World, before: Accounts, after: Accounts) -> tuple[FlowMoved, ...]:
    old, new = (np.where(np.eye(len(world.regions), dtype=bool), 0, a.total_flows) for a in (before, after))
    change = np.abs(new - old)
    order: Sequence[int] = np.argsort(-change, axis=None, kind="stable")[:LARGEST].tolist()
    cells = [np.unravel_index(at, change.shape) for at in order]
    return tuple(
        FlowMoved(world.sectors[j], world.regions[n], world.regions[i], float(old[j, n, i]), float(new[j, n, i]))
        for j, n, i in cells
        if change[j, n, i]
    )
