"""Build the tables behind `apply: us-tariffs` in src/comity/policy/data (see DATA.md).

    python tools/build_us_tariffs.py [--data ../shared/data/policy] [--out src/comity/policy/data] [--tests tests/data]

    us_tariff_coverage.csv       US imports 2024 by partner and industry, duty, and the share of value on each list
    us_tariff_country_rates.csv  country rates of April (EO 14257, Annex I) and August 2025 (EO 14326)
    us_tariff_usmca.csv          share of Canadian and Mexican goods that enter under the USMCA, by industry
    us_tariff_series.csv         published average added duty by partner and day, which only the tests read

The actions (us_tariff_actions.csv) and what frees goods of them (us_tariff_lists.csv) are written by hand in the same
folder, from the timeline and the parameters of the sources, with the basis of every date.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import yaml

from comity.world.classification import lookup_key, region_aliases

ROOT = Path(__file__).resolve().parents[1]
LISTS = {
    "share_auto": "autos",
    "share_steel_alu_2025": "metals",
    "share_copper": "copper",
    "share_metals_IA_2026": "metals 1a",
    "share_metals_IB_2026": "metals 1b",
    "share_metals_III_2026": "metals 3",
    "share_ieepa_annexII_exempt": "annex II",
    "share_ieepa_ag_exempt_nov14": "annex II of November",
    "share_electronics_exempt_apr11": "electronics",
    "share_s122_exempt": "section 122 annex",
    "s301_rate_if_china": "section 301 rate",
}
IN_EU_TOO = "SLOVAKIA"  # the source has it beside the EU aggregate that holds it
BIG = 12e9
"""Partners with at least these imports in 2024 (US$) are in the table of the tests."""

# GTAP sectors of an industry; sectors of one industry have equal or close shares, and their plain mean is taken
GTAP = {
    "A01": "pdr wht gro v_f osd c_b pfb ocr ctl oap rmk wol",
    "A02": "frs",
    "A03": "fsh",
    "B05": "coa",
    "B06": "oil gas",
    "B07": "oxt",
    "B08": "oxt",
    "C10T12": "cmt omt vol mil pcr sgr ofd b_t",
    "C13T15": "tex wap lea",
    "C16": "lum",
    "C17_18": "ppp",
    "C19": "p_c",
    "C20": "chm",
    "C21": "bph",
    "C22": "rpp",
    "C23": "nmm",
    "C24A": "i_s",
    "C24B": "nfm",
    "C25": "fmp",
    "C26": "ele",
    "C27": "eeq",
    "C28": "ome",
    "C29": "mvh",
    "C301": "otn",
    "C302T309": "otn",
    "C31T33": "omf",
    "D": "ely",
}


def iso3(name: str) -> str | None:
    """ISO3 code of a name in the sources; the EU by its aggregate; None for places without a code in Comity."""
    if name.upper() == "EUROPEAN UNION":
        return "EU"
    codes = region_aliases().get(lookup_key(name.replace("`", "'")), ())
    return next(iter(codes)) if len(codes) == 1 else None


def coverage(data: Path) -> pd.DataFrame:
    """Imports (US$ million), duty over value (%) and shares of lists, by partner and industry."""
    table = pd.read_csv(data / "us_imports_2024_icio/us_imports_2024_by_partner_icio_programme_coverage.csv")
    table = table[table["CTY_NAME"] != IN_EU_TOO]
    print(f"rows without imports, left out: {(table['imports'] <= 0).sum()}")
    table = table[table["imports"] > 0]
    out = pd.DataFrame({"partner": table["CTY_NAME"].map(iso3), "industry": table["icio"]})
    out["imports_usd_mn"] = (table["imports"] / 1e6).map("{:.3f}".format)
    out["duty_pct"] = (100 * table["duty"] / table["imports"]).map("{:.4f}".format)
    table = without_raw_iron(table)
    for column, name in LISTS.items():
        out[name] = table[column].map("{:.4g}".format)
    if out["partner"].isna().any():
        raise SystemExit(f"no code for {sorted(set(table.loc[out['partner'].isna(), 'CTY_NAME']))}")
    return out.sort_values(["partner", "industry"])


def without_raw_iron(table: pd.DataFrame) -> pd.DataFrame:
    """The list of 2025 as the source has it holds chapter 72 whole, with pig iron, ferro-alloys and scrap.

    Those were never under section 232 (Trinidad and Tobago's iron, all direct reduced, paid nothing in 2024).
    In the industry of iron and steel the share on Annex I-A of 2026, which has none of them, is taken where smaller.
    """
    steel = table["icio"] == "C24A"
    list_2025, annex = table["share_steel_alu_2025"], table["share_metals_IA_2026"]
    smaller = list_2025.where(~steel | (list_2025 <= annex), annex)
    out = (table["imports"] * (list_2025 - smaller)).sum()
    rows = (smaller < list_2025).sum()
    print(f"pig iron, ferro-alloys and scrap taken off the list of 2025: {rows} rows, US$ {out / 1e9:.1f} bn")
    return table.assign(share_steel_alu_2025=smaller)


def country_rates(lists: Path) -> list[tuple[object, ...]]:
    """(list, partner, rate in %) of the two lists of country rates; places without a code are left out by name."""
    april = pd.read_csv(lists / "reciprocal-tariffs-annex-I.csv")[["CTY_NAME", "tariff_rate"]]
    april = april[~april["CTY_NAME"].isin(["China", "Canada", "Mexico"])]  # their rates are actions of their own
    august = pd.read_csv(lists / "clean-august-7-tariffs.csv")
    rows = [("april", *row) for row in april.itertuples(index=False)]
    rows += [("august", *row) for row in august.itertuples(index=False)]
    found = [(name, iso3(str(place)), float(rate)) for name, place, rate in rows]
    left = sorted({str(place) for (_, place, _), (_, code, _) in zip(rows, found, strict=True) if code is None})
    print(f"country rates of places without a code in Comity, left out: {', '.join(left)}")
    return sorted(row for row in found if row[1] is not None)


def usmca(folder: Path) -> list[tuple[object, ...]]:
    table = pd.read_csv(folder / "yale_usmca_shares.csv").set_index("gtap_code")
    return [(code, *table.loc[sectors.split()].mean().round(4)) for code, sectors in GTAP.items()]


def series(folder: Path) -> list[tuple[object, ...]]:
    table = pd.read_csv(folder / "tradewartracker_country-by-time.csv")
    table = table[table["total imports"] >= BIG]
    return [
        (iso3(str(row.country_name)), row.date, f"{row[3]:.2f}")  # added duty, %
        for row in table.itertuples()
    ]


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def check_parameters(folder: Path) -> None:
    """The exemptions and rates that the hand-written actions repeat are those of the source.

    Raises:
        SystemExit: the source has changed.
    """
    text = (folder / "yale_policy_params.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    wanted = {
        "section 122": (found["section_122"]["rate"], 0.10),
        "end of section 122": (str(found["section_122"]["expiry_date"]), "2026-07-23"),
        "annex 1a": (found["section_232_annexes"]["annexes"]["annex_1a"]["rate"], 0.5),
        "annex 1b": (found["section_232_annexes"]["annexes"]["annex_1b"]["rate"], 0.25),
        "floor": (found["floor_rates"]["floor_rate"], 0.15),
    }
    wrong = {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}
    if wrong:
        raise SystemExit(f"parameters of the source differ from the actions: {wrong}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/policy")
    parser.add_argument("--out", type=Path, default=ROOT / "src/comity/policy/data")
    parser.add_argument("--tests", type=Path, default=ROOT / "tests/data")
    args = parser.parse_args()
    folder = args.data / "us_tariffs_2018_2026"
    check_parameters(folder)
    args.tests.mkdir(exist_ok=True)
    coverage(args.data).to_csv(args.out / "us_tariff_coverage.csv", index=False, lineterminator="\n")
    rates = country_rates(folder / "lists")
    write(args.out / "us_tariff_country_rates.csv", ("list", "partner", "rate_pct"), rates)
    write(args.out / "us_tariff_usmca.csv", ("industry", "CAN", "MEX"), usmca(folder))
    write(args.tests / "us_tariff_series.csv", ("partner", "day", "added_pct"), series(folder))


if __name__ == "__main__":
    main()
