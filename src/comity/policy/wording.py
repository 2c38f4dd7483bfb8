"""Lists of names as people write them ("all except China", "-CHN"), and the nearest valid name to a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from comity.world.classification import lookup_key

_EXCEPT = re.compile(
    r"^(?P<kept>.+?)[\s,]+(?:except(?: for)?|excluding|without|but not|other than|but)\s+(?P<out>.+)$", re.I
)
_NOT = re.compile(r"^(?:[-–−!]\s*|(?:not|except|without|excluding)\s+)(?P<out>.+)$", re.I)
_CUT = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s*&\s*", re.I)
MOST_NAMES = 500


def names(value: Any) -> tuple[str, ...]:
    """One name or a list of them, as a tuple.

    Raises:
        ValueError: no text, or an empty list.

    >>> names("JPN"), names(["JPN", "KOR"])
    (('JPN',), ('JPN', 'KOR'))
    """
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError(f"{value!r} is not a name or a list of names (put names that are numbers into quotes)")
    if not items or not all(item.strip() for item in items):
        raise ValueError("names are missing: write at least one")
    if len(items) > MOST_NAMES:
        raise ValueError(f"{len(items)} names are more than a list may hold ({MOST_NAMES})")
    return tuple(item.strip() for item in items)


NAMES_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
Names = Annotated[str | Sequence[str], PlainValidator(names), WithJsonSchema(NAMES_SCHEMA)]


def split(words: Sequence[str], known: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """Names to take and names to leave out, each a single name.

    Args:
        words: as written.
        known: whether a text is a name as it stands ("Trinidad and Tobago" is not to be cut).

    >>> split(["all except China and Russia"], {"all", "China", "Russia"}.__contains__)
    (['all'], ['China', 'Russia'])
    >>> split(["CPTPP", "-CAN"], {"CPTPP", "CAN"}.__contains__)
    (['CPTPP'], ['CAN'])
    """
    taken: list[str] = []
    left_out: list[str] = []
    for word in words:
        if match := _NOT.match(word):
            left_out += _list(match["out"], known)
        elif known(word):
            taken.append(word)
        elif match := _EXCEPT.match(word):
            taken += _list(match["kept"], known)
            left_out += _list(match["out"], known)
        else:
            taken += _list(word, known)
    return taken, left_out


def _list(text: str, known: Callable[[str], bool]) -> list[str]:
    """Names apart by commas or "and"; a text that is a name, or that cannot be cut after a known one, stays whole."""
    if known(text):
        return [text]
    for cut in reversed(list(_CUT.finditer(text))):
        if known(text[: cut.start()]):
            return [text[: cut.start()], *_list(text[cut.end() :], known)]
    return [text]


def nearest(word: str, candidates: Iterable[str], most: int = 3) -> str:
    """The end of an error message: the nearest valid names, or nothing when none is near.

    >>> nearest("Jpan", ["Japan", "Jamaica", "China"])
    "; did you mean 'Japan'?"
    """
    by_key: dict[str, str] = {}
    for candidate in candidates:
        by_key.setdefault(lookup_key(candidate), candidate)
    key = lookup_key(word)
    close = get_close_matches(key, by_key, n=most, cutoff=0.66)
    if not close and len(key) > 2:
        close = [k for k in by_key if key in k][:most]
    if not close:
        close = get_close_matches(key, by_key, n=1, cutoff=0.5)
    if not close:
        return ""
    best = SequenceMatcher(None, key, close[0]).ratio()
    near = [k for k in close if k == close[0] or SequenceMatcher(None, key, k).ratio() > best - 0.1]
    return f"; did you mean {' or '.join(repr(by_key[k]) for k in near)}?"
