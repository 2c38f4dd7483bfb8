"""Controlled products (advanced chips, rare earths...): which industry makes them, what share of its trade they are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from comity.errors import ScenarioError, UnknownName
from comity.policy.groupings import grouping
from comity.policy.sectors import find_sectors
from comity.policy.wording import nearest
from comity.world.classification import lookup_key
from comity.world.world import Floats, World

ANYONE, EU = "*", "EU"
ASSUMPTION = "assumption"


@dataclass(frozen=True)
class ProductShare:
    """A row of ``controlled_products.csv``.

    Attributes:
        sector: industry that makes the product, an OECD ICIO code.
        exporter: ISO3 code, ``"EU"``, or ``"*"`` for everyone without a row.
        share: of the product in the industry's trade, in value, 0 to 1.
        year: of the figure.
        basis: ``computed``, ``published figure over the table``, or ``assumption``.
        source: where it comes from.
    """

    sector: str
    exporter: str
    share: float
    year: int
    basis: str
    source: str


@dataclass(frozen=True)
class Product:
    """A product that governments control, apart from the industry that makes it."""

    name: str
    aliases: tuple[str, ...]
    rows: tuple[ProductShare, ...]

    @property
    def sectors(self) -> tuple[str, ...]:
        """Industries that make it."""
        return tuple(dict.fromkeys(row.sector for row in self.rows))

    def row(self, sector: str, members: tuple[str, ...]) -> ProductShare:
        """The row for an exporter.

        Args:
            sector: one of `sectors`.
            members: ISO3 codes of the exporting region; several together have the row of the EU, if all are in it, or
                that of everyone.

        >>> product("advanced chips").row("C26", ("TWN",)).basis
        'published figure over the table'
        """
        rows = {row.exporter: row for row in self.rows if row.sector == sector}
        if len(members) == 1 and members[0] in rows:
            return rows[members[0]]
        if EU in rows and set(members) <= grouping(EU).members():
            return rows[EU]
        return rows[ANYONE]


@cache
def products() -> tuple[Product, ...]:
    """Every controlled product, in the order of the table.

    >>> [product.name for product in products()][:3]
    ['advanced chips', 'chips', 'chip-making equipment']
    """
    text = files("comity.policy").joinpath("data", "controlled_products.csv").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["product"], []).append(row)
    return tuple(Product(name, _aliases(rows), tuple(map(_share, rows))) for name, rows in found.items())


def product(name: str) -> Product:
    """The product of a name or alias.

    Raises:
        UnknownName: there is none; gives the nearest and the list.
    """
    key = lookup_key(name)
    for one in products():
        if key in {lookup_key(word) for word in (one.name, *one.aliases)}:
            return one
    words = [word for one in products() for word in (one.name, *one.aliases)]
    known = ", ".join(one.name for one in products())
    raise UnknownName(f"there is no controlled product {name!r}{nearest(name, words)} (products: {known})")


def shares(world: World, one: Product) -> dict[int, Floats]:
    """Share of the product in the trade of each sector that makes it, by exporter.

    Returns:
        By position of the sector ``[i]``, 0 to 1.

    Raises:
        ScenarioError: an industry that makes it is not apart in this world.
    """
    found: dict[int, Floats] = {}
    for sector in one.sectors:
        try:
            places = find_sectors((sector,), world)
        except ScenarioError as error:
            raise ScenarioError(f"{one.name} cannot be reached in world {world.name}: {error}") from None
        for j in places:
            found[j] = np.array([one.row(sector, members).share for members in world.region_members])
    return found


def told(world: World, one: Product, exporters: tuple[int, ...]) -> list[str]:
    """Sentences on the shares of some exporters: the figure, its basis and its source."""
    rows: dict[ProductShare, list[str]] = {}
    for sector in one.sectors:
        for i in exporters:
            rows.setdefault(one.row(sector, world.region_members[i]), []).append(world.regions[i])
    return [_sentence(one.name, row, who) for row, who in rows.items() if row.share > 0]


def _sentence(name: str, row: ProductShare, who: list[str]) -> str:
    listed = ", ".join(who[:6]) + (f" and {len(who) - 6} more" if len(who) > 6 else "")
    basis = "an assumption" if row.basis == ASSUMPTION else row.basis
    return f"{name}: {100 * row.share:.3g}% of trade in {row.sector} from {listed} ({row.year}; {basis}: {row.source})"


def _aliases(rows: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alias for row in rows for alias in row["aliases"].split("|") if alias))


def _share(row: dict[str, str]) -> ProductShare:
    return ProductShare(
        row["sector"], row["exporter"], float(row["share"]), int(row["year"]), row["basis"], row["source"]
    )
