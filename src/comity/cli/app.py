"""The `comity` command: its name, version and subcommands."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from comity import __version__
from comity.cli import (
    agreements,
    brief,
    cases,
    check,
    compare,
    disagree,
    ensemble,
    explore,
    import_,
    run,
    schema,
    tree,
    update,
    verify,
    words,
    world,
)
from comity.cli.failures import ending

HELP = """
What would a tariff, a ban or a transfer do to each side? Ask a world economy, and get a certified answer.

[bold]Begin here[/bold]

  comity run cars             a 25% US tariff on Japanese cars
  comity run --list           the examples that come with Comity
  comity run question.yaml    your own question, a file of a few lines
  comity explore              a page with sliders, on this machine
  comity case us-japan        19 claims about the US and Japan, each with its numbers
  comity brief us-japan       the same as a page to forward, with charts
  comity tree cars-tree       what to expect of a tariff that may or may not come
  comity world                the world economy that answers it

Results go to standard output, progress and errors to standard error.

Exit codes: 0 done; 1 any other error; 2 wrong command or scenario;
3 wrong data; 4 no certified equilibrium; 5 optional package missing;
130 stopped by Ctrl-C.
"""

app = typer.Typer(
    name="comity",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (
    run.run,
    cases.case,
    brief.brief,
    world.world,
    check.check,
    compare.compare,
    disagree.disagree,
    ensemble.ensemble,
    tree.tree,
    words.words,
    agreements.agreements,
    explore.explore,
):
    app.command()(command)
app.command("import")(import_.import_)  # `import` is a word of Python
app.command()(update.update)
app.command()(verify.verify)
app.command()(schema.schema)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"comity {__version__}")
        raise typer.Exit


@app.callback()
def comity(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Carry the options that belong to no command."""


def run_app() -> None:
    """Run the command line; every way to end has its exit code and at most one message."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 gets "T?rkiye", not an error
    with ending():
        app()
