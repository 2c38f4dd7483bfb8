"""What US tariff actions add on a day, by partner and industry: the lists' shares of trade, and how duties stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from comity.policy.us_actions import ANYONE, Action, FreeList, free_lists, read_rows, us_actions
from comity.world.world import Floats

NATIONAL_SECURITY = "S232"


@dataclass(frozen=True, eq=False)
class Coverage:
    """US imports for consumption in 2024 and the share of their value on each list.

    Attributes:
        partners: ISO3 codes, and ``"EU"``; axis p.
        industries: OECD ICIO codes, and ``"OTHER"`` for what has none (HS chapters 98 and 99); axis j.
        imports: ``[p, j]``, US$ million.
        duty: ``[p, j]``, calculated duty over imports of 2024, a fraction.
        shares: list -> ``[p, j]``, a fraction; ``"usmca"`` among them.
    """

    partners: tuple[str, ...]
    industries: tuple[str, ...]
    imports: Floats
    duty: Floats
    shares: Mapping[str, Floats]

    def of(self, *partners: str) -> Coverage:
        """Some partners, with the average of all where a partner had no imports (as a partner outside the data has)."""
        total = self.imports.sum(0)

        def chosen(values: Floats) -> Floats:
            sums = (values * self.imports).sum(0)
            mean = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
            rows = [self.partners.index(code) if code in self.partners else None for code in partners]
            own = [(mean, False) if n is None else (values[n], self.imports[n] > 0) for n in rows]
            return np.stack([np.where(known, row, mean) for row, known in own])

        imports = [
            self.imports[self.partners.index(p)] if p in self.partners else np.zeros_like(total) for p in partners
        ]
        shares = {name: chosen(share) for name, share in self.shares.items()}
        return Coverage(partners, self.industries, np.stack(imports), chosen(self.duty), shares)

    def row(self, n: int) -> Coverage:
        """The partner of one row, as it stands."""
        at = slice(n, n + 1)
        shares = {name: share[at] for name, share in self.shares.items()}
        return Coverage(self.partners[at], self.industries, self.imports[at], self.duty[at], shares)


@cache
def us_coverage() -> Coverage:
    """The table of the package.

    >>> table = us_coverage()
    >>> round(float(table.imports[table.partners.index("JPN")].sum()) / 1000)
    151
    """
    rows = read_rows("us_tariff_coverage.csv")
    partners = tuple(sorted({row["partner"] for row in rows}))
    industries = tuple(sorted({row["industry"] for row in rows}))
    names = tuple(name for name in rows[0] if name not in ("partner", "industry"))
    table = {name: np.zeros((len(partners), len(industries))) for name in names}
    where = {code: n for n, code in enumerate(partners)}, {code: n for n, code in enumerate(industries)}
    for row in rows:
        for name in names:
            table[name][where[0][row["partner"]], where[1][row["industry"]]] = float(row[name])
    imports, duty = table.pop("imports_usd_mn"), table.pop("duty_pct") / 100
    table["usmca"] = np.zeros_like(imports)
    for row in read_rows("us_tariff_usmca.csv"):
        for code in ("CAN", "MEX"):
            table["usmca"][where[0][code], where[1][row["industry"]]] = float(row[code])
    return Coverage(partners, industries, imports, duty, table)


def added_duty(
    day: date,
    coverage: Coverage,
    *,
    only: Collection[str] | None = None,
    actions: Sequence[Action] | None = None,
    lists: Sequence[FreeList] | None = None,
) -> Floats:
    """Duty on top of the tariff schedule on a day ``[p, j]``, a fraction of the value of imports.

    Goods under section 232 are taken out of other duties where those say so, whichever authorities are asked for: the
    answer for two authorities together is the sum of the answers for each. Lists of goods that are free and goods
    under section 232 are taken as different goods.

    Args:
        day: the day.
        coverage: imports and shares of lists.
        only: authorities counted; all of them if None.
        actions: the library if None.
        lists: of goods left out; the library's if None.

    Example:
        >>> japan = us_coverage().of("JPN")
        >>> cars = japan.industries.index("C29")
        >>> round(float(added_duty(date(2025, 7, 1), japan)[0, cars]), 3)
        0.25
    """
    chosen = [a for a in (us_actions() if actions is None else actions) if a.computed and a.stands(day)]
    free = [entry for entry in (free_lists() if lists is None else lists) if entry.stands(day)]
    total = np.zeros_like(coverage.imports)
    for row, partner in enumerate(coverage.partners):
        total[row] = _duty_on(coverage.row(row), _prevailing(chosen, partner), free, only)
    return total


def average_added_duty(
    day: date,
    coverage: Coverage,
    *,
    base: date | None = None,
    actions: Sequence[Action] | None = None,
    lists: Sequence[FreeList] | None = None,
) -> dict[str, float]:
    """Average added duty by partner, weighted by imports of 2024, less that of the day `base`; a fraction.

    >>> averages = average_added_duty(date(2025, 11, 14), us_coverage(), base=date(2024, 12, 31))
    >>> 0.12 < averages["JPN"] < 0.16
    True
    """
    duty = added_duty(day, coverage, actions=actions, lists=lists)
    if base is not None:
        duty = duty - added_duty(base, coverage, actions=actions, lists=lists)
    paid, value = (duty * coverage.imports).sum(1), coverage.imports.sum(1)
    return {code: float(paid[n] / value[n]) for n, code in enumerate(coverage.partners)}


def _prevailing(actions: Sequence[Action], partner: str) -> list[Action]:
    """Of each lane the row that holds for a partner: its own over that of all, the later over the earlier."""
    lanes: dict[str, list[Action]] = defaultdict(list)
    for action in actions:
        if action.reaches(partner):
            lanes[action.lane].append(action)
    return [max(rows, key=lambda a: (ANYONE not in a.partners, a.since)) for rows in lanes.values()]


def _duty_on(
    one: Coverage, actions: Sequence[Action], free: Sequence[FreeList], only: Collection[str] | None
) -> Floats:
    """Duty ``[j]`` on one partner from the rows that hold for it."""
    total, left = np.zeros(len(one.industries)), np.ones(len(one.industries))
    for action in actions:
        if action.authority != NATIONAL_SECURITY:
            continue
        share = np.minimum(_within(action, one) * one.shares[action.programme][0], left)
        left = left - share
        if only is None or action.authority in only:
            total += share * _rate(action, one)
    for action in actions:
        if action.authority == NATIONAL_SECURITY or (only is not None and action.authority not in only):
            continue
        share = one.shares[action.programme][0] if action.programme else np.ones_like(left)
        total += _within(action, one) * share * _kept(action, one, free, left) * _rate(action, one)
    return total


def _rate(action: Action, one: Coverage) -> Floats:
    if action.kind == "add":
        return np.full(len(one.industries), action.rate)
    missing: Floats = np.maximum(action.rate - one.duty[0], 0.0)
    return missing


def _within(action: Action, one: Coverage) -> Floats:
    if action.industries is None:
        return np.ones(len(one.industries))
    return np.array([float(code in action.industries) for code in one.industries])


def _kept(action: Action, one: Coverage, free: Sequence[FreeList], left: Floats) -> Floats:
    """Share ``[j]`` of the goods that an action does not leave out."""
    kept = left if "s232" in action.frees else np.ones_like(left)
    freed: Floats = np.zeros_like(left)
    for entry in free:
        if entry.name in action.frees:
            share = one.shares[entry.share][0] if entry.share else np.zeros_like(left)
            whole = np.array([float(code in entry.industries) for code in one.industries])
            freed = np.maximum(freed, np.maximum(share, whole))
    kept = np.maximum(kept - freed, 0.0)
    if "usmca" in action.frees:
        kept = kept * (1 - one.shares["usmca"][0])
    return kept
