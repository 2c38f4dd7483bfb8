"""Rates and amounts as people write them: "25%", 0.25, "US$8bn"; what could mean two things is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from comity.policy.schedule import Schedule, schedule_schema, scheduled

MAX_RATE = 10_000.0
"""1,000,000%: beyond it a rate is taken for a slip of the pen."""
MAX_AMOUNT = 1e9
"""US$ million: a thousand trillion dollars."""

DIGITS = 6
"""Of a number in a sentence."""
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?"
_NUMBER = rf"(?P<number>[+-]?{_DIGITS})"
_PER_CENT = r"(?:%|per ?cent|percentage points?|points?|pp|p\.p\.)"
_PERCENT = re.compile(rf"{_NUMBER}\s*{_PER_CENT}", re.IGNORECASE)
_PLAIN = re.compile(_NUMBER)
_DOLLARS = r"(?:US\s?\$|USD|US dollars?|\$|dollars?)?"
_MONEY = re.compile(
    r"(?P<sign>-?)\s*" + _DOLLARS + r"\s*" + _NUMBER + r"\s*(?P<unit>[a-z.]*?)\s*" + _DOLLARS, re.IGNORECASE
)
_UNITS = {
    "m": 1, "mn": 1, "mln": 1, "mio": 1, "million": 1, "millions": 1,
    "b": 1_000, "bn": 1_000, "bln": 1_000, "billion": 1_000, "billions": 1_000,
    "t": 1_000_000, "tn": 1_000_000, "trn": 1_000_000, "trillion": 1_000_000, "trillions": 1_000_000,
}  # fmt: skip


class Rate(float):
    """A fraction that is known to be one: ``Rate(2.5)`` is 250%, where the bare number 2.5 is refused as ambiguous."""


class Dollars(float):
    """An amount of US$ million that is known to be one: ``Dollars(8000)`` is US$8bn."""


def rate(value: Any) -> Rate:
    """A rate: text with a per cent sign, or a fraction between -1 and 1.

    Raises:
        ValueError: no number, not finite, out of range, or a bare number of 1 or more (is 25 a quarter or 2,500%?).

    >>> rate("25%"), rate(0.25), rate("-2.5 per cent"), rate("10,000%")
    (0.25, 0.25, -0.025, 100.0)
    >>> rate(25)
    Traceback (most recent call last):
    ...
    ValueError: 25 is ambiguous: write '25%' (or '2500%')
    """
    if isinstance(value, Rate):
        return value
    found = _rate(value)
    if not math.isfinite(found):
        raise ValueError(f"{value!r} is not a finite rate: write a per cent such as '25%'")
    if abs(found) > MAX_RATE:
        raise ValueError(f"{value!r} is beyond {100 * MAX_RATE:,.0f}%, the largest rate that is taken for meant")
    return Rate(found)


def _rate(value: Any) -> float:
    if isinstance(value, str):
        text = value.strip()
        if (match := _PERCENT.fullmatch(text)) and _digits(match["number"]):
            return float(_decimal(match["number"]) / 100)
        if not ((match := _PLAIN.fullmatch(text)) and _digits(match["number"])):
            comma = " (use a point, not a comma, for decimals)" if re.search(r"\d,\d", text) else ""
            raise ValueError(f"{value!r} is not a rate: write a per cent such as '25%'{comma}")
        number = float(_decimal(match["number"]))
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a rate: write a per cent such as '25%'")
    else:
        number = _float(value)
    if math.isfinite(number) and abs(number) >= 1:
        raise ValueError(f"{value} is ambiguous: write '{number:.10g}%' (or '{100 * number:.10g}%')")
    return number


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond 1e308
        return math.inf


def money(value: Any) -> Dollars:
    """An amount in US$ million: text with a unit.

    Raises:
        ValueError: no unit, another currency, negative, not finite or absurdly large.

    >>> money("US$8bn"), money("8 billion"), money("1.5 trillion dollars"), money("$500m")
    (8000.0, 8000.0, 1500000.0, 500.0)
    """
    if isinstance(value, Dollars):
        return value
    amount = signed_money(value)
    if amount < 0 or str(value).strip().startswith("-"):
        raise ValueError(f"{value!r} is negative: turn the rule around instead")
    return amount


def signed_money(value: Any) -> Dollars:
    """An amount in US$ million that may be negative, as a balance may.

    Raises:
        ValueError: no unit, another currency, not finite or absurdly large.

    >>> signed_money("-US$8bn"), signed_money("US$-0.5bn")
    (-8000.0, -500.0)
    """
    if isinstance(value, Dollars):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is not an amount: write one such as 'US$8bn'")
    if not isinstance(value, str) or ((plain := _PLAIN.fullmatch(value.strip())) and _digits(plain["number"])):
        raise ValueError(f"{value} has no unit: write 'US${value}bn' or 'US${value}m'")
    match = _MONEY.fullmatch(value.strip())
    if not match or not _digits(match["number"]) or match["unit"].lower().rstrip(".") not in _UNITS:
        raise ValueError(f"{value!r} is not an amount in US dollars: write one such as 'US$8bn', '500 million'")
    amount = float(_decimal(match["number"]) * _UNITS[match["unit"].lower().rstrip(".")])
    if not abs(amount) <= MAX_AMOUNT:
        raise ValueError(f"{value!r} is beyond US$ {MAX_AMOUNT / 1e6:,.0f} trillion")
    return Dollars(-amount if match["sign"] else amount)


def rate_or_money(value: Any) -> Rate | Dollars:
    """A rate, or an amount of US dollars that may be negative; told apart by the unit.

    Raises:
        ValueError: neither.

    >>> rate_or_money("-50%"), rate_or_money("-US$8bn"), type(rate_or_money(0.25)).__name__
    (-0.5, -8000.0, 'Rate')
    """
    if isinstance(value, Dollars):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if (match := _MONEY.fullmatch(text)) and match["unit"].lower().rstrip(".") in _UNITS:
        return signed_money(value)
    try:
        return rate(value)
    except ValueError as no_rate:
        if text and not _digits(text):
            raise ValueError(f"{value!r} is neither a rate nor an amount: write '25%', or 'US$8bn'") from None
        raise no_rate


def show_rate(value: float) -> str:
    """A rate as text that `rate` reads back exactly.

    >>> show_rate(0.25), show_rate(1.1), rate(show_rate(1 / 3)) == 1 / 3
    ('25%', '110%', True)
    """
    return f"{_plain(Decimal(repr(float(value))) * 100)}%"


def show_money(value: float) -> str:
    """US$ million as text that `money` reads back exactly.

    >>> show_money(8000), show_money(12.5), show_money(-8000)
    ('US$8bn', 'US$12.5m', '-US$8bn')
    """
    exact, sign = Decimal(repr(abs(float(value)))), "-" if value < 0 else ""
    return f"{sign}US${_plain(exact / 1000)}bn" if abs(value) >= 1000 else f"{sign}US${_plain(exact)}m"


def told_rate(value: float) -> str:
    """A rate for the reader, to six digits: what a goal finds has sixteen.

    >>> told_rate(0.25), told_rate(1 / 3)
    ('25%', '33.3333%')
    """
    return show_rate(float(f"{value:.{DIGITS}g}"))


def told_money(value: float) -> str:
    """US$ million for the reader, to six digits.

    >>> told_money(22810.697164)
    'US$22.8107bn'
    """
    return show_money(float(f"{value:.{DIGITS}g}"))


def about_money(value: float) -> str:
    """US$ million that were computed, to the two digits that are known.

    >>> about_money(40490.3), about_money(4_049_030), about_money(-327.9)
    ('US$ 40 bn', 'US$ 4,000 bn', '-US$ 0.33 bn')
    """
    size = float(f"{abs(value) / 1000:.2g}")
    return f"{'-' if value < 0 else ''}US$ {size:,.10g} bn"


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in re.split("[eE]", text)[0])


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _between(low: float, high: float, what: str) -> Callable[[Any], Rate]:
    def check(value: Any) -> Rate:
        found = rate(value)
        if not low <= found <= high:
            raise ValueError(f"{what} of {show_rate(found)} is out of range: {show_rate(low)} to {show_rate(high)}")
        return found

    return check


def whole(value: Any) -> Any:
    """100% written as the number 1, which for a share can mean nothing else."""
    return Rate(1.0) if not isinstance(value, bool) and isinstance(value, int | float) and value == 1 else value


def _any_case(pattern: str) -> str:
    """A regular expression for JSON Schema, which has no flag for capitals: a letter stands for both."""
    either = r"\\.|\[[^\]]*\]|[A-Za-z]"
    return re.sub(either, lambda m: f"[{m[0].lower()}{m[0].upper()}]" if len(m[0]) == 1 else m[0], pattern)


def _rate_pattern(sign: str) -> str:
    """Text that is a per cent, or a fraction below one."""
    fraction = r"(?:0+(?:\.\d*)?|\.\d+|(?:\d+(?:\.\d*)?|\.\d+)[eE]-\d{1,3})"
    return rf"^\s*{sign}(?:(?=[\d.]*\d){_DIGITS}\s*{_any_case(_PER_CENT)}|{fraction})\s*$"


RATE_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": _rate_pattern("[+-]?")},
        {"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1},
    ]
}
SHARE_SCHEMA = {
    "anyOf": [{"type": "string", "pattern": _rate_pattern("[+]?")}, {"type": "number", "minimum": 0, "maximum": 1}]
}
_UNIT = rf"(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})\.*"


def _money_pattern(before: str, sign: str) -> str:
    return _any_case(rf"^\s*{before}{_DOLLARS}\s*{sign}(?=[\d.]*\d){_DIGITS}\s*{_UNIT}\s*{_DOLLARS}\s*$")


MONEY_SCHEMA = {"type": "string", "pattern": _money_pattern("", "[+]?")}
SIGNED_MONEY_SCHEMA = {"type": "string", "pattern": _money_pattern("(-\\s*)?", "[+-]?")}
RATE_OR_MONEY_SCHEMA = {"anyOf": [*RATE_SCHEMA["anyOf"], SIGNED_MONEY_SCHEMA]}

AnyRate = Annotated[
    float | str | Schedule, PlainValidator(scheduled(rate)), WithJsonSchema(schedule_schema(RATE_SCHEMA))
]
Share = Annotated[
    float | str | Schedule,
    PlainValidator(scheduled(lambda value: _between(0, 1, "a coverage")(whole(value)))),
    WithJsonSchema(schedule_schema(SHARE_SCHEMA)),
]
Money = Annotated[
    float | str | Schedule, PlainValidator(scheduled(money)), WithJsonSchema(schedule_schema(MONEY_SCHEMA))
]
Amount = Annotated[float | str, PlainValidator(rate_or_money), WithJsonSchema(RATE_OR_MONEY_SCHEMA)]

Part = Annotated[
    float | str | Schedule,
    PlainValidator(scheduled(lambda value: _between(0, 1, "a share")(whole(value)))),
    WithJsonSchema(schedule_schema(SHARE_SCHEMA)),
]


def shares(value: Any) -> dict[str, Rate]:
    """Names with their shares, which sum to 100%.

    Raises:
        ValueError: no mapping, a share outside 0 to 100%, or another sum.

    >>> shares({"USA": "90%", "EU": 0.1})
    {'USA': 0.9, 'EU': 0.1}
    """
    if not isinstance(value, Mapping) or not value or not all(isinstance(name, str) and name.strip() for name in value):
        raise ValueError(f"{value!r} is not a list of shares: write names with a per cent each, as in {{USA: 100%}}")
    found = {name.strip(): _between(0, 1, f"a share of {name.strip()}")(whole(share)) for name, share in value.items()}
    total = math.fsum(found.values())
    if abs(total - 1) > 1e-6:
        raise ValueError(f"the shares of {', '.join(found)} sum to {100 * total:.6g}%, not to 100%")
    return found


SHARES_SCHEMA = {"type": "object", "minProperties": 1, "additionalProperties": SHARE_SCHEMA}
Shares = Annotated[Mapping[str, float | str], PlainValidator(shares), WithJsonSchema(SHARES_SCHEMA)]
