"""Files written whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comity.errors import ComityError

LONGEST_NAME = 60


def check_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder that cannot take results, before any work is done.

    Raises:
        ComityError: it holds something and `force` is not set, it is no folder, or it cannot be written.
    """
    if folder.is_dir():
        if any(folder.iterdir()) and not force:
            raise ComityError(f"{folder} is not empty: choose another folder, or add --force to replace results in it")
    elif folder.exists() or folder.is_symlink():
        raise ComityError(f"{folder} is a file, and results need a folder: choose another name")
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        why = "allows no writing" if nearest.is_dir() else "is a file"
        raise ComityError(f"{folder} cannot be written ({nearest} {why}): choose another folder")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder to fill, beside the real one; becomes it when all went well, and disappears otherwise.

    Entries of the real folder that have other names are kept.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield stage
        stage.chmod(0o777 & ~_umask())
        if not folder.exists() or not any(folder.iterdir()):
            stage.replace(folder)
        else:
            _merge(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def whole_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, each whole or not at all; files of the same names are replaced, others kept.

    Returns:
        Their paths, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".comity-", dir=folder))
    try:
        for name, content in contents.items():
            (stage / name).write_bytes(content)
        return [(stage / name).replace(folder / name) for name in contents]
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _merge(stage: Path, folder: Path) -> None:
    """Move every entry of the stage into the folder; what had its name goes away with the stage."""
    old = Path(tempfile.mkdtemp(dir=stage))
    for entry in [entry for entry in stage.iterdir() if entry != old]:
        target = folder / entry.name
        if target.is_dir() and not target.is_symlink():
            target.replace(old / entry.name)
        entry.replace(target)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def variant_folder(number: int, variant: str) -> str:
    """The folder of a variant: its place, and its name as far as every file system can hold it.

    >>> variant_folder(2, "answer in kind"), variant_folder(1, "../x")
    ('2-answer-in-kind', '1-x')
    """
    plain = re.sub(r"[^\w.-]+", "-", variant).strip("-.")[:LONGEST_NAME]
    return f"{number}-{plain}" if plain else str(number)
