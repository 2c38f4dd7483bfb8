"""The instruments that a scenario may use, in one table: how each is written, what it reaches, what it does.

To add one, write its rule and its functions in a module of its family and add a row here; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from comity.errors import ScenarioError
from comity.policy import (
    accession,
    agreement_rule,
    bans,
    commitments,
    decoupling,
    defence,
    disruption,
    duties,
    factor_supply,
    goals,
    libraries,
    subsidies,
    technology,
    trade_costs,
    transfers,
)
from comity.policy.quantities import about_money
from comity.policy.scope import Mask, Scope
from comity.policy.shock import Shock
from comity.policy.wording import nearest
from comity.world.classification import lookup_key

Rule = Any
"""A frozen value such as `Tariff`; each kind is registered in `INSTRUMENTS`."""


PUBLIC = ("public", "public_mix", "public_sources")
"""Arrays of added public absorption."""

NOT_WORTH_TELLING = 0.005
"""Share of a rule's trade below which the sentence about assumed tariffs would print 0%."""


def _never(_rule: Rule) -> bool:
    return False


def _silent(_scope: Scope, _rule: Rule) -> list[str]:
    return []


@dataclass(frozen=True)
class Instrument:
    """One kind of rule.

    Attributes:
        key: as written in a file.
        rule: the class of its rules.
        arrays: the fields of `Shock` that it changes; none where it asks for something that other amounts bring about.
        apply: the shock with one more rule in it; a pure function.
        cells: which cells of that array a rule reaches; None where the question has no meaning.
        sets: whether a rule forgets what earlier rules did in its cells.
        notes: sentences for the reader about a rule in a world.
        amounts: the fields of a rule that hold its size, of which one is given.
        basis: sentences on where its numbers come from; told of a rule as written, not of parts of another.
        expand: the rules that a rule stands for in a world, itself alone if it is plain; None if it always is. The
            shock of a rule is bit by bit that of the rules it stands for.
    """

    key: str
    rule: type
    arrays: tuple[str, ...]
    apply: Callable[[Shock, Scope, Rule], Shock]
    cells: Callable[[Scope, Rule], Mask] | None = None
    sets: Callable[[Rule], bool] = _never
    notes: Callable[[Scope, Rule], list[str]] = _silent
    amounts: tuple[str, ...] = ()
    basis: Callable[[Scope, Rule], list[str]] = _silent
    expand: Callable[[Scope, Rule], tuple[Rule, ...]] | None = None

    @property
    def about(self) -> str:
        """The first sentence of its documentation."""
        return (self.rule.__doc__ or "").split("\n")[0]


def _assumed_tariffs(scope: Scope, rule: duties.Tariff) -> list[str]:
    """How much of the trade that a rule sets a rate on has a baseline tariff that is only assumed."""
    if rule.add is not None:
        return []
    world, cells = scope.world, duties.tariff_cells(scope, rule)
    trade, assumed = world.total_flows[cells].sum(), world.total_flows[cells & ~world.tariff_known].sum()
    if not assumed > NOT_WORTH_TELLING * trade:
        return []
    what = "the tariff set" if rule.to is not None else "the cap on tariffs"
    return [
        f"the baseline tariff is an assumption (zero unless stated) for {100 * assumed / trade:.0f}% of the trade "
        f"({about_money(assumed)}) under {what} by {', '.join(rule.by)} on {', '.join(rule.on)}"
    ]


def _apply_parts(shock: Shock, scope: Scope, rule: Rule) -> Shock:
    """The shock with the rules in it that a rule stands for."""
    expand = instrument_of(rule).expand
    for part in expand(scope, rule) if expand else ():
        shock, scope = apply(shock, scope, part), scope.after(part)
    return shock


