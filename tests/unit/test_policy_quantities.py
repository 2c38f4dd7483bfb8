"""Rates and amounts as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.policy.quantities import Dollars, Rate, money, rate, show_money, show_rate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25%", 0.25),
        ("25 %", 0.25),
        (" 2.5 per cent ", 0.025),
        ("2.5 percent", 0.025),
        ("+10 percentage points", 0.1),
        ("10 pp", 0.1),
        ("-5%", -0.05),
        ("10,000%", 100.0),
        (".5%", 0.005),
        ("1e2%", 1.0),
        ("0.25", 0.25),
        (0.25, 0.25),
        (0, 0.0),
        (-0.1, -0.1),
        (Rate(2.5), 2.5),
        ("250%", 2.5),
    ],
)
def test_rates(text: object, value: float) -> None:
    assert rate(text) == value
    assert isinstance(rate(text), Rate)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (25, "write '25%' \\(or '2500%'\\)"),
        ("25", "write '25%'"),
        (1, "write '1%' \\(or '100%'\\)"),
        (-2.5, "ambiguous"),
        (math.nan, "not a finite rate"),
        (math.inf, "not a finite rate"),
        ("1e999%", "not a rate|finite|beyond"),
        ("1e300%", "beyond"),
        ("2,5%", "use a point, not a comma"),
        ("abc", "write a per cent"),
        ("%", "write a per cent"),
        ("", "write a per cent"),
        (True, "not a rate"),
        (None, "not a rate"),
        ([0.1], "not a rate"),
        ("2000000%", "beyond"),
    ],
)
def test_rates_that_could_mean_two_things_or_nothing(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rate(value)


@pytest.mark.parametrize(
    ("text", "millions"),
    [
        ("US$8bn", 8000),
        ("US$ 8 bn", 8000),
        ("8 billion", 8000),
        ("$8 billion", 8000),
        ("USD 8bn", 8000),
        ("8bn dollars", 8000),
        ("8 billion US dollars", 8000),
        ("500m", 500),
        ("500 million", 500),
        ("1,500 mn", 1500),
        ("1.5 trillion", 1_500_000),
        ("US$0m", 0),
        (Dollars(3.5), 3.5),
    ],
)
def test_amounts(text: object, millions: float) -> None:
    assert money(text) == millions


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (8, "no unit"),
        ("8", "no unit"),
        ("¥800bn", "US dollars"),
        ("€8bn", "US dollars"),
        ("8 bnn", "US dollars"),
        ("-8bn", "negative"),
        ("US$-8bn", "negative"),
        ("1e15 trillion", "beyond"),
        (math.nan, "no unit"),
        (True, "not an amount"),
        (None, "not an amount"),
    ],
)
def test_amounts_that_are_none(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        money(value)


@given(st.floats(-0.999, 9_999, allow_nan=False))
def test_rates_are_written_and_read_back_exactly(value: float) -> None:
    assert rate(show_rate(value)) == value


@given(st.floats(0, 1e9))
def test_amounts_are_written_and_read_back_exactly(value: float) -> None:
    assert money(show_money(value)) == value
