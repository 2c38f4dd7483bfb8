"""`comity brief`: a question and its answer as one page that can be forwarded."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import options as opt
from comity.cli.failures import Debug, reported
from comity.errors import ComityError, ScenarioError

if TYPE_CHECKING:
    from comity.claims.intervals import Interval
    from comity.cli.asked import Asked
    from comity.report.brief.content import Brief
    from comity.report.brief.drawn import Drawn

DEFAULT = "us-japan"
FOLDER = Path("briefs")
FORMATS = ("html", "pdf", "md", "docx")
DRAWS = 128


@reported
def brief(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A case or its folder, a scenario file, or the name of an example."),
    ] = DEFAULT,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the files; those of the same name are replaced.")
    ] = FOLDER,
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAMES",
            help="html, pdf, md or docx; several apart by commas. html and pdf if left out.",
        ),
    ] = None,
    charts: Annotated[
        Path | None,
        typer.Option("--charts", metavar="DIR", help="Also write every chart as SVG, PNG and CSV to this folder."),
    ] = None,
    claim: Annotated[
        list[str] | None, typer.Option("--claim", metavar="NUMBERS", help="Of a case: only these claims, e.g. 2,9.")
    ] = None,
    panel: Annotated[
        bool, typer.Option("--panel/--no-panel", help="Of a case: ask disputed claims under every choice of the model.")
    ] = True,
    draws: Annotated[
        int,
        typer.Option("--draws", metavar="N", min=0, max=1_000_000, help="Draws behind the intervals; 0 for none."),
    ] = DRAWS,
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Of a scenario: whose answer is looked into.")
    ] = None,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    imbalances: opt.Imbalances = None,
    sourcing: opt.Sourcing = None,
    competition: opt.Competition = None,
    mobility: opt.Mobility = None,
    horizon: opt.Horizon = None,
    _debug: Debug = False,
) -> None:
    """Write a brief: a question, its answer and what it rests on, in one page.

    The HTML file needs no network and runs no script: charts, numbers and the
    scenario files are inside. The PDF and the Word document have the same text and charts.
    The paths are printed. What failed is named in its place, the rest is
    written, and the exit code is 1.

    [bold]Examples[/bold]

      comity brief us-japan
      comity brief cars --horizon 1,3,10,long
      comity brief question.yaml --region Japan --format html
      comity brief my-case/ --format html,md --charts charts/
    """
    from comity.cli import cache, saving

    cache.enable()  # before anything imports JAX
    formats = _formats(format_)
    choices = opt.given(
        elasticities=elasticities, imbalances=imbalances, sourcing=sourcing, competition=competition, mobility=mobility,
        horizon=horizon,
    )  # fmt: skip
    if _is_case(name):
        _refuse(name, region=region, aggregation=aggregation, **choices)
        content, stem = _of_case(name, opt.numbers(claim), world, panel, draws), Path(name).absolute().name
    else:
        if claim:
            raise ScenarioError(f"--claim is for cases, and {name!r} is a scenario")
        content, stem = _of_scenario(name, region, world, aggregation, choices, draws), Path(name).stem
    drawn = _drawn(content)
    files = _files(content, drawn, formats, _plain(stem))
    pictures = _pictures(content, drawn) if charts is not None or "md" in formats else {}
    written = saving.whole_files(out, files)
    if charts is not None:
        saving.whole_files(charts, pictures)
    if "md" in formats:
        beside = {key: picture for key, picture in pictures.items() if not key.endswith(".png")}
        saving.whole_files(out / f"{_plain(stem)}-charts", beside)
    for path in written:
        typer.echo(str(path))
    if content.failed:
        raise ComityError(f"the brief is written, and this could not be answered: {'; '.join(content.failed)}")


def _formats(asked: list[str] | None) -> list[str]:
    names = [name.lower() for name in opt.names(asked)] or ["html", "pdf"]
    for name in names:
        if name not in FORMATS:
            raise ScenarioError(f"--format {name!r} is none that a brief has: {', '.join(FORMATS)}")
    if "docx" in names:
        from comity.report.brief import word

        word.check_installed()  # before the minutes of solving
    return names


def _is_case(name: str) -> bool:
    from comity.claims import case_names
    from comity.claims.case import FILE

    path = Path(name)
    return (path / FILE).is_file() or path.name == FILE or (name in case_names() and not path.exists()) or path.is_dir()


def _refuse(name: str, **given: str | None) -> None:
    """A case says itself what it is asked with."""
    for option, value in given.items():
        if value is not None:
            raise ScenarioError(f"--{option} is for scenarios; the case {name!r} says in its files how it is asked")


def _of_case(name: str, numbers: list[int], world: str | None, panel: bool, draws: int) -> Brief:
    from comity import __version__
    from comity.claims import load_case, run_case
    from comity.claims.drawing import draw_case
    from comity.claims.panels import panels
    from comity.cli import console
    from comity.report.brief.kept import Kept, first_world
    from comity.report.brief.of_case import case_brief

    worlds = [world] if world else []
    case = load_case(name)
    kept = Kept(case, first_world(case, worlds))
    with console.telling("Reading") as told:
        found = run_case(case, numbers=numbers, worlds=worlds, told=told, seen=kept.keep)
        if draws:
            found = draw_case(found, draws, workers=os.cpu_count() or 1, told=told)
        told("Asking under every choice")
        disputed = panels(case, numbers) if panel else {}
    chosen = [f"--claim {','.join(map(str, numbers))}"] if numbers else []
    chosen += [f"--world {world}"] if world else []
    chosen += [] if panel else ["--no-panel"]
    chosen += [] if draws == DRAWS else [f"--draws {draws}"]
    command = " ".join(["comity brief", name, *chosen])
    return case_brief(found, kept, panels=disputed, version=__version__, command=command, date=_today())


def _of_scenario(
    name: str,
    region: str | None,
    world: str | None,
    aggregation: str | None,
    choices: Mapping[str, str],
    draws: int,
) -> Brief:
    from comity import __version__
    from comity.cli import console
    from comity.cli.answer import answer, resolve_regions
    from comity.report.brief.of_scenario import scenario_brief

    found = answer(name, world=world, aggregation=aggregation, choices=choices)
    looked_at = resolve_regions(found.case, [region])[0] if region else None
    given = {"region": region, "world": world, "aggregation": aggregation, **choices}
    words = [f"--{key} {value}" for key, value in given.items() if value]
    words += [] if draws == DRAWS else [f"--draws {draws}"]
    drawn, undrawn = _draws_of(found.case, draws)
    with console.working("Explaining"):
        return scenario_brief(
            found.case.scenario,
            found.outcomes,
            name=Path(name).stem,
            caveats=found.caveats,
            paths=found.paths,
            version=__version__,
            command=" ".join(["comity brief", name, *words]),
            date=_today(),
            region=looked_at,
            drawn=drawn,
            undrawn=undrawn,
        )


def _draws_of(case: Asked, draws: int) -> tuple[Mapping[tuple[str, str], Interval] | None, str]:
    """Intervals of a scenario; none, and why, where there are none."""
    from comity.claims.one_scenario import draw_scenario
    from comity.cli import console

    if not draws:
        return None, ""
    try:
        with console.working("Drawing what is uncertain"):
            return draw_scenario(case.scenario, case.world, draws, workers=os.cpu_count() or 1), ""
    except ComityError as error:
        return None, str(error)


def _today() -> str:
    return date.today().isoformat()


def _plain(stem: str) -> str:
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "brief"


def _drawn(content: Brief) -> Mapping[str, Drawn]:
    from comity.cli import console
    from comity.report.brief.drawn import draw_all

    with console.telling("Drawing") as told:
        return draw_all(content.figures, told)


def _files(content: Brief, drawn: Mapping[str, Drawn], formats: list[str], stem: str) -> dict[str, bytes]:
    """The brief in each format, by the name of its file."""
    found: dict[str, bytes] = {}
    if "html" in formats:
        from comity.report.brief.page import html

        found[f"{stem}.html"] = html(content, drawn).encode("utf-8")
    if "pdf" in formats:
        from comity.report.brief.pdf import pdf

        found[f"{stem}.pdf"] = pdf(content, drawn)
    if "md" in formats:
        from comity.report.brief.markdown import markdown

        found[f"{stem}.md"] = markdown(content, f"{stem}-charts").encode("utf-8")
    if "docx" in formats:
        from comity.report.brief.word import docx

        found[f"{stem}.docx"] = docx(content, drawn)
    return found


def _pictures(content: Brief, drawn: Mapping[str, Drawn]) -> dict[str, bytes]:
    """Every chart as SVG, PNG and CSV."""
    from comity.report.brief.drawn import csv_of
    from comity.report.charts import drawing

    found: dict[str, bytes] = {}
    for figure in content.figures:
        best = drawing.headed(drawn[figure.key].best, figure.title, f"{figure.note} {figure.source}")
        found[f"{figure.key}.svg"] = best.encode("utf-8")
        found[f"{figure.key}.png"] = drawing.png(best)
        found[f"{figure.key}.csv"] = csv_of(figure.table).encode("utf-8")
    return found


__all__ = ["brief"]
