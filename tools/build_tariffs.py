"""Build the tables behind the baseline tariffs in src/comity/world/datasets (see DATA.md).

    python tools/build_tariffs.py [--data ../shared/data] [--out src/comity/world/datasets]

    us_duty_2024.csv   calculated duty over customs value of US imports for consumption, by partner and industry
    mfn_duty.csv       statutory MFN duty of five importers by industry, 2019, 2022 and 2024
    preferences.csv    agreements notified to the WTO between one of the five importers and an economy of the 2022
                       world, in force today or at the date of a baseline

The mapping of product categories to industries (mtn_industries.csv), the customs unions (customs_unions.csv) and what
is known of exceptions (preference_rules.csv) are written by hand in the same folder.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pandas as pd

from comity.world.classification import lookup_key, read_table, region_aliases

ROOT = Path(__file__).resolve().parents[1]
REPORTERS = {"China": "CHN", "European Union": "EU", "India": "IND", "Japan": "JPN", "United States of America": "USA"}
YEARS = (2019, 2022, 2024)
UNNAMED = {"OTHER", "D"}  # HS 98-99 and electricity: no duty schedule by industry


def us_duty(folder: Path) -> list[tuple[object, ...]]:
    """Duty over value. The EU aggregate stands for its members; twelve small partners together stand for ROW."""
    table = pd.read_csv(folder / "us_imports_2024_by_partner_icio_programme_coverage.csv", dtype={"CTY_CODE": str})
    apart = {row["code"] for row in read_table("regions.csv") if row["in_world_2022"] == "yes"}
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in table.itertuples():
        if row.icio in UNNAMED or row.CTY_NAME == "SLOVAKIA":  # already in the EU aggregate
            continue
        code = "EU" if row.CTY_NAME == "EUROPEAN UNION" else partner(str(row.CTY_NAME))
        entry = sums[code if code in apart | {"EU"} else "ROW", str(row.icio)]
        entry[0] += float(row.imports)
        entry[1] += float(row.duty)
    return [
        (code, industry, f"{100 * duty / value:.4f}", f"{value / 1e6:.3f}")
        for (code, industry), (value, duty) in sorted(sums.items())
        if value > 0
    ]


def partner(name: str) -> str:
    codes = region_aliases()[lookup_key(name)]
    (code,) = codes
    return code


def mfn_duty(data: Path, mapping: Path) -> list[tuple[object, ...]]:
    """Trade-weighted averages of statutory MFN duties; categories are weighted by US imports of their HS chapters."""
    table = pd.read_csv(data / "wto_mfn_5economies/wto_mfn_simple_avg_22cat_2010_2024.csv")
    chapters = pd.read_csv(data / "us_imports_2024_icio/us_imports_2024_by_country_hs2.csv", dtype={"HS2": str})
    members = {name for name, code in eu_names().items() if code}
    value = chapters[~chapters["CTY_NAME"].isin(members)].groupby("HS2")["2024_imports"].sum()
    with mapping.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sharing: dict[str, int] = defaultdict(int)
    for row in rows:
        for chapter in row["hs_chapters"].split("|"):
            sharing[chapter] += 1
    out: list[tuple[object, ...]] = []
    for reporter, importer in REPORTERS.items():
        for year in YEARS:
            cells = table[(table["reporter_name"] == reporter) & (table["year"] == year)].set_index("product_code")
            for industry in dict.fromkeys(row["industry"] for row in rows):
                parts = [
                    (
                        sum(value[c] / sharing[c] for c in row["hs_chapters"].split("|")),
                        float(cells.at[row["mtn_category"], "trade_weighted"]),
                        float(cells.at[row["mtn_category"], "simple_average"]),
                    )
                    for row in rows
                    if row["industry"] == industry
                ]
                total = sum(weight for weight, _, _ in parts)
                weighted, simple = (sum(p[0] * p[k] for p in parts) / total for k in (1, 2))
                out.append((importer, year, industry, f"{weighted:.4f}", f"{simple:.4f}"))
    return out


def eu_names() -> dict[str, bool]:
    """Census names of the EU's members, which the table of chapters lists beside the EU itself."""
    members = {row["member"] for row in read_table("customs_unions.csv") if row["union"] == "EU" and not row["end"]}
    names = {word.upper() for word, codes in region_aliases().items() if codes <= members}
    return dict.fromkeys(names, True)


