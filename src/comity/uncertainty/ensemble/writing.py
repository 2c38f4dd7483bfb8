"""One process writes the draws of a folder at a time; a lock that ends with the process, also with kill -9."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import ComityError
from comity.uncertainty.ensemble.extras import need

LOCK = ".lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold a folder against other processes; it is made if it is not there.

    Raises:
        MissingExtra: filelock is not installed.
        ComityError: another process writes there, or nothing can be written.
    """
    filelock = need("filelock", "writing draws")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(folder / LOCK, timeout=0)
        held.acquire()
    except filelock.Timeout:
        raise ComityError(
            f"another process is writing draws to {folder}: wait for it, or choose another folder (to look at what is "
            f"there:  comity ensemble show {folder})"
        ) from None
    except NotImplementedError:
        raise ComityError(
            f"{folder} is on a file system that cannot lock files, so two processes could mix their draws: choose a "
            "folder on another one"
        ) from None
    except OSError as error:
        raise ComityError(f"{folder} cannot be written ({(error.strerror or str(error)).lower()})") from None
    try:
        yield
    finally:
        held.release()
