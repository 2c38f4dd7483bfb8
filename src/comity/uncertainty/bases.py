"""The worlds that a question is asked of: other years, other sums of regions and sectors, and the question in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from comity.errors import ScenarioError, UnknownName
from comity.policy import Scenario
from comity.policy.carrying import carry, correspondence
from comity.policy.regions import find_regions
from comity.policy.scenario import NO_PRESET
from comity.policy.scope import Scope
from comity.policy.setting import Setting
from comity.policy.wording import nearest
from comity.uncertainty.choices import AGGREGATION, VINTAGE, Choice, Level
from comity.world import World, elasticity_sets, embedded_worlds, load_world
from comity.world.presets import preset_names

LITTLE = 5e-4
"""Share of the touched trade below which it is not said that it cannot be touched."""
Place = tuple[str, str]
"""A data vintage and an aggregation, by the names of their levels."""


@dataclass(frozen=True)
class Question:
    """A variant of a scenario, and the region whose answer is looked at.

    Attributes:
        scenario: with the rules, and its own world and closures.
        variant: one of its variants; with a list of horizons one of its settings, such as ``"no answer, 3 years"``.
        region: as people write it.
    """

    scenario: Scenario
    variant: str
    region: str


@dataclass(frozen=True, eq=False)
class Base:
    """A world and the question in it.

    Attributes:
        setting: world and shock.
        region: code of the region that is looked at.
        how: how the rules came there; empty where they are as written.
    """

    setting: Setting
    region: str
    how: str = ""


@dataclass(frozen=True, eq=False)
class Worlds:
    """Every world that a question is asked of.

    Attributes:
        vintage, aggregation: the two choices, the scenario's own level first.
        found: the world of each pair of levels, or why there is none.
        tables: of each vintage the world before it is summed: rules that a coarser world cannot name are carried from
            the table of its year, or else from that of the scenario's year.
        own: the scenario's own.
    """

    vintage: Choice
    aggregation: Choice
    found: Mapping[Place, World | str]
    tables: Mapping[str, World]
    own: World


def worlds(scenario: Scenario) -> Worlds:
    """The scenario's own world, other embedded years, and other sums of regions and sectors.

    A year whose table is summed differently is set beside the scenario's year on regions and sectors that both can be
    summed to.

    Raises:
        ComityError: the scenario's own world cannot be read.
    """
    own = scenario.load_world()
    fine = replace(scenario, aggregation=NO_PRESET).load_world()
    tables = {_year(own): fine} | {
        _year(table): table
        for table in (load_world(name, tariffs=scenario.tariff_table) for name in embedded_worlds())
        if table.year != own.year
    }
    partitions = {_size(own): own}
    found: dict[Place, World | str] = {}
    for year, table in tables.items():
        found[year, _size(own)] = own if table is fine else summed(table, own, own)
        if isinstance(found[year, _size(own)], str) and (common := _common(table, fine)) is not None:
            partitions[_size(common)] = common
    for size, partition in partitions.items():
        for year, table in tables.items():
            found.setdefault((year, size), summed(table, partition, own))
    tried = {name: world for name, world in _by_themselves(own, fine).items() if name not in partitions}
    sums = [*map(Level, partitions), *(Level(name, crossed=False) for name in tried)]
    found |= {(_year(own), name): world for name, world in tried.items()}
    return Worlds(Choice(VINTAGE, tuple(map(Level, tables))), Choice(AGGREGATION, tuple(sums)), found, tables, own)


def _year(world: World) -> str:
    return str(world.year) if world.year else world.name


def _size(world: World) -> str:
    return f"{len(world.regions)} x {len(world.sectors)}"


def summed(table: World, partition: World, own: World) -> World | str:
    """A table on the regions and sectors of another world, with the scenario's elasticities; or why it cannot be."""
    try:
        there = correspondence(table, partition)
    except ScenarioError as why:
        return f"the {_year(table)} table cannot be summed to {_size(partition)}: {why}"
    regions = _groups(table.regions, partition.regions, there.regions.tolist())
    sectors = _groups(table.sectors, partition.sectors, there.sectors.tolist())
    codes = (*partition.regions, *partition.sectors)
    names = dict(zip(codes, (*partition.region_names, *partition.sector_names), strict=True))
    world = table.aggregate(regions, sectors, names)
    if world.elasticities.name == own.elasticities.name:
        return world
    if own.elasticities.name.partition(":")[0] in elasticity_sets():
        return world.with_elasticities(own.elasticities.name)
    return f"the elasticities of {own.name} are its own, and the {_year(table)} table has none of them"


