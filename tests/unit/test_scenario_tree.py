"""Scenario trees: expectations, chances and quantiles in closed form, by simulation, and at their bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from comity.errors import ScenarioError, UnknownName
from comity.uncertainty.answers import chance, expected, mixture, quantile
from comity.uncertainty.probabilities import probability
from comity.uncertainty.readings import in_words
from comity.uncertainty.tree import Branch, Fork, Leaf, leaves, scenario_tree

SHARE = st.floats(0.0, 1.0)
PERCENT = st.integers(0, 100).map(lambda n: n / 100)
"""Bounds that a linear program, feasible to 1e-7 only, can tell from zero."""
ENDS = {"war": {"Japan": [-0.5, -0.3, -0.1, 0.1]}, "deal": {"Japan": [-0.2, 0.2]}, "drift": {"Japan": 0.0}}
DATA: dict[str, Any] = {
    "question": "Tariffs?",
    "branches": {
        "tariffs": {
            "probability": "likely",
            "branches": {"war": {"probability": "may"}, "deal": {}},
        },
        "drift": {},
    },
}


def leaf(name: str, *values: float) -> Leaf:
    return Leaf(name, {"x": np.array(values)})


def two(p: object, first: Leaf, second: Leaf) -> Fork:
    return Fork((Branch("yes", probability(p), first), Branch("no", None, second)))


def test_paths_multiply_and_the_rest_is_taken():
    tree = scenario_tree(DATA, ENDS)
    likely, may = probability("likely").mean, probability("may").mean
    assert {path: weight for path, weight, _ in leaves(tree)} == pytest.approx(
        {("tariffs", "war"): likely * may, ("tariffs", "deal"): likely * (1 - may), ("drift",): 1 - likely}
    )
    assert tree.question == "Tariffs?"
    assert mixture(tree, "Japan")[1].sum() == pytest.approx(1)
    assert expected(tree, "Japan").value == pytest.approx(likely * may * -0.2)
    assert chance(tree, "Japan", below=-0.1).value == pytest.approx(likely * (may / 2 + (1 - may) / 2))
    assert chance(tree, "Japan", above=-0.1).value == pytest.approx(
        1 - likely * (may * 3 / 4 + (1 - may) / 2), abs=1e-12
    )


def test_answers_are_also_in_words_of_the_scale():
    tree = two("likely", leaf("a", -0.3), leaf("b", 0.0))
    answer = chance(tree, "x", below=-0.1, scale="icd-203")
    assert str(answer) == "x below -0.1: likely, 72.5% [60% to 90%] (icd-203)"
    assert chance(tree, "x", below=-0.1).words.scale == "capphrase"  # type: ignore[union-attr]
    assert (
        str(expected(tree, "x", scale="icd-203"))
        == "expected x: -0.2176 [-0.27 to -0.18]; below zero: likely (icd-203)"
    )
    assert expected(tree, "x").words == chance(tree, "x", below=0).words
    assert quantile(tree, "x", 0.9, scale="ipcc").words == in_words(0.9, "ipcc")


@settings(deadline=None, max_examples=30)
@given(p=SHARE, q=st.floats(0.01, 0.99), seed=st.integers(0, 1000))
def test_quantiles_are_those_of_the_weighted_draws(p, q, seed):
    """Against the definition: the least value at which the mixture's distribution function reaches q."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=7), rng.normal(1, 2, size=5)
    tree = two(p, leaf("a", *a), leaf("b", *b))
    found = quantile(tree, "x", q).value
    every = np.sort(np.r_[a, b])
    reached = [p * (a <= v).mean() + (1 - p) * (b <= v).mean() for v in every]
    assert found == every[np.argmax(np.array(reached) >= q - 1e-12)]


def test_a_simulated_tree_agrees():
    rng = np.random.default_rng(1)
    tree = scenario_tree(DATA, ENDS)
    n = 200_000
    tariffs = rng.random(n) < probability("likely").sample(rng.random(n))
    war = rng.random(n) < probability("may").sample(rng.random(n))
    drawn = np.where(
        tariffs, np.where(war, rng.choice(ENDS["war"]["Japan"], n), rng.choice(ENDS["deal"]["Japan"], n)), 0
    )
    assert expected(tree, "Japan").value == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(n))
    assert chance(tree, "Japan", below=-0.1).value == pytest.approx((drawn < -0.1).mean(), abs=4 * 0.5 / np.sqrt(n))
    assert quantile(tree, "Japan", 0.1).value == np.quantile(drawn, 0.1, method="inverted_cdf")


@settings(deadline=None, max_examples=40)
@given(
    bounds=st.lists(st.tuples(PERCENT, PERCENT), min_size=2, max_size=5),
    values=st.lists(st.floats(-1, 1), min_size=5, max_size=5),
)
def test_the_range_of_one_fork_is_that_of_a_linear_program(bounds, values):
    ranges = [tuple(sorted(b)) for b in bounds]
    scaled = [(low / len(ranges), high / len(ranges)) for low, high in ranges]  # so that means leave a rest
    ends = [leaf(str(i), values[i]) for i in range(len(scaled))]
    branches = [Branch(e.name, probability(list(r)), e) for e, r in zip(ends, scaled, strict=True)]
    tree = Fork((*branches, Branch("rest", None, leaf("rest", 0.3))))
    found = expected(tree, "x", within=1.0)
    boxes = [*scaled, (0, 1)]
    cost = np.array([*values[: len(scaled)], 0.3])
    for sign, end in ((1, found.low), (-1, found.high)):
        best = linprog(sign * cost, A_eq=np.ones((1, len(cost))), b_eq=[1], bounds=boxes)
        assert end == pytest.approx(sign * best.fun, abs=1e-9)


