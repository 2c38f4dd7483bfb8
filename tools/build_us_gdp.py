"""Build src/comity/policy/data/us_gdp.csv: US GDP in current dollars, by which amounts of other years are scaled.

    python tools/build_us_gdp.py [FILE]     # the World Bank's workbook; needs xlrd (pip install xlrd)

To 2019: World Development Indicators. From 2020: quarters at annual rates of the Bureau of Economic Analysis
(tools/us_gdp_quarters.csv), whose mean is the year; taken from a public copy of FRED's series GDP of 2026-09-05, not
from FRED itself (other public copies agree on 2024 Q3 to 2025 Q4 but for the last estimate). Both are BEA figures, of
different vintages: at the seam (2020) they differ by 0.1%.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import xlrd

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "comity" / "policy" / "data" / "us_gdp.csv"
WORKBOOK = ROOT.parent / "shared" / "data" / "world" / "sources" / "baci2023_bilateral_totals" / "GDP_wdi_raw.xls"
FIRST, SEAM = 1990, 2020
WDI = (
    "World Bank, World Development Indicators NY.GDP.MKTP.CD (figures of the US Bureau of Economic Analysis), "
    "release of 2025-03-24"
)
BEA = (
    "US Bureau of Economic Analysis, gross domestic product in current dollars, mean of the four quarters at annual "
    "rates (a public copy of FRED series GDP of 2026-09-05)"
)


def main(workbook: Path, target: Path = TARGET) -> None:
    """Write the table."""
    sheet = xlrd.open_workbook(workbook).sheet_by_index(0)
    head = sheet.row_values(3)
    usa = next(row for number in range(4, sheet.nrows) if "USA" in (row := sheet.row_values(number)))
    rows = [(year, round(usa[head.index(str(year))] / 1e9, 3), WDI) for year in range(FIRST, SEAM)]
    rows += [(year, round(value, 3), BEA) for year, value in years().items()]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("year", "usd_bn", "source"), *rows])
    print(f"{target.name}: {len(rows)} years")


def years() -> dict[int, float]:
    """Mean of the four quarters of each year."""
    quarters: dict[int, list[float]] = {}
    with (ROOT / "tools" / "us_gdp_quarters.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            quarters.setdefault(int(row["quarter"][:4]), []).append(float(row["usd_bn"]))
    return {year: sum(values) / 4 for year, values in quarters.items() if len(values) == 4}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WORKBOOK)
