"""Caliendo and Parro (2015): what NAFTA's tariff changes did, 1993 to 2005.

L. Caliendo and F. Parro, "Estimates of the Trade and Welfare Effects of NAFTA", Review of Economic Studies 82(1).

Their data are shares and parameters, not an equilibrium: what countries demand differs from what they are recorded to
spend by more than 1% in 724 of 1,240 cells. As the authors do, a baseline is solved first at 1993 tariffs, without
deficits or with those of 1993, and the counterfactual is measured from there.
"""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.errors import DataError
from comity.model.counterfactual import rebase, solve
from comity.model.outcome import Outcome
from comity.model.path import decompose
from comity.model.published import first_order_welfare
from comity.policy.shock import Shock
from comity.replication.files import find, printed
from comity.replication.record import Paper, Replication, Row
from comity.world.elasticities import Elasticities
from comity.world.world import Step, World

Floats = NDArray[np.float64]

NAFTA = ("MEX", "CAN", "USA")
ZERO, DEFICITS = "zero deficits", "1993 deficits"
CLOSURES = {ZERO: "zero_deficit", DEFICITS: "fixed_deficit"}
"""Our settings and their names in the file of reference results."""

REFERENCE_COLUMNS = {
    "real wage": "numpy_realwage_pct",
    "exact welfare": "numpy_welfare_exact_pct",
    "terms of trade as published": "numpy_tot_pct",
    "volume of trade as published": "numpy_vot_pct",
    "welfare as published": "numpy_welfare_cp_firstorder_pct",
}
REFERENCE_TOLERANCE = 1e-6
"""Percentage points within which every country must agree with the reference results."""

CHANNELS = ("terms of trade", "volume")
WHY = (
    "The published welfare is a first-order formula at the baseline with discrete changes put in. It is not the change "
    "in real income of the same equilibrium, which is given as exact welfare: for Mexico 1.31% against 0.0073%."
)

_KEYS = (
    "iso3", "countries", "sectors", "trade_flow", "tariff_1993", "tariff_cfl", "intermediate_use", "final_consumption",
    "value_added", "theta",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Data:
    """The authors' data as a world (not a benchmark equilibrium) and the tariffs of 2005 ``[j, n, i]``."""

    world: World
    tariff_2005: Floats


def read(path: Path) -> Data:
    """The data from an .npz of arrays, in 1993 dollars; trade axes there are importer, exporter, sector.

    Raises:
        DataError: the file is damaged or lacks an array.
    """
    try:
        with path.open("rb") as source, np.load(source, allow_pickle=False) as file:
            a = {key: file[key] for key in _KEYS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} does not hold the NAFTA data: {error}. It must hold the arrays {', '.join(_KEYS)}."
        ) from error
    regions = tuple(map(str, a["iso3"]))
    sectors = tuple(map(str, a["sectors"]))
    theta = np.asarray(a["theta"], float)
    tariff = _by_sector(a["tariff_1993"])
    million = 1e-6
    world = World(
        name="Caliendo-Parro 1993",
        year=1993,
        source="Caliendo and Parro (2015), supplementary data",
        regions=regions,
        sectors=sectors,
        region_names=tuple(map(str, a["countries"])),
        sector_names=sectors,
        flows=_by_sector(a["trade_flow"])[None] * million,
        tariff=tariff,
        export_tax=np.zeros_like(tariff),
        input_use=a["intermediate_use"] * million,
        final_use=a["final_consumption"] * million,
        value_added=a["value_added"] * million,
        elasticities=_elasticities(theta),
        region_members=tuple((code,) for code in regions),
        sector_members=tuple((code,) for code in sectors),
        tariff_known=np.ones(tariff.shape, bool),
        history=(_negative_inputs(a["intermediate_use"] * million),),
    )
    return Data(world, _by_sector(a["tariff_cfl"]))


def _by_sector(trade: Floats) -> Floats:
    """Trade axes from (importer, exporter, sector) to (sector, importer, exporter)."""
    return np.ascontiguousarray(trade.transpose(2, 0, 1))


def _negative_inputs(inputs: Floats) -> Step:
    """What is kept although it has no meaning: one cell (Canada, other manufacturing into basic metals)."""
    negative = inputs < 0
    detail = "inputs below zero are kept as the authors keep them"
    return Step("negative input use", detail, int(negative.sum()), float(-inputs[negative].sum()))


def _elasticities(theta: Floats) -> Elasticities:
    """The elasticities of the run; its data carry no standard errors."""
    zero, no = np.zeros_like(theta), np.zeros(theta.shape, bool)
    return Elasticities(
        name="caliendo-parro-2015-run",
        concept="exponent of relative cost, as in the authors' run (8.22 for autos, other transport and services)",
        theta=theta,
        theta_se=zero,
        scale=zero,
        assumed=no,
        assumed_se=~no,
    )


def counterfactual(data: Data, setting: str) -> Outcome:
    """NAFTA's tariff changes from a solved baseline, without deficits or with those of 1993 in both.

    With deficits these are fixed in the numeraire: world factor income, which the data measure in 1993 dollars.
    """
    base = rebase(data.world, balanced=setting == ZERO)
    return solve(base, replace(Shock.none(base), tariff=data.tariff_2005))


