"""Write the table of outputs into docs/notation.md from the table that the code reads. A test fails when it is old."""

from __future__ import annotations

import re
from pathlib import Path

from comity.model.variables import Variable, variables

PAGE = Path(__file__).resolve().parents[1] / "docs" / "notation.md"
BLOCK = re.compile(r"(<!-- outputs: begin[^>]*-->\n).*?(<!-- outputs: end -->)", re.DOTALL)


def page(text: str) -> str:
    """The page with its table of outputs written anew."""
    rows = [
        "| variable | axes | unit | name | definition |",
        "| --- | --- | --- | --- | --- |",
        *map(_row, variables()),
    ]
    table = "\n".join(rows) + "\n"
    return BLOCK.sub(lambda m: m[1] + table + m[2], text)


def _row(v: Variable) -> str:
    return f"| `{v.name}` | `[{', '.join(v.dims.split())}]` | {v.units} | {v.long_name} | {v.definition} |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
