"""Updates of a world: what people may write, what is refused, and the embedded update to 2024."""

from __future__ import annotations

import math
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from worlds import random_world

from comity import load_world
from comity.errors import ComityError, DataError, UnknownName
from comity.policy import Scenario
from comity.policy.libraries import added_to_world
from comity.policy.nominal import us_gdp
from comity.world import Total, World
from comity.world.classification import read_table
from comity.world.presets import preset_names
from comity.world.tariffs import US_DUTY_YEAR, baseline_tariffs
from comity.world.totals import read_totals
from comity.world.updating import UPDATED


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("2022", "small")


def goods(world: World) -> list[int]:
    return [j for j, members in enumerate(world.sector_members) if members[0][0] in "ABC"]


def test_goods_trade_as_mapping_series_table_and_array(world: World) -> None:
    value = 150_000.0
    table = pd.DataFrame(np.nan, index=["USA", "CHN"], columns=["JPN", "KOR"])
    table.loc["USA", "JPN"] = value
    array = xr.DataArray(
        table.to_numpy().T, dims=("partner", "region"), coords={"partner": ["JPN", "KOR"], "region": ["USA", "CHN"]}
    )
    series = pd.Series([value], pd.MultiIndex.from_tuples([("USA", "JPN")]))
    n, i = world.regions.index("USA"), world.regions.index("JPN")
    hashes = set()
    for given in ({("USA", "JPN"): value}, series, table, array):
        later = world.update(goods_trade=given, year=2024).world
        assert later.total_flows[goods(world), n, i].sum() == pytest.approx(value, rel=1e-9)
        hashes.add(later.hash)
    assert len(hashes) == 1


def test_names_groups_and_growth_of_any_total(world: World, tmp_path: Path) -> None:
    path = tmp_path / "totals.csv"
    path.write_text(
        "total,region,partner,sector,usd_mn,growth_pct,source\n"
        "gdp,Japan,,,,-5,the statistical office\n"
        "imports,United States,Japan,motor vehicles,50000,,customs\n"
        "exports,EU27,*,goods|SERV,,3,\n",
        encoding="utf-8",
    )
    later = world.update(path, year=2024)
    japan, america, europe = (world.regions.index(code) for code in ("JPN", "USA", "EU27"))
    cars = world.sectors.index("C29")
    assert later.world.factor_income[japan] == pytest.approx(0.95 * world.factor_income[japan], rel=1e-9)
    assert later.world.total_flows[cars, america, japan] == pytest.approx(50_000, rel=1e-9)
    chosen = [*goods(world), world.sectors.index("SERV")]
    sold = [
        w.total_flows[chosen][:, :, europe].sum() - w.total_flows[chosen, europe, europe].sum()
        for w in (world, later.world)
    ]
    assert sold[1] == pytest.approx(1.03 * sold[0], rel=1e-9)
    assert later.report.totals[0].source == "customs"
    assert "the statistical office; customs" in later.world.estimated[0]
    assert later.world.name == "2022 updated to 2024"
    assert later.world.year == 2024
    assert any(step.action == UPDATED for step in later.world.history)
    same = world.update(pd.read_csv(path), year=2024)
    assert same.world.hash == later.world.hash


def test_an_update_keeps_the_presets_and_is_saved(tmp_path: Path) -> None:
    later = load_world("2019").update(gdp_growth={"JPN": -0.1}, year=2024).world
    path = later.save(tmp_path / "later.npz")
    assert World.load(path).hash == later.hash
    assert len(load_world(path, "small").regions) == 6


def test_a_total_of_zero_empties(world: World) -> None:
    later = world.update([Total("imports", "USA", "CHN", "C26", usd_mn=0.0)]).world
    place = world.sectors.index("C26"), world.regions.index("USA"), world.regions.index("CHN")
    assert world.total_flows[place] > 0 == later.total_flows[place]
    assert later.is_benchmark


