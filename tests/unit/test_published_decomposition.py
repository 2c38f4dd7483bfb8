"""The first-order decomposition that papers print."""

import numpy as np
import pytest

from comity.model.published import first_order_welfare


@pytest.fixture
def trade():
    rng = np.random.default_rng(7)
    flows = rng.uniform(0.1, 2.0, (3, 4, 4))
    return flows, rng.uniform(0, 0.3, flows.shape), rng.uniform(0.9, 1.1, (4, 3)), rng.uniform(5, 9, 4)


def test_no_change_gives_zero(trade):
    flows, tariff, _, income = trade
    still = first_order_welfare(flows, flows, tariff, np.ones((4, 3)), income)
    assert not still.welfare.any()


def test_terms_of_trade_are_exports_less_imports_revalued(trade):
    flows, tariff, cost, income = trade
    found = first_order_welfare(flows, flows, tariff, cost, income)
    n = 2
    exports = sum(flows[j, i, n] * (cost[n, j] - 1) for j in range(3) for i in range(4))
    imports = sum(flows[j, n, i] * (cost[i, j] - 1) for j in range(3) for i in range(4))
    assert found.terms_of_trade[n] == pytest.approx(100 * (exports - imports) / income[n], rel=1e-12)


def test_terms_of_trade_are_a_transfer_between_countries(trade):
    flows, tariff, cost, income = trade
    found = first_order_welfare(flows, flows, tariff, cost, income)
    assert found.terms_of_trade @ income == pytest.approx(0, abs=1e-10)


def test_without_tariffs_volume_is_worth_nothing(trade):
    flows, tariff, cost, income = trade
    assert not first_order_welfare(flows, 2 * flows, 0 * tariff, cost, income).volume_of_trade.any()


def test_domestic_sales_cancel(trade):
    flows, tariff, cost, income = trade
    own = np.arange(4)
    tariff[:, own, own] = 0
    more = flows.copy()
    more[:, own, own] *= 5
    one = first_order_welfare(flows, flows, tariff, cost, income).welfare
    assert first_order_welfare(more, more, tariff, cost, income).welfare == pytest.approx(one, rel=1e-12)


def test_a_flow_that_does_not_exist_contributes_nothing(trade):
    flows, tariff, cost, income = trade
    flows[0, 1, 2] = 0
    found = first_order_welfare(flows, 1.5 * flows, tariff, cost, income)
    assert found.volume_by[0, 1, 2] == 0
    assert np.isfinite(found.welfare).all()
