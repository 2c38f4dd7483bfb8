"""A case: claims of a commentary, each with scenarios and measures, read from a folder, and all of it run."""

from comity.claims.case import Case, case_names, load_case
from comity.claims.claim import Assumption, Claim, Fact, Measure, case_schema
from comity.claims.intervals import Beats, CaseDraws, Count, Driver, Interval
from comity.claims.results import Answer, CaseResult, Result, Row
from comity.claims.running import run_case
from comity.claims.scoring import CaseScore, score_case

__all__ = [
    "Answer",
    "Assumption",
    "Beats",
    "Case",
    "CaseDraws",
    "CaseResult",
    "CaseScore",
    "Claim",
    "Count",
    "Driver",
    "Fact",
    "Interval",
    "Measure",
    "Result",
    "Row",
    "case_names",
    "case_schema",
    "load_case",
    "run_case",
    "score_case",
]
