"""One scenario under many draws of what is uncertain about it: an interval for every region's real income."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from comity.claims.drawing import CHUNK, with_effects
from comity.claims.intervals import INCOME, Interval
from comity.errors import NotConverged
from comity.policy.scenario import Scenario
from comity.uncertainty.draws import SEED
from comity.uncertainty.ensemble.plan import plan
from comity.uncertainty.ensemble.program import MEASURES
from comity.uncertainty.ensemble.solving import Engine
from comity.uncertainty.ensemble.summary import MOST_FAILED, summarise
from comity.world.world import World

EV = MEASURES.index("equivalent_variation_usd_bn")


def draw_scenario(
    scenario: Scenario, world: World, draws: int, *, seed: int = SEED, workers: int = 2
) -> Mapping[tuple[str, str], Interval]:
    """Equivalent variation in US$ bn a year by variant and code of the region, as distributions.

    Args:
        scenario: what is asked.
        world: of which.
        draws: how many.
        seed: of the Sobol points.
        workers: how many batches of draws are solved at once; results do not depend on it.

    Raises:
        ScenarioError: what cannot be drawn.
        NotConverged: more draws have no answer than may be left out.
    """
    planned = plan(with_effects(scenario), world, draws=draws, seed=seed)
    engine = Engine(planned)
    bounds = [(first, min(first + CHUNK, draws)) for first in range(0, draws, CHUNK)]
    with ThreadPoolExecutor(workers) as pool:
        chunks = list(pool.map(lambda ends: engine.solve(*ends), bounds))
    failed = {int(chunk.rows[k]) for chunk in chunks for found in chunk.variants.values() for k in found.reasons}
    if len(failed) > MOST_FAILED * planned.rows:
        raise NotConverged(f"{len(failed)} of {planned.rows} draws have no answer, more than {MOST_FAILED:.0%}")
    found = {}
    for variant in chunks[0].variants:
        worth = np.concatenate([chunk.variants[variant].values for chunk in chunks])[:, EV]
        for n, code in enumerate(chunks[0].regions):
            name = world.region_names[world.regions.index(code)]
            found[variant, code] = Interval(
                0, "", variant, world.name, INCOME, name, "US$ bn", name, True, summarise(worth[:, n])
            )  # fmt: skip
    return found
