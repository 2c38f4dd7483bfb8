"""Write what the pages of the language take from the code: `make docs-pages`. Tests fail when a page is out of date.

A page holds blocks between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``: `keys` of an instrument from its
schema, what is `refused` from the errors themselves, the `answer` to the first example from solving it, and tables of
the whole language. What is refused and what is shown of an answer stands in ``language_pages.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from comity.errors import ComityError
from comity.model import Outcome, solve_all
from comity.policy import INSTRUMENTS, Scenario, scenario_schema
from comity.policy.fields import RENAMED
from comity.policy.outcomes import OUTCOMES
from comity.policy.quantities import Rate, show_rate

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "language"
SPECIFIED = Path(__file__).with_name("language_pages.yaml")
BLOCK = re.compile(r"(<!-- (?P<name>[a-z]+): begin[^>]*-->\n).*?(<!-- (?P=name): end -->)", re.DOTALL)
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
COMMON = ("name", "source", "note")
PLAIN = "tariff: {by: USA, on: Japan, add: 10%}"
"""The rule of files in which something else is wrong."""
SOLVED = "answer"
"""The block that takes solving; all others are quick."""

Table = list[list[str]]


@cache
def specified() -> Mapping[str, Mapping[str, Any]]:
    """What each page shows of an answer, and what it shows refused."""
    return dict(yaml.safe_load(SPECIFIED.read_text(encoding="utf-8")))


def page(name: str, text: str, *, solved: bool) -> str:
    """A page with its blocks written anew.

    Args:
        name: of the page, without its suffix.
        text: the page as it is.
        solved: whether the block that takes solving is written, or all others.
    """

    def written(match: re.Match[str]) -> str:
        block = match["name"]
        if (block == SOLVED) != solved:
            return match[0]
        return f"{match[1]}{_markdown(BLOCKS[block](name, text))}{match[3]}"

    return BLOCK.sub(written, text)


def keys(name: str, _text: str) -> Table:
    """A row for each key of the instruments of a page, which share them."""
    first = specified()[name]["instruments"][0]
    schema, rule = _schema(first), INSTRUMENTS[first].rule
    defaults = {RENAMED.get(part.name, part.name): part.default for part in fields(rule)}
    common = scenario_schema()["$defs"]["rule"]["properties"]["tariff"]["properties"]
    rows = [["key", "meaning", "for example", "if left out"]]
    for key, value in schema["properties"].items():
        if key not in COMMON or value != common[key]:
            rows.append([f"`{key}`", value["description"], _examples(value), _left_out(key, schema, defaults[key])])
    return rows


def common(_name: str, _text: str) -> Table:
    """The keys that every rule may carry."""
    properties = _schema("tariff")["properties"]
    return [["key", "meaning"], *([f"`{key}`", properties[key]["description"]] for key in COMMON)]


def instruments(_name: str, _text: str) -> Table:
    """A row for each instrument with its page."""
    rows = [["instrument", "meaning"]]
    for key, entry in INSTRUMENTS.items():
        where = next(name for name, shown in specified().items() if key in shown.get("instruments", ()))
        rows.append([f"[`{key}`]({where}.md)", entry.about])
    return rows


def outcomes(_name: str, _text: str) -> Table:
    """A row for each outcome that a goal may ask for."""
    rows = [["`outcome`", "unit", "definition", "also takes", "reported as"]]
    for asked in OUTCOMES.values():
        more = ", ".join(key for key, takes in (("`with`", asked.partner), ("`sectors`", asked.sectors)) if takes)
        rows.append([asked.key, asked.unit, asked.about, more, f"`{asked.variable}`"])
    return rows


def refused(name: str, _text: str) -> Table:
    """A row for each thing that is refused, with the message; what is not refused is an error here."""
    rows = [["written", "refused with"]]
    for entry in specified()[name]["refused"]:
        lines = _lines(entry)
        rows.append(["<br>".join(f"`{line.removeprefix('  - ')}`" for line in lines), _message(entry, lines)])
    return rows


def answer(name: str, text: str) -> Table:
    """The answer to the first example of a page: a row for each thing that is solved."""
    columns = specified()[name]["answer"]
    example = EXAMPLE.search(text)
    if example is None:
        raise LookupError(f"{name}.md has no example")
    scenario = Scenario.from_text(example[1], source=f"{name}.md")
    rows = [["variant", *(column["head"] for column in columns)], ["---", *("---:" for _ in columns)]]
    for variant, outcome in solve_all(scenario.load_world(), scenario).items():
        rows.append([variant, *(_shown(_number(outcome, column), column["digits"]) for column in columns)])
    return rows


BLOCKS: Mapping[str, Callable[[str, str], Table]] = {
    "keys": keys,
    "common": common,
    "instruments": instruments,
    "outcomes": outcomes,
    "refused": refused,
    SOLVED: answer,
}


def _schema(key: str) -> dict[str, Any]:
    return dict(scenario_schema()["$defs"]["rule"]["properties"][key])


def _examples(value: Mapping[str, Any]) -> str:
    """The words that a key takes, or examples of its values."""
    shown = value.get("enum") or value.get("examples") or ([value["const"]] if "const" in value else [])
    return ", ".join(f"`{_yaml(one)}`" for one in (shown if len(shown) <= 6 else value["examples"]))


def _yaml(value: Any) -> str:
    """A value as a file writes it on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _left_out(key: str, schema: Mapping[str, Any], default: Any) -> str:
    """What happens without a key: an error, another key instead, or its default."""
    if key in schema.get("required", ()):
        return "an error"
    for choice in (schema, *schema.get("allOf", ())):
        ways = [way["required"] for way in choice.get("oneOf", ())]
        if any(key in way for way in ways):
            return f"one of {', '.join(' with '.join(f'`{one}`' for one in way) for way in ways)}"
    if default is None:
        return ""
    return show_rate(default) if isinstance(default, Rate) else f"{default:g}" if default == 12 else f"`{default}`"


