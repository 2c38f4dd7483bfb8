"""Time of `comity run cars` from the shell: with an empty cache of compiled programs, and with a filled one.

python benchmarks/command_line.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.table import Table

from comity.cli.cache import VARIABLE

TARGETS = {"comity --help": 0.5, "comity run cars, first time": 8.0, "comity run cars, warm cache": 3.0}
REPEATS = 5


def seconds(cache: str, *arguments: str) -> float:
    """Wall time of one command."""
    begin = time.perf_counter()
    environment = {**os.environ, VARIABLE: cache}
    subprocess.run([sys.executable, "-m", "comity", *arguments], check=True, capture_output=True, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    """Print each time beside its target: the first run once, the others as the best of several."""
    with tempfile.TemporaryDirectory() as cache:
        first = seconds(cache, "run", "cars")
        warm = min(seconds(cache, "run", "cars") for _ in range(REPEATS))
        bare = min(seconds(cache, "--help") for _ in range(REPEATS))
    table = Table("command", "seconds", "target")
    for (name, target), measured in zip(TARGETS.items(), (bare, first, warm), strict=True):
        table.add_row(name, f"{measured:.2f}", f"{target:g}")
    Console().print(table)


if __name__ == "__main__":
    main()
