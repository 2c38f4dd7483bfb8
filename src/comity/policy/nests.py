"""`nest: product`: the banned goods as a product of their own, with its share of the industry and its elasticity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.policy.quantities import SHARE_SCHEMA, Rate, rate, show_rate, whole
from comity.world.elasticities import LARGEST_THETA

PRODUCT = "product"
KEYS = ("share", "elasticity", "name")
NEST_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": [PRODUCT]},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "share": {**SHARE_SCHEMA, "description": "Of the product in the industry's trade, in value."},
                "elasticity": {
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "maximum": LARGEST_THETA,
                    "description": "Trade elasticity of the product.",
                },
                "name": {"type": "string", "minLength": 1, "description": "Of the product."},
            },
        },
    ]
}


@dataclass(frozen=True)
class Nest:
    """How a product is carved out of an industry.

    Attributes:
        share: of the industry's trade in value, above 0 and below 1; None takes the ban's coverage, or the table's.
        elasticity: trade elasticity of the product, above 0 and at most 1000; None takes the industry's.
        name: of the product; empty for that of the product in the table, or one made from the industry's.
    """

    share: float | None = None
    elasticity: float | None = None
    name: str = ""


def nest_of(value: Any) -> Nest | None:
    """A nest as written: the word ``product``, or a mapping.

    Raises:
        ValueError: anything else, a key that is not known, a share or an elasticity out of range.

    >>> nest_of("product"), nest_of({"share": "30%", "elasticity": 4})
    (Nest(share=None, elasticity=None, name=''), Nest(share=0.3, elasticity=4.0, name=''))
    """
    if value is None or isinstance(value, Nest):
        return value
    if value == PRODUCT:
        return Nest()
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is no nest: write `product`, or keys ({', '.join(KEYS)})")
    if unknown := [key for key in value if key not in KEYS]:
        raise ValueError(f"a nest has no key {unknown[0]!r} (keys: {', '.join(KEYS)})")
    share = None if value.get("share") is None else _share(value["share"])
    return Nest(share, _elasticity(value.get("elasticity")), _name(value.get("name")))


def nest_data(nest: Nest) -> Any:
    """The inverse."""
    found = {
        "share": None if nest.share is None else show_rate(nest.share),
        "elasticity": nest.elasticity,
        "name": nest.name or None,
    }
    return {key: value for key, value in found.items() if value is not None} or PRODUCT


def _share(value: Any) -> Rate:
    found = rate(whole(value))
    if not 0 < found < 1:
        raise ValueError(f"a product's share of {show_rate(found)} is out of range: above 0% and below 100%")
    return found


def _elasticity(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_THETA:
        raise ValueError(
            f"a trade elasticity of {value!r} is out of range: a number above 0 and at most {LARGEST_THETA:g}"
        )
    return float(value)


def _name(value: Any) -> str:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise ValueError(f"{value!r} is no name for a product")
    return value or ""
