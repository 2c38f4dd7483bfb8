"""A server of the explorer for tests: on a free port of this machine, ended when the tests are through."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from processes import environment

STARTING = 120.0


def tariff(add: str = "25%", **more: Any) -> dict[str, Any]:
    """A scenario of one tariff on the world that the explorer opens with."""
    return {"policies": [{"tariff": {"by": "USA", "on": "JPN", "sectors": "motor vehicles", "add": add}}], **more}


@contextmanager
def serving(cache: Path, *arguments: str, **more: str) -> Iterator[str]:
    """The address of a server that is ready to solve."""
    with subprocess.Popen(
        [sys.executable, "-m", "comity", "explore", *arguments, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(cache, **more),
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+", line)
            assert found, line + process.stderr.read()
            if "token" not in found[0]:
                ready(found[0])
            yield found[0]
        finally:
            process.terminate()
            _, rest = process.communicate(timeout=20)
    assert "Traceback" not in rest, rest


def ready(address: str) -> None:
    """Wait until a server can solve."""
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}api/health").json()["ready"]:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server did not get ready")
