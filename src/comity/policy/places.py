"""Where in a scenario something stands, so that an error can name the file, the line and the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from comity.errors import ScenarioError, UnknownName

Place = tuple[str | int, ...]
"""Keys and positions from the top of a scenario down, e.g. ``("policies", 0, "tariff", "on")``."""


@dataclass(frozen=True)
class Origin:
    """The text a scenario was read from: its name, and the line of each place. Empty for one made in Python."""

    source: str = ""
    lines: Mapping[Place, int] = field(default_factory=dict)

    def describe(self, place: Place) -> str:
        """File and line of a place (of the nearest place above it), or the place itself when there is no text.

        >>> Origin("cars.yaml", {("policies", 0): 3}).describe(("policies", 0, "tariff", "on"))
        'cars.yaml, line 3'
        >>> Origin().describe(("policies", 0, "tariff", "on"))
        'policies[0].tariff.on'
        """
        for end in range(len(place), -1, -1):
            if place[:end] in self.lines:
                return f"{self.source or 'scenario'}, line {self.lines[place[:end]]}"
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
        return ": ".join(part for part in (self.source, path) if part)

    def locate(self, error: ScenarioError) -> ScenarioError:
        """The same error with its place in front."""
        where = self.describe(place_of(error))
        located = type(error)(f"{where}: {error}" if where else str(error))
        located.__cause__ = error.__cause__
        return located


def place_of(error: ScenarioError) -> Place:
    """The place that `within` recorded on an error."""
    place: Place = getattr(error, "place", ())
    return place


@contextmanager
def within(*steps: str | int) -> Iterator[None]:
    """Record on any `ScenarioError` raised inside that it happened below these steps."""
    try:
        yield
    except ScenarioError as error:
        error.place = (*steps, *place_of(error))  # type: ignore[attr-defined]
        raise


def raise_all(errors: Sequence[ScenarioError], origin: Origin) -> None:
    """Raise all errors of a scenario as one, each with its place; nothing if there are none.

    Raises:
        UnknownName: every error is one; ScenarioError: otherwise.
    """
    if not errors:
        return
    located = [origin.locate(error) for error in errors]
    if len(located) == 1:
        raise located[0] from errors[0].__cause__
    kind = UnknownName if all(isinstance(error, UnknownName) for error in located) else ScenarioError
    lines = "\n".join(f"  {error}" for error in dict.fromkeys(map(str, located)))
    raise kind(f"{len(located)} errors{f' in {origin.source}' if origin.source else ''}:\n{lines}")
