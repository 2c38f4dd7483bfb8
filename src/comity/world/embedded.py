"""The worlds that come with the package: one file each in ``datasets``, built by ``tools/build_worlds.py``."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from comity.errors import UnknownName

FOLDER = Path(__file__).parent / "datasets"
DEFAULT_WORLD = "2022"
DEFAULT_PRESET = "us-japan"


def embedded_worlds() -> tuple[str, ...]:
    """Names of the embedded worlds, newest first.

    >>> embedded_worlds()
    ('2022', '2019')
    """
    return tuple(sorted((p.stem.removeprefix("world_") for p in FOLDER.glob("world_*.npz")), reverse=True))


def embedded_path(name: str) -> Path:
    """File of an embedded world, for `World.load`.

    Raises:
        UnknownName: there is none of that name.
    """
    known = embedded_worlds()
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"; nearest is {near[0]!r}" if near else ""
        raise UnknownName(f"no embedded world is called {name!r}{hint}. Embedded: {', '.join(known)}")
    return FOLDER / f"world_{name}.npz"
