"""Draws of a case: how many were asked for, and how what they say is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from comity.errors import ScenarioError

if TYPE_CHECKING:
    from rich.console import Console

    from comity.claims import CaseResult

Draws = Annotated[
    int | None,
    typer.Option(
        "--draws",
        metavar="N",
        min=2,
        max=1_000_000,
        help="Also give every number an interval, by so many draws of elasticities and effects, e.g. 256.",
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="SEED", min=0, help="Of the draws, if not the usual one.", show_default=False),
]
ScaleName = Annotated[
    str | None,
    typer.Option(
        "--scale",
        metavar="SCALE",
        help="On which --draws puts chances in words: icd-203 if not said, uk, ipcc, ...; and on which --score reads "
        "words: capphrase if not said.",
    ),
]


@dataclass(frozen=True)
class Spread:
    """How many draws were asked for, if any, of which seed, and the scale that puts chances in words."""

    draws: int | None
    seed: int
    scale: str

    @classmethod
    def asked(cls, draws: int | None, seed: int | None, scale: str | None) -> Spread:
        """As the options say it; a scale that does not exist is refused before anything is solved."""
        from comity.claims.intervals import SCALE
        from comity.uncertainty.draws import SEED
        from comity.uncertainty.lexicon import scale as named

        if draws is None and (seed is not None or scale is not None):
            raise ScenarioError("--seed and --scale go with --draws: say how many, e.g. --draws 256")
        return cls(draws, SEED if seed is None else seed, named(scale or SCALE).name)

    def drawn(self, found: CaseResult) -> CaseResult:
        """The case with its draws, if any were asked for."""
        if self.draws is None:
            return found
        import os

        from comity.claims.drawing import draw_case
        from comity.cli import console

        with console.telling("Drawing") as told:
            return draw_case(found, self.draws, seed=self.seed, workers=os.cpu_count() or 1, told=told)


def show_draws(found: CaseResult, scale: str, out: Console, *, in_full: bool) -> None:
    """Intervals, chances in words, which variant is better, what the spread goes with, how the draws went."""
    from comity.cli import console
    from comity.report import intervals as report

    drawn = found.drawn
    assert drawn is not None, "there are draws"
    if in_full:
        console.show(
            [report.intervals(result, drawn) for result in found.results if drawn.of(result.claim.number)], out
        )
        if 0 < len(drawn.beats) <= report.MOST_PAIRS:
            console.show([report.pairs(found)], out)
    else:
        console.show([report.headlines(found)], out)
    console.say(report.in_words(found, scale), f"Who gains and who loses, in the words of {scale}", out)
    console.say(report.best(found), "Which variant is better, draw by draw", out)
    console.say(report.drivers(found), "What the spread goes with", out)
    console.say(report.checks(found), "Draws", out)
