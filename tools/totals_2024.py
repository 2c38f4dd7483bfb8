"""Totals of 2024 for the embedded update, from the sources that DATA.md names; what is estimated says so.

Tables keep their own concepts (income at basic prices, trade without re-exports), so published totals enter as growth
from 2022 to 2024, never as levels. Of US imports the Census gives the shares of partners within an industry; the
industry's total is the table's own, grown.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xlrd

from comity.world import Total, World
from comity.world.classification import lookup_key, read_table, region_aliases

ROOT = Path(__file__).resolve().parents[1]
USA, EU, ROW = "USA", "EU27", "ROW"
GDP_SOURCE = "CIA World Factbook, GDP 2024 at official exchange rates, over World Bank WDI 2022 (release of 2025-03-24)"
BOP_SOURCE = "CIA World Factbook, balance of payments, exports and imports of goods and services"
CENSUS = "US Census Bureau, imports for consumption 2024"
UNNAMED = {"OTHER", "D"}  # HS 98-99, and electricity, which is no good here
Growth = dict[str, tuple[float, str]]  # by region: 1 + growth from 2022 to 2024, and where it is from


@dataclass(frozen=True)
class Totals:
    """Totals and sentences that say how they came about."""

    totals: tuple[Total, ...]
    notes: tuple[str, ...]


def totals_2024(data: Path, world: World) -> Totals:
    """Income, exports and imports of every region, and imports of the United States by partner and industry."""
    book = factbook(data)
    gdp, about_gdp = gdp_growth(book, wdi(data), world.regions)
    totals = [Total("gdp", code, growth=rate - 1, source=source) for code, (rate, source) in gdp.items()]
    exports, imports = (trade_growth(book, side, world.regions) for side in ("Exports", "Imports"))
    totals += [Total("exports", code, growth=rate - 1, source=source) for code, (rate, source) in exports.items()]
    totals += [Total("imports", code, growth=rate - 1, source=source) for code, (rate, source) in imports.items()]
    incomes = {code: rate for code, (rate, _) in gdp.items()}
    cells, about_us = us_imports(data, world, imports[USA][0], incomes)
    return Totals((*totals, *cells), (about_gdp, about_trade(exports, imports), about_us))


def factbook(data: Path) -> pd.DataFrame:
    """One row an economy; the Palestinian territories, given as two with the same totals, once."""
    table = pd.read_csv(data / "world/sources/cia_factbook_bop/factbook_bop_2021_2024.csv")
    return table[table["iso3"].notna()].drop_duplicates("iso3").set_index("iso3")


def wdi(data: Path) -> Mapping[str, Mapping[int, float]]:
    """GDP in current US$ million by economy and year."""
    book = xlrd.open_workbook(data / "world/sources/baci2023_bilateral_totals/GDP_wdi_raw.xls").sheet_by_index(0)
    head = book.row_values(3)
    years = {int(year): place for place, year in enumerate(head) if str(year).isdigit()}
    rows = (book.row_values(number) for number in range(4, book.nrows))
    return {row[1]: {year: row[k] / 1e6 for year, k in years.items() if row[k] != ""} for row in rows}


def gdp_growth(
    book: pd.DataFrame, past: Mapping[str, Mapping[int, float]], regions: tuple[str, ...]
) -> tuple[Growth, str]:
    """Growth of nominal GDP in US$, 2022 to 2024."""
    known = {
        code: (float(row["GDP_oer"]), past[code][2022])
        for code, row in book.iterrows()
        if row["GDP_oer_year"] == 2024 and 2022 in past.get(str(code), {})
    }
    found: Growth = {c: (known[c][0] / known[c][1], GDP_SOURCE) for c in regions if c in known}
    with (ROOT / "tools/gdp_growth_added.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code, start = row["economy"], int(row["from"])
            before = past[code][start] / past[code][2022] if start > 2022 else 1.0
            basis = row["basis"] + (f"; {start} over 2022: WDI" if start > 2022 else "")
            found[code] = before * float(row["growth"]), basis
    rest = np.array([known[c] for c in known if c not in regions])
    text = f"estimate: {len(rest)} economies of the rest of the world together ({GDP_SOURCE})"
    found[ROW] = float(rest[:, 0].sum() / rest[:, 1].sum()), text
    assert set(found) == set(regions)
    note = (
        f"Income 2024: the growth of GDP in US$ from 2022 for {sum(c in known for c in regions)} economies; Korea's "
        f"and Taiwan's is second-hand from public pages; the rest of the world grows as {len(rest)} of its economies "
        "do. The two years are of different releases, so a revision between them counts as growth (as Saudi Arabia's "
        "rebased accounts), and factor income is taken to grow as GDP does."
    )
    return {code: found[code] for code in regions}, note


def trade_growth(book: pd.DataFrame, side: str, regions: tuple[str, ...]) -> Growth:
    """Growth of exports or imports of goods and services, 2022 to 2024; gaps are filled by a rule that is named."""
    table = book[[f"{side}_{year}" for year in (2022, 2023, 2024)]].set_axis([2022, 2023, 2024], axis=1)
    whole = table[table.notna().all(axis=1) & table.index.isin(regions)].sum()
    found: Growth = {}
    for code in regions:
        row = table.loc[code] if code in table.index else pd.Series(np.nan, [2022, 2023, 2024])
        if row[[2022, 2024]].notna().all():
            found[code] = float(row[2024] / row[2022]), BOP_SOURCE
        elif row[[2022, 2023]].notna().all():
            text = f"estimate: own growth to 2023, then that of the economies with all years ({BOP_SOURCE})"
            found[code] = float(row[2023] / row[2022] * whole[2024] / whole[2023]), text
        elif code != ROW:
            found[code] = float(whole[2024] / whole[2022]), f"estimate: as the economies with all years ({BOP_SOURCE})"
    others = table[table[[2022, 2024]].notna().all(axis=1) & ~table.index.isin(regions)].sum()
    text = f"estimate: the economies outside the table with both years ({BOP_SOURCE})"
    found[ROW] = float(others[2024] / others[2022]), text
    return {code: found[code] for code in regions}


def about_trade(exports: Growth, imports: Growth) -> str:
    """The sentence; both sides have the same gaps."""
    own = [code for code, (_, source) in exports.items() if "own growth" in source]
    guessed = [code for code, (_, source) in exports.items() if "estimate" in source and code not in own]
    for sides in ((own, "own growth"), (guessed, "estimate: ")):
        assert all(sides[1] in imports[code][1] for code in sides[0])
    return (
        f"Exports and imports 2024: the growth of {len(exports) - len(own) - len(guessed)} economies' balances of "
        f"payments from 2022; estimated for {len(own)} that report to 2023 only ({', '.join(own)}: since then as the "
        f"reporting economies together) and for {', '.join(guessed)} (as those that report)."
    )


def us_imports(data: Path, world: World, growth: float, incomes: Mapping[str, float]) -> tuple[list[Total], str]:
    """US imports by partner and industry where the Census has them so, by partner elsewhere.

    Customs values count margins that the table counts as services, and more of them in clothing than in cars. So the
    Census gives each partner's share of an industry, and the industry's total is the table's, grown as all US imports.
    Partners without industries have their customs value times the average factor; members of the EU share the EU's sum.
    A cell above all that the table's industry makes, grown with the region's income (re-exports, another
    classification), has weight one: it gives way.
    """
    folder = data / "policy/us_imports_2024_icio"
    cells, partners = by_industry(folder), by_partner(folder)
    states = {row["member"] for row in read_table("customs_unions.csv") if row["union"] == "EU" and not row["end"]}
    factor, average = factors(world, cells, states, growth)
    value = {(code, k): factor[k] * v for (code, k), v in cells.items()}
    european = sum(v for (code, _), v in value.items() if code == EU) / sum(partners[code] for code in sorted(states))
    apart = {code for code, _ in cells}
    whole = {code: v * (european if code in states else average) for code, v in partners.items() if code not in apart}
    table = {code: world.total_flows[:, world.regions.index(USA), n] for n, code in enumerate(world.regions)}
    place = {code: k for k, code in enumerate(world.sectors)}
    empty = {(code, k): v for (code, k), v in value.items() if code != EU and not table[code][place[k]]}
    made = {code: row * incomes[code] for code, row in zip(world.regions, world.gross_output, strict=True)}
    beyond = {(code, k): v for (code, k), v in value.items() if code != EU and v > made[code][place[k]]}
    found = [
        Total("imports", USA, code, k, usd_mn=v, source=CENSUS, weight=1.0 if (code, k) in beyond else math.inf)
        for (code, k), v in sorted(value.items())
        if (code, k) not in empty
    ]
    goods = "|".join(factor)
    found += [Total("imports", USA, code, goods, usd_mn=v, source=CENSUS) for code, v in sorted(whole.items())]
    unlisted = sum(table[code][place[k]] for code in sorted(apart - {EU}) for k in factor if (code, k) not in cells)
    beyond = {key: v for key, v in beyond.items() if key not in empty}
    least, most = min(factor.values()), max(factor.values())
    without, above = sum(empty.values()), sum(beyond.values())
    names = ", ".join(f"{code} {k}" for code, k in sorted(beyond))
    note = (
        f"US imports of goods 2024: the Census (imports for consumption) gives the shares of {len(apart) - 1} partners "
        f"and the EU in each industry and the totals of {len(whole)} more partners, {len(whole.keys() & states)} of "
        "them in the EU. Customs values count margins that the table counts as services: an industry's total is the "
        f"table's, grown as all US imports were (customs values x {least:.2f} to {most:.2f}, on average {average:.2f})."
        f" Not imposed: HS chapters 98 and 99, {len(empty)} cells empty in the table (US$ {without:,.0f} million), "
        f"cells without a row in the Census (US$ {unlisted:,.0f} million in 2022). {len(beyond)} cells above all that "
        f"the table's industry makes (US$ {above:,.0f} million: {names}) give way."
    )
    return found, note


def factors(
    world: World, cells: Mapping[tuple[str, str], float], states: set[str], growth: float
) -> tuple[dict[str, float], float]:
    """The table's value over the customs value by industry, over the partners in `cells`, and on average."""
    listed = [n for n, code in enumerate(world.regions) if code in states or any(code == c for c, _ in cells)]
    table = world.total_flows[:, world.regions.index(USA)][:, listed].sum(1) * growth
    customs = {k: sum(v for (_, other), v in cells.items() if other == k) for k in world.sectors}
    found = {k: float(table[j] / customs[k]) for j, k in enumerate(world.sectors) if customs[k]}
    return found, sum(found[k] * customs[k] for k in found) / sum(customs.values())


