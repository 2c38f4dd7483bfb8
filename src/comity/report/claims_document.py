"""A case that was run as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.claims.claim import Claim, Measure
from comity.claims.intervals import SCALE
from comity.claims.results import Answer, CaseResult, Result, Row
from comity.report.claims_coherence import coherence_object
from comity.report.claims_scores import resolution_object
from comity.report.document import finite
from comity.report.intervals import draws_document
from comity.report.panels import panel_document
from comity.uncertainty.panel import Panel

FORMAT = 1
"""Raised when a property changes its meaning or goes away."""


def case_document(
    found: CaseResult, *, version: str, panels: Mapping[int, Panel] | None = None, scale: str = SCALE
) -> dict[str, Any]:
    """The object: the case, its facts, and for each claim its words, its rows, its measures and what it cannot say.

    Args:
        found: the case, run.
        version: of Comity.
        panels: by claim, of those whose published answers disagree; None where nobody asked.
        scale: on which chances are given in words, where the case has draws.
    """
    content = found.case.content
    return {
        "comity": version,
        "format": FORMAT,
        "case": {"name": found.case.name, "title": content.title, "about": content.about},
        "coherence": coherence_object(found.case.coherence),
        "worlds": list(found.worlds),
        "facts": {
            fact.key: {"what": fact.what, "value": fact.value, "as of": fact.as_of, "source": fact.source}
            for fact in content.facts
        },
        "claims": [_result(result) for result in found.results],
        "failed": list(found.failed),
        **({} if found.drawn is None else {"uncertainty": draws_document(found, scale)}),
        **({} if panels is None else {"panels": {str(n): panel_document(panel) for n, panel in panels.items()}}),
    }


def _result(result: Result) -> dict[str, Any]:
    claim = result.claim
    return {
        **_claim(claim),
        "answer": result.answer,
        "results": [_row(row) for row in result.rows],
        "measures": [_answer(answer) for answer in result.answers],
        "signs differ": [[_answer(answer) for answer in group] for group in result.signs_differ],
        "caveats": list(result.caveats),
        "errors": list(result.errors),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.number,
        "title": claim.title,
        "says": claim.words,
        "hedge": claim.hedge,
        "said": claim.said or None,
        "scale": None if claim.likelihood is None else claim.likelihood.scale or None,
        "probability": None if claim.likelihood is None else claim.likelihood.sentence,
        "confidence": claim.confidence,
        "resolution": resolution_object(claim),
        "asked": claim.asked,
        "facts": list(claim.facts),
        "assumptions": [{"what": entry.what, "basis": entry.basis} for entry in claim.assumptions],
        "cannot say": list(claim.cannot_say),
        "game": claim.game,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "scenario": row.scenario,
        "variant": row.variant,
        "world": row.world,
        "real_income_pct": finite(row.income),
        "equivalent_variation_usd_bn": finite(row.equivalent_variation),
        "certificate": None if row.certificate is None else finite(row.certificate.to_dict()),
        "error": row.error or None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    measure: Measure = answer.measure
    return {
        "measure": measure.key,
        "label": measure.label,
        "of": measure.of,
        "at": {axis: list(names) for axis, names in measure.at.items()},
        "scenario": answer.scenario,
        "variant": answer.variant,
        "world": answer.world,
        "unit": answer.unit,
        "value": [{"name": name, "value": finite(value)} for name, value in answer.value]
        if isinstance(answer.value, tuple)
        else finite(answer.value),
        "error": answer.error or None,
    }
