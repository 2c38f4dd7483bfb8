"""The documentation: its examples run, its tables are complete and up to date, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from comity.claims import load_case, run_case
from comity.claims.panels import panels
from comity.model.certificate import conditions
from comity.model.closures import Closures
from comity.model.economy import Economy, Policy
from comity.model.equations import State
from comity.model.ledger import Ledger
from comity.model.path import CHANNELS
from comity.model.variables import variables
from comity.policy import INSTRUMENTS
from comity.policy.shock import Shock
from comity.world import Elasticities, World

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
BLOCK = re.compile(r"^(?:<!-- not run: (?P<why>.+?) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]*)(?:#(?P<anchor>[^)]*))?\)")
NEEDS_DATA = {"replications.md": "needs the authors' data"}


def blocks(page: Path, language: str) -> list[str]:
    """Code blocks of a page in order, without those that are marked."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [m["code"] for m in found if m["language"] == language and not m["why"]]


LONG = {"first-steps.md", "ensembles.md"}
WITH_PYTHON = [
    pytest.param(page, id=page.name, marks=[pytest.mark.long] if page.name in LONG else [])
    for page in PAGES
    if blocks(page, "python") and page.name not in NEEDS_DATA
]


def tool(name: str) -> ModuleType:
    """A script of tools/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", WITH_PYTHON)
def test_examples_run(page, tmp_path, monkeypatch):
    """A page's Python runs from top to bottom; a YAML example may be read as ``question.yaml``."""
    monkeypatch.chdir(tmp_path)
    for text in blocks(page, "yaml")[:1]:
        (tmp_path / "question.yaml").write_text(text, encoding="utf-8")
    names: dict[str, object] = {}
    for code in blocks(page, "python"):
        exec(compile(code, str(page), "exec"), names)


def notation() -> str:
    return (DOCS / "notation.md").read_text(encoding="utf-8")


SYMBOLS = [f"{kind.__name__}.{name}" for kind in (Economy, Policy, State, Ledger) for name in kind._fields]
SYMBOLS += [f"Shock.{field.name}" for field in fields(Shock)]
SYMBOLS += [
    f"World.{field.name}" for field in fields(World) if "Floats" in str(field.type) or "bool" in str(field.type)
]
SYMBOLS += [f"Elasticities.{field.name}" for field in fields(Elasticities) if "NDArray" in str(field.type)]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_symbol_is_on_the_notation_page(symbol):
    assert f"`{symbol}`" in notation()


def test_every_output_is_on_the_notation_page():
    assert tool("build_notation").page(notation()) == notation(), "run python tools/build_notation.py"


def test_every_output_is_defined_on_the_model_page():
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    without = [v.name for v in variables() if f"`{v.name}`" not in text and "_change_" not in v.name]
    assert not without


def test_every_channel_and_condition_is_on_the_model_page():
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    source = Path(conditions.__code__.co_filename).read_text(encoding="utf-8")
    names = re.findall(r'_(?:condition|world)\("([^"]+)"', source)
    names += [f"positive {name}" for name in re.findall(r'_positive\("([^"]+)"', source)]
    assert len(names) > 15
    assert not [name for name in names if f"`{name}`" not in text]
    assert not [name for name in CHANNELS if f"| {name} |" not in text]


@pytest.mark.parametrize("choice", [field.name for field in fields(Closures)])
def test_every_choice_is_on_the_page_of_closures(choice):
    assert f"| `{choice}` |" in (DOCS / "closures.md").read_text(encoding="utf-8")


CODE = re.compile(r"^```.*?^```$|^    .*?$|``.+?``|`[^`]+`", re.M | re.S)
DOLLARS = re.compile(r"US\$\S(?:[^$|\n]|\n(?!\n))*?(?<=\S)\$")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_no_amount_of_dollars_is_read_as_a_formula(page):
    found = DOLLARS.search(CODE.sub("", page.read_text(encoding="utf-8")))
    assert not found, f"{found[0]}: write a space after the sign, or &#36;"


LANGUAGE = sorted((DOCS / "language").glob("*.md"))
OLD = "run python tools/build_language.py"


@pytest.mark.parametrize("page", LANGUAGE, ids=lambda page: page.stem)
def test_a_page_of_the_language_is_up_to_date(page):
    text = page.read_text(encoding="utf-8")
    assert tool("build_language").page(page.stem, text, solved=False) == text, OLD


@pytest.mark.long
@pytest.mark.parametrize("page", LANGUAGE, ids=lambda page: page.stem)
def test_the_answer_on_a_page_of_the_language_is_up_to_date(page):
    text = page.read_text(encoding="utf-8")
    assert tool("build_language").page(page.stem, text, solved=True) == text, OLD


PARTS = ["keys: begin", "answer: begin", "refused: begin", "## What it does to the equations", "## Keep in mind"]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_instrument_has_its_page_its_questions_and_its_row_on_the_model_page(instrument):
    shown = tool("build_language").specified()
    (name,) = [name for name, one in shown.items() if instrument in one.get("instruments", ())]
    text = (DOCS / "language" / f"{name}.md").read_text(encoding="utf-8")
    assert not [part for part in PARTS if part not in text]
    assert "](../model.md#" in text
    assert f"](language/{name}.md)" in (DOCS / "scenario-checklist.md").read_text(encoding="utf-8")
    table = (DOCS / "model.md").read_text(encoding="utf-8").split("### Instruments\n")[1].split("\n*An agreement*")[0]
    rows = [row.split(" | ")[0] for row in table.split("\n") if row.startswith("| ")]
    assert [row for row in rows if f"`{instrument}`" in row]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere(page):
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / link["path"]).resolve() if link["path"] else page
        assert target.exists(), link[0]
        if link["anchor"]:
            assert link["anchor"] in anchors(target), link[0]


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in its address."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", head).strip().lower()) for head in heads}


@pytest.mark.long
def test_the_page_of_the_case_is_up_to_date():
    case = load_case("us-japan")
    built = tool("build_case_page").page(run_case(case), panels(case))
    assert (DOCS / "case.md").read_text(encoding="utf-8") == built, "run python tools/build_case_page.py"


@pytest.mark.long
def test_the_table_of_closures_is_up_to_date():
    text = (DOCS / "closures.md").read_text(encoding="utf-8")
    assert tool("build_closure_table").page(text) == text, "run python tools/build_closure_table.py"
