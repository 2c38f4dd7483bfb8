"""A brief as a Word document: the text, tables and charts of the other forms, by python-docx (extra `docx`)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from comity.errors import MissingExtra
from comity.report.brief.content import Brief, Figure, Part
from comity.report.brief.drawn import Drawn
from comity.report.brief.sentences import capital
from comity.report.brief.terms import terms
from comity.report.charts import drawing
from comity.report.table import Table, text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph

WIDTH, SMALL = 16.4, 9.0
"""Of a chart, centimetres: one that is drawn for wide screens, and one that is not."""
FIXED = (1980, 1, 1, 0, 0, 0)
"""The time that every file inside has: the earliest that the format can say."""


def docx(brief: Brief, drawn: Mapping[str, Drawn]) -> bytes:
    """The document.

    Args:
        brief: what it says.
        drawn: its charts by key.

    Raises:
        MissingExtra: python-docx is not installed.
    """
    page = _empty(brief)
    _first(page, brief, drawn)
    for part in brief.parts:
        _part(page, part, drawn)
    for one in brief.disagreements:
        page.add_heading("Why answers differ", 1)
        _paragraphs(page, one.said)
        _figure(page, one.figure, drawn)
        for table in one.tables:
            page.add_heading(table.title, 2)
            _table(page, table)
            _paragraphs(page, table.notes)
    _rest(page, brief)
    made = io.BytesIO()
    page.save(made)
    return _timeless(made.getvalue())


def check_installed() -> None:
    """Refuse at once where the document could not be written in the end.

    Raises:
        MissingExtra: python-docx is not installed.
    """
    try:
        import docx  # noqa: F401
    except ImportError:
        raise MissingExtra('a brief as Word needs the package python-docx: run  pip install "comity[docx]"') from None


def _empty(brief: Brief) -> Document:
    """A4 paper, this project's type, and properties that say what the document is and nothing of the machine."""
    check_installed()
    from docx import Document as new
    from docx.shared import Cm, Pt, RGBColor

    page = new()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.2)
    page.styles["Normal"].font.size = Pt(10.5)
    for name in ("Title", "Heading 1", "Heading 2"):
        page.styles[name].font.color.rgb = RGBColor(0x1F, 0x23, 0x28)
    about, day = page.core_properties, datetime.fromisoformat(brief.date).replace(tzinfo=UTC)
    about.title, about.author, about.comments = brief.title, "Comity", brief.command
    about.created = about.modified = day
    about.last_modified_by, about.revision = "Comity", 1
    return page


def _first(page: Document, brief: Brief, drawn: Mapping[str, Drawn]) -> None:
    page.add_heading(brief.question, 0)
    if brief.failed:
        page.add_paragraph().add_run(
            f"{len(brief.failed)} could not be answered; each is named in its place."
        ).bold = True
    _paragraphs(page, [brief.answer])
    if brief.lead:
        _figure(page, brief.lead, drawn)
    if brief.glance is not None:
        page.add_heading(brief.glance.title, 1)
        _table(page, brief.glance)
    for figure in brief.overview:
        _figure(page, figure, drawn)


def _part(page: Document, part: Part, drawn: Mapping[str, Drawn]) -> None:
    page.add_heading(f"{part.number}. {part.title}" if part.number else part.title, 1)
    if part.says:
        page.add_paragraph().add_run(part.says).italic = True
    if part.errors:
        page.add_paragraph().add_run("Not answered in full.").bold = True
        _list(page, part.errors)
    _paragraphs(page, [part.answer])
    for name, said in part.in_short:
        line = page.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(said)
    for figure in (*part.lead, *part.more):
        _figure(page, figure, drawn)
    for title, sentences in part.behind:
        page.add_heading(title, 2)
        _list(page, sentences)


def _rest(page: Document, brief: Brief) -> None:
    page.add_heading("Words used here", 1)
    for term, meaning in terms().items():
        line = page.add_paragraph()
        line.add_run(f"{capital(term)}. ").bold = True
        line.add_run(meaning)
    page.add_heading("Method", 1)
    _paragraphs(page, brief.method)
    page.add_heading("Certificate", 1)
    _paragraphs(page, [brief.certified])
    _table(page, brief.certificate)
    for title, sentences in (
        ("The data, and what in them is estimated", brief.data),
        ("Keep in mind with every number", brief.caveats),
        ("What the model cannot say", brief.cannot_say),
    ):
        if sentences:
            page.add_heading(title, 1)
            _list(page, sentences)
    page.add_heading("Make it again", 1)
    _paragraphs(page, [f"The command is {brief.command}, on {brief.date}.", *brief.about])
    _list(page, [f"{name} {value}" for name, value in brief.versions.items()])
    for file in brief.files:
        page.add_heading(file.name, 2)
        _as_written(page, file.text)


def _paragraphs(page: Document, sentences: Sequence[str]) -> None:
    for said in filter(None, sentences):
        page.add_paragraph(said)


def _list(page: Document, sentences: Sequence[str]) -> None:
    for said in sentences:
        page.add_paragraph(said, style="List Bullet")


def _as_written(page: Document, content: str) -> None:
    from docx.shared import Pt

    run = page.add_paragraph().add_run(content.rstrip())
    run.font.name, run.font.size = "Consolas", Pt(7.5)


def _figure(page: Document, figure: Figure, drawn: Mapping[str, Drawn]) -> None:
    """Its finding, the picture with a text in its place, and what is drawn; kept together."""
    from docx.shared import Cm

    head = page.add_paragraph()
    head.add_run(figure.title).bold = True
    head.paragraph_format.keep_with_next = True
    place = page.add_paragraph()
    place.paragraph_format.keep_with_next = True
    width = Cm(WIDTH if drawn[figure.key].wide else SMALL)
    shape = place.add_run().add_picture(io.BytesIO(drawing.png(drawn[figure.key].best)), width=width)
    about = shape._inline.docPr  # python-docx has no other way to say what a picture shows
    about.set("name", figure.key)
    about.set("descr", figure.alt)
    _small(page, f"{figure.note} {figure.source}".strip())


def _small(page: Document, said: str) -> None:
    from docx.shared import Pt

    page.add_paragraph().add_run(said).font.size = Pt(8.5)


def _table(page: Document, table: Table) -> None:
    """A table of Word, its first row the heading of every page that it goes over."""
    heads = [f"{column.group} {column.heading}".strip() for column in table.columns]
    rows = [[text(cell, table.digits(r, c)) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]
    made = page.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    _repeated(made)
    numbers = [column.digits is not None for column in table.columns]
    for k, (row, cells) in enumerate(zip(made.rows, [heads, *rows], strict=True)):
        for place, said, number in zip(row.cells, cells, numbers, strict=True):
            _cell(place.paragraphs[0], said, bold=k == 0, right=number)
    page.add_paragraph()


def _cell(paragraph: Paragraph, said: str, *, bold: bool, right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(said)
    run.bold, run.font.size = bold, Pt(8)
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeated(table: WordTable) -> None:
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _timeless(content: bytes) -> bytes:
    """The same archive without the time at which it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, FIXED), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
