"""What stands before the application: who may ask, from where, how much; and what answers may do in a browser."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

COOKIE = "comity_token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
]
BODY_SECONDS = 10.0
"""For the whole of a request's body."""


@dataclass(frozen=True)
class Guard:
    """An application behind its checks.

    Attributes:
        app: what is guarded.
        body: bytes that a request may hold.
        token: that every request must show; empty where the server is reached from this machine only.
    """

    app: Application
    body: int
    token: str = ""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        guarded = _with_headers(send)
        if self._opens(scope):
            await _reply(guarded, 303, "", [(b"location", b"/"), (b"set-cookie", self._cookie())])
            return
        if refusal := self._refusal(scope, headers):
            await _refuse(guarded, *refusal)
            return
        read = await self._read(headers, receive)
        if isinstance(read, int):
            await _refuse(
                guarded, read, f"a request may hold {self.body} bytes, and must come within {BODY_SECONDS:g} s"
            )
            return
        try:
            await self.app(scope, _replay(read, receive), guarded)
        except asyncio.CancelledError:  # the server stops, and nothing was sent: answers are sent whole
            await _refuse(guarded, 503, "the server is being stopped")

    def _refusal(self, scope: Message, headers: dict[bytes, str]) -> tuple[int, str] | None:
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if not self.token and not is_loopback(host_of(host)):
            return 403, f"this server answers on this machine only, and not as {host[:80]!r}"
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, "requests from pages of other sites are not answered"
        if self.token and not self._known(headers):
            return 401, "a token is needed: `Authorization: Bearer TOKEN`, or open the address that the server printed"
        kind = headers.get(b"content-type", "").partition(";")[0].strip().lower()
        if scope["method"] == "POST" and kind != "application/json":
            return 415, "send `Content-Type: application/json`"
        return None

    def _known(self, headers: dict[bytes, str]) -> bool:
        scheme, _, given = headers.get(b"authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            given = _cookie_in(headers.get(b"cookie", ""))
        return self._same(given.strip())

    def _same(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def _opens(self, scope: Message) -> bool:
        """Whether this is the address that the server printed, which leaves the token with the browser."""
        if not (self.token and scope["path"] == "/" and scope["method"] == "GET"):
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return bool(given) and self._same(given)

    def _cookie(self) -> bytes:
        return f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/".encode()

    async def _read(self, headers: dict[bytes, str], receive: Receive) -> bytes | int:
        """The whole body, or the status with which it is refused."""
        length = headers.get(b"content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self.body:
            return 413
        found = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    found += message.get("body", b"")
                    if len(found) > self.body:
                        return 413
                    if message["type"] == "http.disconnect" or not message.get("more_body", False):
                        return bytes(found)
        except TimeoutError:
            return 408


def host_of(header: str) -> str:
    """The host of a `Host` header, without its port.

    >>> host_of("localhost:8765"), host_of("[::1]:8765")
    ('localhost', '::1')
    """
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("example.org")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _cookie_in(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body as one message, then what the connection says."""
    left = [body]

    async def again() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
        await send(message)

    return guarded


async def _refuse(send: Send, status: int, message: str) -> None:
    content = json.dumps({"error": {"kind": "Refused", "message": message}})
    extra = [(b"www-authenticate", b"Bearer")] if status == 401 else []
    await _reply(send, status, content, [(b"content-type", b"application/json"), (b"connection", b"close"), *extra])


async def _reply(send: Send, status: int, content: str, headers: list[tuple[bytes, bytes]]) -> None:
    body = content.encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
