"""Who depends on whom: whose value added stands in what each region uses, along the whole chain of supply."""

from comity.exposure.chain import Chain, chain_of, chain_of_world
from comity.exposure.dependence import embodied_by_maker, embodied_by_product, rounds
from comity.exposure.measures import VALUES, variables

__all__ = [
    "VALUES",
    "Chain",
    "chain_of",
    "chain_of_world",
    "embodied_by_maker",
    "embodied_by_product",
    "rounds",
    "variables",
]
