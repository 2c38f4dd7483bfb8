"""Outcomes: labels, units, files, comparison, the certificate and the errors that replace an outcome."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from worlds import random_world

from comity.errors import ClosureError, DataError, NoEquilibrium, NotCertified, UnbalancedError, UnknownName
from comity.model import Closures, explain, rebase, solve, solve_all, uniqueness
from comity.model.certificate import conditions
from comity.model.files import load
from comity.model.variables import variables
from comity.policy import Scenario, Shock
from comity.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return random_world(41)


@pytest.fixture(scope="module")
def shock(world) -> Shock:
    t = world.tariff.copy()
    t[0, 0, 1] += 0.25
    return replace(Shock.none(world), tariff=t)


@pytest.fixture(scope="module")
def outcome(world, shock):
    return solve(world, shock)


SUFFIXES = {"percent": "_pct", "US$ billion": "_usd_bn", "percentage points": "_points"}


def test_every_variable_has_unit_and_definition(outcome):
    data = outcome.data
    assert list(data.data_vars) == [v.name for v in variables()]
    for name in data.data_vars:
        assert data[name].attrs["units"] in SUFFIXES, name
        assert data[name].attrs["definition"], name
        assert name.endswith(SUFFIXES[data[name].attrs["units"]]), name


def test_quantities_agree_where_there_are_two_ways(outcome, world):
    d = outcome.data
    spending = world.final_use.sum(1)
    ev = d.equivalent_variation_usd_bn.values
    assert ev == pytest.approx(spending * d.real_income_pct.values / 100 / 1000)
    assert d.balance_usd_bn.values == pytest.approx(d.bilateral_balance_usd_bn.values.sum(1))
    assert d.balance_usd_bn.values == pytest.approx(-d.transfer_usd_bn.values, abs=1e-9)
    assert d.balance_change_usd_bn.values == pytest.approx(d.bilateral_balance_change_usd_bn.values.sum(1), abs=1e-9)
    trade, rate = d.trade_usd_bn.values, d.tariff_pct.values / 100
    assert d.tariff_revenue_usd_bn.values == pytest.approx(np.einsum("jni,jni->n", trade, rate))
    assert d.bilateral_balance_usd_bn.values == pytest.approx(-d.bilateral_balance_usd_bn.values.T)
    sold = trade.sum(1).T
    made = (world.gross_output / 1000) + d.output_change_usd_bn.values
    assert sold == pytest.approx(made)


def test_goods_are_missing_where_they_cannot_be_told_from_services(outcome, world):
    """Codes such as "S0" read as ISIC section S, services; codes of no classification give no goods balance."""
    assert (outcome.data.goods_balance_usd_bn.values == 0).all()
    odd = replace(world, sectors=("x", "y", "z", "v"), sector_members=(("x",), ("y",), ("z",), ("v",)))
    assert np.isnan(solve(odd, Shock.none(odd)).data.goods_balance_usd_bn.values).all()


def test_the_tariffed_lose_and_revenue_rises(outcome):
    d = outcome.data
    assert float(d.real_income_pct.sel(region="R1")) < 0
    assert float(d.tariff_revenue_change_usd_bn.sel(region="R0")) > 0
    assert float(d.trade_change_usd_bn.sel(sector="S0", importer="R0", exporter="R1")) < 0


def test_a_disk_that_fills_up_under_netcdf_is_one_message(outcome, tmp_path, monkeypatch):
    """The library tells of it with a RuntimeError that names nothing."""

    def full(*_, **__):
        raise RuntimeError("NetCDF: HDF error")

    monkeypatch.setattr("xarray.Dataset.to_netcdf", full)
    with pytest.raises(DataError, match=r"cannot write .*outcome\.nc: NetCDF: HDF error"):
        outcome.save(tmp_path / "outcome.nc")
    assert list(tmp_path.iterdir()) == []


def test_netcdf_round_trip(outcome, tmp_path):
    path = outcome.save(tmp_path / "new" / "out.nc")
    xr.testing.assert_allclose(load(path), outcome.data)
    assert [p.name for p in path.parent.iterdir()] == ["out.nc"]


def test_folder_of_csv(outcome, tmp_path):
    folder = outcome.save(tmp_path / "out")
    table = pd.read_csv(folder / "values_by_region.csv").set_index("region")
    assert table.real_income_pct.to_numpy() == pytest.approx(outcome.data.real_income_pct.values, abs=1e-9)
    about = json.loads((folder / "about.json").read_text())
    assert about["variables"]["real_income_pct"]["units"] == "percent"
    with pytest.raises(DataError, match="not an empty folder"):
        outcome.save(folder)


def test_a_place_that_cannot_be_written(outcome, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write"):
        outcome.save(tmp_path / "file" / "out.nc")
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize("content", [b"", b"not a file", b"\x89HDF\r\n\x1a\nxx"])
def test_a_broken_outcome_file(tmp_path, content):
    path = tmp_path / "broken.nc"
    path.write_bytes(content)
    with pytest.raises(DataError, match="not a saved outcome"):
        load(path)


def test_compare(world, outcome):
    nothing = solve(world, Shock.none(world))
    gap = outcome.compare(nothing)
    assert gap.real_income_pct.values == pytest.approx(outcome.data.real_income_pct.values, abs=1e-9)
    assert gap.real_income_pct.attrs["units"] == "percentage points"


def test_the_certificate_sees_what_is_wrong(outcome):
    """Each ledger entry moved by a millionth fails a condition that names the place."""
    e, q, a, rules = outcome.economy, outcome.policy, outcome.after, outcome.rules
    names = (outcome.world.regions, outcome.world.sectors)
    assert all(c.passed for c in conditions(e, q, a, rules, *names))
    for field in ("p", "price", "P_C", "K", "w", "factor", "Y", "C", "B"):
        value = np.array(getattr(a, field))
        value.flat[1] *= 1 + 1e-6
        failed = [c for c in conditions(e, q, a._replace(**{field: value}), rules, *names) if not c.passed]
        assert failed, field
        assert 1e-10 < max(c.residual for c in failed) < 1e-4
    spoilt = np.array(a.C)
    spoilt[0] = np.nan
    assert not all(c.passed for c in conditions(e, q, a._replace(C=spoilt), rules, *names))
    certificate = replace(outcome.certificate, error_estimate=1e-3)
    with pytest.raises(NotCertified, match="nearly undetermined"):
        certificate.require()


def test_certificate_as_plain_values(outcome):
    value = json.loads(json.dumps(outcome.certificate.to_dict()))
    assert value["passed"] is True
    assert value["max_residual"] <= 1e-10
    assert set(value["hashes"]) == {"data", "scenario", "version"}


def test_a_ban_without_any_source_left_is_named(world):
    a = np.ones_like(world.tariff)
    a[2, 0] = 0
    with pytest.raises(NoEquilibrium, match="R0 with no source at all of S2"):
        solve(world, replace(Shock.none(world), available=a))


def test_a_region_that_cannot_pay_is_named(world):
    gift = np.array([-3.0, 3.0, 0.0]) * world.final_spending[0]
    with pytest.raises(NoEquilibrium, match="R0 cannot pay"):
        solve(world, replace(Shock.none(world), transfer=gift))


def test_where_several_variants_are_solved_the_one_without_a_solution_is_named():
    scenario = Scenario.from_text("""
      aggregation: small
      policies: [production subsidy: {of: USA, sectors: all, rate: 99%}]
      variants: {none: {drop: [0]}, all: {}}
    """)
    with pytest.raises(NoEquilibrium, match=r"^variant 'all': USA cannot pay") as found:
        solve_all(scenario.load_world(), scenario)
    assert "abroad" not in str(found.value)  # the United States owes no one a surplus


def test_an_unbalanced_world_is_refused_until_it_is_rebased(world):
    broken = replace(world, final_use=world.final_use * np.linspace(1, 1.1, 4))
    with pytest.raises(UnbalancedError, match="not a benchmark equilibrium"):
        solve(broken, Shock.none(broken))
    mended = rebase(broken)
    assert solve(mended, Shock.none(mended)).certificate.max_residual < 1e-12
    assert mended.history[-1].action == "re-based"


def test_rebasing_removes_imbalances(world):
    balanced = rebase(world, balanced=True)
    assert np.abs(balanced.imbalance).max() < 1e-9 * balanced.factor_income.sum()
    assert all(check.passed for check in balanced.check())


def test_balanced_trade_reports_the_rebasing(world, shock):
    outcome = solve(world, shock, imbalances="balanced")
    assert "balanced trade" in outcome.notes[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"imbalances": "floating"}, "imbalances 'floating' is unknown"),
        ({"kappa": 0.5}, "kappa = 0.5 is out of range"),
        ({"horizon": 20}, "20 years is out of range"),
        ({"horizon": 1, "kappa": 2}, "choose one"),
        ({"demand_elasticity": -1}, "out of range"),
        ({"kappa": float("nan")}, "out of range"),
    ],
)
def test_closures_without_meaning(options, message):
    with pytest.raises(ClosureError, match=message):
        Closures(**options)


def test_scale_is_refused_where_it_has_no_unique_meaning(world):
    strong = replace(world, elasticities=replace(world.elasticities, scale=np.full(4, 0.5)))
    with pytest.raises(ClosureError, match="too strong"):
        solve(strong, Shock.none(strong), competition="scale")
    none = replace(world, elasticities=replace(world.elasticities, scale=np.zeros(4)))
    with pytest.raises(ClosureError, match="needs scale elasticities"):
        solve(none, Shock.none(none), competition="scale")


def test_sourcing_by_use_needs_flows_by_use():
    pooled = random_world(42, by_use=False)
    with pytest.raises(ClosureError, match="kept apart"):
        solve(pooled, Shock.none(pooled), sourcing="by-use")


def test_unknown_region(outcome):
    with pytest.raises(UnknownName, match="it has R0, R1, ROW"):
        explain(outcome, "XYZ")


def test_many_starts_find_one_equilibrium(outcome):
    found = uniqueness(outcome, starts=6)
    assert found.unique
    assert found.converged == 6


def test_many_starts_with_structural_zeros():
    world = random_world(44, zeros=True)
    found = uniqueness(solve(world, Shock.none(world)), starts=4)
    assert found.unique
    assert found.converged == 4


def test_structural_zeros():
    """A sector that nobody makes, a region that imports all of a good: no NaN, certified."""
    world = random_world(43, zeros=True)
    t = world.tariff + 0.2 * (1 - np.eye(3))
    outcome = solve(world, replace(Shock.none(world), tariff=t))
    missing = ["output_pct", "factor_income_pct", "factor_use_pct", "producer_price_pct"]
    numbers = outcome.data.drop_vars([*missing, "border_price_pct", "buyer_price_pct"])
    assert all(np.isfinite(numbers[name].values).all() for name in numbers.data_vars)
