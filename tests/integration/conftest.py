"""The command line as a user drives it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import environment
from typer.testing import CliRunner, Result

from comity.cli.app import app
from comity.cli.cache import VARIABLE

SMALL = """\
question: What would a 25% US tariff on Japanese manufactures cost?
world: 2019
aggregation: full
policies:
  - tariff: {by: USA, on: JPN, sectors: [C], add: 25%}
  - tariff: {by: JPN, on: USA, sectors: [A], add: 10%}
variants:
  no answer: {drop: [1]}
  answer in kind: {}
"""

Comity = Callable[..., Result]


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of compiled programs for all processes that the tests start, on whichever worker."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    place.mkdir(exist_ok=True)
    return place


@pytest.fixture
def comity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Comity:
    """Run `comity ARGUMENTS` in this process, in an empty folder."""
    monkeypatch.setenv(VARIABLE, "off")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A scenario on the small world."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def process(cache_folder: Path, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start `comity ARGUMENTS` as a process, in an empty folder; `group`: the first of a group of its own."""

    def start(*arguments: object, group: bool = False) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "comity", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            start_new_session=group,
            env=environment(cache_folder),
        )

    return start
