"""Baseline tariffs: spot checks against published rates, flags, and a user's table laid over a world."""

import numpy as np
import pandas as pd
import pytest

from comity import load_world
from comity.errors import DataError, UnknownName
from comity.world import overlay_tariffs
from comity.world.classification import read_table
from comity.world.overlay import user_tariff_notes
from comity.world.tariffs import baseline_tariffs, sum_tariffs


@pytest.fixture(scope="module")
def world():
    return load_world("2022")


def rate(world, importer: str, exporter: str, sector: str) -> float:
    return float(
        world.tariff[world.sectors.index(sector), world.regions.index(importer), world.regions.index(exporter)]
    )


def known(world, importer: str, exporter: str, sector: str) -> bool:
    return bool(
        world.tariff_known[world.sectors.index(sector), world.regions.index(importer), world.regions.index(exporter)]
    )


def test_spot_checks(world) -> None:
    assert rate(world, "USA", "JPN", "C29") == pytest.approx(0.025, abs=1e-4)
    assert rate(world, "USA", "CHN", "C27") > 0.12, "section 301"
    assert rate(world, "USA", "CAN", "C29") < 0.005, "USMCA"
    assert rate(world, "USA", "FRA", "C29") == rate(world, "USA", "DEU", "C29")
    assert rate(world, "EU" if "EU" in world.regions else "DEU", "USA", "C29") == pytest.approx(0.083, abs=0.005)
    assert rate(world, "DEU", "JPN", "C29") == pytest.approx(rate(world, "DEU", "USA", "C29") / 2)
    assert rate(world, "JPN", "USA", "C29") == 0.0
    assert known(world, "JPN", "USA", "C29")
    assert rate(world, "JPN", "USA", "C10T12") == pytest.approx(rate(world, "JPN", "CHN", "C10T12") / 2)
    assert rate(world, "CHN", "THA", "C13T15") == 0.0
    assert not known(world, "CHN", "THA", "C13T15"), "a preference that is assumed"
    assert rate(world, "CHN", "JPN", "C28") > 0.03, "RCEP's first year counts at MFN"
    assert not known(world, "CHN", "USA", "C29"), "retaliation is not in the data"
    assert not known(world, "MEX", "CHN", "C29"), "Mexico's tariffs are not in the data"


def test_statutory_duties_far_from_collected_ones_are_flagged_and_kept(world) -> None:
    goods = [code for code in world.sectors if code[0] in "ABC" and code != "B09"]
    assert rate(world, "IND", "USA", "C28") > 0.03
    assert not any(known(world, "IND", seller, code) for seller in ("USA", "CHN", "DEU") for code in goods)
    for importer in ("CHN", "DEU", "JPN"):
        for code in ("A01", "A03", "C10T12"):
            assert rate(world, importer, "BRA", code) > 0
            assert not known(world, importer, "BRA", code)
        assert known(world, importer, "BRA", "C28")
    assert known(world, "USA", "BRA", "C10T12"), "the United States' are collected duties"
    assert any("not what is collected" in note for note in world.estimated)


def test_agreements_that_ended_since_count_at_their_time() -> None:
    for year in (2019, 2022):
        ours = baseline_tariffs(year, ["DEU", "CHL", "BRA"], ["C13T15"])
        assert ours.rate[0, 0, 1] == 0, "EU and Chile, 2003 to 2025"
        assert not ours.known[0, 0, 1]
        assert ours.rate[0, 0, 2] > 0.03
    rows = {(row["importer"], row["exporter"], row["end"]) for row in read_table("preferences.csv")}
    assert {("EU", "CHL", "2025-02-01"), ("USA", "MEX", "2020-07-01")} <= rows


def test_customs_unions_levy_nothing_inside(world) -> None:
    members = [i for i, code in enumerate(world.regions) if code in {"DEU", "FRA", "ITA", "NLD", "POL", "HRV"}]
    inside = world.tariff[:, members][:, :, members]
    assert not inside.any()
    assert world.tariff_known[:, members][:, :, members].all()
    britain = baseline_tariffs(2019, ["GBR", "DEU", "CHN"], ["C29"])
    assert britain.rate[0, 0, 1] == 0
    assert britain.rate[0, 0, 2] == britain.rate[0, 1, 2] > 0.05, "a member until the end of 2020"
    assert not baseline_tariffs(2022, ["GBR", "DEU", "CHN"], ["C29"]).known[0, 0, 2]


def test_services_and_domestic_sales_bear_none(world) -> None:
    services = [j for j, code in enumerate(world.sectors) if code[0] not in "ABC" or code == "B09"]
    assert not world.tariff[services].any()
    assert world.tariff_known[services].all()
    assert not np.einsum("jnn->jn", world.tariff).any()


