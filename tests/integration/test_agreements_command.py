"""`comity agreements` on what it should and should not be given."""

from __future__ import annotations

import json

from comity.policy import agreements


def test_all_are_listed(comity) -> None:
    result = comity("agreements")
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    for part in ("CPTPP", "RCEP", "USMCA", "Japan-US 2019", "standard error", "0.056"):
        assert part in shown
    everything = json.loads(comity("agreements", "--json").stdout)["agreements"]
    assert [entry["name"] for entry in everything] == [entry.name for entry in agreements()]
    assert all(entry["depth basis"] and entry["source"] and "standard error" in entry["effect"] for entry in everything)


def test_a_day_has_its_own_members(comity) -> None:
    then = {
        entry["name"] for entry in json.loads(comity("agreements", "--on", "2019-12-31", "--json").stdout)["agreements"]
    }
    now = {
        entry["name"] for entry in json.loads(comity("agreements", "--on", "2022-12-31", "--json").stdout)["agreements"]
    }
    assert "NAFTA" in then - now
    assert "USMCA" in now - then
    assert "TPP" not in now


def test_one_is_shown_with_its_sources(comity) -> None:
    result = comity("agreements", "tpp-11", "--on", "2024-12-31")
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    for part in ("CPTPP", "2024-12-15", "United Kingdom", "0.235 (standard error 0.056)", "assumption: DESTA", "log"):
        assert part in shown
    one = json.loads(comity("agreements", "EU-Japan", "--on", "2022-12-31", "--json").stdout)
    assert {member["code"] for member in one["members"]} == {"EU", "JPN"}
    assert one["effect"]["standard error"] > 0


def test_errors_say_what_is_wrong(comity) -> None:
    unknown = comity("agreements", "CPTP")
    assert unknown.exit_code == 2
    assert "did you mean 'CPTPP'" in unknown.stderr
    day = comity("agreements", "CPTPP", "--on", "yesterday")
    assert day.exit_code == 2
    assert "'yesterday' is not a day" in day.stderr
