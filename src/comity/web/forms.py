"""How each instrument is asked for by a form: its fields in order, what may be chosen, what a new rule begins with.

The page draws what this says and knows no instrument itself. A test holds it against the keys of every rule, so that
no key of the language is without a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from comity.policy.agreements import agreements
from comity.policy.fields import RENAMED
from comity.policy.instruments import INSTRUMENTS
from comity.policy.lanes import lanes
from comity.policy.nominal import us_gdp
from comity.policy.outcomes import OUTCOMES
from comity.policy.products import products
from comity.policy.public_mixes import mixes
from comity.policy.scenario import Scenario
from comity.policy.us_actions import AUTHORITIES

Field = dict[str, Any]
Choices = Sequence[tuple[str, str]]
Forms = dict[str, tuple[dict[str, Any], list[Field]]]
KINDS = (
    "regions", "region", "sectors", "rate", "money", "number", "choice", "choices", "flag", "day", "year", "shares",
    "target", "bounds", "rule", "variant", "text",
)  # fmt: skip
"""What a field holds: names of regions or sectors, one region, a size, one or several of some words, yes or nothing,
a day, a year of dollars, shares by name, what a goal asks for and looks between, another rule, a variant, text."""


def _field(key: str, kind: str, label: str, **more: Any) -> Field:
    return {"key": key, "kind": kind, "label": label, **more}


def _way(group: str, *entries: Field) -> list[Field]:
    """Fields of which exactly one is given; `start` is what each begins with."""
    return [{**entry, "way": group} for entry in entries]


def _sides(by: str, on: str) -> list[Field]:
    return [_field("by", "regions", by), _field("on", "regions", on), _field("sectors", "sectors", "Sectors")]


def _of(label: str, *, sectors: bool = True) -> list[Field]:
    return [_field("of", "regions", label), *([_field("sectors", "sectors", "Sectors")] if sectors else [])]


def _duty(top: str) -> list[Field]:
    return _way(
        "size",
        _field("add", "rate", "Points added", start="10%"),
        _field("to", "rate", "Set to", start="10%"),
        _field("cap", "rate", top, start="10%"),
    )


def _words(*words: str) -> Choices:
    return [(word, word) for word in words]


def _dollars(*needs: str) -> Field:
    return _field("dollars", "year", "Dollars of the year", needs=list(needs)) if needs else _DOLLARS


_COVERAGE = _field("coverage", "rate", "Share of the trade covered", high=100)
_DOLLARS = _field("dollars", "year", "Dollars of the year")
_NAMED = [
    _field("name", "text", "Name of the rule"),
    _field("source", "text", "Source"),
    _field("note", "text", "Note"),
]


def _ban(by: str, on: str) -> list[Field]:
    return [
        _field("by", "regions", by),
        _field("on", "regions", on),
        *_way(
            "what",
            _field("sectors", "sectors", "Sectors"),
            _field("products", "choices", "Controlled products", choices=_products(), start="advanced chips"),
        ),
        _field("coverage", "rate", "Share of the trade that ends", high=100, slider=True),
        _field(
            "nest",
            "choice",
            "The banned goods are",
            none="part of their industry",
            choices=[("product", "a product apart")],
            own={"key": "elasticity", "kind": "number", "label": "a product apart, of elasticity", "start": 3},
        ),
    ]


def _products() -> Choices:
    return _words(*(product.name for product in products()))


def _agreement() -> list[Field]:
    kept = ["join", "leave", "dissolve", "enact"]
    return [
        _field("name", "choice", "Agreement", choices=_words(*(one.name for one in agreements()))),
        *_way(
            "way",
            _field("join", "regions", "Join", start="USA"),
            _field("leave", "regions", "Leave", start="JPN"),
            _field("deepen", "rate", "Deepen by", start="20%"),
            _field("depth", "choice", "Becomes", choices=_words("shallow", "medium", "deep"), start="deep"),
            _field("dissolve", "flag", "Everyone leaves", start=True),
            _field("enact", "flag", "Comes into force", start=True),
        ),
        _field("except", "sectors", "Sectors left out", needs=kept, none="none"),
        _field("effect", "choice", "What changes", choices=_words("both", "tariffs", "costs"), usual="both"),
        _field("trade effect", "number", "Effect on log trade, instead of the estimate", low=0, high=3),
    ]


def _goal() -> list[Field]:
    outcomes = [(key, f"{key}, {asked.unit}") for key, asked in OUTCOMES.items()]
    partner = [key for key, asked in OUTCOMES.items() if asked.partner]
    sectors = [key for key, asked in OUTCOMES.items() if asked.sectors]
    return [
        _field("vary", "rule", "Find the size of"),
        _field("outcome", "choice", "such that the", choices=outcomes),
        _field("of", "regions", "of"),
        _field("with", "regions", "with", only={"outcome": partner}, start="USA"),
        _field("sectors", "sectors", "in sectors", only={"outcome": sectors}, none="all"),
        *_way(
            "target",
            _field("change", "target", "changes by", start={"%": "-1%", "US$": "-50%"}),
            _field("is", "target", "is", start={"%": "-1%", "US$": "US$10bn"}),
            _field("same as", "variant", "is the same as in variant"),
        ),
        _field("between", "bounds", "Look between"),
        _field("dollars", "year", "Dollars of the year", needs=["is", "change"]),
    ]


_SPENT = [("cash", "as its households like"), ("in host", "on bases in the country that pays")]
_HOW = [("ban", "a ban"), ("tariff", "a tariff"), ("cost", "a cost of delivery")]
_TRADE = [("imports", "imports"), ("exports", "exports"), ("both", "imports and exports")]


def _borders() -> Forms:
    """What happens at a border."""
    return {
        "tariff": (
            {"by": "USA", "on": "JPN", "sectors": "motor vehicles", "add": "25%"},
            [*_sides("Importer", "Partners"), *_duty("At most"), _COVERAGE],
        ),
        "export tax": (
            {"by": "CHN", "on": "USA", "sectors": "electronics", "add": "10%"},
            [*_sides("Exporter", "Buyers"), *_duty("At most"), _COVERAGE],
        ),
        "non-tariff cost": (
            {"by": "USA", "on": "CHN", "sectors": "goods", "add": "5%"},
            [*_sides("Importer", "Partners"), _field("add", "rate", "Cost added", slider=True), _COVERAGE],
        ),
        "import ban": (
            {"by": "USA", "on": "CHN", "sectors": "electronics", "coverage": "50%"},
            _ban("Importer", "Partners"),
        ),
        "export control": (
            {"by": "USA", "on": "CHN", "sectors": "electronics", "coverage": "50%"},
            _ban("Exporter", "Buyers"),
        ),
    }


def _payments() -> Forms:
    """What is agreed, paid or bought."""
    named_mixes = _words(*(name for name in mixes() if name != "base support"))
    return {
        "agreement": ({"name": "CPTPP", "join": "USA"}, _agreement()),
        "purchase commitment": (
            {"buyer": "JPN", "seller": "USA", "sectors": ["agriculture", "food"], "value": "US$20bn"},
            [
                _field("buyer", "region", "Buyer"),
                _field("seller", "region", "Seller"),
                _field("sectors", "sectors", "Sectors"),
                *_way(
                    "size",
                    _field("value", "money", "In all", start="US$20bn"),
                    _field("add", "money", "Added", start="US$10bn"),
                ),
                _dollars(),
            ],
        ),
        "transfer": (
            {"from": "JPN", "to": "USA", "add": "US$6bn"},
            [
                _field("from", "region", "Who pays"),
                _field("to", "region", "Who receives"),
                *_way(
                    "size",
                    _field("add", "money", "Added", start="US$6bn"),
                    _field("level", "money", "In all", start="US$8bn"),
                ),
                _field("already", "money", "of which is paid already", needs=["level"], start="US$1.7bn"),
                _field("spent", "choice", "Spent", choices=_SPENT, usual="cash"),
                _dollars(),
            ],
        ),
        "defence spending": (
            {"of": "JPN", "to": "3%", "already": "2%"},
            [
                _field("of", "regions", "Who spends"),
                *_way(
                    "size",
                    _field("to", "rate", "In all, of GDP", start="3%", high=10),
                    _field("add", "rate", "Added, of GDP", start="1%", high=10),
                    _field("amount", "money", "Added, US$", start="US$10bn"),
                ),
                _field("already", "rate", "of which is spent already", needs=["to"], start="2%", high=10),
                _field(
                    "mix",
                    "choice",
                    "What it buys",
                    choices=named_mixes,
                    usual="build-up",
                    own={"kind": "shares", "of": "sectors", "label": "shares by sector", "start": {"C26": "100%"}},
                ),
                _field("import content", "rate", "Share imported", high=100),
                _field("sources", "shares", "Imports come from", of="regions", start={"USA": "100%"}),
                _dollars("amount"),
            ],
        ),
    }


def _ruptures() -> Forms:
    """Trade that is cut, and the tariffs of a day."""
    authorities = [(code, f"{code}: {about}") for code, about in AUTHORITIES.items()]
    return {
        "decoupling": (
            {"by": "USA", "on": "CHN", "sectors": "electronics", "severity": "50%"},
            [
                *_sides("Who starts", "Against"),
                _field("severity", "rate", "Severity", slider=True, high=100),
                _field("how", "choice", "By", choices=_HOW, usual="ban"),
                _field("trade", "choice", "On", choices=_TRADE, none="as usual"),
                _field(
                    "answer",
                    "choice",
                    "The answer",
                    choices=[("none", "none"), ("same", "as severe")],
                    usual="none",
                    own={"kind": "rate", "label": "of its own severity", "start": "25%"},
                ),
                _field("answer by", "regions", "Who answers", unless={"answer": [None, "none"]}, none="all of them"),
                _field("answer sectors", "sectors", "Sectors of the answer", unless={"answer": [None, "none"]}),
            ],
        ),
        "disruption": (
            {"lane": "Taiwan Strait", "closed": "50%", "months": 3},
            [
                *_way(
                    "where",
                    _field("lane", "choice", "Sea lane", choices=_words(*(one.name for one in lanes()))),
                    _field("between", "regions", "Border between", start="JPN"),
                ),
                _field("and", "regions", "and", needs=["between"], start="CHN"),
                *_way(
                    "size",
                    _field("closed", "rate", "Share closed", start="50%", high=100),
                    _field("cost", "rate", "Cost added", start="10%"),
                    _field("days", "number", "Days of delay", start=10, low=0, high=60),
                ),
                _field("months", "number", "Months that it lasts", low=1, high=12, slider=True),
                _field("sectors", "sectors", "Sectors"),
                _field("share", "rate", "Share of the trade exposed", high=100),
                _field("value of a day", "rate", "Cost of a day", needs=["days"]),
            ],
        ),
        "apply": (
            {"apply": "us-tariffs", "as of": "2025-11-14"},
            [
                _field("apply", "choice", "Library", choices=_words("us-tariffs")),
                _field("as of", "day", "As of"),
                _field("on", "regions", "Whose goods", none="everyone's"),
                _field("only", "choices", "Only these authorities", choices=authorities, none="all"),
            ],
        ),
    }


def _makers() -> Forms:
    """What producers get and have."""
    return {
        "production subsidy": (
            {"of": "USA", "sectors": "electronics", "add": "5%"},
            [
                *_of("Region"),
                *_way(
                    "size",
                    _field("add", "rate", "Points added", start="5%"),
                    _field("rate", "rate", "Set to", start="5%"),
                ),
            ],
        ),
        "productivity": (
            {"of": "JPN", "sectors": "motor vehicles", "add": "1%"},
            [*_of("Region"), _field("add", "rate", "Added", slider=True, low=-50, high=50)],
        ),
        "factor supply": (
            {"of": "JPN", "add": "-1%"},
            [*_of("Region", sectors=False), _field("add", "rate", "Added", slider=True, low=-50, high=50)],
        ),
    }


@cache
def _forms() -> Forms:
    """By instrument what a new rule begins with, and its fields."""
    goal = {"vary": 0, "outcome": "goods balance", "of": "JPN", "with": "USA", "change": "-50%"}
    return _borders() | _payments() | _ruptures() | _makers() | {"goal": (goal, _goal())}


def form(instrument: str) -> dict[str, Any]:
    """What a new rule of an instrument begins with, and its fields in order, each with what it means.

    >>> form("factor supply")["start"]
    {'factor supply': {'of': 'JPN', 'add': '-1%'}}
    """
    start, fields = _forms()[instrument]
    about = _about(instrument)
    named = [field for field in _NAMED if field["key"] in about and field["key"] not in {f["key"] for f in fields}]
    changing = _scheduled(instrument)
    return {
        "start": start if instrument == "apply" else {instrument: start},
        "fields": [
            {**field, "about": about["library" if field["key"] == "apply" else field["key"]]}
            | ({"choices": _dollar_years()} if field["kind"] == "year" else {})
            | ({"schedule": True} if field["key"] in changing else {})
            for field in [*fields, *named]
        ],
    }


def _about(instrument: str) -> dict[str, str]:
    """What each key of a rule means, from its class."""
    found = INSTRUMENTS[instrument].rule.__pydantic_fields__  # type: ignore[attr-defined]
    return {RENAMED.get(key, key): entry.description or "" for key, entry in found.items()}


def _scheduled(instrument: str) -> set[str]:
    """Keys whose amount may be a schedule over time, as the schema of the rule has it."""
    return {
        key
        for key, entry in _keys()[instrument]["properties"].items()
        if any("patternProperties" in kind for kind in entry.get("anyOf", []))
    }


@cache
def _keys() -> dict[str, Any]:
    found: dict[str, Any] = Scenario.json_schema()["$defs"]["rule"]["properties"]
    return found


def instruments_with_forms() -> tuple[str, ...]:
    """Instruments in the order in which the page offers them."""
    return tuple(_forms())


def _dollar_years() -> list[int]:
    """Years whose dollars can be scaled, the latest first."""
    return sorted(us_gdp(), reverse=True)
