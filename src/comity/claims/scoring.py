"""How the claims of a case came out: those that are settled, scored by their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.claims.case import Case
from comity.claims.claim import Claim
from comity.errors import UnknownName
from comity.uncertainty import Forecast, Probability
from comity.uncertainty.lexicon import scale as named

if TYPE_CHECKING:
    from comity.uncertainty import Scorecard


@dataclass(frozen=True)
class CaseScore:
    """The score of a case.

    Attributes:
        case: whose claims.
        claims: those that were looked at.
        card: scores of the claims that are settled and have a word for how likely they are.
    """

    case: Case
    claims: tuple[Claim, ...]
    card: Scorecard

    @property
    def unscored(self) -> tuple[Claim, ...]:
        """Claims that say that something is so, and not how likely it is: they have nothing to score."""
        return tuple(claim for claim in self.claims if claim.likelihood is None)


def score_case(case: Case, numbers: Sequence[int] = (), scale: str | None = None) -> CaseScore:
    """Score the claims that are settled, each by the mean of its probability, else of its hedge.

    Args:
        case: the claims.
        numbers: of those that are looked at; all of them if none is named.
        scale: on which words are read; each claim's own if None.

    Raises:
        UnknownName: there is no claim of a number, no such scale, or it lacks the word of a claim. ScenarioError: none
            of them is settled.

    >>> from comity.claims import load_case
    >>> score_case(load_case("us-japan")).card.settled[0].claim
    '1 Defence spending'
    """
    from comity.uncertainty import scorecard  # statistics take a second to import

    claims = case.claims(numbers)
    scale = None if scale is None else named(scale).name
    forecasts = [
        Forecast(label(claim), likelihood, claim.resolution, claim.confidence or "")
        for claim in claims
        if (likelihood := _read(claim, scale)) is not None
    ]
    return CaseScore(case, claims, scorecard(forecasts))


def _read(claim: Claim, scale: str | None) -> Probability | None:
    try:
        return claim.read_on(scale)
    except ValueError as error:
        raise UnknownName(str(error)) from None


def label(claim: Claim) -> str:
    """A claim by number and title."""
    return f"{claim.number} {claim.title}"
