"""Proper scores: closed forms, identities, that honesty pays, and what is refused."""

from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from comity.errors import ScenarioError, UnknownName
from comity.report import scores as report
from comity.uncertainty.forecasts import CONFIDENCE, Forecast, Resolution, forecast, resolution
from comity.uncertainty.probabilities import probability
from comity.uncertainty.record import exact_interval, scorecard
from comity.uncertainty.scores import brier, brier_parts, log_parts, log_score

DAY = date(2025, 4, 3)
INSIDE = st.floats(0.01, 0.99)
RECORDS = st.lists(st.tuples(st.sampled_from([0.05, 0.2, 0.4, 0.4188, 0.725, 0.99]), st.booleans()), min_size=1)


def test_scores_in_closed_form():
    assert brier([0.0, 0.3, 1.0], [0, 1, 1]).tolist() == pytest.approx([0, 0.49, 0])
    assert log_score([0.0, 0.3, 1.0], [0, 1, 1]).tolist() == pytest.approx([0, -math.log(0.3), 0])
    assert log_score([1.0, 0.0], [0, 1]).tolist() == [math.inf, math.inf]


@given(truth=INSIDE, said=INSIDE)
def test_honesty_pays(truth, said):
    """The expected score of saying anything else than the truth is larger by the divergence between the two."""

    def mean(score, p):
        return truth * score([p], [1])[0] + (1 - truth) * score([p], [0])[0]

    assert mean(brier, said) - mean(brier, truth) == pytest.approx((said - truth) ** 2, abs=1e-12)
    divergence = truth * math.log(truth / said) + (1 - truth) * math.log((1 - truth) / (1 - said))
    assert mean(log_score, said) - mean(log_score, truth) == pytest.approx(divergence, abs=1e-12)
    assert divergence >= -1e-15


@given(RECORDS)
def test_the_parts_add_up_and_have_their_signs(records):
    p, y = np.array(records, dtype=float).T
    for parts, score in ((brier_parts(p, y), brier(p, y)), (log_parts(p, y), log_score(p, y))):
        assert parts.score == pytest.approx(score.mean())
        assert parts.calibration - parts.resolution + parts.uncertainty == pytest.approx(parts.score, abs=1e-12)
        assert parts.refinement == pytest.approx(parts.uncertainty - parts.resolution)
        assert parts.calibration >= -1e-12
        assert -1e-12 <= parts.resolution <= parts.uncertainty + 1e-12


def test_parts_of_records_that_are_known():
    p, y = [0.25] * 4 + [0.75] * 4, [1, 0, 0, 0, 1, 1, 1, 0]
    for parts in (brier_parts(p, y), log_parts(p, y)):
        assert parts.calibration == pytest.approx(0, abs=1e-15)
        assert parts.resolution > 0
    assert brier_parts(p, y).resolution == pytest.approx(1 / 16)
    assert log_parts(p, y).uncertainty == pytest.approx(math.log(2))
    same = brier_parts([0.6] * 4, [1, 0, 0, 0])
    assert (same.calibration, same.resolution) == pytest.approx(((0.6 - 0.25) ** 2, 0), abs=1e-15)
    perfect = log_parts([1.0, 0.0], [1, 0])
    assert (perfect.score, perfect.calibration, perfect.refinement) == pytest.approx((0, 0, 0), abs=1e-15)
    assert log_parts([1.0, 0.5], [0, 1]).calibration == math.inf


def record(*said: tuple[object, bool | None]) -> list[Forecast]:
    return [
        Forecast(f"claim {i}", probability(p), None if y is None else Resolution(y, DAY, "a source"))
        for i, (p, y) in enumerate(said)
    ]


def test_the_score_of_a_word_is_that_of_its_mean_and_its_range_that_of_its_readings():
    card = scorecard(record(("likely", True), ("may", False), ("may", None)), within=0.9)
    likely, may = probability("likely"), probability("may")
    assert card.brier.value == pytest.approx(((1 - likely.mean) ** 2 + may.mean**2) / 2)
    assert card.brier.best == pytest.approx(((1 - likely.quantile(0.95)) ** 2 + may.quantile(0.05) ** 2) / 2)
    assert card.brier.worst == pytest.approx(((1 - likely.quantile(0.05)) ** 2 + may.quantile(0.95) ** 2) / 2)
    assert card.log.best <= card.log.value <= card.log.worst
    assert len(card.settled) == 2
    assert [f.claim for f in card.pending] == ["claim 2"]


@given(st.lists(st.tuples(st.sampled_from(["likely", "may", "unlikely", 0.5, [0.1, 0.9]]), st.booleans()), min_size=1))
def test_ranges_hold_their_values_and_claims_are_counted(said):
    card = scorecard(record(*said))
    for found in (card.brier, card.log):
        assert found.best <= found.value + 1e-12
        assert found.value <= found.worst + 1e-12
    assert sum(row.claims for row in card.calibration) == len(said)
    assert sum(row.came_true for row in card.calibration) == sum(y for _, y in said)
    assert card.brier_parts.score == pytest.approx(card.brier.value)