TWICE = [Total("imports", "USA", "JPN", usd_mn=1.0), Total("exports", "JPN", "USA", usd_mn=2.0)]
REFUSED = [
    ({"gdp": {"JPN": -1.0}}, DataError, "gdp of JPN is -1.0 US"),
    ({"gdp": {"JPN": 0.0}}, DataError, "must earn something"),
    ({"gdp": {"JPN": math.nan}}, DataError, "JPN is missing"),
    ({"gdp": {"JPN": "many"}}, DataError, "no number"),
    ({"gdp_growth": {"JPN": -1.0}}, DataError, "above -1"),
    ({"gdp": {"JAP": 4e6}}, UnknownName, "JPN"),
    ({"exports": {"JPN": -5.0}}, DataError, "zero or more"),
    ({"goods_trade": {"USA": 5.0}}, DataError, "2 labels"),
    ({"imports_by_industry": {("USA", "JPN", "cras"): 5.0}}, UnknownName, "cras"),
    ({"gdp": {"JPN": 4e6, "Japan": 4e6}}, DataError, "has its income in gdp of JPN already"),
    ({"totals": TWICE}, DataError, "same trade"),
    (
        {"exports": {"JPN": 1e4}, "goods_trade": {("USA", "JPN"): 1e5}},
        DataError,
        "million aimed at, .* reached",
    ),
    (
        {"goods_trade": {("USA", "JPN"): 1e5}, "imports_by_industry": {("USA", "JPN", "C29"): 2e5}},
        DataError,
        "cannot hold together",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kind", "words"), REFUSED)
def test_impossible_totals_are_one_clear_error(world: World, given, kind, words) -> None:
    with pytest.raises(kind, match=words):
        world.update(**given)


def test_trade_that_is_not_there_is_refused() -> None:
    world = random_world(1, 4, zeros=True)
    none = np.argwhere((world.total_flows == 0) & ~np.eye(4, dtype=bool))
    j, n, i = none[0]
    with pytest.raises(DataError, match="has no such trade"):
        world.update([Total("imports", world.regions[n], world.regions[i], world.sectors[j], usd_mn=1.0)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("region,usd_mn\nJPN,4\n", "lacks the column 'total'"),
        ("total,region,usd\ngdp,JPN,4\n", "'usd' that has no meaning"),
        ("total,region,usd_mn\ngpd,JPN,4\n", "line 2: there is no total 'gpd'"),
        ("total,region,usd_mn\ngdp,JPN,\n", "neither a value nor a growth rate"),
        ("total,region,usd_mn,growth_pct\ngdp,JPN,4,1\n", "both a value and a growth rate"),
        ("total,region,usd_mn\ngdp,JPN,4 bn\n", "line 2: usd_mn is '4 bn'"),
        ("total,region,usd_mn\ngdp,,4\n", "line 2: region is empty"),
        ("total,region,usd_mn,weight\nexports,JPN,4,0\n", "weight 0.0"),
        ("total,region,usd_mn,weight\ngdp,JPN,4,1\n", "and exact"),
        ("total,region,usd_mn\ngdp,JPN,4,5\n", "line 2: 4 cells under 3 columns"),
        ("total,region,usd_mn,wieght\ngdp,JPN,4,1\n", "'wieght' that has no meaning .is it 'weight'"),
        ("total,region,usd_mn,usd_mn\ngdp,JPN,4,5\n", "has twice the column 'usd_mn'"),
        ("total,region,usd_mn\n", "no rows below its header"),
    ],
)
def test_a_faulty_table_names_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "totals.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_totals(path)


def test_a_missing_table_and_a_world_out_of_balance_are_refused(world: World) -> None:
    with pytest.raises(ComityError, match="cannot read the table of totals"):
        world.update("nowhere.csv")
    loose = World.from_flows(
        flows=np.ones((1, 2, 2)), input_use=np.ones((2, 1, 1)), final_use=2 * np.ones((2, 1)),
        value_added=np.ones((2, 1)), elasticities=5, regions=["A", "B"], sectors=["S"], benchmark=False,
    )  # fmt: skip
    with pytest.raises(DataError, match="no benchmark"):
        loose.update(gdp_growth={"A": 0.1})


def test_the_report_says_what_moved(world: World) -> None:
    report = world.update(gdp_growth={"USA": 0.1}, goods_trade={("USA", "JPN"): 200_000.0}, year=2024).report
    total = report.totals[0]
    assert (total.asked, total.aimed) == (200_000.0, 200_000.0)
    assert total.before < total.reached == pytest.approx(200_000, rel=1e-9)
    assert {f.exporter for f in report.largest} & {"JPN", "USA"}
    trade = report.parts[0]
    assert trade.part == "trade between regions"
    assert trade.moved >= total.reached - total.before
    assert "trade between regions" in str(report)


# --- the embedded update to 2024 ---------------------------------------------------------------------------------


def test_2024_says_that_it_is_an_update() -> None:
    world = load_world("2024", "us-japan")
    assert world.year == 2024
    assert world.estimated[0].startswith(
        "World 2024 is an UPDATE of world 2022 to totals of 2024, not a published table"
    )
    assert any(step.action == UPDATED for step in world.history)
    assert world.source.startswith("an update by Comity of world 2022")
    dates = [s.detail for s in world.history if s.action == "baseline tariff date"]
    assert f"United States: calendar year {US_DUTY_YEAR}; other importers with data: 2024-12-31" in dates[-1]


def test_2024_has_the_same_empty_cells_as_2022() -> None:
    old, new = load_world("2022"), load_world("2024")
    assert (new.regions, new.sectors) == (old.regions, old.sectors)
    assert np.array_equal(new.gross_output > 0, old.gross_output > 0)
    assert not new.total_flows[old.total_flows == 0].any()


def test_2024_reaches_the_shares_of_the_census(shared_data: Path) -> None:
    """Within an industry, US imports from two partners are in the proportion of their customs values."""
    world = load_world("2024")
    table = pd.read_csv(
        shared_data / "policy/us_imports_2024_icio/us_imports_2024_by_partner_icio_programme_coverage.csv"
    )
    value = table.set_index(["CTY_NAME", "icio"])["imports"]
    america = world.total_flows[:, world.regions.index("USA")]
    groups = load_world("2024", "us-japan")
    members = groups.region_members[groups.regions.index("EU27")]
    europe = [world.regions.index(code) for code in members]
    for industry in ("C29", "C26", "C21", "C28", "A01"):
        j = world.sectors.index(industry)
        japan = america[j, world.regions.index("JPN")] / value["JAPAN", industry]
        for code, name in (("CHN", "CHINA"), ("MEX", "MEXICO"), ("KOR", "KOREA, SOUTH"), ("TWN", "TAIWAN")):
            other = america[j, world.regions.index(code)] / value[name, industry]
            assert other == pytest.approx(japan, rel=1e-6)
        assert america[j, europe].sum() / value["EUROPEAN UNION", industry] == pytest.approx(japan, rel=1e-6)


def test_2024_grows_as_published(shared_data: Path) -> None:
    old, new = load_world("2022"), load_world("2024")
    book = pd.read_csv(shared_data / "world/sources/cia_factbook_bop/factbook_bop_2021_2024.csv").drop_duplicates(
        "iso3"
    )
    book = book.set_index("iso3")
    trade = [w.total_flows.sum(0) * ~np.eye(81, dtype=bool) for w in (old, new)]
    factor = set()
    for code in ("USA", "CHN", "JPN", "DEU", "KOR", "MEX"):
        n = old.regions.index(code)
        row = book.loc[code]
        exports, imports = (trade[1].sum(axis)[n] / trade[0].sum(axis)[n] for axis in (0, 1))
        factor.add(
            (
                round(exports / (row.Exports_2024 / row.Exports_2022), 6),
                round(imports / (row.Imports_2024 / row.Imports_2022), 6),
            )
        )
    assert len(factor) == 1, "one factor for all exports, one for all imports"
    ((out, into),) = factor
    assert out == pytest.approx(1 / into, rel=1e-5)
    assert abs(math.log(out)) < 0.01


@pytest.mark.long
def test_a_full_update_takes_seconds() -> None:
    world = load_world("2022")
    start = time.perf_counter()
    later = world.update(gdp_growth={"USA": 0.1, "JPN": -0.1}, goods_trade={("USA", "JPN"): 150_000.0}, year=2024)
    assert time.perf_counter() - start < 30
    assert later.report.furthest < 1e-9


def test_2024_answers_with_the_tariffs_and_dollars_of_later_days() -> None:
    """What is added to the duties of 2024 is known for 2024 as for 2022; amounts of 2025 are scaled to 2024."""
    scenario = Scenario.from_text(
        "world: 2024\naggregation: small\npolicies:\n"
        "  - {apply: us-tariffs, as of: 2025-08-07}\n"
        "  - transfer: {from: JPN, to: USA, add: 6 bn, dollars: 2025}\n"
    )
    new = scenario.load_world()
    assert (new.year, new.name) == (2024, "2024")
    added = [added_to_world(w, date(2025, 8, 7)) for w in (new, load_world("2022", "small"))]
    assert np.array_equal(*added)
    assert added[0].max() > 0.1
    received = scenario.settings(new)[0].shock.transfer[new.regions.index("USA")]
    assert received == pytest.approx(6_000 * us_gdp()[2024] / us_gdp()[2025], rel=1e-12)


def test_every_preset_of_2022_is_one_of_2024() -> None:
    assert preset_names("2024") == preset_names("2022") == preset_names("2022 updated to 2025")


def test_duties_of_2024_are_those_of_the_end_of_2024() -> None:
    """The EU's duty on Japanese cars is freed in eight stages: a half is left in 2022, a quarter in 2024."""
    rates = {}
    for year in (2022, 2024):
        found = baseline_tariffs(year, ["DEU", "JPN", "KOR"], ["C29"]).rate[0]
        mfn = next(
            float(r["duty_pct"]) / 100
            for r in read_table("mfn_duty.csv")
            if (r["importer"], r["year"], r["industry"]) == ("EU", str(year), "C29")
        )
        rates[year] = found[0, 1] / mfn
        assert found[0, 2] == 0
    assert rates == pytest.approx({2022: 0.5, 2024: 0.25})
