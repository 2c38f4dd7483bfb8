"""From plain data to rules, variants and options: every key and value checked, every error with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from comity.errors import ScenarioError, UnknownName
from comity.policy.fields import RENAMED, explain, iso_day, short
from comity.policy.flat import nested
from comity.policy.instruments import INSTRUMENTS, Instrument, Rule, instrument_named
from comity.policy.options import check_options
from comity.policy.places import Place, place_of
from comity.policy.shape import misshapen
from comity.policy.uncertain import uncertainty_of
from comity.policy.variants import Pick, Variant
from comity.policy.wording import names, nearest
from comity.world.classification import lookup_key

KEYS = (
    "question",
    "world",
    "aggregation",
    "baseline tariffs",
    "as of",
    "policies",
    "options",
    "variants",
    "uncertainty",
)
VARIANT_KEYS = ("drop", "keep", "add", "options")
MOST_RULES = 1000
MOST_VARIANTS = 100


class Reader:
    """Reads a scenario part by part and gathers the errors, so that all of them are shown at once."""

    def __init__(self) -> None:
        self.errors: list[ScenarioError] = []

    def fields(self, data: Any) -> dict[str, Any]:
        """Arguments of `Scenario` for the data of a file; what cannot be read is left out and its error kept."""
        found: dict[str, Any] = {}
        if not isinstance(data, Mapping):
            self._error(f"a scenario is a mapping with the key `policies`, not {_kind(data)}", ())
            return found
        if problem := misshapen(data):
            self._error(*problem)
            return found
        for key, value in self._keys(data, KEYS, (), "scenario"):
            if key == "question":
                found["question"] = self._text(value, (key,))
            elif key == "world":
                found["world"] = self._text(str(value) if isinstance(value, int) else value, (key,))
            elif key == "aggregation":
                found["aggregation"] = self._aggregation(value)
            elif key == "baseline tariffs":
                found["baseline_tariffs"] = self.path(value, (key,))
            elif key == "as of":
                found["as_of"] = self.day(value)
            elif key == "policies":
                found["policies"] = self.rules(value, ("policies",))
            elif key == "options":
                found["options"] = self.options(value, ("options",))
            elif key == "uncertainty":
                found["uncertainty"] = self.uncertainty(value)
            else:
                found["variants"] = self.variants(value)
        if "policies" not in found:
            self._error("`policies` is missing: list at least one rule, or write `policies: []` for the baseline", ())
        return {key: value for key, value in found.items() if value is not None}

    def rules(self, value: Any, place: Place) -> tuple[Rule, ...]:
        """A list of rules."""
        if not isinstance(value, list | tuple):
            self._error(
                f"a list of rules is wanted (each line begins with `- tariff:` or the like), not {_kind(value)}", place
            )
            return ()
        if len(value) > MOST_RULES:
            self._error(f"{len(value)} rules are more than a scenario may hold ({MOST_RULES})", place)
            return ()
        found = (self.rule(item, (*place, position)) for position, item in enumerate(value))
        return tuple(rule for rule in found if rule is not None)

    def rule(self, item: Any, place: Place) -> Rule | None:
        """One rule: a mapping with the instrument as its only key, or a rule made in Python."""
        if type(item) in {entry.rule for entry in INSTRUMENTS.values()}:
            return item
        item = nested(item)
        if not isinstance(item, Mapping) or len(item) != 1:
            what = f"{len(item)} keys ({', '.join(map(str, item))})" if isinstance(item, Mapping) else _kind(item)
            self._error(
                f"a rule is one instrument with its keys, such as `tariff: {{by: USA, on: JPN, add: 25%}}`, not {what}",
                place,
            )
            return None
        ((key, body),) = item.items()
        try:
            instrument = instrument_named(str(key))
        except ScenarioError as error:
            self._keep(error, (*place, key))
            return None
        if not isinstance(body, Mapping):
            self._error(
                f"{instrument.key} needs keys ({', '.join(_names(instrument))}), not {_kind(body)}", (*place, key)
            )
            return None
        return self._build(instrument, body, (*place, key))

    def _build(self, instrument: Instrument, body: Mapping[str, Any], place: Place) -> Rule | None:
        before = len(self.errors)
        clean = dict(self._keys(body, _names(instrument), place, instrument.key))
        clean = {key: value for key, value in clean.items() if value is not None or self._empty(key, place)}
        try:
            rule = _adapter(instrument.key).validate_python(clean)
        except ValidationError as invalid:
            for problem in invalid.errors(include_url=False):
                steps = tuple(RENAMED.get(str(s), s) if isinstance(s, str) else s for s in problem["loc"])
                self._error(explain(problem, instrument.key), (*place, *steps))
            return None
        return rule if len(self.errors) == before else None

    def _empty(self, key: str, place: Place) -> bool:
        self._error(f"`{key}` has no value: write one, or leave the key out", (*place, key))
        return False

    def options(self, value: Any, place: Place) -> dict[str, Any]:
        """Options, checked."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._error(f"options are keys and values, such as `imbalances: balanced`, not {_kind(value)}", place)
            return {}
        found: dict[str, Any] = {}
        for key, item in value.items():
            try:
                for name, checked in check_options({str(key): item}).items():
                    if name in found:
                        self._error(f"{name} is set twice, the second time as {key!r}", (*place, key))
                    found[name] = checked
            except ScenarioError as error:
                self._keep(error, place)
        return found

    def uncertainty(self, value: Any) -> dict[str, Any]:
        """What is drawn."""
        found, errors = uncertainty_of(value)
        for place, error in errors:
            error.place = ()  # type: ignore[attr-defined]
            self._keep(error, ("uncertainty", *place))
        return found

    def variants(self, value: Any) -> dict[str, Variant]:
        """Variants by name."""
        place: Place = ("variants",)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._error(
                f"variants are names, each with what differs (`no answer: {{drop: [1]}}`), not {_kind(value)}", place
            )
            return {}
        if len(value) > MOST_VARIANTS:
            self._error(f"{len(value)} variants are more than a scenario may hold ({MOST_VARIANTS})", place)
            return {}
        return {str(name): self.variant(body, (*place, name)) for name, body in value.items()}

    def variant(self, body: Any, place: Place) -> Variant:
        """One variant; an empty one is the scenario as it stands."""
        if isinstance(body, Variant):
            return body
        if body is None:
            return Variant()
        if not isinstance(body, Mapping):
            self._error(f"a variant has the keys {', '.join(VARIANT_KEYS)}, and is not {_kind(body)}", place)
            return Variant()
        found: dict[str, Any] = {}
        for key, value in self._keys(body, VARIANT_KEYS, place, "variant"):
            below = (*place, key)
            if key in ("drop", "keep"):
                found[key] = self._picks(value, below)
            elif key == "add":
                found[key] = self.rules(value, below)
            else:
                found[key] = self.options(value, below)
                if "elasticities" in found[key]:
                    self._error(
                        "elasticities belong to the world and cannot differ between variants: use a second file",
                        (*below, "elasticities"),
                    )
        return Variant(**found)

    def _picks(self, value: Any, place: Place) -> tuple[Pick, ...]:
        items = value if isinstance(value, list | tuple) else [value]
        good = [item for item in items if isinstance(item, int | str) and not isinstance(item, bool)]
        if len(good) < len(items):
            self._error("rules are named by position (the first is 0) or by their `name`, as in [1] or [answer]", place)
        return tuple(good)

    def day(self, value: Any) -> date | None:
        """The day of memberships."""
        try:
            return iso_day(value)
        except ValueError as error:
            self._error(str(error), ("as of",))
            return None

    def path(self, value: Any, place: Place) -> str | None:
        """The path of a file."""
        text = self._text(str(value) if isinstance(value, Path) else value, place)
        if text is not None and not text.strip():
            self._error("the name of a file is missing: write one, or leave the key out", place)
        return text

    def _aggregation(self, value: Any) -> str | dict[str, dict[str, Any]] | None:
        if isinstance(value, str) or value is None:
            return value
        place: Place = ("aggregation",)
        if not isinstance(value, Mapping):
            self._error(
                f"an aggregation is the name of a preset, or groups under `regions` and `sectors`, not {_kind(value)}",
                place,
            )
            return None
        found: dict[str, dict[str, Any]] = {}
        for kind, groups in self._keys(value, ("preset", "regions", "sectors"), place, "aggregation"):
            if kind == "preset":
                found[kind] = self._text(groups, (*place, kind))  # type: ignore[assignment]
            elif not isinstance(groups, Mapping) or not all(_is_names(members) for members in groups.values()):
                self._error(f"{kind} are groups with their members, such as `EU27: EU` or `REST: rest`", (*place, kind))
            else:
                found[kind] = {str(label): self._members(groups[label], (*place, kind, str(label))) for label in groups}
        return found

    def _members(self, value: Any, place: Place) -> Any:
        try:
            names(value)
        except ValueError as error:
            self._error(str(error), place)
        return value

    def _text(self, value: Any, place: Place) -> str | None:
        if value is None or isinstance(value, str):
            return value
        self._error(f"text is wanted here, not {_kind(value)}", place)
        return None

    def _keys(self, data: Mapping[Any, Any], known: tuple[str, ...], place: Place, what: str) -> list[tuple[str, Any]]:
        """Known keys with their values; the others become errors with the nearest known one."""
        by_key = {lookup_key(name): name for name in known}
        found: dict[str, Any] = {}
        for key, value in data.items():
            name = by_key.get(lookup_key(str(key)))
            if name is None:
                near = nearest(str(key), known)
                self._keep(UnknownName(f"{what} has no key {key!r}{near} (keys: {', '.join(known)})"), (*place, key))
            elif name in found:
                self._error(f"{name!r} is there twice, the second time as {key!r}", (*place, key))
            else:
                found[name] = value
        return list(found.items())

    def _error(self, message: str, place: Place) -> None:
        self._keep(ScenarioError(message), place)

    def _keep(self, error: ScenarioError, place: Place) -> None:
        error.place = (*place, *place_of(error))  # type: ignore[attr-defined]
        self.errors.append(error)


@cache
def _adapter(key: str) -> TypeAdapter[Any]:
    return TypeAdapter(INSTRUMENTS[key].rule)


def _names(instrument: Instrument) -> tuple[str, ...]:
    return tuple(RENAMED.get(part.name, part.name) for part in fields(instrument.rule))


def _is_names(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value))


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return short(value)
