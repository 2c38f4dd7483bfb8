"""A case on disk: a folder with `claims.yaml` and the scenario files that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from comity.claims.checking import CaseCoherence, check_case
from comity.claims.claim import (
    ADAPTER,
    Assumption,
    Claim,
    Claims,
    Disputed,
    Drawing,
    Fact,
    Lead,
    Mapped,
    Measure,
    Part,
)
from comity.claims.dependency import Dependency
from comity.errors import ScenarioError, UnknownName
from comity.policy.fields import explain
from comity.policy.places import Origin, raise_all, within
from comity.policy.scenario import Scenario
from comity.policy.wording import nearest
from comity.policy.yamltext import MAX_BYTES, read_yaml

FILE = "claims.yaml"
PARTS: Mapping[str, tuple[Any, str]] = {
    "claims": (Claim, "a claim"),
    "facts": (Fact, "a fact"),
    "measures": (Measure, "a measure"),
    "assumptions": (Assumption, "an assumption"),
    "over": (Part, "`over`"),
    "chart": (Drawing, "`chart`"),
    "map": (Mapped, "`map`"),
    "panel": (Disputed, "`panel`"),
    "lead": (Lead, "`lead`"),
    "dependencies": (Dependency, "a dependency"),
}
"""Keys under which things of one kind stand, with the kind and its name in messages."""


@dataclass(frozen=True)
class Case:
    """A folder of claims and scenarios.

    Attributes:
        folder: where it lies.
        content: what its `claims.yaml` says.
        coherence: whether its probabilities can all hold; None where no claim depends on another.
    """

    folder: Path
    content: Claims
    coherence: CaseCoherence | None = None

    @property
    def name(self) -> str:
        """Of the folder."""
        return self.folder.name

    def claims(self, numbers: Sequence[int] = ()) -> tuple[Claim, ...]:
        """The claims of some numbers, in the order of the file; all of them if none is named.

        Raises:
            UnknownName: there is no such claim.
        """
        known = [claim.number for claim in self.content.claims]
        for number in numbers:
            if number not in known:
                raise UnknownName(f"{self.name} has no claim {number}: its claims are {_list(known)}")
        return tuple(claim for claim in self.content.claims if not numbers or claim.number in numbers)

    def scenario(self, file: str) -> Scenario:
        """One of its scenarios.

        Raises:
            ScenarioError: no such file, or one that cannot be read.
        """
        return Scenario.load(self.folder / file)


def case_names() -> tuple[str, ...]:
    """Names of the cases that come with Comity.

    >>> "us-japan" in case_names()
    True
    """
    return tuple(sorted(place.name for place in _home().iterdir() if (place / FILE).is_file()))


def load_case(name_or_folder: str | Path) -> Case:
    """A case that comes with Comity, by its name, or one in a folder.

    Raises:
        UnknownName: neither; ScenarioError: a `claims.yaml` that cannot be read, all its errors at once with their
            lines.
    """
    folder = Path(name_or_folder)
    if str(name_or_folder) in case_names() and not folder.is_dir():
        folder = _home() / str(name_or_folder)
    if folder.name == FILE:
        folder = folder.parent
    if not (folder / FILE).is_file():
        known = case_names()
        near = nearest(str(name_or_folder), known)
        what = f"the folder {str(folder)!r} has no {FILE}" if folder.is_dir() else f"there is no case {str(folder)!r}"
        raise UnknownName(f"{what}{near} (cases that come with Comity: {', '.join(known)}; or a folder with {FILE})")
    return _read(folder)


def _home() -> Path:
    return Path(str(files("comity").joinpath("cases")))


def _read(folder: Path) -> Case:
    path = folder / FILE
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        raise ScenarioError(f"{path} is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path} is not text (byte {error.start} is not UTF-8): a case is YAML") from None
    if not text.strip():
        raise ScenarioError(f"{path} is empty: a case needs `title`, `columns` and `claims`")
    data, lines = read_yaml(text, str(path))
    origin = Origin(str(path), lines)
    checked = _checked(data, origin)
    try:
        with within("dependencies"):
            return Case(folder, checked, check_case(checked))
    except ScenarioError as error:
        raise origin.locate(error) from None


def _checked(data: Any, origin: Origin) -> Claims:
    if not isinstance(data, Mapping):
        raise ScenarioError(f"{origin.source}: a case is a mapping with the keys `title`, `columns` and `claims`")
    try:
        return ADAPTER.validate_python(data)
    except ValidationError as invalid:
        errors = []
        problems = invalid.errors(include_url=False)
        for problem in problems:
            if problem["type"] == "too_short" and any(_inside(other, problem) for other in problems):
                continue  # pydantic leaves out what is wrong, and then misses it
            error = ScenarioError(_sentence(problem))
            below = getattr(problem.get("ctx", {}).get("error"), "place", ())
            error.place = (*problem["loc"], *below)  # type: ignore[attr-defined]
            errors.append(error)
        raise_all(errors, origin)
        raise


def _inside(one: Any, other: Any) -> bool:
    """Whether one problem lies in a part of what another is about."""
    return len(one["loc"]) > len(other["loc"]) and one["loc"][: len(other["loc"])] == other["loc"]


def _sentence(problem: Any) -> str:
    kind, what = _part(problem["loc"][:-1])
    if problem["type"] == "value_error" and (not problem["loc"] or isinstance(problem["loc"][-1], int)):
        return str(problem["ctx"]["error"])
    if problem["type"] != "unexpected_keyword_argument":
        words = tuple(step for step in problem["loc"] if isinstance(step, str))
        return explain({**problem, "loc": words}, what)
    known = [entry.alias or name for name, entry in kind.__pydantic_fields__.items()]
    key = str(problem["loc"][-1])
    return f"{what} has no key {key!r}{nearest(key, known)} (keys: {', '.join(known)})"


def _part(place: Sequence[str | int]) -> tuple[Any, str]:
    """What stands at a place of the file: that of the last key on the way which names a kind of thing."""
    found = [PARTS[str(step)] for step in place if str(step) in PARTS]
    return found[-1] if found else (Claims, "a case")


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
