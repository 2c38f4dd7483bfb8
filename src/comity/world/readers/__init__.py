"""Readers of published and of users' own tables, one module a source; each returns a `World`.

Packages that only a reader needs come with ``pip install "comity[readers]"``.
"""

from comity.world.readers.flat import read_flat
from comity.world.readers.icio import from_icio_frame, read_icio
from comity.world.readers.pymrio import from_pymrio, read_pymrio
from comity.world.readers.wiod import from_wiod2016_frame, read_wiod2013, read_wiod2016

__all__ = [
    "from_icio_frame",
    "from_pymrio",
    "from_wiod2016_frame",
    "read_flat",
    "read_icio",
    "read_pymrio",
    "read_wiod2013",
    "read_wiod2016",
]
