"""Folders of results are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from comity.cli.saving import check_folder, put_text, variant_folder, whole_files, whole_folder
from comity.errors import ComityError


def tree(folder: Path) -> set[str]:
    """Paths of all files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return [path.name for path in folder.iterdir()]


def fail(folder: Path, error: BaseException) -> None:
    """Begin to write results and fail."""
    with whole_folder(folder) as stage:
        write(stage)
        raise error


def write(stage: Path, content: str = "new") -> None:
    (stage / "result.json").write_text(content)
    (stage / "variants" / "1-x").mkdir(parents=True)
    (stage / "variants" / "1-x" / "outcome.nc").write_text(content)


def test_a_new_folder_appears_at_once_with_ordinary_permissions(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "results"
    with whole_folder(target) as stage:
        write(stage)
        assert not target.exists()
    assert tree(target) == {"result.json", "variants/1-x/outcome.nc"}
    (tmp_path / "plain").mkdir()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    assert names(target.parent) == ["results"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, SystemExit])
def test_nothing_is_left_when_it_goes_wrong(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        fail(tmp_path / "results", error())
    assert names(tmp_path) == []


def test_an_old_folder_is_untouched_when_it_goes_wrong(tmp_path: Path) -> None:
    target = tmp_path / "results"
    with whole_folder(target) as stage:
        write(stage, "old")
    with pytest.raises(OSError, match="disk"):
        fail(target, OSError(28, "disk is full"))
    assert (target / "result.json").read_text() == "old"


def test_old_results_are_replaced_and_other_files_kept(tmp_path: Path) -> None:
    target = tmp_path / "results"
    with whole_folder(target) as stage:
        write(stage, "old")
        (stage / "variants" / "2-gone").mkdir()
    (target / "notes.txt").write_text("mine")
    with whole_folder(target) as stage:
        write(stage)
    assert tree(target) == {"result.json", "variants/1-x/outcome.nc", "notes.txt"}
    assert not (target / "variants" / "2-gone").exists()
    assert (target / "result.json").read_text() == "new"
    assert names(tmp_path) == ["results"]


def test_what_cannot_take_results_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ComityError, match="not empty"):
        check_folder(tmp_path, force=False)
    with pytest.raises(ComityError, match="is a file"):
        check_folder(tmp_path / "file", force=True)
    check_folder(tmp_path, force=True)
    check_folder(tmp_path / "new" / "deep", force=False)


def test_a_folder_below_a_file_or_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ComityError, match="cannot be written"):
        check_folder(tmp_path / "file" / "below", force=False)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ComityError, match="cannot be written"):
        check_folder(tmp_path / "results", force=False)


def test_variants_never_share_a_folder() -> None:
    names = ["a b", "a-b", "a/b", "..", "", "x" * 300]
    folders = [variant_folder(number, name) for number, name in enumerate(names, 1)]
    assert len(set(folders)) == len(names)
    assert all("/" not in folder and len(folder) < 80 and not folder.startswith(".") for folder in folders)


def fill(folder: Path) -> None:
    """Write a second file to a disk that is full, as /dev/full always is."""
    with whole_folder(folder) as stage:
        put_text(stage / "scenario.yaml", "policies: []")
        (stage / "result.json").symlink_to("/dev/full")
        put_text(stage / "result.json", "{}")


def refuse(folder: Path) -> None:
    """Meet an error whose message has the temporary name."""
    with whole_folder(folder) as stage:
        raise ComityError(f"cannot write {stage / 'outcome.nc'}: full")


def test_a_full_disk_names_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(ComityError, match=rf"{target}/result\.json cannot be written \(no space left on device\)"):
        fill(target)
    with pytest.raises(ComityError, match=rf"cannot write {target}/outcome\.nc: full"):
        refuse(target)
    assert names(tmp_path) == []


def test_an_error_about_another_file_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"), whole_folder(tmp_path / "out"):
        (tmp_path / "nowhere").read_text()


def test_files_name_the_one_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"brief\.html"):
        whole_files(tmp_path, {"brief.html": b"x"})
    assert names(tmp_path) == []
