"""Answers of the explorer while sliders move: one visitor, ten at once, ten for minutes; memory before and after.

python benchmarks/explorer.py [--minutes 10] [--visitors 10] [--workers 2]

Starts a server on a free port of this machine and stops it. Every question is new to the server: no answer is kept.
Processor time is that of the server and its workers, an answer.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from machine import best, describe
from rich.console import Console
from rich.table import Table

from comity.model import solve_all
from comity.policy import Scenario

TARGETS = {"one visitor": 50.0, "ten at once": 150.0}
PAUSE = 0.1
"""Seconds between two positions of a slider, for visitors who drag."""
FRESH = count(1)


def scenario() -> dict[str, Any]:
    """A tariff and an answer in kind, at rates that no other question has."""
    rate = 5 + 40 * (next(FRESH) * 0.6180339887 % 1)
    rules = [
        {"tariff": {"by": "USA", "on": "JPN", "sectors": "motor vehicles", "add": f"{rate:.6f}%"}},
        {"tariff": {"by": "JPN", "on": "USA", "sectors": "food", "add": f"{rate / 2:.6f}%"}},
    ]
    return {"policies": rules}


@contextmanager
def server(workers: int) -> Iterator[tuple[int, int]]:
    """Port and process of a server of its own."""
    command = [sys.executable, "-m", "comity", "explore", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r":(\d+)/", process.stderr.readline())
            assert found
            port = int(found[1])
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            while True:
                connection.request("GET", "/api/health")
                if json.loads(connection.getresponse().read())["ready"]:
                    break
                time.sleep(0.2)
            time.sleep(10)  # the other workers
            yield port, process.pid
        finally:
            process.terminate()


def visit(port: int, until: float, pause: float) -> tuple[list[float], int]:
    """Milliseconds of each answer of one visitor, and how many questions were turned away."""
    connection, times, refused = HTTPConnection("127.0.0.1", port, timeout=60), [], 0
    while time.monotonic() < until:
        body = json.dumps({"scenario": scenario(), "form": "compact"})
        begin = time.monotonic()
        connection.request("POST", "/api/solve", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        took = time.monotonic() - begin
        if answer.status == 503:
            refused += 1
        else:
            assert answer.status == 200, content
            times.append(1000 * took)
        time.sleep(max(0.0, pause - took))
    return times, refused


def together(port: int, visitors: int, seconds: float, pause: float) -> tuple[np.ndarray, int]:
    """The times of several visitors at once."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(visitors) as threads:
        found = list(threads.map(lambda _: visit(port, until, pause), range(visitors)))
    return np.concatenate([times for times, _ in found]), sum(refused for _, refused in found)


def used(process: int) -> tuple[float, float]:
    """MiB that a process and its children hold, and seconds of processor that they took; from Linux's /proc."""
    held = took = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if process in (int(stat.parent.name), int(fields[1])):
            held += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            took += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return held, took


def inside() -> float:
    """Milliseconds of the same question without a server, the least of many."""
    world = Scenario.from_dict(scenario()).load_world()
    return 1000 * best(lambda: solve_all(world, Scenario.from_dict(scenario())))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=0.0, help="also ten visitors for so long")
    options.add_argument("--visitors", type=int, default=10)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = options.parse_args()
    reference = inside()
    table = Table(
        "", "answers", "a second", "median ms", "p95 ms", "largest ms", "turned away", "target", "processor ms", "MiB"
    )
    with server(asked.workers) as (port, process):
        runs = [
            ("one visitor", 1, 10.0, 0.0),
            ("ten at once", asked.visitors, 20.0, 0.0),
            ("ten who drag", asked.visitors, 20.0, PAUSE),
        ]
        minutes = int(np.ceil(asked.minutes))
        runs += [(f"ten at once, minute {k + 1}", asked.visitors, 60.0, 0.0) for k in range(minutes)]
        for name, visitors, seconds, pause in runs:
            before = used(process)[1]
            times, refused = together(port, visitors, seconds, pause)
            middle, most = np.percentile(times, [50, 95])
            held, after = used(process)
            table.add_row(
                name, str(len(times)), f"{len(times) / seconds:.0f}", f"{middle:.1f}", f"{most:.1f}",
                f"{times.max():.0f}", str(refused), f"{TARGETS[name]:g}" if name in TARGETS else "",
                f"{1000 * (after - before) / len(times):.1f}", f"{held:.0f}",
            )  # fmt: skip
    console = Console(width=120)
    console.print(describe())
    console.print(f"the same question without a server: {reference:.1f} ms; load {os.getloadavg()[0]:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
