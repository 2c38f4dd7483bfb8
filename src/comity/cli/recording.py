"""What `comity ensemble` keeps beside regional measures: what `comity run` would show, or what was named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.answer import persons_of, resolve_regions, resolve_sectors, solve

if TYPE_CHECKING:
    from comity.cli.asked import Asked
    from comity.model.outcome import Outcome
    from comity.uncertainty.ensemble import Record

MOST_FLOWS = 8
"""Changed tariffs of an explained region that are kept, as many as `comity run --explain` lists."""


def record_of(
    asked: Asked,
    regions: Sequence[str],
    sectors: Sequence[str],
    partners: Sequence[str],
    explain: Sequence[str] = (),
    employment: Path | None = None,
) -> Record:
    """The regions named, else those in focus; in each the sectors named, else those that move most at the central
    values; balances with the partners named, else with each other. Sectors that are named are kept with their trade.
    What added public absorption buys is kept by supplier.

    Args:
        asked: the question on its world.
        regions, sectors, partners: as people write them.
        explain: regions whose real income is split, with the tariffs that they levy or face, the burden of transfers of
            whoever pays or gets one, and who bears purchase commitments.
        employment: a table of persons whose jobs are followed.

    Raises:
        UnknownName: no such region or sector. DataError: a table of employment that does not fit.
        ComityError: no answer at the central values, where these choose.
    """
    from comity.report import focus
    from comity.report.sectors import most_moved
    from comity.uncertainty.ensemble import Record

    codes = resolve_regions(asked, regions)
    wanted, others = resolve_sectors(asked, sectors), resolve_regions(asked, partners)
    explained = resolve_regions(asked, explain)
    employed = Record().employing(_persons(asked, employment)) if employment is not None else Record()
    if codes and wanted and not explained:
        return employed.joined(Record.of(codes, wanted, others))
    outcomes = solve(asked)
    chosen = focus.in_focus(outcomes, codes)
    moved: Mapping[str, Sequence[str]] = {code: most_moved(outcomes, code) for code in chosen}
    kept = Record.of(chosen, wanted or moved, others)
    if not wanted:
        kept = Record(kept.sectors, kept.pairs)
    return employed.joined(kept, _purchases(outcomes), _explaining(explained, outcomes))


def _persons(asked: Asked, table: Path) -> dict[tuple[str, str], float]:
    """Thousand persons by region and sector, of every variant's world."""
    from comity.model.places import require_work

    found: dict[tuple[str, str], float] = {}
    by_name = persons_of(asked, table)
    for setting in asked.scenario.settings(asked.world):
        world, persons = setting.world, by_name[setting.name]
        require_work(world, persons)
        for n, region in enumerate(world.regions):
            found |= {(region, s): float(persons[n, k]) for k, s in enumerate(world.sectors) if persons[n, k] > 0}
    return found


def _purchases(outcomes: Mapping[str, Outcome]) -> Record:
    """What added public absorption buys from whom."""
    from comity.report.burdens import buyers, suppliers
    from comity.uncertainty.ensemble import Record

    return Record(pairs=tuple((buyer, code) for buyer in buyers(outcomes) for code in suppliers(outcomes, buyer)))


def _explaining(regions: Sequence[str], outcomes: Mapping[str, Outcome]) -> Record:
    """Where the real income of regions comes from, the flows whose tariffs they levy or face, and who bears transfers
    and purchase commitments."""
    from comity.model.explanation import incidence
    from comity.report.took import bearers_of
    from comity.uncertainty.ensemble import Record

    if not regions:
        return Record()
    every = list(outcomes.values())
    rows = (row for o in every for code in regions for row in incidence(o, o.region(code), MOST_FLOWS))
    flows = tuple(dict.fromkeys((row.sector, row.importer, row.exporter) for row in rows))
    codes = {name: code for o in every for name, code in zip(o.world.sector_names, o.world.sectors, strict=True)}
    paying = [c for n, c in enumerate(every[0].world.regions) if any(o.shock.transfer[n] != 0 for o in every)]
    trade = tuple((codes[sector], importer, exporter) for sector, importer, exporter in flows)
    bought = [p for o in every for p in o.bought]
    rules = dict.fromkeys((p.rule,) for p in bought)
    bearers = dict.fromkeys((p.rule, code) for p in bought for code in bearers_of(p))
    kept = Record(trade=trade, commitments=tuple(rules), bearers=tuple(bearers))
    return kept.explaining(regions, [o.world for o in every], paying)
