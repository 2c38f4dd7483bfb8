"""Time of `comity case us-japan` from the shell: with an empty cache of compiled programs, and with a filled one.

    python benchmarks/case.py [--draws N]

With `--draws` also of the case with so many draws of every claim, warm: wall time, processor time, and the most memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

from machine import describe
from rich.console import Console
from rich.table import Table

from comity.cli.cache import VARIABLE

COLD, WARM, DRAWN = 60.0, 20.0, 180.0
"""Targets, seconds on two cores."""
REPEATS = 3


def seconds(cache: str, *options: str) -> float:
    """Wall time of the whole case."""
    begin = time.perf_counter()
    environment = {**os.environ, VARIABLE: cache}
    command = [sys.executable, "-m", "comity", "case", *options]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - begin


def processor() -> float:
    """Processor time of all processes that have ended so far, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print both times beside their targets: the first run of an empty cache, then the best of several."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=0)
    draws = parser.parse_args().draws
    # Where the shell keeps JAX's programs elsewhere, an empty cache of ours would not be a cold start.
    for name in [name for name in os.environ if name.startswith("JAX_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(cache)
        warm = min(seconds(cache) for _ in range(REPEATS))
        if draws:
            seconds(cache, "--draws", "2")  # so that the programs of draws are in the cache too
            before = processor()
            drawn = seconds(cache, "--draws", str(draws))
            used = processor() - before
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    table = Table("comity case us-japan", "seconds", "target")
    table.add_row("first time", f"{cold:.1f}", f"{COLD:g}")
    table.add_row("warm cache", f"{warm:.1f}", f"{WARM:g}")
    if draws:
        label = f"{draws} draws of every claim, warm ({used:.0f} s of processors, {memory:.2f} GiB)"
        table.add_row(label, f"{drawn:.1f}", f"{DRAWN:g}")
    console = Console()
    console.print(describe())
    console.print(table)


if __name__ == "__main__":
    main()
