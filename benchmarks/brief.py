"""Time and size of the brief of the case, step by step: the solves, and what comes after them.

    python benchmarks/brief.py [--draws N]

The target is for what comes after the solves: drawing every chart in each of its sizes, the page and the PDF.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

from machine import describe
from rich.console import Console
from rich.table import Table

from comity.claims import load_case, run_case
from comity.claims.drawing import draw_case
from comity.claims.panels import panels
from comity.cli import cache
from comity.report.brief.drawn import draw_all
from comity.report.brief.kept import Kept, first_world
from comity.report.brief.of_case import case_brief
from comity.report.brief.page import html
from comity.report.brief.pdf import pdf

AFTER, LARGEST = 20.0, 6.0
"""Targets: seconds after the solves, megabytes of the page."""
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """A result, the seconds that it took, and those of the processor."""
    begin, used = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - begin, time.process_time() - used


def main() -> None:
    """Print the seconds of each step and the sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=128)
    draws = parser.parse_args().draws
    cache.enable()
    case = load_case("us-japan")
    kept = Kept(case, first_world(case))
    table = Table("the brief of the case", "seconds", "of the processor", "target")

    def add(label: str, wall: float, used: float, target: str = "") -> None:
        table.add_row(label, f"{wall:.1f}", f"{used:.1f}", target)

    solved, *took = timed(lambda: run_case(case, seen=kept.keep))
    add("solving and explaining", *took)
    found, *took = timed(lambda: draw_case(solved, draws) if draws else solved)
    add(f"{draws} draws", *took)
    disputed, *took = timed(lambda: panels(case))
    add("why answers differ", *took)
    brief, *first = timed(
        lambda: case_brief(found, kept, panels=disputed, version="", command="comity brief us-japan", date="2026-01-01")
    )
    drawn, *second = timed(lambda: draw_all(brief.figures, lambda _: None))
    page, *third = timed(lambda: html(brief, drawn))
    document, *fourth = timed(lambda: pdf(brief, drawn))
    add(f"drawing {len(brief.figures)} charts", *second)
    add("the page", *third)
    add("the PDF", *fourth)
    add("after the solves", *map(sum, zip(first, second, third, fourth, strict=True)), f"{AFTER:g}")
    console = Console()
    console.print(describe())
    console.print(table)
    size, other = len(page.encode("utf-8")) / 1e6, len(document) / 1e6
    console.print(f"page {size:.2f} MB (target {LARGEST:g}), PDF {other:.2f} MB")


if __name__ == "__main__":
    main()
