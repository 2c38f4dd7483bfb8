"""YAML (or JSON) text to plain data with the line of every part; hostile or ambiguous text is refused.

A subset of YAML 1.2: mappings with text keys, lists, text, numbers, true, false, null. The words of YAML 1.1 that
surprise (``on``, ``yes``, ``no`` as booleans, ``2022-01-01`` as a date, ``10:30`` as a number) are plain text here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml

from comity.errors import ScenarioError
from comity.policy.places import Place
from comity.policy.shape import MAX_DEPTH

MAX_BYTES = 256 * 1024
MAX_NODES = 20_000

_TAG = "tag:yaml.org,2002:"
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def read_yaml(text: str, source: str = "") -> tuple[Any, dict[Place, int]]:
    """Plain data and the line of each place in it.

    Args:
        text: YAML, or JSON.
        source: name of the file, for messages.

    Raises:
        ScenarioError: not YAML, empty, more than one document, a repeated key, a key that is no text, a tag, too large,
            too deep, or too much behind aliases; names the line.

    >>> read_yaml("policies:\\n  - tariff: {by: USA, on: JPN}")
    ({'policies': [{'tariff': {'by': 'USA', 'on': 'JPN'}}]}, {(): 1, ('policies',): 1, ('policies', 0): 2, ...
    """
    name = source or "scenario"
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ScenarioError(f"{name} is larger than {MAX_BYTES // 1024} KiB: a scenario is a short text")
    try:
        return _Builder(name).build(_events(_json_tabs(text.removeprefix("\ufeff"))))
    except yaml.reader.ReaderError as error:
        raise ScenarioError(
            f"{name} is not text: character U+{ord(chr(error.character)):04X} at position {error.position} "
            "cannot stand in YAML"
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ScenarioError(f"{name}{line}: not valid YAML: {error.problem or error.context}{_hint(error)}") from None


def write_yaml(data: Any) -> str:
    """YAML text that `read_yaml` reads back as the same data.

    >>> print(write_yaml({"by": "USA", "on": ["JPN", "NO"], "name": "1e5"}), end="")
    by: USA
    on: [JPN, NO]
    name: '1e5'
    """
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)


def write_line(data: Any) -> str:
    """The same in one line.

    >>> write_line({"tariff": {"by": "USA", "on": ["JPN", "KOR"], "add": "25%"}})
    'tariff: {by: USA, on: [JPN, KOR], add: 25%}'
    """
    flow = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1e9, default_flow_style=True)
    return flow.strip().removeprefix("{").removesuffix("}")


class _Dumper(yaml.SafeDumper):
    """Quotes what `read_yaml` would not take for text, and only that."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything in full."""
        del data
        return True


for _kind, _pattern in (
    ("null", _NULL),
    ("int", _INT),
    ("float", _FLOAT),
    ("bool", re.compile("true|True|TRUE|false|False|FALSE")),
):
    _Dumper.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(f"^(?:{_pattern.pattern})$"), None)


def _json_tabs(text: str) -> str:
    """JSON may be indented with tabs, YAML may not; inside valid JSON a tab can only be indentation."""
    if "\t" in text and text.lstrip().startswith(("{", "[")):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return text
        return text.replace("\t", " ")
    return text


def _hint(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    if "'\\t'" in problem:
        return " (indent with spaces, not tabs)"
    if "mapping values are not allowed" in problem:
        return " (put text that holds a colon in quotes)"
    return ""


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call]
    finally:
        loader.dispose()


@dataclass
class _Frame:
    """A mapping or list being read."""

    data: dict[str, Any] | list[Any]
    place: Place
    anchor: str | None
    nodes_before: int
    key: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)


class _Builder:
    """Builds data from YAML events without recursion, counting every node that aliases stand for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.result: Any = None
        self.documents = 0

    def build(self, events: Iterator[yaml.Event]) -> tuple[Any, dict[Place, int]]:
        for event in events:
            self._take(event)
        if not self.documents or self.result is None:
            raise ScenarioError(f"{self.name} is empty: a scenario needs at least `policies:`")
        return self.result, self.lines

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._fail(event, "a scenario is one document: remove the second `---`")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            frame = self.frames.pop()
            if frame.anchor:
                self.anchors[frame.anchor] = (frame.data, self.nodes - frame.nodes_before)
            self._put(event, frame.data)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        kind = "map" if isinstance(event, yaml.MappingStartEvent) else "seq"
        if event.tag not in (None, "!", f"{_TAG}{kind}"):
            self._fail(event, f"the tag {event.tag!r} has no meaning in a scenario")
        if self._wants_key():
            self._fail(event, "a key must be text, not a list or mapping")
        if len(self.frames) >= MAX_DEPTH:
            self._fail(event, f"nested deeper than {MAX_DEPTH} levels")
        self._count(event, 1)
        place = self._place()
        self.lines.setdefault(place, _line(event))
        self.frames.append(_Frame({} if kind == "map" else [], place, event.anchor, self.nodes - 1))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event, 1)
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            self._fail(event, "half of a surrogate pair is no character: write the character itself")
        if self._wants_key():
            self._key(event)
            return
        value = self._value(event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self.lines.setdefault(self._place(), _line(event))
        self._put(event, value)

    def _key(self, event: yaml.ScalarEvent) -> None:
        frame, line = self.frames[-1], _line(event)
        key = event.value
        if key in frame.key_lines:
            self._fail(event, f"the key {key!r} is there twice (first in line {frame.key_lines[key]})")
        frame.key, frame.key_lines[key] = key, line
        self.lines[(*frame.place, key)] = line

    def _value(self, event: yaml.ScalarEvent) -> Any:
        text = event.value
        if event.tag not in (None, "!", f"{_TAG}str"):
            self._fail(event, f"the tag {event.tag!r} has no meaning in a scenario")
        if event.style is not None or event.tag is not None:
            return text
        if _NULL.fullmatch(text):
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _INT.fullmatch(text) and len(text) < 19:
            return int(text)
        if _INT.fullmatch(text) or _FLOAT.fullmatch(text):
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        return text

    def _alias(self, event: yaml.AliasEvent) -> None:
        anchor = str(event.anchor)
        if anchor not in self.anchors:
            self._fail(event, f"the alias *{anchor} stands for nothing that is complete before it")
        if self._wants_key():
            self._fail(event, "a key must be text, not an alias")
        value, nodes = self.anchors[anchor]
        self._count(event, nodes)
        self.lines.setdefault(self._place(), _line(event))
        self._put(event, value)

    def _put(self, event: yaml.Event, value: Any) -> None:
        if not self.frames:
            self.result = value
            return
        frame = self.frames[-1]
        if isinstance(frame.data, list):
            frame.data.append(value)
        elif frame.key is None:
            self._fail(event, "a key must be text")
        else:
            frame.data[frame.key] = value
            frame.key = None

    def _wants_key(self) -> bool:
        return bool(self.frames) and isinstance(self.frames[-1].data, dict) and self.frames[-1].key is None

    def _place(self) -> Place:
        if not self.frames:
            return ()
        frame = self.frames[-1]
        return (*frame.place, len(frame.data) if isinstance(frame.data, list) else str(frame.key))

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self._fail(event, f"more than {MAX_NODES:,} values (aliases counted in full): a scenario is a short text")

    def _fail(self, event: yaml.Event, message: str) -> None:
        raise ScenarioError(f"{self.name}, line {_line(event)}: {message}")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
