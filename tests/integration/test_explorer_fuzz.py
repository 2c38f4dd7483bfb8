"""The API asked at random, from its own schema: nothing breaks, nothing hangs, everything that is refused says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from explorer import serving
from hypothesis import HealthCheck, Phase, given, settings

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("default"),  # of the fuzzer and what it stands on
]
REQUESTS = {
    ("POST", "/api/solve"): 700,
    ("POST", "/api/compare"): 450,
    ("POST", "/api/gradient"): 500,
    ("POST", "/api/brief"): 50,
    ("POST", "/api/scenario"): 700,
    ("GET", "/api/worlds/{world}"): 150,
}
"""Of each kind: as the schema says, and against it."""
MODES = ("positive", "negative")
SLOWEST = 135.0
"""Seconds: twice the time limit, in line and in a worker, and the way."""


def test_there_are_five_thousand() -> None:
    assert len(MODES) * sum(REQUESTS.values()) >= 5000


@pytest.fixture(scope="module")
def address(cache_folder: Path) -> Iterator[str]:
    """A server."""
    with serving(cache_folder) as found:
        yield found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("operation", REQUESTS, ids=lambda o: o[1].rpartition("/")[2].strip("{}"))
def test_random_requests(address: str, operation: tuple[str, str], mode: str) -> None:
    import requests
    import schemathesis
    from schemathesis import GenerationMode

    method, path = operation
    schema = schemathesis.openapi.from_url(f"{address}api/openapi.json")
    strategy = schema[path][method].as_strategy(generation_mode=GenerationMode[mode.upper()])
    statuses: Counter[int] = Counter()

    with requests.Session() as session:

        @settings(
            max_examples=REQUESTS[operation],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(case=strategy)
        def one(case: Any) -> None:
            answer = case.call(session=session, timeout=SLOWEST)
            statuses[answer.status_code] += 1
            check(answer)

        one()
    assert statuses.total() >= 0.98 * REQUESTS[operation], statuses
    assert httpx.get(f"{address}api/health").json()["waiting"] == {"quick": 0, "long": 0, "brief": 0}


def check(answer: Any) -> None:
    """An answer is one, or an error that says what is wrong."""
    if answer.status_code == 200:
        assert answer.json()
        return
    headers = {name.lower() for name in answer.headers}
    assert answer.status_code < 500 or (answer.status_code == 503 and "retry-after" in headers), answer.text
    assert answer.json()["error"]["message"]
    assert answer.json()["error"]["kind"]
