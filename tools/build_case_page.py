"""Write docs/case.md from a run of the case: `make docs-pages`. A test fails when the page is out of date.

Its story is written by hand in ``case_story.md``, where ``{9: takes @ variant}`` is a measure of claim 9, written as in
the answers of ``claims.yaml``.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from comity.claims import Case, CaseResult, Result, load_case, run_case
from comity.claims.claim import Claim
from comity.claims.panels import panels
from comity.claims.results import shown
from comity.report.claims import income_table, leader_table, where, worlds_disagree
from comity.report.panels import panel_tables
from comity.report.table import Table, text
from comity.uncertainty.panel import Panel

PAGE = Path(__file__).resolve().parents[1] / "docs" / "case.md"
STORY = Path(__file__).with_name("case_story.md")
CITED = re.compile(r"\{(?P<claim>\d+): (?P<what>[^{}]+)\}")
WIDTH = 125
HEAD = """# The case: the United States and Japan

<!-- Written by tools/build_case_page.py from tools/case_story.md and a run of the case; do not edit. -->

{about}

```
comity case us-japan               # all of it: a table, and a sentence a claim
comity case us-japan --claim 9     # one claim with all that was measured, assumed and left out
comity case my-case/               # claims of your own: a folder with claims.yaml and its scenarios
```

