"""Where compiled programs are kept between commands, so that the second one starts at once."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

VARIABLE = "COMITY_CACHE"
OFF = {"0", "off", "no", "none", "false"}


def folder() -> Path | None:
    """The cache folder: the environment variable COMITY_CACHE, else the user's own; None when it is switched off."""
    asked = os.environ.get(VARIABLE, "").strip()
    if asked.lower() in OFF:
        return None
    if asked:
        return Path(asked).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("comity", appauthor=False)


def enable() -> Path | None:
    """Let JAX keep compiled programs there; to be called before JAX is imported.

    A folder that cannot be made or written is no reason to stop: the programs are then compiled afresh.
    Settings that the user made for JAX are left as they are.

    Returns:
        The folder in use, None when there is none.
    """
    try:
        place = folder()
        if place is None:
            return None
        place = place / "compiled"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    if not os.access(place, os.W_OK | os.X_OK):
        return None
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(place))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
    warnings.showwarning = partial(_heal, place, warnings.showwarning)
    return place


def _heal(place: Path, shown: Callable[..., None], message: Warning | str, *details: Any, **more: Any) -> None:
    """Show a warning, unless it is about the cache: an entry that was cut off is never replaced by JAX, so all go."""
    text = str(message)
    if "persistent compilation cache" not in text:
        shown(message, *details, **more)
    elif text.startswith("Error reading"):
        with suppress(OSError):
            for entry in place.iterdir():
                entry.unlink(missing_ok=True)
