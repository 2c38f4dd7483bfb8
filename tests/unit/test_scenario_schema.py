"""The JSON Schema of scenario files: it takes what the reader takes, refuses what it refuses, explains every key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from comity.policy import INSTRUMENTS, OPTIONS, Scenario, example_text, examples, scenario_schema
from comity.policy.fields import RENAMED
from comity.policy.yamltext import read_yaml

SCHEMA = scenario_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_it_is_a_schema_and_the_same_each_time() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert Scenario.json_schema() == SCHEMA == scenario_schema()


@pytest.mark.parametrize("name", [*examples()])
def test_shipped_examples_fit(name: str) -> None:
    data, _ = read_yaml(example_text(name))
    VALIDATOR.validate(data)
    VALIDATOR.validate(Scenario.from_text(example_text(name)).to_dict())


PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "language").glob("*.md"))


def documented() -> Iterator[tuple[str, str]]:
    """Each YAML block of the pages of the language with its position."""
    for page in PAGES:
        for number, part in enumerate(page.read_text(encoding="utf-8").split("```yaml\n")[1:]):
            yield f"{page.name}, block {number}", part.split("```")[0]


@pytest.mark.parametrize(("where", "text"), [*documented()])
def test_examples_of_the_user_pages_fit_and_apply(where: str, text: str) -> None:
    data, _ = read_yaml(text, where)
    VALIDATOR.validate(data)
    scenario = Scenario.from_text(text, source=where)
    world = scenario.load_world()
    assert scenario.shocks(world)
    assert scenario.caveats(world) is not None


def test_the_user_pages_show_every_key() -> None:
    page = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    keys = {*SCHEMA["properties"], *OPTIONS, *INSTRUMENTS, "drop", "keep", "add", "preset", "regions", "sectors"}
    for entry in INSTRUMENTS.values():
        keys |= {RENAMED.get(part.name, part.name) for part in fields(entry.rule)}
    missing = [key for key in sorted(keys) if f"`{key}`" not in page and f"{key}:" not in page]
    assert not missing


def test_every_key_is_explained() -> None:
    def bare(schema: dict[str, Any], where: str) -> Iterator[str]:
        for key, value in schema.get("properties", {}).items():
            if "description" not in value and "$ref" not in value and key not in ("preset",):
                yield f"{where}.{key}"
            yield from bare(value, f"{where}.{key}")

    assert not [*bare(SCHEMA, ""), *bare(SCHEMA["$defs"]["rule"], "rule"), *bare(SCHEMA["$defs"]["options"], "options")]


RULE = {"tariff": {"by": "USA", "on": "JPN", "add": "25%"}}


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        {"policies": {}},
        {"policies": [{"tarif": {}}]},
        {"policies": [{**RULE, "transfer": {}}]},
        {"policies": [{"tariff": {"by": "USA", "on": "JPN"}}]},
        {"policies": [{"tariff": {"by": "USA", "on": "JPN", "add": "25%", "to": "1%"}}]},
        {"policies": [{"tariff": {"by": "USA", "on": "JPN", "add": 25}}]},
        {"policies": [{"tariff": {"by": "USA", "on": "JPN", "add": "lots"}}]},
        {"policies": [{"tariff": {"by": "USA", "on": "JPN", "add": "25%", "oops": 1}}]},
        {"policies": [{"transfer": {"from": "JPN", "to": "USA", "add": 8}}]},
        {"policies": [RULE], "options": {"imbalances": "fxed"}},
        {"policies": [RULE], "options": {"mobility": 0.5}},
        {"policies": [RULE], "variants": {"a": {"dropp": [1]}}},
        {"policies": [RULE], "variants": {"a": {"options": {"elasticities": "uniform"}}}},
        {"policies": [RULE], "oops": 1},
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(data: Any) -> None:
    assert not VALIDATOR.is_valid(data)
    with pytest.raises(Exception, match=r"."):
        Scenario.from_dict(data)
