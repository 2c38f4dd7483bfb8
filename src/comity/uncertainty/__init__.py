"""How sure: words as probabilities, claims that depend on each other, scenario trees, scores, distributions.

The names below are imported when they are first used: words need no statistics, and statistics take a second to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.uncertainty.answers import Answer, chance, expected, mixture, quantile
    from comity.uncertainty.coherent import Coherence, coherence, implied
    from comity.uncertainty.copula import Correlation, correlation, equicorrelation
    from comity.uncertainty.declaring import uncertain
    from comity.uncertainty.discrete import Discrete
    from comity.uncertainty.distributions import Distribution
    from comity.uncertainty.draws import Draws, draw
    from comity.uncertainty.elasticity import theta_distributions
    from comity.uncertainty.forecasts import Forecast, Resolution, forecast
    from comity.uncertainty.lexicon import Scale, hedges, scale, scales
    from comity.uncertainty.probabilities import Probability, probability
    from comity.uncertainty.readings import Reading, in_words
    from comity.uncertainty.record import Scorecard, scorecard
    from comity.uncertainty.scores import brier, brier_parts, log_parts, log_score
    from comity.uncertainty.statements import Exclusive, Implies, Stated, cross_impact
    from comity.uncertainty.tree import Branch, Fork, Leaf, leaves, scenario_tree

__all__ = [
    "Answer",
    "Branch",
    "Coherence",
    "Correlation",
    "Discrete",
    "Distribution",
    "Draws",
    "Exclusive",
    "Forecast",
    "Fork",
    "Implies",
    "Leaf",
    "Probability",
    "Reading",
    "Resolution",
    "Scale",
    "Scorecard",
    "Stated",
    "brier",
    "brier_parts",
    "chance",
    "coherence",
    "correlation",
    "cross_impact",
    "draw",
    "equicorrelation",
    "expected",
    "forecast",
    "hedges",
    "implied",
    "in_words",
    "leaves",
    "log_parts",
    "log_score",
    "mixture",
    "probability",
    "quantile",
    "scale",
    "scales",
    "scenario_tree",
    "scorecard",
    "theta_distributions",
    "uncertain",
]

_MEMBERS = {
    "answers": "Answer chance expected mixture quantile",
    "coherent": "Coherence coherence implied",
    "copula": "Correlation correlation equicorrelation",
    "declaring": "uncertain",
    "discrete": "Discrete",
    "distributions": "Distribution",
    "draws": "Draws draw",
    "elasticity": "theta_distributions",
    "forecasts": "Forecast Resolution forecast",
    "probabilities": "Probability probability",
    "readings": "Reading in_words",
    "lexicon": "Scale hedges scale scales",
    "record": "Scorecard scorecard",
    "scores": "brier brier_parts log_parts log_score",
    "statements": "Exclusive Implies Stated cross_impact",
    "tree": "Branch Fork Leaf leaves scenario_tree",
}
_HOMES = {name: f"comity.uncertainty.{module}" for module, names in _MEMBERS.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'comity.uncertainty' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
