"""How forecasts came out, as tables and as an object."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from comity.report.document import finite
from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.uncertainty.forecasts import Forecast
    from comity.uncertainty.record import Range, Scorecard
    from comity.uncertainty.scores import Parts


def score_tables(card: Scorecard) -> list[Table]:
    """Scores with their parts, the calibration, and each claim."""
    return [scores(card), calibration(card), settled(card)]


def scores(card: Scorecard) -> Table:
    """Mean scores and what they are made of."""
    columns = ("score", "best reading", "worst reading", "calibration", "resolution", "uncertainty")
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Brier", *_range(card.brier), *_parts(card.brier_parts)),
        ("log (nats)", *_range(card.log), *_parts(card.log_parts)),
    )
    notes = (
        "Lower is better; always saying 50% scores 0.250 and 0.693. Score = calibration - resolution + uncertainty.",
        f"Were every probability right, the Brier score would be {card.brier_if_calibrated:.3f}, give or take "
        f"{card.brier_chance:.3f} (one standard deviation, claims independent).",
        f"Best and worst reading: each probability anywhere in the central {100 * card.within:.0f}% of how it is read.",
        f"Settled: {len(card.settled)} claims; open, and not scored: {len(card.pending)}.",
    )
    return Table("Scores", (Column("rule"), *(Column(name, "", 3) for name in columns)), rows, notes)


def calibration(card: Scorecard) -> Table:
    """What was called so likely, and how often it came true."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (" / ".join(r.said), 100 * r.probability, str(r.claims), str(r.came_true), 100 * r.share, 100 * r.low,
         100 * r.high, "yes" if r.consistent else "no")
        for r in card.calibration
    )  # fmt: skip
    columns = (
        Column("said"), Column("probability", "%", 1), Column("claims"), Column("came true"), Column("share", "%", 1),
        Column("from", "%", 1), Column("to", "%", 1), Column("consistent"),
    )  # fmt: skip
    level = f"{100 * card.within:.0f}%"
    read_on = dict.fromkeys(f.probability.scale for f in card.settled if f.probability.scale)
    notes = [f"From, to: exact {level} interval of the share that comes true; wide, where claims are few."]
    notes += [f"Words are read on the scale {' or '.join(read_on)}."] if read_on else []
    return Table("Calibration", columns, rows, tuple(notes))


def settled(card: Scorecard) -> Table:
    """Each claim that was scored."""
    rows: list[tuple[Cell, ...]] = []
    for f in card.settled:
        if f.resolution:
            happened = "came true" if f.resolution.happened else "did not"
            rows.append((f.claim, f.probability.sentence, happened, f.resolution.on.isoformat(), f.resolution.source))
    columns = ("claim", "probability", "outcome", "on", "source")
    told = [f"Confidence in the evidence of {f.claim}: {f.confidence}." for f in card.settled if f.confidence]
    return Table("Settled claims", tuple(map(Column, columns)), tuple(rows), tuple(told))


def score_document(card: Scorecard) -> dict[str, Any]:
    """The scorecard as one object; a score that is infinite (certain, and wrong) is null."""
    return {
        "settled": [_forecast(f) for f in card.settled],
        "open": [f.claim for f in card.pending],
        "brier": _object(card.brier, card.brier_parts)
        | {"if_calibrated": card.brier_if_calibrated, "if_calibrated_sd": card.brier_chance},
        "log_nats": _object(card.log, card.log_parts),
        "within": card.within,
        "calibration": [
            {
                "said": list(r.said),
                "probability": r.probability,
                "claims": r.claims,
                "came_true": r.came_true,
                "share": r.share,
                "interval": [r.low, r.high],
            }
            for r in card.calibration
        ],
    }


def _forecast(f: Forecast) -> dict[str, Any]:
    found: dict[str, Any] = {
        "claim": f.claim,
        "said": f.probability.said,
        "scale": f.probability.scale or None,
        "mean": f.probability.mean,
        "assumed": f.probability.assumed or None,
        "confidence": f.confidence or None,
    }
    if f.resolution:
        r = f.resolution
        found |= {"resolved": r.happened, "on": r.on.isoformat(), "source": r.source, "note": r.note or None}
    return found


def _object(found: Range, parts: Parts) -> dict[str, float | None]:
    return {
        "score": finite(found.value),
        "best_reading": finite(found.best),
        "worst_reading": finite(found.worst),
        "calibration": finite(parts.calibration),
        "resolution": parts.resolution,
        "uncertainty": parts.uncertainty,
    }


def _range(found: Range) -> tuple[Cell, ...]:
    return _shown(found.value), _shown(found.best), _shown(found.worst)


def _parts(parts: Parts) -> tuple[Cell, ...]:
    return _shown(parts.calibration), parts.resolution, parts.uncertainty


def _shown(value: float) -> Cell:
    return value if math.isfinite(value) else "infinite"
