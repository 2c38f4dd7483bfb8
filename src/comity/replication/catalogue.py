"""The papers that Comity re-runs, and running one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from comity.errors import UnknownName
from comity.replication.record import Paper, Replication

_PAPERS = (
    Paper(
        key="caliendo-parro-2015",
        title="Estimates of the Trade and Welfare Effects of NAFTA",
        citation="L. Caliendo and F. Parro (2015), Review of Economic Studies 82(1), 1-44, doi 10.1093/restud/rdu035",
        data=(
            "The authors publish data and codes as supplementary material of the article (doi 10.1093/restud/rdu035) "
            "and on Lorenzo Caliendo's research page (Data_and_Codes_CP.zip). Comity reads them as nafta_cp2015.npz; "
            "the arrays it must hold are listed on the replications page of the documentation."
        ),
        files=(
            "replication/caliendo_parro_2015/nafta_cp2015.npz",
            "replication/caliendo_parro_2015/reference_results.csv",
        ),
    ),
    Paper(
        key="costinot-rodriguez-clare-2014",
        title="Trade Theory with Numbers: Quantifying the Consequences of Globalization",
        citation=(
            "A. Costinot and A. Rodriguez-Clare (2014), Handbook of International Economics 4, 197-261, "
            "doi 10.1016/B978-0-444-54314-1.00004-5"
        ),
        data=(
            "The table is the World Input-Output Database, 2013 release, year 2008 (Timmer and others 2015, "
            "doi 10.1111/roie.12178), free from the WIOD project at the University of Groningen; Comity reads it as "
            "wiot_2008.RData, as the R package wiod carries it."
        ),
        files=("world/wiod2013/wiot_2008.RData",),
    ),
)


def papers() -> tuple[Paper, ...]:
    """The papers that can be re-run.

    >>> [paper.key for paper in papers()]
    ['caliendo-parro-2015', 'costinot-rodriguez-clare-2014']
    """
    return _PAPERS


def run(paper: str | Paper, data_dir: Path | str) -> Replication:
    """Re-run a paper and set our numbers beside the published ones.

    Args:
        paper: its key (a part that fits one paper is enough, e.g. ``"caliendo"``) or its entry in `papers`.
        data_dir: the folder with the data, laid out as `Paper.files` says or holding the files directly.

    Raises:
        UnknownName: no paper, or more than one, goes by this name.
        DataError: the data are not in the folder; says where the authors publish theirs.
    """
    chosen = paper if isinstance(paper, Paper) else _named(paper)
    module = import_module(f"comity.replication.{chosen.key.replace('-', '_')}")  # late: the engine takes a second
    replication: Replication = module.run(chosen, Path(data_dir))
    return replication


def _named(name: str) -> Paper:
    """The one paper that a name fits."""
    wanted = name.lower().replace("_", "-").strip()
    fits = [paper for paper in _PAPERS if wanted and wanted in paper.key]
    if len(fits) == 1:
        return fits[0]
    keys = ", ".join(paper.key for paper in _PAPERS)
    raise UnknownName(f"{'no' if not fits else 'more than one'} paper goes by {name!r}; choose from {keys}")
