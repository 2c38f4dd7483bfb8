"""Distributions of parameters, their correlation and their draws: closed forms, bits, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from comity.errors import ScenarioError, UnknownName
from comity.uncertainty.copula import Correlation, correlation, equicorrelation, nearest_correlation
from comity.uncertainty.declaring import uncertain
from comity.uncertainty.discrete import Discrete
from comity.uncertainty.distributions import KINDS, Distribution
from comity.uncertainty.draws import draw, uniforms
from comity.uncertainty.elasticity import theta_distributions
from comity.uncertainty.probabilities import probability
from comity.world.elasticities import elasticity_set

of = Distribution.of
EVEN = (np.arange(200_000) + 0.5) / 200_000
EXAMPLES = [
    (of("point", value=3.0), 3.0, 0.0),
    (of("normal", mean=5, sd=1.4), 5.0, 1.4),
    (of("lognormal", mean=5, sd=1.4), 5.0, 1.4),
    (of("lognormal", median=4, log_sd=0.3), 4 * math.exp(0.045), 4 * math.exp(0.045) * math.sqrt(math.expm1(0.09))),
    (of("uniform", low=-1, high=3), 1.0, 4 / math.sqrt(12)),
    (of("triangular", low=0, mode=1, high=5), 2.0, math.sqrt((25 + 1 - 5) / 18)),
    (of("beta", mean=0.3, sd=0.1), 0.3, 0.1),
    (of("beta", a=2, b=6), 0.25, math.sqrt(12 / (64 * 9))),
]


@pytest.mark.parametrize(("found", "mean", "sd"), EXAMPLES, ids=lambda x: str(x) if isinstance(x, Distribution) else "")
def test_means_and_spreads_are_those_declared(found, mean, sd):
    """The mean by its property and by the quantiles; the spread by the quantiles."""
    assert found.mean == pytest.approx(mean)
    drawn = found.ppf(EVEN)
    assert drawn.mean() == pytest.approx(mean, abs=2e-4)
    assert drawn.std() == pytest.approx(sd, rel=1e-3, abs=1e-12)
    assert (np.diff(drawn) >= 0).all()


def test_every_kind_has_an_example():
    assert {found.kind for found, _, _ in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize(
    ("mean", "sd", "low", "high"), [(5, 3, 0, math.inf), (1, 1, 0, 2), (0, 1, -1, 4), (3, 1, -9, 2)]
)
def test_a_cut_normal_is_the_truncated_normal(mean, sd, low, high):
    found = of("normal", mean=mean, sd=sd, above=low, below=high)
    exact = stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)
    u = np.linspace(0.001, 0.999, 57)
    assert found.ppf(u) == pytest.approx(exact.ppf(u), rel=1e-9, abs=1e-9)
    a, b = (low - mean) / sd, (high - mean) / sd
    z = stats.norm.cdf(b) - stats.norm.cdf(a)
    assert found.mean == pytest.approx(mean + sd * (stats.norm.pdf(a) - stats.norm.pdf(b)) / z, abs=1e-7)


@given(u=st.floats(0, 1))
def test_cut_distributions_stay_inside(u):
    for found in (
        of("normal", mean=1, sd=2, above=0),
        of("lognormal", mean=5, sd=4, below=6),
        of("uniform", low=0, high=10, above=2, below=3),
    ):
        assert found.above <= found.ppf(u) <= found.below


@pytest.mark.parametrize(
    ("kind", "parameters", "says"),
    [
        ("gamma", {"a": 1}, "take one of point, normal"),
        ("normal", {"mean": 1}, "normal takes mean and sd"),
        ("normal", {"mean": 1, "sd": 0}, "sd must be above zero"),
        ("normal", {"mean": 1, "sd": -1}, "sd must be above zero"),
        ("normal", {"mean": math.nan, "sd": 1}, "finite"),
        ("lognormal", {"mean": -1, "sd": 1}, "mean must be above zero"),
        ("lognormal", {"mean": 1, "log_sd": 1}, "or median and log_sd"),
        ("uniform", {"low": 1, "high": 1}, "low must be below high"),
        ("triangular", {"low": 0, "mode": 2, "high": 1}, "mode must lie"),
        ("beta", {"mean": 1.2, "sd": 0.1}, "between 0 and 1"),
        ("beta", {"mean": 0.5, "sd": 0.5}, "standard deviation below 0.5"),
        ("normal", {"mean": -9, "sd": 1, "above": 0}, "leaves 0.0e"),
        ("normal", {"mean": 0, "sd": 1, "above": 2, "below": 1}, "nothing is above"),
    ],
)
def test_impossible_distributions_are_refused(kind, parameters, says):
    with pytest.raises(ScenarioError, match=says):
        of(kind, **parameters)


def test_a_choice_has_the_shares_that_it_says():
    found = Discrete(("fixed", "balanced", "output"), (0.5, 0.2, 0.3))
    drawn = found.ppf(EVEN)
    assert {o: float((drawn == o).mean()) for o in found.options} == pytest.approx(
        dict(zip(found.options, found.weights, strict=True)), abs=1e-5
    )
    assert Discrete((1.0, 3.0), (0.25, 0.75)).mean == 2.5
    assert Discrete.even(["a", "b"]).weights == (0.5, 0.5)
    with pytest.raises(ScenarioError, match="no numbers"):
        _ = found.mean


@pytest.mark.parametrize(
    ("options", "weights", "says"),
    [
        ((), (), "needs options"),
        (("a", "a"), (0.5, 0.5), "each once"),
        (("a", "b"), (0.5,), "as many probabilities"),
        (("a", "b"), (1.5, -0.5), "as many probabilities"),
        (("a", "b"), (0.7, 0.5), "sum to 1.2, not 1; the nearest that do: 'a' 0.6, 'b' 0.4"),
    ],
)
def test_impossible_choices_are_refused(options, weights, says):
    with pytest.raises(ScenarioError, match=says):
        Discrete(options, weights)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (5, "point(value 5)"),
        ({"point": 5}, "point(value 5)"),
        ({"normal": {"mean": 5, "sd": 1.4}, "above": 0, "source": "s"}, "normal(mean 5, sd 1.4) above 0"),
        ({"choice": ["fixed", "balanced"]}, "choice(fixed 0.5, balanced 0.5)"),
        ({"choice": {"fixed": "75%", "balanced": 0.25}}, "choice(fixed 0.75, balanced 0.25)"),
    ],
)
def test_declarations_are_read(data, text):
    found = uncertain(data)
    assert str(found) == text
    assert found.assumed == (not (isinstance(data, dict) and "source" in data))  # type: ignore[union-attr]


def test_a_word_is_a_distribution_too():
    found = uncertain({"words": "likely", "scale": "uk"})
    assert found == probability("likely", "uk")
    assert found.ppf([0.0, 1.0]).tolist() == [0.55, 0.75]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("likely", "is no distribution"),
        (True, "is no distribution"),
        ({}, "of one kind, not none"),
        ({"normal": {"mean": 1, "sd": 1}, "uniform": {"low": 0, "high": 1}}, "normal and uniform"),
        ({"nromal": {"mean": 1, "sd": 1}}, "did you mean 'normal'"),
        ({"normal": [1, 2]}, "by name: mean, sd"),
        ({"normal": {"mean": "1", "sd": 1}}, "not a number"),
        ({"normal": {"mean": 1, "sd": 1}, "abvoe": 0}, "did you mean 'above'"),
        ({"choice": "fixed"}, "must be a list"),
        ({"choice": {"a": 0.5}}, "sum to 0.5"),
        ({"choice": []}, "needs options"),
        ({"choice": ["a"], "above": 0}, "takes no 'above'"),
        ({"words": "likly"}, "did you mean 'likely'"),
    ],
)
def test_bad_declarations_are_refused(data, says):
    with pytest.raises(ScenarioError, match=says):
        uncertain(data)


PARAMETERS = {
    "theta": of("lognormal", mean=5, sd=1.4),
    "coverage": of("beta", mean=0.8, sd=0.1),
    "closure": Discrete.even(["fixed", "balanced"]),
    "follows": probability("likely"),
}
LINKED = correlation(["theta", "coverage"], [("theta", "coverage", 0.6)])


@pytest.mark.parametrize("sizes", [[37], [1] * 37, [16, 16, 5], [5, 1, 30, 1]])
def test_a_draw_does_not_depend_on_its_batch(sizes):
    whole = draw(PARAMETERS, 37, seed=3, correlations=LINKED)
    start = 0
    for size in sizes:
        part = draw(PARAMETERS, size, seed=3, start=start, correlations=LINKED)
        assert len(part) == size
        for name, values in part.values.items():
            assert (values == whole.values[name][start : start + size]).all(), name
        start += size


def test_a_draw_does_not_depend_on_the_order_of_declaration_but_on_the_seed():
    one = draw(PARAMETERS, 8, seed=3, correlations=LINKED)
    turned = draw(dict(reversed(PARAMETERS.items())), 8, seed=3,
                  correlations=correlation(["coverage", "theta"], [("coverage", "theta", 0.6)]))  # fmt: skip
    assert all((one.values[name] == turned.values[name]).all() for name in PARAMETERS)
    assert (one.values["theta"] != draw(PARAMETERS, 8, seed=4, correlations=LINKED).values["theta"]).all()
    assert "seed 3" in one.method
    assert "copula over coverage, theta" in one.method


def test_points_are_balanced_and_strictly_inside():
    points = uniforms(5, 1024, seed=7)
    assert points.min() > 0
    assert points.max() < 1
    for column in points.T:  # each of 1,024 equal parts has one: what makes them Sobol points
        assert (np.bincount((column * 1024).astype(int), minlength=1024) == 1).all()


def test_means_come_closer_than_by_chance():
    """With 4,096 Sobol points the mean is within a tenth of the standard error of as many random draws."""
    for name, values in draw({k: v for k, v in PARAMETERS.items() if k != "closure"}, 4096, seed=1).values.items():
        exact = PARAMETERS[name].mean
        assert abs(values.mean() - exact) < 0.1 * values.std() / math.sqrt(4096)


@settings(deadline=None, max_examples=20)
@given(r=st.floats(-0.95, 0.95))
def test_rank_correlation_is_that_of_the_copula(r):
    linked = correlation(["theta", "coverage"], [("theta", "coverage", r)])
    found = draw(PARAMETERS, 8192, seed=5, correlations=linked)
    spearman = stats.spearmanr(found.values["theta"], found.values["coverage"]).statistic
    assert spearman == pytest.approx(6 / math.pi * math.asin(r / 2), abs=0.01)
    for name in ("theta", "coverage"):  # the marginal distributions stay what they were
        ranks = np.sort(found.uniforms[name])
        assert np.abs(ranks - (np.arange(8192) + 0.5) / 8192).max() < 0.01


def test_no_correlation_changes_nothing_but_rounding():
    apart = draw(PARAMETERS, 64, seed=5).values["theta"]
    together = draw(PARAMETERS, 64, seed=5, correlations=equicorrelation(["theta", "coverage"], 0.0)).values["theta"]
    assert together == pytest.approx(apart, rel=1e-12)
    one = draw({"a": PARAMETERS["theta"], "b": PARAMETERS["theta"]}, 64, correlations=equicorrelation(["a", "b"], 1.0))
    assert one.values["a"] == pytest.approx(one.values["b"], rel=1e-7)


@settings(deadline=None, max_examples=30)
@given(size=st.integers(2, 6), seed=st.integers(0, 10_000))
def test_the_nearest_correlation_is_one_and_nothing_near_is_nearer(size, seed):
    rng = np.random.default_rng(seed)
    a = rng.uniform(-1, 1, (size, size))
    wrong = np.where(np.eye(size, dtype=bool), 1.0, (a + a.T) / 2)
    near = nearest_correlation(wrong)
    assert np.linalg.eigvalsh(near)[0] > -1e-9
    assert np.diag(near) == pytest.approx(np.ones(size))
    distance = np.square(near - wrong).sum()
    for _ in range(20):  # mixtures with correlation matrices are correlation matrices
        factor = rng.normal(size=(size, size + 1))
        other = np.corrcoef(factor)
        t = rng.uniform(0, 0.2)
        assert np.square((1 - t) * near + t * other - wrong).sum() >= distance - 1e-9


def test_a_matrix_with_a_negative_eigenvalue_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError) as error:
        correlation(["a", "b", "c"], [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)])
    text = str(error.value)
    assert "eigenvalue -0.8" in text
    assert "'a' with 'b' 0.5 (not 0.9)" in text
    assert "'a' with 'c' -0.5 (not -0.9)" in text
    with pytest.raises(ScenarioError, match=r"eigenvalue -0\.2"):
        equicorrelation(["a", "b", "c"], -0.6)
    assert equicorrelation(["a", "b", "c"], -0.5).matrix.shape == (3, 3)  # just possible


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        ([[1, 0.5], [0.4, 1]], "not symmetric: 0.5 for 'a' with 'b', 0.4"),
        ([[1, 1.5], [1.5, 1]], "'a' and 'b' is 1.5, not between"),
        ([[1, math.nan], [math.nan, 1]], "not between"),
        ([[0.9, 0.1], [0.1, 1]], "'a' with itself is 1, not 0.9"),
        ([[1.0]], "is 2 x 2"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix, says):
    with pytest.raises(ScenarioError, match=says):
        Correlation(("a", "b"), np.array(matrix, dtype=float))


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'theta'"):
        correlation(["theta", "x"], [("thet", "x", 0.1)])
    with pytest.raises(ScenarioError, match="given twice"):
        correlation(["a", "b"], [("a", "b", 0.1), ("b", "a", 0.2)])
    with pytest.raises(UnknownName, match="not drawn"):
        draw(PARAMETERS, 4, correlations=equicorrelation(["theta", "scale"], 0.1))
    with pytest.raises(ScenarioError, match="no order"):
        draw(PARAMETERS, 4, correlations=equicorrelation(["theta", "closure"], 0.1))
    with pytest.raises(ScenarioError, match="nothing to draw"):
        draw({}, 4)
    for count, start, seed in ((0, 0, 1), (4, -1, 1), (2, 2**30 - 1, 1), (4, 0, -1), (4, 0, 1.5)):
        with pytest.raises(ScenarioError):
            draw(PARAMETERS, count, start=start, seed=seed)  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="drawn jointly"):
        uniforms(30_000, 1)


def test_elasticities_have_the_spread_of_their_set():
    sectors, members = ["cars", "farm", "trade"], [["C29"], ["A01"], ["G"]]
    found = elasticity_set("lashkaripour-lugovskyy-2023", sectors, members)
    for kind in ("lognormal", "normal"):
        for j, (sector, theta) in enumerate(theta_distributions(found, sectors, kind).items()):
            assert sector == sectors[j]
            assert theta.ppf(1e-6) > 0
            assert theta.assumed == bool(found.assumed[j] or found.assumed_se[j])
            assert theta.assumed == ("assumed" in theta.note)
    exact = theta_distributions(found, sectors)["cars"]
    assert exact.mean == pytest.approx(found.theta[0])
    assert exact.ppf(EVEN).std() == pytest.approx(found.theta_se[0], rel=1e-3)
    with pytest.raises(ScenarioError, match="lognormal or normal"):
        theta_distributions(found, sectors, "uniform")
