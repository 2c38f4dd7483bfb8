"""The API of the explorer as a colleague scripts it: a server in a process of its own, requests over HTTP."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema
import pytest
from explorer import serving, tariff
from typer.testing import CliRunner

from comity.cli.app import app
from comity.policy import Scenario
from comity.report.schema import result_schema
from comity.web.limits import Limits, check_scenario
from comity.web.opening import opening

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def address(cache_folder: Path) -> Iterator[str]:
    """A server that opened with the case."""
    with serving(cache_folder, "us-japan", "--workers", "1") as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A client of that server."""
    with httpx.Client(base_url=address, timeout=120) as found:
        yield found


def problem(response: httpx.Response, status: int) -> str:
    """The sentence of an error, which has that status."""
    assert response.status_code == status, response.text
    found: str = response.json()["error"]["message"]
    return found


def test_solves_as_the_command_line_does(client: httpx.Client, tmp_path: Path) -> None:
    scenario = tariff(variants={"alone": {}, "balanced": {"options": {"imbalances": "balanced"}}})
    found = client.post("/api/solve", json={"scenario": scenario}).raise_for_status().json()
    jsonschema.validate(found, result_schema())
    file = tmp_path / "tariff.yaml"
    file.write_text(Scenario.from_dict(scenario).to_yaml())
    printed = json.loads(CliRunner().invoke(app, ["run", str(file), "--json"]).stdout)
    for name, variant in printed["variants"].items():
        assert variant["certificate"]["passed"]
        for code, measures in variant["regions"].items():
            assert found["variants"][name]["regions"][code] == pytest.approx(measures, rel=1e-7, abs=1e-9)
    assert found["scenario"]["hash"] == printed["scenario"]["hash"]


def test_the_compact_form_holds_the_same_numbers(client: httpx.Client) -> None:
    full, compact = (
        client.post("/api/solve", json={"scenario": tariff(), "form": form}).json() for form in ("full", "compact")
    )
    for measure in ("real_income_pct", "equivalent_variation_usd_bn", "balance_change_usd_bn"):
        rows = full["variants"]["scenario"]["regions"]
        values = [rows[code][measure] for code in compact["regions"]]
        assert compact["variants"]["scenario"]["measures"][measure] == pytest.approx(values, abs=1e-6)
    assert compact["hash"] == full["scenario"]["hash"]
    assert set(compact["caveats"]) <= set(full["caveats"])


def test_compares_two_scenarios(client: httpx.Client) -> None:
    sides = {"a": tariff("10%"), "b": tariff("20%", options={"imbalances": "balanced"})}
    found = client.post("/api/compare", json=sides).raise_for_status().json()
    (pair,) = found["pairs"].values()
    income = pair["regions"]["JPN"]["real_income_pct"]
    assert income["difference"] == pytest.approx(income["b"] - income["a"])
    assert "imbalances: fixed in A, balanced in B" in pair["differs_in"]


@pytest.mark.long
def test_a_derivative_is_that_of_a_small_change(client: httpx.Client) -> None:
    question = {"scenario": tariff(), "region": "Japan", "importers": ["USA"], "exporters": ["JPN"]}
    found = client.post("/api/gradient", json=question).raise_for_status().json()
    slope = next(row["slope"] for row in found["slopes"] if row["sector"] == "C29")
    above, below = (
        client.post("/api/solve", json={"scenario": tariff(add)}).json()["variants"]["scenario"]["regions"]["JPN"]
        for add in ("25.5%", "24.5%")
    )
    assert slope == pytest.approx(above["real_income_pct"] - below["real_income_pct"], rel=1e-3)
    assert {row["importer"] for row in found["slopes"]} == {"USA"}


def test_reads_and_writes_scenario_files(client: httpx.Client) -> None:
    found = client.post("/api/scenario", json={"scenario": tariff()}).raise_for_status().json()
    again = client.post("/api/scenario", json={"text": found["yaml"]}).raise_for_status().json()
    assert again == found
    assert Scenario.from_text(found["yaml"]) == Scenario.from_dict(tariff())
    wrong = client.post("/api/scenario", json={"text": "policies:\n  - tariff: {by: USA, on: Jpan, add: 5%}"})
    assert "Japan" in problem(wrong, 422)


