"""Table 4.1 of Costinot and Rodriguez-Clare (2014), and the closed forms behind it."""

from pathlib import Path

import numpy as np
import pytest

from comity.errors import DataError
from comity.replication import run
from comity.replication.costinot_rodriguez_clare_2014 import (
    SETUPS,
    gains_many_sectors,
    gains_one_sector,
    leontief,
    statistics,
)
from comity.replication.wiod_2008 import Table, aggregate, elasticities, read, without_negative_demand

WIOD = "world/wiod2013/wiot_2008.RData"


@pytest.fixture(scope="module")
def replication(shared_data):
    if not (shared_data / WIOD).is_file():
        pytest.skip("WIOD 2008 is not in ../shared/data")
    pytest.importorskip("rdata", reason="reading WIOD needs comity[readers]")
    return run("costinot-rodriguez-clare-2014", shared_data)


@pytest.fixture(scope="module")
def table(shared_data):
    pytest.importorskip("rdata", reason="reading WIOD needs comity[readers]")
    return aggregate(read(shared_data / WIOD))


def rows(replication, source):
    return [row for row in replication.rows if row.source == source]


def test_every_value_of_this_vintage_is_reached_to_the_printed_digit(replication):
    ours = {(row.quantity, row.place): (round(row.ours, 1), row.published) for row in rows(replication, "2013 release")}
    assert len(ours) == 10
    assert all(mine == theirs for mine, theirs in ours.values()), ours


def test_printed_values_agree_up_to_the_vintage_and_only_china_does_not(replication):
    apart = {row.place for row in rows(replication, "table 4.1") if not row.matches}
    assert len(rows(replication, "table 4.1")) == 10
    assert apart == {"CHN"}
    assert replication.passed


def test_all_34_countries_under_every_set_up(replication):
    alone = [row for row in replication.rows if not row.compared]
    assert len(alone) == 34 * len(SETUPS)
    assert all(0 < row.ours < 100 for row in alone)


def test_cells_without_domestic_source_are_named(replication):
    noted = {row.place: row.note for row in replication.rows if not row.compared and row.note}
    assert set(noted) == {"GRC", "SVN"}
    assert noted["GRC"].startswith("c24 is left out: US$ 13 m")
    assert noted["SVN"].startswith("c8 is left out")


def test_steps_of_the_data_are_counted(table):
    steps = without_negative_demand(table).history
    assert [(step.action, step.count) for step in steps] == [("negative final demand", 10), ("output recomputed", 1054)]
    assert steps[0].amount == 4287


def test_aggregation_keeps_the_world_total(shared_data, table):
    source = read(shared_data / WIOD)
    assert (len(table.regions), len(table.sectors)) == (34, 31)
    assert table.Z.sum() == source.Z.sum()
    assert table.F.sum() == source.F.sum()
    assert table.output.sum() == source.output.sum()


def test_how_far_the_rounding_of_the_source_reaches(table):
    """Flows rescaled to recomputed output give Ireland 36.4, not 36.7: the source is in whole millions."""
    regions, sectors = table.output.shape
    size = regions * sectors
    A = table.Z.reshape(size, size) / table.output.reshape(size)
    F = np.maximum(table.F, 0)
    output = np.linalg.solve(np.eye(size) - A, F.sum(2).reshape(size))
    consistent = Table(
        table.regions, table.sectors, (A * output).reshape(table.Z.shape), F, output.reshape(regions, sectors)
    )
    stats = statistics(consistent)
    G = gains_many_sectors(
        np.where(stats.lambda_ > 0, stats.lambda_, 1), stats.beta, elasticities(table.sectors), leontief(stats.A)
    )
    found = {place: round(float(G[table.regions.index(place)]), 1) for place in ("IRL", "BEL", "DEU", "CHN", "USA")}
    assert found == {"IRL": 36.4, "BEL": 55.4, "DEU": 21.7, "CHN": 7.8, "USA": 8.4}


def test_one_sector_is_a_case_of_many():
    lambda_ = np.array([0.5, 0.9])
    assert gains_many_sectors(lambda_[:, None], np.ones((2, 1)), np.array([5.0])) == pytest.approx(
        gains_one_sector(lambda_)
    )


def test_intermediates_raise_the_power_by_their_multiplier():
    """One sector with input share 1/2: the round-about doubles the exponent."""
    lambda_ = np.array([[0.8]])
    G = gains_many_sectors(lambda_, np.ones((1, 1)), np.array([5.0]), leontief(np.array([[[0.5]]])))
    assert G[0] == pytest.approx(100 * (1 - 0.8 ** (2 / 5)), rel=1e-14)


def test_autarky_gains_nothing_and_a_missing_source_everything():
    beta, eps = np.array([[0.5, 0.5]]), np.array([5.0, 5.0])
    assert gains_many_sectors(np.ones((1, 2)), beta, eps)[0] == 0
    assert gains_many_sectors(np.array([[1.0, 0.0]]), beta, eps)[0] == 100
    assert gains_many_sectors(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]]), eps)[0] == 0


def test_monopolistic_competition_values_what_a_country_specialises_in():
    """A country that makes more of a sector than it buys (e/r < 1) gains more from trade with free entry."""
    lambda_, beta, eps = np.full((1, 2), 0.8), np.array([[0.5, 0.5]]), np.array([2.0, 8.0])
    plain = gains_many_sectors(lambda_, beta, eps)
    assert gains_many_sectors(lambda_, beta, eps, None, np.array([[0.7, 1.3]]))[0] > plain[0]
    assert gains_many_sectors(lambda_, beta, eps, None, np.ones((1, 2)))[0] == plain[0]


def test_absent_data_says_where_they_are_published(tmp_path):
    with pytest.raises(DataError, match=r"World Input-Output Database, 2013 release"):
        run("costinot", tmp_path)


def test_a_damaged_table_is_named(tmp_path):
    pytest.importorskip("rdata", reason="reading WIOD needs comity[readers]")
    (tmp_path / "wiot_2008.RData").write_bytes(b"no table at all")
    with pytest.raises(DataError, match="not a WIOD 2013 table"):
        run("costinot", Path(tmp_path))
