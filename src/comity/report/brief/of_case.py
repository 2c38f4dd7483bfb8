"""The brief of a case: its question, what every claim comes to, and why answers differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from comity.claims.case import FILE as CLAIMS
from comity.claims.quoting import Number
from comity.claims.results import REST, Answer, CaseResult, Result
from comity.policy.scenario import ONLY
from comity.report.brief import common, figures, mind, sentences
from comity.report.brief.content import Brief, Figure, File, Headline, Likelihood, Part
from comity.report.brief.disagreements import disagreement
from comity.report.brief.kept import Kept, headline_of
from comity.report.brief.overview import likelihood_figure, whose, worth_figure
from comity.report.brief.sentences import capital, the
from comity.report.brief.series import Series, series_figure
from comity.report.brief.spreads import Ends, goes_with, numbered, of_answer, of_chart, of_row, said, sure
from comity.report.brief.views import View
from comity.report.claims import where
from comity.report.claims_coherence import sentences as dependent
from comity.report.claims_scores import outcome

if TYPE_CHECKING:
    from comity.claims.claim import Claim
    from comity.uncertainty.panel import Panel

TALL = 8
"""Scenarios in a chart: with more it is drawn for wide screens and paper, with its columns beside each other."""


def case_brief(
    found: CaseResult,
    kept: Kept,
    *,
    panels: Mapping[int, Panel],
    version: str,
    command: str,
    date: str,
) -> Brief:
    """The brief of a case that was run.

    Args:
        found: its results.
        kept: what was kept of its outcomes while it ran.
        panels: by claim, of those whose published answers disagree.
        version: of Comity.
        command: that makes the brief again.
        date: of the day, ISO.
    """
    content = found.case.content
    rows = ((row.scenario, row.world, row.certificate) for r in found.results for row in r.rows)
    certificate = common.certificate_table((s, w, c) for s, w, c in rows if c is not None)
    overview = [worth_figure(found), likelihood_figure(found)]
    lead, more = overview[0], overview[1:]
    shared = mind.shared(found, kept)
    return Brief(
        title=content.title,
        question=content.lead.question if content.lead else content.title,
        answer=found.lead(_numbers(found)) or _first_answer(found),
        lead=lead,
        about=(
            content.about,
            f"Worlds: {', '.join(found.worlds)}; numbers are those of the first. Comity {version}.",
            " ".join(dependent(found.case.coherence, [result.claim.number for result in found.results])),
        ),
        parts=tuple(_part(found, result, kept, shared) for result in found.results),
        overview=tuple(figure for figure in more if figure is not None),
        disagreements=tuple(disagreement(f"claim-{number}", panel) for number, panel in panels.items()),
        method=common.method(),
        certificate=certificate,
        certified=common.certified(certificate),
        data=common.data_sentences(kept.worlds),
        cannot_say=common.limits(),
        caveats=shared,
        versions=common.versions(version, kept.worlds),
        files=tuple(_files(found)),
        command=command,
        date=date,
        failed=tuple(f"claim {result.claim.number}: {e}" for result in found.results for e in _errors(result, kept)),
    )


def _numbers(found: CaseResult) -> Callable[[Answer], Number]:
    """Makes a measure of any claim ready for a sentence."""
    owners = {id(answer): result for result in found.results for answer in result.answers}
    return lambda answer: numbered(found.drawn, owners[id(answer)], answer)


def _errors(result: Result, kept: Kept) -> tuple[str, ...]:
    """What failed; a number that was not drawn says so beside it."""
    drawn = (kept.series.get(result.claim.number), kept.maps.get(result.claim.number))
    failed = [error for error in result.errors if error not in result.undrawn]
    return (*failed, *(why for why in drawn if isinstance(why, str)))


def _first_answer(found: CaseResult) -> str:
    """Where nobody wrote an answer to the whole: that of the first claim that has one."""
    answers = (result.answered(_numbers(found)) for result in found.results)
    return next((answer for answer in answers if answer), "No claim of this case could be answered.")


def _files(found: CaseResult) -> list[File]:
    """claims.yaml and every scenario, as they are on disk."""
    names = [CLAIMS, *(file for result in found.results for file in result.claim.scenarios)]
    folder = found.case.folder
    some = [name for name in dict.fromkeys(names) if (folder / name).is_file()]
    return [File(name, (folder / name).read_text(encoding="utf-8"), printed=name != CLAIMS) for name in some]


def _part(found: CaseResult, result: Result, kept: Kept, shared: tuple[str, ...]) -> Part:
    claim, seen = result.claim, kept.views.get(result.claim.number)
    gains, losses = sentences.sides(seen) if seen else ("", "")
    facts = {fact.key: fact for fact in found.case.content.facts}
    figure, more = _charts(found, result, kept)
    return Part(
        key=f"claim-{claim.number}",
        number=str(claim.number),
        title=claim.title,
        says=claim.words,
        asked=claim.asked,
        answer=result.answered(_numbers(found)),
        likelihood=_likelihood(claim),
        settled=f"{outcome(claim)} {claim.note}" if claim.resolution else "",
        headline=_headline(found, result),
        sure=sure(found.drawn.welfare(claim)) if found.drawn else "",
        gains=gains,
        losses=losses,
        drivers=" ".join(filter(None, (sentences.drivers(seen), sentences.inside(seen)))) if seen else "",
        changes=tuple(_changes(found, result, seen)),
        figure=figure,
        map=_map(kept, claim.number),
        more=more,
        assumptions=tuple(f"{capital(entry.what)} ({entry.basis})." for entry in claim.assumptions),
        facts=tuple(f"{facts[k].what}: {facts[k].value} ({facts[k].as_of}; {facts[k].source})." for k in claim.facts),
        cannot_say=claim.cannot_say,
        caveats=tuple(sentence for sentence in mind.in_mind(found, kept, result) if sentence not in shared),
        game=claim.game or "",
        errors=_errors(result, kept),
    )


def _likelihood(claim: Claim) -> Likelihood | None:
    found = claim.likelihood
    if found is None:
        return None
    low, high = (100 * end for end in found.interval())
    sentence = f"{capital(found.sentence)}."
    return Likelihood(
        claim.said, low, 100 * found.median, high, sentence, found.scale, whose(found), claim.confidence or ""
    )


def _lead_answer(found: CaseResult, result: Result) -> Answer | None:
    """The headline number on the first world; None where it failed."""
    measure, file, variant = headline_of(result.claim)
    for answer in result.answers:
        right = measure is not None and answer.measure.key == measure.key and answer.scenario == file
        if right and answer.world == found.worlds[0] and variant in (None, answer.variant):
            return answer if isinstance(answer.value, float) else None
    return None


def _headline(found: CaseResult, result: Result) -> Headline | None:
    answer = _lead_answer(found, result)
    if answer is None or not isinstance(answer.value, float):
        return None
    drawn = of_answer(found.drawn, result, answer)
    ends = (None, None) if drawn is None else drawn.summary.most
    value = sentences.amount(answer.value, answer.unit, *ends) + (" a year" if answer.unit == sentences.BN else "")
    why_not = "nothing was drawn" if found.drawn is None else next(iter(result.undrawn), "this measure is not drawn")
    spread = said(drawn, answer.value, why_not)
    return Headline(answer.measure.label, value, spread, where(result, answer.scenario, answer.variant))


def _changes(found: CaseResult, result: Result, seen: View | None) -> list[str]:
    changes: list[str] = []
    lead = _lead_answer(found, result)
    for answer in result.answers if lead else ():
        same = lead is not None and (answer.measure.key, answer.scenario, answer.variant) == (
            lead.measure.key, lead.scenario, lead.variant)  # fmt: skip
        if same and lead is not None and answer.world != lead.world and isinstance(answer.value, float):
            assert isinstance(lead.value, float)
            changes.append(sentences.other_world(answer.world, answer.value, lead.value, answer.unit))
    changes.append(goes_with(of_answer(found.drawn, result, lead)) if lead else "")
    column, cells = next(iter(_cells(found, result).items()), ("", {}))
    ends = {variant: some for (variant, name), some in _ends(found, result).items() if name == column}
    changes.append(sentences.spread(cells, f"what it is worth to {the(column)}", ends))
    if seen is not None and seen.explanation is not None:
        changes.append(sentences.sensitive(seen.explanation, seen.name))
    return [sentence for sentence in changes if sentence]


def _cells(found: CaseResult, result: Result) -> dict[str, dict[str, float]]:
    """By column of the case and scenario what it is worth on the first world, US$ bn a year."""
    rows = [row for row in result.rows if row.world == found.worlds[0] and not row.error]
    columns = [name for name in found.case.content.columns if name != REST]
    if not rows:
        return {}
    return {
        column: {where(result, row.scenario, row.variant): row.equivalent_variation[column] for row in rows}
        for column in columns
    }


def _ends(found: CaseResult, result: Result) -> dict[tuple[str, str], Ends]:
    """Intervals of the same cells, by scenario and column."""
    claim, columns = result.claim.number, found.case.content.columns
    every = {
        (where(result, row.scenario, row.variant), column): of_row(found.drawn, claim, row, column)
        for row in result.rows
        for column in columns
        if not row.error and row.world == found.worlds[0]
    }
    return {place: ends for place, ends in every.items() if ends is not None}


def _map(kept: Kept, number: int) -> Figure | None:
    seen = kept.mapped().get(number)
    return None if seen is None else figures.world_figure(f"claim-{number}-map", seen, _where(seen))


def _where(seen: View) -> str:
    return "the scenario" if seen.variant in ("", ONLY) else f"scenario “{seen.variant}”"


def _charts(found: CaseResult, result: Result, kept: Kept) -> tuple[Figure | None, tuple[Figure, ...]]:
    """The chart of a claim, and the smaller ones behind it."""
    number, cells = result.claim.number, _cells(found, result)
    key, ends, every = f"claim-{number}", _ends(found, result), "every scenario of this claim"
    asked, seen = kept.series.get(number), kept.views.get(number)
    own = series_figure(key, asked, of_chart(found.drawn, number)) if isinstance(asked, Series) else None
    variants = f"{key}-scenarios" if own else key
    full = own is None or len(next(iter(cells.values()), ())) > TALL
    main = figures.variants_figure(variants, cells, every, ends, full=full) if cells else None
    more: list[Figure | None] = [main] if own else []
    if seen is not None:
        at = _where(seen)
        more += [
            figures.ranking_figure(f"{key}-regions", seen, at, full=False),
            figures.flows_figure(f"{key}-flows", seen, at, full=False) if result.claim.flows else None,
            figures.sectors_figure(f"{key}-sectors", [seen], at, full=False),
            figures.why_figure(f"{key}-why", seen, at, full=False),
            figures.hangs_figure(f"{key}-hangs", seen, at, full=False),
        ]
    return own or main, tuple(figure for figure in more if figure is not None)
