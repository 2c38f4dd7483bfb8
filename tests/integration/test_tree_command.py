"""`comity tree`: against a direct simulation over ensembles run apart, and as a user drives it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from comity.policy import Scenario
from comity.uncertainty import probability
from comity.uncertainty.ensemble import plan, run_ensemble
from comity.uncertainty.examples import tree_examples

TARIFF = """\
world: 2019
aggregation: full
policies:
  - tariff: {by: USA, on: JPN, sectors: [C], add: 25%}
  - tariff: {name: answer, by: JPN, on: USA, sectors: [A], add: 10%}
variants:
  no answer: {drop: [answer]}
  answer: {}
"""
TRANSFER = """\
world: 2019
aggregation: full
policies:
  - transfer: {name: aid, from: Japan, to: USA, add: US$80bn}
"""
TREE = """\
question: What next?
scenario: tariff.yaml
branches:
  tariffs:
    probability: likely
    branches:
      war: {probability: [0.2, 0.4], variant: answer}
      peace: {variant: no answer}
  no tariffs:
    question: Is money paid?
    branches:
      deal: {probability: 30%, scenario: transfer.yaml}
      nothing: {scenario: none}
"""
DRAWS = 48


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    other = TRANSFER.replace("2019", "2022").replace("full", "us-japan")
    for name, text in (("tariff", TARIFF), ("transfer", TRANSFER), ("other", other), ("tree", TREE)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def alone(folder: Path, file: str, variant: str) -> np.ndarray:
    """Japan's real income in an ensemble of one file by itself."""
    scenario = Scenario.load(folder / file)
    world = scenario.load_world()
    results = run_ensemble(plan(scenario, world, draws=DRAWS))
    return results.column(variant, "real_income_pct")[:, world.regions.index("JPN")]


def test_the_tree_is_the_mixture_of_its_ensembles(comity, folder: Path) -> None:
    """Means of ensembles run apart, and a simulation that draws the words, the branches and the parameters."""
    asked = comity("tree", folder / "tree.yaml", "--draws", DRAWS, "--regions", "JPN", "--scale", "icd-203", "--json")
    assert asked.exit_code == 0, asked.output
    found = json.loads(asked.stdout)
    ends = {
        ("tariffs", "war"): alone(folder, "tariff.yaml", "answer"),
        ("tariffs", "peace"): alone(folder, "tariff.yaml", "no answer"),
        ("no tariffs", "deal"): alone(folder, "transfer.yaml", "scenario"),
        ("no tariffs", "nothing"): np.zeros(DRAWS),
    }
    for leaf in found["leaves"]:
        assert leaf["mean"]["JPN"] == pytest.approx(ends[tuple(leaf["path"])].mean(), abs=1e-12)
    likely = probability("likely").mean
    weights = [likely * 0.3, likely * 0.7, (1 - likely) * 0.3, (1 - likely) * 0.7]
    assert [leaf["probability"] for leaf in found["leaves"]] == pytest.approx(weights)
    answers = found["regions"][0]["answers"]
    exact = sum(w * values.mean() for w, values in zip(weights, ends.values(), strict=True))
    assert answers["expected"]["value"] == pytest.approx(exact, abs=1e-12)

    rng, n = np.random.default_rng(3), 400_000
    tariffs = rng.random(n) < probability("likely").sample(rng.random(n))
    war = rng.random(n) < rng.uniform(0.2, 0.4, n)
    deal = rng.random(n) < 0.3
    branch = np.where(tariffs, np.where(war, 0, 1), np.where(deal, 2, 3))
    simulated = np.choose(branch, [values[rng.integers(0, DRAWS, n)] for values in ends.values()])
    error = 4 * simulated.std() / np.sqrt(n)
    assert answers["expected"]["value"] == pytest.approx(simulated.mean(), abs=error)
    assert answers["below zero"]["value"] == pytest.approx((simulated < 0).mean(), abs=4 * 0.5 / np.sqrt(n))
    assert answers["below zero"]["in_words"]["scale"] == "icd-203"
    for level in ("5%", "25%", "50%", "75%", "95%"):
        share, value = float(level[:-1]) / 100, answers[level]["value"]
        assert (simulated <= value + 1e-9).mean() >= share - 0.004
        assert (simulated < value - 1e-9).mean() <= share + 0.004
    parts = [values.var() for values in ends.values()]
    within = sum(w * part for w, part in zip(weights, parts, strict=True))
    assert found["regions"][0]["variance_due_to_scenario"] == pytest.approx(1 - within / simulated.var(), abs=0.01)


def test_tables_say_what_words_and_draws_they_rest_on(comity, folder: Path) -> None:
    result = comity("tree", folder / "tree.yaml", "--draws", 8, "--regions", "JPN,USA", "--measure", "real GDP")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    for part in (
        "What next?",
        "transfer.yaml",
        "nothing changes",
        "no more than that",
        "tariffs: 'likely' on scale capphrase: median 75% [67% to 80%], mean 72.5%",
        "war: 20% to 40%, mean 30%",
        "no tariffs: what the others leave, 27.5%",
        "Every draw has the same elasticities and amounts in all leaves",
        "8 draws of 4 variants; 0 failed",
    ):
        assert part in text, part
    assert "8 of 8 draws" in result.stderr


