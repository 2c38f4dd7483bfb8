"""What is drawn for a scenario: its `uncertainty` block, or where it says nothing the standard errors of its sets."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from comity import __version__
from comity.errors import ScenarioError, UnknownName
from comity.policy import Scenario
from comity.policy.agreement_rule import Agreement
from comity.policy.commitments import PurchaseCommitment
from comity.policy.goals import Goal
from comity.policy.levers import Lever, coverage_lever, lever
from comity.policy.options import OPTIONS, check_options
from comity.policy.places import within
from comity.policy.quantities import told_money, told_rate
from comity.policy.setting import Setting
from comity.policy.uncertain import FIXED, MOST_DRAWS, PUBLISHED
from comity.policy.wording import nearest
from comity.uncertainty.copula import Correlation
from comity.uncertainty.declaring import Uncertain, uncertain
from comity.uncertainty.discrete import Discrete
from comity.uncertainty.draws import SEED
from comity.uncertainty.elasticity import LOGNORMAL
from comity.uncertainty.ensemble.design import Design
from comity.uncertainty.ensemble.linking import LINKED, correlations_of, joined
from comity.uncertainty.ensemble.owned import own_effect, own_elasticities, published_effect, require_sectors
from comity.uncertainty.ensemble.parameters import (
    AMOUNT,
    CHOICE,
    COVERAGE,
    EFFECT,
    SCALE,
    SCALE_ELASTICITIES,
    THETA,
    TRADE_ELASTICITIES,
    Parameter,
    Spread,
    describe,
)
from comity.uncertainty.ensemble.recording import NOTHING, Record
from comity.world import World, embedded_worlds
from comity.world.elasticities import sets_with_scale_errors

DRAWS = 1024
CERTIFY_EVERY = 128
"""Of so many draws one is certified in full: 0.8%."""
WORLD, ELASTICITIES = "world", "elasticities"
CHOICES = (WORLD, *OPTIONS)
PLACE = "uncertainty"


@dataclass(frozen=True, eq=False)
class Plan:
    """What is drawn, and how.

    Attributes:
        scenario: the question.
        world: that it is asked of.
        parameters: in the order of their names, which is that of the columns of the Sobol points.
        spread: of trade elasticities; None: they are not drawn.
        scale_spread: of scale elasticities; None: they are not drawn.
        correlations: between elasticities of a kind, and between what the scenario links.
        design: where the draws lie.
        draws: how many independent ones are wanted.
        record: what is kept of each beside its regional measures.
    """

    scenario: Scenario
    world: World
    parameters: tuple[Parameter, ...]
    spread: Spread | None
    scale_spread: Spread | None
    correlations: tuple[Correlation, ...]
    design: Design
    draws: int
    record: Record = NOTHING

    @property
    def rows(self) -> int:
        """How many draws are solved."""
        return self.design.rows(self.draws)

    @property
    def choices(self) -> dict[str, Discrete]:
        """The choices that are drawn, by their names."""
        return {p.key: p.what for p in self.parameters if isinstance(p.what, Discrete) and p.kind == CHOICE}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that a draw depends on but its number: question, data, distributions, design, version."""
        content = {
            "scenario": self.scenario.hash,
            "world": self.world.hash,
            "parameters": [describe(parameter) for parameter in self.parameters],
            "distributions": repr([parameter.what for parameter in self.parameters]),
            "spreads": [repr(self.spread), repr(self.scale_spread)],
            "correlations": [[one.names, one.matrix.tolist()] for one in self.correlations],
            "design": repr(self.design),
            "record": [self.record.places, self.record.persons],
            "version": __version__,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def notes(self) -> list[str]:
        """What the distributions rest on, and what is not drawn."""
        assumed = [p for p in self.parameters if describe(p)["assumed"]]
        notes = [
            f"{source}: {sum(p.source == source for p in assumed)} of "
            f"{sum(p.source == source for p in self.parameters)} distributions rest on an assumption"
            for source in dict.fromkeys(p.source for p in assumed)
        ]
        notes += dict.fromkeys(f"{p.source}: {note}" for p in assumed if (note := describe(p)["note"]))
        for what, spread in (("trade", self.spread), ("scale", self.scale_spread)):
            own = spread.own if spread is not None else ()
            notes += [f"{what} elasticity of {name}: {one}, as the scenario gives it" for name, one in own]
        linked = {name.split()[0] for one in self.correlations for name in one.names}
        if self.spread is not None and not self.spread.correlation:
            but = ", but for the pairs under `correlations`" if THETA in linked else ""
            notes.append(f"trade elasticities of different sectors are drawn independently of each other{but}")
        if self.scale_spread is not None and SCALE not in linked:
            notes.append("scale elasticities are drawn independently of each other and of trade elasticities")
        return notes


def plan(
    scenario: Scenario,
    world: World,
    *,
    draws: int | None = None,
    seed: int | None = None,
    split: bool = False,
    record: Record = NOTHING,
) -> Plan:
    """What is drawn for a scenario.

    Args:
        scenario: the question; its `uncertainty` says what is drawn, else trade elasticities by their standard errors.
        world: that it is asked of, with its elasticities.
        draws: how many independent draws; over what the scenario says.
        seed: over what the scenario says.
        split: whether the variance is to be split by source.
        record: what is kept of each draw beside its regional measures.

    Raises:
        ScenarioError: nothing to draw, an impossible distribution, a rule without an amount, amounts that are drawn
            beside goals; with the line.
        UnknownName: no such rule or choice; a place to record that no variant has.
    """
    if record.places:
        record.require([setting.world for setting in scenario.settings(world)])
    block = scenario.uncertainty
    try:
        with within(PLACE):
            return replace(_plan(scenario, world, block, draws, seed, split), record=record)
    except ScenarioError as error:
        raise scenario.origin.locate(error) from None


def _plan(
    scenario: Scenario, world: World, block: Mapping[str, Any], draws: int | None, seed: int | None, split: bool
) -> Plan:
    settings = scenario.settings(world)
    _solvable(settings, {*block.get("amounts", {}), *block.get("coverages", {})})
    _once(settings, block)
    with within("elasticities"):
        spread = _spread(block.get("elasticities", "published"))
    with within("scale elasticities"):
        scale_spread = _spread(block.get("scale elasticities", FIXED), 1.0)
    effects = list(_effects(settings, block.get("agreement effects", FIXED)))
    amounts = list(_amounts(settings, block.get("amounts", {}), AMOUNT))
    _one_effect(effects, amounts)
    found = [
        *_elasticities(settings, spread, scale_spread),
        *effects,
        *amounts,
        *_amounts(settings, block.get("coverages", {}), COVERAGE),
        *_choices(scenario, block.get("choices", {})),
    ]
    parameters = tuple(sorted({p.name: p for p in found}.values(), key=lambda p: p.name))
    if not parameters:
        raise ScenarioError("nothing is drawn: let elasticities, amounts or choices vary")
    said = block.get(LINKED, [])
    linked = correlations_of(parameters, world, {THETA: spread, SCALE: scale_spread}, said)
    parameters = joined(parameters, world, said)
    design = Design(
        tuple(p.source for p in parameters), _first(seed, block.get("seed"), SEED), split, _model(parameters)
    )
    count = _first(draws, block.get("draws"), DRAWS)
    if not 1 <= count <= MOST_DRAWS:
        raise ScenarioError(f"{count:,} draws were asked for; there can be 1 to {MOST_DRAWS:,}")
    return Plan(scenario, world, parameters, spread, scale_spread, linked, design, count)


def _model(parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
    """Sources that are closures or the year of the data, where numbers are drawn beside them and there are more than
    two sources in all; which set of elasticities is a question of numbers."""
    model = {p.source for p in parameters if p.kind == CHOICE and p.key != ELASTICITIES}
    others = {p.source for p in parameters} - model
    return tuple(sorted(model)) if model and others and len(model) + len(others) > 2 else ()


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def _solvable(settings: tuple[Setting, ...], amounts: set[str]) -> None:
    """Refuse amounts that are drawn beside amounts that are found."""
    for setting in settings:
        drawn = [n for placed in setting.rules if (n := getattr(placed.rule, "name", None)) in amounts]
        found = next((p.title for p in setting.rules if isinstance(p.rule, Goal | PurchaseCommitment)), "")
        if found and drawn:
            raise ScenarioError(
                f"variant {setting.name!r} has {found}, whose amount is found anew in each draw, and draws the amount "
                f"of {drawn[0]!r}: leave one of the two out"
            )


def _spread(said: Any, high: float = math.inf) -> Spread | None:
    """How elasticities are spread; those that the scenario gives itself are between zero and a highest value."""
    if said == FIXED:
        return None
    if said == PUBLISHED:
        return Spread()
    own = own_elasticities(said.get("sectors", {}), high)
    return Spread(str(said.get("distribution", LOGNORMAL)), said.get("cv"), float(said.get("correlation", 0.0)), own)


def _elasticities(
    settings: tuple[Setting, ...], spread: Spread | None, scale_spread: Spread | None
) -> Iterator[Parameter]:
    worlds = [setting.world for setting in settings]
    if spread is not None:
        with within("elasticities"):
            require_sectors(spread.own, worlds)
            for world in worlds:
                for sector, what in spread.thetas(world).items():
                    yield Parameter(THETA, sector, TRADE_ELASTICITIES, what)
    if scale_spread is not None:
        with within("scale elasticities"):
            if not any(world.elasticities.scale.any() for world in worlds):
                raise ScenarioError(
                    f"{worlds[0].elasticities.name} has no scale elasticities to be drawn "
                    f"({', '.join(sets_with_scale_errors())} has, with standard errors)"
                )
            require_sectors(scale_spread.own, worlds)
            for world in worlds:
                for sector, what in scale_spread.scales(world).items():
                    yield Parameter(SCALE, sector, SCALE_ELASTICITIES, what)


def _effects(settings: tuple[Setting, ...], said: Any) -> Iterator[Parameter]:
    """Effects on trade of the agreements that are joined, left or changed: by depth, or of one."""
    if said == FIXED:
        return
    rules = _agreements(settings)
    if said == PUBLISHED:
        yield from (published_effect(r.estimate) for r in rules if r.trade_effect is None and r.estimate.se > 0)
        return
    taken: dict[str, str] = {}
    for name, declared in said.items():
        with within("agreement effects", name):
            found = own_effect(rules, name, declared)
            if found is not None:
                if found.key in taken:
                    raise ScenarioError(f"{found.key} is there twice, as {taken[found.key]!r} and as {name!r}")
                taken[found.key] = name
                yield found


def _agreements(settings: tuple[Setting, ...]) -> list[Agreement]:
    rules = (placed.rule for setting in settings for placed in setting.rules)
    return [rule for rule in rules if isinstance(rule, Agreement)]


def _amounts(settings: tuple[Setting, ...], said: Mapping[str, Any], of: str) -> Iterator[Parameter]:
    """Amounts, or covered shares, of rules by their names."""
    find = lever if of == AMOUNT else coverage_lever
    rules = _agreements(settings)
    for name, declared in said.items():
        with within(f"{of}s", name):
            levers = [
                find(setting, position)
                for setting in settings
                for position, placed in enumerate(setting.rules)
                if getattr(placed.rule, "name", None) == name
            ]
            if not levers:
                named = [getattr(p.rule, "name", None) for setting in settings for p in setting.rules]
                raise UnknownName(f"no rule has the name {name!r}{nearest(name, [n for n in named if n])}")
            held = levers[0]
            if held is None and of == AMOUNT and any(r.name == name and r.trade_effect is not None for r in rules):
                drawn = own_effect(rules, name, declared)
                if drawn is not None:
                    yield drawn
                continue
            if held is None:
                raise ScenarioError(f"the rule {name!r} has no single {of} that could be drawn")
            what = uncertain(declared)
            _numbers(name, what, held, of)
            yield Parameter(of, name, f"{of} of {name}", what, "US$ million" if held.unit == "US$" else "fraction")


def _numbers(name: str, what: Uncertain, held: Lever, of: str) -> None:
    """Refuse a distribution that reaches beyond what the rule can be, away from one draw in a thousand million."""
    if isinstance(what, Discrete) and any(isinstance(option, str | bool) for option in what.options):
        raise ScenarioError(f"the {of} of {name!r} is drawn from names: give numbers")
    ends = [float(value) for value in what.ppf([1e-9, 1 - 1e-9])]
    if ends[0] < held.low or ends[1] > held.high:
        tell = told_money if held.unit == "US$" else told_rate
        shown = [tell(float(f"{end:.4g}")) for end in (*ends, held.low, held.high)]
        raise ScenarioError(
            f"the {of} of {name!r} would be drawn from {shown[0]} to {shown[1]}, and it can be {shown[2]} to "
            f"{shown[3]}: cut the distribution with `above` and `below`"
        )


def _once(settings: tuple[Setting, ...], block: Mapping[str, Any]) -> None:
    """Refuse a share that is drawn both as the amount of a rule and as its coverage."""
    for setting in settings:
        for position, placed in enumerate(setting.rules):
            name = getattr(placed.rule, "name", None)
            if name in block.get("amounts", {}) and name in block.get("coverages", {}):
                held = lever(setting, position)
                if held is not None and held.field == COVERAGE:
                    raise ScenarioError(f"the amount of {name!r} is its coverage: draw one of the two")


def _one_effect(effects: Sequence[Parameter], amounts: Sequence[Parameter]) -> None:
    """Refuse the effect of an agreement that is drawn both as the amount of its rule and among the effects."""
    if twice := {p.key for p in effects} & {p.key for p in amounts if p.kind == EFFECT}:
        raise ScenarioError(
            f"the amount of {min(twice)!r} is its effect on trade, which is drawn: leave one of the two out"
        )


def _choices(scenario: Scenario, said: Mapping[str, Any]) -> Iterator[Parameter]:
    for key, declared in said.items():
        with within("choices", key):
            if key not in CHOICES:
                raise UnknownName(f"there is no choice {key!r}{nearest(key, CHOICES)} (choices: {', '.join(CHOICES)})")
            what = uncertain({"choice": declared})
            if not isinstance(what, Discrete):
                raise ScenarioError(f"{key} is a choice between options with probabilities, not {what}")
            steps: tuple[Any, ...] = what.options if isinstance(declared, Mapping) else tuple(range(len(declared)))
            for step, option in zip(steps, what.options, strict=True):
                with within(step):
                    _is_option(scenario, key, option)
            yield Parameter(CHOICE, key, f"choice of {key}", what)


def _is_option(scenario: Scenario, key: str, option: Any) -> None:
    """Refuse what a choice cannot be: another world, or no value of the option."""
    if key != WORLD:
        if isinstance(check_options({key: option})[key], tuple):
            raise ScenarioError(f"{option!r} is a list: write each value as an option of its own")
    elif str(option) not in (*embedded_worlds(), str(scenario.world)):
        raise UnknownName(f"there is no world {option!r} (worlds: {', '.join(embedded_worlds())})")
