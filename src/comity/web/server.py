"""The server: where it listens, how long a connection may take its time, when it ends."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from comity.errors import ComityError
from comity.web.app import create_app
from comity.web.guard import Guard, is_loopback
from comity.web.limits import Limits
from comity.web.pool import Pool

HEAD_SECONDS = 10.0
"""For the head of a request, and between requests on one connection."""
GRACE_SECONDS = 15.0
"""Beyond the time in the queue and in a worker, for an answer to be sent."""
CONNECTIONS = 256
CROWD = 192
"""Connections from which on each new one closes the one that has waited longest for a request to come."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


@dataclass(frozen=True)
class Place:
    """Where a server listens.

    Attributes:
        host: name or address.
        port: 0 for any that is free.
        token: that requests must show; empty on this machine alone.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    token: str = field(default="", repr=False)

    def check(self) -> Place:
        """This place, if it is safe.

        Raises:
            ComityError: reached from other machines without a token, or with one that is easily guessed.
        """
        if not self.token and not is_loopback(self.host):
            raise ComityError(
                f"on {self.host} other machines reach the server, so it needs a token: set COMITY_TOKEN, for instance "
                f"to {secrets.token_urlsafe(24)}"
            )
        if self.token and not TOKEN.fullmatch(self.token):
            raise ComityError("the token must have 16 or more letters, digits, - or _: others could guess it")
        return self


class Unhurried(H11Protocol):
    """A connection that is closed when a request does not come, or an answer is not taken, in time: many that send a
    byte a minute cannot use up the server. When there are many, the one that has waited longest makes room."""

    seconds = GRACE_SECONDS
    timer: asyncio.TimerHandle | None = None
    since = 0.0
    left = 0

    @property
    def unasked(self) -> bool:
        """Whether it is open and no whole request has come, so that nothing is lost but the sender's time."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self.transport.is_closing()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count, and make room if there are many."""
        super().connection_made(transport)
        self._count()
        if len(self.connections) > CROWD:
            found = [one for one in self.connections if isinstance(one, Unhurried) and one is not self and one.unasked]
            if found:
                min(found, key=lambda one: one.since).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Count anew when a request is whole, or when the next one begins."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._count()

    def on_response_complete(self) -> None:
        """Count the time until the next request."""
        super().on_response_complete()
        self._count()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no more."""
        super().connection_lost(exc)
        if self.timer is not None:
            self.timer.cancel()

    def _count(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        answering = self.cycle is not None and not self.cycle.response_complete
        self.since, self.left = self.loop.time(), 2**62
        self.timer = self.loop.call_later(self.seconds if answering else HEAD_SECONDS, self._end)

    def _end(self) -> None:
        """Close, unless an answer is still being taken, however slow the line."""
        left = self.transport.get_write_buffer_size()
        if 0 < left < self.left:
            self.left = left
            self.timer = self.loop.call_later(HEAD_SECONDS, self._end)
        else:
            self.transport.abort()


def serve(
    place: Place,
    limits: Limits,
    start: Mapping[str, Any],
    workers: int,
    told: Callable[[str], None],
) -> None:
    """Serve until the process is stopped.

    Args:
        place: where.
        limits: of requests.
        start: what the page opens with.
        workers: processes that answer quick questions; one more answers long ones.
        told: hears the address when the server listens.

    Raises:
        ComityError: an unsafe place, or a port that is taken.
    """
    place.check()
    with closing(_socket(place)) as listening:
        pool = Pool(limits, quick=workers)
        app = Guard(create_app(pool, start), limits.body, place.token)
        patient = type("Patient", (Unhurried,), {"seconds": limits.patience + limits.seconds + GRACE_SECONDS})
        config = uvicorn.Config(
            app, http=patient, ws="none", lifespan="on", log_level="warning", access_log=False,
            server_header=False, date_header=False, limit_concurrency=CONNECTIONS, backlog=CONNECTIONS,
            timeout_keep_alive=int(HEAD_SECONDS), timeout_graceful_shutdown=2, h11_max_incomplete_event_size=32 * 1024,
            proxy_headers=False,
        )  # fmt: skip
        told(address(place, listening.getsockname()[1]))
        uvicorn.Server(config).run(sockets=[listening])


def address(place: Place, port: int) -> str:
    """The address to open in a browser."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"http://{host}:{port}/" + (f"?token={place.token}" if place.token else "")


def _socket(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # by name, or asyncio lets Nagle wait
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((place.host, place.port))
        found.listen(CONNECTIONS)
    except OSError as error:
        found.close()
        raise ComityError(
            f"cannot listen on {place.host}, port {place.port}: {error.strerror}; choose another with "
            "--port (0 is any that is free)"
        ) from None
    return found