def by_industry(folder: Path) -> dict[tuple[str, str], float]:
    """Customs value by partner of the table (EU members as one) and industry, US$ million."""
    table = pd.read_csv(folder / "us_imports_2024_by_partner_icio_programme_coverage.csv", dtype={"CTY_CODE": str})
    table = table[~table["icio"].isin(UNNAMED) & (table["imports"] > 0) & (table["CTY_NAME"] != "SLOVAKIA")]
    found = {}
    for name, industry, value in zip(table["CTY_NAME"], table["icio"], table["imports"], strict=True):
        code = EU if name == "EUROPEAN UNION" else economy(name)
        if code != ROW:
            found[code, str(industry)] = float(value) / 1e6
    return found


def by_partner(folder: Path) -> dict[str, float]:
    """Customs value by region of the table, chapters 98 and 99 left out, US$ million."""
    table = pd.read_csv(folder / "us_imports_2024_by_country_hs2.csv", dtype={"HS2": str})
    table = table[~table["HS2"].isin(["98", "99"]) & (table["CTY_NAME"] != "EUROPEAN UNION")]
    values = table.groupby(table["CTY_NAME"].map(economy))["2024_imports"].sum()
    return {str(code): float(value) / 1e6 for code, value in values.items()}


def economy(name: str) -> str:
    """The region of the table that an economy of the Census is in."""
    codes = region_aliases().get(lookup_key(name), frozenset())
    apart = {row["code"] for row in read_table("regions.csv") if row["in_world_2022"] == "yes"}
    return next(iter(codes)) if len(codes) == 1 and codes <= apart else ROW
