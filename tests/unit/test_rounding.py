"""Numbers are rounded to what is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.report.rounding import FINEST, MINUS, dollars, interval, place, rounded, signed

NUMBERS = st.floats(min_value=-1e6, max_value=1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)


def value_of(text: str) -> float:
    return float(text.replace(MINUS, "-").replace(",", "").replace("+", ""))


@given(NUMBERS)
def test_two_digits_are_near_the_number(value: float) -> None:
    assert value_of(rounded(value)) == pytest.approx(value, rel=0.051)


@given(NUMBERS, st.floats(min_value=1e-3, max_value=1e3))
def test_an_interval_only_makes_it_coarser(value: float, half: float) -> None:
    unit = 10.0 ** place(value, value - half, value + half)
    assert unit >= half / 20.01
    assert value == 0 or unit >= 10.0 ** place(value) * 0.99
    assert unit <= max(half, 10.0 ** place(value)) * 1.01


@given(NUMBERS)
def test_a_sign_says_what_rounding_left(value: float) -> None:
    text = signed(value, unit="US$ bn")
    assert text.startswith("+") == (value_of(text) > 0)
    assert text.startswith(MINUS) == (value_of(text) < 0)


@pytest.mark.parametrize("unit", FINEST)
def test_nothing_is_finer_than_the_unit_allows(unit: str) -> None:
    finest = 10.0 ** FINEST[unit]
    assert rounded(0.4 * finest, unit=unit) == "0"
    assert value_of(rounded(1.2 * finest, unit=unit)) == pytest.approx(finest)


def test_carrying_keeps_two_digits() -> None:
    assert rounded(0.996) == "1.0"
    assert rounded(99.6) == "100"
    assert rounded(9.96) == "10"


def test_what_is_not_there_is_a_dash() -> None:
    assert rounded(None) == rounded(math.nan) == "-"
    assert rounded(-0.0) == signed(-1e-9, unit="%") == "0"


def test_an_interval_is_written_to_one_place() -> None:
    assert interval(-3.664, -5.91, -2.13) == (f"{MINUS}3.7", f"{MINUS}5.9", f"{MINUS}2.1")
    assert dollars(-231.4, -400, -120) == f"{MINUS}US$ 230 bn"
    assert dollars(-231.4, -900, -100) == f"{MINUS}US$ 200 bn"
