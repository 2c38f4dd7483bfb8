"""US tariff actions as dated data: who levied what, on whom, on which goods, from which day to which."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

ANYONE = "*"
AUTHORITIES: Mapping[str, str] = MappingProxyType(
    {
        "S122": "balance-of-payments surcharge, Trade Act of 1974",
        "S201": "safeguards, Trade Act of 1974",
        "S232": "national security, Trade Expansion Act of 1962",
        "S301": "unfair practices, Trade Act of 1974",
        "S338": "discrimination, Tariff Act of 1930",
        "IEEPA": "International Emergency Economic Powers Act",
    }
)
"""Legal authorities by the code that the library uses."""


@dataclass(frozen=True)
class Action:
    """One dated duty on top of the tariff schedule.

    Attributes:
        lane: duties of one lane replace each other: a partner's own row holds over the row of all, a later over an
            earlier one. Duties of different lanes add up.
        authority: a key of `AUTHORITIES`.
        instrument: the order or proclamation.
        partners: ISO3 codes, ``"EU"``, or ``"*"``.
        spared: partners of ``"*"``, or of a list of countries, that it does not reach.
        programme: the product list it is laid on; "" for all goods.
        industries: OECD ICIO codes it is limited to; None for all.
        rate: ad valorem, a fraction; for `kind` ``"floor"`` of the duty with the MFN duty in it.
        kind: ``"add"``, or ``"floor"``: what is missing up to `rate`.
        frees: goods it leaves out: ``"s232"`` those under section 232, ``"usmca"``, or lists by name.
        since: first day.
        until: last day; None if open.
        computed: whether the data say on which goods it falls.
        date_basis: where the days come from.
        note: what is assumed.
    """

    lane: str
    authority: str
    instrument: str
    partners: tuple[str, ...]
    spared: frozenset[str]
    programme: str
    industries: frozenset[str] | None
    rate: float
    kind: Literal["add", "floor"]
    frees: tuple[str, ...]
    since: date
    until: date | None
    computed: bool
    date_basis: str
    note: str

    def stands(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def reaches(self, partner: str) -> bool:
        """Whether it is laid on a partner's goods."""
        return partner in self.partners or (ANYONE in self.partners and partner not in self.spared)


@dataclass(frozen=True)
class FreeList:
    """Goods that some actions leave out, over time: a share of each industry in the data, or whole industries."""

    name: str
    share: str
    industries: frozenset[str]
    since: date
    until: date | None

    def stands(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def us_actions() -> tuple[Action, ...]:
    """Every action of the library; a row of country rates becomes one action a rate.

    >>> sorted({action.authority for action in us_actions()})
    ['IEEPA', 'S122', 'S201', 'S232', 'S301', 'S338']
    """
    industries = frozenset(row["industry"] for row in read_rows("us_tariff_coverage.csv"))
    return tuple(action for row in read_rows("us_tariff_actions.csv") for action in _actions(row, industries))


@cache
def free_lists() -> tuple[FreeList, ...]:
    """Every list of goods that actions leave out."""
    return tuple(
        FreeList(row["list"], row["shares"], _codes(row["industries"]), _day(row["from"]), _until(row["to"]))
        for row in read_rows("us_tariff_lists.csv")
    )


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of a table in the package."""
    text = files("comity.policy").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _actions(row: dict[str, str], industries: frozenset[str]) -> list[Action]:
    if not row["partners"].startswith("list:"):
        rate = float(row["rate_pct"]) / 100 if row["computed"] == "yes" else 0.0
        return [_action(row, tuple(row["partners"].split("|")), rate, industries)]
    chosen = row["partners"].removeprefix("list:")
    rates = [entry for entry in read_rows("us_tariff_country_rates.csv") if entry["list"] == chosen]
    rates = [entry for entry in rates if entry["partner"] not in row["except"].split("|")]
    return [_action(row, (entry["partner"],), float(entry["rate_pct"]) / 100, industries) for entry in rates]


def _action(row: dict[str, str], partners: tuple[str, ...], rate: float, industries: frozenset[str]) -> Action:
    codes = _codes(row["industries"].removeprefix("-"))
    limited = industries - codes if row["industries"].startswith("-") else codes or None
    return Action(
        lane=row["lane"],
        authority=row["authority"],
        instrument=row["instrument"],
        partners=partners,
        spared=_codes(row["except"]),
        programme=row["programme"],
        industries=limited,
        rate=rate,
        kind="floor" if row["kind"] == "floor" else "add",
        frees=tuple(word for word in row["frees"].split("|") if word),
        since=_day(row["from"]),
        until=_until(row["to"]),
        computed=row["computed"] == "yes",
        date_basis=row["date_basis"],
        note=row["note"],
    )


def _codes(text: str) -> frozenset[str]:
    return frozenset(code for code in text.split("|") if code)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _until(text: str) -> date | None:
    return _day(text) if text else None
