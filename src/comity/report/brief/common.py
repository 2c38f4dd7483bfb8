"""What every brief says, whatever it is about: the method in plain words, the data, the limits, the versions."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from comity.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from comity.model.certificate import Certificate
    from comity.world import World

CREDIT = (
    "The tables are adaptations of an original work by the OECD (Inter-Country Input-Output Tables, 2025 edition); "
    "opinions expressed here are not those of the OECD or of its member countries."
)
PACKAGES = ("jax", "numpy", "altair", "vl-convert-python", "typst")


def method() -> tuple[str, ...]:
    """The method in plain words, paragraphs."""
    return _lines("method.txt")


def limits() -> tuple[str, ...]:
    """What the model says nothing about, sentences."""
    return _lines("limits.txt")


def _lines(name: str) -> tuple[str, ...]:
    return tuple(files("comity.report.brief").joinpath(name).read_text(encoding="utf-8").splitlines())


def certificate_table(rows: Iterable[tuple[str, str, Certificate]]) -> Table:
    """By scenario and world: how many equilibria, the largest residual and error of any, the hash of the scenario."""
    groups: dict[tuple[str, str], list[Certificate]] = {}
    for scenario, world, certificate in rows:
        groups.setdefault((scenario, world), []).append(certificate)
    columns = (
        Column("scenario"),
        Column("world"),
        Column("equilibria", "", 0),
        Column("all certified"),
        Column("largest residual"),
        Column("largest error estimate"),
        Column("scenario hash"),
    )
    found: list[tuple[Cell, ...]] = []
    for (scenario, world), some in groups.items():
        residual, error = max(c.max_residual for c in some), max(c.error_estimate for c in some)
        digest = str(some[0].hashes.get("scenario", ""))[:12]
        sure = all(c.passed for c in some)
        found.append((scenario, world, len(some), sure, f"{residual:.0e}", f"{error:.0e}", digest))
    return Table("Certificate", columns, tuple(found))


def certified(table: Table) -> str:
    """The table in a sentence."""
    count = sum(int(row[2] or 0) for row in table.rows)
    if not count:
        return "Nothing was solved."
    return (
        f"Each number here belongs to one of {count} equilibria, and each of them has a certificate: every condition, "
        "evaluated afresh, holds to 1e-10 of its size. That no other equilibrium exists is not proved."
    )


def data_sentences(worlds: Mapping[str, World]) -> tuple[str, ...]:
    """What the worlds are, and what in them is estimated."""
    found: list[str] = []
    for name, world in worlds.items():
        shape = f"{len(world.regions)} regions and {len(world.sectors)} sectors"
        found.append(f"World {name}: {world.source}; here {shape}, trade elasticities {world.elasticities.name}.")
        found += world.estimated
    return (*dict.fromkeys(found), CREDIT)


def versions(comity: str, worlds: Mapping[str, World]) -> dict[str, str]:
    """Of everything that a number depends on, and the hashes of the data."""
    found = {"comity": comity, "python": platform.python_version()}
    found |= {name: version(name) for name in PACKAGES}
    return found | {f"data {name}": world.hash[:12] for name, world in worlds.items()}
