"""Elasticity sets: what each source's number becomes, how gaps are filled, how industries are summed."""

import csv

import numpy as np
import pytest

from comity import load_world
from comity.errors import DataError, UnknownName
from comity.world.classification import icio_industries
from comity.world.elasticities import ASSUMED_SE, elasticity_set, elasticity_sets, industry_elasticities

PUBLISHED = [name for name in elasticity_sets() if name != "uniform"]
FGO, CP, LL = PUBLISHED


@pytest.fixture(scope="module")
def source(shared_data):
    with (shared_data / "trade_elasticities/trade_elasticities_icio2025.csv").open() as file:
        return {row["icio"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_industry_has_a_positive_theta_with_an_error(name: str) -> None:
    rows = industry_elasticities(name)
    assert tuple(rows) == icio_industries()
    for code, row in rows.items():
        assert row.theta > 0, code
        assert row.theta_se > 0, code
        assert 0 <= row.scale < 1, code


@pytest.fixture(scope="module")
def factor_share(shared_data) -> dict[str, float]:
    """Value added over gross output of the world by industry, from the source table."""
    table = np.load(shared_data / "world/icio2022_81x50_full.npz")
    share = table["VA"].sum(0, dtype=float) / table["GO"].sum(0, dtype=float)
    return dict(zip(map(str, table["sectors"]), share, strict=True))


def test_concepts_become_theta_as_stated(source, factor_share) -> None:
    for code, row in source.items():
        if row["protee_eps_all"]:
            assert industry_elasticities(FGO)[code].theta == pytest.approx(-float(row["protee_eps_all"]), rel=1e-5)
        if row["cp2015_theta"] and row["cp2015_sector"] != "Other":
            assert industry_elasticities(CP)[code].theta == pytest.approx(float(row["cp2015_theta"]), rel=1e-5)
        if row["ll2023_sigma_minus_1"]:
            ours, mu = industry_elasticities(LL)[code], float(row["ll2023_scale_mu"])
            on_factors = mu * factor_share[code]
            assert ours.theta == pytest.approx(float(row["ll2023_sigma_minus_1"]), rel=1e-5)
            assert ours.theta_se == pytest.approx(float(row["ll2023_se"]), rel=1e-5)
            assert ours.scale == pytest.approx(on_factors / (1 + on_factors), rel=1e-5)
            moved = [m * factor_share[code] / (1 + m * factor_share[code]) for m in (mu - 1e-5, mu + 1e-5)]
            slope = (moved[1] - moved[0]) / 2e-5  # the delta method by a difference
            assert ours.scale_se == pytest.approx(slope * float(row["ll2023_scale_se"]), rel=1e-4)
        if row["ahmad_schreiber_2024_services_sigma"]:
            sigma = float(row["ahmad_schreiber_2024_services_sigma"])
            assert industry_elasticities(CP)[code].theta == pytest.approx(sigma - 1, rel=1e-5)


def test_caliendo_and_parro_s_sectors_have_the_elasticities_of_their_own_run(source, shared_data) -> None:
    run = np.load(shared_data / "replication/caliendo_parro_2015/nafta_cp2015.npz", allow_pickle=True)
    theta = dict(zip(map(str, run["sectors"]), run["theta"], strict=True))
    for code, row in source.items():
        if row["cp2015_sector"]:
            assert industry_elasticities(CP)[code].theta == pytest.approx(theta[row["cp2015_sector"]], rel=1e-5), code


def test_gaps_are_filled_by_section_then_by_services() -> None:
    rows = industry_elasticities(FGO)
    assert rows["A02"].origin == "mean of section A"
    assert rows["B05"].theta == rows["B09"].theta
    assert rows["D"].theta == rows["O"].theta == rows["T"].theta
    assert rows["O"].origin == "mean of services"
    known = [rows[code] for code in ("A01", "A03")]
    mean = sum(r.theta * r.trade for r in known) / sum(r.trade for r in known)
    assert rows["A02"].theta == pytest.approx(mean, rel=1e-5)


def test_scale_economies_leave_equilibria_unique_in_simple_cases() -> None:
    world = load_world("2022")
    for preset in ("us-japan", "oecd-44", "cptpp", "chips", "small"):
        summed = load_world(
            "2022", preset, elasticities=elasticity_set(LL, world.sectors, world.sector_members)
        ).elasticities
        mu = summed.scale / (1 - summed.scale)
        assert (mu * summed.theta < 1).all(), preset
    assert not elasticity_set(FGO, world.sectors, world.sector_members).scale.any()


def test_errors_are_published_for_one_set_only() -> None:
    world = load_world("2022")
    goods = np.array([code[0] in "ABC" for code in world.sectors])
    ours = elasticity_set(LL, world.sectors, world.sector_members)
    assert not ours.assumed_se[goods].any()
    assert ours.assumed_se[~goods].all()
    assert ours.scale_se is not None
    assert (ours.scale_se[goods] > 0).all()
    assert not ours.scale_se[~goods].any()
    for name in (FGO, CP):
        other = elasticity_set(name, world.sectors, world.sector_members)
        assert other.assumed_se.all()
        assert other.scale_se is None
        assert np.allclose(other.theta_se, ASSUMED_SE * other.theta, rtol=1e-5)


def test_assumed_se_is_the_median_of_the_published(source) -> None:
    ratio = {
        r["ll2023_industry"]: float(r["ll2023_se"]) / float(r["ll2023_sigma_minus_1"])
        for r in source.values()
        if r["ll2023_se"]
    }
    assert round(float(np.median(list(ratio.values()))), 2) == ASSUMED_SE


def test_sums_are_means_weighted_by_trade_and_agree_with_summing_the_world() -> None:
    world = load_world("2022")
    small = load_world("2022", "us-japan")
    ours = elasticity_set(FGO, small.sectors, small.sector_members)
    np.testing.assert_allclose(ours.theta, small.elasticities.theta, rtol=1e-6)
    np.testing.assert_allclose(ours.theta_se, small.elasticities.theta_se, rtol=1e-6)
    weights = dict(zip(world.sectors, np.ones(50), strict=True))
    even = elasticity_set(FGO, ["metals"], [["C24A", "C24B"]], weights).theta[0]
    assert even == pytest.approx(np.mean([industry_elasticities(FGO)[c].theta for c in ("C24A", "C24B")]))
    idle = elasticity_set(FGO, ["idle"], [["T"]]).theta[0]
    assert idle == industry_elasticities(FGO)["T"].theta, "no trade at all: equal weights"


@pytest.mark.parametrize(
    "codes", [["A", "B", "C", "K"], ["c1", "c14", "c15", "c34"], ["C24", "C30", "A01_02"], ["R_S", "M71"]]
)
def test_other_classifications_are_served(codes: list[str]) -> None:
    for name in PUBLISHED:
        theta = elasticity_set(name, codes, [[c] for c in codes]).theta
        assert (theta > 0).all()


def test_uniform_serves_anything() -> None:
    ours = elasticity_set("uniform", ["x", "y"], [["?"], ["!"]])
    assert ours.theta.tolist() == [5.0, 5.0]
    assert ours.assumed.all()
    assert elasticity_set("uniform:4.5", ["x"], [["?"]]).name == "uniform:4.5"


def test_errors_say_what_to_do() -> None:
    with pytest.raises(UnknownName, match="caliendo-parro-2015"):
        elasticity_set("caliendo-parro", ["x"], [["C29"]])
    with pytest.raises(DataError, match=r"Q99.*uniform"):
        elasticity_set(FGO, ["x"], [["Q99"]])
    for bad in ("uniform:zero", "uniform:-1", "uniform:inf", "uniform:nan", "uniform:1e300"):
        with pytest.raises(DataError, match="uniform:4"):
            elasticity_set(bad, ["x"], [["C29"]])
