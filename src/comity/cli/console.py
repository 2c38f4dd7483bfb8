"""Drawing tables and sentences on a terminal or into a pipe, and telling of progress on standard error."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as Drawn
from rich.text import Text

from comity.report.table import Column, Table, text

PIPED_WIDTH = 120
NARROWEST = 40


class Output(Console):
    """Standard output, whose reader may go away: rich would end the process as failed."""

    def on_broken_pipe(self) -> None:
        """Leave it to `comity.cli.failures`, which takes it for no error."""
        self.quiet = True
        raise BrokenPipeError


def console() -> Console:
    """Standard output: colours and width of the terminal; plain and of fixed width when piped. Obeys NO_COLOR."""
    width = max(shutil.get_terminal_size((PIPED_WIDTH, 24)).columns, NARROWEST)
    return Output(width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


def show(tables: Iterable[Table], out: Console | None = None) -> None:
    """Draw tables one below the other."""
    out = out or console()
    for table in tables:
        out.print(Text(table.title, style="bold"))
        for part in fitting(table, out):
            out.print(part)
        for note in table.notes:
            out.print(Text(note, style="dim"))
        out.print()


def say(sentences: Sequence[str], title: str, out: Console | None = None) -> None:
    """A list of sentences under a title; nothing when there are none."""
    out = out or console()
    if sentences:
        out.print(Text(title, style="bold"))
        grid = Drawn.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for sentence in sentences:
            grid.add_row(" *", sentence)
        out.print(grid)
        out.print()


def fitting(table: Table, out: Console) -> list[Drawn]:
    """The table, or several that each hold some of its column groups, so that no number is cut."""
    keys = [i for i, column in enumerate(table.columns) if not column.group]
    groups = [list(g) for _, g in groupby((i for i, c in enumerate(table.columns) if c.group), key=_group(table))]
    parts: list[list[int]] = []
    for group in groups:
        if parts and _fits(table, [*keys, *parts[-1], *group], out):
            parts[-1] += group
        else:
            parts.append(list(group))
    return [draw(table, sorted([*keys, *part])) for part in parts or [[]]]


def _group(table: Table) -> Callable[[int], str]:
    return lambda place: table.columns[place].group


def _fits(table: Table, places: list[int], out: Console) -> bool:
    drawn = draw(table, sorted(places))
    return Measurement.get(out, out.options, drawn).minimum <= out.width and _natural(drawn, out) <= out.width


def _natural(drawn: Drawn, out: Console) -> int:
    wide = out.options.update(width=10_000)
    return Measurement.get(out, wide, drawn).maximum


def draw(table: Table, places: Sequence[int]) -> Drawn:
    """Some columns of a table for a terminal: text to the left and folded, numbers to the right and whole."""
    drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for i in places:
        column = table.columns[i]
        drawn.add_column(_heading(column), justify="left" if column.digits is None else "right", overflow="fold",
                         no_wrap=column.digits is not None)  # fmt: skip
    for number, row in enumerate(table.rows):
        if number in table.breaks:
            drawn.add_section()
        drawn.add_row(*(_cell(text(row[i], table.digits(number, i))) for i in places))
    return drawn


def _heading(column: Column) -> Text:
    return Text("\n".join(filter(None, (column.group, column.name, column.unit))))


def _cell(content: str) -> Text:
    return Text(content, style="bold red" if content == "NO" else "")


@contextmanager
def working(what: str) -> Iterator[None]:
    """Tell on standard error what takes a while; a spinner on a terminal, nothing when it is not one."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(what, spinner="line"):
        yield


@contextmanager
def telling(what: str) -> Iterator[Callable[[str], None]]:
    """The same for work in steps: gives a function that tells the next one."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Console(stderr=True).status(what, spinner="line") as status:
        yield status.update
