"""Libraries of dated tariff actions applied to a world: ``apply: us-tariffs, as of: 2025-08-07``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from pydantic import AliasChoices, Field, PlainValidator, WithJsonSchema

from comity.errors import ScenarioError
from comity.policy.fields import Name, Note, Source, iso_day, rule_class
from comity.policy.groupings import grouping
from comity.policy.places import within
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.policy.us_actions import AUTHORITIES, Action, us_actions
from comity.policy.us_duties import Coverage, added_duty, us_coverage
from comity.policy.wording import Names, names, nearest
from comity.world.tariffs import US_DUTY_YEAR
from comity.world.world import Floats, World

LAST_DAY = date(2026, 12, 31)
"""Last day of the library."""
KNOWN_UNTIL = date(2026, 7, 23)
"""Day of the source: what begins later was scheduled."""
USA, EU = "USA", "EU"
LIBRARIES = ("us-tariffs",)
KEPT = 8
"""Schedules that are kept, each of a day in a world: a scenario asks for each of its own several times."""


def library(value: Any) -> str:
    """The name of a library.

    Raises:
        ValueError: there is none of that name.
    """
    if value not in LIBRARIES:
        raise ValueError(f"there is no library {value!r}{nearest(str(value), LIBRARIES)} (there is {LIBRARIES[0]})")
    return str(value)


def authorities(value: Any) -> tuple[str, ...]:
    """Legal authorities by code; "232" and "section 232" mean S232.

    Raises:
        ValueError: there is none of that name.

    >>> authorities("section 232"), authorities(["IEEPA", "301"])
    (('S232',), ('IEEPA', 'S301'))
    """
    found = []
    for word in names([str(v) if isinstance(v, int) else v for v in (value if isinstance(value, list) else [value])]):
        number = re.fullmatch(_NUMBERED, word)
        code = f"S{number[1]}" if number else word.upper()
        if code not in AUTHORITIES:
            known = ", ".join(AUTHORITIES)
            raise ValueError(f"there is no authority {word!r}{nearest(word, AUTHORITIES)} (authorities: {known})")
        found.append(code)
    return tuple(dict.fromkeys(found))


_NUMBERED = r"\s*(?:[Ss]|[Ss]ection)?\s*(122|201|232|301|338)\s*"
_CODES = {
    "anyOf": [
        {"type": "string", "pattern": f"^(?:{_NUMBERED}|[Ii][Ee][Ee][Pp][Aa])$"},
        {"enum": [int(code[1:]) for code in AUTHORITIES if code != "IEEPA"]},
    ]
}
_ONLY = {"anyOf": [_CODES, {"type": "array", "items": _CODES, "minItems": 1}]}


@rule_class()
class Apply:
    """The tariffs of a day from a library of dated actions, less those in force at the baseline's date.

    `us-tariffs` holds the actions of the United States under sections 122, 201, 232, 301 and 338 and under emergency
    powers (IEEPA). What the day's schedule adds to the baseline's is added to the rates that earlier rules left.

    >>> Apply(library="us-tariffs", as_of="2025-08-07", only="section 232").only
    ('S232',)
    """

    library: Annotated[
        str,
        PlainValidator(library),
        WithJsonSchema({"enum": [*LIBRARIES]}),
        Field(description="Which library.", examples=["us-tariffs"]),
    ]
    as_of: Annotated[
        date,
        PlainValidator(iso_day),
        WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
        Field(
            validation_alias=AliasChoices("as of", "as_of"),
            description="The day whose schedule is in force.",
            examples=["2025-08-07"],
        ),
    ]
    on: Annotated[
        Names | None, Field(description="Whose goods; everyone's if left out.", examples=["JPN", "all except China"])
    ] = None
    only: Annotated[
        tuple[str, ...] | None,
        PlainValidator(lambda value: None if value is None else authorities(value)),
        WithJsonSchema(_ONLY),
        Field(description="Legal authorities counted; all if left out.", examples=["S232", ["IEEPA", "S122"]]),
    ] = None
    name: Name = None
    source: Source = None
    note: Note = None


def library_cells(scope: Scope, rule: Apply) -> Mask:
    """Cells ``[j, n, i]``: US imports of goods from the regions of `on`."""
    return scope.flows((USA,), "others" if rule.on is None else rule.on, None, by_imports=True)


def apply_library(shock: Shock, scope: Scope, rule: Apply) -> Shock:
    """The shock with the day's tariffs in it.

    Raises:
        ScenarioError: a day before the baseline's or after the library's last; a world whose US tariffs have no known
            date; a rate at or below -100%.
    """
    cells = library_cells(scope, rule)
    added = added_to_world(scope.world, rule.as_of, only=rule.only)
    tariff = np.where(cells, shock.tariff + added[:, None, :], shock.tariff)
    if tariff[cells].min() <= -1:
        raise ScenarioError(f"a tariff would be {100 * tariff[cells].min():.1f}%: a rate must stay above -100%")
    return replace(shock, tariff=tariff)


def added_to_world(world: World, day: date, *, only: Collection[str] | None = None) -> Floats:
    """What the US schedule of a day adds to the baseline's tariffs ``[j, i]``, a fraction.

    Industries and economies are averaged with US imports of 2024; the states of the EU bear the EU's rates; economies
    outside the data have the average product mix. Zero for services.

    Raises:
        ScenarioError: as in `apply_library`.
    """
    return _added(world, day, None if only is None else frozenset(only))


@lru_cache(maxsize=KEPT)
def _added(world: World, day: date, only: frozenset[str] | None) -> Floats:
    base = baseline_day(world)
    if not base <= day <= LAST_DAY:
        with within("as of"):
            raise ScenarioError(
                f"{day} is {'before' if day < base else 'after'} what us-tariffs can answer in world {world.name}: "
                f"its US tariffs stand at {base}, and the library ends on {LAST_DAY}"
            )
    known = {code for members in world.region_members for code in members}
    added = np.zeros((len(world.sectors), len(world.regions)))
    for i, members in enumerate(world.region_members):
        if USA in members:
            continue
        table = us_coverage().of(*_partners(members, known))
        duty = added_duty(day, table, only=only) - added_duty(base, table, only=only)
        for j, industries in enumerate(world.sector_members):
            added[j, i] = _average(duty, table, [n for n, c in enumerate(table.industries) if _inside(c, industries)])
    added.flags.writeable = False
    return added


def baseline_day(world: World) -> date:
    """The day on which the US tariffs of a world stand: the end of the year of its duties.

    Raises:
        ScenarioError: the world does not say.
    """
    said = [step.detail for step in world.history if step.action == "baseline tariff date"]
    if any(f"United States: calendar year {US_DUTY_YEAR}" in detail for detail in said):
        return date(US_DUTY_YEAR, 12, 31)
    raise ScenarioError(
        f"world {world.name} does not say on which day its US tariffs stand, so what has been added since is unknown: "
        "take an embedded world, or write the duties as `tariff` rules"
    )


def library_notes(scope: Scope, rule: Apply) -> list[str]:
    """What is assumed about the actions in force, and which of them the data cannot place."""
    base = baseline_day(scope.world)
    standing = [a for a in us_actions() if a.stands(rule.as_of) and (rule.only is None or a.authority in rule.only)]
    found = [
        f"US tariffs as of {rule.as_of}: statutory duties added since {base}, by the share of each product list in US "
        f"imports of {US_DUTY_YEAR}; lists of free goods and goods under section 232 are taken as different goods, and "
        "buyers and sellers as keeping to the goods of that year"
    ]
    if rule.as_of > KNOWN_UNTIL and any(a.since > KNOWN_UNTIL for a in standing):
        found.append(f"US tariffs: actions that begin after {KNOWN_UNTIL} were scheduled, not observed, in the source")
    if left := _told([a for a in standing if not a.computed and a.since > base]):
        found.append(f"US tariffs: left out for want of product detail: {left}")
    if assumed := _told([a for a in standing if a.computed and a.note and a.since > base]):
        found.append(f"US tariffs: assumed of {assumed}")
    known = {code for members in scope.world.region_members for code in members}
    missing = {p for members in scope.world.region_members for p in _partners(members, known)}
    missing -= {*us_coverage().partners, USA}
    if missing:
        found.append(
            f"US tariffs: {len(missing)} economies are not in the data and bear the general rates on the average mix "
            f"of goods ({', '.join(sorted(missing))})"
        )
    if rule.on is not None:
        found += [missed.sentence() for missed in scope.regions("on", rule.on).missed]
    return found


def _told(actions: Sequence[Action]) -> str:
    return "; ".join(dict.fromkeys(f"{a.instrument} ({a.note})" for a in actions))


def _partners(members: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Partners in the data behind the members of a region; ``"ROW"`` is those that the world does not name."""
    union = grouping(EU).members(date(US_DUTY_YEAR, 12, 31))
    rest = [p for p in us_coverage().partners if p not in known and p != EU]
    found = [p for code in members for p in (rest if code == "ROW" else [EU] if code in union else [code])]
    return tuple(dict.fromkeys(found))


def _inside(industry: str, members: Sequence[str]) -> bool:
    """Whether an industry of goods is in a sector, given by industries or by sections."""
    return industry[0] in "ABC" and (industry in members or industry[0] in members)


def _average(duty: Floats, table: Coverage, industries: Sequence[int]) -> float:
    """Average over partners and industries, weighted by imports (of all partners where these had none)."""
    if not industries:
        return 0.0
    weight = table.imports[:, industries]
    if not weight.any():
        weight = np.broadcast_to(us_coverage().imports.sum(0)[list(industries)], weight.shape)
    return float((duty[:, industries] * weight).sum() / weight.sum())
