"""`comity tree`: scenarios that may or may not come, weighted with how likely they are, under draws."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import options as opt
from comity.cli.drawing import ClusterAddress, Draws, Kept, LocalCluster, Workers, one_of, solver_of, telling
from comity.cli.failures import Debug, reported
from comity.errors import ScenarioError

if TYPE_CHECKING:
    from comity.report.trees import Told
    from comity.uncertainty.tree_file import Changed, TreeFile

DEFAULT = "cars-tree"


@reported
def tree(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A tree, - for standard input, or the name of an example."),
    ] = DEFAULT,
    list_: Annotated[bool, typer.Option("--list", help="List the trees that come with Comity, and stop.")] = False,
    draws: Draws = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="Of the draws.")] = None,
    measure: Annotated[
        str, typer.Option("--measure", metavar="NAME", help="By region, e.g. 'real GDP' or 'trade balance'.")
    ] = "real income",
    regions: opt.Regions = None,
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale",
            metavar="SCALE",
            help="Give answers in the words of this scale; that of the file if left out, on which its words are read.",
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Kept = None,
    workers: Workers = None,
    local_cluster: LocalCluster = None,
    cluster: ClusterAddress = None,
    world: opt.WorldName = None,
    aggregation: opt.Aggregation = None,
    elasticities: opt.Elasticities = None,
    imbalances: opt.Imbalances = None,
    mobility: opt.Mobility = None,
    horizon: opt.Horizon = None,
    _debug: Debug = False,
) -> None:
    """Say what to expect of scenarios that may or may not come.

    A tree has forks, whose branches exclude each other and have probabilities
    (numbers, ranges or words; one may be left out and takes the rest), and
    leaves, each a scenario file, a variant of one, or none: the world as it
    is. Every leaf is solved under the same draws of what is uncertain, as
    comity ensemble does it. What comes out is the mixture of all of them:
    expected outcomes, the chance of a loss, quantiles, each with the range
    that the words leave open, and in words of a scale.

    [bold]A tree is a file[/bold]

      question: What has Japan to expect?
      scale: capphrase          # on which the words below are read
      scenario: cars.yaml       # of every leaf that names no other
      branches:
        the tariff comes:
          probability: likely
          branches:
            Japan answers: {probability: unlikely, variant: answer in kind}
            Japan does not answer: {variant: no answer}
        no tariff: {scenario: none}

    [bold]Examples[/bold]

      comity tree cars-tree
      comity tree question.yaml --draws 256 --regions JPN,USA
      comity tree question.yaml --measure 'real GDP' --scale icd-203
      comity tree question.yaml --out draws/ --json > tree.json
    """
    from comity.cli import cache
    from comity.cli.asked import changed

    if list_:
        _list()
        return
    cache.enable()
    from comity.report.ensembles import measure_named
    from comity.uncertainty.ensemble.details import table_of
    from comity.uncertainty.lexicon import scale as named

    asked = measure_named(measure)
    if table_of(asked.name) is not None:
        raise ScenarioError(f"a tree is about a measure by region, and {asked.label} is not one, such as real income")
    one_of({"--workers": workers, "--local-cluster": local_cluster, "--cluster": cluster})
    choices = opt.given(elasticities=elasticities, imbalances=imbalances, mobility=mobility, horizon=horizon)
    found = _read(file, lambda scenario: changed(scenario, world=world, aggregation=aggregation, choices=choices))
    words = named(scale or found.scale).name
    from comity.policy import resolve_regions
    from comity.report.ensembles import most_moved
    from comity.uncertainty.ensemble import plan, run_ensemble
    from comity.uncertainty.tree_draws import hung

    economy = found.scenario.load_world()
    codes = list(dict.fromkeys(code for name in opt.names(regions) for code in resolve_regions(name, economy)))
    found.require_one_setting(economy)
    planned = plan(found.scenario, economy, draws=draws, seed=seed)
    if out is not None:
        typer.echo(f"Draws are kept in {out} as they come: stopped at any moment, the same command goes on", err=True)
    with solver_of(workers, local_cluster, cluster) as solver, telling() as tell:
        results = run_ensemble(planned, folder=out, solver=solver, tell=tell)
    from comity.report.trees import Told

    grown = hung(found, results, asked.name)
    _show(Told(grown, found.question, results, asked, codes or most_moved(results), words), found.scale, as_json=json_)


def _read(file: str, changed: Changed) -> TreeFile:
    from comity.policy.yamltext import MAX_BYTES
    from comity.uncertainty.examples import tree_examples
    from comity.uncertainty.tree_file import read_tree

    shipped, path = tree_examples(), Path(file)
    if file == "-":
        content, source = sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"
    elif file in shipped and not path.is_file():
        return read_tree(shipped[file], f"{file}.yaml", changed)
    elif not path.is_file():
        raise ScenarioError(f"there is no file {file!r}, and no tree of that name (trees: {', '.join(shipped)})")
    else:
        with path.open("rb") as opened:
            content, source = opened.read(MAX_BYTES + 1), file
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{source} is not text (byte {error.start} is not UTF-8): a tree is YAML") from None
    return read_tree(text, source, changed)


def _show(told: Told, read_on: str, *, as_json: bool) -> None:
    from comity import __version__
    from comity.cli import console
    from comity.report import ensembles, trees

    if as_json:
        content = trees.tree_document(told, version=__version__, scale=read_on)
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    console.show(trees.tree_tables(told))
    console.say(trees.readings(told.tree), f"How probabilities were read (words on the scale {read_on})")
    console.say([*ensembles.checks(told.results), *trees.used(told)], "Draws")
    console.say(ensembles.drawn(told.results), "What was drawn")


def _list() -> None:
    from comity.uncertainty.examples import tree_examples
    from comity.uncertainty.tree_file import read_tree

    for name, text in tree_examples().items():
        typer.echo(f"{name:24}{read_tree(text, f'{name}.yaml').question}")
