"""Words as probabilities: the scales as published, the survey as measured, numbers, ranges, and the way back."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import comity.uncertainty
from comity.errors import ScenarioError, UnknownName
from comity.report import words as report
from comity.uncertainty.lexicon import SURVEY, hedges, scale, scales
from comity.uncertainty.probabilities import Probability, probability
from comity.uncertainty.readings import in_words

ROOT = Path(__file__).resolve().parents[2]
OFFICIAL = [s.name for s in scales() if s.kind != SURVEY]
SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("phrase", "median", "low", "high"), [("likely", 75, 67, 80), ("may", 40, 30, 51), ("could", 40, 25, 50)]
)
def test_the_survey_reads_the_words_of_the_case_as_measured(phrase, median, low, high):
    found = probability(phrase, scale="capphrase")
    assert [100 * q for q in (found.median, *found.interval())] == pytest.approx([median, low, high])


def test_the_tables_are_what_their_script_builds(shared_data: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT / "tools")!r})
import build_words
build_words.main(Path({str(shared_data / "security" / "wep")!r}), Path({str(tmp_path)!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    for name in ("scales.csv", "phrases.csv"):
        embedded = ROOT / "src" / "comity" / "uncertainty" / "data" / name
        assert (tmp_path / name).read_text(encoding="utf-8") == embedded.read_text(encoding="utf-8")


def test_the_distribution_of_a_phrase_is_that_of_its_answers(shared_data: Path) -> None:
    """Mean and spread of the quantile function against the answers themselves, which are not embedded."""
    answers: dict[str, list[float]] = {}
    with (shared_data / "security" / "wep" / "CAPphrase_absolute_judgements.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            answers.setdefault(row["term"].lower(), []).append(float(row["probability"]))
    even = (np.arange(20_000) + 0.5) / 20_000
    for word in scale("capphrase").words:
        found, asked = probability(word.term), np.array(answers[word.term])
        assert 100 * found.mean == pytest.approx(asked.mean(), abs=0.15)
        assert (100 * found.sample(even)).std() == pytest.approx(asked.std(), rel=0.06)  # "will happen": 5.02%


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_word_is_uniform_over_its_band(name):
    for word in scale(name).words:
        low, high = word.band
        found = probability(word.term, scale=name)
        assert 0 <= low <= high <= 1
        assert found.mean == pytest.approx((low + high) / 2)
        assert found.interval(1.0) == (low, high)
        assert found.quantile(0.3) == pytest.approx(low + 0.3 * (high - low))


def test_bands_as_published():
    assert [probability("likely", scale=s).interval(1.0) for s in ("icd-203", "nato", "uk", "ipcc", "efsa")] == [
        (0.55, 0.80), (0.60, 0.90), (0.55, 0.75), (0.66, 1.0), (0.66, 0.90)
    ]  # fmt: skip
    assert probability("probable", scale="kent").interval(1.0) == pytest.approx((0.63, 0.87))
    assert probability("improbably", scale="ICD203").interval(1.0) == (0.20, 0.45)


@given(low=SHARES, high=SHARES, u=SHARES)
def test_a_range_is_uniform_and_a_number_is_a_point(low, high, u):
    low, high = sorted((low, high))
    found = probability([low, high])
    assert found.quantile(u) == pytest.approx(low + u * (high - low))
    assert found.mean == pytest.approx((low + high) / 2)
    assert probability(low).interval(0.9) == (low, low)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("70%", (0.7, 0.7)),
        (0.7, (0.7, 0.7)),
        (1, (1, 1)),
        (0, (0, 0)),
        ("60-80%", (0.6, 0.8)),
        ("60% to 80%", (0.6, 0.8)),
        ("between 60 and 80 per cent", (0.6, 0.8)),
        ("0.6-0.8", (0.6, 0.8)),
        (["60%", 0.8], (0.6, 0.8)),
        ((0.2, 0.2), (0.2, 0.2)),
    ],
)
def test_numbers_and_ranges_as_people_write_them(text, interval):
    assert probability(text).interval(1.0) == interval
    assert probability(text).scale == ""


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (70, "write '70%'"),
        ("60-80", "write '60%'"),
        (1.2, "ambiguous"),
        ("120%", "out of range"),
        ("-5%", "out of range"),
        ([0.8, 0.6], "upside down"),
        ([0.1, 0.2, 0.3], "not a rate"),
        (None, "not a rate"),
        (True, "not a rate"),
        (float("nan"), "not a finite"),
        ("", "missing"),
    ],
)
def test_what_is_no_probability_is_refused(value, says):
    with pytest.raises(ScenarioError, match=says):
        probability(value)


@pytest.mark.parametrize(
    ("word", "on", "says"),
    [
        ("likly", "capphrase", "did you mean 'likely'"),
        ("probabel", "icd-203", "'probable'"),
        ("may", "icd-203", "these have it: capphrase"),
        ("virtually certain", "uk", "these have it: ipcc"),
        ("frobnicate", "nato", "it has highly likely, likely, even chance"),
        ("likely", "icd-230", "did you mean 'icd-203'"),
    ],
)
def test_unknown_words_are_refused_with_the_nearest(word, on, says):
    with pytest.raises(UnknownName, match=says):
        probability(word, scale=on)


def test_quantiles_are_asked_between_none_and_all():
    for q in (-0.1, 1.1, float("nan")):
        with pytest.raises(ScenarioError, match="between 0 and 1"):
            probability("likely").quantile(q)


@pytest.mark.parametrize(
    ("levels", "values"),
    [
        ((0, 1), (0.5, 0.4)),
        ((0, 0.9), (0.1, 0.2)),
        ((0, 1), (0.5, 1.5)),
        ((0, 1), (0.1,)),
        ((0, 0.6, 0.5, 1), (0,) * 4),
    ],
)
def test_a_quantile_function_is_checked(levels, values):
    with pytest.raises(ScenarioError):
        Probability("x", levels, values)


HEDGES_OF_THE_CASE = {
    "is likely to": False,
    "likely": False,
    "may": False,
    "might": False,
    "could": False,
    "would likely": True,
    "potentially": True,
    "would be": True,
}


@pytest.mark.parametrize(("hedge", "assumed"), HEDGES_OF_THE_CASE.items())
def test_every_hedge_of_the_case_is_read_and_says_what_is_assumed(hedge, assumed):
    found = probability(hedge)
    assert 0 < found.mean < 1
    assert bool(found.assumed) == assumed
    if assumed:
        assert hedge in found.assumed
    assert "on scale capphrase" in found.sentence


def test_hedges_are_of_words_that_some_scale_has():
    for hedge in hedges().values():
        assert any(s.find(hedge.word) for s in scales())
        assert hedge.basis in {"measured", "same word", "assumed"}
        assert hedge.note
        assert not any(s.find(hedge.hedge) and hedge.assumed and s.name == "capphrase" for s in scales())


@pytest.mark.parametrize("name", OFFICIAL)
@given(share=SHARES)
def test_a_number_comes_back_in_a_band_that_holds_it(name, share):
    reading = in_words(share, name)
    bands = {w.term: w.band for w in scale(name).words}
    holding = [t for t, (low, high) in bands.items() if low <= share <= high]
    if holding:
        least = min(bands[t][1] - bands[t][0] for t in holding)
        assert reading.inside
        for word in reading.words:
            low, high = bands[word]
            assert low - 1e-8 <= share <= high + 1e-8
            assert high - low <= least + 1e-8
    elif not reading.inside:
        assert "between" in reading.text or "above" in reading.text or "below" in reading.text


@pytest.mark.parametrize("found", scales(), ids=lambda s: s.name)
def test_every_word_is_its_own_reading(found):
    for word in found.words:
        p = probability(word.term, scale=found.name)
        middle = p.median if found.kind == SURVEY else p.mean
        if (
            found.name == "ipcc" and word.term != "about as likely as not"
        ):  # its bands nest: only the end towards even chances is a word's own
            low, high = word.band
            middle = low + 0.02 * (high - low) if high == 1 else high - 0.02 * (high - low)
        assert word.term in in_words(middle, found.name).words


@pytest.mark.parametrize(
    ("number", "on", "text"),
    [
        (0.80, "icd-203", "very likely"),
        (0.005, "icd-203", "below 'almost no chance'"),
        (0.995, "icd-203", "above 'almost certain'"),
        (0.22, "uk", "between 'highly unlikely' and 'unlikely'"),
        (0.61, "kent", "between 'chances about even' and 'probable'"),
        (0.93, "ipcc", "very likely"),
        (0.40, "capphrase", "may happen, might happen or could happen"),
        (0.5, "capphrase", "about even"),
        (0.74, "capphrase", "likely or probable"),
        (1.0, "capphrase", "will happen"),
    ],
)
def test_numbers_in_words(number, on, text):
    assert in_words(number, on).text == text
    assert str(in_words(number, on)) == f"{text} ({on})"


def test_only_a_probability_has_words():
    for number in (-0.1, 1.1, float("nan")):
        with pytest.raises(ScenarioError, match="out of range"):
            in_words(number)


@given(st.sampled_from([(w.term, s.name) for s in scales() for w in s.words]), st.lists(SHARES, min_size=2))
def test_samples_never_leave_the_word_and_keep_the_order_of_the_uniforms(word, uniforms):
    p = probability(word[0], scale=word[1])
    drawn = p.sample(np.sort(uniforms))
    assert (np.diff(drawn) >= 0).all()
    assert drawn.min() >= p.quantile(0)
    assert drawn.max() <= p.quantile(1)


def test_tables_name_the_scale_the_assumption_and_what_is_missing():
    found = report.readings("would likely", scales())
    table = report.meaning_table("would likely", found, scales())
    assert {row[0] for row in table.rows} == {"capphrase", "icd-203", "nato", "uk", "ipcc", "efsa"}
    assert any("is taken as given" in note for note in table.notes)
    assert any("Without this word: kent" in note for note in table.notes)
    assert {row[0]: row[1] for row in table.rows}["uk"] == "band 55% to 75%, uniform"


def test_no_public_name_is_that_of_a_module() -> None:
    """Importing a module binds its name in the package: a function of that name would be lost, now and then."""
    modules = {path.stem for path in (ROOT / "src" / "comity" / "uncertainty").glob("*.py")}
    assert not modules & set(comity.uncertainty.__all__)


def test_every_public_name_comes_from_its_home() -> None:
    for name in comity.uncertainty.__all__:
        assert getattr(comity.uncertainty, name).__module__.startswith("comity.uncertainty.")
    with pytest.raises(AttributeError, match="nothing"):
        _ = comity.uncertainty.nothing
    assert set(dir(comity.uncertainty)) == set(comity.uncertainty.__all__)