def test_the_range_of_a_deeper_tree_holds_every_reading_and_is_reached():
    data = {
        "branches": {
            "a": {"probability": [0.2, 0.6], "branches": {"war": {"probability": [0.3, 0.9]}, "deal": {}}},
            "drift": {},
        }
    }
    tree = scenario_tree(data, ENDS)
    found = {
        "mean": expected(tree, "Japan", within=1.0),
        "chance": chance(tree, "Japan", below=-0.15, within=1.0),
        "median": quantile(tree, "Japan", 0.5, within=1.0),
        "decile": quantile(tree, "Japan", 0.1, within=1.0),
    }
    seen: dict[str, list[float]] = {name: [] for name in found}
    for a in np.linspace(0.2, 0.6, 9):
        for war in np.linspace(0.3, 0.9, 9):
            exact = scenario_tree(
                {"branches": {"a": {"probability": a, "branches": {"war": {"probability": war}, "deal": {}}},
                              "drift": {}}}, ENDS
            )  # fmt: skip
            seen["mean"].append(expected(exact, "Japan").value)
            seen["chance"].append(chance(exact, "Japan", below=-0.15).value)
            seen["median"].append(quantile(exact, "Japan", 0.5).value)
            seen["decile"].append(quantile(exact, "Japan", 0.1).value)
    for name, answer in found.items():
        assert answer.low == pytest.approx(min(seen[name]), abs=1e-9)
        assert answer.high == pytest.approx(max(seen[name]), abs=1e-9)
        assert answer.low <= answer.value <= answer.high


def test_without_doubt_about_probabilities_there_is_no_range():
    tree = two(0.3, leaf("a", 1.0, 2.0), leaf("b", 0.0))
    for answer in (expected(tree, "x"), chance(tree, "x", above=0.5), quantile(tree, "x", 0.8)):
        assert answer.low == pytest.approx(answer.value, abs=1e-12)
        assert answer.high == pytest.approx(answer.value, abs=1e-12)


def test_probabilities_over_one_are_refused_with_the_nearest():
    branches = {"war": {"probability": "likely"}, "deal": {"probability": "may"}}
    with pytest.raises(ScenarioError) as error:
        scenario_tree({"branches": branches}, ENDS)
    text = str(error.value)
    assert "sum to 114.4%" in text
    assert "'war' 65.3%, 'deal' 34.7%" in text
    assert "takes the rest" in text
    with pytest.raises(ScenarioError, match="sum to 114"):
        scenario_tree({"branches": {**branches, "drift": {}}}, ENDS)


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        ({}, ScenarioError, "has no branches"),
        ([], ScenarioError, "a tree is a mapping"),
        ({"branches": {"war": {"probability": 0.5}}}, ScenarioError, "let another branch take the rest"),
        ({"branches": {"war": {}, "deal": {}}}, ScenarioError, "only one branch can take the rest"),
        ({"branches": {"war": {"probability": 0.2}, "deal": {"probability": 0.3}}}, ScenarioError, "sum to 50%"),
        ({"branches": {"war": {"probability": 0.2}, "dael": {}}}, UnknownName, "did you mean 'deal'"),
        ({"branches": {"war": {"probabilty": 0.2}, "deal": {}}}, UnknownName, "did you mean 'probability'"),
        ({"branches": {"war": {"probability": "likly"}, "deal": {}}}, UnknownName, "did you mean 'likely'"),
        ({"branches": {"war": 0.5, "deal": {}}}, ScenarioError, "must say its probability"),
        ({"branches": {"war": {"probability": 0.5, "branches": {}}, "deal": {}}}, ScenarioError, "has no branches"),
    ],
)
def test_bad_trees_are_refused(data, error, says):
    with pytest.raises(error, match=says):
        scenario_tree(data, ENDS)


def test_what_is_no_outcome_is_refused():
    with pytest.raises(ScenarioError, match="'Japan' of 'war' must be a number or a list of draws"):
        scenario_tree({"branches": {"war": {"probability": 0.5}, "deal": {}}}, {**ENDS, "war": {"Japan": "much"}})


def test_bad_questions_are_refused():
    tree = scenario_tree(DATA, ENDS)
    with pytest.raises(UnknownName, match="did you mean 'Japan'"):
        expected(tree, "Jpan")
    for wrong in ({}, {"below": 0, "above": 1}):
        with pytest.raises(ScenarioError, match="below one value, or above one"):
            chance(tree, "Japan", **wrong)
    for q in (0, 1, -1, float("nan")):
        with pytest.raises(ScenarioError, match="between 0 and 1"):
            quantile(tree, "Japan", q)
    for values in ([], [[1.0]], [float("nan")]):
        with pytest.raises(ScenarioError):
            Leaf("x", {"y": np.array(values)})