@pytest.mark.long
def test_a_brief_is_one_page(client: httpx.Client) -> None:
    question = {"scenario": tariff(question="What do <b>cars</b> cost?"), "region": "Japan"}
    found = client.post("/api/brief", json=question).raise_for_status().json()
    page = found["html"]
    assert found["intervals"]
    assert "of 128 draws" in page or "128 draws" in page
    without = client.post("/api/brief", json=question | {"draws": 0}).raise_for_status().json()
    assert not without["intervals"]
    assert "128 draws" not in without["html"]
    assert "What do &lt;b&gt;cars&lt;/b&gt; cost?" in page
    assert "<svg" in page
    assert "<script" not in page
    several = client.post("/api/brief", json=question | {"region": "Quad"})
    assert "one region is wanted" in problem(several, 422)


def test_what_a_goal_finds_and_a_commitment_takes_is_in_both_forms(client: httpx.Client) -> None:
    rules: list[dict[str, Any]] = [
        {"tariff": {"name": "duty", "by": "USA", "on": "all", "add": "10%"}},
        {"goal": {"vary": "duty", "outcome": "goods balance", "of": "JPN", "with": "USA", "change": "-10%"}},
        {"purchase commitment": {"buyer": "JPN", "seller": "USA", "sectors": ["agriculture", "food"], "add": "US$2bn"}},
    ]
    answers = [
        client.post("/api/solve", json={"scenario": {"policies": rules}, "form": form}, timeout=120).json()
        for form in ("compact", "full")
    ]
    brief, whole = (answer["variants"]["scenario"] for answer in answers)
    for part in ("found", "purchases"):
        assert brief[part] == whole[part]
        assert len(brief[part]) == 1


def test_lists_what_can_be_asked_about(client: httpx.Client) -> None:
    world = client.get("/api/worlds/2022").raise_for_status().json()
    assert {"USA", "EU27", "ROW"} <= {region["code"] for region in world["regions"]}
    assert world["groupings"]["Quad"] == ["AUS", "IND", "JPN", "USA"]
    assert "C29" in world["sector_groups"]["manufacturing"]
    assert "us-japan" in [entry["aggregation"] for entry in client.get("/api/worlds").json()["worlds"]["2022"]]
    assert client.get("/api/options").json()["imbalances"]["values"][0] == "fixed"
    assert "add" in client.get("/api/instruments").json()["tariff"]["amounts"]
    assert client.get("/api/examples").json()["cars"]["scenario"]["policies"]
    assert "AUS" in client.get("/api/groupings").json()["AUKUS"]["members"]
    assert client.get("/api/schema/scenario").json() == Scenario.json_schema()
    start = client.get("/api/start").json()
    assert len(start["scenarios"]) > 15
    assert problem(client.get("/api/worlds/1900"), 422).startswith("there is no world '1900'")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("solve", {"scenario": tariff()}),
        ("solve", {"scenario": tariff(), "form": "compact"}),
        ("compare", {"a": tariff(), "b": tariff("20%")}),
        pytest.param("gradient", {"scenario": tariff(), "region": "JPN", "most": 3}, marks=pytest.mark.long),
        pytest.param("brief", {"scenario": tariff(), "draws": 0}, marks=pytest.mark.long),
        ("scenario", {"scenario": tariff()}),
        ("worlds", None),
        ("worlds/{world}", None),
        ("groupings", None),
        ("instruments", None),
        ("forms", None),
        ("options", None),
        ("examples", None),
        ("map", None),
        ("health", None),
        ("start", None),
    ],
)
def test_answers_are_as_the_api_describes_them(client: httpx.Client, path: str, body: Any) -> None:
    made = client.get("/api/openapi.json").raise_for_status().json()
    method = "GET" if body is None else "POST"
    found = client.request(method, f"/api/{path}".format(world="2022"), json=body).raise_for_status().json()
    answers = made["paths"][f"/api/{path}"][method.lower()]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    held = jsonschema.Draft202012Validator(schema | {"components": made["components"]})
    held.validate(found)
    assert not held.is_valid({"error": {"kind": "ScenarioError", "message": "no"}})


