"""Variants: the same question with rules left out, kept or added, or with other options; run side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.instruments import Rule
from comity.policy.places import within
from comity.policy.stack import Placed
from comity.policy.wording import nearest

Pick = int | str
"""A rule by its position in `policies` (the first is 0) or by its name."""


@dataclass(frozen=True)
class Variant:
    """How one variant differs from the scenario.

    Attributes:
        drop: rules left out.
        keep: the only rules kept; None keeps all.
        add: rules applied after those of the scenario.
        options: over those of the scenario; `elasticities` belong to the world and cannot differ.

    >>> Variant(drop=(1,)).options
    {}
    """

    drop: tuple[Pick, ...] = ()
    keep: tuple[Pick, ...] | None = None
    add: tuple[Rule, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def rules_of(policies: Sequence[Rule], variant: Variant, name: str) -> list[Placed]:
    """The rules of a variant, in the order in which they are applied, each with where it is written.

    Raises:
        ScenarioError: both `drop` and `keep`, a rule that is not there, a position twice.
    """
    placed = [Placed(rule, ("policies", position)) for position, rule in enumerate(policies)]
    with within("variants", name):
        if variant.drop and variant.keep is not None:
            raise ScenarioError(f"variant {name!r} has both `drop` and `keep`: one says it all")
        if variant.drop:
            out = _positions(policies, variant.drop, "drop")
            placed = [entry for position, entry in enumerate(placed) if position not in out]
        if variant.keep is not None:
            inside = _positions(policies, variant.keep, "keep")
            placed = [entry for position, entry in enumerate(placed) if position in inside]
    added = [Placed(rule, ("variants", name, "add", position)) for position, rule in enumerate(variant.add)]
    return [*placed, *added]


def _positions(policies: Sequence[Rule], picks: Sequence[Pick], key: str) -> set[int]:
    names: dict[str, list[int]] = {}
    for position, rule in enumerate(policies):
        if getattr(rule, "name", None):
            names.setdefault(rule.name, []).append(position)
    found: set[int] = set()
    for number, pick in enumerate(picks):
        with within(key, number):
            found.update(_position(pick, len(policies), names))
    return found


def _position(pick: Pick, size: int, names: Mapping[str, list[int]]) -> list[int]:
    if isinstance(pick, str):
        if pick not in names:
            hint = nearest(pick, names) or ("; no rule has a `name`" if not names else "")
            raise UnknownName(f"no rule has the name {pick!r}{hint}")
        return names[pick]
    if not 0 <= pick < size:
        last = f"0 to {size - 1}" if size else "none: `policies` is empty"
        raise ScenarioError(f"there is no rule {pick}: rules are counted from 0 (here {last})")
    return [pick]
