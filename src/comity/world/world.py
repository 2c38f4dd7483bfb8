"""The world economy as a value: what was traded, used, earned and taxed in one year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.errors import DataError
from comity.world import files
from comity.world.accounts import USES, Accounts, Floats, Step, total
from comity.world.aggregation import (
    Groups,
    aggregate_accounts,
    aggregate_elasticities,
    aggregate_flags,
    grouping,
)
from comity.world.balance import balance
from comity.world.describe import describe
from comity.world.elasticities import Elasticities
from comity.world.flows import ROUNDING, close_flows, require_positive, retax
from comity.world.given import as_elasticities, as_members, group_names
from comity.world.identities import Check, check_accounts
from comity.world.packing import MEMBERS, NAMES, digest, elasticity_arrays, fields_of, label_of
from comity.world.totals import Total, gdp_totals, read_totals, trade_totals
from comity.world.updating import TOLERANCE, Update, default_name, update
from comity.world.validation import check_names, frozen, frozen_flags, refuse_where

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["USES", "Check", "Elasticities", "Floats", "Step", "World"]
_ARRAYS = ("flows", "tariff", "export_tax", "input_use", "final_use", "value_added")


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """A world economy in one year. Frozen; every array is read-only float64.

    Axes: ``j`` sector of the good, ``n`` importer or user, ``i`` exporter or producer, ``k`` using sector, ``u`` use.

    Attributes:
        flows: ``[u, j, n, i]``, US$ million at the border: export tax included, tariff not. ``u`` is ``USES``
            (intermediate, final), or one element when the table does not separate uses. Diagonal = domestic sales.
        tariff: ``[j, n, i]``, ad valorem on the border value, a fraction > -1.
        export_tax: ``[j, n, i]``, ad valorem on the producer's price, a fraction > -1.
        input_use: ``[n, j, k]``, US$ million at buyer's prices (tariff included).
        final_use: ``[n, j]``, US$ million at buyer's prices (tariff included).
        value_added: ``[n, k]``, US$ million of factor income.
        elasticities: trade and scale elasticities by sector.
        region_members: for each region the ISO3 codes (or ``"ROW"``) that it sums.
        sector_members: for each sector the source industry codes that it sums.
        tariff_known: ``[j, n, i]``, False where the baseline tariff is an assumption.
        estimated: sentences that say which parts are estimates, shown with every result.
        history: what was done to the data, in order.
        source_trade: ``[j]``, international trade at the regional detail of the source, US$ million: the weights with
            which elasticities are averaged when sectors are summed. Taken from `flows` when not given.

    Raises:
        DataError: wrong shapes, non-finite numbers, negative flows, rates at or below -1, elasticities that are not
            positive, empty or repeated names. The message names the place and the value. Whether the accounts close is
            another question: see `check`.
    """

    name: str
    year: int
    source: str
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    region_names: tuple[str, ...]
    sector_names: tuple[str, ...]
    flows: Floats
    tariff: Floats
    export_tax: Floats
    input_use: Floats
    final_use: Floats
    value_added: Floats
    elasticities: Elasticities
    region_members: tuple[tuple[str, ...], ...]
    sector_members: tuple[tuple[str, ...], ...]
    tariff_known: NDArray[np.bool_]
    estimated: tuple[str, ...] = ()
    history: tuple[Step, ...] = field(default=())
    source_trade: Floats | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "regions", check_names("regions", self.regions))
        put(self, "sectors", check_names("sectors", self.sectors))
        self._check_labels()
        for name in _ARRAYS:
            put(self, name, frozen(name, getattr(self, name), self.regions, self.sectors))
        put(self, "tariff_known", frozen_flags("tariff_known", self.tariff_known, self.regions, self.sectors))
        self._refuse("flows", self.flows, self.flows < 0, "is negative")
        for name in ("tariff", "export_tax"):
            rate = getattr(self, name)
            self._refuse(name, rate, rate <= -1, "is at or below -100%")
        put(self, "elasticities", self._checked_elasticities())
        trade = international(self.total_flows) if self.source_trade is None else self.source_trade
        put(self, "source_trade", frozen("source_trade", trade, self.regions, self.sectors))

    def _check_labels(self) -> None:
        for name, size in (("region", len(self.regions)), ("sector", len(self.sectors))):
            for what in (f"{name}_names", f"{name}_members"):
                if len(getattr(self, what)) != size:
                    raise DataError(f"{what} has {len(getattr(self, what))} entries for {size} {name}s")

    def _refuse(self, name: str, array: Floats, bad: NDArray[np.bool_], what: str) -> None:
        refuse_where(name, array, bad, what, self.regions, self.sectors)

    def _checked_elasticities(self) -> Elasticities:
        e = self.elasticities
        names = ("theta", "theta_se", "scale", *(("scale_se",) if e.scale_se is not None else ()))
        values = {n: frozen(n, getattr(e, n), self.regions, self.sectors) for n in names}
        self._refuse("theta", values["theta"], values["theta"] <= 0, "is not positive")
        self._refuse("theta_se", values["theta_se"], values["theta_se"] < 0, "is negative")
        if "scale_se" in values:
            self._refuse("scale_se", values["scale_se"], values["scale_se"] < 0, "is negative")
        scale = values["scale"]
        self._refuse("scale", scale, (scale < 0) | (scale >= 1), "is outside [0, 1)")
        flags = {n: frozen_flags(n, getattr(e, n), self.regions, self.sectors) for n in ("assumed", "assumed_se")}
        checked: dict[str, Any] = {**values, **flags}
        return replace(e, **checked)

    @classmethod
    def from_flows(
        cls,
        *,
        flows: ArrayLike,
        input_use: ArrayLike,
        final_use: ArrayLike,
        value_added: ArrayLike,
        elasticities: Elasticities | ArrayLike | str,
        regions: Sequence[str],
        sectors: Sequence[str],
        tariff: ArrayLike | None = None,
        export_tax: ArrayLike | None = None,
        imbalances: ArrayLike | None = None,
        name: str = "custom",
        year: int = 0,
        source: str = "arrays given by the user",
        region_names: Sequence[str] | None = None,
        sector_names: Sequence[str] | None = None,
        region_members: Sequence[Sequence[str]] | None = None,
        sector_members: Sequence[Sequence[str]] | None = None,
        tariff_known: ArrayLike | None = None,
        estimated: Sequence[str] = (),
        history: Sequence[Step] = (),
        benchmark: bool = True,
        tolerance: float = ROUNDING,
        rounding: float = 0.0,
        single: bool = False,
    ) -> World:
        """A world from arrays, in US$ million, closed exactly.

        Args:
            flows: ``[j, n, i]`` or, by use (intermediate, final), ``[2, j, n, i]``: border values net of tariffs,
                export tax included, domestic sales on the diagonal. Final flows may be negative (stocks drawn down).
            input_use: ``[n, j, k]`` intermediate use of good j by sector k, tariff included, >= 0.
            final_use: ``[n, j]`` final use, tariff included.
            value_added: ``[n, k]`` factor income. Negative cells are repaired by the rule that the history states.
            elasticities: a set, the name of a published one, ``theta[j]`` > 0, or one theta for all sectors.
            tariff, export_tax: ``[j, n, i]``, fractions > -1; zero when not given (and the tariff flagged as unknown).
            imbalances: ``[n]``, imports less exports at border values; compared with the flows when given.
            benchmark: False keeps replication data that are no equilibrium as they are; the history says so.
            tolerance: relative mismatch that counts as rounding and is repaired.
            rounding: half of the last digit of a table of rounded numbers, US$ million per cell.
            single: round flows to single precision, so that `save` takes half the space.

        Raises:
            UnbalancedError: an identity fails by more than `tolerance`; names the identity, the place and the size.
            DataError: as for `World`.

        Example:
            >>> import numpy as np
            >>> world = World.from_flows(
            ...     flows=np.array([[[[8.0, 2.0], [1.0, 9.0]]], [[[6.0, 1.0], [2.0, 5.0]]]]),
            ...     input_use=np.array([[[10.0]], [[10.0]]]), final_use=np.array([[7.0], [7.0]]),
            ...     value_added=np.array([[7.0], [7.0]]), elasticities=[5.0], regions=["A", "B"], sectors=["goods"])
            >>> all(check.passed for check in world.check())
            True
        """
        regions, sectors = check_names("regions", regions), check_names("sectors", sectors)
        trade = (len(sectors), len(regions), len(regions))
        traded = np.asarray(flows, dtype=np.float64)
        raw = {
            "flows": traded[None] if traded.ndim == 3 else traded,
            "tariff": np.zeros(trade) if tariff is None else tariff,
            "export_tax": np.zeros(trade) if export_tax is None else export_tax,
            "input_use": input_use,
            "final_use": final_use,
            "value_added": value_added,
        }
        arrays = {key: frozen(key, value, regions, sectors) for key, value in raw.items()}
        for key in ("tariff", "export_tax"):
            refuse_where(key, arrays[key], arrays[key] <= -1, "is at or below -100%", regions, sectors)
        given = None if imbalances is None else frozen("imbalances", imbalances, regions, sectors)
        limits = require_positive("tolerance", tolerance), require_positive("rounding", rounding)
        closed, steps = close_flows(Accounts(**arrays), regions, sectors, given, benchmark, *limits, single)
        groups = as_members(sector_members, sectors)
        if tariff_known is None:
            tariff_known = np.full(trade, tariff is not None) | np.eye(len(regions), dtype=bool)
        return cls(
            name=name,
            year=year,
            source=source,
            regions=regions,
            sectors=sectors,
            region_names=tuple(region_names or regions),
            sector_names=tuple(sector_names or sectors),
            elasticities=as_elasticities(elasticities, sectors, groups),
            region_members=as_members(region_members, regions),
            sector_members=groups,
            tariff_known=np.asarray(tariff_known, dtype=bool),
            estimated=tuple(estimated),
            history=(*history, *steps),
            **{key: getattr(closed, key) for key in _ARRAYS},
        )

    @cached_property
    def accounts(self) -> Accounts:
        """The arrays without names: what checks and sums work on."""
        return Accounts(**{name: getattr(self, name) for name in _ARRAYS})

    @cached_property
    def gross_output(self) -> Floats:
        """Output ``[n, k]`` at producer's cost: inputs at buyer's prices plus value added, US$ million."""
        return self.accounts.cost

    @cached_property
    def factor_income(self) -> Floats:
        """Factor income ``Y[n]``, US$ million."""
        return self.accounts.factor_income

    @cached_property
    def total_flows(self) -> Floats:
        """Flows summed over uses, ``[j, n, i]``, US$ million at the border."""
        return self.accounts.total_flows

    @cached_property
    def tariff_revenue(self) -> Floats:
        """Tariff revenue ``[n]``, US$ million."""
        return self.accounts.tariff_revenue

    @cached_property
    def export_tax_revenue(self) -> Floats:
        """Export-tax revenue ``[i]``, US$ million: border value less the producer's receipts."""
        return self.accounts.export_tax_revenue

    @cached_property
    def final_spending(self) -> Floats:
        """Final spending ``C[n]`` at buyer's prices, US$ million."""
        return total(self.final_use, 1)

    @cached_property
    def imbalance(self) -> Floats:
        """Net transfer received ``B[n]``: imports less exports at border values, US$ million; sums to zero."""
        return self.accounts.imbalance

    @property
    def by_use(self) -> bool:
        """True when trade is recorded separately for intermediate and final use."""
        return len(self.flows) == len(USES)

    @cached_property
    def is_benchmark(self) -> bool:
        """True when every accounting identity holds: the model can start from these data as they are."""
        return all(check.passed for check in self.check())

    def check(self) -> tuple[Check, ...]:
        """Every accounting identity by name, with its largest violation, where, and whether it holds."""
        return check_accounts(self.accounts, self.regions, self.sectors)

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays that define the economy, by name."""
        return {f.name: value for f in fields(self) if isinstance(value := getattr(self, f.name), np.ndarray)}

    def aggregate(
        self, regions: Groups | None = None, sectors: Groups | None = None, names: Mapping[str, str] | None = None
    ) -> World:
        """Sum regions and sectors exactly.

        Args:
            regions, sectors: ``{new name: [old names]}``; names not mentioned stay as they are, after the groups. The
                members of one group may be the word ``"rest"``. None leaves the axis as it is.
            names: readable names of new groups; a group without one is called by its label.

        Returns:
            A world whose flows, purchases, value added and revenues are the sums of the members'. Tariffs are weighted
            by flows, so that revenue is exact; elasticities and variances by trade at the source's detail.

        Raises:
                    DataError: unknown name (with the nearest), a name in two groups, an empty group.

                Example:
                    >>> import numpy as np
            >>> world = World.from_flows(
            ...     flows=np.ones((2, 1, 3, 3)), input_use=np.full((3, 1, 1), 3.0), final_use=np.full((3, 1), 3.0),
            ...     value_added=np.full((3, 1), 3.0), elasticities=5, regions=["USA", "DEU", "FRA"], sectors=["goods"])
            >>> world.aggregate(regions={"EU": ["DEU", "FRA"]}).total_flows[0].tolist()
            [[8.0, 4.0], [4.0, 2.0]]
        """
        by_region, by_sector = grouping("region", self.regions, regions), grouping("sector", self.sectors, sectors)
        same = by_region.labels == self.regions and by_sector.labels == self.sectors
        if same and by_region.trivial and by_sector.trivial:
            return self
        rows, goods = by_region.members(), by_sector.members()
        cells = np.array([len(m) for m in self.sector_members], dtype=float)
        places = np.array([len(m) for m in self.region_members], dtype=float)
        weight = cells[:, None, None] * places[:, None] * places
        summed, step = aggregate_accounts(self.accounts, by_region, by_sector, weight)
        trade = self.source_trade
        assert trade is not None  # set when the world was made
        return replace(
            self,
            regions=by_region.labels,
            sectors=by_sector.labels,
            region_names=group_names(self.regions, self.region_names, by_region.labels, rows, names or {}),
            sector_names=group_names(self.sectors, self.sector_names, by_sector.labels, goods, names or {}),
            region_members=tuple(tuple(c for m in group for c in self.region_members[m]) for group in rows),
            sector_members=tuple(
                tuple(dict.fromkeys(c for m in group for c in self.sector_members[m])) for group in goods
            ),
            elasticities=aggregate_elasticities(self.elasticities, trade, cells, by_sector),
            tariff_known=aggregate_flags(self.tariff_known, self.total_flows > 0, by_region, by_sector),
            source_trade=by_sector.matrix @ trade,
            history=(*self.history, step),
            **{key: getattr(summed, key) for key in _ARRAYS},
        )

    def with_elasticities(self, elasticities: Elasticities | ArrayLike | str) -> World:
        """The same economy with another set of elasticities: a set, the name of a published one, or ``theta[j]``."""
        return replace(self, elasticities=as_elasticities(elasticities, self.sectors, self.sector_members))

    def with_tariffs(
        self,
        tariff: ArrayLike | None = None,
        *,
        export_tax: ArrayLike | None = None,
        known: ArrayLike | None = None,
        action: str = "baseline rates",
        detail: str = "quantities and producers' receipts unchanged, the change of revenue taken out of value added",
    ) -> World:
        """The same purchases under other **baseline** rates (for a policy change use a `Shock`).

        Producers' receipts stay as they are; input and final use follow the rates and value added is what is left, so a
        higher baseline tariff on inputs lowers recorded factor income.

        Args:
            tariff, export_tax: ``[j, n, i]``, fractions > -1; None leaves them.
            known: ``[j, n, i]``, where the new tariff is data and not an assumption.
            action, detail: name of the step and sentence for the history.

        Raises:
            DataError: impossible rates, or a world that is no benchmark.
        """
        if not self.is_benchmark:
            raise DataError(f"world {self.name!r} is no benchmark equilibrium: give its tariffs when it is made")
        rates = [self.tariff if tariff is None else tariff, self.export_tax if export_tax is None else export_tax]
        names = ("tariff", "export_tax")
        new = [frozen(n, rate, self.regions, self.sectors) for n, rate in zip(names, rates, strict=True)]
        for name, rate in zip(names, new, strict=True):
            self._refuse(name, rate, rate <= -1, "is at or below -100%")
        closed, steps = balance(retax(self.accounts, *new))
        change = float(np.abs(closed.tariff_revenue - self.tariff_revenue).sum())
        change += float(np.abs(closed.export_tax_revenue - self.export_tax_revenue).sum())
        touched = int(((new[0] != self.tariff) | (new[1] != self.export_tax)).sum())
        return replace(
            self,
            tariff_known=self.tariff_known if known is None else np.asarray(known, dtype=bool),
            history=(*self.history, Step(action, detail, touched, change), *steps),
            **{key: getattr(closed, key) for key in _ARRAYS},
        )

    def update(
        self,
        totals: pd.DataFrame | str | Path | Iterable[Total] = (),
        *,
        gdp: Any = None,
        gdp_growth: Any = None,
        exports: Any = None,
        imports: Any = None,
        goods_trade: Any = None,
        imports_by_industry: Any = None,
        year: int | None = None,
        name: str | None = None,
        source: str = "",
        tolerance: float = TOLERANCE,
    ) -> Update:
        """Bring the world to newer totals with the least change; every identity holds, and empty cells stay empty.

        Args:
            totals: any totals as a CSV file, a DataFrame or `Total` values: see `comity.world.totals.read_totals`.
            gdp: factor income by region, US$ million; regions not named keep theirs. Published GDP also has taxes that
                a table's factor income may leave out: growth is safer.
            gdp_growth: instead, growth of income by region, a fraction.
            exports, imports: all trade of a region with all others, US$ million at border values.
            goods_trade: imports of goods by (importer, exporter), US$ million: a DataFrame with importers as rows, a
                Series or a mapping keyed by pairs, or an xarray; empty cells ask for nothing.
            imports_by_industry: imports by (importer, exporter, sector), US$ million.
            year: of the totals; the world's own if not given.
            name: of the new world; an update of "2022" is called "2022 updated to YEAR" and keeps its presets.
            source: where the arguments (not `totals`, which carry theirs) are from.
            tolerance: relative gap to which identities and totals are reached.

        Returns:
            `Update.world` and `Update.report`, which says what moved. The year, the sentence in `estimated` and the
            history say that it is an update.

        Raises:
            UnknownName: a region or sector that the world does not have.
            DataError: values that are impossible, trade that the world does not have, totals that contradict.

        Example:
            >>> import comity
            >>> later = comity.load_world("2019", "small").update(gdp_growth={"JPN": -0.2, "USA": 0.36}, year=2024)
            >>> [round(i.reached / i.before, 6) for i in later.report.incomes if i.region in ("JPN", "USA", "CHN")]
            [1.0, 0.8, 1.36]
        """
        pair, cell = ("region", "partner"), ("region", "partner", "sector")
        asked = read_totals(totals)
        asked += [] if gdp is None else gdp_totals(gdp, source=source)
        asked += [] if gdp_growth is None else gdp_totals(gdp_growth, growth=True, source=source)
        asked += [] if exports is None else trade_totals("exports", exports, pair[:1], source=source)
        asked += [] if imports is None else trade_totals("imports", imports, pair[:1], source=source)
        asked += [] if goods_trade is None else trade_totals("imports", goods_trade, pair, "goods", source)
        asked += (
            [] if imports_by_industry is None else trade_totals("imports", imports_by_industry, cell, source=source)
        )
        when = self.year if year is None else year
        title = default_name(self, when) if name is None else name
        return update(self, asked, year=when, name=title, tolerance=tolerance)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content: labels, arrays and elasticities; the history and sentences are not part of it."""
        return digest(self._labels(), {**self.arrays(), **elasticity_arrays(self.elasticities)})

    def _labels(self) -> dict[str, object]:
        labels = {key: getattr(self, key) for key in ("name", "year", "source", *NAMES, *MEMBERS)}
        return labels | {"elasticities": self.elasticities.name}

    def save(self, path: str | Path) -> Path:
        """Write the world to one file, whole or not at all; `load` gives it back bit by bit.

        Raises:
            DataError: the folder cannot be written.
        """
        label = label_of(self._labels(), self.elasticities, self.estimated, self.history, self.hash)
        return files.write(Path(path), label, {**self.arrays(), **elasticity_arrays(self.elasticities)})

    @classmethod
    def load(cls, path: str | Path) -> World:
        """Read a world that `save` wrote.

        Raises:
            DataError: no such file, truncated, corrupt, or not a Comity world.
        """
        label, arrays = files.read(Path(path))
        with files.readable(Path(path)):
            world = cls(**fields_of(label, arrays))
            expected = label["hash"]
        if world.hash != expected:
            raise DataError(f"{path} is damaged: its content does not match its own SHA-256; fetch or build it again")
        return world

    def __repr__(self) -> str:
        return describe(self.accounts, self._labels(), self.tariff_known, self.estimated, self.history)


def international(flows: Floats) -> Floats:
    """Trade between regions by sector, ``[j]``, US$ million."""
    return np.asarray(flows.sum((1, 2)) - np.einsum("jnn->j", flows))
