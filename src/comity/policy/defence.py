"""Defence spending: public absorption with the composition and the sources of defence procurement."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field, PlainValidator, WithJsonSchema

from comity.errors import ScenarioError
from comity.policy.fields import Name, Note, Source, exactly_one, one_of, rule_class
from comity.policy.nominal import OTHER_DOLLARS, to_year
from comity.policy.places import within
from comity.policy.public_mixes import mix_in, mixes, named_mix
from comity.policy.public_purchases import sourcing, with_purchases
from comity.policy.quantities import (
    SHARES_SCHEMA,
    AnyRate,
    Money,
    Part,
    Rate,
    Shares,
    about_money,
    shares,
    show_money,
    told_money,
    told_rate,
)
from comity.policy.scope import Scope
from comity.policy.shock import Shock
from comity.policy.wording import Names
from comity.world.world import Floats, World

DEFAULT_MIX = "build-up"
SHOWN = 6
MixOrShares = Annotated[
    str | dict[str, Rate],
    PlainValidator(lambda value: value if isinstance(value, str) and value.strip() else shares(value)),
    WithJsonSchema({"anyOf": [{"enum": [name for name in mixes() if name != "base support"]}, SHARES_SCHEMA]}),
]


@rule_class(exactly_one("add", "to", "amount"))
class DefenceSpending:
    """More (or less) defence spending a year: public absorption that households pay for.

    GDP is that of the baseline: factor income plus taxes on trade. `to` is all defence spending, of which `already` is
    in the baseline's final demand.

    >>> DefenceSpending(of="JPN", to="3%", already="2%", import_content="20%", sources={"USA": 1}).share
    0.01
    """

    of: Annotated[Names, Field(description="Regions that spend.", examples=["JPN"])]
    add: Annotated[
        AnyRate | None, Field(description="Added spending, as a share of GDP (cut, if negative).", examples=["1%"])
    ] = None
    to: Annotated[
        Part | None, Field(description="All defence spending, as a share of GDP; needs `already`.", examples=["3%"])
    ] = None
    already: Annotated[
        Part | None, Field(description="Part of `to` that is spent in the baseline.", examples=["2%"])
    ] = None
    amount: Annotated[Money | None, Field(description="Added spending, a year.", examples=["US$10bn"])] = None
    dollars: Annotated[
        int | None,
        Field(
            ge=1900,
            le=2200,
            description="Year of the dollars of `amount`; scaled to the world's year by US GDP.",
            examples=[2025],
        ),
    ] = None
    mix: Annotated[
        MixOrShares,
        Field(
            description="What it buys: a named composition, or shares by sector. build-up if left out.",
            examples=["whole budget", {"aircraft": "60%", "construction": "40%"}],
        ),
    ] = DEFAULT_MIX
    import_content: Annotated[
        Part | None,
        Field(
            alias="import content",
            description="Imports as a share of the spending; as in final demand if left out.",
            examples=["20%"],
        ),
    ] = None
    sources: Annotated[
        Shares | None,
        Field(
            description="Where imports come from, shares by region; as in final demand if left out.",
            examples=[{"USA": "90%", "EU": "10%"}],
        ),
    ] = None
    name: Name = None
    source: Source = None
    note: Note = None

    def __post_init__(self) -> None:
        """One size, and with `to` the part of it that is spent already."""
        one_of(self, "add", "to", "amount")
        if self.to is not None and self.already is None:
            raise ValueError(
                "`to` needs `already`: defence spending of the baseline is inside final demand; write `already: 2%`"
            )
        if self.to is None and self.already is not None:
            raise ValueError("`already` belongs to `to`; leave it out")
        if self.amount is None and self.dollars is not None:
            raise ValueError("`dollars` belongs to `amount`; a share of GDP has no year of dollars")

    @property
    def share(self) -> float:
        """Added spending as a share of GDP, where it is written as one."""
        if self.add is not None:
            return float(self.add)
        return round(float(self.to or 0.0) - float(self.already or 0.0), 12)


def gdp(world: World) -> Floats:
    """Baseline GDP at basic prices plus taxes on trade ``[n]``, US$ million: factor income and net indirect taxes."""
    at_border = world.total_flows
    tariffs = (at_border * world.tariff).sum((0, 2))
    export_taxes = (at_border * world.export_tax / (1 + world.export_tax)).sum((0, 1))
    return np.asarray(world.factor_income + tariffs + export_taxes)


def added(world: World, rule: DefenceSpending, region: int) -> float:
    """Added spending of a region, US$ million a year.

    Raises:
        ScenarioError: more than all income of the region.
    """
    if rule.amount is not None:
        spent = float(rule.amount) * to_year(rule.dollars, world.year)
    else:
        spent = rule.share * float(gdp(world)[region])
    income = float(world.factor_income[region])
    if abs(spent) >= income:
        raise ScenarioError(
            f"defence spending of {show_money(abs(round(spent)))} is more than all income of {world.regions[region]} "
            f"({show_money(round(income))} a year)"
        )
    return spent


def apply_defence(shock: Shock, scope: Scope, rule: DefenceSpending) -> Shock:
    """The shock with the spending in it.

    Raises:
        ScenarioError: names, a mix or sources that have no meaning in this world; more than all income; an `amount` for
            several regions.
    """
    for region, purchases in _purchases(scope, rule).items():
        shock = with_purchases(shock, scope.world, region, purchases)
    return shock


def _purchases(scope: Scope, rule: DefenceSpending) -> dict[int, Floats]:
    """What each region buys ``[j, i]``, US$ million."""
    found = {}
    for region in _spenders(scope, rule):
        mix = mix_in(scope.world, rule.mix, region)
        content = None if rule.import_content is None else float(rule.import_content)
        origins = None if rule.sources is None else {name: float(part) for name, part in rule.sources.items()}
        where = sourcing(scope, region, mix, content, origins)
        found[region] = added(scope.world, rule, region) * mix[:, None] * where
    return found


def _spenders(scope: Scope, rule: DefenceSpending) -> tuple[int, ...]:
    spenders = scope.regions("of", rule.of, others=False).index
    if rule.amount is not None and len(spenders) > 1:
        with within("of"):
            raise ScenarioError(
                f"an `amount` is that of one region, and {len(spenders)} are named: write a rule for each"
            )
    return spenders


def defence_notes(scope: Scope, rule: DefenceSpending) -> list[str]:
    """What is bought, where, on what basis; for each region that spends."""
    found = [line for n, bought in _purchases(scope, rule).items() for line in _about(scope, rule, n, bought)]
    other = [OTHER_DOLLARS] if rule.amount is not None and rule.dollars is None else []
    return [*found, *other, *_basis(rule)]


def _about(scope: Scope, rule: DefenceSpending, n: int, bought: Floats) -> list[str]:
    w, total = scope.world, float(bought.sum())
    if total == 0:
        return [f"defence spending of {w.regions[n]} does not change"]
    goods = _largest(dict(zip(w.sector_names, bought.sum(1) / total, strict=True)))
    origin = bought.sum(0) / total
    imports = {w.regions[i]: s for i, s in enumerate(origin) if i != n}
    from_abroad = sum(imports.values())
    stated = "stated" if rule.import_content is not None else "as in final demand"
    abroad = f"imports {100 * from_abroad:.0f}% ({stated}" + (f"; {_largest(imports)})" if from_abroad > 0 else ")")
    way = "added, paid by its households," if total > 0 else "cut, left to its households,"
    who = f"defence spending of {w.regions[n]}"
    return [f"{who}: {_size(w, rule, n, total)} {way} on {goods}", f"{who}: {abroad}"]


def _size(w: World, rule: DefenceSpending, n: int, total: float) -> str:
    amount = f"{about_money(abs(total))} a year"
    if rule.amount is None:
        return f"{amount} ({told_rate(abs(rule.share))} of a GDP of {about_money(gdp(w)[n])})"
    if rule.dollars is None:
        return f"{amount}, taken as dollars of {w.year},"
    factor = to_year(rule.dollars, w.year)
    return f"{amount} ({told_money(float(rule.amount))} of {rule.dollars}, scaled by US GDP, factor {factor:.2f})"


def _largest(parts: dict[str, float]) -> str:
    ranked = sorted((p for p in parts.items() if p[1] >= 5e-3), key=lambda part: -part[1])
    shown = ", ".join(f"{name} {100 * share:.0f}%" for name, share in ranked[:SHOWN])
    return shown + (f" and {len(ranked) - SHOWN} more" if len(ranked) > SHOWN else "")


def _basis(rule: DefenceSpending) -> list[str]:
    if not isinstance(rule.mix, str):
        return []
    mix = named_mix(rule.mix)
    return [
        f"the mix {mix.name!r}: {'; '.join(mix.basis)}. Which industries its items are is an assumption; no country "
        "publishes its defence procurement by industry"
    ]
