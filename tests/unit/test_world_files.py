"""One file for a world: written whole, read back bit by bit, refused when damaged."""

import contextlib
import dataclasses

import numpy as np
import pytest
from worlds import random_world

from comity.errors import DataError, UnknownName
from comity.world import World, embedded_worlds, load_world


def test_a_saved_world_comes_back_bit_by_bit(tmp_path):
    for single in (False, True):
        world = dataclasses.replace(random_world(0, zeros=True), estimated=("a", "b"))
        if single:
            world = dataclasses.replace(world, flows=world.flows.astype(np.float32))
        path = world.save(tmp_path / "w.npz")
        again = World.load(path)
        assert again.hash == world.hash
        assert again.history == world.history
        assert again.estimated == world.estimated
        assert again.elasticities.notes == world.elasticities.notes
        for name, array in world.arrays().items():
            assert np.array_equal(getattr(again, name), array), name
        assert [file.name for file in tmp_path.iterdir()] == ["w.npz"]


def test_equal_worlds_give_equal_files(tmp_path):
    one, two = random_world(3).save(tmp_path / "a.npz"), random_world(3).save(tmp_path / "b.npz")
    assert one.read_bytes() == two.read_bytes()


def test_damaged_and_foreign_files_are_refused(tmp_path):
    path = random_world(0).save(tmp_path / "w.npz")
    content = path.read_bytes()
    bad = tmp_path / "bad.npz"
    for broken in (content[: len(content) // 2], content[:-10], b"", b"PK\x03\x04 no zip", b"hello"):
        bad.write_bytes(broken)
        with pytest.raises(DataError, match=r"bad\.npz"):
            World.load(bad)
    for at in range(200, len(content) - 200, len(content) // 15):
        bad.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        with contextlib.suppress(DataError):  # a byte that no check covers changes nothing
            assert World.load(bad).hash == random_world(0).hash
    np.savez(bad, label=np.arange(3))
    with pytest.raises(DataError, match="corrupt or no Comity world"):
        World.load(bad)
    np.savez(bad, x=np.arange(3))
    with pytest.raises(DataError, match="no label"):
        World.load(bad)
    np.savez(bad, label=np.frombuffer(b'{"format": "other"}', dtype=np.uint8))
    with pytest.raises(DataError, match="another format"):
        World.load(bad)
    np.savez(bad, label=np.frombuffer(b'{"format": "comity-world", "version": 99}', dtype=np.uint8))
    with pytest.raises(DataError, match="layout 99"):
        World.load(bad)
    np.savez(bad, label=np.frombuffer(b'{"format": "comity-world", "version": 1}', dtype=np.uint8))
    with pytest.raises(DataError, match="corrupt"):
        World.load(bad)
    with pytest.raises(DataError, match="no world file"):
        World.load(tmp_path / "absent.npz")
    with pytest.raises(DataError, match=r"no world file|truncated"):
        World.load(tmp_path)


def test_changed_content_is_noticed(tmp_path):
    path = random_world(0).save(tmp_path / "w.npz")
    with np.load(path) as archive:
        content = {name: archive[name] for name in archive.files}
    content["final_use"] = content["final_use"] * 1.0001
    np.savez(path, **content)
    with pytest.raises(DataError, match="SHA-256"):
        World.load(path)


def test_a_folder_that_is_not_there_is_an_error_and_nothing_is_written(tmp_path):
    with pytest.raises(DataError, match="cannot write"):
        random_world(0).save(tmp_path / "absent" / "w.npz")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(DataError, match="cannot write"):
        random_world(0).save(tmp_path / "folder.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["folder.npz"]


def test_embedded_worlds_by_name_and_preset():
    assert embedded_worlds() == ("2024", "2022", "2019")
    world = load_world("2022")
    assert (len(world.regions), len(world.sectors)) == (81, 50)
    assert world.by_use
    assert world.estimated
    assert max(check.largest for check in world.check()) < 1e-12
    small = load_world("2022", preset="us-japan", elasticities="uniform:4", regions={"ASIA": ["KOR", "TWN"]})
    assert len(small.regions) == 23
    assert small.is_benchmark
    assert set(small.elasticities.theta.round(12)) == {4.0}
    assert small.factor_income.sum() == pytest.approx(world.factor_income.sum())
    assert "European Union" in small.region_names


def test_worlds_by_path(tmp_path):
    path = random_world(0).save(tmp_path / "mine.npz")
    assert load_world(path, sectors={"G": ["S0", "S1"]}).sectors == ("G", "S2", "S3")
    with pytest.raises(UnknownName, match="Embedded worlds: 2024, 2022, 2019"):
        load_world("2002")
    with pytest.raises(UnknownName, match="preset"):
        load_world(path, preset="us-japan")
    with pytest.raises(UnknownName, match="preset"):
        load_world("2022", preset="us-jp")
    with pytest.raises(UnknownName, match="elasticity set"):
        load_world("2019", elasticities="caliendo")
