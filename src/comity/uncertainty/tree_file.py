"""A scenario tree as a file: forks with probabilities, leaves that are scenario files or variants of them.

All leaves become the variants of one scenario, so that an ensemble solves them under the same draws: the parameters of
a draw are the same in every leaf, and what is uncertain about all leaves does not blur their differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.examples import example_names, example_text
from comity.policy.instruments import Rule
from comity.policy.places import Origin, Place, within
from comity.policy.scenario import ONLY, Scenario
from comity.policy.uncertain import uncertainty_of
from comity.policy.variants import Variant
from comity.policy.wording import nearest
from comity.policy.yamltext import read_yaml
from comity.uncertainty.lexicon import DEFAULT_SCALE
from comity.uncertainty.lexicon import scale as named
from comity.uncertainty.tree import scenario_tree
from comity.world import World

KEYS = ("question", "scale", "scenario", "uncertainty", "branches")
NONE, NOTHING = "none", "nothing changes"
"""The scenario of a leaf in which the world stays as it is, and the name of that variant."""
Changed = Callable[[Scenario], Scenario]


@dataclass(frozen=True, eq=False)
class TreeFile:
    """A tree whose leaves are to be solved.

    Attributes:
        data: as `scenario_tree` takes it: each leaf has under ``variant`` that of `scenario`.
        scenario: all leaves as variants.
        scale: on which its words are read.
        leaves: places in the file by variant of `scenario`, the first where several leaves share one.
        origin: the text it was read from.
    """

    data: Mapping[str, Any]
    scenario: Scenario
    scale: str
    leaves: Mapping[str, Place]
    origin: Origin

    @property
    def question(self) -> str:
        """What is decided at the first fork."""
        return self.scenario.question

    def require_one_setting(self, world: World) -> None:
        """Refuse leaves that are more than one equilibrium.

        Raises:
            ScenarioError: a variant with several horizons, or with both readings of a nest.
        """
        settings = self.scenario.settings(world)
        for variant, place in self.leaves.items():
            names = [setting.name for setting in settings if setting.variant == variant]
            if names not in ([variant], [ONLY]):
                error = ScenarioError(
                    f"{variant!r} is solved as {'; '.join(names)}, and a leaf is one of them: give one `horizon`, and "
                    "no `nest`"
                )
                error.place = place  # type: ignore[attr-defined]
                raise self.origin.locate(error)


@dataclass
class _Leaves:
    """What the leaves of a tree name, while it is read: `wanted` has file, variant and place by the leaf's name."""

    folder: Path
    own: str
    changed: Changed
    files: dict[str, Scenario] = field(default_factory=dict)
    wanted: dict[str, tuple[str, str, Place]] = field(default_factory=dict)

    def name(self, file: str, variant: str) -> str:
        """The variant, with its file where that is not the one that the tree names for all leaves."""
        return file if variant == ONLY else variant if file == self.own else f"{file}: {variant}"

    def want(self, name: str, file: str, variant: str, place: Place) -> str:
        """Keep a leaf by its name."""
        if self.wanted.setdefault(name, (file, variant, place))[:2] != (file, variant):
            raise ScenarioError(f"two leaves of different scenarios are both called {name!r}: rename a variant")
        return name

    def scenario(self, name: str) -> Scenario:
        """The scenario of a file beside the tree, or of an example."""
        if name not in self.files:
            path = self.folder / name
            if path.is_file():
                found = Scenario.load(path)
            elif name in example_names():
                found = Scenario.from_text(example_text(name), source=f"{name}.yaml")
            else:
                raise ScenarioError(
                    f"there is no scenario file {str(path)!r}, and no example of that name"
                    f"{nearest(name, example_names())} (`{NONE}`: the world as it is)"
                )
            self.files[name] = self.changed(found)
        return self.files[name]


