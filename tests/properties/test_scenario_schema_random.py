"""The JSON Schema and the reader agree: what one takes the other takes, and a slip of the pen is refused by both."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.policy import OPTIONS, Scenario, scenario_schema

VALIDATOR = jsonschema.Draft202012Validator(scenario_schema())
settled = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def reads(data: Any) -> bool:
    """Whether the reader takes the data."""
    try:
        Scenario.from_dict(copy.deepcopy(data))
    except ScenarioError:
        return False
    return True


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these keys; `_` stands for a space."""
    return st.fixed_dictionaries({}, optional={key.replace("_", " "): value for key, value in keys.items()})


words = st.sampled_from(["USA", "Japan", "all except Canada, Mexico", "EU", "-CHN", "steel"])
names = st.one_of(words, st.lists(words, min_size=1, max_size=3))
number = st.integers(0, 400).map(str) | st.floats(0, 300).map(lambda x: f"{x:.3f}") | st.sampled_from(["1,000", "1e2"])
per_cent = st.sampled_from(["%", " %", " per cent", "percent", " Per Cent", " points", "pp", " percentage points"])
sign = st.sampled_from(["", "-", "+"])
one_rate = st.one_of(
    st.tuples(sign, number, per_cent).map("".join),
    st.floats(-0.999, 0.999, allow_nan=False),
    st.floats(0, 0.99).map(lambda x: f"{x:.4f}"),
    st.just(0),
)
one_coverage = st.one_of(
    st.tuples(st.integers(0, 100).map(str), per_cent).map("".join), st.floats(0, 1), st.sampled_from([0, 1, "0.5"])
)
years = st.sampled_from(["0", "1", "2.5", "3", "10.0"])
days = st.dates().map(lambda day: day.isoformat())


