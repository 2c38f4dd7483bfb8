"""A stack of rules on a world: applied in order, each on what the ones before it left."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from comity.errors import ScenarioError
from comity.policy.instruments import Rule, apply, instrument_of, unchanged
from comity.policy.places import Origin, Place, place_of, raise_all, within
from comity.policy.scope import Scope
from comity.policy.shock import Shock


@dataclass(frozen=True)
class Placed:
    """A rule and where it is written."""

    rule: Rule
    place: Place

    @property
    def title(self) -> str:
        """How messages speak of it, e.g. ``policies[0] (tariff)`` or its own name."""
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place).lstrip(".")
        name = getattr(self.rule, "name", None)
        return f"{where} ({instrument_of(self.rule).key}{f' {name!r}' if name else ''})"


def shock_of(scope: Scope, rules: Sequence[Placed], origin: Origin | None = None) -> Shock:
    """The shock of a stack of rules.

    Raises:
        ScenarioError: rules that have no meaning in this world, all of them at once, each with its place; a rule that
            later ones override entirely.
    """
    shock, errors = Shock.none(scope.world), []
    for placed in rules:
        try:
            with _at(placed):
                shock = apply(shock, scope, placed.rule)
        except ScenarioError as error:
            errors.append(error)
    if not errors:
        errors = list(_overridden(scope, rules))
    raise_all(errors, origin or Origin())
    return shock.check(scope.world)


def notes_of(scope: Scope, rules: Sequence[Placed]) -> list[str]:
    """What a reader should know about the rules in a world: members not reached, assumptions, rules without effect."""
    shock, notes = Shock.none(scope.world), []
    for placed in rules:
        rule, instrument = placed.rule, instrument_of(placed.rule)
        if hasattr(rule, "by"):
            notes += [missed.sentence() for missed in scope.missed(rule.by, rule.on)]
        elif hasattr(rule, "of"):
            notes += [missed.sentence() for missed in scope.regions("of", rule.of, others=False).missed]
        notes += instrument.notes(scope, rule)
        after = apply(shock, scope, rule)
        if unchanged(shock, after, rule):
            notes.append(f"{placed.title} changes nothing: what it asks for is so already")
        elif _no_trade(scope, rule):
            notes.append(f"{placed.title} meets no trade in the baseline, and the model lets none begin")
        if getattr(rule, "note", None):
            notes.append(f"{placed.title}: {rule.note}")
        shock = after
    return list(dict.fromkeys(notes))


def _at(placed: Placed) -> AbstractContextManager[None]:
    return within(*placed.place, instrument_of(placed.rule).key)


def _no_trade(scope: Scope, rule: Rule) -> bool:
    cells = instrument_of(rule).cells
    if cells is None:
        return False
    mask = cells(scope, rule)
    return mask.ndim == 3 and not scope.world.total_flows[mask].any()


def _overridden(scope: Scope, rules: Sequence[Placed]) -> list[ScenarioError]:
    """An error for each rule whose every cell a later rule sets anew: it has no effect, which no author means."""
    errors = []
    for number, placed in enumerate(rules):
        instrument = instrument_of(placed.rule)
        if instrument.cells is None:
            continue
        left = instrument.cells(scope, placed.rule)
        for later in rules[number + 1 :]:
            other = instrument_of(later.rule)
            if other is not instrument or not other.sets(later.rule) or other.cells is None:
                continue
            left = left & ~other.cells(scope, later.rule)
            if not left.any():
                errors.append(_no_effect(placed, later))
                break
    return errors


def _no_effect(placed: Placed, later: Placed) -> ScenarioError:
    error = ScenarioError(
        f"{placed.title} has no effect: {later.title} sets each of its cells anew (a later rule overrides an earlier "
        "one); drop one of them, or put the wider rule first"
    )
    error.place = (*placed.place, *place_of(error))  # type: ignore[attr-defined]
    return error