def preferences(path: Path) -> list[tuple[object, ...]]:
    """Agreements in goods, in force today or at a baseline: importer (five, the EU as one), partner, agreement.

    An agreement that ended since a baseline has no current signatories in the source; its original ones stand.
    """
    table = pd.read_excel(path, sheet_name="AllRTAs")
    table = table[table["Type"].fillna("").str.contains("FTA|CU") & table["Date of Entry into Force (G)"].notna()]
    table = table[table["Accession?"] != "Yes"]
    ended_since = table["Inactive Date"] > pd.Timestamp(min(YEARS), 12, 31)
    lapsed = table["Current signatories"].isna() & ended_since
    table["members"] = table["Current signatories"].where(~lapsed, table["Original signatories"])
    table = table[table["members"].notna()]
    rosters = {name.split(" (")[0]: members for name, members in table[["RTA Name", "members"]].values}
    apart = [row["code"] for row in read_table("regions.csv") if row["in_world_2022"] == "yes"]
    states = [row for row in read_table("customs_unions.csv") if row["union"] == "EU"]
    unions = {row["member"] for row in states if not row["end"]}
    importers = {"CHN", "IND", "JPN", "USA", "EU"}
    out: list[tuple[object, ...]] = []
    for row in table.reset_index().to_dict("records"):
        members = codes(row["members"], rosters) & (set(apart) | {"EU"})
        if lapsed[row["index"]] and members & unions:  # the EU's early agreements list its states
            members = members - {state["member"] for state in states} | {"EU"}
        joined = own_dates(str(row["Specific Entry/Exit dates"] or ""))
        entry = row["Date of Entry into Force (G)"]
        end = row["Inactive Date"]
        for importer in sorted(members & importers):
            for exporter in sorted(members - {importer} - (unions if importer == "EU" else set())):
                start = max(joined.get(importer, entry), joined.get(exporter, entry), entry)
                if start.year < 9999:
                    out.append((importer, exporter, day(start), day(end), row["RTA Name"].strip(), row["Type"]))
    return sorted(set(out))


def codes(text: str, rosters: dict[str, str]) -> set[str]:
    found: set[str] = set()
    for name in (part.strip() for part in text.split(";")):
        plain = name.split(" (")[0]
        known = region_aliases().get(lookup_key(name.replace(", the State of", "").replace(", Kingdom of", "")))
        if plain in {"European Union", "EU Treaty"}:
            found.add("EU")
        elif known:
            found |= known
        elif rosters.get(plain, text) != text:
            found |= codes(rosters[plain], rosters)
    return found


def own_dates(text: str) -> dict[str, pd.Timestamp]:
    dates: dict[str, pd.Timestamp] = {}
    for name, start in re.findall(r"([^;(]+)\((\d\d-\w{3}-\d{4}) -", text):
        code = region_aliases().get(lookup_key(name))
        if code and not start.endswith("9999"):
            dates |= dict.fromkeys(code, pd.Timestamp(datetime.strptime(start, "%d-%b-%Y")))
    return dates


def day(value: object) -> str:
    return "" if pd.isna(value) else pd.Timestamp(value).strftime("%Y-%m-%d")


def write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
    part.replace(path)
    print(f"wrote {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--out", type=Path, default=ROOT / "src/comity/world/datasets")
    args = parser.parse_args()
    policy = args.data / "policy"
    mapping = ROOT / "src/comity/world/datasets/mtn_industries.csv"
    duty = us_duty(policy / "us_imports_2024_icio")
    write(args.out / "us_duty_2024.csv", "partner,industry,duty_pct,imports_usd_mn", duty)
    write(args.out / "mfn_duty.csv", "importer,year,industry,duty_pct,simple_average_pct", mfn_duty(policy, mapping))
    agreements = preferences(policy / "trade_agreements/WTO_RTA_AllRTAs_2026-02-01.xlsx")
    write(args.out / "preferences.csv", "importer,exporter,start,end,agreement,type", agreements)


if __name__ == "__main__":
    main()
