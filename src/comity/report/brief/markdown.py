"""A brief as Markdown for a repository: the same text, charts and their numbers as SVG and CSV files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.report.brief.content import Brief, Figure, Part
from comity.report.brief.terms import terms
from comity.report.table import Table, text


def markdown(brief: Brief, folder: str) -> str:
    """The document.

    Args:
        brief: what it says.
        folder: where its charts lie as SVG and CSV, relative to the file.
    """
    return "\n\n".join(_blocks(brief, folder)) + "\n"


def _blocks(brief: Brief, folder: str) -> Iterator[str]:
    yield f"# {_plain(brief.question)}"
    if brief.failed:
        yield f"**{len(brief.failed)} could not be answered; each is named in its place.**"
    yield _plain(brief.answer)
    if brief.lead:
        yield _figure(brief.lead, folder)
    if brief.glance is not None:
        yield f"## {brief.glance.title}"
        yield _table(brief.glance)
    for figure in brief.overview:
        yield _figure(figure, folder)
    for part in brief.parts:
        yield from _part(part, folder)
    for one in brief.disagreements:
        yield "## Why answers differ"
        yield from map(_plain, one.said)
        yield _figure(one.figure, folder)
        for table in one.tables:
            yield f"**{_plain(table.title)}**"
            yield _table(table)
    yield "## Words used here"
    yield "\n".join(f"* **{term}**: {_plain(meaning)}" for term, meaning in terms().items())
    yield "## Method"
    yield from map(_plain, brief.method)
    yield "## Certificate"
    yield _plain(brief.certified)
    yield _table(brief.certificate)
    yield "## The data, and what in them is estimated"
    yield _list(brief.data)
    if brief.caveats:
        yield "## Keep in mind with every number"
        yield _list(brief.caveats)
    yield "## What the model cannot say"
    yield _list(brief.cannot_say)
    yield "## Make it again"
    yield f"`{brief.command}` on {brief.date}"
    yield "\n".join(f"* {name} `{value}`" for name, value in brief.versions.items())
    for file in brief.files:
        yield f"**{file.name}**"
        yield f"```yaml\n{file.text.rstrip()}\n```"


def _part(part: Part, folder: str) -> Iterator[str]:
    yield f"## {f'{part.number}. ' if part.number else ''}{_plain(part.title)}"
    if part.says:
        yield f"*{_plain(part.says)}*"
    if part.errors:
        yield f"**Not answered in full.**\n\n{_list(part.errors)}"
    if part.answer:
        yield _plain(part.answer)
    yield "\n".join(f"* **{name}:** {_plain(said)}" for name, said in part.in_short)
    for figure in (*part.lead, *part.more):
        yield _figure(figure, folder)
    for title, sentences in part.behind:
        yield f"**{title}**\n\n{_list(sentences)}"


def _figure(figure: Figure, folder: str) -> str:
    below = f" {_plain(figure.source)}" if figure.source else ""
    picture = f"![{_plain(figure.alt)}]({folder}/{figure.key}.svg)"
    numbers = f"[Numbers as CSV]({folder}/{figure.key}.csv)"
    return f"**{_plain(figure.title)}**\n\n{picture}\n\n<sub>{_plain(figure.note)}{below}</sub>\n\n{numbers}"


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"* {_plain(sentence)}" for sentence in sentences)


def _table(table: Table) -> str:
    head = "| " + " | ".join(_plain(f"{c.group} {c.heading}".strip()) for c in table.columns) + " |"
    rule = "|" + "|".join(" ---: " if c.digits is not None else " --- " for c in table.columns) + "|"
    rows = [
        "| " + " | ".join(_plain(text(cell, table.digits(r, c))) for c, cell in enumerate(row)) + " |"
        for r, row in enumerate(table.rows)
    ]
    return "\n".join([head, rule, *rows])


def _plain(said: str) -> str:
    """Text that Markdown leaves as it is."""
    for sign in ("\\", "*", "_", "|", "<", "`", "[", "$"):
        said = said.replace(sign, f"\\{sign}")
    return said
