"""What the replication tests share: the plain solver, loaded from benchmarks/."""

import importlib.util
import sys
from pathlib import Path

import pytest

PLAIN = Path(__file__).resolve().parents[2] / "benchmarks" / "plain.py"


@pytest.fixture(scope="session")
def solve_plain():
    """The plain damped-iteration solver in NumPy: an implementation that shares no code with the engine."""
    spec = importlib.util.spec_from_file_location("plain", PLAIN)
    module = sys.modules["plain"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.solve_plain
