"""Sums of regions and sectors."""

import dataclasses

import numpy as np
import pytest
from worlds import random_world

from comity.errors import DataError


def test_sums_are_exact():
    world = random_world(0, regions=5, sectors=6)
    small = world.aggregate({"X": ["R0", "R2"], "ROW": "rest"}, {"G": ["S0", "S1", "S5"]})
    assert small.regions == ("X", "ROW")
    assert small.sectors == ("G", "S2", "S3", "S4")
    assert small.is_benchmark
    assert small.factor_income == pytest.approx(
        [world.factor_income[[0, 2]].sum(), world.factor_income[[1, 3, 4]].sum()]
    )
    for total in ("tariff_revenue", "final_spending", "export_tax_revenue"):
        assert getattr(small, total).sum() == pytest.approx(getattr(world, total).sum(), rel=1e-13)
    rows, goods = [0, 2], [0, 1, 5]
    assert small.input_use[0, 0, 0] == pytest.approx(world.input_use[np.ix_(rows, goods, goods)].sum())
    assert small.total_flows[0, 1, 0] == pytest.approx(world.total_flows[np.ix_(goods, [1, 3, 4], rows)].sum())
    assert small.tariff_revenue[0] == pytest.approx(world.tariff_revenue[rows].sum())
    assert small.region_members == (("R0", "R2"), ("R1", "R3", "ROW"))
    assert small.sector_members[0] == ("S0", "S1", "S5")


def test_export_tax_revenue_is_exact():
    world = random_world(0, regions=4)
    taxed = world.with_tariffs(export_tax=np.random.default_rng(1).uniform(0, 0.3, world.tariff.shape))
    small = taxed.aggregate({"X": ["R0", "R1"]}, {"G": ["S0", "S3"]})
    assert small.is_benchmark
    assert small.export_tax_revenue[0] == pytest.approx(taxed.export_tax_revenue[:2].sum())
    assert small.gross_output[0, 0] == pytest.approx(taxed.gross_output[:2, [0, 3]].sum())


def test_nothing_to_sum_is_the_same_world():
    world = random_world(0)
    assert world.aggregate() is world
    assert world.aggregate({"R0": "R0"}) is world


def test_single_members_rename_and_reorder():
    world = random_world(0)
    same = world.aggregate({"Z": "ROW", "B": ["R1"]})
    assert same.regions == ("Z", "B", "R0")
    assert np.allclose(same.value_added, world.value_added[[2, 1, 0]])
    assert np.allclose(same.tariff, world.tariff[:, [2, 1, 0]][:, :, [2, 1, 0]])
    assert np.allclose(same.flows, world.flows[:, :, [2, 1, 0]][:, :, :, [2, 1, 0]])


def test_renaming_alone_is_done():
    assert random_world(0).aggregate({"Z": ["R0"], "R1": "R1"}).regions == ("Z", "R1", "ROW")
    assert random_world(0).aggregate(None, {"G": "S0"}).sectors == ("G", "S1", "S2", "S3")


def test_names_of_groups():
    world = dataclasses.replace(random_world(0), region_names=("Zero", "One", "Rest"))
    small = world.aggregate({"X": ["R0", "R1"]}, names={"X": "Both"})
    assert small.region_names == ("Both", "Rest")
    assert world.aggregate({"X": ["R0", "R1"]}).region_names == ("X", "Rest")


def test_elasticities_are_averaged_by_international_trade():
    world = random_world(0, regions=4)
    trade = world.total_flows.sum((1, 2)) - np.einsum("jnn->j", world.total_flows)
    once = world.aggregate(None, {"G": ["S0", "S1"]})
    e, weight = world.elasticities, trade[:2] / trade[:2].sum()
    assert once.elasticities.theta[0] == pytest.approx(weight @ e.theta[:2])
    assert once.elasticities.theta_se[0] == pytest.approx(np.sqrt(weight @ e.theta_se[:2] ** 2))
    assert once.elasticities.theta[1:] == pytest.approx(e.theta[2:])
    twice = world.aggregate({"X": ["R0", "R1"]}).aggregate(None, {"G": ["S0", "S1"]})
    assert twice.elasticities.theta == pytest.approx(once.elasticities.theta, rel=1e-14)
    assert once.elasticities.notes
    assert once.elasticities.scale_se is None
    error = np.array([0.02, 0.03, 0.0, 0.01])
    given = dataclasses.replace(world, elasticities=dataclasses.replace(e, scale_se=error))
    mean = given.aggregate(None, {"G": ["S0", "S1"]}).elasticities.scale_se
    assert mean == pytest.approx([np.sqrt(weight @ error[:2] ** 2), 0.0, 0.01])


def test_tariffs_of_pairs_without_trade_are_averaged_and_flags_follow_trade():
    world = random_world(0, zeros=True)
    known = np.ones(world.tariff.shape, dtype=bool)
    known[0, 0, 1] = False
    known[3] = False  # nobody trades the last good
    marked = dataclasses.replace(world, tariff_known=known)
    small = marked.aggregate(None, {"G": ["S0", "S3"]})
    assert not small.tariff_known[0, 0, 1] or world.total_flows[0, 0, 1] == 0
    assert small.tariff_known[0, 1, 0]
    none = marked.aggregate(None, {"Z": ["S3"]})
    assert not none.tariff_known[none.sectors.index("Z")].any()
    assert np.allclose(none.tariff[none.sectors.index("Z")], world.tariff[3])


@pytest.mark.parametrize(
    ("regions", "sectors", "message"),
    [
        ({"X": ["R0", "r1"]}, None, "names 'r1', which is not a region of this world; nearest is 'R1'"),
        ({"X": ["R0"], "Y": ["R0", "R1"]}, None, "'R0' is in two groups: 'X' and 'Y'"),
        ({"X": []}, None, "has no members"),
        ({"X": "rest", "Y": "rest"}, None, "only one region group may take the rest"),
        ({"A": ["R0", "R1"], "B": "ROW", "X": "rest"}, None, "every region is already in a group"),
        ({"R1": ["R0"]}, None, "'R1' would be there twice"),
        (None, {"G": ["S9"]}, "names 'S9', which is not a sector"),
    ],
)
def test_bad_groups_get_one_clear_error(regions, sectors, message):
    with pytest.raises(DataError, match=message):
        random_world(0).aggregate(regions, sectors)


def test_purchases_by_use_stay_exact_and_the_move_is_counted():
    world = random_world(0, regions=4)
    small = world.aggregate({"X": ["R0", "R1"]})
    spent = (world.flows * (1 + world.tariff)).sum(3)
    assert (small.flows * (1 + small.tariff)).sum(3)[:, :, 0] == pytest.approx(spent[:, :, :2].sum(2))
    border = world.flows[:, :, :2].sum(2)
    assert small.history[-1].amount >= 0.5 * np.abs(small.flows[:, :, 0, 1:] - border[:, :, 2:]).sum() - 1e-9


def test_pooled_worlds_sum_too():
    world = random_world(0, regions=4, by_use=False)
    small = world.aggregate({"X": ["R0", "R1"]}, {"G": ["S0", "S1"]})
    assert small.is_benchmark
    assert not small.by_use
    assert small.history[-1].amount == 0
