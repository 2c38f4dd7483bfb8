"""A scenario tree that was solved: its ends, what it comes to in numbers and in words, and how words were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from comity.report.document import finite
from comity.report.ensembles import label
from comity.report.measures import Measure
from comity.report.table import Cell, Column, Table
from comity.report.words import reading_object
from comity.uncertainty.answers import WITHIN, Answer, between, chance, expected, quantile
from comity.uncertainty.ensemble.results import Results
from comity.uncertainty.ensemble.summary import LEVELS
from comity.uncertainty.tree import Branch, Fork, leaves
from comity.uncertainty.tree_draws import sampling_error

RANGE = (
    f"Value: every probability at its mean. Range: every probability anywhere in the central {100 * WITHIN:.0f}% of "
    "how it is read, at each fork by itself, as long as the branches sum to one; elasticities are in the draws, not in "
    "the range."
)
SPREAD = (
    "Due to the scenario: share of the variance that is gone once it is known which leaf is reached; the rest is what "
    "is uncertain about its number."
)


@dataclass(frozen=True, eq=False)
class Told:
    """A tree and what is shown of it.

    Attributes:
        tree: with draws at its leaves.
        question: of the whole.
        results: the draws.
        measure: that the tree holds.
        regions: codes, in order.
        scale: in whose words answers are given.
    """

    tree: Fork
    question: str
    results: Results
    measure: Measure
    regions: Sequence[str]
    scale: str

    def answers(self, code: str) -> dict[str, Answer]:
        """Every answer about a region, by what it is."""
        found = {"expected": expected(self.tree, code, scale=self.scale)}
        found["below zero"] = chance(self.tree, code, below=0.0, scale=self.scale)
        return found | {_level(q): quantile(self.tree, code, q, scale=self.scale) for q in LEVELS}


def tree_tables(told: Told) -> list[Table]:
    """The ends of the tree, what it comes to, and its quantiles."""
    every = {code: told.answers(code) for code in told.regions}
    return [_ends(told), _expected(told, every), _quantiles(told, every)]


def _ends(told: Told) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for path, weight, leaf in leaves(told.tree):
        means = (float(leaf.outcomes[code].mean()) for code in told.regions)
        rows.append((" > ".join(path), leaf.name, 100 * weight, *means))
    unit, digits = told.measure.unit, told.measure.digits + 1
    numbers = (Column(code, unit, digits, "mean") for code in told.regions)
    columns = (Column("way through the tree"), Column("scenario"), Column("probability", "%", 1), *numbers)
    title = f"{told.question or 'A scenario tree'} Its ends: {told.measure.label}"
    return Table(title, columns, tuple(rows))


def _expected(told: Told, every: dict[str, dict[str, Answer]]) -> Table:
    unit, digits = told.measure.unit, told.measure.digits + 1
    rows: list[tuple[Cell, ...]] = []
    for code, found in every.items():
        mean, below = found["expected"], found["below zero"]
        chances = (100 * below.value, 100 * below.low, 100 * below.high)
        error = sampling_error(told.tree, code)
        share = 100 * between(told.tree, code)
        name = label(told.results, "region", code)
        rows.append((name, mean.value, mean.low, mean.high, error, *chances, below.words.text, share))
    columns = (
        Column("region"),
        *(Column(name, unit, digits, "expected") for name in ("value", "from", "to")),
        Column("sampling error", unit, digits + 1, "expected"),
        *(Column(name, "%", 1, "below zero") for name in ("value", "from", "to")),
        Column("in words", told.scale, None, "below zero"),
        Column("scenario", "%", 1, "due to the"),
    )  # fmt: skip
    return Table(f"What it comes to: {told.measure.label}", columns, tuple(rows), (RANGE, SPREAD))


def _quantiles(told: Told, every: dict[str, dict[str, Answer]]) -> Table:
    unit, digits = told.measure.unit, told.measure.digits + 1
    rows: list[tuple[Cell, ...]] = []
    for code, found in every.items():
        for k, q in enumerate(LEVELS):
            one, name = found[_level(q)], "" if k else label(told.results, "region", code)
            rows.append((name, _level(q), one.words.text, one.value, one.low, one.high))
    columns = (
        Column("region"),
        Column("quantile"),
        Column("in words", told.scale, None, "no more than that"),
        *(Column(name, unit, digits) for name in ("value", "from", "to")),
    )
    breaks = tuple(range(len(LEVELS), len(rows), len(LEVELS)))
    return Table(f"Quantiles: {told.measure.label}", columns, tuple(rows), (), breaks)


def _level(q: float) -> str:
    return f"{100 * q:g}%"


def readings(tree: Fork) -> list[str]:
    """How each probability was read, and what that assumes; which branches take what is left."""
    said = []
    for branch, weight in _branches(tree):
        if branch.probability is None:
            said.append(f"{branch.name}: what the others leave, {100 * weight:.3g}%")
        else:
            assumed = f" ({branch.probability.assumed})" if branch.probability.assumed else ""
            said.append(f"{branch.name}: {branch.probability.sentence}{assumed}")
    return said


def _branches(tree: Fork) -> Iterator[tuple[Branch, float]]:
    for branch, weight in zip(tree.branches, tree.weights, strict=True):
        yield branch, weight
        if isinstance(branch.then, Fork):
            yield from _branches(branch.then)


def used(told: Told) -> list[str]:
    """Draws that are left out because a leaf has no answer under them."""
    kept = len(next(iter(next(leaves(told.tree))[2].outcomes.values())))
    missing = told.results.rows - kept
    if not missing:
        return ["Every draw has the same elasticities and amounts in all leaves."]
    return [f"{kept:,} draws have an answer in every leaf; {missing} have not, and are left out of all leaves."]


def tree_document(told: Told, *, version: str, scale: str) -> dict[str, Any]:
    """The same as one object.

    Args:
        told: what is shown.
        version: of Comity.
        scale: on which words were read.
    """
    names = dict(zip(told.results.manifest["regions"], told.results.manifest["region_names"], strict=True))
    return {
        "comity": version,
        "question": told.question,
        "measure": {"name": told.measure.name, "label": told.measure.label, "unit": told.measure.unit},
        "scale of the probabilities": scale,
        "scale of the answers": told.scale,
        "range of the probabilities": WITHIN,
        "leaves": [
            {
                "path": list(path),
                "scenario": leaf.name,
                "probability": weight,
                "mean": {code: float(leaf.outcomes[code].mean()) for code in told.regions},
            }
            for path, weight, leaf in leaves(told.tree)
        ],
        "readings": readings(told.tree),
        "regions": [_region(told, code, names[code]) for code in told.regions],
        "draws": {
            "draws": told.results.rows,
            "seed": told.results.manifest["design"]["seed"],
            "plan": told.results.manifest["hashes"]["plan"],
            "notes": [*used(told), *told.results.manifest["notes"]],
        },
    }


def _region(told: Told, code: str, name: str) -> dict[str, Any]:
    return {
        "region": code,
        "name": name,
        "answers": {key: _answer(answer) for key, answer in told.answers(code).items()},
        "sampling_error": finite(sampling_error(told.tree, code)),
        "variance_due_to_scenario": finite(between(told.tree, code)),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "value": answer.value,
        "low": answer.low,
        "high": answer.high,
        "in_words": {**reading_object(answer.words), "of": answer.of_words or "the chance itself"},
        "sentence": str(answer),
    }