def read_tree(text: str, source: str, changed: Changed = lambda scenario: scenario) -> TreeFile:
    """A tree from YAML text.

    Args:
        text: the content of a file.
        source: its path: scenario files are looked for beside it.
        changed: what is changed in each scenario, such as its world.

    Raises:
        ScenarioError: keys, probabilities, scenarios or variants that have no meaning, with the line; leaves on
            different worlds, or that say different things about what is drawn.

    >>> from comity.uncertainty.examples import tree_examples
    >>> found = read_tree(tree_examples()["cars-tree"], "cars-tree.yaml")
    >>> found.scenario.variant_names
    ('no answer', 'answer in kind', 'nothing changes')
    """
    if not text.strip():
        raise ScenarioError(f"{source} is empty: a tree needs `branches`")
    data, lines = read_yaml(text, source)
    origin = Origin(source, lines)
    try:
        return _tree(data, origin, changed)
    except ScenarioError as error:
        raise origin.locate(error) from None


def _tree(data: Any, origin: Origin, changed: Changed) -> TreeFile:
    if not isinstance(data, Mapping):
        raise ScenarioError(f"a tree is a mapping with the keys {', '.join(KEYS)}")
    for key in data:
        if key not in KEYS:
            with within(key):
                raise UnknownName(f"a tree has no key {key!r}{nearest(str(key), KEYS)} (keys: {', '.join(KEYS)})")
    with within("scale"):
        scale = named(str(data.get("scale", DEFAULT_SCALE))).name
    seen = _Leaves(Path(origin.source).parent, str(data.get("scenario", "")), changed)
    body = _fork(data, data.get("scenario"), seen, ())
    scenario_tree(body, {name: {"": 0.0} for name in seen.wanted}, scale)  # probabilities, before anything is solved
    if not seen.files:
        raise ScenarioError(f"no leaf of the tree names a scenario: one at least is more than `{NONE}`")
    merged = _merged(seen, str(data.get("question", "")), _uncertainty(data, seen))
    if "uncertainty" in data:
        merged = replace(merged, origin=origin)
    return TreeFile(body, merged, scale, {name: place for name, (*_, place) in seen.wanted.items()}, origin)


def _fork(data: Mapping[str, Any], inherited: Any, seen: _Leaves, place: Place) -> dict[str, Any]:
    """A fork with the leaves below it named; what is wrong with it is said by `scenario_tree`."""
    branches = data.get("branches")
    found = {key: value for key, value in data.items() if key in ("question", "probability", "branches")}
    if not isinstance(branches, Mapping):
        return found
    ends: dict[str, Any] = {}
    for name, content in branches.items():
        entry = {} if content is None else content
        at = (*place, "branches", name)
        if not isinstance(entry, Mapping):
            ends[name] = entry
            continue
        scenario = entry.get("scenario", inherited)
        if "branches" in entry:
            ends[name] = {**entry, **_fork(entry, scenario, seen, at)}
        else:
            with within(*at):
                ends[name] = {**entry, "variant": _leaf(str(name), entry, scenario, seen, at)}
        ends[name].pop("scenario", None)
    return {**found, "branches": ends}


def _leaf(name: str, entry: Mapping[str, Any], scenario: Any, seen: _Leaves, place: Place) -> str:
    """The name of a leaf's variant; its scenario is read."""
    if scenario is None:
        raise ScenarioError(f"the leaf {name!r} names no `scenario`: a file, an example, or `{NONE}`")
    if scenario == NONE:
        if "variant" in entry:
            raise ScenarioError(f"the leaf {name!r} has a `variant`, and `scenario: {NONE}` has none")
        return seen.want(NOTHING, NONE, NOTHING, place)
    with within("scenario"):
        found = seen.scenario(str(scenario))
    known = found.variant_names
    variant = str(entry.get("variant", name if name in known else known[0] if len(known) == 1 else ""))
    with within("variant"):
        if variant not in known:
            what = (
                f"has no variant {variant!r}{nearest(variant, known)}" if variant else "has several variants: name one"
            )
            raise UnknownName(f"the leaf {name!r}: {scenario} {what} (variants: {', '.join(map(repr, known))})")
    return seen.want(seen.name(str(scenario), variant), str(scenario), variant, place)


