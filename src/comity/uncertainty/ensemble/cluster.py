"""Chunks on the workers of a Dask cluster. A worker that is lost costs its chunk, which another one solves again.

Every worker is given the plan when it joins, by a plugin, and is then asked for chunks by number: a task is a few
bytes, and none depends on what another worker holds.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

from comity import __version__
from comity.errors import ComityError
from comity.uncertainty.ensemble.extras import need
from comity.uncertainty.ensemble.plan import Plan
from comity.uncertainty.ensemble.solving import Chunk, Engine

PATIENCE = 300.0
"""Seconds that a cluster may be without any worker."""
ANSWER = 10.0
"""Seconds in which a scheduler answers."""
ALIVE = 2.0
"""Seconds between two looks at whether there is a worker."""
FETCH = 20.0
"""Seconds for a result to come from its worker, before it is asked whether there is still one."""
AHEAD = 2
"""Chunks that each thread of a worker has waiting."""
DECIDING = ("jax", "jaxlib", "numpy", "scipy")
"""Packages whose versions decide the last digits of a draw."""

DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
"""Run by workers of a local cluster: a terminal sends Ctrl-C to them too, and it is the command that ends them."""

Bounds = tuple[int, int]


@dataclass(frozen=True)
class Cluster:
    """Solves chunks on a Dask cluster; a `Solver` as `run_ensemble` takes it.

    Attributes:
        address: of its scheduler, such as ``tcp://10.0.0.5:8786``.
        patience: seconds that it may be without any worker.

    Raises:
        MissingExtra: dask is not installed.
        ComityError: nobody answers at the address, no worker, workers with other versions, a chunk that ends every
            worker that takes it. Chunks that are there by then are kept.
    """

    address: str
    patience: float = PATIENCE

    def __call__(self, plan: Plan, chunks: Sequence[tuple[int, Bounds]]) -> Iterator[tuple[int, Chunk]]:
        """Chunks as they come."""
        distributed = need("distributed", "running on a cluster", extra="cluster")
        with _quiet(), self._client(distributed) as client:
            yield from _Tasks(self, distributed, client, plan).run(chunks)

    def _client(self, distributed: Any) -> Any:
        try:
            _knock(distributed, self.address)
            return _within(2 * ANSWER, lambda: distributed.Client(self.address, timeout=ANSWER, set_as_default=False))
        except (OSError, ValueError, RuntimeError) as error:  # a timeout is an OSError
            raise ComityError(
                f"no Dask scheduler answers at {self.address!r} ({_reason(error)}): start one with  dask scheduler  "
                "and give the address that it prints, or use --local-cluster N"
            ) from None


def _knock(distributed: Any, address: str) -> None:
    """Fail at once where nobody listens: Dask would try again and again until its time is over."""
    scheme, place = distributed.comm.addressing.parse_address(address)
    if scheme in ("tcp", "tls"):
        socket.create_connection(distributed.comm.addressing.parse_host_port(place), ANSWER).close()


def _within(seconds: float, action: Callable[[], Any]) -> Any:
    """What an action gives, or a timeout: Dask waits for ever where something else than a scheduler listens.

    Raises:
        TimeoutError: it did not end. What it raises.
    """
    ended: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def act() -> None:
        try:
            ended.put((action(), None))
        except BaseException as error:  # raised again below, where it is waited for
            ended.put((None, error))

    threading.Thread(target=act, daemon=True).start()
    try:
        found, error = ended.get(timeout=seconds)
    except Empty:
        raise TimeoutError("what listens there is no Dask scheduler") from None
    if error is not None:
        raise error
    return found


class _Tasks:
    """The chunks of one ensemble as tasks of a cluster."""

    def __init__(self, cluster: Cluster, distributed: Any, client: Any, plan: Plan) -> None:
        self.cluster, self.distributed, self.client, self.plan = cluster, distributed, client, plan
        self.name = f"comity {plan.hash}"
        self.ended: SimpleQueue[Any] = SimpleQueue()

    def run(self, chunks: Sequence[tuple[int, Bounds]]) -> Iterator[tuple[int, Chunk]]:
        """Hand chunks out, and give each as it comes back."""
        self._install()
        ahead = iter(chunks)
        waiting: dict[Any, tuple[int, Bounds]] = {}
        while True:
            room = max(1, AHEAD * self._threads()) - len(waiting)
            waiting |= {self._submit(*bounds): (number, bounds) for number, bounds in islice(ahead, max(0, room))}
            if not waiting:
                return
            future = self._next()
            number, bounds = waiting.pop(future)
            yield number, self._result(future, bounds)

    def _install(self) -> None:
        """Give the plan to every worker, now or when it joins."""
        self._wait_for_a_worker()
        try:
            self.client.register_plugin(_plugin(self.distributed, self.plan), name=self.name)
        except ImportError as error:
            raise ComityError(
                f"a worker of {self.cluster.address} cannot read the plan ({error}): install the same Comity there"
            ) from None

    def _threads(self) -> int:
        """How many chunks the workers that are there can solve at once."""
        try:
            return sum(self.client.nthreads().values())
        except (OSError, CancelledError):
            raise self._gone() from None

    def _submit(self, first: int, last: int) -> Any:
        future = self.client.submit(_solve, self.name, _versions(), first, last, pure=False)
        future.add_done_callback(self.ended.put)
        return future

    def _next(self) -> Any:
        """A future that has ended.

        Raises:
            ComityError: the cluster went away, or is without workers.
        """
        while True:
            try:
                return self.ended.get(timeout=ALIVE)
            except Empty:
                self._wait_for_a_worker()

    def _wait_for_a_worker(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=self.cluster.patience)
        except TimeoutError:
            raise ComityError(
                f"the cluster at {self.cluster.address} has had no worker for {self.cluster.patience:.0f} s: start "
                f"some with  dask worker {self.cluster.address}  and run the same command again"
            ) from None
        except (OSError, CancelledError):
            raise self._gone() from None

    def _result(self, future: Any, bounds: Bounds) -> Chunk:
        try:
            found: Chunk = self._fetched(future)
        except self.distributed.KilledWorker as error:
            raise ComityError(
                f"draws {bounds[0]} to {bounds[1] - 1} ended every worker that took them, the last at "
                f"{error.last_worker.address}: most often memory; use a smaller --chunk, or fewer workers on a machine"
            ) from None
        except CancelledError:
            raise self._gone() from None
        return found

    def _fetched(self, future: Any) -> Any:
        """The result of a future; one that went with its worker before it was fetched is waited for while it is made
        again, as long as there is a worker to make it."""
        while True:
            try:
                return future.result(timeout=FETCH)
            except TimeoutError:
                if future.status == "error":
                    raise
                self._wait_for_a_worker()

    def _gone(self) -> ComityError:
        return ComityError(f"the cluster at {self.cluster.address} went away: start it, and run the same command again")


def _plugin(distributed: Any, plan: Plan) -> Any:
    """What every worker is given: an engine for the plan. The class is made here because dask is an extra."""

    class Plugin(distributed.WorkerPlugin):  # type: ignore[misc]
        """An engine for the draws of one plan."""

        def __init__(self) -> None:
            self.plan = plan

        def setup(self, worker: Any) -> None:  # noqa: ARG002
            self.engine = Engine(self.plan)

    return Plugin()


def _versions() -> dict[str, str]:
    """What decides the digits of a draw."""
    return {"comity": __version__} | {name: version(name) for name in DECIDING}


def _solve(name: str, versions: dict[str, str], first: int, last: int) -> Chunk:
    """On a worker: the draws from one number up to and without another."""
    worker = need("distributed", "running on a cluster", extra="cluster").get_worker()
    other = [f"{key} {here} (asked for by {versions[key]})"
             for key, here in _versions().items() if here != versions[key]]  # fmt: skip
    if other:
        raise ComityError(
            f"the worker at {worker.address} has {', '.join(other)}: draws would differ; install the same there"
        )
    engine: Engine = worker.plugins[name].engine
    return engine.solve(first, last)


@contextmanager
def local_cluster(workers: int, *, patience: float = PATIENCE) -> Iterator[Cluster]:
    """A cluster of processes on this machine, one thread each, that ends with the context.

    Raises:
        MissingExtra: dask is not installed. ComityError: it cannot be started.
    """
    distributed = need("distributed", "running on a cluster", extra="cluster")
    with _quiet():
        try:
            local = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None,
                silence_logs=logging.CRITICAL, preload=[DEAF],
            )  # fmt: skip
        except (OSError, RuntimeError) as error:
            raise ComityError(f"a local cluster of {workers} workers cannot be started ({_reason(error)})") from None
        with local:
            yield Cluster(local.scheduler_address, patience)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own log lines are held back: what matters of them becomes a message of Comity."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _reason(error: BaseException) -> str:
    """The first line of what an error says."""
    said = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    return said or type(error).__name__
