"""Published numbers re-run: what the papers print beside what Comity computes from the same data.

    for paper in comity.replication.papers():
        print(paper.key, comity.replication.run(paper, "data").passed)

Replication data are not part of Comity; each paper says where its authors publish theirs.
"""

from comity.replication.catalogue import papers, run
from comity.replication.record import Paper, Replication, Row

__all__ = ["Paper", "Replication", "Row", "papers", "run"]
