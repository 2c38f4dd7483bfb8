"""Time of `comity case us-japan` from the shell: with an empty cache of compiled programs, and with a filled one.

python benchmarks/case.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from machine import describe
from rich.console import Console
from rich.table import Table

from comity.cli.cache import VARIABLE

COLD, WARM = 60.0, 20.0
"""Targets, seconds on two cores."""
REPEATS = 3


def seconds(cache: str) -> float:
    """Wall time of the whole case."""
    begin = time.perf_counter()
    environment = {**os.environ, VARIABLE: cache}
    subprocess.run([sys.executable, "-m", "comity", "case"], check=True, capture_output=True, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    """Print both times beside their targets: the first run of an empty cache, then the best of several."""
    # Where the shell keeps JAX's programs elsewhere, an empty cache of ours would not be a cold start.
    for name in [name for name in os.environ if name.startswith("JAX_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(cache)
        warm = min(seconds(cache) for _ in range(REPEATS))
    table = Table("comity case us-japan", "seconds", "target")
    table.add_row("first time", f"{cold:.1f}", f"{COLD:g}")
    table.add_row("warm cache", f"{warm:.1f}", f"{WARM:g}")
    console = Console()
    console.print(describe())
    console.print(table)


if __name__ == "__main__":
    main()
