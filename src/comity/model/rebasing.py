"""A world re-solved at other transfers: the step that published replications and balanced trade need."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from comity.model.closures import Closures
from comity.model.economy import Economy
from comity.model.ledger import Ledger
from comity.world.world import Step, World


def world_at(world: World, e: Economy, a: Ledger, closures: Closures, detail: str) -> World:
    """The world that a solution describes, in US$ million at its own prices: a benchmark equilibrium.

    Args:
        world: where the solution started from; gives names, rates and elasticities.
        e: economy that was solved.
        a: accounts of its equilibrium.
        closures: under which it was solved.
        detail: one sentence for the history.
    """
    income = float(world.factor_income.sum())
    flows = np.asarray(a.flow) * income
    moved = float(np.abs(flows.sum(0) - world.total_flows).sum())
    step = Step("re-based", f"{detail} (sourcing {closures.sourcing})", int(flows[0].size), moved)
    return replace(
        world,
        name=f"{world.name} re-based",
        flows=flows,
        input_use=np.asarray(e.g) * np.asarray(a.K)[:, None, :] * income,
        final_use=np.asarray(a.final) * income,
        value_added=np.asarray(e.v) * np.asarray(a.K) * income,
        history=(*world.history, step),
    )
