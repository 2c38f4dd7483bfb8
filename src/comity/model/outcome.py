"""The result of a counterfactual: labelled numbers with units, a certificate and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from comity.model.certificate import Certificate
from comity.model.closures import Closures, Rules
from comity.model.economy import Economy, Policy
from comity.model.equations import State
from comity.model.found import Found, Purchase
from comity.model.ledger import Ledger
from comity.policy.setting import Setting
from comity.policy.shock import Shock
from comity.world.world import World

if TYPE_CHECKING:
    import xarray as xr

    from comity.policy.scenario import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """A certified counterfactual.

    Attributes:
        world: the baseline that changes are measured from (re-based under balanced trade).
        shock: the policy.
        closures: how the model was closed.
        certificate: proof that this is an equilibrium; an outcome without one that passes does not exist.
        notes: what the reader must know: re-basing, scaling of amounts, assumptions.
        economy, policy, rules, state: the arrays that were solved.
        before, after: accounts of the baseline and of the counterfactual, shares of baseline world factor income.
        values: regional measures by name, hats and shares.
        setting: the rules behind the shock with the amounts that were found; None for a bare shock.
        found: what the goals of the scenario took.
        bought: what its purchase commitments took.
    """

    world: World
    shock: Shock
    closures: Closures
    certificate: Certificate
    notes: tuple[str, ...]
    economy: Economy
    policy: Policy
    rules: Rules
    state: State
    before: Ledger
    after: Ledger
    values: dict[str, np.ndarray]
    setting: Setting | None = None
    found: tuple[Found, ...] = ()
    bought: tuple[Purchase, ...] = ()

    @property
    def unit(self) -> float:
        """US$ million in one unit of the accounts: baseline world factor income."""
        return float(self.world.factor_income.sum())

    @cached_property
    def data(self) -> xr.Dataset:
        """Every reported quantity with labels, units and definitions."""
        from comity.model.dataset import dataset

        return dataset(self)

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        return {}

    def array(self, name: str) -> np.ndarray:
        """One reported quantity as in `data`, without labels: its axes are `comity.model.variables.axes(name)`.

        Raises:
            KeyError: there is none of that name.
        """
        from comity.model.variables import VALUES

        if name not in self._arrays:
            self._arrays[name] = np.asarray(VALUES[name](self))
        return self._arrays[name]

    def compare(self, other: Outcome) -> xr.Dataset:
        """This outcome minus another, variable by variable, on the regions and sectors that both have.

        Raises:
            DataError: no region in common.
        """
        from comity.model.dataset import compare

        return compare(self.data, other.data)

    def save(self, path: str | Path) -> Path:
        """Write one NetCDF file (``.nc``) or a folder of CSV files; whole or not at all. Returns the path."""
        from comity.model.files import save

        return save(self.data, Path(path))

    def region(self, name: str) -> int:
        """Position of a region by code.

        Raises:
            UnknownName: with the regions of this world.
        """
        from comity.errors import UnknownName

        if name not in self.world.regions:
            raise UnknownName(
                f"region {name!r} is not in world {self.world.name!r}; it has {', '.join(self.world.regions)}"
            )
        return self.world.regions.index(name)

    def __repr__(self) -> str:
        income = 100 * (self.values["real_income"] - 1)
        lines = [
            f"Outcome on {self.world.name} ({len(self.world.regions)} regions x {len(self.world.sectors)} sectors)"
        ]
        order = np.argsort(-np.abs(income))[:6]
        lines += [f"  {self.world.regions[n]:<6} real income {income[n]:+.4f}%" for n in order]
        c = self.certificate
        lines.append(
            f"  certificate {'passed' if c.passed else 'FAILED'}: residual {c.max_residual:.1e}, "
            f"error {c.error_estimate:.1e}"
        )
        return "\n".join(lines)


def notes_of(outcomes: Mapping[str, Outcome]) -> list[str]:
    """The notes of outcomes by name; where there are several, what goals and commitments took says whose it is."""
    gathered = []
    for name, outcome in outcomes.items():
        took = {f.sentence() for f in outcome.found} | {p.sentence() for p in outcome.bought}
        gathered += [f"{name}: {note}" if note in took and len(outcomes) > 1 else note for note in outcome.notes]
    return gathered


def caveats_of(scenario: Scenario, world: World, outcomes: Mapping[str, Outcome]) -> tuple[str, ...]:
    """What to keep in mind with these numbers, each sentence once.

    Args:
        scenario: whose rules may have caveats, with the amounts that were found for them.
        world: that it was asked of; what is estimated in its data is said.
        outcomes: by name of the setting.
    """
    settings = [outcome.setting for outcome in outcomes.values() if outcome.setting is not None]
    changed = [sentence for outcome in outcomes.values() for sentence in outcome.world.estimated]
    data = (*world.estimated, *changed)
    return tuple(dict.fromkeys((*scenario.caveats(world, settings), *notes_of(outcomes), *data)))
