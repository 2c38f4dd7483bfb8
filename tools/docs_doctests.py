"""An extension of griffe: examples in docstrings (`>>>`) become blocks of code in the reference pages."""

from __future__ import annotations

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"(?:^|(?<=\n))( *)>>> .*?(?=\n\s*\n|\Z)", re.DOTALL)


class Doctests(griffe.Extension):
    """Fences every run of lines that begins with `>>>` and ends at a blank line."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of one object."""
        if obj.docstring is not None and ">>>" in obj.docstring.value:
            obj.docstring.value = EXAMPLE.sub(lambda m: f"{m[1]}```pycon\n{m[0]}\n{m[1]}```", obj.docstring.value)
