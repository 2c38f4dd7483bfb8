"""`comity case`: every claim of a case, all its scenarios, one table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported
from comity.cli.spread import Draws, ScaleName, Seed, Spread, show_draws
from comity.errors import ComityError, ScenarioError

if TYPE_CHECKING:
    from comity.claims import Case, CaseResult
    from comity.claims.solving import Solved
    from comity.uncertainty.panel import Panel

DEFAULT = "us-japan"


@reported
def case(
    name: Annotated[
        str,
        typer.Argument(metavar="CASE", help="A case that comes with Comity, or a folder with claims.yaml."),
    ] = DEFAULT,
    list_: Annotated[bool, typer.Option("--list", help="List the cases and their claims, and stop.")] = False,
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="NUMBERS", help="Only these claims, e.g. 9 or 2,9; each is shown in full."),
    ] = None,
    panel: Annotated[
        bool,
        typer.Option("--panel", help="Also ask what published studies disagree about under every choice of the model."),
    ] = False,
    draws: Draws = None,
    seed: Seed = None,
    scale: ScaleName = None,
    score: Annotated[
        bool,
        typer.Option("--score", help="Score the claims that events have settled, by their own words, and stop."),
    ] = False,
    world: Annotated[
        list[str] | None,
        typer.Option("--world", metavar="NAMES", help="On these worlds, instead of those that the case names."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Also write tables, the JSON object, scenarios and results to a new folder."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --out replace results in a folder.")] = False,
    _debug: Debug = False,
) -> None:
    """Run the claims of a case, and show what each comes to.

    Every scenario of every claim is solved on every world of the case; one
    table has a row for each, with the certificate, and a sentence sums up each
    claim. A claim that fails says so in its place, the others are run, and the
    exit code is 1. With --claim everything that was measured is shown, what is
    assumed, and what the model cannot say. --score solves nothing: it holds the
    words of the claims against what came of them. --draws gives each number its
    interval and each answer its probability, in words too.

    [bold]Examples[/bold]

      comity case us-japan
      comity case us-japan --claim 9
      comity case us-japan --claim 19 --panel
      comity case us-japan --draws 256
      comity case us-japan --score
      comity case --list
      comity case my-case/ --json > answers.json
      comity case us-japan --out results/
    """
    from comity.cli import cache, saving

    cache.enable()  # before anything imports JAX
    from comity.claims import load_case

    if list_:
        _list_cases()
        return

    if score:
        if out is not None or panel or draws is not None or seed is not None:
            raise ScenarioError(
                "--score solves nothing and writes no folder: leave out --panel, --draws and --out, and --seed"
            )
        _score(name, opt.numbers(claim), scale, as_json=json_)
        return

    if out is not None:
        saving.check_folder(out, force=force)
    numbers = opt.numbers(claim)
    asked = load_case(name)
    asked.claims(numbers)
    spread = Spread.asked(draws, seed, scale)
    if out is None:
        found = spread.drawn(_run(asked, numbers, opt.names(world)))
    else:
        with saving.whole_folder(out) as stage:
            found = spread.drawn(_run(asked, numbers, opt.names(world), _keep(stage)))
            _save(found, stage, spread.scale)
    _show(found, _panels(asked, numbers) if panel else None, spread.scale, in_full=bool(numbers), as_json=json_)
    if out is not None and not json_:
        typer.echo(f"Written to {out}", err=True)
    if found.failed:
        raise ComityError(f"claims that could not be answered in full: {', '.join(map(str, found.failed))}")


def _list_cases() -> None:
    from comity.claims import case_names, load_case

    for name in case_names():
        content = load_case(name).content
        typer.echo(f"{name:12}{content.title}")
        for entry in content.claims:
            said = f" [{entry.said}]" if entry.said else ""
            typer.echo(f"{entry.number:>10}  {entry.title}{said}")


def _score(name: str, numbers: list[int], scale: str | None, *, as_json: bool) -> None:
    from comity import __version__
    from comity.claims import load_case
    from comity.claims.scoring import score_case
    from comity.cli import console
    from comity.report import claims_scores as report
    from comity.report.scores import score_tables

    found = score_case(load_case(name), numbers, scale)
    if as_json:
        content = report.case_score_document(found, version=__version__)
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    out = console.console()
    console.show(score_tables(found.card), out)
    console.say(report.readings(found), "How each settled claim was read", out)
    console.say(report.pending(found), "Open, and not scored", out)
    console.say(report.unscored(found), "Without a word for how likely", out)
    console.say([report.NO_LAST_DAY], "Keep in mind", out)


def _run(
    asked: Case, numbers: list[int], worlds: list[str], seen: Callable[[Solved], None] | None = None
) -> CaseResult:
    from comity.claims import run_case
    from comity.cli import console

    with console.telling("Reading") as told:
        more = {} if seen is None else {"seen": seen}
        return run_case(asked, numbers=numbers, worlds=worlds, told=told, **more)


def _panels(asked: Case, numbers: list[int]) -> dict[int, Panel]:
    from comity.claims.panels import panels
    from comity.cli import console

    with console.working("Asking under every choice"):
        return panels(asked, numbers)


def _show(found: CaseResult, panels: dict[int, Panel] | None, scale: str, *, in_full: bool, as_json: bool) -> None:
    from comity import __version__
    from comity.cli import console
    from comity.report import claims as report
    from comity.report.claims_coherence import TITLE
    from comity.report.claims_coherence import sentences as dependent
    from comity.report.claims_document import case_document
    from comity.report.panels import panel_tables

    if as_json:
        content = case_document(found, version=__version__, panels=panels, scale=scale)
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    out = console.console()
    if in_full:
        for result in found.results:
            for title, sentences in report.in_full(result):
                console.say(sentences, title, out)
    console.show([report.income_table(found)], out)
    console.say(dependent(found.case.coherence, [result.claim.number for result in found.results]), TITLE, out)
    if in_full:
        console.show(report.measure_tables(found), out)
    else:
        console.say(report.answers(found), "Answers (numbers of the first world)", out)
    if found.drawn is not None:
        show_draws(found, scale, out, in_full=in_full)
    for number, panel in (panels or {}).items():
        console.say([f"claim {number}"], "Why answers differ", out)
        console.show(panel_tables(panel), out)
        console.say(panel.notes, "Keep in mind", out)
    if panels is None:
        console.say(report.disputed(found), "Why answers differ", out)
    console.say(report.worlds_disagree(found), "Too close to call: the worlds disagree about the sign", out)
    console.say(report.left_open(found), "Left open", out)
    console.say(report.failures(found), "Failed", out)


def _keep(stage: Path) -> Callable[[Solved], None]:
    """Writes each scenario that is solved, as `comity run --json` would print it, into a folder."""
    from comity import __version__
    from comity.cli import saving
    from comity.cli.asked import Asked
    from comity.report import focus, sectors, tables
    from comity.report.document import document

    def keep(solved: Solved) -> None:
        if not solved.outcomes or solved.scenario is None or solved.world is None:
            return
        chosen = focus.in_focus(solved.outcomes)
        content = document(
            solved.outcomes,
            version=__version__,
            scenario=Asked(solved.task.file, solved.scenario, solved.world).to_dict(),
            caveats=solved.caveats,
            regions=next(iter(solved.outcomes.values())).world.regions,
            pairs=tables.pairs_of(chosen),
            sectors={code: sectors.most_moved(solved.outcomes, code) for code in chosen},
        )
        name = "-".join((*Path(solved.task.file).with_suffix("").parts, Path(solved.task.world).stem)) + ".json"
        folder = stage / "results"
        folder.mkdir(exist_ok=True)
        saving.put_text(folder / name, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    return keep


def _save(found: CaseResult, stage: Path, scale: str) -> None:
    """The JSON object, each table as CSV, and the case itself, so that the folder can be run again."""
    import csv
    import io
    import shutil

    from comity import __version__
    from comity.cli import saving
    from comity.report import claims as report
    from comity.report import intervals
    from comity.report.claims_document import case_document

    content = case_document(found, version=__version__, scale=scale)
    saving.put_text(stage / "case.json", json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    tables = {
        "income.csv": report.income_table(found),
        "measures.csv": report.measure_table(found),
        "leaders.csv": report.leader_table(found),
    }
    if found.drawn is not None:
        tables |= {"intervals.csv": intervals.every_interval(found), "pairs.csv": intervals.pairs(found)}
    for file, table in tables.items():
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([" ".join(filter(None, (c.group, c.heading))) for c in table.columns])
        writer.writerows([["" if cell is None else cell for cell in row] for row in table.rows])
        saving.put_text(stage / file, text.getvalue())
    for name in ("claims.yaml", *dict.fromkeys(f for r in found.results for f in r.claim.scenarios)):
        if (found.case.folder / name).is_file():
            (stage / "case" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found.case.folder / name, stage / "case" / name)


__all__ = ["case"]
