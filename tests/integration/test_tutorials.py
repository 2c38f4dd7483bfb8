"""The notebooks of the documentation: they run, print what they show, and say what they print."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "tutorials"
NAMES = ["first-scenario", "own-table", "certificate", "the-case"]
BOLD = re.compile(r"\*\*([\d.]+)\*\*")
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]*)(?:#[^)]*)?\)")


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_tutorials", ROOT / "tools" / "build_tutorials.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def printed(cell: nbformat.NotebookNode) -> str:
    """What a cell shows, as text."""
    parts = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ()))
    return "\n".join(part.rstrip() for part in parts)


def test_every_notebook_is_tested():
    assert sorted(NAMES) == [path.stem for path in tool().notebooks()]


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_prints_what_it_shows(name, tmp_path):
    """A cell that fails ends the run with its error; cells marked `varies` print what differs between machines."""
    shown = stored(name)
    for old, new in zip(shown.cells, tool().executed(FOLDER / f"{name}.ipynb", tmp_path).cells, strict=True):
        if "varies" not in old.metadata.get("tags", ()):
            assert printed(new) == printed(old), f"run python tools/build_tutorials.py {name}"


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_in_the_text_are_those_that_cells_print(name):
    """Those in bold; their signs are in words."""
    book = stored(name)
    numbers = {n for cell in book.cells for n in re.findall(r"\d+(?:\.\d+)?", printed(cell))}
    said = [n for cell in book.cells if cell.cell_type == "markdown" for n in BOLD.findall(cell.source)]
    assert said
    assert not [number for number in said if number not in numbers]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_holds_a_whole_run_without_warnings(name):
    cells = [cell for cell in stored(name).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [o for cell in cells for o in cell.outputs if o.output_type == "error" or o.get("name") == "stderr"]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    for cell in stored(name).cells:
        for link in LINK.finditer(cell.source if cell.cell_type == "markdown" else ""):
            assert (FOLDER / link["path"]).resolve().exists(), link[0]


@pytest.mark.parametrize("name", NAMES)
def test_dollars_in_the_text_are_not_read_as_formulas(name):
    """Jupyter takes what stands between two dollar signs of a cell as a formula."""
    texts = [cell.source for cell in stored(name).cells if cell.cell_type == "markdown"]
    assert not [text for text in texts if re.search(r"(?<!\\)\$", text)]