def over_time(amount: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An amount, or a schedule of amounts by year or by day."""
    by_year = st.dictionaries(years, amount, min_size=1, max_size=3)
    return st.one_of(amount, amount, by_year, st.dictionaries(days, amount, min_size=1, max_size=3))


rate, coverage = over_time(one_rate), over_time(one_coverage)
before = st.sampled_from(["US$", "$", "", "USD ", "us$ "])
unit = st.sampled_from(["bn", " billion", "m", " Million", "tn", " mn dollars", "bn USD"])
money = over_time(st.tuples(before, st.sampled_from(["8", "1.7", "1,000", "0.5"]), unit).map("".join))
about = some(name=st.text(max_size=9), source=st.text(max_size=9), note=st.text(max_size=9))
sides = st.fixed_dictionaries({"by": names, "on": names}, optional={"sectors": names})
share = some(coverage=coverage)


def together(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """The union of mappings."""
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


def one_rule(key: str) -> st.SearchStrategy[dict[str, Any]]:
    """Rules of an instrument that have a meaning."""
    if key == "transfer":
        paid = st.fixed_dictionaries({"add": money}) | st.fixed_dictionaries({"level": money, "already": money})
        body = together(
            st.fixed_dictionaries({"from": words, "to": words}), paid, some(dollars=st.integers(1990, 2030))
        )
    elif key == "productivity":
        body = st.fixed_dictionaries({"of": names, "add": rate}, optional={"sectors": names})
    elif key in ("import ban", "export control"):
        part = st.sampled_from(["1%", "30%", 0.5])
        nest = st.just("product") | some(elasticity=st.floats(0.1, 20), share=part, name=st.just("chips"))
        made = st.fixed_dictionaries({"by": names, "on": names, "products": names}, optional={"nest": nest})
        own = together(sides, st.fixed_dictionaries({"coverage": part}), some(nest=nest))
        body = together(sides, share) | together(made, share) | own
    elif key == "decoupling":
        size = one_coverage
        more = some(
            how=st.sampled_from(["ban", "tariff", "cost"]), trade=st.sampled_from(["imports", "exports", "both"])
        )
        back = st.fixed_dictionaries(
            {"answer": size | st.just("same")}, optional={"answer by": names, "answer sectors": names}
        )
        body = together(sides, st.fixed_dictionaries({"severity": over_time(size)}), more, st.just({}) | back)
    elif key == "disruption":
        where = st.fixed_dictionaries({"lane": words}) | st.fixed_dictionaries({"between": names, "and": names})
        delay = over_time(st.integers(0, 365) | st.sampled_from(["10", "3 days", 2.5]))
        size = (
            st.fixed_dictionaries({"cost": over_time(one_coverage)})
            | st.fixed_dictionaries({"closed": coverage})
            | st.fixed_dictionaries({"days": delay}, optional={"value of a day": one_coverage})
        )
        body = together(where, size, some(sectors=names, share=coverage, months=st.floats(0.1, 12)))
    elif key == "non-tariff cost":
        body = together(sides, share, st.fixed_dictionaries({"add": rate}))
    else:
        way = st.one_of(*(st.fixed_dictionaries({name: rate}) for name in ("to", "add", "cap")))
        body = together(sides, share, way)
    return together(body, about).map(lambda found: {key: found})


KINDS = (
    "tariff",
    "export tax",
    "non-tariff cost",
    "import ban",
    "export control",
    "transfer",
    "productivity",
    "decoupling",
    "disruption",
)
rules = st.lists(st.sampled_from(KINDS).flatmap(one_rule), max_size=3)


def values(key: str) -> st.SearchStrategy[Any]:
    """Values of an option."""
    option = OPTIONS[key]
    if key == "elasticities":
        return st.sampled_from(["uniform", "uniform:4.5", "caliendo-parro-2015"])
    numbers = (
        [] if option.low is None else [st.floats(option.low, min(option.high, 50)), st.just(f"{option.low + 1:g}")]
    )
    one = st.one_of(st.sampled_from(list(option.words)), *numbers)
    several = st.just([1, 3.5, "long"]) if option.many else one
    return one | several


options = some(**{key: values(key) for key in OPTIONS})
of_variant = some(**{key: values(key) for key, option in OPTIONS.items() if option.closure})
variants = st.dictionaries(
    st.text(min_size=1, max_size=6), st.none() | some(add=rules, options=of_variant, drop=st.just([])), max_size=2
)
groups = st.dictionaries(st.text(min_size=1, max_size=4), names | st.just("rest"), max_size=2)
aggregation = st.sampled_from(["us-japan", "none"]) | some(preset=st.just("small"), regions=groups, sectors=groups)
scenarios = together(
    st.fixed_dictionaries({"policies": rules}),
    some(
        question=st.text(max_size=20),
        world=st.sampled_from(["2022", 2019, "my.npz"]),
        aggregation=aggregation,
        as_of=st.dates().map(lambda day: day.isoformat()),
        baseline_tariffs=st.just("mine.csv"),
        options=options,
        variants=variants,
    ),
)


@settled
@given(scenarios)
def test_what_has_a_meaning_is_taken_by_both(data: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(data)
    errors = [f"{list(e.path)}: {e.message[:200]}" for e in VALIDATOR.iter_errors(data)]
    assert not errors
    VALIDATOR.validate(scenario.to_dict())


def mappings(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of the mappings whose keys have a meaning."""
    if isinstance(data, dict):
        if path[-1:] not in (("variants",), ("regions",), ("sectors",)):
            yield path
        for key, value in data.items():
            yield from mappings(value, (*path, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from mappings(value, (*path, place))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    """What lies at a path."""
    for step in path:
        data = data[step]
    return data


SLIPS = ("letter twice", "letter more", "new key", "list of nothing", "mapping for value", "number for value")


def slip(data: dict[str, Any], draw: Any) -> str:
    """Change one key or value as a hurried author might; says what."""
    path = draw(st.sampled_from([*mappings(data)]))
    inside = at(data, path)
    kind = draw(st.sampled_from(SLIPS))
    if kind == "new key" or not inside:
        inside["oops"] = 1
        return f"{path}: a key that is not known"
    key = draw(st.sampled_from(sorted(inside, key=str)))
    if kind == "letter twice":
        inside[f"{key}{str(key)[-1]}"] = inside.pop(key)
    elif kind == "letter more" and isinstance(inside[key], str):
        inside[key] += "x"
    elif kind == "list of nothing":
        inside[key] = [None]
    elif kind == "mapping for value":
        inside[key] = {"a": {"b": []}}
    else:
        inside[key] = 2.5
    return f"{path}, {key!r}: {kind}"


@settled
@given(scenarios, st.data())
def test_a_slip_of_the_pen_is_refused_by_both_or_by_neither(data: dict[str, Any], more: st.DataObject) -> None:
    changed = copy.deepcopy(data)
    said = slip(changed, more.draw)
    assert VALIDATOR.is_valid(changed) == reads(changed), f"{said} in {data}"
