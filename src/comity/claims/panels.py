"""Claims whose answer published studies disagree about: the answer under every choice that the engine has."""

from __future__ import annotations

from collections.abc import Sequence

from comity.claims.case import Case
from comity.uncertainty.panel import Panel, disagreement


def panels(case: Case, numbers: Sequence[int] = ()) -> dict[int, Panel]:
    """The disagreement panel of each claim that names one, by number.

    Args:
        case: the claims.
        numbers: of the claims that are looked at; all of them if none is named.

    Raises:
        UnknownName: there is no such claim, variant or region.
        ScenarioError, SolveError: the scenario has no answer on its own terms.
    """
    asked = {claim.number: claim.panel for claim in case.claims(numbers) if claim.panel is not None}
    return {
        number: disagreement(case.scenario(one.scenario), one.region, variant=one.variant)
        for number, one in asked.items()
    }