@pytest.mark.long
def test_the_script_in_the_documentation_runs(client: httpx.Client, address: str, tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "explorer.md").read_text(encoding="utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    script = tmp_path / "ask.py"
    script.write_text(code.replace("http://127.0.0.1:8765/", address), encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    income, difference, slope, members = done.stdout.splitlines()
    solved = client.post("/api/solve", json={"scenario": tariff()}).json()["variants"]["scenario"]
    less = client.post("/api/solve", json={"scenario": tariff("15%")}).json()["variants"]["scenario"]
    first, second = (one["regions"]["JPN"]["real_income_pct"] for one in (less, solved))
    assert float(income) == pytest.approx(second, rel=1e-9)
    assert float(difference) == pytest.approx(second - first, rel=1e-6)
    sector, value = slope.split()
    question = {"scenario": tariff(), "region": "Japan", "importers": ["USA"], "most": 1}
    (most,) = client.post("/api/gradient", json=question).json()["slopes"]
    assert (sector, float(value)) == (most["sector"], pytest.approx(most["slope"]))
    assert members == "AUS IND JPN USA"


def test_what_has_no_answer_says_which_condition_failed(client: httpx.Client) -> None:
    nowhere = {"policies": [{"tariff": {"by": "USA", "on": "everyone", "sectors": "all", "add": "700%"}}]}
    answer = client.post("/api/solve", json={"scenario": nowhere})
    assert answer.json()["error"]["kind"] == "NoEquilibrium"
    assert "SGP cannot pay" in problem(answer, 422)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({"policies": [], "world": "/etc/passwd"}, "no world '/etc/passwd' on this server"),
        ({"policies": [], "World": "../secret.npz"}, "no world '../secret.npz' on this server"),
        ({"policies": [], "baseline tariffs": "/etc/passwd"}, "names a file"),
        ({"policies": [], "Baseline_Tariffs": "x.csv"}, "names a file"),
    ],
)
def test_nothing_on_the_disk_can_be_named(client: httpx.Client, scenario: Any, said: str) -> None:
    assert said in problem(client.post("/api/solve", json={"scenario": scenario}), 422)
    assert said in problem(client.post("/api/scenario", json={"text": json.dumps(scenario)}), 422)


@pytest.mark.parametrize("path", ["/../pool.py", "/%2e%2e/pool.py", "/page/index.html", "/etc/passwd", "/docs"])
def test_no_other_file_is_served(address: str, path: str) -> None:
    assert b" 404 " in raw(address, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"policies": tariff()["policies"] * 61}, "61 rules are more"),
        ({"variants": {str(k): {} for k in range(25)}}, "25 variants are more"),
        ({"variants": {str(k): {} for k in range(17)}, "options": {"horizon": [1, 2, 3]}}, "51 settings"),
        ({"aggregation": {"regions": {"A": ["JPN"] * 401}}}, "401 members of groups"),
        ({"policies": None}, "a list of rules is wanted"),
    ],
)
def test_limits_are_told(client: httpx.Client, change: dict[str, Any], said: str) -> None:
    assert said in problem(client.post("/api/solve", json={"scenario": {**tariff(), **change}}), 422)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * 70_000, JSON, 413),
        (b"{}", {}, 415),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{", JSON, 400),
        (b"[" * 30_000, JSON, 400),
        (b"{}", JSON | {"Origin": "http://example.org"}, 403),
        (b"{}", JSON | {"Host": "example.org"}, 403),
        (b'{"scenario": {"policies": [], "question": "\\ud800"}}', JSON, 422),
        (b'{"scenario": {"policies": [], "options": {"demand": 1e999}}}', JSON, 422),
        (b'{"scenario": {"policies": []}, "other": 1}', JSON, 422),
    ],
)
def test_hostile_requests_are_refused(client: httpx.Client, body: bytes, headers: dict[str, str], status: int) -> None:
    problem(client.post("/api/solve", content=body, headers=headers), status)


