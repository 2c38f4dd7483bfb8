"""How sure: words as probabilities, claims that depend on each other, scenario trees, scores, distributions."""

from comity.uncertainty.probability import Probability, probability
from comity.uncertainty.readings import Reading, in_words
from comity.uncertainty.scales import Scale, hedges, scale, scales

__all__ = [
    "Probability",
    "Reading",
    "Scale",
    "hedges",
    "in_words",
    "probability",
    "scale",
    "scales",
]
