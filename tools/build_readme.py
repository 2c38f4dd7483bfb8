"""Write what `comity run` prints into the README: `make docs-pages`. A test fails when it is out of date."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- begin: printed by comity run[^>]*-->\n```text\n).*?(```\n<!-- end -->)", re.DOTALL)
WIDTH = "100"
REGIONS = 8
"""Rows of the table of real income that are kept."""


def printed() -> str:
    """Standard output of `comity run`, piped."""
    command = [sys.executable, "-m", "comity", "run"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "COLUMNS": WIDTH})
    return done.stdout


def shortened(output: str) -> str:
    """The question, the head of the table of real income, the row of the world, and the certificate."""
    question, income, *_ = output.split("\n\n")
    (certificate,) = [block for block in output.split("\n\n") if block.startswith("Certificate")]
    lines = income.splitlines()
    begin = next(number for number, line in enumerate(lines) if set(line) == {"─"}) + 1
    world = next(line for line in lines if line.startswith("World"))
    parts = (question, "", *lines[: begin + REGIONS], "...", world, "", *certificate.splitlines())
    return "\n".join(line.rstrip() for line in parts) + "\n"


def page(text: str, output: str) -> str:
    """The README with the output written anew."""
    return BLOCK.sub(lambda m: m[1] + shortened(output) + m[2], text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), printed()), encoding="utf-8")
