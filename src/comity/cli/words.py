"""`comity words`: what does "likely" mean, and which word is 70%?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from comity.cli.failures import Debug, reported


@reported
def words(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="WORD|NUMBER", help="A word, a turn of phrase, a number or a range.", show_default=False
        ),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option("--scale", metavar="SCALE", help="On this scale only: capphrase, icd-203, kent, nato, uk, ..."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    _debug: Debug = False,
) -> None:
    """Show what a word of likelihood means, or which word a number is.

    Official scales give a word a band of probabilities; a survey measured what
    people take it to mean. Without a word: the scales, or with --scale all
    words of one.

    [bold]Examples[/bold]

      comity words likely
      comity words may --scale capphrase
      comity words 70%
      comity words 60-80% --scale icd-203
      comity words --scale uk
    """
    from comity.report import words as report
    from comity.uncertainty.lexicon import scale as named
    from comity.uncertainty.lexicon import scales

    on = (named(scale),) if scale else scales()
    found = {} if word is None else report.readings(word, on)
    if json_:
        content = report.scales_document(on) if word is None else report.word_document(word, found)
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    from comity.cli import console

    if word is None:
        console.show([report.words_table(on[0]) if scale else report.scale_table()])
    elif report.is_word(word):
        console.show([report.meaning_table(word, found, on)])
    else:
        console.show([report.number_table(next(iter(found.values())), on)])