_TABLE = (
    Instrument(
        "tariff",
        duties.Tariff,
        ("tariff",),
        duties.apply_tariff,
        duties.tariff_cells,
        duties.sets,
        _assumed_tariffs,
        amounts=("to", "add", "cap"),
    ),
    Instrument(
        "export tax",
        duties.ExportTax,
        ("export_tax",),
        duties.apply_export_tax,
        duties.export_tax_cells,
        duties.sets,
        amounts=("to", "add", "cap"),
    ),
    Instrument(
        "non-tariff cost",
        trade_costs.NonTariffCost,
        ("iceberg",),
        trade_costs.apply_non_tariff,
        trade_costs.non_tariff_cells,
        amounts=("add",),
    ),
    Instrument(
        "import ban",
        bans.ImportBan,
        ("available",),
        bans.apply_ban,
        bans.import_ban_cells,
        notes=bans.ban_notes,
        basis=bans.coverage_basis,
        amounts=("coverage",),
        expand=bans.plain_bans,
    ),
    Instrument(
        "export control",
        bans.ExportControl,
        ("available",),
        bans.apply_ban,
        bans.export_control_cells,
        notes=bans.ban_notes,
        basis=bans.coverage_basis,
        amounts=("coverage",),
        expand=bans.plain_bans,
    ),
    Instrument(
        "transfer",
        transfers.Transfer,
        ("transfer", *PUBLIC),
        transfers.apply_transfer,
        notes=transfers.transfer_notes,
        amounts=("add", "level"),
    ),
    Instrument(
        "productivity",
        technology.Productivity,
        ("productivity",),
        technology.apply_productivity,
        technology.productivity_cells,
        amounts=("add",),
    ),
    Instrument(
        "decoupling",
        decoupling.Decoupling,
        ("tariff", "export_tax", "iceberg", "available"),
        _apply_parts,
        amounts=("severity",),
        expand=decoupling.decoupled,
    ),
    Instrument(
        "disruption",
        disruption.Disruption,
        ("iceberg", "available"),
        _apply_parts,
        notes=disruption.disruption_notes,
        amounts=("cost", "closed"),
        expand=disruption.disrupted,
    ),
    Instrument(
        "factor supply",
        factor_supply.FactorSupply,
        ("factors",),
        factor_supply.apply_factor_supply,
        notes=factor_supply.factor_notes,
        amounts=("add",),
    ),
    Instrument(
        "production subsidy",
        subsidies.ProductionSubsidy,
        ("subsidy",),
        subsidies.apply_subsidy,
        subsidies.subsidy_cells,
        subsidies.sets,
        subsidies.subsidy_notes,
        amounts=("rate", "add"),
    ),
    Instrument(
        "defence spending",
        defence.DefenceSpending,
        PUBLIC,
        defence.apply_defence,
        notes=defence.defence_notes,
        amounts=("add", "to", "amount"),
    ),
    Instrument(
        "apply",
        libraries.Apply,
        ("tariff",),
        libraries.apply_library,
        libraries.library_cells,
        notes=libraries.library_notes,
    ),
    Instrument(
        "purchase commitment",
        commitments.PurchaseCommitment,
        (),
        commitments.apply_commitment,
        commitments.commitment_cells,
        notes=commitments.commitment_notes,
        amounts=("value", "add"),
    ),
    Instrument("goal", goals.Goal, (), goals.apply_goal),
    Instrument(
        "agreement",
        agreement_rule.Agreement,
        ("tariff", "iceberg"),
        accession.apply_agreement,
        notes=accession.agreement_notes,
        amounts=("deepen",),
    ),
)

INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType({entry.key: entry for entry in _TABLE})
"""Every instrument by the key under which a file writes it."""

_BY_RULE = {entry.rule: entry for entry in _TABLE}
_BY_KEY = {lookup_key(entry.key): entry for entry in _TABLE}


def instrument_named(key: str) -> Instrument:
    """The instrument of a key, however its words are joined.

    Raises:
        ScenarioError: there is none; gives the nearest and the list.

    >>> instrument_named("export-tax").key
    'export tax'
    """
    found = _BY_KEY.get(lookup_key(key))
    if found is None:
        known = ", ".join(INSTRUMENTS)
        raise ScenarioError(f"there is no instrument {key!r}{nearest(key, INSTRUMENTS)} (instruments: {known})")
    return found


def instrument_of(rule: Rule) -> Instrument:
    """The instrument of a rule.

    Raises:
        ScenarioError: the value is no rule.
    """
    found = _BY_RULE.get(type(rule))
    if found is None:
        raise ScenarioError(f"{rule!r} is no rule; make one with {', '.join(e.rule.__name__ for e in _TABLE)}")
    return found


def apply(shock: Shock, scope: Scope, rule: Rule) -> Shock:
    """The shock with one more rule in it.

    Raises:
        ScenarioError: the rule has no meaning in this world, or is out of range.
    """
    return instrument_of(rule).apply(shock, scope, rule)


def unchanged(before: Shock, after: Shock, rule: Rule) -> bool:
    """Whether a rule left its arrays as they were."""
    arrays = instrument_of(rule).arrays
    return all(np.array_equal(getattr(before, array), getattr(after, array)) for array in arrays)
