"""The README shows what the command prints."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
def test_the_table_in_the_readme_is_what_comity_run_prints(comity, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("build_readme", ROOT / "tools" / "build_readme.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setenv("COLUMNS", tool.WIDTH)
    result = comity("run")
    assert result.exit_code == 0, result.output
    income, _ = tool.shortened(result.stdout).split("Certificate")  # residuals differ between machines
    assert income in (ROOT / "README.md").read_text(encoding="utf-8"), "run `make docs-pages`"
