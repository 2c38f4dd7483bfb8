"""The forms of the explorer: every key of the language has a field, and what a form begins with is a scenario."""

from __future__ import annotations

from typing import Any

import pytest

from comity.policy import Scenario
from comity.policy.instruments import INSTRUMENTS
from comity.policy.quantities import rate_or_money
from comity.web.forms import KINDS, form, instruments_with_forms
from comity.world import load_world

TARIFF = {"tariff": {"by": "USA", "on": "JPN", "add": "10%"}}


def fields(instrument: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = form(instrument)["fields"]
    return found


def body(rule: dict[str, Any], instrument: str) -> dict[str, Any]:
    found: dict[str, Any] = rule if instrument == "apply" else rule[instrument]
    return found


def policies(rule: dict[str, Any]) -> list[Any]:
    return [TARIFF, rule] if "goal" in rule else [rule]


def test_every_instrument_has_a_form() -> None:
    assert set(instruments_with_forms()) == set(INSTRUMENTS)


@pytest.mark.parametrize("instrument", sorted(INSTRUMENTS))
def test_every_key_has_a_field_and_every_field_a_key(instrument: str) -> None:
    keys = set(Scenario.json_schema()["$defs"]["rule"]["properties"][instrument]["properties"])
    given = [field["key"] for field in fields(instrument)]
    assert len(given) == len(set(given))
    assert {"library" if key == "apply" else key for key in given} == keys
    assert all(field["kind"] in KINDS and field["about"] and field["label"] for field in fields(instrument))


@pytest.mark.parametrize("instrument", sorted(INSTRUMENTS))
def test_what_a_form_begins_with_means_something_in_the_world_that_the_page_opens(instrument: str) -> None:
    rule = form(instrument)["start"]
    assert set(body(rule, instrument)) <= {field["key"] for field in fields(instrument)}
    Scenario.from_dict({"policies": policies(rule)}).settings(load_world("2022", preset="us-japan"))


def starts(field: dict[str, Any]) -> list[Any]:
    if field["kind"] == "target":
        return [field["start"]["US$"]]
    own = [{field["own"]["key"]: field["own"]["start"]}] if "key" in field.get("own", {}) else []
    own = own or ([field["own"]["start"]] if "own" in field else [])
    return (
        ([field["start"]] if "start" in field else [])
        + [entry[0] for entry in field.get("choices", []) if field["kind"] != "year"]
        + own
    )


@pytest.mark.parametrize("instrument", sorted(INSTRUMENTS))
def test_every_way_and_every_choice_of_a_form_can_be_read(instrument: str) -> None:
    """As the page does: of several ways one stays, and what belongs to another goes or comes with it."""
    every = fields(instrument)
    for field in every:
        for value in starts(field):
            rule = form(instrument)["start"]
            content = dict(body(rule, instrument)) | {field["key"]: value}
            for other in every:
                if field.get("way") and other.get("way") == field["way"] and other is not field:
                    content.pop(other["key"], None)
            for other in every:
                if "needs" in other and not any(key in content for key in other["needs"]):
                    content.pop(other["key"], None)
                elif "needs" in other and "start" in other:
                    content.setdefault(other["key"], other["start"])
                if "only" in other and content["outcome"] not in other["only"]["outcome"]:
                    content.pop(other["key"], None)
                elif "only" in other and "start" in other:
                    content.setdefault(other["key"], other["start"])
            if instrument == "goal" and field["key"] == "outcome":
                target = next(f for f in every if f["key"] == "is")["start"]
                del content["change"]
                content["is"] = target["US$" if value == "equivalent variation" else Unit.of(value)]
            Scenario.from_dict({"policies": policies(content if instrument == "apply" else {instrument: content})})


class Unit:
    """The unit of an outcome."""

    @staticmethod
    def of(outcome: str) -> str:
        from comity.policy.outcomes import OUTCOMES

        return OUTCOMES[outcome].unit


@pytest.mark.parametrize("instrument", sorted(INSTRUMENTS))
def test_sizes_begin_as_their_kind_says(instrument: str) -> None:
    start = body(form(instrument)["start"], instrument)
    for field in fields(instrument):
        for value in [start.get(field["key"]), field.get("start")]:
            if value is not None and field["kind"] in ("rate", "money"):
                assert ("US$" in value) == (field["kind"] == "money"), field
                rate_or_money(value)
