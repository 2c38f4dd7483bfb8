"""Numbers rounded to what is known: by their interval where they have one, else to two significant digits."""

from __future__ import annotations

import math

SIGNIFICANT = 2
FINEST = {"US$ bn": -2, "%": -3, "percentage points": -4}
"""By unit the last place that is ever written, as the exponent of ten: what is smaller is below what the data tell."""
MINUS = "\N{MINUS SIGN}"


def unit_of(axis: str) -> str:
    """The unit in the title of an axis; empty where it is none that limits digits.

    >>> unit_of("real income, US$ bn a year"), unit_of("weight, kg")
    ('US$ bn', '')
    """
    return next((unit for unit in FINEST if unit in axis), "")


def place(value: float, low: float | None = None, high: float | None = None, unit: str = "") -> int:
    """The decimal place to round to, as the exponent of ten.

    The second significant digit of the number, or where that is coarser the first digit of the half-width of its
    interval, the second where the first is a one (as physicists round). Never finer than the unit allows.

    >>> place(3.66), place(3.66, 2.1, 5.9), place(41.3, 20, 60), place(0.0067, unit="US$ bn")
    (-1, -1, 1, -2)
    """
    return max(_place(value, low, high), FINEST.get(unit, -99))


def _place(value: float, low: float | None, high: float | None) -> int:
    if value == 0 or not math.isfinite(value):
        found = -99 if low is not None and high is not None and high > low else 0
    else:
        found = math.floor(math.log10(abs(value))) - SIGNIFICANT + 1
        found += abs(round(value, -found)) >= 10.0 ** (found + SIGNIFICANT)
    if low is None or high is None or not high > low:
        return found
    half = (high - low) / 2
    first = math.floor(math.log10(half))
    return max(found, first - 1 if half / 10.0**first < 2 else first)


def rounded(value: float | None, low: float | None = None, high: float | None = None, unit: str = "") -> str:
    """A number as people read it; a dash where there is none.

    >>> rounded(-3.66), rounded(41.3), rounded(2250.7), rounded(0.0523), rounded(None), rounded(0.0)
    ('−3.7', '41', '2,300', '0.052', '-', '0')
    >>> rounded(3.66, 2.1, 5.9), rounded(230.71, 120, 340)
    ('3.7', '230')
    """
    if value is None or not math.isfinite(value):
        return "-"
    return _text(value, place(value, low, high, unit))


def signed(value: float | None, low: float | None = None, high: float | None = None, unit: str = "") -> str:
    """The same with a plus before a gain.

    >>> signed(0.62), signed(-3.66), signed(0.0)
    ('+0.62', '−3.7', '0')
    """
    text = rounded(value, low, high, unit)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.,") else text


def dollars(value: float, low: float | None = None, high: float | None = None) -> str:
    """An amount in US$ billion as a sentence has it.

    >>> dollars(-3.66), dollars(0.62), dollars(0.001)
    ('−US$ 3.7 bn', 'US$ 0.62 bn', 'US$ 0 bn')
    """
    text = rounded(value, low, high, "US$ bn")
    return f"{MINUS if text.startswith(MINUS) else ''}US$ {text.removeprefix(MINUS)} bn"


def interval(value: float, low: float, high: float, unit: str = "") -> tuple[str, str, str]:
    """A number and the ends of its interval, all to the same place.

    >>> interval(-3.66, -5.9, -2.1)
    ('−3.7', '−5.9', '−2.1')
    """
    exponent = place(value, low, high, unit)
    return _text(value, exponent), _text(low, exponent), _text(high, exponent)


def _text(value: float, exponent: int) -> str:
    text = f"{round(value, -exponent):,.{max(0, -exponent)}f}"
    if not text.strip("-0.,"):
        return "0"
    return text.replace("-", MINUS)
