"""How sure: words as probabilities, claims that depend on each other, scenario trees, scores, distributions."""

from comity.uncertainty.coherence import Coherence, coherence, implied
from comity.uncertainty.probability import Probability, probability
from comity.uncertainty.readings import Reading, in_words
from comity.uncertainty.scales import Scale, hedges, scale, scales
from comity.uncertainty.statements import Exclusive, Implies, Stated, cross_impact

__all__ = [
    "Coherence",
    "Exclusive",
    "Implies",
    "Probability",
    "Reading",
    "Scale",
    "Stated",
    "coherence",
    "cross_impact",
    "hedges",
    "implied",
    "in_words",
    "probability",
    "scale",
    "scales",
]
