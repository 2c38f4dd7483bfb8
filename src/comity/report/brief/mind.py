"""What is to be kept in mind with the numbers of a brief: those of the first world, and what is new in the others."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from comity.claims.results import CaseResult, Result
from comity.report.brief.plain import named, names_of

if TYPE_CHECKING:
    from comity.report.brief.kept import Kept

_OTHER = re.compile(r"\b[A-Z]{3}\d*\b(?:(?:, | and )[A-Z]{3}\d*\b)*|\d[\d,.]*")
"""Regions by code, and numbers."""


def in_mind(found: CaseResult, kept: Kept, result: Result) -> tuple[str, ...]:
    """Caveats of a claim, each once. A brief shows numbers of the first world: a sentence of another world that differs
    from one of these in numbers and regions alone is not repeated, and that there are such is said. What the worlds
    themselves have estimated stands with the data.
    """
    first = _of(kept, result, found.worlds[0])
    shapes = {_shape(sentence) for sentence in first}
    more: list[str] = []
    for world in found.worlds[1:]:
        others = [sentence for sentence in _of(kept, result, world) if sentence not in first]
        new = [sentence for sentence in others if _shape(sentence) not in shapes]
        more += [f"World {world}: {sentence}" for sentence in new]
        if len(new) < len(others):
            more.append(
                f"What is said here of world {found.worlds[0]} holds of {world} with its own numbers and regions."
            )
    names = names_of(kept.worlds.values())
    return tuple(named(sentence, names) for sentence in dict.fromkeys((*first, *more)))


def shared(found: CaseResult, kept: Kept) -> tuple[str, ...]:
    """What is to be kept in mind with at least half of the claims, where there are several: said once, for all."""
    every = Counter(sentence for result in found.results for sentence in in_mind(found, kept, result))
    least = max(2, len(found.results) / 2)
    return tuple(sentence for sentence, count in every.items() if count >= least)


def _of(kept: Kept, result: Result, world: str) -> tuple[str, ...]:
    """In the order of the files of the claim."""
    number = result.claim.number
    files = (kept.caveats.get((number, file, world), ()) for file in result.claim.scenarios)
    estimated = {sentence for world in kept.worlds.values() for sentence in world.estimated}
    return tuple(dict.fromkeys(sentence for some in files for sentence in some if sentence not in estimated))


def _shape(sentence: str) -> str:
    """A sentence without its numbers and regions."""
    return _OTHER.sub("#", sentence)
