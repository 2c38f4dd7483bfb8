"""docs/cli.md is written from the commands, and leaves none of their options out."""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer.main

from comity.cli.app import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/build_cli_docs.py."""
    spec = importlib.util.spec_from_file_location("build_cli_docs", ROOT / "tools" / "build_cli_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_commands_say(tool: ModuleType) -> None:
    assert (ROOT / "docs" / "cli.md").read_text() == tool.page(), "run `make docs-pages`"


def test_every_command_and_option_is_explained() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    root = typer.main.get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        assert f"## `comity {name}`" in page
        assert command.help
        assert "Examples" in command.help
        for parameter in command.params:
            assert parameter.help, f"comity {name}: {parameter.name} has no help"
            assert all(f"`{option}`" in page for option in parameter.opts if option.startswith("-"))


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in typer.main.get_command(app).commands:  # type: ignore[attr-defined]
        assert f"comity {name}" in readme


def test_help_is_there_at_once() -> None:
    """Half a second of processor time, which does not depend on what else the machine does."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-m", "comity", "--help"], capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert "comity run cars" in done.stdout
    assert min(times) < 0.5


def test_version() -> None:
    done = subprocess.run([sys.executable, "-m", "comity", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("comity 0.")