def measures(outcome: Outcome) -> dict[str, Floats]:
    """Percent changes by region, under the names of the rows."""
    world = outcome.world
    first = first_order_welfare(
        world.total_flows, _flows(outcome), world.tariff, np.asarray(outcome.after.p), world.final_spending
    )
    return {
        "real wage": 100 * (np.asarray(outcome.values["real_wage"]) - 1),
        "exact welfare": 100 * (np.asarray(outcome.values["real_income"]) - 1),
        "terms of trade as published": first.terms_of_trade,
        "volume of trade as published": first.volume_of_trade,
        "welfare as published": first.welfare,
    }


def _flows(outcome: Outcome) -> Floats:
    """Counterfactual flows at border values ``[j, n, i]``, US$ million."""
    return np.asarray(np.asarray(outcome.after.flow).sum(0) * outcome.unit)


def import_growth(outcome: Outcome) -> dict[str, float]:
    """Growth of imports at border values in percent, by pair of NAFTA members: ``"MEX from USA"``."""
    before = outcome.world.total_flows.sum(0)
    after = _flows(outcome).sum(0)
    at = {name: n for n, name in enumerate(outcome.world.regions)}
    return {
        f"{n} from {i}": float(100 * (after[at[n], at[i]] / before[at[n], at[i]] - 1))
        for n in NAFTA
        for i in NAFTA
        if n != i
    }


def path_channels(outcome: Outcome) -> dict[str, Floats]:
    """The path decomposition of exact welfare in percentage points ``[n]``, by channel."""
    return {
        name: 100 * part for name, part in decompose(outcome.economy, outcome.policy, outcome.rules).totals().items()
    }


def in_logs(channels: dict[str, Floats]) -> dict[str, Floats]:
    """Channels that add up to 100 (W - 1) turned into log points, which add up to 100 ln W: the unit of the references.

    >>> {k: v.round(4).tolist() for k, v in in_logs({"a": np.array([6.0, 0.0]), "b": np.array([4.0, 0.0])}).items()}
    {'a': [5.7186, 0.0], 'b': [3.8124, 0.0]}
    """
    total = np.asarray(sum(channels.values())) / 100
    scale = np.divide(np.log1p(total), total, out=np.ones_like(total), where=total != 0)
    return {name: part * scale for name, part in channels.items()}


def run(paper: Paper, folder: Path) -> Replication:
    """Re-run the paper: every printed figure, and every country against the reference results if they are there.

    Args:
        paper: its entry in the catalogue.
        folder: where the data are.
    """
    data = read(find(paper, folder, paper.files[0]))
    outcomes = {setting: counterfactual(data, setting) for setting in CLOSURES}
    found = {setting: measures(outcome) for setting, outcome in outcomes.items()}
    regions = data.world.regions
    ours = {
        (setting, quantity, place): float(values[n])
        for setting, table in found.items()
        for quantity, values in table.items()
        for n, place in enumerate(regions)
    }
    ours |= {(ZERO, "imports", pair): growth for pair, growth in import_growth(outcomes[ZERO]).items()}
    channels = path_channels(outcomes[ZERO])
    logs = in_logs(channels)
    ours |= {
        (ZERO, f"path: {name}", place): float(logs[name][n]) for name in CHANNELS for n, place in enumerate(regions)
    }
    compared = tuple(item.beside(ours[item.setting, item.quantity, item.place]) for item in printed(paper.key))
    gaps = tuple(_adds_up(place, n, channels, found[ZERO]) for n, place in enumerate(regions) if place in NAFTA)
    try:
        reference = find(paper, folder, paper.files[1])
    except DataError:
        return Replication(
            paper,
            compared + gaps,
            (WHY, f"{Path(paper.files[1]).name} is not in {folder}: countries were not compared one by one."),
        )
    return Replication(paper, compared + gaps + _against_reference(reference, regions, found), (WHY,))


def _adds_up(place: str, n: int, channels: dict[str, Floats], found: dict[str, Floats]) -> Row:
    """The channels of the path decomposition beside the exact change that they must add up to."""
    exact = float(found["exact welfare"][n])
    total = float(sum(part[n] for part in channels.values()))
    return Row("path: sum of channels", place, ZERO, "our exact welfare", exact, total, "percent", REFERENCE_TOLERANCE)


def _against_reference(path: Path, regions: tuple[str, ...], found: dict[str, dict[str, Floats]]) -> tuple[Row, ...]:
    """Every country under both closures beside the reference results.

    Raises:
        DataError: the file lacks a country, a closure or a column.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = {(line.get("closure"), line.get("iso3")): line for line in csv.DictReader(file)}
    try:
        return tuple(
            Row(
                quantity,
                place,
                setting,
                "reference results",
                float(lines[closure, place][column]),
                float(found[setting][quantity][n]),
                "percent",
                REFERENCE_TOLERANCE,
            )
            for setting, closure in CLOSURES.items()
            for quantity, column in REFERENCE_COLUMNS.items()
            for n, place in enumerate(regions)
        )
    except (KeyError, ValueError) as error:
        raise DataError(f"{path} lacks or garbles {error}: it must hold 31 countries under two closures.") from error
