"""Scenario trees: forks whose branches have probabilities, and leaves that hold what each scenario comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import ScenarioError, UnknownName
from comity.policy.places import within
from comity.policy.wording import nearest
from comity.uncertainty.coherent import coherence
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.probabilities import Probability, probability
from comity.uncertainty.statements import Exclusive, Stated

Floats = NDArray[np.float64]
Outcomes = Mapping[str, ArrayLike]
SUM_TOLERANCE = 1e-9
KEYS = ("question", "branches", "probability", "variant")


@dataclass(frozen=True, eq=False)
class Leaf:
    """The end of a path: a scenario, or a variant of one, and what it comes to.

    Attributes:
        name: of the scenario or variant.
        outcomes: by name, a number or draws ``[draw]`` over uncertain parameters, all equally probable.

    Raises:
        ScenarioError: an outcome without draws, with more than one axis, or not finite.
    """

    name: str
    outcomes: Mapping[str, Floats]

    def __post_init__(self) -> None:
        """Check the draws."""
        for name, values in self.outcomes.items():
            if np.ndim(values) != 1 or not np.size(values):
                raise ScenarioError(f"outcome {name!r} of {self.name!r} must be a number or a list of draws")
            if not np.isfinite(values).all():
                raise ScenarioError(f"outcome {name!r} of {self.name!r} has draws that are not finite")


@dataclass(frozen=True, eq=False)
class Branch:
    """One way on from a fork.

    Attributes:
        name: of the branch.
        probability: None for the branch that takes what the others leave.
        then: where it leads.
    """

    name: str
    probability: Probability | None
    then: Fork | Leaf


@dataclass(frozen=True, eq=False)
class Fork:
    """A question with answers that exclude each other, one of which comes true.

    Attributes:
        branches: their mean probabilities sum to one, unless one of them has none and takes the rest.
        question: what is decided here.

    Raises:
        ScenarioError: no branches, a name twice, two rests, or probabilities that sum to something else than one: with
            the nearest that do not.
    """

    branches: tuple[Branch, ...]
    question: str = ""

    def __post_init__(self) -> None:
        """Check that the probabilities are those of one question."""
        names = [branch.name for branch in self.branches]
        if not names or len(set(names)) < len(names):
            raise ScenarioError(f"a fork needs branches with different names, not {names}")
        rests = [branch.name for branch in self.branches if branch.probability is None]
        if len(rests) > 1:
            raise ScenarioError(f"only one branch can take the rest, not {', '.join(map(repr, rests))}")
        total = sum(branch.probability.mean for branch in self.branches if branch.probability)
        if total > 1 + SUM_TOLERANCE or (not rests and total < 1 - SUM_TOLERANCE):
            raise ScenarioError(_wrong_sum(self.branches, total))

    @property
    def weights(self) -> tuple[float, ...]:
        """Mean probability of each branch; they sum to one."""
        means = [branch.probability.mean if branch.probability else None for branch in self.branches]
        rest = max(0.0, 1 - sum(mean for mean in means if mean is not None))
        return tuple(rest if mean is None else mean for mean in means)

    def ranges(self, within: float) -> tuple[tuple[float, float], ...]:
        """For each branch the central interval with a share of its distribution, and its mean; 0 to 1 for a rest."""
        found = []
        for branch in self.branches:
            low, high = branch.probability.interval(within) if branch.probability else (0.0, 1.0)
            mean = branch.probability.mean if branch.probability else low
            found.append((min(low, mean), max(high, mean)))
        return tuple(found)


def leaves(tree: Fork | Leaf) -> Iterator[tuple[tuple[str, ...], float, Leaf]]:
    """Each leaf with the branches that lead to it and its mean probability (readings of forks are independent)."""
    if isinstance(tree, Leaf):
        yield (), 1.0, tree
        return
    for branch, weight in zip(tree.branches, tree.weights, strict=True):
        for path, share, leaf in leaves(branch.then):
            yield (branch.name, *path), weight * share, leaf


def scenario_tree(data: Mapping[str, Any], outcomes: Mapping[str, Outcomes], scale: str = DEFAULT_SCALE) -> Fork:
    """A tree from its description.

    Args:
        data: ``{question, branches: {NAME: {probability, variant}}}``. A branch without ``probability`` takes the rest;
            one with ``branches`` of its own leads to another fork; ``variant`` names the outcomes, the branch's name if
            left out.
        outcomes: by variant and outcome, a number or draws.
        scale: on which words are read.

    Raises:
        UnknownName: a key or a variant that does not exist. ScenarioError: from what is in it.

    Example:
        >>> ends = {"tariff": {"Japan": -0.3}, "no tariff": {"Japan": 0.0}}
        >>> tree = scenario_tree({"branches": {"tariff": {"probability": "60%"}, "no tariff": {}}}, ends)
        >>> [(path, round(weight, 3)) for path, weight, _ in leaves(tree)]
        [(('tariff',), 0.6), (('no tariff',), 0.4)]
    """
    if not isinstance(data, Mapping):
        raise ScenarioError(f"a tree is a mapping with `branches`, not {data!r}")
    return _fork(data, outcomes, scale, "the tree")


def _fork(data: Mapping[str, Any], outcomes: Mapping[str, Outcomes], scale: str, where: str) -> Fork:
    branches = data.get("branches")
    if not isinstance(branches, Mapping) or not branches:
        raise ScenarioError(f"{where} has no branches: write branches: {{NAME: {{probability: ...}}}}")
    found = []
    for name, content in branches.items():
        with within("branches", name):
            found.append(_branch(str(name), content, outcomes, scale))
    return Fork(tuple(found), str(data.get("question", "")))


def _branch(name: str, content: Any, outcomes: Mapping[str, Outcomes], scale: str) -> Branch:
    inside = f"branch {name!r}"
    entry = {} if content is None else content
    if not isinstance(entry, Mapping):
        raise ScenarioError(f"{inside} must say its probability and where it leads, not {content!r}")
    for key in entry:
        if key not in KEYS:
            with within(key):
                raise UnknownName(f"{inside} has an unknown key {key!r}{nearest(str(key), KEYS)}")
    given = entry.get("probability")
    with within("probability"):
        stated = None if given is None else probability(given, scale)
    then = _fork(entry, outcomes, scale, inside) if "branches" in entry else _leaf(name, entry, outcomes)
    return Branch(name, stated, then)


def _leaf(name: str, entry: Mapping[str, Any], outcomes: Mapping[str, Outcomes]) -> Leaf:
    variant = str(entry.get("variant", name))
    if variant not in outcomes:
        raise UnknownName(
            f"branch {name!r}: there are no outcomes of {variant!r}{nearest(variant, outcomes)}; "
            "name a variant, or give the branch branches of its own"
        )
    return Leaf(variant, {key: _draws(variant, key, value) for key, value in outcomes[variant].items()})


def _draws(variant: str, name: str, values: ArrayLike) -> Floats:
    try:
        return np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise ScenarioError(f"outcome {name!r} of {variant!r} must be a number or a list of draws") from None


def _wrong_sum(branches: tuple[Branch, ...], total: float) -> str:
    stated = [Stated(branch.name, branch.probability) for branch in branches if branch.probability]
    rests = len(stated) < len(branches)
    if len(stated) == 1:
        return f"branch {stated[0].event!r} has probability {100 * total:.4g}%: let another branch take the rest"
    found = coherence(stated, [Exclusive(tuple(s.event for s in stated), exhaustive=not rests)])
    near = ", ".join(f"{s.event!r} {100 * v:.3g}%" for s, v in zip(stated, found.nearest, strict=True))
    said = ", ".join(map(str, stated))
    hint = "" if rests else ", or leave the probability of one branch out: it takes the rest"
    return f"the branches' probabilities sum to {100 * total:.4g}% ({said}); the nearest that do not: {near}{hint}"
