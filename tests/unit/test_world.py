"""What a world accepts, refuses, shows and computes."""

import dataclasses

import numpy as np
import pytest
from worlds import pooled, random_elasticities, random_world

from comity.errors import DataError, UnbalancedError, UnknownName
from comity.world import World


def arguments(world: World, **changes):
    """Arguments of `World.from_flows` that rebuild `world`, with changes."""
    keys = (
        "flows",
        "tariff",
        "input_use",
        "final_use",
        "value_added",
        "elasticities",
        "regions",
        "sectors",
        "tariff_known",
    )
    return {key: getattr(world, key) for key in keys} | changes


def changed(array, value, *at):
    copy = np.array(array)
    copy[at] = value
    return copy


def test_every_identity_holds_to_rounding():
    for seed in range(3):
        for by_use in (True, False):
            for zeros in (True, False):
                world = random_world(seed, by_use=by_use, zeros=zeros)
                assert world.is_benchmark
                assert max(check.largest for check in world.check()) < 1e-14


def test_arrays_are_read_only_copies():
    world = random_world(0)
    for array in (*world.arrays().values(), world.elasticities.theta):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    mine = np.array(world.tariff)
    again = World.from_flows(**arguments(world, tariff=mine))
    mine[:] = 9
    assert again.tariff.max() < 1


def test_totals_follow_the_definitions():
    world = random_world(1)
    flows = world.total_flows
    assert np.allclose(world.imbalance, flows.sum((0, 2)) - flows.sum((0, 1)))
    assert abs(world.imbalance.sum()) < 1e-9
    assert np.allclose(world.tariff_revenue, (flows * world.tariff).sum((0, 2)))
    assert np.allclose(world.gross_output, flows.sum(1).T)
    assert np.allclose(world.final_spending, world.factor_income + world.tariff_revenue + world.imbalance)
    assert world.by_use
    assert not pooled(world).by_use


def test_export_taxes_close_too():
    world = random_world(2)
    x = np.random.default_rng(0).uniform(0, 0.2, world.tariff.shape)
    taxed = world.with_tariffs(export_tax=x)
    assert taxed.is_benchmark
    assert np.allclose(taxed.export_tax_revenue, (taxed.total_flows * x / (1 + x)).sum((0, 1)))
    assert np.allclose(taxed.total_flows / (1 + x), world.total_flows)
    again = World.from_flows(**arguments(taxed, export_tax=x))
    assert again.is_benchmark
    assert np.allclose(again.value_added, taxed.value_added)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: {"flows": w.flows[:, :, :2]}, r"flows has shape \(2, 4, 2, 3\); it must be 1 or 2 use"),
        (
            lambda w: {"flows": changed(w.flows, np.nan, 0, 1, 2, 0)},
            "flows is not a finite number: nan at use interm.*S1.*ROW",
        ),
        (
            lambda w: {"flows": changed(w.flows, -1.0, 0, 1, 2, 0)},
            r"flows is negative: -1.0 at .*sector S1, importer ROW, exp",
        ),
        (
            lambda w: {"tariff": changed(w.tariff, -1.0, 2, 0, 1)},
            "tariff is at or below -100%: -1.0 at sector S2, importer R0",
        ),
        (lambda w: {"tariff": changed(w.tariff, np.inf, 2, 0, 1)}, "tariff is not a finite number: inf"),
        (lambda w: {"export_tax": np.full(w.tariff.shape, -2.0)}, "export_tax is at or below -100%"),
        (lambda w: {"value_added": w.value_added.T}, r"value_added has shape \(4, 3\)"),
        (lambda w: {"value_added": "many"}, "value_added is not an array of numbers"),
        (lambda w: {"input_use": changed(w.input_use, -5.0, 0, 1, 2)}, "input_use is negative"),
        (lambda w: {"regions": ("A", "A", "B")}, "'A' more than once"),
        (lambda w: {"regions": ("A", "", "B")}, "non-empty text"),
        (lambda w: {"sectors": ()}, "at least one"),
        (lambda w: {"sectors": "ABCD"}, "not the single text"),
        (lambda w: {"elasticities": [5, 5, 0, 5]}, "theta is not positive: 0.0 at sector S2"),
        (lambda w: {"elasticities": [5, 5, 5]}, "theta has shape"),
        (lambda w: {"elasticities": [5, 5, np.nan, 5]}, "theta is not a finite"),
        (lambda w: {"elasticities": "no-such-set"}, "no elasticity set"),
        (lambda w: {"region_names": ("one",)}, "region_names has 1 entries for 3 regions"),
        (lambda w: {"tolerance": -1}, "tolerance is -1"),
    ],
)
def test_bad_input_gets_one_clear_error(change, message):
    world = random_world(0)
    with pytest.raises((DataError, UnknownName), match=message):
        World.from_flows(**arguments(world, **change(world)))


def test_scale_elasticities_and_errors_are_checked():
    world = random_world(0)
    for field, value, message in (("scale", 1.0, r"outside \[0, 1\)"), ("theta_se", -1.0, "theta_se is negative")):
        bad = dataclasses.replace(world.elasticities, **{field: np.full(4, value)})
        with pytest.raises(DataError, match=message):
            world.with_elasticities(bad)


