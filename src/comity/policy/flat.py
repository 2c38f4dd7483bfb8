"""Rules that name a library and its keys side by side: ``{apply: us-tariffs, as of: 2025-08-07}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.world.classification import lookup_key

FLAT: Mapping[str, str] = {"apply": "library"}
"""Instruments so written, with the field that stands beside their key."""


def nested(item: Any) -> Any:
    """The rule as one instrument with its keys; anything else as it is.

    >>> nested({"apply": "us-tariffs", "as of": "2025-08-07"})
    {'apply': {'library': 'us-tariffs', 'as of': '2025-08-07'}}
    """
    if not isinstance(item, Mapping):
        return item
    for key, value in item.items():
        field = FLAT.get(lookup_key(str(key)))
        if field is not None and not isinstance(value, Mapping):
            return {key: {field: value, **{k: v for k, v in item.items() if k != key}}}
    return item


def flat(key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse: a rule as a file writes it.

    >>> flat("apply", {"library": "us-tariffs", "as of": "2025-08-07"})
    {'apply': 'us-tariffs', 'as of': '2025-08-07'}
    """
    if key not in FLAT:
        return {key: dict(body)}
    return {key: body[FLAT[key]], **{k: v for k, v in body.items() if k != FLAT[key]}}


def flat_schema(key: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of the flat form, from that of the keys."""
    field = FLAT[key]
    properties = {key if name == field else name: value for name, value in schema["properties"].items()}
    required = [key if name == field else name for name in schema.get("required", [])]
    return {**schema, "properties": properties, "required": required}
