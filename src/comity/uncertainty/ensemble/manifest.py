"""What an ensemble is of, as plain data: hashes, distributions, names and units; written beside its draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity import __version__
from comity.model.variables import Variable, variables
from comity.uncertainty.ensemble.details import DETAILS, OTHERS
from comity.uncertainty.ensemble.goals import finds
from comity.uncertainty.ensemble.parameters import SCALE, THETA, describe
from comity.uncertainty.ensemble.plan import CERTIFY_EVERY, Plan
from comity.uncertainty.ensemble.program import BATCH, MEASURES

FORMAT = 3
OUTCOMES, DRAWS, SOLVES, AMOUNTS = "outcomes", "draws", "solves", "amounts"
"""Tables beside those of `comity.uncertainty.ensemble.details`."""


def manifest(plan: Plan, chunk: int) -> dict[str, Any]:
    """All that is needed to read the draws of a plan, and to tell them from others."""
    design = plan.design
    settings = plan.scenario.settings(plan.world)
    units = {v.name: v for v in variables()}
    return {
        "format": FORMAT,
        "hashes": {"plan": plan.hash, "scenario": plan.scenario.hash, "world": plan.world.hash},
        "version": __version__,
        "question": plan.scenario.question,
        "world": plan.world.name,
        "elasticities": plan.world.elasticities.name,
        "draws": plan.draws,
        "rows": plan.rows,
        "chunk": chunk,
        "batch": BATCH,
        "certified_every": CERTIFY_EVERY,
        "method": method(plan),
        "design": {"sources": list(design.sources), "seed": design.seed, "split": design.split,
                   "model": list(design.model)},
        "parameters": [describe(parameter) for parameter in plan.parameters],
        "notes": plan.notes,
        "variants": [setting.name for setting in settings],
        "regions": list(plan.world.regions),
        "region_names": list(plan.world.region_names),
        "sector_names": {s: name for setting in reversed(settings)
                         for s, name in zip(setting.world.sectors, setting.world.sector_names, strict=True)},
        "measures": [_described(name, units) for name in MEASURES],
        "details": {table: [_described(name, units) for name in DETAILS[table]] for table in plan.record.places},
        "recorded": {table: [list(place) for place in places] for table, places in plan.record.places.items()},
        "thousand_persons": [list(one) for one in plan.record.persons],
        "tables": [OUTCOMES, DRAWS, SOLVES, *plan.record.places, *([AMOUNTS] if any(map(finds, settings)) else [])],
    }  # fmt: skip


def _kinds(plan: Plan, names: Sequence[str]) -> str:
    """Elasticities as such where all of a kind are there, the others by name."""
    held = set(names)
    every = {k: {p.name for p in plan.parameters if p.kind == k} for k in (THETA, SCALE)}
    whole = set().union(*(of_kind for of_kind in every.values() if of_kind <= held))
    return ", ".join(dict.fromkeys("elasticities" if name in whole else name for name in names))


def _described(name: str, known: Mapping[str, Variable]) -> dict[str, str]:
    """A measure with its unit and definition."""
    if name in OTHERS:
        return dict(zip(("name", "unit", "definition"), (name, *OTHERS[name]), strict=True))
    return {"name": name, "unit": known[name].units, "definition": known[name].definition}


def method(plan: Plan) -> str:
    """How draws are made, in a sentence."""
    held = [name for one in plan.correlations for name in one.names]
    linked = f"; Gaussian copula over {_kinds(plan, held)}" if held else ""
    pattern = (
        f", in blocks that split the variance between {len(plan.design.groups)} sources" if plan.design.split else ""
    )
    return (
        f"scrambled Sobol points, seed {plan.design.seed}, {len(plan.parameters)} parameters{linked}{pattern}; each "
        "draw solved from the same cold start"
    )
