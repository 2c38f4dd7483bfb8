"""What a request may ask for: how large, how many, how long; and nothing from the server's disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.scenario import Scenario
from comity.world import embedded_worlds
from comity.world.classification import lookup_key

QUICK, LONG, BRIEF = "quick", "long", "brief"
"""The queues: what is answered at once, what takes seconds and must not hold it up, and briefs, whose draws may take a
minute and must hold up neither."""
QUICK_SETTINGS = 4
QUICK_PRESETS = ("us-japan", "small")
"""Aggregations of 24 x 34 or smaller."""
MANY_SOLVES = ("goal", "purchase commitment")
"""Instruments whose amounts are searched for."""


@dataclass(frozen=True)
class Limits:
    """Bounds of a server.

    Attributes:
        body: bytes of a request.
        rules: of a scenario, those that variants add included.
        variants: of a scenario.
        settings: variants times horizons.
        members: named in an aggregation of the user's own.
        seconds: that one answer may take; what takes longer is stopped.
        waiting: requests that wait in each queue; one more is refused.
        memory: bytes that a worker may hold before another takes its place.
    """

    body: int = 64 * 1024
    rules: int = 60
    variants: int = 24
    settings: int = 48
    members: int = 400
    seconds: float = 60.0
    waiting: int = 32
    memory: int = 3 * 2**30

    @property
    def patience(self) -> float:
        """Seconds that a request may wait in its queue; a worker that starts takes some."""
        return max(self.seconds, 30.0)


def check_scenario(data: Any, limits: Limits) -> None:
    """Refuse a scenario that is too large to be read.

    Raises:
        ScenarioError: says which bound, and what was asked.
    """
    if not isinstance(data, Mapping):
        raise ScenarioError("a scenario is an object with the key `policies`")
    for what, size, most in _sizes(_plain(data), limits):
        if size > most:
            raise ScenarioError(f"{size} {what} are more than this server takes ({most}): use the command line")


def without_files(scenario: Scenario) -> Scenario:
    """The same scenario, if it names nothing on the disk of the server.

    Raises:
        ScenarioError: a table of baseline tariffs; UnknownName: a world that does not come with the package.
    """
    if scenario.baseline_tariffs is not None:
        raise ScenarioError("`baseline tariffs` names a file, and the server reads none: use the command line")
    if scenario.world not in embedded_worlds():
        known = ", ".join(embedded_worlds())
        raise UnknownName(f"there is no world {scenario.world[:40]!r} on this server (worlds: {known})")
    return scenario


def settings(data: Mapping[str, Any]) -> int:
    """How many equilibria a scenario asks for, goals and nests counted as one.

    >>> settings({"options": {"horizon": [1, 3, "long"]}, "variants": {"a": {}, "b": {"options": {"horizon": 1}}}})
    4
    """
    plain = _plain(data)
    common = _horizons(plain.get("options"))
    variants = list(_mapping(plain.get("variants")).values()) or [{}]
    return sum(_horizons(_plain(v).get("options")) or common or 1 for v in variants)


def queue(data: Mapping[str, Any]) -> str:
    """The queue of a scenario: quick where a few equilibria of a small world are asked for and nothing is searched.

    >>> queue({"policies": []}), queue({"policies": [], "aggregation": "full"})
    ('quick', 'long')
    """
    plain = _plain(data)
    rules = [_plain(rule) for rule in _rules(plain)]
    searched = any(key in MANY_SOLVES for rule in rules for key in rule)
    nested = any("nest" in _plain(body) for rule in rules for body in rule.values())
    small = plain.get("aggregation") in (None, *QUICK_PRESETS)
    return QUICK if small and not searched and not nested and settings(data) <= QUICK_SETTINGS else LONG


def _sizes(data: Mapping[str, Any], limits: Limits) -> Iterator[tuple[str, int, int]]:
    yield "rules", len(_rules(data)), limits.rules
    yield "variants", len(_mapping(data.get("variants"))), limits.variants
    yield "settings (variants times horizons)", settings(data), limits.settings
    groups = [m for kind in _mapping(data.get("aggregation")).values() for m in _mapping(kind).values()]
    yield "members of groups", sum(len(m) if isinstance(m, list) else 1 for m in groups), limits.members


def _horizons(options: Any) -> int:
    value = _plain(options).get("horizon")
    return 0 if value is None else len(value) if isinstance(value, list) else 1 + str(value).count(",")


def _rules(data: Mapping[str, Any]) -> list[Any]:
    lists = [data.get("policies"), *(_plain(v).get("add") for v in _mapping(data.get("variants")).values())]
    return [rule for rules in lists if isinstance(rules, list) for rule in rules]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _plain(value: Any) -> dict[str, Any]:
    """A mapping under the form in which its keys are compared; anything else is empty."""
    return {lookup_key(str(key)): item for key, item in _mapping(value).items()}
