"""The forms around the rules: variants, schedules over time, options; what they begin with is a scenario."""

from __future__ import annotations

from typing import Any

import pytest

from comity.policy import Scenario
from comity.policy.instruments import INSTRUMENTS
from comity.policy.options import OPTIONS, check_options
from comity.policy.schedule import Schedule, schedules
from comity.web.forms import form
from comity.web.frames import KINDS, scenario_forms
from comity.web.limits import QUICK, queue
from comity.world import load_world

WORLD = load_world("2022", preset="us-japan")
TARIFF = {"tariff": {"by": "USA", "on": "JPN", "add": "10%"}}


def test_every_key_of_a_variant_has_a_field() -> None:
    keys = Scenario.json_schema()["properties"]["variants"]["additionalProperties"]["properties"]
    fields = scenario_forms()["variant"]["fields"]
    assert {field["key"] for field in fields} == set(keys)
    assert all(field["kind"] in KINDS and field["about"] and field["label"] for field in fields)


def test_options_of_a_variant_are_those_that_may_differ() -> None:
    schema = Scenario.json_schema()["$defs"]["variant options"]["properties"]
    (field,) = [field for field in scenario_forms()["variant"]["fields"] if field["kind"] == "options"]
    assert set(field["choices"]) == set(schema)


def test_what_variants_begin_with_is_a_scenario() -> None:
    forms = scenario_forms()["variant"]
    made = Scenario.from_dict({"policies": [TARIFF], "variants": forms["first"] | {"variant 2": forms["start"]}})
    assert len(made.settings(WORLD)) == 2


def test_every_option_with_numbers_or_a_list_begins_with_some() -> None:
    forms = scenario_forms()["options"]
    assert set(forms) == set(OPTIONS)
    for key, option in OPTIONS.items():
        begins = [forms[key]["number"], (forms[key]["list"] or {}).get("start")]
        assert [begin is not None for begin in begins] == [option.low is not None, option.many], key
        for begin in begins:
            if begin is not None:
                check_options({key: begin})


def test_a_path_is_answered_at_once_and_has_every_time_that_can_be_chosen() -> None:
    path = scenario_forms()["options"]["horizon"]["list"]
    scenario = {"policies": [TARIFF], "options": {"horizon": path["start"]}}
    assert queue(scenario) == QUICK
    assert len(Scenario.from_dict(scenario).settings(WORLD)) == len(path["start"])
    Scenario.from_dict({"policies": [TARIFF], "options": {"horizon": path["choices"]}}).settings(WORLD)
    assert set(path["start"]) <= set(path["choices"])


def with_schedule(instrument: str, key: str, moments: list[Any]) -> Scenario:
    """A rule as its form begins, with one amount over time."""
    fields: dict[str, dict[str, Any]] = {field["key"]: field for field in form(instrument)["fields"]}
    rule = form(instrument)["start"]
    body = dict(rule[instrument])
    field = fields[key]
    for other in fields.values():
        if field.get("way") and other.get("way") == field["way"]:
            body.pop(other["key"], None)
    for other in fields.values():
        if other["key"] == key or ("needs" in other and not {*other["needs"]} & {*body, key}):
            body.pop(other["key"], None)
    for needed in field.get("needs", []):
        for other in fields.values():
            if other.get("way") == fields[needed].get("way"):
                body.pop(other["key"], None)
        body[needed] = fields[needed]["start"]
    for other in fields.values():
        if "start" in other and {*other.get("needs", [])} & {*body, key}:
            body.setdefault(other["key"], other["start"])
    size = {"money": ["US$1bn", "US$2bn"], "number": [5, 10]}.get(field["kind"], ["1%", "2%"])
    body[key] = dict(zip(map(str, moments), size, strict=True))
    return Scenario.from_dict({"policies": [{instrument: body}]})


@pytest.mark.parametrize("way", ["years", "days"])
@pytest.mark.parametrize("instrument", sorted(INSTRUMENTS))
def test_every_amount_that_may_change_over_time_says_so_and_can(instrument: str, way: str) -> None:
    moments = scenario_forms()["schedule"][way]["start"]
    keys = Scenario.json_schema()["$defs"]["rule"]["properties"][instrument]["properties"]
    for field in form(instrument)["fields"]:
        changes = "patternProperties" in str(keys.get(field["key"], ""))
        assert field.get("schedule", False) == changes
        if changes:
            assert field["kind"] in ("rate", "money", "number")
            made = with_schedule(instrument, field["key"], moments)
            (found,) = schedules(made.policies[0]).values()
            assert isinstance(found, Schedule)
            assert found.by_day == (way == "days")
            made.settings(WORLD)
