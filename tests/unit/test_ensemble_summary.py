"""Statistics of draws against what is known of the distributions."""

import numpy as np
import pytest
from scipy import stats

from comity.errors import NotConverged, ScenarioError
from comity.uncertainty.ensemble.design import MODEL, NUMBERS, Design
from comity.uncertainty.ensemble.split import variance_shares
from comity.uncertainty.ensemble.summary import LEVELS, beats, require_few_failures, share_error, summarise


def test_quantiles_and_their_errors_of_a_normal():
    """Independent draws: the estimate is off by the stated error or less about two times in three."""
    off = []
    for seed in range(200):
        found = summarise(np.random.default_rng(seed).normal(size=400))
        exact = stats.norm.ppf(LEVELS)
        off.append(np.abs(np.array(found.quantiles) - exact) / found.quantile_errors)
    within = (np.array(off) < 1).mean(0)
    assert ((within > 0.55) & (within < 0.8)).all(), within


def test_a_draw_without_answer_is_left_out_and_counted():
    found = summarise([1.0, np.nan, 3.0])
    assert (found.draws, found.mean) == (2, 2.0)
    assert summarise([np.nan]).draws == 0


def test_paired_draws_tell_what_unpaired_ones_cannot():
    common = np.random.default_rng(0).normal(size=1000)
    share, error = beats(common + 0.001, common)
    assert share == 1.0
    assert 0 < error < 0.002
    assert share_error(1.0, 1000) > 0


def test_more_than_one_failure_in_a_hundred_is_refused():
    require_few_failures(1, 100, {"no": 1})
    with pytest.raises(NotConverged, match=r"2 of 100 draws have no certified answer.*2 x no equilibrium"):
        require_few_failures(2, 100, {"no equilibrium": 2})


def ishigami(u):
    """A function whose indices are known (Ishigami and Homma 1990), a = 7, b = 0.1; x3 acts through x1 only."""
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}


@pytest.mark.parametrize("draws", [2048, 4096])
def test_sobol_indices_of_a_function_that_is_known(draws):
    pytest.importorskip("SALib")
    design = Design(("x1", "x2", "x3"), seed=3, split=True)
    for one in variance_shares(design, ishigami(design.uniforms(range(design.rows(draws))))):
        assert abs(one.first - FIRST[one.source]) < max(1.5 * one.first_error, 0.01)
        assert abs(one.total - TOTAL[one.source]) < max(1.5 * one.total_error, 0.01)


def test_parameters_of_one_source_count_together():
    pytest.importorskip("SALib")
    design = Design(("a", "a", "b"), seed=1, split=True)
    u = design.uniforms(range(design.rows(2048)))
    found = {one.source: one.first for one in variance_shares(design, u @ [1.0, 1.0, 2.0])}
    assert found == pytest.approx({"a": 1 / 3, "b": 2 / 3}, abs=0.02)


def test_what_the_model_has_and_what_the_numbers_have_is_known_apart():
    """y = a + b + n + sqrt(12) (a - 1/2) (n - 1/2): a quarter of the variance each, the last by interaction."""
    pytest.importorskip("SALib")
    design = Design(("choice a", "choice b", "n"), seed=2, split=True, model=("choice a", "choice b"))
    a, b, n = design.uniforms(range(design.rows(8192))).T
    found = variance_shares(design, a + b + n + np.sqrt(12) * (a - 0.5) * (n - 0.5))
    assert [one.source for one in found[-2:]] == [MODEL, NUMBERS]
    numbers = {one.source: (one.first, one.total) for one in found}
    assert numbers["choice a"] == pytest.approx((0.25, 0.5), abs=0.02)
    assert numbers["n"] == pytest.approx((0.25, 0.5), abs=0.02)
    assert numbers[MODEL] == pytest.approx((0.5, 0.75), abs=0.02)
    assert numbers[NUMBERS] == pytest.approx((0.25, 0.5), abs=0.02)


def test_one_draw_has_no_sampling_error():
    found = summarise([3.0])
    assert found.median == 3.0
    assert np.isnan([found.mean_error, *found.quantile_errors]).all()


def test_too_few_points_are_refused():
    design = Design(("a", "b"), seed=1, split=True)
    with pytest.raises(ScenarioError, match="too few to split"):
        variance_shares(design, np.zeros(8 * design.block))
    with pytest.raises(ScenarioError, match="--sobol"):
        variance_shares(Design(("a",), seed=1), np.zeros(100))


def test_what_rounding_leaves_of_zero_is_not_below_it():
    """A variant without a policy comes out at zero but for the last digits."""
    assert summarise([-3e-14, 2e-15, 0.0, -1e-12]).loss == 0.0
    assert summarise([-1e-4, 1e-4, 1.0, 2.0]).loss == 0.25
