"""Optional dependencies: import them when a reader needs them, or say how to install them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from comity.errors import MissingExtra


def need(module: str, purpose: str) -> ModuleType:
    """The module, or a `MissingExtra` with the install command."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(f'{purpose} needs the package {module}: run  pip install "comity[readers]"') from None
