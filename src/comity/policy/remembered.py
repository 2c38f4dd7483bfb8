"""What names mean in a world, looked up once: a run asks for the same ones many times."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from comity.world.world import World

P = ParamSpec("P")
T = TypeVar("T")
Words = tuple[str, ...]
MOST = 1024
"""Answers that are kept of a world; beyond it all are forgotten."""


def remembered(find: Callable[Concatenate[Words, World, P], T]) -> Callable[Concatenate[Words, World, P], T]:
    """The same function of names and a world, whose answers are kept as long as the world is; errors are not."""
    kept: WeakKeyDictionary[World, dict[object, T]] = WeakKeyDictionary()

    @wraps(find)
    def found(words: Words, world: World, /, *args: P.args, **options: P.kwargs) -> T:
        known = kept.setdefault(world, {})
        key = (words, args, tuple(options.items()))
        if key not in known:
            if len(known) >= MOST:
                known.clear()
            known[key] = find(words, world, *args, **options)
        return known[key]

    return found
