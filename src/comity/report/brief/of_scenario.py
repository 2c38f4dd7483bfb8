"""The brief of a scenario: one question, its variants, every chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity.policy.scenario import ONLY
from comity.report import focus as focusing
from comity.report.brief import common, figures, sentences
from comity.report.brief.content import Brief, Figure, File, Headline, Part
from comity.report.brief.plain import named, names_of, readable
from comity.report.brief.sentences import capital, gains_or_loses, loses_dollars, size, the
from comity.report.brief.spreads import said, sure
from comity.report.brief.views import View, view
from comity.report.paths import horizon
from comity.report.rounding import dollars

if TYPE_CHECKING:
    from comity.claims.intervals import Interval
    from comity.model.outcome import Outcome
    from comity.policy import Scenario

Outcomes = Mapping[str, "Outcome"]
MOST_LINES = 4
COLUMNS = 4


def scenario_brief(
    scenario: Scenario,
    outcomes: Outcomes,
    *,
    name: str,
    caveats: Sequence[str],
    paths: Mapping[str, Sequence[str]],
    version: str,
    command: str,
    date: str,
    region: str | None = None,
    drawn: Mapping[tuple[str, str], Interval] | None = None,
    undrawn: str = "",
) -> Brief:
    """The brief of a solved scenario.

    Args:
        scenario: as it was solved.
        outcomes: by variant.
        name: of the file or example.
        caveats: what to keep in mind, sentences.
        paths: for each path over horizons the names of its outcomes.
        version: of Comity.
        command: that makes the brief again.
        date: of the day, ISO.
        region: code of the region that is looked at; None takes the one that the scenario moves most.
        drawn: intervals by variant and code of the region; None where nothing was drawn.
        undrawn: why nothing was.
    """
    looked_at = region or focusing.in_focus(outcomes)[0]
    first = next(iter(outcomes))
    views = {v: view(v, o, looked_at, explained=v == first) for v, o in outcomes.items()}
    world = outcomes[first].world
    lead = figures.world_figure("map", views[first], _where(first))
    certificate = common.certificate_table((name, world.name, o.certificate) for o in outcomes.values())
    worlds = {world.name: world}
    return Brief(
        title=scenario.question or name,
        question=scenario.question or f"What does the scenario {name} do to each side?",
        answer=answer(list(views.values())),
        lead=lead,
        about=(f"Scenario {name} on the world of {world.name}, made by Comity {version}.",),
        parts=(_part(views, outcomes, paths, caveats, drawn or {}, undrawn),),
        method=common.method(),
        certificate=certificate,
        certified=common.certified(certificate),
        data=common.data_sentences(worlds),
        cannot_say=common.limits(),
        versions=common.versions(version, worlds),
        files=(File(f"{name}.yaml", scenario.to_yaml()),),
        command=command,
        date=date,
    )


def answer(views: Sequence[View]) -> str:
    """The answer in two sentences: the region in focus and the one that moves most beside it, in the first variants."""
    first = views[0]
    others = sorted((c for c in first.worth if c != first.focus), key=lambda c: -abs(first.worth[c]))
    other = others[0] if others else ""
    under = f"Under “{first.variant}”" if len(views) > 1 else "Under this policy"
    said = (
        f"{under} {the(first.name)} {gains_or_loses(first.income[first.focus])} "
        f"{size(first.income[first.focus], '%')}% of its real income, {dollars(abs(first.worth[first.focus]))} a year"
    )
    said += f", and {_amount(first, other)}." if other else "."
    if len(views) == 1:
        return f"{said} The world as a whole {loses_dollars(first.world_worth)}."
    second = views[1]
    more = f", and {_amount(second, other)}" if other in second.worth else ""
    return f"{said} Under “{second.variant}” {_amount(second, second.focus)}{more}."


def _amount(one: View, code: str) -> str:
    return f"{the(one.names[code])} {loses_dollars(one.worth[code])}"


def _where(variant: str) -> str:
    return f"variant “{variant}”" if variant not in ("", ONLY) else "the scenario"


def _part(
    views: Mapping[str, View],
    outcomes: Outcomes,
    paths: Mapping[str, Sequence[str]],
    caveats: Sequence[str],
    drawn: Mapping[tuple[str, str], Interval],
    undrawn: str,
) -> Part:
    first = next(iter(views.values()))
    own = drawn.get((first.variant, first.focus))
    names = names_of([next(iter(outcomes.values())).world])
    ends = {place: one.summary.most for place, one in drawn.items()}
    gains, losses = sentences.sides(first)
    found = first.worth[first.focus]
    changes = [
        sentences.spread(
            {v: one.worth[one.focus] for v, one in views.items()}, f"what it is worth to {the(first.name)}"
        )
    ]
    if first.explanation is not None:
        changes.append(sentences.sensitive(first.explanation, first.name))
    return Part(
        key="answer",
        number="",
        title="The answer in full",
        headline=Headline(
            f"worth to {the(first.name)}",
            f"{dollars(found, *(own.summary.most if own else (None, None)))} a year",
            said(own, found, undrawn or "nothing was drawn"),
            first.variant,
        ),
        sure=sure(own),
        gains=gains,
        losses=losses,
        drivers=" ".join(filter(None, (sentences.drivers(first), sentences.inside(first)))),
        changes=tuple(filter(None, changes)),
        figure=figures.ranking_figure("ranking", first, _where(first.variant), ends),
        more=tuple(_charts(views, outcomes, paths, ends)),
        caveats=tuple(named(sentence, names) for sentence in readable(caveats, outcomes.values())),
    )


def _charts(
    views: Mapping[str, View],
    outcomes: Outcomes,
    paths: Mapping[str, Sequence[str]],
    ends: Mapping[tuple[str, str], tuple[float, float]],
) -> list[Figure]:
    every = list(views.values())
    first, where = every[0], _where(every[0].variant)
    found: list[Figure | None] = []
    if len(every) > 1 and not paths:
        codes = {capital(name): code for code, name in first.names.items()}
        cells = _cells(every)
        spans = {(v, c): ends[v, codes[c]] for c, by in cells.items() for v in by if (v, codes[c]) in ends}
        found.append(figures.variants_figure("variants", cells, "the variants of the scenario", spans))
    for number, (title, names) in enumerate(paths.items(), 1):
        times = [horizon(outcomes[name].closures.horizon) for name in names]
        along = [views[name] for name in names]
        found.append(figures.path_figure(f"path-{number}" if len(paths) > 1 else "path", along, times, _where(title)))
    alike = [one for one in every if one.sectors and len(one.sectors) == len(first.sectors)][:MOST_LINES]
    found += [
        figures.sectors_figure("sectors", alike, "by variant" if len(alike) > 1 else where),
        figures.flows_figure("flows", first, where),
        figures.why_figure("why", first, where),
        figures.hangs_figure("hangs", first, where),
    ]
    return [figure for figure in found if figure is not None]


def _cells(views: Sequence[View]) -> dict[str, dict[str, float]]:
    """The regions that move most, the one in focus first: US$ bn a year by variant."""
    first = views[0]
    shared = [c for c in first.worth if all(c in one.worth for one in views)]
    order = sorted(shared, key=lambda c: (c != first.focus, -max(abs(one.worth[c]) for one in views)))
    return {capital(first.names[c]): {one.variant: one.worth[c] for one in views} for c in order[:COLUMNS]}
