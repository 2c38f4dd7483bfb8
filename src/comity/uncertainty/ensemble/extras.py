"""Optional packages of ensembles: imported when they are needed, or a message that says how to install them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from comity.errors import MissingExtra


def need(module: str, purpose: str, extra: str = "ensemble") -> ModuleType:
    """The module, or a `MissingExtra` with the install command."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise MissingExtra(f'{purpose} needs the package {package}: run  pip install "comity[{extra}]"') from None
