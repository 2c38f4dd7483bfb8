"""Write docs/cli.md from the commands themselves: `make docs-pages`. A test fails when the page is out of date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer.main

from comity.cli.app import app
from comity.cli.cache import VARIABLE
from comity.cli.explore import TOKEN

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """# Command line

<!-- Written by tools/build_cli_docs.py from the commands; do not edit. -->

"""
TAIL = f"""## Environment

| variable | meaning |
| --- | --- |
| `{VARIABLE}` | folder for compiled programs (a fast second start); `off`: none; default: the user's cache |
| `{TOKEN}` | token that `comity explore` asks of every request |
| `NO_COLOR` | any value: no colours |
| `COLUMNS` | width of tables, when standard output is no terminal |
"""


def page() -> str:
    """The page: the command, then each subcommand."""
    root: Any = typer.main.get_command(app)
    parts = [_section("comity", root)]
    parts += [_section(f"comity {name}", command) for name, command in root.commands.items()]
    return HEAD + "\n".join(parts) + "\n" + TAIL


def _section(name: str, command: Any) -> str:
    return f"## `{name}`\n\n{_prose(command.help)}\n\n{_parameters(command)}"


def _prose(text: str) -> str:
    """Help text as Markdown: headings bold, examples as a block."""
    text = re.sub(r"\[(/?)(bold|cyan)\]", lambda m: "**" if m[2] == "bold" else "`", text.strip())
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        example = all(line.startswith("  ") for line in lines)
        blocks.append("```\n" + "\n".join(line[2:] for line in lines) + "\n```" if example else block)
    return "\n\n".join(blocks)


def _parameters(command: Any) -> str:
    rows = ["| argument or option | meaning |", "| --- | --- |"]
    return "\n".join([*rows, *(_row(p) for p in command.params if "completion" not in p.name), ""])


def _row(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in parameter.opts if name.startswith("-")) or f"`{parameter.metavar}`"
    value = f" `{parameter.metavar}`" if names.startswith("`-") and parameter.metavar else ""
    return f"| {names}{value} | {parameter.help or ''} |".replace("\n", " ").replace("NAME|PATH", r"NAME\|PATH")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
