"""How the published series of average added duties differs from the library, one convention at a time.

Each turns the library's actions into those that the series evidently uses; docs/us-tariffs.md says how that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from comity.policy.us_actions import Action, us_actions
from comity.policy.us_duties import us_coverage

NEIGHBOURS = frozenset({"CAN", "MEX"})
IEEPA_END = date(2026, 2, 19)
CHINA = ("CHN", "HKG")
GENERAL = next(a for a in us_actions() if a.lane == "reciprocal" and "*" in a.partners)


def flat_rate(partner: str, rate: float, since: date, until: date) -> Action:
    """A rate on all goods of one partner."""
    return replace(GENERAL, lane="flat", partners=(partner,), spared=frozenset(), rate=rate, since=since, until=until)


def neighbours(a: Action) -> list[Action]:
    """Canada 8.75% and Mexico 4.5% on all goods instead of 25% on what is outside the USMCA; nothing after that."""
    if set(a.partners) <= NEIGHBOURS and a.lane != "autos":
        return []
    return [replace(a, spared=a.spared | NEIGHBOURS)] if a.lane in ("section 122", "forced labour") else [a]


def country_rates(a: Action) -> list[Action]:
    """The country rates of April stand from 5 to 8 April, China's 34% among them."""
    if a.instrument != "EO 14257 country rates":
        return [a]
    return [replace(a, since=date(2025, 4, 5), until=date(2025, 4, 8), computed=True, frees=GENERAL.frees)]


def china(a: Action) -> list[Action]:
    """China: section 232 replaces the fentanyl duty; 20% at once; 125% with the 20% in it; truces dated earlier."""
    if a.partners != CHINA or a.authority != "IEEPA":
        return [a]
    days = {
        date(2025, 5, 13): date(2025, 5, 11),
        date(2025, 5, 14): date(2025, 5, 12),
        date(2025, 11, 9): date(2025, 10, 31),
        date(2025, 11, 10): date(2025, 11, 1),
    }
    rate = {date(2025, 2, 4): 0.2, date(2025, 4, 9): 1.05}.get(a.since, a.rate)
    frees = ("s232",) if a.lane == "fentanyl" else a.frees
    until = a.until and days.get(a.until, a.until)
    return [replace(a, rate=rate, frees=frees, since=days.get(a.since, a.since), until=until)]


def deals(a: Action) -> list[Action]:
    """Car duties of the deals from 7 August 2025 (of the United Kingdom from 20 February 2026)."""
    if a.lane != "autos" or a.kind != "floor":
        return [a]
    return [replace(a, since=date(2026, 2, 20) if a.partners == ("GBR",) else date(2025, 8, 7))]


def ceilings(a: Action) -> list[Action]:
    """Rates that include the MFN duty are added to it instead, except on cars and metals."""
    return [replace(a, kind="add") if a.authority != "S232" else a]


def steel(a: Action) -> list[Action]:
    """Iron and steel as such are left out of the duties on metals until April 2026; 50% a day earlier."""
    if a.lane != "metals":
        return [a]
    days = {date(2025, 6, 4): date(2025, 6, 3), date(2025, 6, 3): date(2025, 6, 2)}
    until = a.until and days.get(a.until, a.until)
    industries = frozenset(us_coverage().industries) - {"C24A"}
    return [replace(a, industries=industries, since=days.get(a.since, a.since), until=until)]


def aircraft(a: Action) -> list[Action]:
    """Civil aircraft are taxed."""
    return [replace(a, frees=tuple(name for name in a.frees if name != "aircraft"))]


def india(a: Action) -> list[Action]:
    """India's second 25% from 7 August 2025."""
    return [replace(a, since=date(2025, 8, 7)) if a.lane == "india" else a]


def annex(a: Action) -> list[Action]:
    """Goods of Annex II are taxed until 14 November 2025 (the list of free goods is changed, no action)."""
    return [a]


CONVENTIONS: dict[str, Callable[[Action], list[Action]]] = {
    one.__name__.replace("_", " "): one
    for one in (neighbours, country_rates, china, deals, ceilings, steel, aircraft, india, annex)
}
EXTRA = {
    "neighbours": [
        flat_rate("CAN", 0.0875, date(2025, 3, 6), date(2025, 8, 6)),
        flat_rate("CAN", 0.1225, date(2025, 8, 7), IEEPA_END),
        flat_rate("MEX", 0.045, date(2025, 3, 6), IEEPA_END),
    ],
    "country rates": [
        replace(GENERAL, partners=CHINA, spared=frozenset(), rate=0.34, since=date(2025, 4, 5), until=date(2025, 4, 7))
    ],
}


def actions_under(*names: str) -> list[Action]:
    """The library's actions under some conventions of the series."""
    actions = list(us_actions())
    for name in names:
        actions = [new for a in actions for new in CONVENTIONS[name](a)]
    return actions + [a for name in names for a in EXTRA.get(name, [])]
