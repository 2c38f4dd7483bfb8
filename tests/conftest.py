"""Fixtures shared by all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("new")
settings.load_profile("same")
"""The same random cases each time, so that a result can be had again; `make fuzz` asks for new ones."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of source data that lies beside the checkout; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("source data are not beside this checkout (../shared/data)")
    return SHARED
