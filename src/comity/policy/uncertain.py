"""The block `uncertainty` of a scenario file: what is drawn in an ensemble, as plain data with its keys checked.

What a distribution means, and whether it is one, is decided where draws are made (`comity.uncertainty`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from comity.errors import ScenarioError, UnknownName
from comity.policy.places import Place, within
from comity.policy.quantities import rate_or_money
from comity.policy.wording import nearest
from comity.world.classification import lookup_key

KEYS = (
    "draws",
    "seed",
    "elasticities",
    "scale elasticities",
    "agreement effects",
    "amounts",
    "coverages",
    "choices",
    "correlations",
)
BY_RULE = ("amounts", "coverages")
SPREAD_KEYS = ("distribution", "cv", "correlation", "sectors")
LINK_KEYS = ("between", "correlation")
PUBLISHED, FIXED = "published", "fixed"
DISTRIBUTIONS = ("lognormal", "normal", FIXED)
"""Of the elasticities that `sectors` does not name; `fixed`: these are not drawn."""
WORDS = ("source", "note", "words", "scale")
"""Keys of a distribution whose values are text, and no amounts."""
MOST_DRAWS = 10_000_000
MOST_SEED = 2**63 - 1

Error = tuple[Place, ScenarioError]


def uncertainty_of(data: Any) -> tuple[dict[str, Any], list[Error]]:
    """The block as plain data, and its errors with their places in it.

    >>> uncertainty_of({"draws": 256, "amounts": {"duty": {"uniform": {"low": "10%", "high": "25%"}}}})[0]
    {'draws': 256, 'amounts': {'duty': {'uniform': {'low': 0.1, 'high': 0.25}}}}
    """
    if data is None:
        return {}, []
    if not isinstance(data, Mapping):
        return {}, [((), ScenarioError(f"uncertainty is a mapping with some of the keys {', '.join(KEYS)}"))]
    found: dict[str, Any] = {}
    errors: list[Error] = []
    for key, value in data.items():
        try:
            name = _known(key, KEYS, "uncertainty")
            if name in found:
                raise ScenarioError(f"{name!r} is there twice, the second time as {key!r}")
            found[name] = _value(name, value)
        except ScenarioError as error:
            errors.append(((key, *getattr(error, "place", ())), error))
    return found, errors


def _known(key: Any, known: tuple[str, ...], what: str) -> str:
    by_key = {lookup_key(name): name for name in known}
    name = by_key.get(lookup_key(str(key)))
    if name is None:
        raise UnknownName(f"{what} has no key {key!r}{nearest(str(key), known)} (keys: {', '.join(known)})")
    return name


def _value(name: str, value: Any) -> Any:
    if name == "draws":
        return _whole(value, 1, MOST_DRAWS, "draws")
    if name == "seed":
        return _whole(value, 0, MOST_SEED, "a seed")
    if name in ("elasticities", "scale elasticities"):
        return _spread(value)
    if name == "agreement effects":
        return _effects(value)
    if name == "correlations":
        return _links(value)
    if not isinstance(value, Mapping):
        what = "rules by name, each with a distribution" if name in BY_RULE else "choices, each with its options"
        raise ScenarioError(f"{name} are {what}, not {value!r}")
    return {str(key): _amount(item) if name in BY_RULE else _options(key, item) for key, item in value.items()}


def _whole(value: Any, low: int, high: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ScenarioError(f"{what}: a whole number from {low} to {high} is wanted, not {value!r}")
    return value


def _spread(value: Any) -> Any:
    if isinstance(value, str) and value in (PUBLISHED, FIXED):
        return value
    if not isinstance(value, Mapping):
        raise ScenarioError(
            f"{value!r} is none of {PUBLISHED}, {FIXED}, nor a mapping with the keys {', '.join(SPREAD_KEYS)}"
        )
    what = "a spread of elasticities (a distribution of one sector stands under `sectors`)"
    found = {_known(key, SPREAD_KEYS, what): item for key, item in value.items()}
    if (kind := found.get("distribution", DISTRIBUTIONS[0])) not in DISTRIBUTIONS:
        raise ScenarioError(
            f"elasticities are drawn as {', '.join(DISTRIBUTIONS[:-1])} or {DISTRIBUTIONS[-1]}, not {kind!r}"
        )
    if kind == FIXED and "cv" in found:
        raise ScenarioError(f"`cv` is the spread of elasticities that `distribution: {FIXED}` does not draw")
    if "sectors" in found:
        found["sectors"] = _each("sectors", found["sectors"], "sectors by name, each with a distribution")
    for key, low, high in (("cv", 0.0, 2.0), ("correlation", -1.0, 1.0)):
        item = found.get(key, high)
        if isinstance(item, bool) or not isinstance(item, int | float) or not low <= item <= high or item == 0 == low:
            raise ScenarioError(
                f"{key} is {item!r}, not a number {'above' if key == 'cv' else 'from'} {low:g} to {high:g}"
            )
    return found


def _each(name: str, value: Any, what: str, words: tuple[str, ...] = ()) -> dict[str, Any]:
    """Distributions by name; some words may stand in the place of one."""
    if not isinstance(value, Mapping) or not value:
        raise ScenarioError(f"{name} are {what}, not {value!r}")
    found = {}
    for key, item in value.items():
        with within(name, key) if name == "sectors" else within(key):
            found[str(key)] = item if isinstance(item, str) and item in words else _amount(item)
    return found


def _effects(value: Any) -> Any:
    """Effects of agreements: all by a word, or by depth or agreement."""
    if isinstance(value, str) and value in (PUBLISHED, FIXED):
        return value
    what = f"{PUBLISHED}, {FIXED}, or depths and agreements by name, each with a distribution"
    return _each("agreement effects", value, what, (PUBLISHED, FIXED))


def _links(value: Any) -> list[dict[str, Any]]:
    """Which amounts go together, and how much any two of them do."""
    if not isinstance(value, list | tuple):
        raise ScenarioError(
            f"correlations are a list, as in [{{between: [duty, answer], correlation: 0.5}}], not {value!r}"
        )
    return [_link(place, item) for place, item in enumerate(value)]


def _link(place: int, item: Any) -> dict[str, Any]:
    with within(place):
        if not isinstance(item, Mapping):
            raise ScenarioError(f"a correlation has the keys {' and '.join(LINK_KEYS)}, not {item!r}")
        found = {_known(key, LINK_KEYS, "a correlation"): part for key, part in item.items()}
        if missing := [key for key in LINK_KEYS if key not in found]:
            raise ScenarioError(f"a correlation needs `{missing[0]}`")
        names, size = found["between"], found["correlation"]
        if not isinstance(names, list | tuple) or len(names) < 2 or len(set(map(str, names))) < len(names):
            raise ScenarioError(f"`between` is a list of two or more names, each once, not {names!r}")
        if isinstance(size, bool) or not isinstance(size, int | float) or not -1 <= size <= 1:
            raise ScenarioError(f"correlation is {size!r}, not a number from -1 to 1")
        return {"between": [str(name) for name in names], "correlation": float(size)}


def _amount(value: Any) -> Any:
    """A distribution with rates and sums of money as numbers: fractions, US$ million."""
    if isinstance(value, Mapping):
        return {str(key): item if key in WORDS else _weighted(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_amount(item) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return rate_or_money(value)
    except ValueError as error:
        raise ScenarioError(str(error)) from None


def _weighted(key: Any, value: Any) -> Any:
    """A part of a distribution; amounts that have probabilities are keys."""
    if key == "choice" and isinstance(value, Mapping):
        return {_amount(str(amount)): _amount(weight) for amount, weight in value.items()}
    return _amount(value)


def _options(key: Any, value: Any) -> Any:
    """Options of a choice: a list, or a mapping to probabilities."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple) and value:
        return list(value)
    raise ScenarioError(f"{key} is a list of options, or options with their probabilities, not {value!r}")


