"""`comity update`: a file of totals becomes a world that answers, or one clear message and no file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.world import World, load_world

TOTALS = """\
total,region,partner,sector,usd_mn,growth_pct,source
gdp,Japan,,,,-8.5,Cabinet Office
imports,United States,Japan,cars,52000,,customs
"""


@pytest.fixture
def totals(tmp_path: Path) -> Path:
    path = tmp_path / "totals.csv"
    path.write_text(TOTALS, encoding="utf-8")
    return path


def test_totals_become_a_world_that_says_what_it_is(comity, totals: Path) -> None:
    result = comity("update", "2022", "totals.csv", "--aggregation", "small", "--year", "2025", "--out", "later.npz")
    assert result.exit_code == 0, result.output
    shown = " ".join(result.stdout.split())
    for part in ("Totals of trade", "imports of United States from Japan, cars", "52.00", "-8.5", "is an UPDATE of"):
        assert part in shown
    later, before = World.load(totals.parent / "later.npz"), load_world("2022", "small")
    japan, cell = later.regions.index("JPN"), [later.sectors.index("C29"), later.regions.index("USA")]
    assert later.total_flows[(*cell, japan)] == pytest.approx(52_000, rel=1e-9)
    assert later.factor_income[japan] == pytest.approx(0.915 * before.factor_income[japan], rel=1e-9)
    assert "an UPDATE: an estimate, not a published table" in " ".join(comity("world", "later.npz").stdout.split())


def test_the_report_is_one_object(comity, totals: Path) -> None:
    result = comity(
        "update", "2022", "totals.csv", "--aggregation", "small", "--year", "2025", "--out", "later.npz", "--json"
    )
    content = json.loads(result.stdout)
    assert content["totals"][0]["asked"] == 52_000
    assert content["totals"][0]["weight"] is None
    assert {part["part"] for part in content["parts"]} >= {"trade between regions", "value added"}


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (TOTALS.replace("Japan,cars", "Jpan,cars"), "'Jpan' is not a region", 2),
        (TOTALS.replace("52000", "-52000"), "line 3", 3),
        (TOTALS.replace("total,", "totals,"), "lacks the column 'total'", 3),
        (TOTALS + "imports,USA,JPN,goods,1000,,\n", "cannot hold together", 3),
    ],
)
def test_faulty_totals_are_one_message_and_no_file(comity, totals: Path, text: str, words: str, code: int) -> None:
    totals.write_text(text, encoding="utf-8")
    result = comity("update", "2022", "totals.csv", "--aggregation", "small", "--year", "2025", "--out", "later.npz")
    assert result.exit_code == code, result.output
    assert words in result.stderr
    assert result.stderr.startswith("comity: ")
    assert result.stderr.count("\n") == 1
    assert not (totals.parent / "later.npz").exists()