def test_what_a_browser_may_do_is_narrow(client: httpx.Client) -> None:
    for path in ("/", "/api/worlds", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


@pytest.mark.long
def test_a_long_question_does_not_hold_up_a_short_one(client: httpx.Client, address: str) -> None:
    client.post("/api/solve", json={"scenario": tariff("1%")}).raise_for_status()
    long = tariff("1%", aggregation="full", variants={str(k): {"options": {"horizon": k + 1}} for k in range(8)})
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(httpx.post, f"{address}api/solve", json={"scenario": long}, timeout=120)
        time.sleep(0.3)
        for k in range(5):
            client.post("/api/solve", json={"scenario": tariff(f"{k + 2}%")}).raise_for_status()
        assert not slow.done()
        assert slow.result().status_code in (200, 503)


@pytest.mark.long
def test_a_brief_does_not_hold_up_a_long_question(client: httpx.Client, address: str) -> None:
    rules = [
        {"tariff": {"name": "duty", "by": "USA", "on": "all", "add": "10%"}},
        {"goal": {"vary": "duty", "outcome": "goods balance", "of": "JPN", "with": "USA", "change": "-10%"}},
    ]
    client.post("/api/solve", json={"scenario": {"policies": rules}}).raise_for_status()
    rules[0] = {"tariff": {"name": "duty", "by": "USA", "on": "all", "add": "11%"}}
    with ThreadPoolExecutor() as threads:
        brief = {"scenario": tariff("26%"), "draws": 256}
        slow = threads.submit(httpx.post, f"{address}api/brief", json=brief, timeout=240)
        while client.get("/api/health").json()["waiting"]["brief"] == 0:
            time.sleep(0.05)
        client.post("/api/solve", json={"scenario": {"policies": rules}}).raise_for_status()
        client.post("/api/solve", json={"scenario": tariff("27%")}).raise_for_status()
        assert not slow.done()
        slow.result()


@pytest.mark.long
def test_an_answer_that_takes_too_long_is_stopped(cache_folder: Path) -> None:
    with serving(cache_folder, "--workers", "1", "--time-limit", "2") as address:
        long = tariff(aggregation="full", variants={str(k): {"options": {"demand": 1.1 + k / 10}} for k in range(12)})
        answer = httpx.post(f"{address}api/solve", json={"scenario": long}, timeout=30)
        assert "longer than it may" in problem(answer, 503)
        assert int(answer.headers["Retry-After"]) >= 1
        httpx.post(f"{address}api/solve", json={"scenario": tariff()}, timeout=30).raise_for_status()


@pytest.mark.long
def test_it_stops_while_an_answer_is_under_way_without_a_traceback(cache_folder: Path) -> None:
    long = tariff(aggregation="full", variants={str(k): {"options": {"demand": 1.1 + k / 10}} for k in range(12)})
    with ThreadPoolExecutor() as threads, serving(cache_folder, "--workers", "1") as address:
        asked = threads.submit(httpx.post, f"{address}api/solve", json={"scenario": long}, timeout=120)
        while httpx.get(f"{address}api/health").json()["waiting"]["long"] == 0:
            time.sleep(0.05)
    assert "being stopped" in problem(asked.result(), 503)


@pytest.mark.long
def test_other_machines_need_a_token(cache_folder: Path) -> None:
    token = "0123456789abcdefghij"
    with serving(cache_folder, COMITY_TOKEN=token) as address:
        place = address.partition("?")[0]
        assert "a token is needed" in problem(httpx.get(f"{place}api/worlds"), 401)
        assert httpx.get(f"{place}api/worlds", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert httpx.get(f"{place}?token=wrong").status_code == 401
        assert httpx.get(f"{place}api/worlds", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        with httpx.Client() as browser:
            opened = browser.get(address, follow_redirects=True)
            assert opened.status_code == 200
            assert token not in str(opened.url)
            assert browser.get(f"{place}api/worlds").status_code == 200


def test_an_unsafe_place_is_refused() -> None:
    refused = CliRunner().invoke(app, ["explore", "--host", "0.0.0.0"], env={"COMITY_TOKEN": ""})
    assert refused.exit_code == 1
    assert "needs a token" in refused.stderr
    assert "could guess" in CliRunner().invoke(app, ["explore"], env={"COMITY_TOKEN": "short"}).stderr


@pytest.mark.long
def test_ten_visitors_leave_memory_as_it_was(cache_folder: Path) -> None:
    """Questions that are all new, then the same for as long again: the second half adds nothing to speak of."""
    fresh = itertools.count(1)

    def visitor(address: str, until: float) -> None:
        with httpx.Client(base_url=address, timeout=120) as client:
            while time.monotonic() < until:
                body = {"scenario": tariff(f"{10 + next(fresh) / 1000}%"), "form": "compact"}
                client.post("/api/solve", json=body).raise_for_status()

    def crowd(address: str, seconds: float) -> float:
        with ThreadPoolExecutor(10) as threads:
            until = time.monotonic() + seconds
            for done in [threads.submit(visitor, address, until) for _ in range(10)]:
                done.result()
        return held()

    with serving(cache_folder, "--workers", "2") as address:
        crowd(address, 15)
        first = crowd(address, 15)
        second = crowd(address, 30)
    assert next(fresh) > 300
    if first == 0:
        pytest.skip("this system does not tell how much memory a process holds")
    assert second < 1.05 * first


def held() -> float:
    """Bytes that the servers of this process and their workers hold; 0 where the system does not say."""
    found, parents = {}, {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if "VmRSS" in fields:
            found[int(fields["Pid"])] = 1024 * int(fields["VmRSS"].split()[0])
            parents[int(fields["Pid"])] = int(fields["PPid"])
    me = os.getpid()
    servers = [pid for pid, parent in parents.items() if parent == me and b"explore" in command_of(pid)]
    return float(sum(size for pid, size in found.items() if pid in servers or parents[pid] in servers))


def command_of(pid: int) -> bytes:
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.long
def test_a_connection_that_says_nothing_is_closed(address: str, client: httpx.Client) -> None:
    host = urlsplit(address)
    begun = time.monotonic()
    with socket.create_connection((host.hostname, host.port), timeout=60) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        while time.monotonic() < begun + 60:
            time.sleep(1)
            try:
                slow.sendall(b"x")
                slow.settimeout(0.01)
                if slow.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - begun < 30
    assert client.get("/api/health").status_code == 200


SLOW = {
    "head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "body": b"POST /api/solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 60000\r\n\r\n{",
    "nothing": b"",
}


@pytest.mark.long
@pytest.mark.parametrize("kind", SLOW)
def test_a_crowd_of_slow_connections_keeps_nobody_out(client: httpx.Client, address: str, kind: str) -> None:
    host = urlsplit(address)
    crowd = []
    try:
        for number in range(400):
            slow = socket.create_connection((host.hostname, host.port), timeout=10)
            crowd.append(slow)
            slow.sendall(SLOW[kind])
            if number % 50 == 49:
                with httpx.Client(base_url=address, timeout=10) as other:
                    other.post("/api/solve", json={"scenario": tariff(f"{number}%")}).raise_for_status()
    finally:
        for slow in crowd:
            slow.close()


def raw(address: str, request: bytes) -> bytes:
    """What the server answers to bytes that no client would send."""
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=20) as connection:
        connection.sendall(request)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def test_a_port_that_is_taken_has_one_clear_message(address: str) -> None:
    taken = str(urlsplit(address).port)
    found = CliRunner().invoke(app, ["explore", "--port", taken])
    assert found.exit_code == 1
    assert f"port {taken}" in found.stderr
    assert "--port" in found.stderr


def test_a_case_that_is_none_is_refused() -> None:
    found = CliRunner().invoke(app, ["explore", "nothing-of-that-name"])
    assert found.exit_code == 2
    assert "cars" in found.stderr


def test_the_api_is_documented(client: httpx.Client) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    body = document["components"]["schemas"]["SolveBody"]["properties"]["scenario"]
    assert body == {"$ref": "#/components/schemas/Scenario"}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation.get("description"), path


def test_every_scenario_of_the_case_is_within_the_limits() -> None:
    for name, entry in opening("us-japan")["scenarios"].items():
        check_scenario(entry["scenario"], Limits())
        assert entry["question"], name


def test_without_the_extra_the_message_installs_it() -> None:
    code = "import sys; sys.modules['fastapi'] = None; from comity.cli import main; sys.argv[1:] = ['explore']; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 5
    assert 'pip install "comity[web]"' in done.stderr
    assert done.stderr.count("\n") == 1
