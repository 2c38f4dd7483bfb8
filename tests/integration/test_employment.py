"""`comity run --employment`: jobs by sector from a table of the user's."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from comity.report.schema import result_schema

HEADER = "region,sector,thousand_persons\n"


def table(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "jobs.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_jobs_and_pay_are_shown_and_in_the_object(comity, small, tmp_path):
    jobs = table(tmp_path, "Japan,C,10000\nJPN,A,2000\nUSA,C,12000\n")
    shown = comity("run", small, "--employment", jobs)
    assert shown.exit_code == 0, shown.output
    assert "Jobs by sector" in shown.stdout
    assert "all that are given" in shown.stdout
    printed = comity("run", small, "--employment", jobs, "--json")
    content = json.loads(printed.stdout)
    jsonschema.validate(content, result_schema())
    rows = {(r["region"], r["sector"]): r for r in content["employment"]["no answer"]}
    assert set(rows) == {("JPN", "A"), ("JPN", "C"), ("JPN", None), ("USA", "C"), ("USA", None)}
    assert rows["JPN", "C"]["jobs_change_thousand"] < 0 < rows["USA", "C"]["jobs_change_thousand"]
    both = sum(rows["JPN", s]["jobs_change_thousand"] for s in ("A", "C"))
    assert rows["JPN", None]["jobs_change_thousand"] == pytest.approx(both)
    japan = content["variants"]["no answer"]["regions"]["JPN"]
    assert rows["JPN", "C"]["real_pay_pct"] == pytest.approx(japan["real_wage_pct"], abs=1e-9)  # factors are mobile


def test_where_factors_stay_their_pay_moves(comity, small, tmp_path):
    jobs = table(tmp_path, "Japan,C,10000\nJPN,A,2000\n")
    printed = comity("run", small, "--employment", jobs, "--mobility", "specific", "--json")
    rows = {r["sector"]: r for r in json.loads(printed.stdout)["employment"]["no answer"]}
    assert rows["C"]["jobs_change_thousand"] == pytest.approx(0, abs=1e-6)
    assert rows["C"]["real_pay_pct"] < rows[None]["real_pay_pct"] < rows["A"]["real_pay_pct"]
    mean = (10 * rows["C"]["real_pay_pct"] + 2 * rows["A"]["real_pay_pct"]) / 12
    assert rows[None]["real_pay_pct"] == pytest.approx(mean)


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        ("Jpan,C,1\n", HEADER, "'Jpan' is not a region"),
        ("Japan,Q99,1\n", HEADER, "'Q99' is not a sector"),
        ("Japan,C,-1\n", HEADER, "must be a number, zero or more"),
        ("Japan,C,many\n", HEADER, "must be a number, zero or more"),
        ("Japan,C,1\nJPN,C,2\n", HEADER, "is in an earlier row already"),
        ("Japan,*,1\n", HEADER, "give each a row of its own"),
        ("Japan,C\n", HEADER, "cut short"),
        ("", HEADER, "no rows"),
        ("Japan,C,1\n", "region,sector,persons\n", "lacks the column 'thousand_persons'"),
    ],
)
def test_a_faulty_table_is_one_message(comity, small, tmp_path, rows, header, words):
    result = comity("run", small, "--employment", table(tmp_path, rows, header))
    assert result.exit_code != 0
    assert words in result.stderr
    assert result.stdout == ""


def test_a_table_that_is_not_there(comity, small):
    result = comity("run", small, "--employment", "nowhere.csv")
    assert result.exit_code != 0
    assert "cannot read the table of employment" in result.stderr
