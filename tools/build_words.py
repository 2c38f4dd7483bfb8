"""Build src/comity/uncertainty/data/scales.csv and phrases.csv: what words of likelihood mean, by rule and as measured.

    python tools/build_words.py [FOLDER]      # with the sources; default ../shared/data/security/wep

scales.csv holds the bands of the official scales. phrases.csv holds, for each phrase of the CAPphrase survey, the
percentiles of what its respondents took it to mean (linear between order statistics; two more in each tail, without
which a few odd answers would weigh too much), not their answers. Every answer is counted, also those at odds with the
phrase (some put "highly unlikely" at 100): nothing is cut off.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "comity" / "uncertainty" / "data"
FOLDER = ROOT.parent / "shared" / "data" / "security" / "wep"
YARDSTICKS = {"nato": "CAPphrase_yardstick_nato.csv", "uk": "CAPphrase_yardstick_uk.csv",
              "ipcc": "CAPphrase_yardstick_ipcc.csv", "efsa": "CAPphrase_yardstick_efsa.csv"}  # fmt: skip
PERCENTILES = (0, 0.1, 0.5, *range(1, 100), 99.5, 99.9, 100)
Row = tuple[object, ...]


def main(folder: Path = FOLDER, target: Path = TARGET) -> None:
    """Write both tables."""
    bands = [*icd_203(folder), *kent(folder)]
    for scale, name in YARDSTICKS.items():
        bands += [(scale, row["term"].lower(), "", row["low"], row["high"]) for row in read(folder / name)]
    write(target / "scales.csv", ("scale", "term", "aliases", "low_pct", "high_pct"), bands)
    write(target / "phrases.csv", ("scale", "term", "respondents", *(f"p{q}" for q in PERCENTILES)), survey(folder))


def icd_203(folder: Path) -> list[Row]:
    """Two words a band; some with the adverb in brackets, as in "probable (probably)" and "almost certain(ly)"."""
    rows: list[Row] = []
    for row in read(folder / "odni_icd203_scale.csv"):
        words = [word for cell in (row["term_a"], row["term_b"]) for word in forms(cell)]
        rows.append(("icd-203", words[0], "|".join(words[1:]), row["low"], row["high"]))
    return rows


def forms(cell: str) -> list[str]:
    """The ways to write a cell of the table: "almost certain(ly)" is two words, "improbable (improbably)" too."""
    if match := re.fullmatch(r"(.+?) \((.+)\)", cell):
        return [match[1], match[2]]
    if match := re.fullmatch(r"(.+?)\((.+)\)", cell):
        return [match[1], match[1] + match[2]]
    return [cell]


def kent(folder: Path) -> list[Row]:
    """A point give or take some."""
    return [
        ("kent", row["term"], "", int(row["point_pct"]) - int(row["plus_minus"]),
         int(row["point_pct"]) + int(row["plus_minus"]))
        for row in read(folder / "sherman_kent_scale.csv")
    ]  # fmt: skip


def survey(folder: Path) -> list[Row]:
    """Percentiles of each phrase, in the order of the source's list of phrases."""
    answers: dict[str, list[float]] = {row["term"]: [] for row in read(folder / "CAPphrase_terms.csv")}
    for row in read(folder / "CAPphrase_absolute_judgements.csv"):
        answers[row["term"]].append(float(row["probability"]))
    rows: list[Row] = []
    for term, found in answers.items():
        percentiles = np.percentile(found, PERCENTILES)
        rows.append(("capphrase", term.lower(), len(found), *(f"{value:.6g}" for value in percentiles)))
    return rows


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, head: tuple[str, ...], rows: list[Row]) -> None:
    """A CSV file, whole."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    print(f"{path.name}: {len(rows)} words")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
