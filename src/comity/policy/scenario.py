"""A scenario: a question, a stack of rules over a baseline, options, and variants to run side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.asking import check_goals
from comity.policy.instruments import Rule
from comity.policy.options import Value, closure_arguments
from comity.policy.places import Origin, raise_all, within
from comity.policy.reading import Reader
from comity.policy.regions import find_regions
from comity.policy.scope import Scope
from comity.policy.sectors import find_sectors
from comity.policy.setting import Setting
from comity.policy.settings import Asked, settings_of
from comity.policy.shock import Shock
from comity.policy.stack import Placed, notes_of
from comity.policy.variants import Variant, rules_of
from comity.policy.wording import names, nearest
from comity.policy.writing import scenario_data
from comity.policy.yamltext import MAX_BYTES, read_yaml, write_yaml
from comity.world import World, embedded_worlds, load_world
from comity.world.overlay import user_tariff_notes

DEFAULT_WORLD = "2022"
DEFAULT_PRESET = "us-japan"
"""Aggregation of an embedded world when a scenario names none."""
NO_PRESET = "none"
ONLY = "scenario"
"""Name of the one variant of a scenario that has none."""


@dataclass(frozen=True)
class Scenario:
    """What changes, and what is asked about it. A frozen value; `dataclasses.replace` makes another.

    Attributes:
        policies: rules, applied in order (`Tariff`, `ExportTax`, `NonTariffCost`, `ImportBan`, `ExportControl`,
            `Transfer`, `Productivity`, `PurchaseCommitment`, `Goal`), kept as a tuple; the constructor also takes
            mappings as in a file.
        question: the question in words.
        world: name of an embedded world, or path of a saved one.
        aggregation: a preset of the world, ``"none"``, or ``{"regions": {code: names}, "sectors": {...}}``; None is
            ``"us-japan"`` for an embedded world.
        as_of: the day on which memberships of groupings are taken; None is the latest known.
        options: closures and elasticities by name, see `comity.policy.options`.
        variants: by name; empty means one, called ``"scenario"``.
        baseline_tariffs: CSV file of baseline tariffs, laid over the world before it is summed (see
            `comity.world.overlay_tariffs`); a path from the folder of the scenario file, or from the working folder.
        uncertainty: what is drawn in an ensemble, see `comity.uncertainty.ensemble`; empty draws elasticities.
        origin: the text it was read from, for messages; no part of the value.

    Raises:
        ScenarioError: a value that has no meaning.

    >>> from comity.policy import Tariff
    >>> made = Scenario(policies=[Tariff(by="USA", on="JPN", sectors="motor vehicles", add=0.25)])
    >>> made == Scenario.from_text("policies: [tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%}]")
    True
    """

    policies: Sequence[Rule] = ()
    question: str = ""
    world: str = DEFAULT_WORLD
    aggregation: str | Mapping[str, Any] | None = None
    as_of: date | None = None
    options: Mapping[str, Value] = field(default_factory=dict)
    variants: Mapping[str, Variant | Mapping[str, Any]] = field(default_factory=dict)
    baseline_tariffs: str | None = None
    uncertainty: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Bring every value to its one form, or refuse it."""
        reader = Reader()
        found = {
            "policies": reader.rules(self.policies, ("policies",)),
            "world": str(self.world),
            "baseline_tariffs": reader.path(self.baseline_tariffs, ("baseline tariffs",)),
            "as_of": None if self.as_of is None else reader.day(self.as_of),
            "options": reader.options(self.options, ("options",)),
            "variants": reader.variants(self.variants),
            "uncertainty": reader.uncertainty(self.uncertainty),
        }
        raise_all(reader.errors, Origin())
        for name, value in found.items():
            object.__setattr__(self, name, value)
        raise_all(self._variant_errors(), self.origin)

    @classmethod
    def load(cls, path: str | Path) -> Scenario:
        """Read a scenario file.

        Raises:
            ScenarioError: no such file, not text, not YAML, or keys and values that have no meaning; names the line.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except IsADirectoryError:
            raise ScenarioError(f"{path} is a folder, and a scenario is one file: name the file in it") from None
        except FileNotFoundError:
            raise ScenarioError(f"there is no scenario file {str(path)!r}") from None
        except OSError as error:
            raise ScenarioError(f"{path} cannot be read: {error.strerror}") from None
        return cls.from_bytes(content, source=str(path))

    @classmethod
    def from_bytes(cls, content: bytes, source: str) -> Scenario:
        """Read a scenario from the bytes of a file; `source` is its name in messages.

        Raises:
            ScenarioError: as in `load`.
        """
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            if len(content) <= MAX_BYTES:
                raise ScenarioError(
                    f"{source} is not text (byte {error.start} is not UTF-8): a scenario is YAML"
                ) from None
            text = content.decode("utf-8", "replace")  # too large in any case, which `read_yaml` says
        return cls.from_text(text, source=source)

    @classmethod
    def from_text(cls, text: str, source: str = "") -> Scenario:
        """Read a scenario from YAML or JSON text; `source` is its name in messages.

        Raises:
            ScenarioError: as in `load`.
        """
        data, lines = read_yaml(text, source)
        return cls.from_dict(data, Origin(source, lines))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], origin: Origin | None = None) -> Scenario:
        """Make a scenario from plain data, with the keys of a file.

        Raises:
            ScenarioError: keys and values that have no meaning, all of them at once.
        """
        origin = origin or Origin()
        reader = Reader()
        found = reader.fields(data)
        raise_all(reader.errors, origin)
        return cls(**found, origin=origin)

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """The JSON Schema of scenario files, see `comity.policy.schema`."""
        from comity.policy.schema import scenario_schema

        return scenario_schema()

    def to_dict(self) -> dict[str, Any]:
        """Plain data with the keys of a file; what is left to its default is left out."""
        return scenario_data(self)

    def to_yaml(self) -> str:
        """The scenario as a file; `from_text` reads it back as an equal value.

        >>> print(Scenario.from_dict({"policies": [{"tariff": {"by": "USA", "on": "JPN", "add": 0.25}}]}).to_yaml())
        world: '2022'
        policies:
        - tariff: {by: USA, on: JPN, add: 25%}
        <BLANKLINE>
        """
        return write_yaml(self.to_dict())

    @property
    def hash(self) -> str:
        """SHA-256 of the content (not of the spelling of the file), hexadecimal.

        A table of baseline tariffs is data: it counts in the hash of the world, and its path in neither.
        """
        data = {key: value for key, value in self.to_dict().items() if key != "baseline tariffs"}
        content = json.dumps(data, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8")).hexdigest()

    @property
    def variant_names(self) -> tuple[str, ...]:
        """Names of the variants, in order; ``("scenario",)`` when there are none."""
        return tuple(self.variants) or (ONLY,)

    def rules(self, variant: str | None = None) -> tuple[Placed, ...]:
        """The rules of a variant in the order in which they are applied.

        Raises:
            UnknownName: no such variant.
        """
        name = self._variant_name(variant)
        return tuple(rules_of(self.policies, self._variant(name), name))

    def closures(self, variant: str | None = None) -> dict[str, Any]:
        """Arguments of `comity.model.Closures` that the options set; the others keep their defaults.

        >>> Scenario(options={"imbalances": "balanced", "mobility": "specific"}).closures()
        {'imbalances': 'balanced', 'kappa': 1.0}
        """
        name = self._variant_name(variant)
        return closure_arguments({**self.options, **self._variant(name).options})

    def shocks(self, world: World) -> dict[str, Shock]:
        """What each setting does to a world, by its name: that of the variant, where a variant is one setting.

        With a `nest` one of the settings is on a world of its own, see `settings`: its arrays have a sector more.

        Raises:
            ScenarioError: rules that have no meaning in this world, all of them at once, with their lines.
        """
        return {setting.name: setting.shock for setting in self.settings(world)}

    def settings(self, world: World) -> tuple[Setting, ...]:
        """What is to be solved, in the order of the variants; of one variant in the order of its horizons.

        Raises:
            ScenarioError: as in `shocks`.
        """
        found: dict[str, Setting] = {}
        for name in self.variant_names:
            for setting in self._settings(name, world):
                if setting.name in found:
                    raise self._called_alike(found[setting.name], setting)
                found[setting.name] = setting
        return tuple(found.values())

    def _called_alike(self, first: Setting, second: Setting) -> ScenarioError:
        error = ScenarioError(
            f"the variants {first.variant!r} and {second.variant!r} are both solved as {second.name!r}: give one of "
            "them another name"
        )
        error.place = ("variants", second.variant)  # type: ignore[attr-defined]
        return self.origin.locate(error)

    def _settings(self, name: str, world: World) -> Iterator[Setting]:
        options = {**self.options, **self._variant(name).options}
        label = name if self.variants else ""
        return settings_of(Asked(name, label, world, self.rules(name), options, self.as_of, self.origin))

    def caveats(self, world: World, settings: Sequence[Setting] | None = None) -> list[str]:
        """What to keep in mind about the rules in this world, each sentence once.

        Args:
            world: in which names are looked up.
            settings: what was solved, with the amounts that goals found; by default the rules as written.

        Tables of baseline tariffs laid over it, members of groupings that are not reached, rules that change nothing,
        amounts scaled between years, baseline tariffs that are assumed, bans where sources are poor substitutes, and
        the notes of the author.

        Raises:
            ScenarioError: as in `shocks`.
        """
        notes = [
            note
            for setting in (self.settings(world) if settings is None else settings)
            for note in (*setting.notes, *notes_of(Scope(setting.world, self.as_of), setting.rules))
        ]
        return list(dict.fromkeys([*user_tariff_notes(world), *notes]))

    def load_world(self) -> World:
        """The world that the scenario names, with its baseline tariffs, aggregation and elasticities.

        A path is taken from the working folder, or else from the folder of the scenario file.

        Raises:
            UnknownName: no such world, preset or set of elasticities; DataError: a damaged file, or a table of tariffs
                that cannot be laid over the world.
            ScenarioError: groups that name what the world does not have; no such table of tariffs.
        """
        groups = self.aggregation if isinstance(self.aggregation, Mapping) else {}
        preset = groups.get("preset") if groups else self.aggregation
        if self.aggregation is None and self.world in embedded_worlds():
            preset = DEFAULT_PRESET
        elasticities = self.options.get("elasticities")
        world = load_world(
            self._world_path(),
            preset=None if preset in (None, NO_PRESET) else str(preset),
            elasticities=None if elasticities is None else str(elasticities),
            tariffs=self.tariff_table,
        )
        if not groups:
            return world
        return world.aggregate(
            self._groups(world, groups.get("regions"), "regions"), self._groups(world, groups.get("sectors"), "sectors")
        )

    def _groups(self, world: World, groups: Mapping[str, Any] | None, kind: str) -> dict[str, Any] | None:
        """Groups with the codes behind the names of their members; "rest" stays."""
        if groups is None:
            return None
        found: dict[str, Any] = {}
        errors = []
        for label, members in groups.items():
            try:
                with within("aggregation", kind, label):
                    found[label] = "rest" if members == "rest" else self._codes(world, members, kind)
            except ScenarioError as error:
                errors.append(error)
        raise_all(errors, self.origin)
        return found

    def _codes(self, world: World, members: Any, kind: str) -> tuple[str, ...]:
        words = names(members)
        if kind == "regions":
            return tuple(world.regions[i] for i in find_regions(words, world, self.as_of).index)
        return tuple(world.sectors[j] for j in find_sectors(words, world))

    @property
    def tariff_table(self) -> Path | None:
        """The file of baseline tariffs; None without one.

        Raises:
            ScenarioError: there is no such file.
        """
        if self.baseline_tariffs is None:
            return None
        path = Path(self.origin.source).parent / self.baseline_tariffs
        if not path.is_file():
            error = ScenarioError(f"there is no table of baseline tariffs {str(path)!r}: give a CSV file")
            error.place = ("baseline tariffs",)  # type: ignore[attr-defined]
            raise self.origin.locate(error)
        return path

    def _world_path(self) -> str:
        beside = Path(self.origin.source).parent / self.world
        if self.world in embedded_worlds() or Path(self.world).exists() or not self.origin.source:
            return self.world
        return str(beside) if beside.exists() else self.world

    def _variant(self, name: str) -> Variant:
        found = self.variants.get(name)
        return found if isinstance(found, Variant) else Variant()

    def _variant_name(self, variant: str | None) -> str:
        if variant is None:
            return self.variant_names[0] if len(self.variant_names) == 1 else ONLY
        if variant not in self.variant_names and variant != ONLY:
            known = ", ".join(map(repr, self.variant_names))
            raise UnknownName(
                f"there is no variant {variant!r}{nearest(variant, self.variant_names)} (variants: {known})"
            )
        return variant

    def _variant_errors(self) -> list[ScenarioError]:
        errors, stacks = [], {}
        for name in self.variant_names:
            try:
                stacks[name] = self.rules(name)
            except ScenarioError as error:
                errors.append(error)
        return errors or list(check_goals(self.policies, stacks))
