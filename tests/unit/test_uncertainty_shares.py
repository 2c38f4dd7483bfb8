"""Shares of a spread: closed forms, and what must hold for any answers and any set of combinations."""

from itertools import product

import numpy as np
import pytest

from comity.uncertainty.shares import alone, explained, interactions, shapley

SIZES = (2, 3, 4)
GRID = np.array(list(product(*map(range, SIZES))))


def answers(seed: int, grid: np.ndarray = GRID) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=len(grid))


def test_an_additive_answer_is_shared_by_the_variance_of_each_part():
    parts = [np.array([0.0, 1.0]), np.array([0.0, 2.0, 5.0]), np.array([1.0, 1.0, 3.0, 0.0])]
    y = sum(part[GRID[:, c]] for c, part in enumerate(parts))
    variance = np.array([part.var() for part in parts])
    assert np.allclose(shapley(GRID, y), variance / variance.sum(), atol=1e-14)
    assert np.allclose(alone(GRID, y), variance / variance.sum(), atol=1e-14)
    assert max(map(abs, interactions(GRID, y).values())) < 1e-13


def test_a_pure_interaction_is_divided_equally():
    grid = np.array(list(product(range(2), repeat=2)))
    y = np.array([1.0, -1.0, -1.0, 1.0])
    assert np.allclose(shapley(grid, y), 0.5)
    assert np.allclose(alone(grid, y), 0)
    assert interactions(grid, y) == {(0, 1): pytest.approx(1.0)}


@pytest.mark.parametrize("seed", range(5))
def test_shares_add_up_and_lie_between_alone_and_total(seed):
    y = answers(seed)
    share, first = shapley(GRID, y), alone(GRID, y)
    total = [1 - explained(GRID, y, [d for d in range(3) if d != c]) / y.var() for c in range(3)]
    assert share.sum() == pytest.approx(1, abs=1e-12)
    assert (first <= share + 1e-12).all()
    assert (share <= np.array(total) + 1e-12).all()


@pytest.mark.parametrize("seed", range(5))
def test_shares_of_an_incomplete_set_add_up_and_are_not_negative(seed):
    kept = np.random.default_rng(seed + 10).random(len(GRID)) > 0.4
    share = shapley(GRID[kept], answers(seed)[kept])
    assert share.sum() == pytest.approx(1, abs=1e-12)
    assert (share >= -1e-12).all()


def test_names_of_levels_and_order_of_choices_and_runs_do_not_matter():
    y = answers(3)
    share = shapley(GRID, y)
    renamed = np.stack([np.array([1, 0])[GRID[:, 0]], np.array([2, 0, 1])[GRID[:, 1]], 3 - GRID[:, 2]], axis=1)
    order = np.random.default_rng(0).permutation(len(GRID))
    assert np.allclose(shapley(renamed, y), share)
    assert np.allclose(shapley(GRID[:, [2, 0, 1]], y), share[[2, 0, 1]])
    assert np.allclose(shapley(GRID[order], y[order]), share)
    assert np.allclose(shapley(GRID, 7 - 3 * y), share)


def test_all_choices_together_explain_the_whole_variance():
    y = answers(1)
    assert explained(GRID, y, range(3)) == pytest.approx(y.var(), abs=1e-14)
    assert explained(GRID, y, []) == 0


def test_where_nothing_varies_there_is_nothing_to_share():
    y = np.full(len(GRID), 2.5)
    assert shapley(GRID, y).tolist() == alone(GRID, y).tolist() == [0, 0, 0]
    assert interactions(GRID, y) == {}
