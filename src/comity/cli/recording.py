"""What `comity ensemble` keeps by sector and partner: what `comity run` would show, or what was named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity.cli.answer import resolve_regions, resolve_sectors, solve

if TYPE_CHECKING:
    from comity.cli.asked import Asked
    from comity.uncertainty.ensemble import Record


def record_of(asked: Asked, regions: Sequence[str], sectors: Sequence[str], partners: Sequence[str]) -> Record:
    """The regions named, else those in focus; in each the sectors named, else those that move most at the central
    values; balances with the partners named, else with each other. Sectors that are named are kept with their trade.

    Args:
        asked: the question on its world.
        regions, sectors, partners: as people write them.

    Raises:
        UnknownName: no such region or sector. ComityError: no answer at the central values, where these choose.
    """
    from comity.report import focus
    from comity.report.sectors import most_moved
    from comity.uncertainty.ensemble import Record

    codes = resolve_regions(asked, regions)
    wanted, others = resolve_sectors(asked, sectors), resolve_regions(asked, partners)
    if codes and wanted:
        return Record.of(codes, wanted, others)
    outcomes = solve(asked)
    chosen = focus.in_focus(outcomes, codes)
    if wanted:
        return Record.of(chosen, wanted, others)
    moved: Mapping[str, Sequence[str]] = {code: most_moved(outcomes, code) for code in chosen}
    kept = Record.of(chosen, moved, others)
    return Record(kept.sectors, kept.pairs)
