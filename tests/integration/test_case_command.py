"""`comity case`: one table, failures in their place, files whole or not at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cases import CLAIMS, small_case

BROKEN = "aggregation: full\npolicies:\n  - tariff: {by: USA, on: Jpan, add: 5%}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_case(tmp_path / "my-case")


def test_one_table_and_the_answers(comity, folder: Path) -> None:
    result = comity("case", folder)
    assert result.exit_code == 0, result.output
    for part in ("A small case: real income", "1 A tariff", "no answer", "Rest", "certificate", "yes", "Answers"):
        assert part in result.stdout, part
    assert "claim 2: the game is open" in result.stdout
    assert "cannot say" not in result.stdout


def test_one_claim_in_full(comity, folder: Path) -> None:
    result = comity("case", folder, "--claim", "1")
    assert result.exit_code == 0, result.output
    for part in (
        "may tax Japanese manufactures",
        "How likely: 'may'",
        "Asked",
        "all of manufacturing (a choice)",
        "how it feels",
        "What it comes to",
        "worth to Japan",
        "Who is moved most",
        "Keep in mind",
    ):
        assert part in result.stdout, part
    assert "Another" not in result.stdout


def test_draws_give_intervals_and_chances_in_words(comity, folder: Path, tmp_path: Path) -> None:
    result = comity("case", folder, "--draws", "16", "--scale", "uk")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    for part in ("first number of each claim under 16 draws", "90% interval", "Japan loses:", "uk)", "seed 20241105"):
        assert part in said, part
    out = tmp_path / "out"
    result = comity("case", folder, "--draws", "16", "--seed", "7", "--claim", "1", "--out", out, "--json")
    content = json.loads(result.stdout)["uncertainty"]
    assert (content["draws"], content["seed"], content["world"], content["scale"]) == (16, 7, "2019", "icd-203")
    (first,) = (one for one in content["intervals"] if one["headline"])
    low, high = first["interval_90"]
    assert low < first["median"] < high < 0
    assert first["below_zero"] == 1
    assert first["words"].startswith("Japan loses:")
    assert [pair["above"] for pair in content["pairs"]] == ["answer"]
    assert json.loads((out / "case.json").read_text())["uncertainty"] == content
    with (out / "intervals.csv").open() as opened:
        rows = list(csv.DictReader(opened))
    mine = next(row for row in rows if row["key"] == "japan" and row["scenario"] == "no answer")
    assert float(mine["90% from"]) == low
    assert (out / "pairs.csv").read_text().count("\n") == 2


def test_dependent_claims_are_checked_and_shown(comity, tmp_path: Path) -> None:
    claims = CLAIMS.replace("    hedge: may\n", "    hedge: may\n    probability: 20%\n")
    claims += "dependencies:\n  - {if: 2, then: 1, because: the second needs the first}\n"
    folder = str(small_case(tmp_path / "case", claims=claims))
    result = comity("case", folder, "--claim", "2")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert "Claims that depend on each other" in text
    assert "P(1 A tariff) = 20% would have to be 30%." in text
    assert "If 2, then 1: the second needs the first." in text
    found = json.loads(comity("case", folder, "--claim", "2", "--json").stdout)
    assert found["coherence"]["coherent"] is False
    assert found["coherence"]["scales"] == ["capphrase"]
    assert found["claims"][0]["said"] == "might"
    assert found["claims"][0]["scale"] == "capphrase"


def test_options_of_draws_without_draws_are_refused(comity, folder: Path) -> None:
    for options, message in (
        (("--seed", "1"), "go with --draws"),
        (("--scale", "uk"), "go with --draws"),
        (("--draws", "16", "--scale", "uks"), "did you mean 'uk'"),
    ):
        result = comity("case", folder, *options)
        assert result.exit_code != 0
        assert message in result.stderr


def test_scores_of_what_is_settled(comity, tmp_path: Path) -> None:
    result = comity("case", "us-japan", "--score")
    assert result.exit_code == 0, result.output
    for part in ("Brier", "log (nats)", "Calibration", "on scale capphrase", "nothing to score", "no last day"):
        assert part in " ".join(result.stdout.split()), part
    content = json.loads(comity("case", "us-japan", "--score", "--json", "--claim", "1,2,19").stdout)
    assert [entry["claim"] for entry in content["settled"]] == ["1 Defence spending"]
    assert content["open"] == ["2 Host-nation support"]
    assert content["without a word"][0]["resolved"] is True
    assert content["brier"]["score"] == (1 - content["settled"][0]["mean"]) ** 2
    refused = comity("case", "us-japan", "--score", "--out", tmp_path / "out")
    assert refused.exit_code != 0
    assert "leave out --panel, --draws and --out" in refused.stderr
    assert not (tmp_path / "out").exists()
    official = json.loads(comity("case", "us-japan", "--score", "--scale", "uk", "--claim", "1,12", "--json").stdout)
    assert [(entry["scale"], entry["mean"]) for entry in official["settled"]] == [("uk", 0.65)] * 2
    for scale, message in (("uk", "claim 9: hedge: the scale uk has no word 'may'"), ("ku", "'uk'")):
        refused = comity("case", "us-japan", "--score", "--scale", scale, "--claim", "9")
        assert (refused.exit_code, message in refused.stderr) == (2, True), refused.stderr
    nothing = comity("case", "us-japan", "--score", "--claim", "2")
    assert nothing.exit_code != 0
    assert "none of 1 forecasts is settled" in nothing.stderr


def test_json(comity, folder: Path) -> None:
    content = json.loads(comity("case", folder, "--json").stdout)
    assert [claim["claim"] for claim in content["claims"]] == [1, 2]
    first = content["claims"][0]
    assert [row["variant"] for row in first["results"]] == ["no answer", "answer"]
    assert all(row["certificate"]["passed"] for row in first["results"])
    assert first["cannot say"] == ["how it feels"]
    assert {m["unit"] for m in first["measures"]} == {"US$ bn", "%"}
    assert content["facts"]["rate"]["source"] == "an example"
    assert content["failed"] == []


def test_a_claim_that_fails_says_so_and_the_rest_is_run(comity, tmp_path: Path) -> None:
    folder = small_case(tmp_path / "case", transfer=BROKEN)
    result = comity("case", folder)
    assert result.exit_code == 1
    assert "NO" in result.stdout
    assert "did you mean 'Japan'" in " ".join(result.stdout.split())
    assert "1 A tariff" in result.stdout
    assert result.stderr.startswith("comity: claims that could not be answered in full: 2")
    content = json.loads(comity("case", folder, "--json").stdout)
    assert content["failed"] == [2]
    assert content["claims"][1]["results"][0]["certificate"] is None
    assert content["claims"][0]["errors"] == []


def test_out_holds_what_is_needed_to_run_again(comity, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    result = comity("case", folder, "--out", out)
    assert result.exit_code == 0, result.output
    assert {p.name for p in out.iterdir()} == {
        "case.json",
        "income.csv",
        "measures.csv",
        "leaders.csv",
        "case",
        "results",
    }
    with (out / "income.csv").open(encoding="utf-8") as opened:
        head, *rows = csv.reader(opened)
    assert len(rows) == 3
    assert all(len(row) == len(head) for row in rows)
    saved = json.loads((out / "results" / "tariff-2019.json").read_text(encoding="utf-8"))
    assert list(saved["variants"]) == ["no answer", "answer"]
    again = comity("case", out / "case", "--json")
    first = json.loads((out / "case.json").read_text(encoding="utf-8"))
    assert json.loads(again.stdout)["claims"] == first["claims"]
    refused = comity("case", folder, "--out", out)
    assert refused.exit_code == 1
    assert "is not empty" in refused.stderr


def test_nothing_is_written_for_a_case_that_cannot_be_read(comity, tmp_path: Path) -> None:
    folder = small_case(tmp_path / "case", claims=CLAIMS.replace("hedge: may\n", "hegde: may\n"))
    result = comity("case", folder, "--out", tmp_path / "results")
    assert result.exit_code == 2
    assert "did you mean 'hedge'" in result.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--claim", "7"), "has no claim 7"),
        (("--claim", "x"), "--claim takes numbers"),
    ],
)
def test_wrong_claims_are_refused(comity, folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = comity("case", folder, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_another_world_may_be_asked(comity, folder: Path) -> None:
    result = comity("case", folder, "--claim", "2", "--world", "2019,2022x", "--json")
    assert result.exit_code == 1
    rows = json.loads(result.stdout)["claims"][0]["results"]
    assert [(row["world"], row["certificate"] is None) for row in rows] == [("2019", False), ("2022x", True)]


def test_what_published_studies_disagree_about_is_pointed_to(comity, tmp_path: Path) -> None:
    disputed = CLAIMS + "    panel: {scenario: transfer.yaml, variant: scenario, region: Japan}\n"
    folder = small_case(tmp_path / "case", claims=disputed)
    result = comity("case", folder, "--claim", "2")
    assert result.exit_code == 0, result.output
    assert "--claim 2 --panel" in " ".join(result.stdout.split())
    wrong = small_case(tmp_path / "wrong", claims=disputed.replace("scenario: transfer", "scenario: transfers"))
    assert "there is no scenario 'transfers.yaml'" in comity("case", wrong).stderr


def test_cases_are_listed(comity) -> None:
    result = comity("case", "--list")
    assert result.exit_code == 0
    assert "us-japan" in result.stdout
    assert "Host-nation support [potentially]" in result.stdout
    assert "America First tariffs" in result.stdout


def test_the_schema_of_cases(comity) -> None:
    content = json.loads(comity("schema", "--case").stdout)
    assert content["$schema"].endswith("2020-12/schema")
    assert "claims" in content["properties"]
    assert comity("schema", "--case", "--output").exit_code == 2