def _number(outcome: Outcome, column: Mapping[str, Any]) -> float:
    """What a column shows of an outcome."""
    for kind, taken in (("found", outcome.found), ("bought", outcome.bought)):
        if kind in column:
            return float(getattr(taken[column["at"]], column[kind]))
    cells = outcome.data[column["variable"]]
    return float(cells.sel(dict(zip(cells.dims, column["at"], strict=True))))


def _shown(number: float, digits: int) -> str:
    """A number without a sign where it rounds to zero."""
    return f"{round(number, digits) + 0.0:.{digits}f}"


def _lines(entry: Any) -> list[str]:
    """The lines of a file: keys of the file, or rules."""
    if isinstance(entry, Mapping):
        return [f"{key}: {_yaml(value)}" for key, value in entry.items()]
    return [f"  - {rule}" for rule in ([entry] if isinstance(entry, str) else entry)]


def _message(entry: Any, lines: Sequence[str]) -> str:
    """What Comity says to them."""
    head = f"policies:\n  - {PLAIN}\n" if isinstance(entry, Mapping) else "policies:\n"
    try:
        scenario = Scenario.from_text(head + "\n".join(lines) + "\n", source="FILE")
        scenario.shocks(scenario.load_world())
    except ComityError as error:
        said = re.sub(r"^FILE(, line \d+)?: ", "", str(error)).replace("|", r"\|").replace("\n", " ")
        parts = said.split("`")  # a dollar sign outside code would begin a formula
        return "`".join(part if place % 2 else part.replace("$", "&#36;") for place, part in enumerate(parts))
    raise LookupError(f"nothing is wrong with {lines}")


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table; the second row may say how columns are set."""
    head, *rest = rows
    if not rest or set(rest[0][0]) != {"-"}:
        rest = [["---"] * len(head), *rest]
    return "".join(re.sub(r"\|  (?=\|)", "| ", f"| {' | '.join(row)} |\n") for row in (head, *rest))


def pages() -> Iterator[Path]:
    """The pages of the language."""
    yield from sorted(PAGES.glob("*.md"))


if __name__ == "__main__":
    for path in pages():
        found = path.read_text(encoding="utf-8")
        for solved in (False, True):
            found = page(path.stem, found, solved=solved)
        path.write_text(found, encoding="utf-8")