def _groups(codes: Sequence[str], labels: Sequence[str], place: Sequence[int]) -> dict[str, list[str]]:
    return {label: [c for c, p in zip(codes, place, strict=True) if p == n] for n, label in enumerate(labels)}


def _common(table: World, fine: World) -> World | None:
    """The widest sum of a table, a preset or the whole of it, that another can be summed to."""
    for preset in (None, *preset_names(table.name)):
        world = table if preset is None else load_world(table.name, preset=preset)
        try:
            correspondence(fine, world)
        except ScenarioError:
            continue
        return world
    return None


def _by_themselves(own: World, fine: World) -> dict[str, World]:
    """Other sums of the scenario's own table: everything apart, and one sector."""
    found = {_size(fine): fine}
    if len(own.sectors) > 1:
        world = own.aggregate(sectors={"ALL": own.sectors}, names={"ALL": "All goods and services"})
        found[f"{len(own.regions)} x 1"] = world
    return found


def ask(question: Question, world: World, everything: Worlds) -> Base:
    """The question in one world: as written where every name means as much there as in the scenario's own world, else
    carried from the finest world in which it can be asked.

    Raises:
        ComityError: the region is not apart in this world, or the rules can neither be read nor carried.
    """
    region = _region(question.region, world)
    try:
        setting = setting_of(question, world)
        day = question.scenario.as_of
        if _missed(setting, day) <= _missed(setting_of(question, everything.own), day):
            return Base(setting, region)
    except ScenarioError:
        if world is everything.own:
            raise
    detailed = _detailed(question, world, everything)
    carried = carry(detailed.shock, detailed.world, world)
    how = f"rules averaged over the trade that they fall on, {_year(detailed.world)}, {_size(detailed.world)}"
    if carried.inside > LITTLE:
        how += f"; {carried.inside:.1%} of it lies inside one region here and is not touched"
    return Base(replace(detailed, world=world, shock=carried.shock), region, how)


def _detailed(question: Question, world: World, everything: Worlds) -> Setting:
    """The question in the finest world in which it can be asked: of the same year, or else of the scenario's."""
    for table in (everything.tables[_year(world)], everything.tables[_year(everything.own)]):
        try:
            return setting_of(question, table)
        except ScenarioError:
            continue
    return setting_of(question, everything.own)


def setting_of(question: Question, world: World) -> Setting:
    """World and shock of the variant.

    Raises:
        ScenarioError: the rules have no meaning in this world.
        UnknownName: there is no such variant.
    """
    found = {setting.name: setting for setting in question.scenario.settings(world)}
    if question.variant not in found:
        near = nearest(question.variant, found)
        raise UnknownName(
            f"there is no variant {question.variant!r}{near} (to choose from: {', '.join(map(repr, found))})"
        )
    return found[question.variant]


def _region(name: str, world: World) -> str:
    found = find_regions((name,), world)
    if len(found.index) != 1 or found.missed:
        codes = ", ".join(world.regions[n] for n in found.index[:6])
        raise ScenarioError(f"{name!r} is not one region of world {world.name} ({codes}): name one")
    return world.regions[found.index[0]]


def _missed(setting: Setting, day: date | None) -> frozenset[str]:
    """Members of groupings that the rules name and the world does not show apart."""
    scope = Scope(setting.world, day)
    found: set[str] = set()
    for placed in setting.rules:
        for key in ("by", "on", "of"):
            if words := getattr(placed.rule, key, None):
                found |= {code for missed in scope.regions(key, words).missed for code in missed.members}
    return frozenset(found)
