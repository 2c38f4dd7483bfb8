"""Run the tutorials and keep what their cells print: `make docs-pages`. A test fails when one is out of date."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "tutorials"
SECONDS = 300
"""After which a cell is given up."""


def notebooks() -> list[Path]:
    """Every tutorial, in the order of their names."""
    return sorted(FOLDER.glob("*.ipynb"))


def executed(path: Path, folder: Path) -> NotebookNode:
    """A notebook after a run from top to bottom in a new kernel, with nothing in it that differs between runs.

    Args:
        path: of the notebook.
        folder: where its cells read and write files.

    Raises:
        CellExecutionError: a cell fails.
    """
    book = nbformat.read(path, as_version=4)
    client = NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    for number, cell in enumerate(book.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata.pop("execution", None)
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return book


if __name__ == "__main__":
    import tempfile

    chosen = [path for path in notebooks() if not sys.argv[1:] or path.stem in sys.argv[1:]]
    for path in chosen:
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(executed(path, Path(folder)), path)
