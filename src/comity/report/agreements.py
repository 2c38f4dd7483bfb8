"""Trade agreements as tables and as an object: all of them, or one with its members on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from comity.policy.agreements import Effect, TradeAgreement, agreements
from comity.report.table import Cell, Column, Table
from comity.world.classification import region_names

MOST = 6


def agreement_list(day: date | None = None) -> Table:
    """All agreements, with their members on a day (everyone who signed, if none): one row each."""
    names = ("agreement", "in force", "members", "depth", "covers", "tariffs")
    rows = tuple(_row(entry, day) for entry in agreements() if day is None or entry.sides(day))
    when = f"in force on {day}" if day else "in force, ended since 2019, or signed"
    columns = (*map(Column, names), Column("effect on log trade", "", 3), Column("standard error", "", 3))
    return Table(f"Trade agreements {when}", columns, rows, ("One in detail: comity agreements NAME.",))


def _row(entry: TradeAgreement, day: date | None) -> tuple[Cell, ...]:
    sides = entry.sides(day)
    blocs = list(dict.fromkeys(side if list(sides.values()).count(side) > 1 else code for code, side in sides.items()))
    who = ", ".join(blocs[:MOST]) + (f" and {len(blocs) - MOST} more" if len(blocs) > MOST else "")
    begun = str(entry.in_force or "no") + (f" to {entry.ended}" if entry.ended else "")
    return entry.name, begun, who, entry.depth, _covers(entry), entry.tariffs, entry.effect.estimate, entry.effect.se


def _covers(entry: TradeAgreement) -> str:
    return ", ".join(word for word, covered in (("goods", entry.goods), ("services", entry.services)) if covered)


def agreement_table(entry: TradeAgreement, day: date | None) -> tuple[Table, Table]:
    """What is known of one agreement, and its members."""
    facts = agreement_document(entry, day)
    shown = tuple(
        (key, _words(value))
        for key, value in facts.items()
        if key not in ("members", "effect") and value not in ("", None, [])
    )
    effect = entry.effect
    size = f"{effect.estimate:.3f} (standard error {effect.se:.3f}), {percent(effect)} trade; {effect.basis}"
    about = Table(entry.name, (Column("what"), Column("")), (*shown, ("effect on log trade", size), *_sources(effect)))
    people = tuple((m["code"], m["name"], m["side"], m["from"], m["to"] or "") for m in facts["members"])
    when = f"Members on {day}" if day else "Members, past and present"
    columns = tuple(map(Column, ("code", "name", "side", "from", "to")))
    return about, Table(when, columns, people, ("Members of one side are not linked with each other.",))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)


def _sources(effect: Effect) -> tuple[tuple[Cell, ...], ...]:
    return ("source of the effect", effect.source), ("verified", effect.verified)


def percent(effect: Effect) -> str:
    """An effect on log trade in per cent of trade.

    >>> from comity.policy.agreements import effects
    >>> percent(effects()["medium"])
    '+26%'
    """
    return f"{100 * np.expm1(effect.estimate):+.0f}%"


def agreement_document(entry: TradeAgreement, day: date | None = None) -> dict[str, Any]:
    """One agreement as plain data."""
    effect = entry.effect
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "type": entry.kind,
        "signed": _text(entry.signed),
        "in force": _text(entry.in_force),
        "ended": _text(entry.ended),
        "goods": entry.goods,
        "services": entry.services,
        "tariffs": entry.tariffs,
        "depth": entry.depth,
        "depth basis": entry.depth_basis,
        "desta depth": entry.desta_depth,
        "wto id": entry.wto_id,
        "desta id": entry.desta,
        "source": entry.source,
        "note": entry.note,
        "effect": {
            "log trade": effect.estimate,
            "standard error": effect.se,
            "basis": effect.basis,
            "source": effect.source,
            "read": effect.verified,
        },
        "members": _members(entry, day),
    }


def _members(entry: TradeAgreement, day: date | None) -> list[dict[str, Any]]:
    there = [m for m in entry.members if day is None or (entry.enacted and m.on(day))]
    return [
        {
            "code": m.code,
            "name": region_names().get(m.code, "European Union" if m.code == "EU" else m.code),
            "side": m.side,
            "from": _text(m.since),
            "to": _text(m.until),
            "basis": m.basis,
        }
        for m in there
    ]


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
