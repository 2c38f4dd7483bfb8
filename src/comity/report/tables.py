"""The tables of a run, from outcomes by variant: pure functions, several variants side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from comity.report.measures import ALWAYS, IF_NOT_ZERO, MEASURES, PRICES_NOTE, Measure
from comity.report.table import Cell, Column, Table
from comity.report.values import Outcomes, label, value, world_of

if TYPE_CHECKING:
    from comity.model.outcome import Outcome

SMALLEST_SHOWN = 5e-3
"""US$ bn: what rounds to nothing is left out of the rows that are shown only where they are not zero."""

INCOME_NOTE = (
    "Real income is final spending (consumption, investment and government, as in the table) at the prices of the "
    "baseline; US$ are those of the world's year."
)
PUBLIC_NOTE = "Added public absorption is valued at zero here, whatever it buys; its amount is shown beside, in detail."
PROVENANCE = ("data", "scenario", "version")


def headline(outcomes: Outcomes, regions: Sequence[str], *, total: bool = True) -> Table:
    """Real income of each region under each variant, in per cent and in US$; the world's sum below.

    Args:
        outcomes: by name of the variant, all of one world.
        regions: codes, in the order to be shown.
        total: whether to add the row for all regions of the world, shown or not.
    """
    world, shown = world_of(outcomes), ("real_income_pct", "equivalent_variation_usd_bn")
    columns = [Column("region")]
    for name in outcomes:
        columns += [Column("real income", "%", 3, name), Column("real income", "US$ bn", 2, name)]
    rows: list[tuple[Cell, ...]] = [
        (label(world, code), *(value(o, m, code) for o in outcomes.values() for m in shown)) for code in regions
    ]
    if total:
        rows.append(("World", *(cell for o in outcomes.values() for cell in _world_sum(o))))
    left = len(world.regions) - len(regions)
    more = (f"{len(regions)} of {len(world.regions)} regions; the world counts all.",) if left else ()
    notes = (INCOME_NOTE, *more, *((PUBLIC_NOTE,) if any(map(_buys_public_goods, outcomes.values())) else ()))
    return Table("Real income", tuple(columns), tuple(rows), notes, (len(regions),) if total else ())


def _buys_public_goods(outcome: Outcome) -> bool:
    """Whether the revenue buys public goods, or the scenario adds some."""
    added = outcome.array("public_absorption_usd_bn")
    return outcome.closures.revenue == "public" or bool((abs(added) >= SMALLEST_SHOWN).any())


def _world_sum(outcome: Outcome) -> tuple[float, float]:
    """Sum of the equivalent variations, in per cent of the world's final spending and in US$ bn."""
    total = float(outcome.array("equivalent_variation_usd_bn").sum())
    return 100 * total / (float(outcome.world.final_spending.sum()) / 1000), total


def detail(outcomes: Outcomes, regions: Sequence[str]) -> Table:
    """Every measure of the regions in focus, one column a variant."""
    world = world_of(outcomes)
    columns = (Column("region"), Column("change"), Column("unit"), *(Column("", "", 3, v) for v in outcomes))
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    digits: list[int] = []
    for code in regions:
        breaks.append(len(rows))
        for place, measure in enumerate(_worth_showing(outcomes, code)):
            cells = (value(o, measure.name, code) for o in outcomes.values())
            rows.append((label(world, code) if not place else "", measure.label, measure.unit, *cells))
            digits.append(measure.digits)
    return Table("In detail", columns, tuple(rows), (PRICES_NOTE,), tuple(breaks[1:]), tuple(digits))


def _worth_showing(outcomes: Outcomes, code: str) -> list[Measure]:
    return [
        measure
        for measure in MEASURES
        if measure.name in ALWAYS
        or (
            measure.name in IF_NOT_ZERO
            and any(abs(value(o, measure.name, code)) >= SMALLEST_SHOWN for o in outcomes.values())
        )
    ]


def bilateral(outcomes: Outcomes, pairs: Sequence[tuple[str, str]]) -> Table:
    """Balances of each region with each partner, goods and all trade: before, and the change under each variant."""
    world, first = world_of(outcomes), next(iter(outcomes.values()))
    columns = [Column("region"), Column("partner"), Column("trade"), Column("before", "US$ bn", 2)]
    columns += [Column("change", "US$ bn", 2, name) for name in outcomes]
    rows: list[tuple[Cell, ...]] = []
    for pair in pairs:
        for kind, level in (("goods", "goods_balance"), ("goods and services", "bilateral_balance")):
            change = [value(o, f"{level}_change_usd_bn", *pair) for o in outcomes.values()]
            before = value(first, f"{level}_usd_bn", *pair) - change[0]
            who = tuple(label(world, code) for code in pair) if kind == "goods" else ("", "")
            rows.append((*who, kind, before, *change))
    return Table("Bilateral balances", tuple(columns), tuple(rows), ("Exports less imports, at border values.",))


def pairs_of(regions: Iterable[str]) -> list[tuple[str, str]]:
    """Each pair of regions once, in the order given."""
    return list(combinations(regions, 2))


def certificates(outcomes: Outcomes) -> Table:
    """What proves each variant to be an equilibrium."""
    from comity.model.certificate import ERROR  # brings JAX, which this module does not need to wait for

    columns = tuple(
        map(Column, ("variant", "certified", "largest residual", "error estimate", "tolerance", "iterations"))
    )
    rows = tuple(
        (name, c.passed, _small(c.max_residual), _small(c.error_estimate), _small(c.tolerance), str(c.iterations))
        for name, c in ((name, o.certificate) for name, o in outcomes.items())
    )
    hashes = next(iter(outcomes.values())).certificate.hashes
    sources = ", ".join(f"{name} {str(hashes[name])[:12]}" for name in PROVENANCE if name in hashes)
    asked = f"Relative residuals of every equilibrium condition, within the tolerance; error within {_small(ERROR)}"
    return Table("Certificate", columns, rows, (f"{asked}; {sources}.",))


def _small(value: float) -> str:
    return f"{value:.1e}"
