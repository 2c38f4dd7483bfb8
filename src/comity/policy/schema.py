"""The JSON Schema of scenario files: editors complete keys from it and show what each means."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from comity.policy.fields import ISO_DAY
from comity.policy.flat import FLAT, flat_schema
from comity.policy.instruments import INSTRUMENTS, Instrument
from comity.policy.options import MOST_VALUES, OPTIONS, Option
from comity.policy.uncertain import uncertainty_schema
from comity.policy.wording import NAMES_SCHEMA
from comity.world import elasticity_sets, embedded_worlds

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of scenario files, with descriptions and examples.

    It describes the canonical spelling of keys; the reader also takes other capitals and ``_`` or ``-`` for a space.

    >>> sorted(scenario_schema()["properties"])
    ['aggregation', 'as of', 'baseline tariffs', 'options', 'policies', 'question', 'uncertainty', 'variants', 'world']
    """
    return {
        "$schema": DIALECT,
        "title": "Comity scenario",
        "description": "Policies over a baseline world economy, and variants of them to run side by side.",
        "type": "object",
        "additionalProperties": False,
        "required": ["policies"],
        "properties": {
            "question": {"type": "string", "description": "The question in words."},
            "world": {
                "type": ["string", "integer"],
                "description": f"An embedded world ({', '.join(embedded_worlds())}), or the path of a saved one.",
                "default": "2022",
            },
            "aggregation": _aggregation(),
            "baseline tariffs": {
                "type": "string",
                "minLength": 1,
                "description": "A CSV file, from the folder of the scenario: importer, exporter, sector, rate_pct.",
                "examples": ["my-tariffs.csv"],
            },
            "as of": {
                "type": "string",
                "format": "date",
                "pattern": f"^{ISO_DAY}$",
                "description": "The day on which memberships of groupings are taken; the latest known if left out.",
                "examples": ["2025-04-02"],
            },
            "policies": {"$ref": "#/$defs/rules"},
            "options": {"$ref": "#/$defs/options"},
            "variants": _variants(),
            "uncertainty": uncertainty_schema(),
        },
        "$defs": {
            "rules": {
                "type": "array",
                "description": "Rules in the order in which they are applied, each on what the ones before it left.",
                "items": {"anyOf": [{"$ref": "#/$defs/rule"}, *({"$ref": f"#/$defs/{key}"} for key in FLAT)]},
            },
            "rule": _rule(),
            **{key: flat_schema(key, _instrument(INSTRUMENTS[key])) for key in FLAT},
            "options": _options(tuple(OPTIONS.values())),
            "variant options": _options(tuple(o for o in OPTIONS.values() if o.closure)),
        },
    }


class _Quiet(GenerateJsonSchema):
    """Defaults are left out of the schema in any case (see `_field`)."""

    ignored_warning_kinds: ClassVar[set[JsonSchemaWarningKind]] = {  # type: ignore[misc]
        "skipped-choice",
        "non-serializable-default",
    }


def _rule() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "One instrument with its keys.",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {key: _instrument(entry) for key, entry in INSTRUMENTS.items()},
    }


def _instrument(entry: Instrument) -> dict[str, Any]:
    schema = TypeAdapter(entry.rule).json_schema(schema_generator=_Quiet)
    schema.pop("title", None)
    schema["description"] = entry.about
    schema["properties"] = {key: _field(value) for key, value in schema["properties"].items()}
    return schema


def _field(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the title, and without null: a key that has no value is left out."""
    schema = {key: value for key, value in schema.items() if key not in ("title", "default")}
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if not kinds:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}


def _options(options: tuple[Option, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "How the model is closed.",
        "additionalProperties": False,
        "properties": {option.key: _option(option) for option in options},
    }


def _option(option: Option) -> dict[str, Any]:
    if option.key == "elasticities":
        kinds: list[dict[str, Any]] = [
            {"enum": list(elasticity_sets())},
            {"type": "string", "pattern": r"^uniform:[0-9.]+$"},
        ]
    else:
        kinds = [{"enum": list(option.words)}]
        if option.low is not None:
            top = {} if option.high == float("inf") else {"maximum": option.high}
            kinds.append({"type": "number", "minimum": option.low, **top})
            kinds.append({"type": "string", "pattern": r"^\s*[0-9.]+\s*(years?)?\s*$"})
        if option.many:
            one = {"anyOf": list(kinds)}
            kinds.append({"type": "array", "items": one, "minItems": 1, "maxItems": MOST_VALUES, "uniqueItems": True})
    return {"description": option.about, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})}


def _aggregation() -> dict[str, Any]:
    groups = {
        "type": "object",
        "description": "New code: its members; one group may take `rest`; what is not named stays apart.",
        "additionalProperties": NAMES_SCHEMA,
    }
    return {
        "description": "A preset of the world (us-japan if left out), `none` for all regions and sectors, or groups.",
        "anyOf": [
            {"type": "string", "examples": ["us-japan", "none"]},
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {"preset": {"type": "string"}, "regions": groups, "sectors": groups},
            },
        ],
        "examples": ["us-japan", {"regions": {"EU27": "EU", "ROW": "rest"}}],
    }


def _variants() -> dict[str, Any]:
    pick = {"type": ["integer", "string"], "minimum": 0}
    picks = {"anyOf": [pick, {"type": "array", "items": pick}]}
    return {
        "type": "object",
        "description": "Variants by name, run side by side; {} is the scenario as it stands.",
        "additionalProperties": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "drop": {**picks, "description": "Rules left out, by position (the first is 0) or name."},
                "keep": {**picks, "description": "The only rules kept, by position (the first is 0) or name."},
                "add": {"$ref": "#/$defs/rules"},
                "options": {"$ref": "#/$defs/variant options"},
            },
        },
        "examples": [{"no answer": {"drop": [1]}, "answer in kind": {}}],
    }