def test_draws_are_kept_and_taken_up_again(comity, folder: Path) -> None:
    asked = ("tree", folder / "tree.yaml", "--draws", 8, "--regions", "JPN", "--json", "--out", folder / "draws")
    first, again = comity(*asked), comity(*asked)
    assert first.exit_code == 0, first.output
    assert "nothing is left to solve" in again.stderr
    assert again.stdout == first.stdout
    shown = comity("ensemble", "show", folder / "draws")
    assert "transfer.yaml" in shown.stdout


def test_what_is_uncertain_is_said_once_for_all_leaves(comity, folder: Path) -> None:
    """A payment that is drawn in one leaf: the tree says so, and it is the same draw in every leaf."""
    drawn = "  amounts: {aid: {uniform: {low: US$40bn, high: US$120bn}}}\n"
    (folder / "tree.yaml").write_text(f"{TREE}uncertainty:\n{drawn}")
    asked = comity("tree", folder / "tree.yaml", "--draws", 8, "--regions", "JPN")
    assert asked.exit_code == 0, asked.output
    assert "amount of aid" in asked.stdout
    (folder / "transfer.yaml").write_text(f"{TRANSFER}uncertainty:\n{drawn}")
    (folder / "tree.yaml").write_text(TREE)
    refused = comity("tree", folder / "tree.yaml", "--draws", 8)
    assert refused.exit_code == 2
    assert "tariff.yaml and transfer.yaml say different things about what is drawn" in refused.stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("probability: likely", "probability: likly", "line 5: the scale capphrase has no word 'likly'; did you mean"),
        ("[0.2, 0.4]", "[0.2, 140%]", "line 7: a probability of 140% is out of range"),
        ("      peace: {variant: no answer}\n", "", "line 4: branch 'war' has probability 30%: let another branch"),
        (
            "variant: answer}",
            "variant: anser}",
            "line 7: the leaf 'war': tariff.yaml has no variant 'anser'; did you mean",
        ),
        (", variant: answer}", "}", "line 7: the leaf 'war': tariff.yaml has several variants: name one"),
        ("transfer.yaml", "transfers.yaml", "line 12: there is no scenario file"),
        ("{scenario: none}", "{scenario: none, variant: x}", "line 13: the leaf 'nothing' has a `variant`"),
        ("variant: answer}", "varient: answer, variant: answer}", "line 7: branch 'war' has an unknown key 'varient'"),
        ("question: What", "questoin: What", "line 1: a tree has no key 'questoin'; did you mean 'question'"),
        ("question: What next?", "scale: icd-302", "line 1: there is no scale of words 'icd-302'; did you mean"),
        ("scenario: tariff.yaml\n", "", "line 6: the leaf 'war' names no `scenario`"),
        (
            "probability: 30%, scenario: transfer.yaml",
            "probability: 30%, scenario: other.yaml",
            "not about the same world",
        ),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_line(comity, folder: Path, old: str, new: str, message: str) -> None:
    assert TREE.count(old) == 1
    (folder / "tree.yaml").write_text(TREE.replace(old, new))
    result = comity("tree", folder / "tree.yaml", "--draws", 4)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr, result.stderr
    assert "tree.yaml" in result.stderr


def test_what_is_no_tree_is_refused(comity, tmp_path: Path) -> None:
    for content, message in (
        (b"", "is empty: a tree needs `branches`"),
        (b"- a\n", "line 1: a tree is a mapping"),
        (b"a: [", "not valid YAML"),
        (b"\xff\xfe", "is not text"),
        (
            b"branches: {a: {probability: 60%, scenario: none}, b: {scenario: none}}",
            "no leaf of the tree names a scenario",
        ),
    ):
        (tmp_path / "tree.yaml").write_bytes(content)
        result = comity("tree", tmp_path / "tree.yaml")
        assert result.exit_code == 2
        assert message in result.stderr


def test_leaves_of_several_horizons_and_measures_by_sector_are_refused(comity, folder: Path) -> None:
    (folder / "tariff.yaml").write_text(TARIFF + "options: {horizon: [1, 3]}\n")
    result = comity("tree", folder / "tree.yaml", "--draws", 4)
    assert result.exit_code == 2
    assert "line 7: 'answer' is solved as answer, 1 year; answer, 3 years, and a leaf is one of them" in result.stderr
    result = comity("tree", folder / "tree.yaml", "--measure", "output")
    assert "a tree is about a measure by region" in result.stderr
    assert "no tree of that name (trees: cars-tree)" in comity("tree", "cars-tre").stderr


def test_trees_that_come_with_comity_are_listed_and_read(comity) -> None:
    listed = comity("tree", "--list").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(tree_examples())
