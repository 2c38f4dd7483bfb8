"""Every figure of Caliendo and Parro (2015) in the references, and every country against the reference results."""

import numpy as np
import pytest

from comity.errors import DataError
from comity.replication import caliendo_parro_2015 as cp
from comity.replication import papers, run


@pytest.fixture(scope="module")
def replication(folder):
    return run("caliendo-parro-2015", folder)


def rows(replication, source):
    return [row for row in replication.rows if row.source == source]


def test_printed_figures_to_the_printed_digit(replication):
    printed = rows(replication, "paper")
    assert len(printed) == 30
    assert all(round(row.ours, 2) == row.published for row in printed), [row for row in printed if not row.matches]


def test_exact_welfare_and_path_decomposition_to_four_decimals(replication):
    reference = rows(replication, "reference")
    assert len(reference) == 9
    assert all(round(row.ours, 4) == row.published for row in reference), [row for row in reference if not row.matches]


def test_every_country_under_both_closures(replication):
    reference = rows(replication, "reference results")
    assert len(reference) == 31 * 2 * 5
    worst = max(reference, key=lambda row: abs(row.difference))
    assert abs(worst.difference) < 1e-6, worst
    assert replication.passed


def test_path_decomposition_adds_up_in_every_country(outcomes):
    for outcome in outcomes.values():
        total = sum(cp.path_channels(outcome).values())
        assert np.abs(total - cp.measures(outcome)["exact welfare"]).max() < 1e-6


def test_data_are_not_a_benchmark_equilibrium_and_the_baseline_is(data, outcomes):
    """Demand differs from recorded spending by more than 1% in 724 of 1,240 cells; solving the baseline closes them."""

    def gaps(world):
        demand = world.input_use.sum(2) + world.final_use
        spending = (world.total_flows * (1 + world.tariff)).sum(2).T
        return np.abs(demand / spending - 1)

    assert (gaps(data.world) > 0.01).sum() == 724
    for outcome in outcomes.values():
        assert gaps(outcome.world).max() < 1e-9


def test_outcomes_are_certified(outcomes):
    for outcome in outcomes.values():
        assert outcome.certificate.passed
        assert outcome.certificate.max_residual < 1e-10


def test_closures_do_what_they_say(data, outcomes):
    assert np.abs(outcomes[cp.ZERO].world.imbalance).max() < 1e-8 * data.world.factor_income.sum()
    assert outcomes[cp.DEFICITS].world.imbalance == pytest.approx(data.world.imbalance, abs=1e-3)


def test_data_may_lie_in_the_folder_itself_or_below_it(folder, shared_data, replication):
    below = run(papers()[0], shared_data)
    assert [row.ours for row in below.rows] == [row.ours for row in replication.rows]


def test_without_reference_results_the_printed_figures_remain(tmp_path, folder):
    (tmp_path / "nafta_cp2015.npz").symlink_to(folder / "nafta_cp2015.npz")
    found = run("caliendo-parro-2015", tmp_path)
    assert found.passed
    assert not rows(found, "reference results")
    assert "were not compared" in found.notes[-1]


def test_absent_data_says_where_the_authors_publish_them(tmp_path):
    with pytest.raises(DataError, match=r"10\.1093/restud/rdu035"):
        run("caliendo-parro-2015", tmp_path)
    with pytest.raises(DataError, match="is not a folder"):
        run("caliendo-parro-2015", tmp_path / "nowhere")


def test_damaged_data_are_named(tmp_path, folder):
    whole = (folder / "nafta_cp2015.npz").read_bytes()
    (tmp_path / "nafta_cp2015.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="does not hold the NAFTA data"):
        run("caliendo-parro-2015", tmp_path)


def test_a_file_without_an_array_names_it(tmp_path):
    np.savez(tmp_path / "nafta_cp2015.npz", iso3=np.array(["MEX"]))
    with pytest.raises(DataError, match="countries"):
        run("caliendo-parro-2015", tmp_path)
