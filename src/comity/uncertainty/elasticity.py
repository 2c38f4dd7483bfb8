"""Trade elasticities as distributions: the set's value with its standard error, published or assumed."""

from __future__ import annotations

from collections.abc import Sequence

from comity.errors import ScenarioError
from comity.uncertainty.distributions import Distribution
from comity.world.elasticities import Elasticities

LOGNORMAL, NORMAL = "lognormal", "normal"


def theta_distributions(
    elasticities: Elasticities, sectors: Sequence[str], kind: str = LOGNORMAL
) -> dict[str, Distribution]:
    """A distribution of theta for each sector.

    Args:
        elasticities: of a world.
        sectors: their names, as many.
        kind: ``lognormal`` with the set's theta as mean and its standard error as standard deviation (theta > 0 without
            a cut); or ``normal``, cut at zero, which leaves draws near zero, where losses have no bound.

    Returns:
        By sector; with a source where theta and its standard error are published, and a note that says what is assumed.

    Raises:
        ScenarioError: another kind.

    Example:
        >>> from comity.world.elasticities import elasticity_set
        >>> found = theta_distributions(elasticity_set("lashkaripour-lugovskyy-2023", ["cars"], [["C29"]]), ["cars"])
        >>> str(found["cars"]), found["cars"].assumed
        ('lognormal(mean 2.805, sd 0.834)', False)
    """
    if kind not in (LOGNORMAL, NORMAL):
        raise ScenarioError(f"theta is drawn as {LOGNORMAL} or {NORMAL}, not {kind!r}")
    found = {}
    for j, sector in enumerate(sectors):
        guessed = [
            what
            for what, is_so in (("theta", elasticities.assumed[j]), ("its standard error", elasticities.assumed_se[j]))
            if is_so
        ]
        found[sector] = Distribution(
            kind,
            (("mean", float(elasticities.theta[j])), ("sd", float(elasticities.theta_se[j]))),
            above=0.0 if kind == NORMAL else Distribution.above,
            source="" if guessed else elasticities.name,
            note=f"{elasticities.name}: {' and '.join(guessed)} assumed" if guessed else "",
        )
    return found
