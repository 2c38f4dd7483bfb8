"""Plain data that no scenario can be: refused with its place, however it came in."""

from __future__ import annotations

from typing import Any

import pytest

from comity.errors import ScenarioError
from comity.policy import Scenario, Tariff

HUGE = 10**400
TARIFF = {"tariff": {"by": "USA", "on": "JPN", "add": "10%"}}


def deep(levels: int) -> Any:
    found: Any = "10%"
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"policies": [{"tariff": {"by": "USA", "on": "JPN", "add": HUGE}}]}, "policies[0].tariff.add"),
        ({"policies": [TARIFF], "options": {"horizon": [1, -HUGE]}}, "options.horizon"),
        ({"policies": [TARIFF], "uncertainty": {"amounts": {"0": HUGE}}}, "uncertainty.amounts"),
        ({"policies": [TARIFF], "variants": {"a": {"drop": HUGE}}}, "variants"),
        ({"policies": [TARIFF], "uncertainty": {"amounts": {"0": deep(30)}}}, "uncertainty.amounts"),
        ({"policies": deep(5000)}, "policies"),
    ],
)
def test_numbers_without_end_and_depths_are_refused_with_their_place(data: Any, place: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        Scenario.from_dict(data)
    assert ("18 digits" in str(refused.value)) or ("deeper than 24" in str(refused.value))
    assert place in str(refused.value)


def test_what_data_may_hold_text_may_hold() -> None:
    data = {"policies": [TARIFF], "uncertainty": {"amounts": {"0": deep(20)}}}
    scenario = Scenario.from_dict(data)
    assert Scenario.from_text(scenario.to_yaml()) == scenario


def test_a_whole_number_without_end_is_no_rate_in_python() -> None:
    with pytest.raises(ScenarioError, match="add"):
        Tariff(by="USA", on="JPN", add=HUGE)


def test_a_number_of_thousands_of_digits_is_refused_in_text() -> None:
    with pytest.raises(ScenarioError):
        Scenario.from_text(f"policies:\n- tariff: {{by: USA, on: JPN, add: {'9' * 5000}}}")
