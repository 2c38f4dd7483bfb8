"""Connections of the explorer's server: which are closed, and when."""

from __future__ import annotations

from typing import Any

from comity.web.server import Unhurried


class Line:
    """A transport whose buffer empties as it is told."""

    def __init__(self, *left: int) -> None:
        self.sizes = list(left)
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.sizes.pop(0)

    def abort(self) -> None:
        self.aborted = True


class Loop:
    """A loop that counts what is to be called later."""

    def __init__(self) -> None:
        self.later = 0

    def call_later(self, *_: Any) -> None:
        self.later += 1


def connection(*left: int) -> Any:
    """A connection with an answer of which so much is left at each look."""
    found = Unhurried.__new__(Unhurried)
    found.transport = Line(*left)  # type: ignore[assignment]
    found.loop = Loop()  # type: ignore[assignment]
    found.left = 2**62
    return found


def test_an_answer_that_is_taken_slowly_is_not_cut_off() -> None:
    slow = connection(500, 400, 300, 0)
    for expected in (False, False, False, True):
        slow._end()
        assert slow.transport.aborted == expected
    assert slow.loop.later == 3


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    stuck = connection(500, 500)
    stuck._end()
    assert not stuck.transport.aborted
    stuck._end()
    assert stuck.transport.aborted
