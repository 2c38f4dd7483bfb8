"""Ensembles on Dask workers: the same bits as in one process, lost workers, clusters that are not there."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from worlds import random_world

from comity.errors import ComityError
from comity.policy import Scenario
from comity.uncertainty.ensemble import Cluster, Threads, cluster, extras, local_cluster, plan, run_ensemble
from comity.uncertainty.ensemble.program import MEASURES

distributed = pytest.importorskip("distributed")
pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")
pytest.importorskip("filelock")

TEXT = """
policies:
  - {tariff: {by: R0, on: R1, sectors: all, add: 10%, name: duty}}
  - {tariff: {by: R1, on: R0, sectors: all, to: 20%, name: answer}}
variants: {alone: {keep: [duty]}, both: {}}
uncertainty: {amounts: {duty: {uniform: {low: 5%, high: 25%}}}}
"""


def planned(draws):
    return plan(Scenario.from_text(TEXT), random_world(1), draws=draws)


def same(one, other):
    """Bit for bit."""
    for variant in ("alone", "both"):
        for measure in MEASURES:
            np.testing.assert_array_equal(one.column(variant, measure), other.column(variant, measure))


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_worker_that_is_killed_costs_its_chunk_and_nothing_else(tmp_path):
    """Two workers, one killed with -9 while it solves; every draw is there, with the bits that threads give."""
    p = planned(2000)
    killed = []
    with local_cluster(2) as workers:
        with distributed.Client(workers.address, set_as_default=False) as client:
            processes = list(client.run(os.getpid).values())

        def tell(progress):
            if progress.done > 200 and not killed:
                os.kill(processes[0], signal.SIGKILL)
                killed.append(processes[0])

        found = run_ensemble(p, folder=tmp_path / "draws", chunk=25, solver=workers, tell=tell)
        assert killed
        with distributed.Client(workers.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)  # another one came in its place
            assert killed[0] not in client.run(os.getpid).values()
    same(found, run_ensemble(p, chunk=100, solver=Threads(2)))
    again = run_ensemble(
        p, folder=tmp_path / "draws", solver=Cluster("tcp://127.0.0.1:9")
    )  # all there: nobody is asked
    same(again, found)


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def servers(port):
    """A scheduler and a worker as a user starts them."""
    address = f"tcp://127.0.0.1:{port}"
    running = {}

    def start(what, *arguments):
        running[what] = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments, "--no-dashboard"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return running[what]

    yield address, start
    for one in running.values():
        one.kill()
        one.wait()


@pytest.mark.long
@pytest.mark.parametrize("lost", ["scheduler", "worker"])
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_cluster_that_goes_away_is_one_message_and_the_draws_go_on_elsewhere(servers, port, tmp_path, lost):
    address, start = servers
    running = {"scheduler": start("scheduler", "--host", "127.0.0.1", "--port", str(port))}
    running["worker"] = start("worker", address, "--nthreads", "1", "--no-nanny")
    for _ in range(600):
        if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
            break
        time.sleep(0.1)
    p = planned(3000)
    timer = []

    def tell(progress):
        if progress.done > 100 and not timer:
            timer.append(threading.Thread(target=running[lost].kill))
            timer[0].start()

    words = {"scheduler": "went away", "worker": "has had no worker for 3 s"}[lost]
    with pytest.raises(ComityError, match=words):
        run_ensemble(p, folder=tmp_path / "draws", chunk=20, solver=Cluster(address, patience=3), tell=tell)
    parts = len(list((tmp_path / "draws" / "parts").glob("*.json")))
    assert 5 <= parts < 150
    before = []
    found = run_ensemble(p, folder=tmp_path / "draws", solver=Threads(2), tell=lambda one: before.append(one.before))
    assert before[0] == 20 * parts
    same(found, run_ensemble(p, chunk=512))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://127.0.0.1:9", "no Dask scheduler answers at 'tcp://127.0.0.1:9' (Connection refused)"),
        ("tcp://nobody.invalid:8786", "no Dask scheduler answers at 'tcp://nobody.invalid:8786'"),
        ("http://127.0.0.1:8786", "unknown address scheme 'http'"),
        ("there", "missing port number in address 'there'"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_message(comity, address, words, tmp_path):
    done = comity("ensemble", "cars", "--cluster", address, "--out", "draws")
    assert done.exit_code == 1
    assert words in done.stderr
    assert "--local-cluster N" in done.stderr
    assert done.stderr.count("comity: ") == 1


def test_what_listens_and_is_no_scheduler_is_refused(monkeypatch):
    """Dask itself waits for ever for such an answer."""
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    with pytest.raises(TimeoutError, match="is no Dask scheduler"):
        cluster._within(0.1, lambda: time.sleep(1))
    with pytest.raises(KeyError):
        cluster._within(5, {}.popitem)


def test_a_worker_with_other_versions_is_refused(monkeypatch):
    """Draws of two versions would not be of one ensemble."""
    monkeypatch.setattr(distributed, "get_worker", lambda: type("Worker", (), {"address": "tcp://w:1"}))
    with pytest.raises(ComityError, match=r"the worker at tcp://w:1 has jax .* \(asked for by 0.1\)"):
        cluster._solve("comity x", {**cluster._versions(), "jax": "0.1"}, 0, 1)


def test_a_result_that_is_lost_with_its_worker_is_waited_for_only_while_there_are_workers():
    """Dask makes it again, for ever if nobody is left to do so."""

    class Lost:
        status = "pending"
        tries = 0

        def result(self, timeout):
            self.tries += 1
            if self.tries < 3:
                raise TimeoutError
            return "made again"

    class NoWorker:
        def wait_for_workers(self, n, timeout):
            raise TimeoutError

    class Workers(NoWorker):
        def wait_for_workers(self, n, timeout):
            return None

    asked = Cluster("tcp://w:1", patience=7)
    assert cluster._Tasks(asked, distributed, Workers(), planned(8))._fetched(Lost()) == "made again"
    with pytest.raises(ComityError, match="has had no worker for 7 s"):
        cluster._Tasks(asked, distributed, NoWorker(), planned(8))._result(Lost(), (0, 8))


def test_only_one_place_solves(comity):
    done = comity("ensemble", "cars", "--cluster", "tcp://127.0.0.1:9", "--workers", "2")
    assert (done.exit_code, "--workers and --cluster exclude each other" in done.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [("--cluster", "tcp://127.0.0.1:9"), ("--local-cluster", "2")])
def test_a_missing_package_is_named_with_its_command(comity, monkeypatch, arguments):
    real = extras.import_module

    def without(name):
        if name == "distributed":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(extras, "import_module", without)
    done = comity("ensemble", "cars", *arguments)
    assert (done.exit_code, 'pip install "comity[cluster]"' in done.stderr) == (5, True)


@pytest.mark.long
def test_the_command_starts_a_cluster_and_ends_it(process, tmp_path):
    """Ctrl-C to the whole group, as a terminal sends it: one line, no process left, draws kept."""
    command = ("ensemble", "cars", "--draws", "100000", "--chunk", "20", "--out", "draws", "--local-cluster", "2")
    running = process(*command, group=True)
    for _ in range(1200):
        if list((tmp_path / "draws" / "parts").glob("*.json")):
            break
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert told.strip().splitlines()[-1] == "comity: stopped; nothing was left half-written"
    assert "Traceback" not in told
    for _ in range(100):
        try:
            os.killpg(running.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a worker process outlived the command")
