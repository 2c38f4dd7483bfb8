"""`comity world` on what it should and should not be given."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import Result

from comity.world import embedded_worlds


def one_message(result: Result, code: int) -> str:
    """The one message on standard error, after checking the exit code and that there is no traceback."""
    assert result.exit_code == code, result.output
    assert result.stderr.startswith("comity: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr


def test_world_is_shown_with_source_repairs_and_estimates(comity) -> None:
    result = comity("world")
    assert result.exit_code == 0
    for part in ("81 regions x 50 sectors", "OECD", "US$ bn", "What was done to the data", "Estimated, not published"):
        assert part in result.stdout
    assert result.stderr == ""


def test_checks_are_named_with_their_largest_violation(comity) -> None:
    result = comity("world", "2019", "--check")
    assert result.exit_code == 0
    assert "Accounting identities" in result.stdout
    assert "gross output" in result.stdout


def test_json_is_one_object(comity) -> None:
    content = json.loads(comity("world", "2022", "--aggregation", "us-japan", "--check", "--json").stdout)
    assert len(content["regions"]) == 24
    assert len(content["sectors"]) == 34
    assert all(check["passed"] for check in content["checks"].values())


@pytest.mark.parametrize("command", ["world", "run"])
def test_help_lists_the_embedded_worlds(comity, command: str) -> None:
    assert f"{', '.join(embedded_worlds())}, or" in " ".join(comity(command, "--help").stdout.split())


def test_an_update_is_shown_as_one(comity) -> None:
    shown = " ".join(comity("world", "2024", "--check").stdout.split())
    assert "an UPDATE: an estimate, not a published table" in shown
    assert "World 2024 is an UPDATE of world 2022 to totals of 2024" in shown
    assert "updated to later totals" in shown
    assert "an UPDATE" not in comity("world", "2022").stdout


@pytest.mark.parametrize("name", ["2021", "nowhere.npz"])
def test_unknown_world_is_refused(comity, name: str) -> None:
    assert name in one_message(comity("world", name), 2)


def test_unknown_aggregation_and_elasticities_are_refused(comity) -> None:
    assert "us-japan" in one_message(comity("world", "--aggregation", "us-japn"), 2)
    assert "uniform" in one_message(comity("world", "2019", "--elasticities", "unifrm"), 2)


def test_truncated_world_is_refused(comity, tmp_path: Path) -> None:
    whole = files("comity.world").joinpath("datasets", "world_2019.npz").read_bytes()
    for size in (0, 100, len(whole) // 2, len(whole) - 10):
        (tmp_path / "world.npz").write_bytes(whole[:size])
        assert "world.npz" in one_message(comity("world", "world.npz"), 3)


def test_a_folder_is_no_world(comity, tmp_path: Path) -> None:
    one_message(comity("world", tmp_path), 2)
