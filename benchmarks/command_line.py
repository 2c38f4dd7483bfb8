"""Time of commands from the shell: `comity run cars` with an empty cache of compiled programs, and with a filled one.

python benchmarks/command_line.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from machine import describe
from rich.console import Console
from rich.table import Table

from comity.cli.cache import VARIABLE

TARGETS = {
    "comity --help": 0.5,
    "comity world": 1.5,
    "comity run cars, first time": 8.0,
    "comity run cars, warm cache": 3.0,
}
REPEATS, FIRST = 7, 3


def seconds(cache: str, *arguments: str) -> float:
    """Wall time of one command."""
    begin = time.perf_counter()
    environment = {**os.environ, VARIABLE: cache}
    subprocess.run([sys.executable, "-m", "comity", *arguments], check=True, capture_output=True, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    """Print each time beside its target, the best of several; every first run has an empty cache of its own."""
    first = np.inf
    for _ in range(FIRST):
        with tempfile.TemporaryDirectory() as cache:
            first = min(first, seconds(cache, "run", "cars"))
    with tempfile.TemporaryDirectory() as cache:
        seconds(cache, "run", "cars")
        warm, bare, world = (
            min(seconds(cache, *command) for _ in range(REPEATS))
            for command in (("run", "cars"), ("--help",), ("world",))
        )
    table = Table("command", "seconds", "target")
    for (name, target), measured in zip(TARGETS.items(), (bare, world, first, warm), strict=True):
        table.add_row(name, f"{measured:.2f}", f"{target:g}")
    console = Console()
    console.print(describe())
    console.print(table)


if __name__ == "__main__":
    main()
