"""Build src/comity/policy/data/controlled_products.csv: controlled products as shares of the industries that make them.

    python tools/build_controlled_products.py [--data ../shared/data/policy] [--out src/comity/policy/data]

Three kinds of rows, told apart by `basis`:

    published figure over the table   a figure of tools/controlled_products.csv over the exports (or the output) of the
                                      industry in the embedded world of 2022
    computed                          rare earths and critical minerals: exports in BACI over those of the industry;
                                      chip-making equipment: share in US imports of machinery, 2024
    assumption                        the share that tools/controlled_products.csv states, for want of a figure
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from comity.world import World, load_world
from comity.world.classification import lookup_key, region_aliases

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("product", "aliases", "sector", "exporter", "share", "year", "basis", "source")
YEAR = 2022
SMALLEST = 0.002
"""Exporters with a smaller share have none of their own."""
BACI = "exports to all in BACI (CEPII, release 202401b) over exports of the industry in the table of 2022"
RARE = {"C20": "280530 284610 284690"}
MINERALS = {
    "B07": "260200 260400 260600 260800 260900 261000 261100 261400 261510 261710",
    "C20": "280450 280480 280530 282200 282520 282530 283691 284610 284690",
    "C24B": "711011 711019 711021 711029 711031 711039 760110 810110 810310 810510 810600 811211",
}
MINED = (
    (
        "rare earths",
        "rare earth compounds|rare-earth elements",
        RARE,
        "rare-earth metals and compounds (HS 280530, 2846)",
    ),
    (
        "critical minerals",
        "processed critical minerals",
        MINERALS,
        "ores, compounds and metals of the 2022 list of the US Geological Survey that are apart in HS 1992; gallium, "
        "germanium, graphite and ferro-alloys are not in it",
    ),
)
EQUIPMENT = (
    "share in US imports of machinery of 2024 (Census Bureau) of the goods freed by the memorandum of 2025-04-11: chip-"
    "making equipment (HS 8486), with flat-panel modules (8524)"
)
LARGE = 1e9
"""US imports of machinery below which the mix of one partner says little, US$."""
NOT_FROM_US = ("USA", "NLD")
"""Exporters of chip-making equipment with a row of their own in the stated table."""


def exports(world: World, sector: str) -> dict[str, float]:
    """Exports of an industry by economy, US$ million."""
    flow = world.total_flows[world.sectors.index(sector)]
    return dict(zip(world.regions, (flow.sum(0) - np.diag(flow)).tolist(), strict=True))


def stated(world: World, path: Path) -> Iterator[dict[str, object]]:
    """Rows from published figures and assumptions."""
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        share = float(row["share"] or 0)
        if row["usd_bn"]:
            place = world.regions.index(row["exporter"]), world.sectors.index(row["sector"])
            whole = exports(world, row["sector"])[row["exporter"]]
            share = 1000 * float(row["usd_bn"]) / (whole if row["of"] == "exports" else world.gross_output[place])
        yield {**row, "share": share}


def mined(world: World, folder: Path) -> Iterator[dict[str, object]]:
    """Rows from BACI."""
    flows = pd.read_csv(folder / "baci_hs92_critical_minerals_2018_.csv.gz")
    codes = pd.read_csv(folder / "country_codes.csv").set_index("country_code")["country_iso3"]
    flows = flows[flows["t"] == YEAR].assign(
        iso=lambda f: f["i"].map(codes), code=lambda f: f["k"].astype(str).str.zfill(6)
    )
    for product, aliases, sectors, what in MINED:
        for sector, hs in sectors.items():
            chosen = flows[flows["code"].isin(hs.split())]
            value = chosen.groupby("iso")["v"].sum() / 1000
            whole = exports(world, sector)
            common = {"product": product, "aliases": aliases, "sector": sector, "year": YEAR, "basis": "computed"}
            common["source"] = f"{what}; {BACI}"
            for iso in world.regions:
                share = float(value.get(iso, 0.0)) / whole[iso] if whole[iso] > 0 and iso != "ROW" else 0.0
                if share >= SMALLEST:
                    yield {**common, "exporter": iso, "share": min(share, 1.0)}
            yield {**common, "exporter": "*", "share": float(value.sum()) / sum(whole.values())}


def equipment(world: World, path: Path) -> Iterator[dict[str, object]]:
    """Rows from US imports: partners, the EU, and the mean of all."""
    table = pd.read_csv(path, dtype={"CTY_CODE": str})
    table = table[table["icio"] == "C28"]
    common = {"product": "chip-making equipment", "aliases": "", "sector": "C28", "year": 2024, "basis": "computed"}
    common["source"] = EQUIPMENT
    inside = {"SLOVAKIA"}  # the source has it beside the EU aggregate that holds it
    table = table[~table["CTY_NAME"].isin(inside)]
    for _, row in table.iterrows():
        found = region_aliases().get(lookup_key({"KOREA, SOUTH": "South Korea"}.get(row["CTY_NAME"], row["CTY_NAME"])))
        code = "EU" if row["CTY_NAME"] == "EUROPEAN UNION" else next(iter(found)) if found else ""
        share = float(row["share_electronics_exempt_apr11"])
        counts = share >= SMALLEST and row["imports"] >= LARGE
        if code and code not in NOT_FROM_US and counts and (code == "EU" or code in world.regions):
            yield {**common, "exporter": code, "share": share}
    mean = np.average(table["share_electronics_exempt_apr11"], weights=table["imports"])
    yield {**common, "exporter": "*", "share": float(mean)}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "policy")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "comity" / "policy" / "data")
    args = parser.parse_args()
    world = load_world("2022")
    coverage = args.data / "us_imports_2024_icio" / "us_imports_2024_by_partner_icio_programme_coverage.csv"
    rows = [
        *stated(world, ROOT / "tools" / "controlled_products.csv"),
        *equipment(world, coverage),
        *mined(world, args.data / "critical_minerals_baci"),
    ]
    order = list(dict.fromkeys(row["product"] for row in rows))
    rows.sort(
        key=lambda row: (order.index(row["product"]), str(row["sector"]), row["exporter"] == "*", str(row["exporter"]))
    )
    target = args.out / "controlled_products.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "share": f"{float(str(row['share'])):.4f}"})
    print(f"{target.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
