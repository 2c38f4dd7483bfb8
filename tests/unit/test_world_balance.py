"""Rules for degenerate cells: what is repaired, how much, and what stays."""

import numpy as np
import pytest
from worlds import random_table, random_world

from comity.errors import DataError, UnbalancedError
from comity.world import World, from_table

NAMES = {"regions": ("A", "B", "C"), "sectors": ("w", "x", "y", "z"), "elasticities": 5.0}


def table(seed=0, **options):
    Z, F, V = random_table(seed, **options)
    return {"inputs": Z, "final": F, "value_added": V}


def closed(values, **options):
    world = from_table(**values, **NAMES, **options)
    assert max(check.largest for check in world.check()) < 1e-13
    assert all(np.isfinite(array).all() for array in world.arrays().values())
    return world, {step.action: step for step in world.history}


def test_a_table_becomes_a_world_without_repairs():
    values = table()
    world, steps = closed(values)
    assert steps == {}
    assert np.allclose(world.value_added, values["value_added"])
    assert np.allclose(world.flows[0], np.einsum("ijnk->jni", values["inputs"]))
    assert np.allclose(world.flows[1], np.einsum("ijn->jni", values["final"]))
    assert np.allclose(world.input_use, np.einsum("ijnk->njk", values["inputs"]))
    assert not world.tariff_known[0, 0, 1]
    assert world.tariff_known[0, 0, 0]


def test_tariffs_are_taken_out_of_net_taxes():
    values = table()
    taxes = 0.05 * values["value_added"]
    values["final"] = values["final"] + np.einsum("nk,nm->nkm", taxes, np.eye(3))
    tariff = 0.1 * ~np.eye(3, dtype=bool) * np.ones((4, 1, 1))
    world, steps = closed(values, net_taxes=taxes, tariff=tariff)
    paid = world.input_use - np.einsum("ijnk->njk", values["inputs"])
    assert np.allclose(world.value_added, values["value_added"] + taxes - paid.sum(1))
    assert steps["tariffs on inputs"].amount == pytest.approx(paid.sum())
    assert steps["net taxes as factor income"].amount == pytest.approx(np.abs(taxes - paid.sum(1)).sum())
    assert steps["tariffs on final use"].amount == pytest.approx((world.flows[1] * tariff).sum())
    share = paid / np.einsum("ijnk->njk", values["inputs"])
    assert np.allclose(share, share[:, :, :1])  # one average tariff for all users of an input


def test_negative_final_sales_are_netted_within_the_row():
    values = table()
    values["final"][0, 1] = [60.0, -10.0, 30.0]
    output = values["inputs"].sum((2, 3)) + values["final"].sum(2)
    values["value_added"] = output - values["inputs"].sum((0, 1))
    world, steps = closed(values)
    assert world.flows[1, 1, :, 0] == pytest.approx([60 * 80 / 90, 0, 30 * 80 / 90])
    assert steps["negative final sales"].count == 1
    assert steps["negative final sales"].amount == pytest.approx(10)
    assert np.allclose(world.gross_output, output)


def test_a_row_of_stocks_drawn_down_counts_as_output():
    values = table()
    values["inputs"][:, :, 2, 3] = 0
    values["final"][2, 3] = [1.0, -10.0, 2.0]
    output = values["inputs"].sum((2, 3)) + values["final"].sum(2)
    values["value_added"] = output - values["inputs"].sum((0, 1))
    world, steps = closed(values)
    assert world.flows[1, 3, :, 2].tolist() == [0, 0, 0]
    assert steps["stocks drawn down"].amount == pytest.approx(7)
    assert world.value_added[2, 3] == pytest.approx(values["value_added"][2, 3] + 7)


def test_negative_value_added_shrinks_inputs_and_moves_them_to_final_use():
    values = table()
    values["inputs"][:, :, 1, 2] *= 100
    output = values["inputs"].sum((2, 3)) + values["final"].sum(2)
    values["value_added"] = output - values["inputs"].sum((0, 1))
    assert values["value_added"][1, 2] < 0
    before = values["inputs"].sum((0, 3)), values["final"].sum(0)
    world, steps = closed(values)
    negative = values["value_added"] < 0
    assert steps["negative value added"].count == negative.sum()
    assert steps["negative value added"].amount == pytest.approx(-values["value_added"][negative].sum())
    assert (world.value_added[negative] == 0).all()
    assert np.allclose(world.gross_output, output)
    assert np.allclose(world.input_use.sum(2) + world.final_use, np.transpose(before[0] + before[1]))
    assert np.allclose(
        world.total_flows, np.einsum("ijnk->jni", values["inputs"]) + np.einsum("ijn->jni", values["final"])
    )


