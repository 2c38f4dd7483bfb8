"""Jobs by sector, from employment that the user brings: how many move, and what they are paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.report.table import Cell, Column, Table
from comity.report.values import Outcomes, label, sector_label, world_of

if TYPE_CHECKING:
    from comity.model.outcome import Outcome

NOTES = (
    "Persons: the user's. Jobs move with the factor input of their sector, as far as a worker brings the same capital "
    "everywhere; there is no unemployment in the model, so what leaves one sector is taken up by others.",
    "Real pay: what a unit of the factor earns, in consumer prices; of all sectors the mean weighted by persons.",
)
Persons = Mapping[str, np.ndarray]
"""By name of the variant, thousand persons ``[n, k]`` of its world; missing where not given."""


def employment_table(outcomes: Outcomes, persons: Persons, regions: Sequence[str], only: Sequence[str] = ()) -> Table:
    """Sectors with persons by region, most jobs lost last, and all of the region together.

    Args:
        outcomes: by name of the variant; the order is that of the first.
        persons: employment of the baseline.
        regions: codes of those shown; one without persons is left out.
        only: codes of sectors, where not all with persons are wanted.
    """
    world = world_of(outcomes)
    columns = [Column("region"), Column("sector"), Column("persons", "thousand", 0)]
    for name in outcomes:
        columns += [Column("jobs", "thousand", 1, name), Column("real pay", "%", 2, name)]
    found = {name: rows(outcome, persons[name]) for name, outcome in outcomes.items()}
    first = next(iter(found.values()))
    lines: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for code in regions:
        shown = [sector for region, sector in first if region == code and (sector in only or not only)]
        shown.sort(key=lambda sector: (not sector, -first[code, sector][1]))
        breaks += [len(lines)] if shown else []
        for place, sector in enumerate(shown):
            cells = [cell for of in found.values() for cell in of.get((code, sector), (None, None, None))[1:]]
            name = sector_label(outcomes, sector) if sector else "all that are given"
            lines.append((label(world, code) if not place else "", name, first[code, sector][0], *cells))
    return Table("Jobs by sector", tuple(columns), tuple(lines), NOTES, tuple(breaks[1:]))


Row = tuple[float, float, float]


def rows(outcome: Outcome, persons: np.ndarray) -> dict[tuple[str, str], Row]:
    """By region and sector thousand persons, their change, and real pay in per cent; under ``""`` all of a region."""
    from comity.model.places import (
        employment_change,
        real_pay,
    )  # imports JAX, for which the cache must be set up before

    changes, pay = employment_change(outcome, persons), 100 * (real_pay(outcome) - 1)
    found: dict[tuple[str, str], Row] = {}
    for n, region in enumerate(outcome.world.regions):
        given = np.flatnonzero(persons[n] > 0)
        for k in given:
            cells = (float(persons[n, k]), float(changes[n, k]), float(pay[n, k]))
            found[region, outcome.world.sectors[k]] = cells
        if given.size:
            weights = persons[n, given]
            mean = float(np.average(pay[n, given], weights=weights))
            found[region, ""] = (float(weights.sum()), float(changes[n, given].sum()), mean)
    return found


def employment_object(outcomes: Outcomes, persons: Persons) -> dict[str, list[dict[str, Any]]]:
    """By variant a row for each region and sector with persons, and one with sector null for all of a region."""
    return {
        name: [
            {"region": region, "sector": sector or None, "thousand_persons": given, "jobs_change_thousand": change,
             "real_pay_pct": pay}
            for (region, sector), (given, change, pay) in rows(outcome, persons[name]).items()
        ]
        for name, outcome in outcomes.items()
    }  # fmt: skip
