"""What can be asked about: worlds, regions, sectors, groupings, instruments, options."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from comity.errors import ScenarioError
from comity.policy.examples import example_names, example_text, examples
from comity.policy.groupings import groupings
from comity.policy.instruments import INSTRUMENTS
from comity.policy.options import OPTIONS
from comity.policy.regions import find_regions
from comity.policy.scenario import DEFAULT_PRESET, DEFAULT_WORLD, Scenario
from comity.policy.sectors import find_sectors
from comity.web.forms import form, instruments_with_forms
from comity.world import elasticity_sets, embedded_worlds
from comity.world.classification import region_names, sector_groups
from comity.world.presets import presets

if TYPE_CHECKING:
    from comity.world import World

Object = dict[str, Any]


@cache
def worlds() -> Object:
    """The worlds that come with the package, and the ways in which each can be summed."""
    return {
        "default": {"world": DEFAULT_WORLD, "aggregation": DEFAULT_PRESET},
        "worlds": {
            name: [{"aggregation": p.name, "title": p.title} for p in presets() if p.fits(name)]
            for name in embedded_worlds()
        },
    }


def world_listing(world: World) -> Object:
    """Regions with their members, sectors, and which of them each grouping and sector group means in this world."""
    trade = world.total_flows.sum(0)
    return {
        "name": world.name,
        "year": world.year,
        "source": world.source,
        "hash": world.hash,
        "elasticities": world.elasticities.name,
        "estimated": list(world.estimated),
        "regions": [
            {
                "code": code,
                "name": world.region_names[n],
                "members": list(world.region_members[n]),
                "factor_income_usd_bn": round(float(world.factor_income[n]) / 1e3, 3),
                "exports_usd_bn": round(float(trade[:, n].sum() - trade[n, n]) / 1e3, 3),
            }
            for n, code in enumerate(world.regions)
        ],
        "sectors": [
            {"code": code, "name": world.sector_names[j], "members": list(world.sector_members[j])}
            for j, code in enumerate(world.sectors)
        ],
        "groupings": _reached(world, [g.name for g in groupings()], regions=True),
        "sector_groups": _reached(world, [g.name for g in sector_groups()], regions=False),
    }


def _reached(world: World, names: list[str], *, regions: bool) -> dict[str, list[str]]:
    """Codes that each name means; names that mean nothing here, or one thing only in part, are left out."""
    found = {}
    for name in names:
        try:
            if regions:
                found[name] = [world.regions[n] for n in find_regions((name,), world).index]
            else:
                found[name] = [world.sectors[j] for j in find_sectors((name,), world)]
        except ScenarioError:
            continue
    return found


@cache
def groupings_listing() -> Object:
    """Groupings of countries with their members on the latest day known, and how each may be written."""
    names = region_names()
    return {
        g.name: {
            "about": g.about,
            "aliases": list(g.aliases),
            "members": {code: names.get(code, code) for code in sorted(g.members())},
        }
        for g in groupings()
    }


@cache
def instruments() -> Object:
    """Every instrument: its sentence, the fields that hold its size, its form for a page, the JSON Schema of its keys.

    A form has what a new rule begins with and its fields in order: the kind of each, its label, what may be chosen.
    """
    rules = Scenario.json_schema()["$defs"]["rule"]["properties"]
    return {
        key: {
            "about": INSTRUMENTS[key].about,
            "amounts": list(INSTRUMENTS[key].amounts),
            "form": form(key),
            "schema": rules[key],
        }
        for key in instruments_with_forms()
    }


@cache
def options() -> Object:
    """Every option of the model with its values, the default first; the sets of elasticities among them."""
    found: Object = {}
    for key, option in OPTIONS.items():
        values = list(elasticity_sets()) if key == "elasticities" else list(option.words)
        high = None if option.high == float("inf") else option.high
        numbers = None if option.low is None else {"from": option.low, "to": high, "meaning": option.numbers}
        found[key] = {"about": option.about, "values": values, "numbers": numbers, "list": option.many}
    return found


@cache
def examples_listing() -> Object:
    """The scenarios that come with the package: question and content of each."""
    questions = examples()
    return {
        name: {"question": questions[name], "scenario": Scenario.from_text(example_text(name)).to_dict()}
        for name in example_names()
    }
