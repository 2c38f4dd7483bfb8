"""Ensembles: a question under draws of everything that is uncertain about it, each solved and kept."""

from comity.uncertainty.ensemble.plan import Plan, plan
from comity.uncertainty.ensemble.results import OnDisk, Results, read_results
from comity.uncertainty.ensemble.running import Progress, Threads, run_ensemble
from comity.uncertainty.ensemble.split import Share, variance_shares
from comity.uncertainty.ensemble.summary import Summary, beats, summarise

__all__ = [
    "OnDisk",
    "Plan",
    "Progress",
    "Results",
    "Share",
    "Summary",
    "Threads",
    "beats",
    "plan",
    "read_results",
    "run_ensemble",
    "summarise",
    "variance_shares",
]
