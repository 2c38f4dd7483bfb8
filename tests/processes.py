"""What a process is started with that a test runs as a user would."""

from __future__ import annotations

import os
from pathlib import Path

from comity.cli.cache import VARIABLE


def environment(cache: Path, **more: str) -> dict[str, str]:
    """This environment with the user's cache of compiled programs in `cache`, and not that of the tests themselves.

    A process that is killed may leave half an entry; the command line heals its cache, a test would fail.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_PERSISTENT", "JAX_COMPIL"))}
    return {**own, VARIABLE: str(cache), **more}
