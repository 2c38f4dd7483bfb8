"""Whether the probabilities of dependent claims can all hold, in sentences and as an object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.claims.checking import BANDS, CaseCoherence

TITLE = "Claims that depend on each other"


def sentences(found: CaseCoherence | None, numbers: Sequence[int]) -> list[str]:
    """What was found, what depends on what, and why; nothing where none of some claims depends on another."""
    if found is None or not any(set(one.numbers) & set(numbers) for one in found.dependencies):
        return []
    return [*verdict(found), *_reasons(found)]


def verdict(found: CaseCoherence) -> list[str]:
    """What was found: that all probabilities can hold, or which cannot and the nearest that can."""
    scales = f"; words are read on the scale {' and '.join(found.scales)}" if found.scales else ""
    if found.means.coherent:
        said = "; ".join(map(str, (*found.means.statements, *found.relations)))
        return [
            f"These claims depend on each other, and all of it can hold together: {said}. Means are compared{scales}."
        ]
    share = f"{100 * BANDS:.0f}%"
    within = (
        f"Values somewhere in the central {share} of every reading can all hold: it is the means that conflict{scales}."
        if found.within_readings
        else f"No values in the central {share} of every reading can all hold either{scales}."
    )
    return ["These claims depend on each other, and what is said of them does not fit.", *found.means.sentences, within]


def _reasons(found: CaseCoherence) -> list[str]:
    said = []
    for one in found.dependencies:
        if one.claim is not None:
            what = f"claim {one.claim} given {', '.join(one.given or ())}"
        elif one.if_ is not None:
            what = f"if {one.if_}, then {one.then}"
        elif one.at_most_one_of:
            what = f"at most one of {', '.join(one.at_most_one_of)}"
        else:
            what = f"exactly one of {', '.join(one.exactly_one_of or ())}"
        said.append(f"{what[0].upper()}{what[1:]}: {one.because.rstrip('.')}.")
    return said


def coherence_object(found: CaseCoherence | None) -> dict[str, Any] | None:
    """The same as an object; None where no claim depends on another."""
    if found is None:
        return None
    means = found.means
    return {
        "coherent": means.coherent,
        "coherent within readings": found.within_readings,
        "share of readings": BANDS,
        "scales": list(found.scales),
        "statements": [
            {
                "event": said.event,
                "given": said.given or None,
                "said": said.probability.said,
                "scale": said.probability.scale or None,
                "probability": said.probability.mean,
                "nearest": value if distance else said.probability.mean,
                "distance": distance,
            }
            for said, value, distance in zip(means.statements, means.nearest, means.moved, strict=True)
        ],
        "relations": [{"relation": str(one), "events": list(one.events)} for one in found.relations],
        "conflicts": [list(map(str, conflict)) for conflict in means.conflicts],
        "reasons": _reasons(found),
        "sentences": verdict(found),
    }
