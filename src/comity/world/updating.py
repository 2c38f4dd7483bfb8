"""A later year: bring a world to newer totals, keep every identity, and say what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from comity.errors import DataError
from comity.world.accounts import Accounts, Floats, Step
from comity.world.balance import balance
from comity.world.scaling import Scaled, Scaling, scale
from comity.world.sums import harmonised, incomes, place_sums
from comity.world.totals import Total
from comity.world.update_report import UpdateReport, report_of

if TYPE_CHECKING:
    from comity.world.world import World

UPDATED = "updated to later totals"
"""Name of the step in `World.history` that says that a world is an update of another."""
TOLERANCE = 1e-10
ESTIMATE = "estimate"
"""How the source of a total begins that is itself an estimate."""
SOURCES_NAMED = 3
"""With more, the sentence leaves them to the report."""
_ARRAYS = ("flows", "tariff", "export_tax", "input_use", "final_use", "value_added")


@dataclass(frozen=True)
class Update:
    """An updated world and what moved.

    Attributes:
        world: a benchmark; its first sentence of `World.estimated` says that it is an update.
        report: totals asked and reached, and how much moved where.
    """

    world: World
    report: UpdateReport


def update(
    world: World, totals: Sequence[Total], *, year: int, name: str, tolerance: float = TOLERANCE, single: bool = False
) -> Update:
    """`world` brought to `totals` with the least change; see `World.update`.

    The prior is the table in which every region grew with its income (see `grown`); `comity.world.scaling` finds the
    accounts closest to it. Regions without a total of income keep theirs.

    Args:
        world: a benchmark.
        totals: what to reach.
        year, name: of the new world.
        tolerance: relative gap that every identity and every exact total must reach.
        single: round flows to single precision, so that `World.save` takes half the space; totals are then reached to
            1e-7 only.

    Raises:
        DataError: a world that is no benchmark; totals that cannot be reached together (names the worst, asked and
            reached); see also `comity.world.sums`.
        UnknownName: a region or sector that the world does not have.
    """
    if not world.is_benchmark:
        raise DataError(f"world {world.name!r} is no benchmark equilibrium: solve it first (comity.rebase)")
    income = incomes(world, [t for t in totals if t.kind == "gdp"])
    sums, step = harmonised(world, place_sums(world, [t for t in totals if t.kind != "gdp"]))
    prior = grown(world.accounts, income / world.factor_income)
    none = sums.wanted == 0
    kept, emptied = ~none, np.asarray(sums.matrix[np.flatnonzero(none)].sum(0)).reshape(world.tariff.shape) > 0
    problem = Scaling(
        replace(prior, flows=np.where(emptied, 0.0, prior.flows)),
        income,
        sums.matrix[np.flatnonzero(kept)],
        sums.wanted[kept],
        sums.weight[kept],
    )
    scaled = scale(problem, tolerance)
    if not scaled.gap <= tolerance:
        _refuse(world, problem, scaled, [t for t, k in zip(sums.totals, kept, strict=True) if k])
    closed, steps = balance(scaled.accounts, single)
    report = report_of(world, prior, closed, income, sums, scaled.steps, scaled.gap)
    history = (*([step] if step else ()), _step(world, totals, year, closed), *steps)
    return Update(_renamed(world, closed, totals, year, name, history), report)


def grown(a: Accounts, growth: Floats) -> Accounts:
    """The table in which every region grew by ``growth[n]``: purchases, inputs and income of a region by its own, trade
    between two regions by the geometric mean of theirs. Uniform growth keeps every identity."""
    root = np.sqrt(growth)
    return replace(
        a,
        flows=a.flows * (root[:, None] * root),
        input_use=a.input_use * growth[:, None, None],
        final_use=a.final_use * growth[:, None],
        value_added=a.value_added * growth[:, None],
    )


def _renamed(
    world: World, a: Accounts, totals: Sequence[Total], year: int, name: str, history: Sequence[Step]
) -> World:
    now, then = (_between(x) for x in (a.total_flows, world.total_flows))
    assert world.source_trade is not None  # set when the world was made
    weight = world.source_trade * np.divide(now, then, out=np.ones_like(now), where=then > 0)
    return replace(
        world,
        name=name,
        year=year,
        source=f"an update by Comity of world {world.name} ({world.source})",
        estimated=(_sentence(world, totals, year, name), *world.estimated),
        history=(*world.history, *history),
        source_trade=weight,
        **{key: getattr(a, key) for key in _ARRAYS},
    )


def _between(flows: Floats) -> Floats:
    return np.asarray(flows.sum((1, 2)) - np.einsum("jnn->j", flows))


def _sentence(world: World, totals: Sequence[Total], year: int, name: str) -> str:
    counts = {kind: sum(t.kind == kind for t in totals) for kind in ("gdp", "exports", "imports")}
    given = ", ".join(f"{count} of {kind}" for kind, count in counts.items() if count) or "none"
    named = list(dict.fromkeys(t.source for t in totals if t.source))
    sources = "; ".join(named) if len(named) <= SOURCES_NAMED else ""
    guessed = sum(t.source.startswith(ESTIMATE) for t in totals)
    marked = f", {guessed} of them as estimates" if guessed else ""
    return (
        f"World {name} is an UPDATE of world {world.name} to totals of {year}, not a published table: the totals "
        f"({given}) are given{marked}{f' ({sources})' if sources else ''}; every other cell is an estimate, the old "
        "table scaled to them with the least change."
    )


def _step(world: World, totals: Sequence[Total], year: int, a: Accounts) -> Step:
    change = np.abs(a.flows - world.flows)
    text = (
        f"world {world.name} scaled to {len(totals)} totals of {year} by the least change in relative entropy from the "
        "table grown with incomes; cells: flows that changed; amount: the sum of their absolute changes"
    )
    return Step(UPDATED, text, int((change > 0).sum()), float(change.sum()))


def _refuse(world: World, problem: Scaling, scaled: Scaled, totals: Sequence[Total]) -> None:
    """The error for totals that cannot hold together: the exact total that is furthest from its value."""
    reached = problem.sums @ scaled.accounts.total_flows.ravel()
    gaps = np.where(np.isinf(problem.weight), np.abs(reached / problem.wanted - 1), 0.0)
    if len(gaps) and gaps.max() > 1e-6:
        at = int(gaps.argmax())
        what = (
            f"{totals[at].place}: US$ {problem.wanted[at]:,.6g} million aimed at, {reached[at]:,.6g} reached when the "
            "search stopped"
        )
    else:
        kind, index = scaled.worst
        names = [(world.regions, world.sectors)[k][i] for k, i in enumerate(index)] if kind != "sums" else []
        what = f"{kind} of {', '.join(names)}" if names else totals[index[0]].place
    raise DataError(
        f"the totals cannot hold together in world {world.name}: {what} (relative gap {scaled.gap:.2g}). A part may "
        "exceed its whole, or several totals leave nothing to give way; leave one out, or give it a weight"
    )


def default_name(world: World, year: int) -> str:
    """What an updated world is called: the first word is the world's own name, so that its presets still apply."""
    base = world.name.split(" ")[0]
    return f"{base} updated to {year}" if year else f"{base} updated"