def described() -> Iterator[tuple[str, str]]:
    """Each key with what it means, for the reference."""
    yield from (
        ("draws", "How many draws; powers of two are the best balanced."),
        ("seed", "Of the scrambled Sobol points."),
        (
            "elasticities",
            "Trade elasticities: `published` (standard errors of the set), `fixed`, or a spread, with distributions of "
            "your own for some `sectors`.",
        ),
        ("scale elasticities", "The same of scale elasticities; `fixed` if not written."),
        (
            "agreement effects",
            "Effects of agreements on trade: `fixed`, `published` (their standard errors; slower), or distributions of "
            "your own by depth (shallow, medium, deep) or agreement.",
        ),
        ("amounts", "Amounts of rules by the rule's name, each with a distribution."),
        ("coverages", "Covered shares of duties and controls by the rule's name, each with a distribution."),
        ("choices", "Closures, elasticity set or world, each with its options and their probabilities."),
        ("correlations", "Of the normal scores of any two of some amounts, coverages, effects or sectors, by name."),
    )


def uncertainty_schema() -> dict[str, Any]:
    """The JSON Schema of the block."""
    about = dict(described())
    cv = {"type": "number", "exclusiveMinimum": 0, "maximum": 2, "description": "Coefficient of variation, assumed."}
    correlation = {"type": "number", "minimum": -1, "maximum": 1, "description": "Between any two sectors."}
    own = {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["object", "number"]}}
    sectors = {
        **own,
        "description": "Distributions of your own, by sector; the others keep the common rule.",
        "examples": [{"motor vehicles": {"normal": {"mean": 6, "sd": 1.5}}}],
    }
    effect = {"anyOf": [{"enum": [PUBLISHED, FIXED]}, {"type": ["object", "number"]}]}
    spread = _object(
        {"distribution": {"enum": list(DISTRIBUTIONS)}, "cv": cv, "correlation": correlation, "sectors": sectors}
    )
    options = {
        "anyOf": [
            {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}},
            {"type": "object", "minProperties": 1},
        ]
    }
    bodies: dict[str, dict[str, Any]] = {
        "draws": {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS},
        "seed": {"type": "integer", "minimum": 0, "maximum": MOST_SEED},
        "elasticities": {"anyOf": [{"enum": [PUBLISHED, FIXED]}, spread]},
        "scale elasticities": {"anyOf": [{"enum": [PUBLISHED, FIXED]}, spread]},
        "agreement effects": {
            "anyOf": [{"enum": [PUBLISHED, FIXED]}, {**own, "additionalProperties": effect}],
            "examples": [{"deep": {"normal": {"mean": 0.4, "sd": 0.15}}}],
        },
        "amounts": {
            "type": "object",
            "additionalProperties": {"type": ["object", "number"]},
            "examples": [{"answer": {"triangular": {"low": "0%", "mode": "10%", "high": "25%"}}}],
        },
        "coverages": {
            "type": "object",
            "additionalProperties": {"type": ["object", "number"]},
            "examples": [{"control": {"uniform": {"low": "60%", "high": "95%"}}}],
        },
        "choices": {
            "type": "object",
            "additionalProperties": options,
            "examples": [{"imbalances": {"fixed": 0.5, "balanced": 0.5}}],
        },
        "correlations": {
            "type": "array",
            "items": {
                **_object(
                    {
                        "between": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
                        "correlation": {"type": "number", "minimum": -1, "maximum": 1},
                    }
                ),
                "required": list(LINK_KEYS),
            },
            "examples": [[{"between": ["duty", "answer"], "correlation": 0.5}]],
        },
    }
    return {
        "description": "What is drawn by `comity ensemble`; without it, elasticities by their standard errors.",
        **_object({key: {"description": about[key], **body} for key, body in bodies.items()}),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}
