"""Worker processes behind queues: bounded in number, in time and in who may wait."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from comity.web.limits import BRIEF, LONG, QUICK, Limits
from comity.web.worker import REPLY, REQUEST

STARTING = 120.0
"""Seconds that a worker has to get ready: to import, to load the first world, to compile."""
COMMAND = (sys.executable, "-P", "-m", "comity.web.worker")
BUILD = {"COMITY_BUILD": "full"}
"""Programs are compiled for speed: they run thousands of times."""
STOPPING = 2.0
"""Seconds that a worker has to end by itself."""
log = logging.getLogger("comity.web")


class Busy(Exception):
    """As many requests wait as may."""


class TooSlow(Exception):
    """An answer took longer than it may; its worker was stopped."""


class Died(Exception):
    """A worker ended before it answered."""


@dataclass
class Worker:
    """One process, started when it is first needed and again after it ended."""

    limits: Limits
    process: Process | None = None

    @property
    def running(self) -> bool:
        """Whether it can be asked at once."""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Start the process, if it does not run, and wait until it is ready.

        Raises:
            Died: it did not get ready.
        """
        if self.running:
            return
        try:
            async with asyncio.timeout(STARTING):
                self.process = await asyncio.create_subprocess_exec(
                    *COMMAND, stdin=PIPE, stdout=PIPE, env=os.environ | BUILD
                )
                await self._exchange(asdict(self.limits))
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            await self.stop()
            raise Died from None
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def ask(self, call: str, data: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and JSON of an answer.

        Raises:
            TooSlow: no answer in time; Died: the process ended. In both cases it has to be started again.
        """
        await self.start()
        try:
            async with asyncio.timeout(self.limits.seconds):
                status, last, body = await self._exchange({"call": call, "data": data})
        except TimeoutError:
            await self.stop()
            raise TooSlow from None
        except (OSError, asyncio.IncompleteReadError):
            await self.stop()
            raise Died from None
        except asyncio.CancelledError:  # the answer would be taken for that of the next request
            await self.stop()
            raise
        if last:
            log.info("a worker held its memory limit and is replaced")
            await self.stop()
        return status, body

    async def _exchange(self, content: Mapping[str, Any]) -> tuple[int, bool, bytes]:
        """One frame there, one back: status, whether it is the last one, JSON."""
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(_frame(content))
        await process.stdin.drain()
        length, status, last = REPLY.unpack(await process.stdout.readexactly(REPLY.size))
        return status, bool(last), await process.stdout.readexactly(length)

    async def stop(self) -> None:
        """End the process, if one runs."""
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOPPING):
                await process.wait()


@dataclass
class Queue:
    """Workers that share one line of requests.

    Attributes:
        idle: workers without a request; the one that answered last comes first, since its programs are warm.
        waiting: requests in line or being answered.
        restarts: of workers that ended.
    """

    limits: Limits
    workers: tuple[Worker, ...]
    idle: asyncio.LifoQueue[Worker] = field(default_factory=asyncio.LifoQueue)
    waiting: int = 0
    restarts: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for worker in self.workers:
            self.idle.put_nowait(worker)

    async def ask(self, call: str, data: Mapping[str, Any]) -> tuple[int, bytes]:
        """An answer of the next free worker.

        Raises:
            Busy: the line is full, or no worker came free in time; TooSlow, Died: as in `Worker.ask`.
        """
        if self.waiting >= self.limits.waiting + len(self.workers):
            raise Busy
        self.waiting += 1
        try:
            try:
                async with asyncio.timeout(self.limits.patience):
                    worker = await self.idle.get()
            except TimeoutError:
                raise Busy from None
            try:
                return await worker.ask(call, data)
            finally:
                self._give_back(worker)
        finally:
            self.waiting -= 1

    def _give_back(self, worker: Worker) -> None:
        if worker.running:
            self.idle.put_nowait(worker)
            return
        task = asyncio.create_task(self.start(worker))
        self.restarts.add(task)
        task.add_done_callback(self.restarts.discard)

    async def start(self, worker: Worker) -> None:
        """Start a worker that is not in line, and put it there; one that cannot start is tried again when asked."""
        try:
            await worker.start()
        except Died:
            log.warning("a worker could not get ready")
        finally:
            self.idle.put_nowait(worker)

    async def stop(self) -> None:
        """End every worker."""
        for task in self.restarts:
            task.cancel()
        for worker in self.workers:
            await worker.stop()


@dataclass
class Pool:
    """The queues of a server.

    Attributes:
        quick: workers for what is answered at once.
        long: workers for what takes seconds; there is one more for briefs.
        ready: set when the first worker has compiled what a visitor needs.
    """

    limits: Limits
    quick: int = 2
    long: int = 1
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.queues = {
            QUICK: Queue(self.limits, tuple(Worker(self.limits) for _ in range(self.quick))),
            LONG: Queue(self.limits, tuple(Worker(self.limits) for _ in range(self.long))),
            BRIEF: Queue(self.limits, (Worker(self.limits),)),
        }

    async def ask(self, queue: str, call: str, data: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and JSON from a worker of a queue; errors as in `Queue.ask`."""
        return await self.queues[queue].ask(call, data)

    async def warm(self) -> None:
        """Start the workers, one after the other: the second finds the programs that the first compiled.

        That for briefs starts with the first brief, since many visitors ask for none.
        """
        lines = [self.queues[name] for name in (QUICK, LONG)]
        taken = [(line, await line.idle.get()) for line in lines for _ in line.workers]
        for line, worker in taken:
            await line.start(worker)
            self.ready.set()

    async def stop(self) -> None:
        """End every worker."""
        for line in self.queues.values():
            await line.stop()


def _frame(content: Any) -> bytes:
    body = json.dumps(content, separators=(",", ":")).encode()
    return REQUEST.pack(len(body)) + body