def _uncertainty(data: Mapping[str, Any], seen: _Leaves) -> Mapping[str, Any]:
    """What is drawn: as the tree says it, else as all of its scenarios do."""
    if "uncertainty" in data:
        block, errors = uncertainty_of(data["uncertainty"])
        for place, error in errors[:1]:
            error.place = ("uncertainty", *place)  # type: ignore[attr-defined]
            raise error
        return block
    first, *others = seen.files.items()
    for name, scenario in others:
        if scenario.uncertainty != first[1].uncertainty:
            raise ScenarioError(
                f"{first[0]} and {name} say different things about what is drawn, and a draw is the same in "
                "every leaf: say it for all of them with `uncertainty` in the tree"
            )
    return first[1].uncertainty


def _merged(seen: _Leaves, question: str, block: Mapping[str, Any]) -> Scenario:
    """One scenario whose variants are the leaves, and those that their goals compare with."""
    first = next(iter(seen.files.values()))
    _same_world(seen)
    policies: list[Rule] = []
    variants: dict[str, Variant] = {}
    for file, scenario in seen.files.items():
        offset = len(policies)
        policies += [_moved(rule, offset, file, seen) for rule in scenario.policies]
        for variant in _needed(scenario, [v for f, v, _ in seen.wanted.values() if f == file]):
            placed = scenario.rules(variant)
            own = scenario.variants.get(variant, Variant())
            options = {**scenario.options, **(own.options if isinstance(own, Variant) else {})}
            variants[seen.name(file, variant)] = Variant(
                keep=tuple(offset + int(p.place[1]) for p in placed if p.place[0] == "policies"),
                add=tuple(_moved(p.rule, offset, file, seen) for p in placed if p.place[0] == "variants"),
                options={key: value for key, value in options.items() if key != "elasticities"},
            )
    if NOTHING in seen.wanted:
        options = {key: value for key, value in first.options.items() if key != "elasticities"}
        variants[NOTHING] = Variant(keep=(), options=options)
    elasticities = {key: value for key, value in first.options.items() if key == "elasticities"}
    table = first.tariff_table
    return replace(
        first, policies=policies, variants=variants, options=elasticities, question=question, uncertainty=block,
        baseline_tariffs=None if table is None else str(table.absolute()),
    )  # fmt: skip


def _moved(rule: Rule, offset: int, file: str, seen: _Leaves) -> Rule:
    """A rule among those of other files: a goal names its rule by another position, and its variant by another name."""
    changes: dict[str, Any] = {}
    if isinstance(getattr(rule, "vary", None), int):
        changes["vary"] = offset + rule.vary
    if (variant := getattr(rule, "same_as", None)) is not None:
        changes["same_as"] = seen.name(file, variant)
    return replace(rule, **changes) if changes else rule


def _needed(scenario: Scenario, variants: list[str]) -> list[str]:
    """Some variants and those that their goals compare with, in the order of the file."""
    wanted, ahead = set[str](), list(variants)
    while ahead:
        name = ahead.pop()
        if name not in wanted:
            wanted.add(name)
            ahead += [p.rule.same_as for p in scenario.rules(name) if getattr(p.rule, "same_as", None)]
    return [name for name in scenario.variant_names if name in wanted]


def _same_world(seen: _Leaves) -> None:
    """Refuse scenarios on different worlds: their draws would be of different economies."""
    worlds = dict(_worlds(seen.files))
    first, *others = worlds
    for name in others:
        if worlds[name] != worlds[first]:
            raise ScenarioError(
                f"{first} and {name} are not about the same world (its year, aggregation, elasticities, tariffs and "
                "`as of`), and a draw is the same in every leaf: name one in both, or with --world, --aggregation and "
                "--elasticities"
            )


def _worlds(files: Mapping[str, Scenario]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What tells the world of a scenario, by file."""
    for name, scenario in files.items():
        path = (Path(scenario.origin.source).parent / scenario.world).resolve()
        elasticities = scenario.options.get("elasticities")
        yield name, (
            str(path) if path.exists() else scenario.world,
            repr(scenario.aggregation), elasticities, scenario.tariff_table, scenario.as_of,
        )  # fmt: skip
