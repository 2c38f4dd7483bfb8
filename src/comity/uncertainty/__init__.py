"""How sure: words as probabilities, claims that depend on each other, what an answer owes to the choices behind it."""

from comity.uncertainty.coherence import Coherence, coherence, implied
from comity.uncertainty.mixture import Answer, chance, expected, mixture, quantile
from comity.uncertainty.probability import Probability, probability
from comity.uncertainty.readings import Reading, in_words
from comity.uncertainty.scales import Scale, hedges, scale, scales
from comity.uncertainty.statements import Exclusive, Implies, Stated, cross_impact
from comity.uncertainty.tree import Branch, Fork, Leaf, leaves, scenario_tree

__all__ = [
    "Answer",
    "Branch",
    "Coherence",
    "Exclusive",
    "Fork",
    "Implies",
    "Leaf",
    "Probability",
    "Reading",
    "Scale",
    "Stated",
    "chance",
    "coherence",
    "cross_impact",
    "expected",
    "hedges",
    "implied",
    "in_words",
    "leaves",
    "mixture",
    "probability",
    "quantile",
    "scale",
    "scales",
    "scenario_tree",
]
