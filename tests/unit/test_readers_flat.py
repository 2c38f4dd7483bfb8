"""Tables in long form."""

import numpy as np
import pandas as pd
import pytest
from worlds import pooled, random_world

from comity.errors import DataError, UnbalancedError
from comity.world import World
from comity.world.readers import read_flat


def long(array, columns, axes):
    """A long table of the cells of `array` that are not zero."""
    at = np.argwhere(array)
    names = {c: [axes[c][i] for i in at[:, k]] for k, c in enumerate(columns)}
    return pd.DataFrame(names | {"value": array[tuple(at.T)]})


def tables(world):
    axes = dict.fromkeys(("importer", "exporter", "region"), world.regions)
    axes |= dict.fromkeys(("sector", "input", "user"), world.sectors) | {"use": ("intermediate", "final")}
    trade = ("sector", "importer", "exporter")
    flows = long(world.flows, ("use", *trade), axes) if world.by_use else long(world.total_flows, trade, axes)
    e = world.elasticities
    return {
        "flows": flows,
        "input_use": long(world.input_use, ("region", "input", "user"), axes),
        "final_use": long(world.final_use, ("region", "sector"), axes),
        "value_added": long(world.value_added, ("region", "sector"), axes),
        "tariffs": long(world.tariff, trade, axes).rename(columns={"value": "tariff"}),
        "sectors": pd.DataFrame({"sector": world.sectors, "theta": e.theta, "theta_se": e.theta_se, "scale": e.scale}),
        "regions": pd.DataFrame({"region": world.regions, "name": [f"Region {r}" for r in world.regions]}),
    }


def write(folder, frames):
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.mark.parametrize("by_use", [True, False])
@pytest.mark.parametrize("zeros", [True, False])
def test_a_world_survives_long_tables(tmp_path, by_use, zeros):
    world = random_world(0, by_use=by_use, zeros=zeros)
    again = read_flat(write(tmp_path, tables(world)), name="mine", year=2022)
    assert again.is_benchmark
    assert again.region_names[0] == "Region R0"
    assert (again.name, again.year) == ("mine", 2022)
    for name in ("flows", "tariff", "input_use", "final_use", "value_added"):
        assert np.allclose(getattr(again, name), getattr(world, name), rtol=1e-12, atol=1e-12), name
    assert np.allclose(again.elasticities.theta_se, world.elasticities.theta_se)
    assert again.elasticities.scale_se is None
    assert again.tariff_known[0, 0, 1]
    assert again.tariff_known[0, 0, 0]


def test_standard_errors_of_scale_elasticities_are_read_and_kept(tmp_path):
    frames = tables(random_world(0))
    frames["sectors"]["scale_se"] = error = [0.01, 0.02, 0.0, 0.03]
    world = read_flat(write(tmp_path, frames))
    assert world.elasticities.scale_se.tolist() == error
    world.save(tmp_path / "mine.npz")
    again = World.load(tmp_path / "mine.npz")
    assert again.elasticities.scale_se.tolist() == error
    assert again.hash == world.hash != read_flat(write(tmp_path, tables(random_world(0)))).hash
    frames["sectors"]["scale_se"] = [-1.0, 0, 0, 0]
    with pytest.raises(DataError, match="scale_se is negative"):
        read_flat(write(tmp_path, frames))


def test_parquet_and_paths_by_table(tmp_path):
    pytest.importorskip("pyarrow")
    world = pooled(random_world(1))
    frames = tables(world)
    del frames["tariffs"], frames["regions"]
    paths = {}
    for name, frame in frames.items():
        paths[name] = tmp_path / f"{name}.parquet"
        frame.to_parquet(paths[name])
    with pytest.raises(UnbalancedError):  # without the tariffs that input use includes
        read_flat(paths)
    free = pooled(random_world(1, tariffs=False))
    for name, frame in tables(free).items():
        if name in paths:
            frame.to_parquet(paths[name])
    again = read_flat(paths, elasticities=5.0)
    assert again.is_benchmark
    assert not again.tariff_known[0, 0, 1]
    assert again.elasticities.theta.tolist() == [5.0] * 4


def test_namibia_is_not_missing(tmp_path):
    world = random_world(0)
    frames = {name: frame.replace({"R0": "NA", "R1": "None"}) for name, frame in tables(world).items()}
    assert read_flat(write(tmp_path, frames)).regions == ("NA", "None", "ROW")


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("flows", lambda f: f.drop(columns="importer"), "no column 'importer'"),
        ("flows", lambda f: f.assign(use="other"), "data row 1: use 'other' is not one of intermediate, final"),
        ("flows", lambda f: f.assign(exporter=f["exporter"].where(f.index != 7, "XX")), "data row 8: exporter 'XX'"),
        (
            "flows",
            lambda f: f.assign(value=f["value"].astype(object).where(f.index != 3, "n.a.")),
            "row 4: value n.a. is not",
        ),
        ("flows", lambda f: f.assign(value=f["value"].where(f.index != 3)), "row 4: value nan is not a number"),
        ("final_use", lambda f: pd.concat([f, f.iloc[[2]]]), "data row 13: R0, S2 is there twice"),
        ("final_use", lambda f: f.iloc[:0], "has no rows"),
        ("value_added", lambda f: f.assign(value=2 * f["value"]), "do not close"),
        ("tariffs", lambda f: f.rename(columns={"tariff": "rate"}), "neither a column 'tariff'"),
        ("sectors", lambda f: f.drop(columns="theta"), "no column 'theta'"),
        ("sectors", lambda f: f.assign(theta=-1), "theta is not positive"),
    ],
)
def test_bad_tables_name_the_file_and_the_row(tmp_path, table, change, message):
    frames = tables(random_world(0))
    frames[table] = change(frames[table])
    with pytest.raises(DataError, match=message):
        read_flat(write(tmp_path, frames))


def test_absent_tables(tmp_path):
    with pytest.raises(DataError, match="no folder"):
        read_flat(tmp_path / "absent")
    with pytest.raises(DataError, match="no table 'flows'"):
        read_flat(tmp_path)
    with pytest.raises(DataError, match="unknown table 'trade'"):
        read_flat({"trade": tmp_path / "x.csv"})
    frames = tables(random_world(0))
    write(tmp_path, frames)
    (tmp_path / "flows.csv").write_bytes(b"\x00\xff\xfe")
    with pytest.raises(DataError, match=r"flows\.csv"):
        read_flat(tmp_path)
