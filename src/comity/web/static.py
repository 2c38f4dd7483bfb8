"""The files of the page, which lie beside this module and are all that the server gives away."""

from __future__ import annotations

from importlib.resources import files

KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}


def page_files() -> dict[str, tuple[bytes, str]]:
    """Content and media type of each file, by its name.

    >>> page_files()["index.html"][1]
    'text/html; charset=utf-8'
    """
    folder = files("comity.web").joinpath("page")
    found = {entry.name: entry for entry in folder.iterdir() if entry.is_file()}
    return {
        name: (entry.read_bytes(), KINDS[name.rpartition(".")[2]])
        for name, entry in sorted(found.items())
        if name.rpartition(".")[2] in KINDS
    }
