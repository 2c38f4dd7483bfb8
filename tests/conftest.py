"""Fixtures shared by all tests, and the programs that they compile."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("new")
settings.load_profile("same")
"""The same random cases each time, so that a result can be had again; `make fuzz` asks for new ones."""

if "JAX_COMPILATION_CACHE_DIR" not in os.environ:  # set here in the first process, its workers find it
    compiled = tempfile.mkdtemp(prefix="comity-tests-")
    atexit.register(shutil.rmtree, compiled, ignore_errors=True)
    os.environ |= {
        "JAX_COMPILATION_CACHE_DIR": compiled,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        # with a bound JAX locks the folder, so that no worker reads half an entry
        "JAX_COMPILATION_CACHE_MAX_SIZE": str(4 * 2**30),
    }
    """Most of the time that tests take is compiling: each program once, whatever the number of workers."""

MOST_MAPS = 20_000
"""Linux ends a process with 65,530 maps of memory, and each compiled program keeps some: JAX aborts where it cannot
have another."""


@pytest.fixture(scope="module", autouse=True)
def _room_for_programs() -> Iterator[None]:
    """After a module, let go of compiled programs where they are many; they are read from the cache if needed again."""
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and maps.read_bytes().count(b"\n") > MOST_MAPS:
        import jax

        jax.clear_caches()
        gc.collect()


SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of source data that lies beside the checkout; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("source data are not beside this checkout (../shared/data)")
    return SHARED
