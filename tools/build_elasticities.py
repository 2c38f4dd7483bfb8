"""Build src/comity/world/datasets/elasticities.csv from the published estimates (see DATA.md).

    python tools/build_elasticities.py [--data ../shared/data] [--out src/comity/world/datasets/elasticities.csv]

One row a set and industry. docs/decisions/trade-elasticities.md derives theta from each source and states how gaps
are filled.
"""

from __future__ import annotations

import argparse
import csv
import io
import statistics
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/comity/world/datasets/elasticities.csv"
COLUMNS = ("set", "industry", "theta", "theta_se", "scale", "scale_se", "origin", "se_origin", "trade_usd_mn")


@dataclass
class Row:
    theta: float | None = None
    se: float | None = None
    scale: float = 0.0
    scale_se: float | None = None
    origin: str = "published"
    se_origin: str = "published"


def number(text: str) -> float | None:
    return float(text) if text else None


def from_fgo(row: dict[str, str]) -> Row:
    """The authors publish epsilon = 1 + beta; beta is the coefficient of duty-exclusive values on ln(1 + tariff)."""
    value = number(row["protee_eps_all"])
    return Row() if value is None else Row(theta=-value)


CP_OTHER = 3.98
"""Caliendo and Parro's "Other" (99% sample), as in the authors' run. The table read gives it 8.22, their mean, which
stands for autos, other transport and services only."""


def from_cp(row: dict[str, str]) -> Row:
    other = row["cp2015_sector"] == "Other"
    return Row(theta=CP_OTHER if other else number(row["cp2015_theta"]))


def from_ll(row: dict[str, str]) -> Row:
    return Row(theta=number(row["ll2023_sigma_minus_1"]), se=number(row["ll2023_se"]))


SETS = {
    "fontagne-guimbard-orefice-2022": from_fgo,
    "caliendo-parro-2015": from_cp,
    "lashkaripour-lugovskyy-2023": from_ll,
}


def services(row: dict[str, str]) -> Row:
    sigma = number(row["ahmad_schreiber_2024_services_sigma"])
    return Row() if sigma is None else Row(theta=sigma - 1, origin="ahmad-schreiber-2024")


def fill(rows: dict[str, Row], trade: dict[str, float]) -> None:
    """Industries without an estimate take the trade-weighted mean of their ISIC section, else of goods or services."""
    known = {code: row.theta for code, row in rows.items() if row.theta is not None}
    for code, row in rows.items():
        if row.theta is not None:
            continue
        peers = [c for c in known if c[0] == code[0]]
        name = f"mean of section {code[0]}"
        if not peers:
            goods = code[0] in "ABC"
            peers, name = [c for c in known if (c[0] in "ABC") == goods], f"mean of {'goods' if goods else 'services'}"
        weight = sum(trade[c] for c in peers)
        row.theta, row.origin = sum(trade[c] * known[c] for c in peers) / weight, name


def international_trade(path: Path) -> dict[str, float]:
    """Imports of the world by industry, both uses, US$ million."""
    table = np.load(path)
    by_pair = table["Z"].sum(3, dtype=np.float64) + table["F"]
    total = by_pair.sum((0, 2)) - np.einsum("isi->s", by_pair)
    return {str(code): float(value) for code, value in zip(table["sectors"], total, strict=True)}


def factor_shares(path: Path) -> dict[str, float]:
    """Value added over gross output of the world by industry."""
    table = np.load(path)
    added, output = (table[key].sum(0, dtype=np.float64) for key in ("VA", "GO"))
    return {str(code): float(v) for code, v in zip(table["sectors"], added / output, strict=True)}


def scale_elasticity(row: dict[str, str], factors: float) -> float:
    """The source's exponent of output in cost is mu / (1 + mu); here mu works on the factor share of cost only."""
    mu = number(row["ll2023_scale_mu"])
    return 0.0 if mu is None else mu * factors / (1 + mu * factors)


def scale_error(row: dict[str, str], factors: float) -> float | None:
    """The standard error of `scale_elasticity` by the delta method, from the published one of mu."""
    mu, error = number(row["ll2023_scale_mu"]), number(row["ll2023_scale_se"])
    return None if mu is None or error is None else error * factors / (1 + mu * factors) ** 2


def build(data: Path) -> str:
    with (data / "trade_elasticities/trade_elasticities_icio2025.csv").open(encoding="utf-8") as file:
        source = list(csv.DictReader(file))
    trade = international_trade(data / "world/icio2022_81x50_full.npz")
    factors = factor_shares(data / "world/icio2022_81x50_full.npz")
    published = {
        r["ll2023_industry"]: (float(r["ll2023_se"]), float(r["ll2023_sigma_minus_1"]))
        for r in source
        if r["ll2023_se"]
    }
    relative = round(statistics.median(se / theta for se, theta in published.values()), 2)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, convert in SETS.items():
        rows = {r["icio"]: convert(r) for r in source}
        for r in source:
            if rows[r["icio"]].theta is None:
                rows[r["icio"]] = services(r)
            if convert is from_ll:
                rows[r["icio"]].scale = scale_elasticity(r, factors[r["icio"]])
                rows[r["icio"]].scale_se = scale_error(r, factors[r["icio"]])
        fill(rows, trade)
        for code, row in rows.items():
            assert row.theta is not None, (name, code)
            assert row.theta > 0, (name, code)
            if row.se is None:
                row.se, row.se_origin = relative * row.theta, f"assumed {relative} of theta"
            values = (
                f"{row.theta:.6g}",
                f"{row.se:.6g}",
                f"{row.scale:.6g}",
                "" if row.scale_se is None else f"{row.scale_se:.6g}",
            )
            writer.writerow((name, code, *values, row.origin, row.se_origin, f"{trade[code]:.3f}"))
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    part = args.out.with_suffix(".part")
    part.write_text(build(args.data), encoding="utf-8")
    part.replace(args.out)
    print(f"wrote {args.out}")


if __name__ == "__main__":
    main()
