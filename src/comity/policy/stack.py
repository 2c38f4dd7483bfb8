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
    """A rule and where it is written.

    Attributes:
        rule: a rule as written, or a part of one that stands for several.
        place: keys and positions from the top of the scenario down.
        part: of a part, what it is part of; empty for a rule as written.
    """

    rule: Rule
    place: Place
    part: str = ""

    @property
    def title(self) -> str:
        """How messages speak of it, e.g. ``policies[0] (tariff)`` or its own name."""
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place).lstrip(".")
        name = getattr(self.rule, "name", None)
        what = f"{self.part}: {_sides(self.rule)}" if self.part else ""
        return f"{where} ({what}{instrument_of(self.rule).key}{f' {name!r}' if name else ''})"

    @property
    def label(self) -> str:
        """Its own name, or where it is written."""
        return getattr(self.rule, "name", None) or self.title


def written_out(scope: Scope, rules: Sequence[Placed]) -> tuple[Placed, ...]:
    """The stack with each rule that stands for several written out as these.

    Raises:
        ScenarioError: a rule that has no meaning in this world; with its place.
    """
    return tuple(part for placed in rules for part in _parts(scope, placed))


def _parts(scope: Scope, placed: Placed) -> tuple[Placed, ...]:
    instrument = instrument_of(placed.rule)
    if instrument.expand is None:
        return (placed,)
    with _at(placed):
        rules = instrument.expand(scope, placed.rule)
    if rules == (placed.rule,):
        return (placed,)
    return tuple(Placed(rule, (*placed.place, instrument.key), instrument.key) for rule in rules)


def _sides(rule: Rule) -> str:
    by, on = (", ".join(getattr(rule, side, ())) for side in ("by", "on"))
    return f"{by} on {on}, " if by and on else ""


def shock_of(scope: Scope, rules: Sequence[Placed], origin: Origin | None = None) -> Shock:
    """The shock of a stack of rules.

    Raises:
        ScenarioError: rules that have no meaning in this world, all of them at once, each with its place; a rule that
            later ones override entirely.
    """
    shock, errors, parts, here = Shock.none(scope.world), [], [], scope
    for written in rules:
        try:
            for placed in _parts(here, written):
                with _at(placed):
                    shock = apply(shock, here, placed.rule)
                here = here.after(placed.rule)
                parts.append(placed)
        except ScenarioError as error:
            errors.append(error)
    if not errors:
        errors = list(_overridden(scope, parts))
    raise_all(errors, origin or Origin())
    return shock.check(scope.world)


def notes_of(scope: Scope, rules: Sequence[Placed]) -> list[str]:
    """What a reader should know about the rules in a world: members not reached, assumptions, rules without effect."""
    shock, notes = Shock.none(scope.world), []
    for written in rules:
        parts = _parts(scope, written)
        if parts != (written,):
            whole = instrument_of(written.rule)
            own = (*whole.notes(scope, written.rule), *whole.basis(scope, written.rule))
            notes += [*_missed(scope, written.rule), *own, *_own(written)]
        for placed in parts:
            shock, found = _notes(shock, scope, placed)
            notes += found
            scope = scope.after(placed.rule)
    return list(dict.fromkeys(notes))


def _notes(shock: Shock, scope: Scope, placed: Placed) -> tuple[Shock, list[str]]:
    """The shock with a rule in it, and what a reader should know about the rule."""
    rule, instrument = placed.rule, instrument_of(placed.rule)
    notes = [*_missed(scope, rule), *instrument.notes(scope, rule)]
    notes += [] if placed.part else instrument.basis(scope, rule)
    after = apply(shock, scope, rule)
    if instrument.arrays and unchanged(shock, after, rule):
        notes.append(f"{placed.title} changes nothing: what it asks for is so already")
    elif _no_trade(scope, rule):
        notes.append(f"{placed.title} meets no trade in the baseline, and the model lets none begin")
    return after, [*notes, *_own(placed)]


def _missed(scope: Scope, rule: Rule) -> list[str]:
    """Members of groupings that the world does not show apart."""
    if hasattr(rule, "by"):
        return [missed.sentence() for missed in scope.missed(rule.by, rule.on)]
    if hasattr(rule, "of"):
        return [missed.sentence() for missed in scope.regions("of", rule.of, others=False).missed]
    return []


def _own(placed: Placed) -> list[str]:
    """What the author noted."""
    note = getattr(placed.rule, "note", None)
    return [f"{placed.title}: {note}"] if note else []


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