def test_revenue_is_of_the_right_size(world) -> None:
    revenue = dict(zip(world.regions, world.tariff_revenue / 1e3, strict=True))
    assert 55 < revenue["USA"] < 80
    assert 6 < revenue["JPN"] < 13
    assert 35 < revenue["CHN"] < 55
    assert sum(revenue[c] for c in revenue if c not in {"USA", "CHN", "JPN", "IND"}) < 40, (
        "the EU; no other importer has data"
    )
    step = next(s for s in world.history if s.action == "baseline tariff revenue")
    assert step.amount == pytest.approx(world.tariff_revenue.sum(), rel=1e-6)


def test_2019_averages_industries_by_trade() -> None:
    world = load_world("2019")
    assert rate(world, "USA", "CHN", "C") == pytest.approx(0.11, abs=0.02)
    assert rate(world, "DEU", "FRA", "C") == rate(world, "FRA", "GBR", "C") == 0.0
    assert 0 < rate(world, "JPN", "CHN", "C") < rate(world, "JPN", "CHN", "A")


def test_sums_are_weighted_and_flagged() -> None:
    tariffs = baseline_tariffs(2022, ["USA", "JPN", "CHN"], ["C29", "C13T15"])
    flows = np.ones((2, 3, 3))
    flows[0] = 3
    both = sum_tariffs(tariffs, flows, [[0], [1, 2]], [[0, 1]])
    expected = (3 * tariffs.rate[0, 0, 1:].sum() + tariffs.rate[1, 0, 1:].sum()) / 8
    assert both.rate[0, 0, 1] == pytest.approx(expected)
    assert both.rate[0, 1, 1] == 0
    assert both.known[0, 0, 1]
    assert not both.known[0, 1, 0], "China's rate on the United States is an assumption"


def test_a_table_is_laid_over(world, tmp_path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("importer,exporter,sector,rate_pct\nMexico,China,cars,20\nGBR,*,steel,1.5\n", encoding="utf-8")
    ours = overlay_tariffs(world, table)
    assert rate(ours, "MEX", "CHN", "C29") == 0.2
    assert rate(ours, "GBR", "USA", "C24A") == 0.015
    assert rate(ours, "GBR", "GBR", "C24A") == 0.0
    assert known(ours, "MEX", "CHN", "C29")
    assert rate(ours, "USA", "JPN", "C29") == rate(world, "USA", "JPN", "C29")
    assert max(check.largest for check in ours.check()) < 1e-12
    np.testing.assert_array_equal(ours.total_flows, world.total_flows)
    mexico, china, cars = ours.regions.index("MEX"), ours.regions.index("CHN"), ours.sectors.index("C29")
    duty = 0.2 * world.total_flows[cars, mexico, china]
    assert ours.tariff_revenue[mexico] - world.tariff_revenue[mexico] == pytest.approx(duty)
    on_inputs = 0.2 * world.flows[0, cars, mexico, china]
    assert world.factor_income[mexico] - ours.factor_income[mexico] == pytest.approx(on_inputs, rel=1e-6)
    assert any("mine.csv" in step.detail for step in ours.history)
    again = overlay_tariffs(
        world, pd.DataFrame({"importer": ["MEX"], "exporter": ["CHN"], "sector": ["C29"], "rate_pct": [20.0]})
    )
    assert rate(again, "MEX", "CHN", "C29") == 0.2


HEAD = "importer,exporter,sector,rate_pct\n"
SOUND = "MEX,CHN,C29,1\n"


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        (f"{HEAD}Mexiko,CHN,C29,1", UnknownName, "bad.csv, line 2: 'Mexiko'.*nearest is 'Mexico'"),
        (f"{HEAD}{SOUND}EU,CHN,C29,1", UnknownName, "line 3: 'EU'.*nearest is 'EU27'"),
        (f"{HEAD}MEX,CHN,C99,1", UnknownName, "line 2: 'C99'"),
        (f"{HEAD}MEX,CHN,caars,1", UnknownName, "line 2: 'caars'.*nearest is 'cars'"),
        (f"{HEAD}\n\nMEX,CHN,C29,lots", DataError, "line 4: rate_pct is 'lots'"),
        (f"{HEAD}MEX,CHN,C29,25%", DataError, "line 2: rate_pct is '25%'; it must be a number in per cent"),
        (f"{HEAD}MEX,CHN,C29,-100", DataError, "line 2: rate_pct is -100; it must lie above -100"),
        (f"{HEAD}MEX,CHN,C29,2e6", DataError, "line 2: .* not beyond 1,000,000"),
        (f"{HEAD}MEX,CHN,C29,nan", DataError, "line 2: rate_pct is 'nan'"),
        (f"{HEAD}MEX,CHN,C29,inf", DataError, "line 2: rate_pct is 'inf'"),
        (f"{HEAD}MEX,CHN,,1", DataError, "line 2: sector is ''"),
        (f"{HEAD}MEX,MEX,C29,1", DataError, "line 2: MEX cannot levy a tariff on itself"),
        (f"{HEAD}{SOUND}MEX,*,C29,2", DataError, r"line 3: .*\(MEX from CHN, C29\) is in line 2 already"),
        (f"{HEAD}{SOUND}{SOUND}", DataError, "line 3: .* line 2 already"),
        (f"{HEAD}{SOUND}MEX,CH", DataError, "line 3: 2 cells under 4 columns: is the file cut short"),
        (f"{HEAD}{SOUND}MEX,CHN,C29,1,5", DataError, "line 3: 5 cells under 4 columns"),
        (HEAD, DataError, "bad.csv has no rows"),
        ("", DataError, "bad.csv is empty"),
        ("importer,exporter,sector,rate\nMEX,CHN,C29,1", DataError, "line 1: .*'rate_pct' .is it 'rate'"),
        ("importer,exporter,sector,rate_pct,sector\n", DataError, "has twice the column 'sector'"),
        ("importer;exporter;sector;rate_pct\nMEX;CHN;C29;1", DataError, "with commas between"),
        (b"\xff\xfe\x00", DataError, "not a CSV table in UTF-8"),
    ],
)
def test_bad_tables_are_refused(world, tmp_path, text: str | bytes, error: type[Exception], match: str) -> None:
    table = tmp_path / "bad.csv"
    table.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(error, match=match) as caught:
        overlay_tariffs(world, table)
    assert "\n" not in str(caught.value)


