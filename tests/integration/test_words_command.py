"""`comity words` on what it should and should not be given."""

from __future__ import annotations

import json

import pytest

from comity.uncertainty.lexicon import scales


def test_the_scales_are_listed_with_their_sources(comity) -> None:
    result = comity("words")
    assert result.exit_code == 0
    for found in scales():
        assert found.name in result.stdout
    assert "5174 respondents" in " ".join(result.stdout.split())


def test_a_word_is_shown_on_every_scale_that_has_it(comity) -> None:
    result = comity("words", "likely")
    assert result.exit_code == 0
    for part in ("capphrase", "icd-203", "band 55% to 80%", "Without this word: kent"):
        assert part in result.stdout


def test_an_assumption_is_said(comity) -> None:
    result = comity("words", "potentially", "--scale", "capphrase")
    assert "'potentially' is read as 'could happen'" in result.stdout


def test_json_is_one_object_with_the_scale_of_every_number(comity) -> None:
    content = json.loads(comity("words", "is likely to", "--json").stdout)
    assert content["scales"]["capphrase"]["quantiles"]["0.5"] == pytest.approx(0.75)
    assert content["scales"]["icd-203"]["mean"] == pytest.approx(0.675)
    assert content["scales"]["uk"]["in_words"] == {
        "text": "likely or probable", "words": ["likely", "probable"], "scale": "uk", "inside": True,
        "probability": pytest.approx(0.65),
    }  # fmt: skip
    every = json.loads(comity("words", "--json").stdout)
    assert every["icd-203"]["words"]["likely"] == {"low": 0.55, "high": 0.8, "aliases": ["probable", "probably"]}


def test_a_number_is_put_into_words(comity) -> None:
    shown = comity("words", "70%").stdout
    assert "likely or probable" in shown
    one = comity("words", "60-80%", "--scale", "nato").stdout
    assert "70% in words" in one
    assert "icd-203" not in one


def test_all_words_of_a_scale(comity) -> None:
    shown = comity("words", "--scale", "UK yardstick").stdout
    assert "realistic possibility" in shown
    assert "uniform over the band" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("likly",), "did you mean 'likely'"),
        (("may", "--scale", "uk"), "these have it: capphrase"),
        (("likely", "--scale", "ukk"), "did you mean 'uk'"),
        (("120%",), "out of range"),
        (("70",), "write '70%'"),
        (("",), "missing"),
    ],
)
def test_bad_words_end_with_one_message(comity, arguments, says) -> None:
    result = comity("words", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
