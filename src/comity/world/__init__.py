"""The world economy as a checked value: accounts, tables, aggregation, files."""

from comity.world.accounts import Step
from comity.world.carving import carve
from comity.world.elasticities import Elasticities, elasticity_set, elasticity_sets
from comity.world.employment import read_employment
from comity.world.identities import Check
from comity.world.loading import embedded_worlds, load_world
from comity.world.overlay import overlay_tariffs
from comity.world.table import from_table
from comity.world.totals import Total
from comity.world.update_report import UpdateReport
from comity.world.updating import Update
from comity.world.world import World

__all__ = [
    "Check",
    "Elasticities",
    "Step",
    "Total",
    "Update",
    "UpdateReport",
    "World",
    "carve",
    "elasticity_set",
    "elasticity_sets",
    "embedded_worlds",
    "from_table",
    "load_world",
    "overlay_tariffs",
    "read_employment",
]