def test_missing_files_and_columns(world, tmp_path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: No such file"):
        overlay_tariffs(world, tmp_path / "none.csv")
    with pytest.raises(DataError, match="'rate_pct'"):
        overlay_tariffs(world, pd.DataFrame({"importer": ["MEX"], "exporter": ["CHN"], "sector": ["C29"]}))
    with pytest.raises(DataError, match="row 1: importer is 7"):
        overlay_tariffs(
            world, pd.DataFrame([[7, "CHN", "C29", 1.0]], columns=["importer", "exporter", "sector", "rate_pct"])
        )


def test_groups_and_codes_of_other_classifications_set_each_member(world, tmp_path) -> None:
    table = tmp_path / "groups.csv"
    table.write_text(f"source,{HEAD}x,European Union,USA,C30,3\n", encoding="utf-8")
    ours = overlay_tariffs(world, table)
    assert rate(ours, "DEU", "USA", "C301") == rate(ours, "MLT", "USA", "C302T309") == 0.03
    assert rate(ours, "USA", "DEU", "C301") == rate(world, "USA", "DEU", "C301")
    small = load_world("2019")
    table.write_text(f"{HEAD}USA,Germany,manufacturing,3\n*,*,A,1\n", encoding="utf-8")
    ours = overlay_tariffs(small, table)
    assert rate(ours, "USA", "DEU", "C") == 0.03
    assert rate(ours, "USA", "USA", "A") == 0.0


def test_a_loaded_world_is_laid_over_before_it_is_summed(world, tmp_path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(f"{HEAD}DEU,USA,C301,50\n", encoding="utf-8")
    summed = load_world("2022", preset="us-japan", tariffs=table)
    direct = overlay_tariffs(world, table)
    assert summed.tariff_revenue.sum() == pytest.approx(direct.tariff_revenue.sum(), rel=1e-12)
    assert 0 < rate(summed, "EU27", "USA", "C30") < 0.5
    assert max(check.largest for check in summed.check()) < 1e-12
    assert summed.hash != load_world("2022", preset="us-japan").hash
    (note,) = user_tariff_notes(summed)
    assert note == user_tariff_notes(direct)[0]
    moved = direct.tariff_revenue.sum() - world.tariff_revenue.sum()
    for part in ("mine.csv", "1 cells", f"US$ {moved:,.1f} million"):
        assert part in note


def test_value_added_that_a_table_makes_negative_is_repaired_and_told(world, tmp_path) -> None:
    table = tmp_path / "wall.csv"
    table.write_text(f"{HEAD}USA,*,*,700\n", encoding="utf-8")
    walled = overlay_tariffs(world, table)
    assert walled.value_added.min() >= 0
    assert max(check.largest for check in walled.check()) < 1e-12
    assert "negative value added" in user_tariff_notes(walled)[0]
