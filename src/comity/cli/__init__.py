"""The command line: thin commands over the library."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the `comity` command; ends the process with its exit code."""
    try:
        from comity.cli.app import run_app

        run_app()
    except KeyboardInterrupt:  # while Python is still reading the program
        sys.stderr.write("comity: stopped\n")
        sys.stderr.flush()
        os._exit(130)
