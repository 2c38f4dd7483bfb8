"""A small case on the small world, for tests."""

from __future__ import annotations

from pathlib import Path

CLAIMS = """\
title: A small case
worlds: [2019]
columns: {Japan: JPN, US: USA}
facts:
  - {key: rate, what: the rate, value: 25%, as of: 2025, source: an example}
claims:
  - claim: 1
    title: A tariff
    says: The United States may tax Japanese manufactures.
    hedge: may
    asked: What does it cost?
    scenarios: [tariff.yaml]
    facts: [rate]
    measures:
      - {key: japan, label: worth to Japan, of: equivalent_variation_usd_bn, at: {region: Japan}}
      - {key: world, label: worth to all, of: equivalent_variation_usd_bn, at: {region: all}}
      - {key: added, label: the answer adds, of: equivalent_variation_usd_bn, at: {region: Japan}, less: no answer}
      - key: share
        label: of the loss of all
        of: equivalent_variation_usd_bn
        at: {region: Japan}
        over: {of: equivalent_variation_usd_bn, at: {region: all}}
      - key: more
        label: the answer adds, of the loss without it
        of: equivalent_variation_usd_bn
        at: {region: Japan}
        less: no answer
        over: {of: equivalent_variation_usd_bn, at: {region: Japan}}
      - {key: rate, label: the tariff, of: tariff_pct, at: {sector: C, importer: USA, exporter: JPN}, digits: 1}
      - key: who
        label: sells more
        of: trade_change_usd_bn
        at: {sector: C, importer: USA, exporter: all except USA}
        variants: [no answer]
        leaders: 2
        along: exporter
    answer: >-
      Japan {gains|loses: japan @ no answer} bn, with an answer {gains|loses: japan @ answer} bn; most gain {who}.
    assumptions:
      - {what: all of manufacturing, basis: a choice}
    cannot say: [how it feels]
  - claim: 2
    title: Another
    says: It might be a game.
    hedge: might
    asked: Which cell?
    scenarios: [transfer.yaml]
    cannot say: [who wins]
    game: the game is open
"""
TARIFF = """\
aggregation: full
policies:
  - tariff: {by: USA, on: JPN, sectors: [C], add: 25%}
  - tariff: {name: answer, by: JPN, on: USA, sectors: [A], add: 10%}
variants:
  no answer: {drop: [answer]}
  answer: {}
"""
TRANSFER = """\
aggregation: full
policies:
  - transfer: {from: Japan, to: USA, add: US$8bn}
"""


def small_case(folder: Path, **files: str) -> Path:
    """Write the case; `files` replace or add contents by the name of the file without its ending."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"claims": CLAIMS, "tariff": TARIFF, "transfer": TRANSFER, **files}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
