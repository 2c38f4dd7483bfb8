"""A process that answers one request at a time: frames come on standard input and go out on standard output.

First come the limits, and the reply to them says that the worker is ready. A request is a length (4 bytes, big-endian)
and JSON; a reply is a length, a status (2 bytes), a byte that says whether this was the last one, and JSON. The server
ends a worker that takes too long.
"""

from __future__ import annotations

import json
import logging
import os
import struct
import sys
from dataclasses import fields
from typing import Any, BinaryIO

from comity.web.limits import Limits

REQUEST = struct.Struct(">I")
REPLY = struct.Struct(">IHB")


def main() -> None:
    """Answer until the input ends."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints goes to the log, not among the replies
    requests = sys.stdin.buffer
    given = _next(requests)
    if given is None:
        return
    limits = Limits(**{field.name: given[field.name] for field in fields(Limits)})
    asked: dict[str, Any] | None = {"call": "warm", "data": {}}
    while asked is not None:
        status, body = _answer(asked, limits)
        last = _held() > limits.memory
        content = _json(body)
        replies.write(REPLY.pack(len(content), status, last) + content)
        replies.flush()
        if last:
            return
        asked = _next(requests)


def _answer(asked: dict[str, Any], limits: Limits) -> tuple[int, dict[str, Any]]:
    from comity.web.answers import answer

    try:
        return answer(asked["call"], asked["data"], limits)
    except MemoryError:
        return 503, _error("OutOfMemory", "not enough memory for this world: ask of a smaller one")
    except Exception:  # a fault of ours must reach the log and the client, not end the worker
        logging.getLogger("comity.web").exception("request %s failed", asked.get("call"))
        return 500, _error("InternalError", "the server failed; its log says where")


def _json(body: dict[str, Any]) -> bytes:
    """JSON with null for what is not finite: a request may hold 1e999 where a number is taken as it stands."""
    import orjson

    try:
        return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:  # it knows no whole number beyond 64 bits
        from comity.report.document import finite

        return json.dumps(finite(body), allow_nan=False, separators=(",", ":")).encode()


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message}}


def _next(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    found: dict[str, Any] = json.loads(stream.read(REQUEST.unpack(head)[0]))
    return found


def _held() -> int:
    """The most memory that this process has held, bytes; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
