"""The command line: thin commands over the library."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the `comity` command; ends the process with its exit code."""
    from comity.cli.app import run_app

    run_app()
