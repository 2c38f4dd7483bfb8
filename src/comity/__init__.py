"""Comity: an open policy laboratory for trade and alliances."""

from comity.errors import ComityError

__version__ = "0.1.0"
__all__ = ["ComityError", "__version__"]
