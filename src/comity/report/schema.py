"""The JSON Schema of the object that `comity run --json` prints."""

from __future__ import annotations

from typing import Any

from comity.report.burdens import PARTS
from comity.report.measures import MEASURES, SECTOR
from comity.report.paths import SHOWN

FORMAT = 1
"""Raised when a property changes its meaning or goes away; new properties may appear without it."""

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": ["number", "null"], "description": "null where the measure has no value"}


def result_schema() -> Schema:
    """The schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What `comity run --json` prints",
        **_object(
            {
                "comity": TEXT | {"description": "version of Comity"},
                "format": {"const": FORMAT, "description": "version of this schema"},
                "scenario": _scenario(),
                "world": _world(),
                "closures": {"type": "object", "description": "how the model was closed, by choice"},
                "measures": _map(_object({"unit": TEXT, "definition": TEXT}), "unit and definition of each measure"),
                "variants": _map(
                    _variant(), "one entry a variant, by its name; one named `scenario` if there are none"
                ),
                "caveats": _list(TEXT, "what to keep in mind when these numbers are quoted"),
                "explanation": {"type": "object", "description": "by variant, only under --explain"},
                "uniqueness": _list(TEXT, "by variant, only under --check-uniqueness"),
                "burdens": _map(
                    _list(_burden(), "regions that pay or receive"), "by variant, only where there are transfers"
                ),
                "public_purchases": _map(
                    _list(_object({"region": TEXT, "supplier": TEXT, "purchases_usd_bn": NUMBER}), "largest first"),
                    "by variant, only where added public absorption has sources of its own",
                ),
                "coverages": _map(
                    _list(_coverage(), "bans and controls"), "by variant, only where there are bans or controls"
                ),
                "paths": _map(_path(), "by variant, only where a list of horizons is given"),
                "employment": _map(
                    _list(_employment(), "sectors with persons; sector null is all of a region"),
                    "by variant, only under --employment",
                ),
            },
            optional=("explanation", "uniqueness", "burdens", "public_purchases", "coverages", "paths", "employment"),
        ),
    }


def _employment() -> Schema:
    return _object(
        {
            "region": TEXT,
            "sector": {"type": ["string", "null"]},
            "thousand_persons": NUMBER,
            "jobs_change_thousand": NUMBER,
            "real_pay_pct": NUMBER,
        }
    )


def _scenario() -> Schema:
    return _object(
        {
            "question": TEXT,
            "source": TEXT | {"description": "the file, or the name of the example"},
            "hash": TEXT | {"description": "SHA-256 of the content, hex"},
            "policies": _list({"type": "object"}, "the rules as they were read, in order"),
            "options": {
                "type": "object",
                "description": "options of the file, and those of the command line over them",
            },
            "variants": {"type": "object", "description": "how each variant differs from the scenario"},
        }
    )


def _world() -> Schema:
    return _object(
        {
            "name": TEXT,
            "year": {"type": "integer"},
            "source": TEXT,
            "hash": TEXT | {"description": "SHA-256 of its content, hex"},
            "regions": _map(TEXT, "name by code, all regions of the world"),
            "sectors": _map(TEXT, "name by code"),
            "elasticities": TEXT | {"description": "name of the set of trade elasticities"},
            "estimated": _list(TEXT, "parts of the data that are estimates"),
        }
    )


def _variant() -> Schema:
    return _object(
        {
            "certificate": _certificate(),
            "closures": {"type": "object", "description": "how the model was closed, where it differs from the first"},
            "world": _world() | {"description": "where its sectors differ from those of the first"},
            "regions": _map(_region(), "results by code of the region"),
            "bilateral": _list(_bilateral(), "balances between regions in focus"),
            "sectors": _list(_sector(), "sectors that move most in regions in focus, or those asked for"),
            "found": _list(_found(), "amounts that goals found"),
            "purchases": _list(_purchase(), "what purchase commitments took"),
        },
        optional=("closures", "world", "found", "purchases"),
    )


def _path() -> Schema:
    series = {"type": "array", "items": NUMBER}
    return _object(
        {
            "horizons": {"type": "array", "items": NUMBER, "description": "years after the change; null: long run"},
            "variants": _list(TEXT, "the entry of `variants` for each horizon"),
            "regions": _map(
                _object({measure: series for *_, measure in SHOWN}), "by code of the region, a value for each horizon"
            ),
        }
    )


def _certificate() -> Schema:
    return {
        "type": "object",
        "description": "what proves the result to be an equilibrium",
        "required": ["passed", "max_residual"],
        "properties": {
            "passed": {"type": "boolean"},
            "max_residual": {"type": "number", "description": "largest relative residual of any condition"},
        },
    }


def _region() -> Schema:
    properties = {m.name: NUMBER | {"description": f"{m.label.removesuffix(' [1]')}, {m.unit}"} for m in MEASURES}
    return _object(properties)


def _bilateral() -> Schema:
    money = ("goods_balance", "goods_balance_change", "bilateral_balance", "bilateral_balance_change")
    return _object({"region": TEXT, "partner": TEXT} | {f"{name}_usd_bn": NUMBER for name in money})


def _burden() -> Schema:
    parts = (f"{part}_{unit}" for unit in ("pct", "usd_bn") for part in PARTS)
    return _object({"region": TEXT, "transfer_usd_bn": NUMBER} | dict.fromkeys(parts, NUMBER))


def _found() -> Schema:
    words = dict.fromkeys(("goal", "rule", "outcome"), TEXT)
    units = {key: {"enum": ["%", "US$ bn"]} for key in ("amount_unit", "outcome_unit")}
    numbers = dict.fromkeys(("amount", "first_guess", "target", "reached", "baseline"), NUMBER)
    dollars = {"type": ["integer", "null"], "description": "year of the dollars of an amount in US$"}
    return _object(words | units | numbers | {"dollars": dollars, "solves": {"type": "integer"}})


def _purchase() -> Schema:
    words = {"rule": TEXT, "buyer": TEXT, "seller": TEXT, "sectors": _list(TEXT, "codes")}
    money = {f"{key}_usd_bn": NUMBER for key in ("asked", "baseline", "without", "reached", "outlay")}
    rates = dict.fromkeys(("subsidy_pct", "border_price_pct", "buyer_price_pct"), NUMBER)
    sides = {
        "cost_usd_bn": _map(NUMBER, "real income lost, by region"),
        "suppliers_usd_bn": _map(NUMBER, "change of sales to the buyer, by region"),
    }
    return _object(words | money | {"binding": {"type": "boolean"}} | rates | sides)


def _coverage() -> Schema:
    side = _object({"coverage_pct": NUMBER, "real_income_pct": _map(NUMBER, "by code of the region")})
    either = {"anyOf": [side, {"type": "null"}], "description": "null: 100% already, or no equilibrium"}
    return _object({"rule": TEXT, "coverage_pct": NUMBER, "smaller": either, "larger": either})


def _sector() -> Schema:
    measures = SECTOR
    return _object({"region": TEXT, "sector": TEXT} | dict.fromkeys(measures, NUMBER))


def _object(properties: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _map(value: Schema, description: str) -> Schema:
    return {"type": "object", "description": description, "additionalProperties": value}


def _list(value: Schema, description: str) -> Schema:
    return {"type": "array", "description": description, "items": value}
