"""How sure: words as probabilities, claims that depend on each other, what an answer owes to the choices behind it."""

from comity.uncertainty.coherence import Coherence, coherence, implied
from comity.uncertainty.forecasts import Forecast, Resolution, forecast
from comity.uncertainty.mixture import Answer, chance, expected, mixture, quantile
from comity.uncertainty.probability import Probability, probability
from comity.uncertainty.readings import Reading, in_words
from comity.uncertainty.scales import Scale, hedges, scale, scales
from comity.uncertainty.scorecard import Scorecard, scorecard
from comity.uncertainty.scores import brier, brier_parts, log_parts, log_score
from comity.uncertainty.statements import Exclusive, Implies, Stated, cross_impact
from comity.uncertainty.tree import Branch, Fork, Leaf, leaves, scenario_tree

__all__ = [
    "Answer",
    "Branch",
    "Coherence",
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
    "cross_impact",
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
]
