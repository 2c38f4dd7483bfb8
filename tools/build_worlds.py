"""Build the embedded worlds in src/comity/world/datasets from the source tables (see DATA.md).

    python tools/build_worlds.py [--data ../shared/data] [--out src/comity/world/datasets] [2022] [2019] [2024]

Equal sources give equal bytes. Repairs are named, counted and in US$ in the history of each world: `comity world NAME`.
2024 is an update of the 2022 world in the same folder (the embedded one if it is not there).
Run tools/build_elasticities.py and tools/build_tariffs.py first when their sources changed.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from totals_2024 import totals_2024

from comity.world import Step, World, from_table, load_world
from comity.world.classification import region_names, sector_names
from comity.world.elasticities import DEFAULT_SET, elasticity_set
from comity.world.tariffs import BaselineTariffs, baseline_tariffs, sum_tariffs
from comity.world.updating import update

ROOT = Path(__file__).resolve().parents[1]


def labels(regions: list[str], sectors: list[str]) -> dict[str, object]:
    return {
        "regions": regions,
        "sectors": sectors,
        "region_names": [region_names()[code] for code in regions],
        "sector_names": [sector_names()[code] for code in sectors],
        "elasticities": elasticity_set(DEFAULT_SET, sectors, [[code] for code in sectors]),
    }


def build_2022(data: Path) -> World:
    """OECD ICIO, 2025 edition, 2022: 80 economies and the rest of the world, 50 industries."""
    table = np.load(data / "world/icio2022_81x50_full.npz")
    regions, sectors = [str(c) for c in table["countries"]], [str(c) for c in table["sectors"]]
    tariffs = with_revenue(baseline_tariffs(2022, regions, sectors), border_values(table), regions)
    return from_table(
        inputs=table["Z"],
        final=table["F"],
        value_added=table["VA"],
        net_taxes=table["TLS"],
        tariff=tariffs.rate,
        tariff_known=tariffs.known,
        name="2022",
        year=2022,
        source="OECD (2025), OECD Inter-Country Input-Output Tables, 2025 edition, reference year 2022, http://oe.cd/icio",
        estimated=(
            "The destinations of final sales are estimated (each producer's total, and all intermediate trade among "
            "the 80 economies, are published): scaled iteratively to exact totals from 2019 final/intermediate ratios, "
            "BACI 2023 goods totals, US imports by partner 2024 and balance-of-payments totals 2022.",
            "Trade of the rest of the world with itself is estimated, and so are its sources by industry.",
            "Value added and net taxes are published for 20 groups of economies by industry; their split inside a "
            "group is estimated.",
            *tariffs.notes,
        ),
        history=(
            Step("read", "intermediate and final flows, value added, net taxes on products; US$ million, basic prices"),
            *tariffs.history,
        ),
        # single-precision source: rows and columns agree to 0.4 US$ million
        tolerance=1e-5,
        rounding=1e-3,
        single=True,
        **labels(regions, sectors),  # type: ignore[arg-type]
    )


def build_2019(data: Path) -> World:
    """OECD ICIO, 2023 edition, 2019: 19 economies and the rest of the world, 20 ISIC sections, complete."""
    folder = data / "world/icio2019_20x20"
    file = np.load(folder / "icio_oecd2023_2019_isic_g20.npz")
    regions, sectors = [str(c) for c in file["country_codes"]], [str(c) for c in file["sector_codes"]]
    inputs, final, value_added, net_taxes, final_taxes = decode_2019(file)
    flows = np.einsum("ijn->jni", inputs.sum(3) + final.sum(3))
    tariffs = with_revenue(tariffs_2019(data, regions, sectors), flows, regions)
    left_out = Step(
        "taxes on final use left out",
        "taxes less subsidies on products in final use are paid and received inside each country; final use is kept at "
        "basic prices plus baseline tariffs",
        int(np.count_nonzero(final_taxes)),
        float(np.abs(final_taxes).sum()),
    )
    return from_table(
        inputs=inputs,
        final=final,
        value_added=value_added,
        net_taxes=net_taxes,
        tariff=tariffs.rate,
        tariff_known=tariffs.known,
        name="2019",
        year=2019,
        source="OECD (2023), OECD Inter-Country Input-Output Tables, 2023 edition, reference year 2019, http://oe.cd/icio",
        estimated=tariffs.notes,
        history=(
            Step("read", "intermediate and final flows, value added, net taxes on products; US$ million, basic prices"),
            left_out,
            *tariffs.history,
        ),
        **labels(regions, sectors),  # type: ignore[arg-type]
    )


def build_2024(data: Path, folder: Path) -> World:
    """The 2022 world brought to totals of 2024: an update, not a table."""
    built = folder / "world_2022.npz"
    base = load_world(built if built.is_file() else "2022")
    regions, sectors = list(base.regions), list(base.sectors)
    tariffs = with_revenue(baseline_tariffs(2024, regions, sectors), base.total_flows, regions)
    found = totals_2024(data, base)
    replaced = baseline_tariffs(2022, regions, sectors).notes
    told = (*found.notes, UNUSED, *(note for note in base.estimated if note not in replaced), *tariffs.notes)
    retaxed = base.with_tariffs(
        tariffs.rate, known=tariffs.known, detail="duties of 2024 on the trade of 2022, before it is brought to 2024"
    )
    later = update(
        replace(retaxed, estimated=told, history=(*retaxed.history, *tariffs.history)),
        found.totals,
        year=2024,
        name="2024",
        single=True,
    )
    print(later.report)
    assert later.report.furthest < 1e-6
    return later.world


UNUSED = (
    "Bilateral trade of 2024 other than US imports is not in the data: it follows from the old table, incomes, and "
    "totals of exports and imports. BACI's bilateral goods totals are of 2023, in another concept (with re-exports), "
    "have no 2022 beside them to grow from, and are in the table of 2022 already."
)


def border_values(table: np.lib.npyio.NpzFile) -> np.ndarray:
    """Flows ``[j, n, i]`` over both uses."""
    return np.einsum("ijn->jni", table["Z"].sum(3, dtype=np.float64) + table["F"])


def tariffs_2019(data: Path, regions: list[str], sections: list[str]) -> BaselineTariffs:
    """Duties at the end of 2019 by industry and economy, averaged with the trade of the 2022 table."""
    table = np.load(data / "world/icio2022_81x50_full.npz")
    codes, industries = [str(c) for c in table["countries"]], [str(c) for c in table["sectors"]]
    apart = [[codes.index(code)] for code in regions if code != "ROW"]
    rest = [place for place, code in enumerate(codes) if code not in regions or code == "ROW"]
    groups = [[place for place, code in enumerate(industries) if code[0] == section] for section in sections]
    assert regions[-1] == "ROW"
    return sum_tariffs(baseline_tariffs(2019, codes, industries), border_values(table), [*apart, rest], groups)


def with_revenue(tariffs: BaselineTariffs, flows: np.ndarray, regions: list[str]) -> BaselineTariffs:
    """Add a line of history: revenue in US$ billion by importer."""
    by_importer = np.einsum("jni,jni->n", tariffs.rate, flows)
    order = np.argsort(-by_importer)
    text = ", ".join(f"{regions[n]} {by_importer[n] / 1e3:.1f}" for n in order if by_importer[n] > 500)
    step = Step(
        "baseline tariff revenue",
        f"US$ billion by importer (those above 0.5): {text}",
        int((tariffs.rate > 0).sum()),
        float(by_importer.sum()),
    )
    return replace(tariffs, history=(*tariffs.history, step))


def decode_2019(file: np.lib.npyio.NpzFile) -> tuple[np.ndarray, ...]:
    """Split the 403 x 460 array and prove the split by identities and by the totals that the file states.

    Rows: 20 x 20 producers (country, section), then net taxes, labour and capital income. Columns: 20 x 20 users, then
    20 x 3 final uses (country, use).
    """
    data, stated = file["data"], json.loads(str(file["metadata_json"]))["totals"]
    n, k, u = len(file["country_codes"]), len(file["sector_codes"]), len(file["fd_codes"])
    made = n * k
    assert data.shape == (made + 3, made + n * u)
    inputs = data[:made, :made].reshape(n, k, n, k)
    final = data[:made, made:].reshape(n, k, n, u)
    net_taxes, labour, capital = (data[made + row, :made].reshape(n, k) for row in range(3))
    final_taxes = data[made, made:].reshape(n, u)
    sales, cost = inputs.sum((2, 3)) + final.sum((2, 3)), inputs.sum((0, 1)) + net_taxes + labour + capital
    assert np.abs(sales - cost).max() < 1e-7, "sales of every producer are its cost"
    assert abs(sales.sum() - stated["world_gross_output"]) < 1e-4
    assert abs((labour + capital).sum() - stated["world_value_added"]) < 1e-4
    assert abs(net_taxes.sum() - stated["world_net_taxes_intermediate"]) < 1e-4
    assert np.allclose(labour, 2 * capital, rtol=1e-9, atol=1e-9), "the file's own 2/3 : 1/3 split of value added"
    assert not data[made + 1 :, made:].any(), "final uses earn no value added"
    home = np.einsum("iknu,in->n", final, np.eye(n)) / final.sum((0, 1, 3))
    assert home.min() > 0.7, "most final use is of domestic products: the columns are ordered by country"
    return inputs, final, labour + capital, net_taxes, final_taxes


def prove(world: World) -> None:
    """Every identity to 1e-12, and what a reader wants to see."""
    for check in world.check():
        assert check.largest < 1e-12, str(check)
    print(repr(world))
    for step in world.history:
        print("  ", step)
    revenue = sorted(zip(world.tariff_revenue, world.regions, strict=True), reverse=True)[:8]
    print("   tariff revenue, US$ bn:", ", ".join(f"{name} {value / 1e3:.1f}" for value, name in revenue))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worlds", nargs="*", default=["2022", "2019", "2024"])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--out", type=Path, default=ROOT / "src/comity/world/datasets")
    args = parser.parse_args()
    for name in args.worlds:
        builders = {"2022": build_2022, "2019": build_2019, "2024": partial(build_2024, folder=args.out)}
        world = builders[name](args.data)
        prove(world)
        world.save(args.out / f"world_{name}.npz")
    for path in sorted(args.out.glob("world_*.npz")):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
