"""Costinot and Rodriguez-Clare (2014): how much a country gains from trading at all, from observed shares alone.

A. Costinot and A. Rodriguez-Clare, "Trade Theory with Numbers: Quantifying the Consequences of Globalization", Handbook
of International Economics 4, chapter 4 (gains from trade: table 4.1). The loss from moving to autarky has a closed form
in all the models that the chapter covers:

    G[n] = 1 - lambda[n]^(1/eps)                                                                  one sector
    G[n] = 1 - prod_s prod_k (lambda[n,k] (e[n,k]/r[n,k])^delta)^(beta[n,s] a[n,s,k] / eps[k])    many sectors

with lambda the domestic share of spending on k, beta final demand shares, a = (I - A)^-1 where A[s,k] is the share of
input k in the cost of s (a is the identity without intermediates), e and r the shares of k in total spending and in
total output, delta 0 under perfect and 1 under monopolistic competition (entry raises the number of varieties).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.replication.files import find, printed
from comity.replication.record import Paper, Replication, Row
from comity.replication.wiod_2008 import Table, aggregate, elasticities, read, without_negative_demand
from comity.world.world import Step

Floats = NDArray[np.float64]

ONE_SECTOR_ELASTICITY = 5.0


def gains_one_sector(lambda_: Floats, eps: float = ONE_SECTOR_ELASTICITY) -> Floats:
    """Gains from trade with one sector and no intermediates: ``1 - lambda^(1/eps)``.

    Args:
        lambda_: domestic share of spending ``[n]``, in (0, 1].
        eps: trade elasticity, > 0.

    Returns:
        Gains ``[n]``, percent of real income.

    >>> gains_one_sector(np.array([0.66])).round(1).tolist()
    [8.0]
    """
    return np.asarray(100 * (1 - lambda_ ** (1 / eps)))


def gains_many_sectors(
    lambda_: Floats,
    beta: Floats,
    eps: Floats,
    a: Floats | None = None,
    e_over_r: Floats | None = None,
) -> Floats:
    """Gains from trade with many sectors.

    Args:
        lambda_: domestic share of spending ``[n, k]``, in (0, 1].
        beta: final demand shares ``[n, s]``, summing to one over s.
        eps: trade elasticities ``[k]``, > 0.
        a: ``(I - A)^-1[n, s, k]`` as from `leontief`; None without intermediates.
        e_over_r: share of k in spending over its share in output ``[n, k]``, > 0; None for perfect competition
            (delta = 0), given for monopolistic competition (delta = 1).

    Returns:
        Gains ``[n]``, percent of real income. A sector that a country needs and does not make (lambda = 0) would make
        autarky impossible: gains are 100.

    >>> one = np.array([[0.66]])
    >>> gains_many_sectors(one, np.ones((1, 1)), np.array([5.0])).round(1).tolist()
    [8.0]
    """
    weight = (beta if a is None else np.einsum("ns,nsk->nk", beta, a)) / eps
    base = lambda_ if e_over_r is None else lambda_ * e_over_r
    with np.errstate(divide="ignore"):
        logs = np.where(weight > 0, np.log(base), 0.0)
    return np.asarray(100 * (1 - np.exp((np.where(weight > 0, weight, 0.0) * logs).sum(1))))


def leontief(A: Floats) -> Floats:
    """``(I - A)^-1`` for each country, ``[n, s, k]``: the content of k in a unit of s, directly and through inputs.

    Args:
        A: ``[n, s, k]``, share of input k (from anywhere) in the cost of s; rows sum to less than one.

    >>> leontief(np.array([[[0.5]]])).tolist()
    [[[2.0]]]
    """
    return np.asarray(np.linalg.inv(np.eye(A.shape[1]) - A))


@dataclass(frozen=True, eq=False)
class Statistics:
    """What the formulas need of a table, in the chapter's letters.

    Attributes:
        lambda_total: domestic share of total use ``[n]``.
        lambda_: the same by sector ``[n, k]``.
        beta: final demand shares ``[n, s]``.
        A: input shares in cost ``[n, s, k]``: input k in s.
        e_over_r: share of k in spending over its share in output ``[n, k]``.
    """

    lambda_total: Floats
    lambda_: Floats
    beta: Floats
    A: Floats
    e_over_r: Floats


def statistics(table: Table) -> Statistics:
    """Sufficient statistics of a table with 34 regions and 31 sectors."""
    use = table.Z.sum(3) + table.F
    spending = use.sum(0).T
    domestic = np.einsum("nkn->nk", use)
    final = table.F.sum(0).T
    inputs = np.einsum("iknu->nuk", table.Z)
    return Statistics(
        lambda_total=domestic.sum(1) / spending.sum(1),
        lambda_=domestic / spending,
        beta=final / final.sum(1, keepdims=True),
        A=inputs / table.output[:, :, None],
        e_over_r=spending / spending.sum(1, keepdims=True) / (table.output / table.output.sum(1, keepdims=True)),
    )


SETUPS = (
    "one sector",
    "many sectors, no intermediates, perfect competition",
    "many sectors, no intermediates, monopolistic competition",
    "many sectors, intermediates, perfect competition",
    "many sectors, intermediates, monopolistic competition",
)
"""The set-ups that are replicated, by name."""


def gains(stats: Statistics, eps: Floats) -> dict[str, Floats]:
    """Gains from trade ``[n]`` in percent under each of `SETUPS`.

    Args:
        stats: of a table, from `statistics`.
        eps: trade elasticities ``[k]``.

    Cells in `no_domestic_source` are left out of the product: there the formula says that autarky is impossible, on the
    strength of a flow that the source rounds to zero.
    """
    none = stats.lambda_ <= 0
    lambda_, ratio = np.where(none, 1.0, stats.lambda_), np.where(none, 1.0, stats.e_over_r)
    a = leontief(stats.A)
    return dict(
        zip(
            SETUPS,
            (
                gains_one_sector(stats.lambda_total),
                gains_many_sectors(lambda_, stats.beta, eps),
                gains_many_sectors(lambda_, stats.beta, eps, None, ratio),
                gains_many_sectors(lambda_, stats.beta, eps, a),
                gains_many_sectors(lambda_, stats.beta, eps, a, ratio),
            ),
            strict=True,
        )
    )


def no_domestic_source(table: Table, stats: Statistics) -> dict[str, str]:
    """For each region that buys a sector without any domestic source: a sentence with the sector and the amount."""
    spending = (table.Z.sum(3) + table.F).sum(0).T
    return {
        table.regions[n]: (
            f"{table.sectors[k]} is left out: US$ {spending[n, k]:,.0f} m bought, none of it domestic in a source of "
            "whole millions"
        )
        for n, k in np.argwhere((stats.lambda_ <= 0) & (spending > 0))
    }


def run(paper: Paper, folder: Path) -> Replication:
    """Re-run table 4.1: gains from trade of 34 regions, the printed ones compared.

    Args:
        paper: its entry in the catalogue.
        folder: where the WIOD table of 2008 is.
    """
    table = without_negative_demand(aggregate(read(find(paper, folder, paper.files[0]))))
    stats = statistics(table)
    found = gains(stats, elasticities(table.sectors)) | {"domestic share of total use": stats.lambda_total}
    at = {name: n for n, name in enumerate(table.regions)}
    compared = tuple(item.beside(float(found[item.quantity][at[item.place]])) for item in printed(paper.key))
    remarks = no_domestic_source(table, stats)
    alone = tuple(
        Row(
            setup,
            place,
            "WIOD 2008",
            "",
            None,
            float(found[setup][at[place]]),
            "percent",
            0.0,
            False,
            _note(remarks, setup, place),
        )
        for setup in SETUPS
        for place in table.regions
    )
    return Replication(paper, compared + alone, tuple(_sentence(step) for step in table.history))


def _note(remarks: dict[str, str], setup: str, place: str) -> str:
    """What to know about a number that stands alone."""
    return remarks.get(place, "") if setup != SETUPS[0] else ""


def _sentence(step: Step) -> str:
    """A step of the data's history as a sentence."""
    return f"{step.action}: {step.detail} ({step.count} cells, US$ {step.amount:,.0f} m)."
