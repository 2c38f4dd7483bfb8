"""Build src/comity/policy/data/groupings.csv: who belongs to which grouping, from when to when, and how that is known.

    python tools/build_groupings.py [FOLDER]      # of the policy source data; default ../shared/data/policy

Trade agreements come from the WTO's list of regional trade agreements (members and dates as notified). The other
groupings come from the hand-coded list of the source data, of which only rows with the status "member" are kept, and
from tools/groupings_added.csv (G20 and OECD, from public pages). `verified` says what each row was checked against.
"""

from __future__ import annotations

import csv
import sys
import warnings
from datetime import datetime
from pathlib import Path

import openpyxl

from comity.world.classification import lookup_key, region_aliases

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "comity" / "policy" / "data" / "groupings.csv"
WTO_FILE = "trade_agreements/WTO_RTA_AllRTAs_2026-02-01.xlsx"
WTO = "WTO list of regional trade agreements, 2026-02-01"
AGREEMENTS = {
    "EU": 120,
    "EFTA": 152,
    "CPTPP": 640,
    "USMCA": 1087,
    "MERCOSUR": 130,
    "Pacific Alliance": 889,
    "GCC": 17,
    "EAEU": 909,
}
AFTA = 1170
UK_LEFT = "2020-01-31"
RENAMED = {"Five_Eyes": "Five Eyes", "US_bilateral_treaty_ally": "US treaty allies in Asia and the Pacific"}
CHECKED = {
    "NATO": "ATOP 5.1 to 2018; MKD, FIN, SWE recalled",
    "RCEP": "roster: DESTA v2.3; dates recalled",
    "US treaty allies in Asia and the Pacific": "ATOP 5.1",
    "BRICS": "roster on news pages of 2024 and 2025",
}
OUTSIDE = {"Liechtenstein": "LIE"}
EXACT = {
    ("BRICS", "2024"): "2024-01-01",
}
COLUMNS = ("group", "iso3", "status", "from", "to", "basis", "verified")
Row = dict[str, str]


def main(folder: Path, target: Path = TARGET) -> None:
    """Write the table."""
    agreements = read_wto(folder / WTO_FILE)
    rows = [row for name, number in AGREEMENTS.items() for row in members(name, agreements[number])]
    rows += recalled(folder / "groupings" / "groupings_2024_26.csv", roster(agreements[AFTA]["Current signatories"]))
    with (ROOT / "tools" / "groupings_added.csv").open(encoding="utf-8") as file:
        rows += list(csv.DictReader(file))
    rows.sort(key=lambda row: (row["group"].casefold(), row["from"], row["iso3"]))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{target.name}: {len(rows)} rows, {len({row['group'] for row in rows})} groupings")


def read_wto(path: Path) -> dict[int, dict[str, str]]:
    """Rows of the WTO's list by identifier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(path, read_only=True).active
    rows = sheet.iter_rows(values_only=True)
    head = next(rows)
    return {int(row[0]): dict(zip(head, row, strict=True)) for row in rows if row[0]}


def members(name: str, agreement: dict[str, str]) -> list[Row]:
    """One row a signatory, present or past, with its dates."""
    start = str(agreement["Date of Entry into Force (G)"])[:10]
    dates = dict.fromkeys(roster(agreement["Current signatories"]), (start, ""))
    for item in filter(None, (agreement["Specific Entry/Exit dates"] or "").split(";")):
        country, _, period = item.strip().removesuffix(")").rpartition("(")
        first, _, last = period.partition(" - ") if " - " in period else period.partition("- ")
        dates[iso3(country)] = (day(first) or start, day(last))
    if name == "EU":
        dates["GBR"] = (dates["GBR"][0], UK_LEFT)
    basis = f"{agreement['RTA Name'].strip()}, WTO agreement {agreement['RTA ID']}: dates of entry into force by party"
    note = "; left on 31 January 2020, in the customs union until 31 December 2020 (the WTO's date)"
    return [
        dict(zip(COLUMNS, (name, code, "member", first, last, basis + note * (code == "GBR" and name == "EU"), WTO),
                 strict=True))
        for code, (first, last) in dates.items()
    ]  # fmt: skip


def day(text: str) -> str:
    """A date as 2020-01-31, or nothing."""
    return f"{datetime.strptime(text.strip(' -'), '%d-%b-%Y'):%Y-%m-%d}" if text.strip(" -") else ""


def roster(text: str) -> list[str]:
    """ISO3 codes of a list of signatories."""
    return [iso3(name) for name in text.split(";") if name.strip()]


def iso3(name: str) -> str:
    """Code of a country as the WTO writes it."""
    plain = name.split(",")[0].strip()
    (code,) = region_aliases().get(lookup_key(plain)) or {OUTSIDE[plain]}
    return code


def recalled(path: Path, afta: list[str]) -> list[Row]:
    """Members in the hand-coded list of the groupings that the WTO does not cover."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            group = RENAMED.get(row["group"], row["group"])
            if row["status"] != "member" or group in AGREEMENTS:
                continue
            basis = row["basis"].replace("coder-recalled public record (not in stored text); verify before citing",
                                         "public record, recalled")  # fmt: skip
            verified = CHECKED.get(group, "recalled")
            if group == "ASEAN":
                verified = "roster: " + WTO + "; dates recalled" if row["iso3"] in afta else "recalled"
            first = EXACT.get((group, row["date"]), row["date"])
            rows.append(dict(zip(COLUMNS, (group, row["iso3"], "member", first, "", basis, verified), strict=True)))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "policy")
