"""The world economy as a checked value: accounts, tables, aggregation, files."""

from comity.world.accounts import Step
from comity.world.elasticities import Elasticities
from comity.world.identities import Check
from comity.world.table import from_table
from comity.world.world import World

__all__ = ["Check", "Elasticities", "Step", "World", "from_table"]