def test_the_expected_score_is_what_calibrated_claims_get():
    """Over all outcomes of five claims, each weighted with its probability (Spiegelhalter 1986)."""
    p = [0.725, 0.4188, 0.397, 0.5, 0.9]
    scores, weights = [], []
    for case in range(2 ** len(p)):
        y = [bool(case >> i & 1) for i in range(len(p))]
        scores.append(scorecard(record(*zip(p, y, strict=True))).brier.value)
        weights.append(math.prod(q if happened else 1 - q for q, happened in zip(p, y, strict=True)))
    card = scorecard(record(*((q, True) for q in p)))
    mean = np.dot(weights, scores)
    assert card.brier_if_calibrated == pytest.approx(mean)
    assert card.brier_chance == pytest.approx(np.sqrt(np.dot(weights, np.square(np.array(scores) - mean))))


@pytest.mark.parametrize(("count", "total"), [(0, 5), (2, 5), (5, 5), (7, 10)])
def test_the_exact_interval_is_where_tails_have_half_of_what_is_left(count, total):
    low, high = exact_interval(count, total, 0.9)
    if count:
        assert binom.sf(count - 1, total, low) == pytest.approx(0.05)
    if count < total:
        assert binom.cdf(count, total, high) == pytest.approx(0.05)
    assert (low == 0) == (count == 0)
    assert (high == 1) == (count == total)


def test_calibration_puts_the_same_probability_into_one_row():
    card = scorecard(record(("likely", True), ("is likely to", False), ("could", False), ("potentially", True)))
    assert [(row.said, row.claims, row.came_true) for row in card.calibration] == [
        (("likely", "is likely to"), 2, 1),
        (("could", "potentially"), 2, 1),
    ]
    assert all(row.consistent for row in card.calibration)
    poor = scorecard(record(*[(0.9, False)] * 8))
    assert not poor.calibration[0].consistent


def test_confidence_is_kept_and_moves_no_number():
    cards = [
        scorecard([Forecast("x", probability("likely"), Resolution(True, DAY, "s"), confidence)])
        for confidence in ("", *CONFIDENCE)
    ]
    assert len({card.brier for card in cards}) == 1
    assert [card.settled[0].confidence for card in cards] == ["", *CONFIDENCE]
    with pytest.raises(UnknownName, match="did you mean 'moderate'"):
        Forecast("x", probability(0.5), confidence="moderat")


def test_a_forecast_is_read_from_a_file():
    data = {
        "probability": "may",
        "confidence": "low",
        "resolved": False,
        "on": "2026-02-20",
        "source": "s",
        "note": "n",
    }
    found = forecast("claim", data)
    assert found.resolution == Resolution(False, date(2026, 2, 20), "s", "n")
    assert found.probability.scale == "capphrase"
    assert forecast("claim", {"probability": 0.3}).resolution is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"resolved": "yes"}, "must be true"),
        ({"resolved": True, "source": "s"}, "is not a day"),
        ({"resolved": True, "on": "2025-13-01", "source": "s"}, "is not a day"),
        ({"resolved": True, "on": "2025-01-01"}, "needs a source"),
        ({"resovled": True}, "did you mean 'resolved'"),
        ({"resolved": True, True: "2025-04-03"}, "quote it"),
    ],
)
def test_bad_resolutions_are_refused(data, says):
    with pytest.raises(ScenarioError, match=says):
        resolution(data)


def test_what_cannot_be_scored_is_refused():
    with pytest.raises(ScenarioError, match="nothing to score"):
        scorecard(record(("likely", None)))
    with pytest.raises(ScenarioError, match="no probability"):
        forecast("x", {})
    for p, y in (([], []), ([0.5], [1, 0]), ([1.5], [1]), ([0.5], [2]), ([float("nan")], [1])):
        with pytest.raises(ScenarioError):
            brier(p, y)


def test_tables_say_how_many_are_open_and_the_object_is_json():
    card = scorecard(record(("likely", True), (1, False), ("may", None)))
    shown, calibrated, claims = report.score_tables(card)
    assert shown.rows[1][1] == "infinite"
    assert any("open, and not scored: 1" in note for note in shown.notes)
    assert len(calibrated.rows) == 2
    assert "on scale capphrase" in str(claims.rows[0][1])
    content = json.loads(json.dumps(report.score_document(card), allow_nan=False))
    assert content["log_nats"]["score"] is None
    assert content["open"] == ["claim 2"]
    assert content["settled"][0]["on"] == "2025-04-03"
