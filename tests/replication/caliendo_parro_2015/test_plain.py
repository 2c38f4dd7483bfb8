"""The plain damped iteration reaches the reference solution, and the engine agrees with it."""

import csv

import numpy as np
import pytest

from comity.model.published import first_order_welfare
from comity.replication import caliendo_parro_2015 as cp
from comity.world.calibration import calibrate

SETTINGS = {cp.ZERO: "zero", cp.DEFICITS: "withdef"}


@pytest.fixture(scope="module")
def plain(data, solve_plain):
    """Baseline and counterfactual relative to the data, by setting."""
    shares = calibrate(data.world)

    def at(setting, tariff, **options):
        transfers = shares.B if setting == cp.DEFICITS else 0 * shares.B
        return solve_plain(
            shares.pi[0],
            shares.g,
            shares.v,
            shares.alpha,
            data.world.elasticities.theta,
            shares.Y,
            transfers,
            data.world.tariff,
            tariff,
            tol=1e-12,
            **options,
        )

    return at


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("stage", ["bln", "cfl"])
def test_plain_iteration_reaches_the_reference_solution(plain, data, folder, setting, stage):
    found = plain(setting, data.world.tariff if stage == "bln" else data.tariff_2005)
    assert found.converged
    with np.load(folder / "reference_solution.npz") as reference:
        for name, ours in (("w", found.w), ("P", found.P), ("c", found.c), ("X", found.X * 1e6), ("I", found.C * 1e6)):
            assert ours == pytest.approx(reference[f"{SETTINGS[setting]}_{stage}_{name}"], rel=1e-10), name
        shares = reference[f"{SETTINGS[setting]}_{stage}_pi"].transpose(2, 0, 1)
        assert np.abs(found.share - shares).max() < 1e-11


@pytest.mark.parametrize("setting", SETTINGS)
def test_engine_and_plain_iteration_agree(plain, data, outcomes, setting):
    base, after = plain(setting, data.world.tariff), plain(setting, data.tariff_2005)
    outcome = outcomes[setting]
    assert outcome.world.final_spending == pytest.approx(base.C, rel=1e-9)
    prices = np.prod((after.P / base.P) ** calibrate(data.world).alpha, axis=1)
    real_wage = 100 * (after.w / base.w / prices - 1)
    exact = 100 * (after.C / base.C / prices - 1)
    ours = cp.measures(outcome)
    assert np.abs(ours["real wage"] - real_wage).max() < 1e-8
    assert np.abs(ours["exact welfare"] - exact).max() < 1e-8


@pytest.mark.parametrize("setting", SETTINGS)
def test_published_formula_is_the_authors_to_the_last_digit(plain, data, folder, setting):
    """Fed with the plain solution, so that nothing but the formula is under test."""
    base, after = plain(setting, data.world.tariff), plain(setting, data.tariff_2005)

    def flows(found, tariff):
        return found.share * found.X.T[:, :, None] / (1 + tariff)

    first = first_order_welfare(
        flows(base, data.world.tariff),
        flows(after, data.tariff_2005),
        data.world.tariff,
        after.c / base.c,
        base.C,
    )
    with (folder / "reference_results.csv").open() as file:
        lines = {line["iso3"]: line for line in csv.DictReader(file) if line["closure"] == cp.CLOSURES[setting]}
    reference = {
        key: [float(lines[place][key]) for place in data.world.regions]
        for key in next(iter(lines.values()))
        if "numpy" in key
    }
    assert first.terms_of_trade == pytest.approx(reference["numpy_tot_pct"], abs=1e-10)
    assert first.volume_of_trade == pytest.approx(reference["numpy_vot_pct"], abs=1e-10)
    assert first.welfare == pytest.approx(reference["numpy_welfare_cp_firstorder_pct"], abs=1e-10)


@pytest.mark.long
def test_path_decomposition_by_finite_differences(plain, data, outcomes):
    """The channels of the path decomposition from the plain solver alone: central differences at 8 Gauss nodes."""
    old, new = data.world.tariff, data.tariff_2005
    base = plain(cp.ZERO, old)
    alpha = calibrate(data.world).alpha
    channels = np.zeros((2, len(base.w)))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    for point, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        step = 1e-3
        here, low, high = (
            (rate := (1 + old) ** (1 - at) * (1 + new) ** at - 1, plain(cp.ZERO, rate))
            for at in (point, point - step, point + step)
        )
        rate, mid = here
        M = mid.share * mid.X.T[:, :, None] / (1 + rate)
        ends = [f.share * f.X.T[:, :, None] / (1 + t) / f.c.T[:, None, :] for t, f in (low, high)]
        dq = (ends[1] - ends[0]) / (2 * step) * mid.c.T[:, None, :]
        dp = ((np.log(high[1].c) - np.log(low[1].c)) / (2 * step)).T
        size = weight / mid.C
        channels[0] += size * ((M.sum(1) * dp).sum(0) - np.einsum("jni,ji->n", M, dp))
        channels[1] += size * (rate * dq).sum((0, 2))
    end = plain(cp.ZERO, new)
    W = end.C / base.C / np.prod((end.P / base.P) ** alpha, axis=1)
    assert channels.sum(0) == pytest.approx(np.log(W), abs=1e-8)
    ours = cp.path_channels(outcomes[cp.ZERO])
    in_percent = 100 * (W - 1) / np.log(W)  # the channels of ln W, scaled to add up to W - 1
    assert ours["terms of trade"] == pytest.approx(in_percent * channels[0], abs=1e-6)
    assert ours["volume"] == pytest.approx(in_percent * channels[1], abs=1e-6)


def test_plain_iteration_says_when_it_has_not_converged(plain, data):
    assert not plain(cp.ZERO, data.tariff_2005, max_iter=5).converged
