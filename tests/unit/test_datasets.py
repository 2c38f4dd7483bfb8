"""The embedded worlds: small, closed, equal to their sources, and built again to the same bytes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from comity import load_world
from comity.world import World
from comity.world.loading import embedded_worlds

DATASETS = Path(__file__).resolve().parents[2] / "src/comity/world/datasets"
TOOLS = Path(__file__).resolve().parents[2] / "tools"


def test_worlds_are_small() -> None:
    files = list(DATASETS.glob("world_*.npz"))
    assert len(files) == 3
    assert sum(path.stat().st_size for path in files) < 9_000_000


@pytest.mark.parametrize("name", ["2024", "2022", "2019"])
def test_accounts_close(name: str) -> None:
    assert name in embedded_worlds()
    world = load_world(name)
    for check in world.check():
        assert check.largest < 1e-12, str(check)
    assert world.by_use
    assert world.estimated
    assert any(step.action == "baseline tariff date" for step in world.history)


def test_2022_agrees_with_its_source(shared_data) -> None:
    world = load_world("2022")
    with np.load(shared_data / "world/icio2022_81x50_full.npz") as table:
        assert world.regions == tuple(table["countries"])
        assert world.sectors == tuple(table["sectors"])
        final = np.einsum("ijn->jni", table["F"].astype(float))
        intermediate = np.einsum("ijn->jni", table["Z"].sum(3, dtype=float))
        # two industries whose inputs exceed their output move 16 US$ million from intermediate to final use
        assert np.abs(world.flows[0] - intermediate).sum() < 20
        assert np.abs(world.flows[1] - final).sum() < 20
        np.testing.assert_allclose(world.total_flows, intermediate + final, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(world.gross_output, table["GO"].astype(float), rtol=1e-4, atol=1)
        primary = table["VA"].astype(float) + table["TLS"]
    on_inputs = np.einsum("jni,jni->n", world.flows[0], world.tariff)
    np.testing.assert_allclose(world.factor_income, primary.sum(1) - on_inputs, rtol=1e-5, atol=20)


def test_japanese_cars_in_the_united_states() -> None:
    world = load_world("2022")
    cell = world.sectors.index("C29"), world.regions.index("USA"), world.regions.index("JPN")
    intermediate, final = world.flows[(slice(None), *cell)] / 1e3
    assert intermediate == pytest.approx(9.325, abs=1e-3)
    assert final == pytest.approx(38.710, abs=1e-3)


def test_japanese_surplus_with_the_united_states() -> None:
    world = load_world("2022", "us-japan")
    japan, america = world.regions.index("JPN"), world.regions.index("USA")
    goods = [j for j, members in enumerate(world.sector_members) if members[0][0] in "ABC"]
    trade = world.total_flows
    both = trade[:, america, japan] - trade[:, japan, america]
    assert both[goods].sum() / 1e3 == pytest.approx(58.9, abs=0.1)
    assert both.sum() / 1e3 == pytest.approx(18.5, abs=0.1)


@pytest.mark.parametrize(("preset", "file"), [("us-japan", "icio2022_eu_24x34.npz"), ("oecd-44", "icio2022_44x34.npz")])
def test_presets_equal_the_summed_tables(shared_data, preset: str, file: str) -> None:
    world = load_world("2022", preset)
    with np.load(shared_data / "world" / file) as table:
        theirs = [str(code) for code in table["countries"]]
        assert sorted(theirs) == sorted(world.regions)
        assert len(table["sectors"]) == len(world.sectors)
        order = [theirs.index(code) for code in world.regions]
        flows = np.einsum("ijn->jni", table["Z"].sum(3, dtype=float) + table["F"])[:, order][:, :, order]
        output = table["GO"].astype(float)[order]
    np.testing.assert_allclose(world.total_flows, flows, rtol=2e-5, atol=0.05)
    np.testing.assert_allclose(world.gross_output, output, rtol=1e-4, atol=5)


def test_2019_agrees_with_its_source(shared_data) -> None:
    world = load_world("2019")
    with np.load(shared_data / "world/icio2019_20x20/icio_oecd2023_2019_isic_g20.npz") as table:
        data = table["data"]
    flows = np.stack([data[:400, :400].reshape(20, 20, 20, 20).sum(3), data[:400, 400:].reshape(20, 20, 20, 3).sum(3)])
    np.testing.assert_allclose(world.flows, np.einsum("uijn->ujni", flows), rtol=1e-12, atol=1e-9)
    assert world.gross_output.sum() == pytest.approx(170_744_698.095303, rel=1e-9)
    primary = data[400:, :400].sum(0).reshape(20, 20).sum(1)
    on_inputs = np.einsum("jni,jni->n", world.flows[0], world.tariff)
    np.testing.assert_allclose(world.factor_income, primary - on_inputs, rtol=1e-9)


def build(tool: str, data: Path, out: Path) -> None:
    """Run one of the scripts that make the embedded files."""
    command = [sys.executable, TOOLS / tool, "--data", data, "--out", out]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


@pytest.mark.long
@pytest.mark.parametrize(
    ("tool", "made"),
    [
        ("build_tariffs.py", ["us_duty_2024.csv", "mfn_duty.csv", "preferences.csv"]),
        ("build_elasticities.py", ["elasticities.csv"]),
    ],
)
def test_tables_built_again_to_the_same_bytes(shared_data, tmp_path, tool: str, made: list[str]) -> None:
    build(tool, shared_data, tmp_path / made[0] if tool == "build_elasticities.py" else tmp_path)
    for name in made:
        assert (tmp_path / name).read_bytes() == (DATASETS / name).read_bytes(), name


@pytest.mark.long
def test_worlds_built_again(shared_data, tmp_path) -> None:
    """Two builds give the same bytes, and the content of the embedded files; only the history may be reworded."""
    for folder in (first := tmp_path / "first", second := tmp_path / "second"):
        folder.mkdir()
        build("build_worlds.py", shared_data, folder)
    for name in ("world_2024.npz", "world_2022.npz", "world_2019.npz"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
        ours, embedded = World.load(first / name), World.load(DATASETS / name)
        assert ours.hash == embedded.hash
        assert [(s.action, s.count) for s in ours.history] == [(s.action, s.count) for s in embedded.history]
