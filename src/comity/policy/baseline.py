"""The day on which a world stands: what was in force by then is in its data."""

from __future__ import annotations

from datetime import date

from comity.errors import ScenarioError
from comity.policy.libraries import baseline_day
from comity.policy.schedule import Schedule
from comity.world.world import World


def world_day(world: World, *, tariffs: bool = False) -> date | None:
    """The last day of a world's year, or for tariffs the day of the duties where the world states it.

    None for a world without a year.
    """
    if tariffs:
        try:
            return baseline_day(world)
        except ScenarioError:
            pass  # the world does not say: its tariffs are taken to be of its year
    return date(world.year, 12, 31) if world.year > 0 else None


def require_after_baseline(world: World, key: str, schedule: Schedule) -> None:
    """Refuse a schedule with steps that the baseline already holds.

    Raises:
        ScenarioError: naming the day and that of the baseline.
    """
    stands = world_day(world, tariffs=key == "tariff")
    early = [start for start, _ in schedule.steps if stands and isinstance(start, date) and start <= stands]
    if early:
        raise ScenarioError(
            f"the schedule has a step on {early[0]}, and the baseline of world {world.name} stands on {stands}: what "
            "was in force by then is in its data already; write the steps after that day, each as a change from it"
        )
