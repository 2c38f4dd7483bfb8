"""Ensembles: a question under draws of everything that is uncertain about it, each solved and kept."""

from comity.uncertainty.ensemble.cluster import Cluster, local_cluster
from comity.uncertainty.ensemble.plan import Plan, plan
from comity.uncertainty.ensemble.recording import Record
from comity.uncertainty.ensemble.results import OnDisk, Results, read_results
from comity.uncertainty.ensemble.running import Progress, Solver, Threads, run_ensemble
from comity.uncertainty.ensemble.split import Share, variance_shares
from comity.uncertainty.ensemble.summary import Summary, beats, summarise

__all__ = [
    "Cluster",
    "OnDisk",
    "Plan",
    "Progress",
    "Record",
    "Results",
    "Share",
    "Solver",
    "Summary",
    "Threads",
    "beats",
    "local_cluster",
    "plan",
    "read_results",
    "run_ensemble",
    "summarise",
    "variance_shares",
]