{reading}
"""

READING = """The files lie in `cases/us-japan/`; `comity schema --case` describes `claims.yaml`. Real income is what
final spending buys, in per cent of the baseline; gains and losses in US$ are the income that would have had the same
effect, a year, at the prices of the world's year. Long-run equilibria are compared, everything else the same: nothing
here is a forecast, and how likely a claim is, its own words say. Each number belongs to an equilibrium whose
certificate passed."""


def page(found: CaseResult, panels: Mapping[int, Panel]) -> str:
    """The page: what the case is, its story, each claim with its words, its numbers and its limits, then the facts."""
    content = found.case.content
    games = [str(result.claim.number) for result in found.results if result.claim.game]
    open_ = (
        f"Claims {', '.join(games)} are left to games between governments: their scenarios are here." if games else ""
    )
    head = HEAD.format(about=_wrapped(content.about), reading=_wrapped(f"{READING} {open_}"))
    claims = (section(found, result, panels) for result in found.results)
    text_ = "\n\n".join([head.rstrip(), "## The story", story(found), *claims, _facts(found.case)]) + "\n"
    return re.sub(r"\$(?=\d)", "&#36;", text_)  # a dollar sign before a number would begin a formula


def story(found: CaseResult) -> str:
    """The story with its numbers, those of the first world.

    Raises:
        LookupError: it cites what was not measured.
    """

    def number(match: re.Match[str]) -> str:
        result = found.find(int(match["claim"]))
        told = replace(result, claim=replace(result.claim, answer=f"{{{' '.join(match['what'].split())}}}")).answer
        if not told:
            raise LookupError(f"the story cites {match[0]}, which was not measured")
        return told

    text = CITED.sub(number, STORY.read_text(encoding="utf-8"))
    return "\n\n".join(map(_wrapped, text.strip().split("\n\n")))


def _facts(case: Case) -> str:
    rows = ["| fact | value | as of | source |", "| --- | --- | --- | --- |"]
    rows += [f"| {fact.what} | {fact.value} | {fact.as_of} | {fact.source} |" for fact in case.content.facts]
    return "\n".join(["## Facts", "", *rows])


def section(found: CaseResult, result: Result, panels: Mapping[int, Panel]) -> str:
    """One claim."""
    claim, one = result.claim, CaseResult(found.case, found.worlds, (result,))
    parts = [
        f"## {claim.number}. {claim.title}",
        _wrapped(f"*{claim.words}* {_hedge(claim)}{claim.asked}"),
        *([_wrapped(result.answer)] if result.answer else []),
        *(
            _wrapped(f"**Too close to call.** The sign depends on the world: {said.partition(': ')[2]}.")
            for said in worlds_disagree(one)
        ),
        *([_wrapped(f"**Open.** {_sentence(claim.game)}")] if claim.game else []),
        _markdown(income_table(one), skip=1),
        *([_measures(result, found.worlds)] if any(not m.leaders for m in claim.measures) else []),
        *(_markdown(table, skip=1) for table in [leader_table(one)] if table.rows),
        *([_disagreement(panels[claim.number])] if claim.number in panels else []),
        "\n".join(_lines(claim)),
    ]
    return "\n\n".join(parts)


def _disagreement(panel: Panel) -> str:
    """Which choice moves the answer, and what others published."""
    intro = _wrapped(
        f"**Why answers differ.** Real income of {panel.region[1]} under the variant {panel.question.variant}, in per "
        "cent, with each choice of the model changed by itself; how it is done: [disagreement](disagreement.md)."
    )
    parts = [intro]
    for table in panel_tables(panel):
        parts.append(_markdown(table, skip=0))
        parts += ["\n".join(_wrapped(f"* {note}", "  ") for note in table.notes)] if table.notes else []
    return "\n\n".join(parts)


def _hedge(claim: Claim) -> str:
    return "" if claim.likelihood is None else f"How likely: {claim.likelihood.sentence}. "


def _lines(claim: Claim) -> Iterator[str]:
    files = ", ".join(f"`{file}`" for file in claim.scenarios)
    yield _wrapped(f"* **Scenarios**: {files}.", "  ")
    for entry in claim.assumptions:
        yield _wrapped(f"* **Assumed**: {entry.what} ({entry.basis}).", "  ")
    for sentence in claim.cannot_say:
        yield _wrapped(f"* **Not said**: {_lower(sentence)}", "  ")


def _measures(result: Result, worlds: Sequence[str]) -> str:
    """A row for each variant, a column for each measure; the worlds in one cell."""
    numbers = [answer for answer in result.answers if not answer.measure.leaders]
    measures = list(dict.fromkeys(answer.measure.key for answer in numbers))
    variants = list(dict.fromkeys((answer.scenario, answer.variant) for answer in numbers))
    first = {key: next(answer for answer in numbers if answer.measure.key == key) for key in measures}
    units = {key: sorted({a.unit for a in numbers if a.measure.key == key and a.unit}) for key in measures}
    heads = [", ".join([first[key].measure.label, *(units[key] if len(units[key]) == 1 else [])]) for key in measures]
    value = {
        (a.scenario, a.variant, a.measure.key, a.world): shown(a)
        + (f" {a.unit}" if len(units[a.measure.key]) > 1 else "")
        for a in numbers
    }
    rows = [["scenario" if len(worlds) == 1 else f"scenario ({' / '.join(worlds)})", *heads]]
    rows.append(["---", *("---:" for _ in heads)])
    for scenario, variant in variants:
        cells = [[value.get((scenario, variant, key, world), "") for world in worlds] for key in measures]
        rows.append([where(result, scenario, variant), *(" / ".join(cell) if any(cell) else "" for cell in cells)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _sentence(text_: str) -> str:
    return text_[0].upper() + text_[1:].rstrip(".") + "."


def _wrapped(paragraph: str, hang: str = "") -> str:
    return textwrap.fill(
        " ".join(paragraph.split()), WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def _markdown(table: Table, skip: int) -> str:
    """A table without its first columns, numbers to the right."""
    columns = table.columns[skip:]
    heads = [" ".join(filter(None, (column.name, column.group, column.unit))) for column in columns]
    marks = ["---" if column.digits is None else "---:" for column in columns]
    rows = [
        [text(cell, table.digits(number, place + skip)) for place, cell in enumerate(row[skip:])]
        for number, row in enumerate(table.rows)
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows))


if __name__ == "__main__":
    case = load_case("us-japan")
    PAGE.write_text(page(run_case(case), panels(case)), encoding="utf-8")
