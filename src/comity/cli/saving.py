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

    Raises:
        ComityError: a file cannot be written; it is named as it would stand in the real folder.
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
    except OSError as error:
        named = (str(name) for name in (error.filename2, error.filename))  # a copy names its source first
        written = next((name for name in named if name.startswith(str(stage))), None)
        if written is None:
            raise
        file = folder / Path(written).relative_to(stage)
        raise ComityError(
            f"{file} cannot be written ({(error.strerror or str(error)).lower()}): nothing is left of what was written "
            "before it; make room, or choose another folder"
        ) from None
    except ComityError as error:
        if str(stage) not in str(error):
            raise
        raise type(error)(str(error).replace(str(stage), str(folder))) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def put_text(path: Path, text: str) -> None:
    """Write a text file; a disk that is full is reported with the file, which the system's own error leaves out.

    Raises:
        OSError: it cannot be written; with its name.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def whole_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, each whole or not at all; files of the same names are replaced, others kept.

    Returns:
        Their paths, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".comity-", dir=folder))
    try:
        for name, content in contents.items():
            try:
                (stage / name).write_bytes(content)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(folder / name)) from None
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
