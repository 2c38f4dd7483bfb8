"""The house rules that a reader relies on: which way imports go, how large things get, what a bare import costs."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import comity

ROOT = Path(comity.__file__).resolve().parent
LAYERS = {
    "errors": 0,
    "world": 1,
    "policy": 2,
    "model": 3,
    "strategy": 4,
    "exposure": 4,
    "security": 4,
    "uncertainty": 4,
    "replication": 4,
    "claims": 5,
    "report": 6,
    "web": 7,
    "cli": 8,
}
OPTIONAL = (
    "pymrio",
    "pyarrow",
    "rdata",
    "openpyxl",
    "fastapi",
    "uvicorn",
    "dask",
    "distributed",
    "duckdb",
    "filelock",
    "SALib",
    "docx",
    "lxml",
    "pytest",
)
LONGEST_MODULE = 500
LONGEST_FUNCTION = 80


def name_of(path: Path) -> str:
    """The dotted name of a source file."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in SOURCES.items()}


def at_the_top(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs on import: not inside a function, nor for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        typing = isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        if not typing and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            yield from at_the_top(node)


def imports(name: str, *, late: bool = True) -> Iterator[tuple[str, str]]:
    """Every `(module, attribute)` of comity that a module imports ("": the module); `late`: also in functions."""
    for node in ast.walk(TREES[name]) if late else at_the_top(TREES[name]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.split(".")[0] == "comity")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative imports hide the direction; write the full name"
            if (node.module or "").split(".")[0] == "comity":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield (whole, "") if whole in SOURCES else (str(node.module), alias.name)


def layer(name: str) -> tuple[str, int]:
    """The part of the house that a module is in, and its height."""
    part = name.split(".")[1]
    return part, LAYERS[part]


@pytest.mark.parametrize("name", [name for name in SOURCES if name.count(".")])
def test_nothing_imports_upwards(name: str) -> None:
    if name == "comity.__main__":
        return
    part, height = layer(name)
    for module, attribute in imports(name):
        if module == "comity":
            assert attribute == "__version__", f"{name} imports {attribute or 'comity'} from the top of the package"
            continue
        other, below = layer(module)
        assert other == part or below < height, f"{name} ({part}) imports {module} ({other})"


def test_no_import_cycles() -> None:
    graph = {name: {m for m, _ in imports(name, late=False)} - {"comity", name} for name in SOURCES if name != "comity"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("name", SOURCES)
def test_modules_and_functions_stay_small(name: str) -> None:
    assert len(SOURCES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
            assert length <= LONGEST_FUNCTION, f"{name}.{node.name} has {length} lines without its docstring"


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines that a function's docstring takes."""
    first = node.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) is not None else 0


def public(tree: ast.Module | ast.ClassDef, where: str) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{where}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{where}.{node.name}")


@pytest.mark.parametrize("name", SOURCES)
def test_everything_public_has_a_docstring(name: str) -> None:
    tree = TREES[name]
    bare = [where for where, node in public(tree, name) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    if tree.body and not ast.get_docstring(tree):
        bare.append(name)
    assert not bare, f"no docstring: {', '.join(bare)}"


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest; each in the order of the alphabet."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


@pytest.mark.parametrize("name", SOURCES)
def test_all_is_sorted_and_true(name: str) -> None:
    if not any(isinstance(n, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in n.targets)
               for n in TREES[name].body):  # fmt: skip
        return
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(module.__all__, key=order)
    assert len(set(module.__all__)) == len(module.__all__)
    for attribute in module.__all__:
        assert hasattr(module, attribute), f"{name}.{attribute} is promised and missing"


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.startswith(("comity.cli", "comity.web"))])
def test_the_library_does_not_print(name: str) -> None:
    calls = [n for n in ast.walk(TREES[name]) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
    assert not calls, f"{name} prints in line {calls[0].lineno}"


def in_fresh_python(code: str) -> str:
    """Standard output of a new interpreter."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.long
def test_a_bare_install_imports_every_module() -> None:
    names = [name for name in SOURCES if not name.startswith("comity.web") and name != "comity.__main__"]
    assert in_fresh_python(f"""
        import importlib, sys
        for extra in {OPTIONAL!r}:
            sys.modules[extra] = None  # makes `import extra` fail
        for name in {names!r}:
            importlib.import_module(name)
        print("all")
    """).endswith("all")


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import comity", ("jax", "numpy", "pandas", "xarray", "typer")),
        (
            "import comity.cli.app",
            ("jax", "numpy", "pandas", "xarray", "pydantic", "altair", "jinja2", "typst", "vl_convert"),
        ),
        ("import comity.world", ("jax", "xarray", "typer")),
        ("import comity.policy", ("jax", "xarray", "typer")),
        ("import comity.cli.answer, comity.cli.show", ("jax",)),  # the cache of compiled programs is set up before JAX
        ("import comity.model, comity.model.goals", ("scipy", "pandas", "xarray")),  # a run with a goal, from its start
    ],
)
def test_imports_are_light(statement: str, absent: tuple[str, ...]) -> None:
    loaded = in_fresh_python(f"import sys\n{statement}\nprint(*[m for m in {absent!r} if m in sys.modules])")
    assert not loaded, f"`{statement}` also imports {loaded}"
