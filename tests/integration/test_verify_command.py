"""`comity verify`: says what it needs, and prints theirs beside ours."""

from __future__ import annotations

import json
from pathlib import Path


def test_without_data_it_says_where_authors_publish_theirs(comity) -> None:
    result = comity("verify")
    assert result.exit_code == 2
    assert "caliendo-parro-2015" in result.stdout
    assert "doi" in result.stdout
    assert "--data" in result.stderr


def test_a_folder_without_the_data_is_refused(comity, tmp_path: Path) -> None:
    result = comity("verify", "caliendo", "--data", tmp_path)
    assert result.exit_code == 3
    assert "publish" in result.stderr
    assert result.stderr.count("\n") == 1


def test_unknown_paper_is_refused(comity, tmp_path: Path) -> None:
    result = comity("verify", "nobody-1999", "--data", tmp_path)
    assert result.exit_code == 2
    assert "caliendo-parro-2015" in result.stderr


def test_published_numbers_stand_beside_ours(comity, shared_data: Path) -> None:
    result = comity("verify", "costinot", "--data", shared_data)
    assert result.exit_code == 0, result.output
    for part in ("compared with", "ours", "difference", "Result"):
        assert part in result.stdout
    said = " ".join(result.stdout.split())
    assert "8 of 15 numbers in print, 10 of 10 numbers of independent solutions; 7 differ for a stated reason" in said
    (content,) = json.loads(comity("verify", "costinot", "--data", shared_data, "--json").stdout)
    assert content["passed"]
