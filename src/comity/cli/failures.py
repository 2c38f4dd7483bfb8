"""How a command ends when it does not succeed: one message on standard error, an exit code, nothing half-written."""

from __future__ import annotations

import _thread
import functools
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Annotated, ParamSpec

import typer

from comity.errors import ComityError

P = ParamSpec("P")
Debug = Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.", rich_help_panel="Other")]
STOPPED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
RETRY = 0.02
"""Seconds until a signal that was lost is sent again."""


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose errors become one message and an exit code, with a traceback only under ``--debug``."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            _deafen()
            raise typer.Exit(0) from None
        except (ComityError, OSError, MemoryError) as error:
            if kwargs.get("_debug"):
                traceback.print_exc()
            stop(message(error), getattr(error, "exit_code", 1))

    return wrapper


def message(error: BaseException) -> str:
    """What to tell the user about an error.

    >>> message(FileNotFoundError(2, "No such file or directory", "cars.yml"))
    'cars.yml: no such file or directory'
    """
    if isinstance(error, MemoryError):
        return "not enough memory: use a smaller world, for instance --aggregation us-japan"
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror[0].lower()}{error.strerror[1:]}"
    return str(error) or type(error).__name__


def stop(text: str, code: int) -> None:
    """Say one thing on standard error and end with a code."""
    typer.echo(f"comity: {text}", err=True)
    raise typer.Exit(code)


@contextmanager
def ending() -> Iterator[None]:
    """Clean ends for what happens outside a command: Ctrl-C while starting, a terminated process, a closed pipe."""
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = _deliver_again
    try:
        yield
        sys.stdout.flush()
    except SystemExit as end:
        if end.code == STOPPED:  # typer's end of a KeyboardInterrupt, wherever it came
            typer.echo("comity: stopped; nothing was left half-written", err=True)
        if end.code in (STOPPED, TERMINATED):
            _leave(int(end.code))
        raise
    except BrokenPipeError:
        _deafen()
        raise SystemExit(0) from None


def _deafen() -> None:
    """The reader of our output went away (`comity run | head`): that is no error, and Python must not flush again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(code: int) -> None:
    """End at once: an ordinary exit tears the interpreter down under compiler threads that still run, and crashes."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _deliver_again(lost: sys.UnraisableHookArgs) -> None:
    """Python drops an exception that is raised inside a callback of the garbage collector, and compilers install such
    callbacks: a Ctrl-C that falls into one is sent again a moment later instead of being lost."""
    number = {KeyboardInterrupt: signal.SIGINT, SystemExit: signal.SIGTERM}.get(lost.exc_type)
    if number is None:
        sys.__unraisablehook__(lost)
    else:
        _send_later(number)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ctrl-C, but not in the middle of an import: extension modules that are cut off while they load can crash."""
    if importing(frame):
        _send_later(signal.SIGINT)
    else:
        signal.default_int_handler(number, frame)


def importing(frame: FrameType | None) -> bool:
    """Whether a frame runs inside an import.

    >>> importing(sys._getframe())
    False
    """
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _send_later(number: signal.Signals) -> None:
    retry = threading.Timer(RETRY, _send, [number])
    retry.daemon = True
    retry.start()


def _send(number: signal.Signals) -> None:
    """A signal to the main thread; one that also ends a wait, where the system has it."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(number)


def _terminate(_number: int, frame: FrameType | None) -> None:
    """Unwind, so that temporary files are removed."""
    if importing(frame):
        _send_later(signal.SIGTERM)
    else:
        raise SystemExit(TERMINATED)
