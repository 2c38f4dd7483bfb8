"""Notes of scenarios as a reader of a brief has them: names for codes, amounts as far as they are known, no advice on
how a file is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from comity.report.brief.sentences import amount, capital, the
from comity.world.classification import region_names, sector_names

if TYPE_CHECKING:
    from comity.model.outcome import Outcome
    from comity.world import World

ADVICE = "write `"
"""How a note begins that is for those who write files."""
_CODE = re.compile(r"\b[A-Z][A-Z0-9]{2,}(?:\.p)?\b")
_GLOSS = re.compile(r" \(([A-Z][A-Z0-9]{2,}(?:\.p)?)\)")
"""A code alone in parentheses."""
_MONEY = re.compile(r"US\$(?=\d)|(?<=\d)(?=(?:bn|m)\b)")
"""Where an amount has no space."""


def readable(notes: Sequence[str], outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Notes without advice, with what goals and purchase commitments took as far as it is known.

    >>> readable(["write `dollars: YEAR` at an amount that is in dollars of another year", "paid in cash"], [])
    ('paid in cash',)
    """
    rounded: dict[str, str] = {}
    for outcome in outcomes:
        rounded |= {one.sentence(): one.sentence(amount) for one in outcome.found}
        rounded |= {one.sentence(): one.sentence(amount) for one in outcome.bought}
    kept = [note for note in notes if not note.startswith(ADVICE)]
    for exact, known in rounded.items():
        kept = [note.replace(exact, known) for note in kept]
    return tuple(dict.fromkeys(kept))


def names_of(worlds: Iterable[World]) -> dict[str, str]:
    """Names, as they stand in a sentence, of regions and sectors by code; those that worlds have of their own too."""
    found = {code: the(name) for code, name in region_names().items()}
    found |= {code: _lower(name) for code, name in sector_names().items()}
    for world in worlds:
        found |= {code: the(name) for code, name in zip(world.regions, world.region_names, strict=True)}
        found |= {code: _lower(name) for code, name in zip(world.sectors, world.sector_names, strict=True)}
    return found


def named(sentence: str, names: Mapping[str, str]) -> str:
    """A sentence with names for codes, amounts with a space, and a capital.

    >>> named("transfer from JPN to USA: US$6.3bn of 2024", {"JPN": "Japan", "USA": "the United States"})
    'Transfer from Japan to the United States: US$ 6.3 bn of 2024'
    """
    bare = _GLOSS.sub(lambda found: "" if _said(found, names) else found[0], sentence)
    spaced = _MONEY.sub(lambda found: f"{found[0]} ", bare)
    return capital(_CODE.sub(lambda found: names.get(found[0], found[0]), spaced))


def _said(found: re.Match[str], names: Mapping[str, str]) -> bool:
    """Whether a code stands behind its own name, or is of a product that is a sector of its own."""
    before, name = found.string[: found.start()].lower(), names.get(found[1], "")
    return found[1].endswith(".p") or bool(name and before.endswith(name.lower()))


def _lower(name: str) -> str:
    """A sector's name within a sentence, in small letters unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
