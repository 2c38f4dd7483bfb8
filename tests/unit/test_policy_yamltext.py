"""YAML text: what is read, with its lines, and what is refused."""

from __future__ import annotations

import json

import pytest

from comity.errors import ScenarioError
from comity.policy.shape import MAX_DEPTH
from comity.policy.yamltext import MAX_BYTES, read_yaml, write_yaml


def test_words_of_yaml_1_1_are_text() -> None:
    data, _ = read_yaml("{on: NO, by: yes, off: 'y', day: 2025-04-02, time: 10:30, hex: 0x10}")
    assert data == {"on": "NO", "by": "yes", "off": "y", "day": "2025-04-02", "time": "10:30", "hex": "0x10"}


def test_numbers_booleans_and_nothing() -> None:
    data, _ = read_yaml("[1, -2, 2.5, 1e3, .5, true, False, null, ~, '1', \"2\", 12345678901234567890123]")
    assert data == [1, -2, 2.5, 1000.0, 0.5, True, False, None, None, "1", "2", 12345678901234567890123.0]


def test_every_place_has_its_line() -> None:
    _, lines = read_yaml("a: 1\nb:\n  - c: x\n    d:\n      - y\n")
    assert lines[("a",)] == 1
    assert lines[("b",)] == 2
    assert lines[("b", 0, "c")] == 3
    assert lines[("b", 0, "d", 0)] == 5


def test_json_is_yaml_even_with_tabs_and_escapes() -> None:
    text = json.dumps({"a": [1, "x\ty", "é", "a/b"], "b": {"c": None}}, indent="\t")
    assert read_yaml(text)[0] == {"a": [1, "x\ty", "é", "a/b"], "b": {"c": None}}


def test_aliases_share_what_they_stand_for() -> None:
    assert read_yaml("a: &x [1, 2]\nb: *x\nc: &y z\nd: *y")[0] == {"a": [1, 2], "b": [1, 2], "c": "z", "d": "z"}


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "line 5: more than 20,000 values \\(aliases counted in full\\)"),
        ("x" * (MAX_BYTES + 1), "larger than 256 KiB"),
        ("[" * (MAX_DEPTH + 1), "nested deeper"),
        ("[" * 200_000, "nested deeper"),
        ("a: {" * 100, "nested deeper"),
        ("a: &x [*x]", "stands for nothing that is complete"),
        ("a: *nowhere", "stands for nothing"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' is there twice \\(first in line 1\\)"),
        ("a: 1\n---\nb: 2", "one document"),
        ("", "is empty"),
        ("   \n# only a remark\n", "is empty"),
        ("null", "is empty"),
        ("a: [1, 2", "not valid YAML"),
        ("a:\n\t- b", "spaces, not tabs"),
        ("question: what: now", "quotes"),
        ("? [a, b]\n: c", "a key must be text"),
        ("? {a: b}\n: c", "a key must be text"),
        ("a: &x y\n*x : 3", "a key must be text"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: !!binary aGk=", "tag"),
        ("!!set {a, b}", "tag"),
        ("\x00\x01\x02", "not text"),
        ('{"a": "\\ud800"}', "surrogate"),
    ],
)
def test_hostile_or_broken_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read_yaml(text, "test.yaml")


def test_write_reads_back() -> None:
    data = {"on": "yes", "n": ["1", 1, 1.5, "1e5", None, True, "true", "null", "", "é: x", "-CHN", "a # b", "25%"]}
    assert read_yaml(write_yaml(data))[0] == data
