"""How the claims of a case came out, in sentences and as an object."""

from __future__ import annotations

from typing import Any

from comity.claims.claim import Claim
from comity.claims.scoring import CaseScore, label
from comity.report.scores import score_document

NO_LAST_DAY = (
    "The claims name no last day: what came true is scored and the rest stays open, which flatters whoever said the "
    "larger number."
)
"""What a reader of such scores has to know."""


def readings(score: CaseScore) -> list[str]:
    """How each settled claim was read."""
    return [
        f"{label(claim)}: {claim.words} {outcome(claim)} {claim.note}" for claim in score.claims if claim.resolution
    ]


def unscored(score: CaseScore) -> list[str]:
    """Claims without a word for how likely they are."""
    return [
        f"{label(claim)}: says that something is so, and not how likely it is: nothing to score"
        for claim in score.unscored
    ]


def pending(score: CaseScore) -> list[str]:
    """Claims that are open, with their words."""
    return [f"{label(claim)} [{claim.said}]" for claim in score.claims if claim.likelihood and claim.resolution is None]


def outcome(claim: Claim) -> str:
    """How a claim came out, when, and who says so; empty while it is open.

    >>> from comity.claims import load_case
    >>> outcome(load_case("us-japan").claims([2])[0])
    ''
    """
    found = claim.resolution
    if found is None:
        return ""
    return f"{'Came true' if found.happened else 'Did not come true'} on {found.on.isoformat()} ({found.source})."


def case_score_document(score: CaseScore, *, version: str) -> dict[str, Any]:
    """The scorecard of a case as one object.

    Args:
        score: of the case.
        version: of Comity.
    """
    return {
        "comity": version,
        "case": {"name": score.case.name, "title": score.case.content.title},
        **score_document(score.card),
        "without a word": [
            {"claim": label(claim), **(resolution_object(claim) or {"resolved": None})} for claim in score.unscored
        ],
    }


def resolution_object(claim: Claim) -> dict[str, Any] | None:
    """How a claim came out, as an object; None while it is open."""
    found = claim.resolution
    if found is None:
        return None
    return {"resolved": found.happened, "on": found.on.isoformat(), "source": found.source, "note": found.note}