def test_negative_inputs_are_set_to_zero():
    values = table()
    values["inputs"][0, 1, 2, 3] -= values["inputs"][0, 1, 2, 3] + 4.0
    output = values["inputs"].sum((2, 3)) + values["final"].sum(2)
    values["value_added"] = output - values["inputs"].sum((0, 1))
    world, steps = closed(values)
    assert steps["negative inputs"].count == 1
    assert steps["negative inputs"].amount == pytest.approx(4)
    assert world.flows[1, 1, 2, 0] == pytest.approx(values["final"][0, 1, 2] - 4)
    assert world.value_added[2, 3] == pytest.approx(values["value_added"][2, 3] - 4)


def test_empty_cells_are_counted_and_left_empty():
    world, steps = closed(table(zeros=True))
    assert steps["no output"].count == 4  # the last good everywhere, the first in the last region
    assert steps["no spending"].count == 3
    assert steps["no domestic source"].count == 1
    assert (world.gross_output[:, -1] == 0).all()
    assert (world.value_added[:, -1] == 0).all()


def test_intermediate_sales_without_a_user_become_final():
    world = random_world(0)
    flows = np.array(world.flows)
    flows[0, 1, 2] += 1e-9
    use = np.array(world.input_use)
    lost = use[2, 1].sum()
    use[2, 1] = 0
    with pytest.raises(UnbalancedError, match="intermediate purchases"):
        World.from_flows(
            flows=world.flows, tariff=world.tariff, input_use=use, final_use=world.final_use,
            value_added=world.value_added, elasticities=5, regions=world.regions, sectors=world.sectors,
        )  # fmt: skip
    loose = World.from_flows(
        flows=world.flows, tariff=world.tariff, input_use=use, final_use=world.final_use, value_added=world.value_added,
        elasticities=5, regions=world.regions, sectors=world.sectors, tolerance=1,
    )  # fmt: skip
    assert loose.is_benchmark
    assert loose.final_use[2, 1] == pytest.approx(world.final_use[2, 1] + lost)
    assert "intermediate sales without a user" in {step.action for step in loose.history}


def test_pooled_negative_final_use_is_taken_from_inputs():
    world = World.from_flows(
        flows=np.array([[[10.0]], [[10.0]]]), input_use=[[[12.0, 0.0], [0.0, 2.0]]], final_use=[[-2.0, 8.0]],
        value_added=[[-2.0, 8.0]], elasticities=5, regions=["A"], sectors=["x", "y"],
    )  # fmt: skip
    assert world.is_benchmark
    assert world.final_use.tolist() == [[0.0, 8.0]]
    assert world.input_use[0].tolist() == [[10.0, 0.0], [0.0, 2.0]]
    assert {"negative final use", "no value added"} <= {step.action for step in world.history}


def test_a_region_without_an_economy_is_refused():
    with pytest.raises(DataError, match=r"B has no factor income \(0\): leave the region out"):
        World.from_flows(
            flows=np.array([[[10.0, 0.0], [0.0, 0.0]]]), input_use=[[[2.0]], [[0.0]]], final_use=[[8.0], [0.0]],
            value_added=[[8.0], [0.0]], elasticities=5, regions=["A", "B"], sectors=["x"],
        )  # fmt: skip


def test_pooled_negative_value_added():
    flows = np.array([[[10.0]], [[10.0]]])
    world = World.from_flows(
        flows=flows, input_use=[[[6.0, 1.0], [6.0, 1.0]]], final_use=[[3.0, 3.0]], value_added=[[-2.0, 8.0]],
        elasticities=5, regions=["A"], sectors=["x", "y"],
    )  # fmt: skip
    assert world.is_benchmark
    assert world.value_added.tolist() == [[0.0, 8.0]]
    assert world.final_use.tolist() == [[4.0, 4.0]]


def test_single_precision_is_recorded_and_exact_in_double():
    world, steps = closed(table(), single=True)
    assert np.array_equal(world.flows, world.flows.astype(np.float32))
    assert 0 < steps["single precision"].amount < 1e-3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": np.zeros((3, 4, 3))}, "inputs has shape"),
        ({"final": np.zeros((3, 4))}, "final has shape"),
        ({"value_added": np.zeros((4, 3))}, "value_added has shape"),
        ({"net_taxes": np.zeros(3)}, "net_taxes has shape"),
        ({"tariff": np.zeros((3, 3))}, "tariff has shape"),
        ({"inputs": np.full((3, 4, 3, 4), np.nan)}, "inputs is nan at index"),
        ({"final": np.full((3, 4, 3), "a")}, "not numbers"),
    ],
)
def test_bad_tables_get_one_clear_error(change, message):
    with pytest.raises(DataError, match=message):
        from_table(**table() | change, **NAMES)


def test_final_use_by_category_is_summed():
    values = table()
    one, _ = closed(values)
    split = values | {"final": np.stack([0.25 * values["final"], 0.75 * values["final"]], axis=-1)}
    two, _ = closed(split)
    assert np.allclose(one.flows, two.flows)