def test_unbalanced_accounts_name_identity_place_and_size():
    world = random_world(0)
    with pytest.raises(UnbalancedError, match=r"sales of producers = inputs.*at R1, S2 by US\$ -50 million"):
        World.from_flows(**arguments(world, value_added=world.value_added + changed(np.zeros((3, 4)), 50, 1, 2)))
    with pytest.raises(UnbalancedError, match="final purchases by source with tariff = final use fails at R0, S0"):
        World.from_flows(**arguments(world, final_use=changed(world.final_use, 1e4, 0, 0)))
    with pytest.raises(UnbalancedError, match="intermediate purchases"):
        World.from_flows(**arguments(world, input_use=world.input_use * 1.01))
    with pytest.raises(UnbalancedError, match="imbalances: given 0 for "):
        World.from_flows(**arguments(world, imbalances=np.zeros(3)))
    World.from_flows(**arguments(world, imbalances=world.imbalance))


def test_rounded_data_are_closed_and_counted():
    world = random_world(0)
    noisy = arguments(
        world, **{key: getattr(world, key).astype(np.float32) for key in ("flows", "input_use", "value_added")}
    )
    closed = World.from_flows(**noisy)
    assert max(check.largest for check in closed.check()) < 1e-14
    steps = {step.action: step for step in closed.history}
    assert 0 < steps["value added as residual"].amount < 1e-2
    whole = arguments(
        world, **{key: np.round(getattr(world, key)) for key in ("flows", "input_use", "value_added", "final_use")}
    )
    with pytest.raises(UnbalancedError, match="rounding="):
        World.from_flows(**whole)
    assert World.from_flows(**whole, rounding=0.5).is_benchmark


def test_a_closed_world_is_not_touched_again():
    world = random_world(0)
    again = World.from_flows(**arguments(world))
    for name, array in world.arrays().items():
        assert np.allclose(getattr(again, name), array, rtol=1e-14, atol=0), name
    assert again.history == ()


def test_replication_data_stay_as_they_are():
    world = random_world(0)
    use = changed(world.input_use, -9.5, 0, 3, 2)
    data = World.from_flows(**arguments(world, input_use=use), benchmark=False)
    assert np.array_equal(data.input_use, use)
    assert not data.is_benchmark
    failed = {check.name: check for check in data.check() if not check.passed}
    assert set(failed) == {"intermediate use", "gross output", "non-negative input use"}
    assert failed["non-negative input use"].where == "R0, S3, S2"
    assert failed["non-negative input use"].amount == -9.5
    assert [step.action for step in data.history] == ["not a benchmark", "negative input use"]
    with pytest.raises(DataError, match="no benchmark"):
        data.with_tariffs(world.tariff)


def test_new_baseline_tariffs_leave_receipts_alone():
    for by_use in (True, False):
        world = random_world(4, by_use=by_use)
        rate = np.where(np.eye(3, dtype=bool), 0, 0.17) * np.ones((4, 1, 1))
        new = world.with_tariffs(rate)
        assert new.is_benchmark
        assert np.allclose(new.gross_output, world.gross_output)
        assert np.allclose(new.imbalance, world.imbalance)
        assert new.history[-1].action == "baseline rates"
        back = new.with_tariffs(world.tariff)
        assert np.allclose(back.value_added, world.value_added)
        assert np.allclose(back.input_use, world.input_use)
        with pytest.raises(DataError, match="at or below"):
            world.with_tariffs(rate - 2)


def test_elasticities_by_name_set_and_number():
    world = random_world(0)
    assert world.with_elasticities(4.0).elasticities.theta.tolist() == [4.0] * 4
    assert world.with_elasticities("uniform:7").elasticities.theta.tolist() == [7.0] * 4
    other = random_elasticities(9)
    assert np.array_equal(world.with_elasticities(other).elasticities.theta, other.theta)
    with pytest.raises(DataError, match="nor numbers"):
        world.with_elasticities(["a", "b", "c", "d"])
    with pytest.raises(DataError, match="uniform"):
        world.with_elasticities("caliendo-parro-2015")


def test_repr_says_what_the_world_is():
    world = dataclasses.replace(random_world(0), estimated=("the destinations of final sales",))
    text = repr(world)
    for part in (
        "3 regions x 4 sectors",
        "2022",
        "random numbers",
        "factor income",
        "imbalances",
        "estimated: the dest",
    ):
        assert part in text
    assert "assumed elsewhere" in repr(random_world(0, tariffs=False))
    lone = World.from_flows(
        flows=[[[[2.0]]], [[[3.0]]]], input_use=[[[2.0]]], final_use=[[3.0]], value_added=[[3.0]], elasticities=5,
        regions=["A"], sectors=["x"],
    )  # fmt: skip
    assert "no international trade" in repr(lone)


def test_checks_and_steps_print_as_one_line():
    world = random_world(0)
    for item in (*world.check(), *world.history):
        assert "\n" not in str(item)
    assert str(world.check()[0]).startswith("pass")


def test_hash_follows_the_content():
    world = random_world(0)
    assert world.hash == random_world(0).hash
    assert len(world.hash) == 64
    assert world.hash != random_world(1).hash
    assert world.hash != dataclasses.replace(world, year=2021).hash
    assert world.hash != world.with_elasticities(5.0).hash
    assert world.hash == dataclasses.replace(world, estimated=("something",)).hash
