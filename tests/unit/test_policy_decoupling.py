"""Decoupling: the rules that it stands for give the same shock bit by bit; bad input gives one message."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from comity.errors import ScenarioError
from comity.policy import Decoupling, Scenario, Scope, Shock, apply
from comity.policy.stack import written_out
from comity.policy.writing import rule_data
from comity.world import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


def shock(world: World, *rules: Any) -> Shock:
    return Scenario(policies=rules).shocks(world)["scenario"]


def same(a: Shock, b: Shock) -> bool:
    return all(np.array_equal(getattr(a, part.name), getattr(b, part.name)) for part in fields(Shock))


BLOC = {"by": ["USA", "JPN"], "on": "China", "sectors": "electronics"}
WRITTEN = [
    (
        {"severity": "50%"},
        [("import ban", "start", "50%"), ("export control", "start", "50%")],
    ),
    ({"severity": "50%", "trade": "imports"}, [("import ban", "start", "50%")]),
    (
        {"severity": "20%", "answer": "50%"},
        [("import ban", "start", "20%"), ("export control", "start", "20%"),
         ("import ban", "answer", "50%"), ("export control", "answer", "50%")],
    ),
    (
        {"severity": "30%", "trade": "imports", "answer": "same"},
        [("import ban", "start", "30%"), ("import ban", "answer", "30%")],
    ),
    ({"severity": "60%", "how": "tariff", "answer": "same"}, [("tariff", "start", "60%"), ("tariff", "answer", "60%")]),
    (
        {"severity": "150%", "how": "tariff", "trade": "both", "answer": "10%"},
        [("tariff", "start", "150%"), ("export tax", "start", "150%"),
         ("tariff", "answer", "10%"), ("export tax", "answer", "10%")],
    ),
    (
        {"severity": "10%", "how": "cost", "answer": "5%"},
        [("non-tariff cost", "start", "10%"), ("non-tariff cost", "answer", "10%"),
         ("non-tariff cost", "answer", "5%"), ("non-tariff cost", "start", "5%")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("how", "plain"), WRITTEN)
def test_the_shock_is_that_of_the_rules_written_out(world: World, how: Any, plain: Any) -> None:
    composite = {"decoupling": {**BLOC, **how}}
    rules = []
    for key, side, size in plain:
        by, on = (BLOC["by"], "China") if side == "start" else ("China", BLOC["by"])
        amount = "coverage" if key in ("import ban", "export control") else "add"
        rules.append({key: {"by": by, "on": on, "sectors": "electronics", amount: size}})
    first = Scenario.from_dict({"policies": [composite]})
    second = Scenario.from_dict({"policies": rules})
    assert same(first.shocks(world)["scenario"], second.shocks(world)["scenario"])
    scope = Scope(world)
    assert [rule_data(part.rule) for part in written_out(scope, first.rules())] == second.to_dict()["policies"]
    once = apply(Shock.none(world), scope, first.policies[0])
    assert same(once, second.shocks(world)["scenario"])


def test_an_answer_may_be_in_other_sectors_and_by_some(world: World) -> None:
    rule = Decoupling(
        by="USA", on=["CHN", "KOR"], sectors="electronics", severity="40%",
        answer="20%", answer_by="China", answer_sectors="agriculture",
    )  # fmt: skip
    gone = 1 - shock(world, rule).available
    usa, china, korea = (world.regions.index(code) for code in ("USA", "CHN", "KOR"))
    farm, chips = world.sectors.index("A"), world.sectors.index("C26")
    assert gone[chips, usa, [china, korea]] == pytest.approx(0.4)
    assert gone[chips, [china, korea], usa] == pytest.approx(0.4)
    assert gone[farm, usa, china] == gone[farm, china, usa] == pytest.approx(0.2)
    assert gone[farm, usa, korea] == gone[farm, korea, usa] == 0


def test_it_reads_writes_and_hashes_as_one_rule() -> None:
    text = """
    policies:
      - decoupling: {by: [USA, Japan], on: China, sectors: goods, severity: 25%, how: tariff, answer: 10%,
                     answer by: China, answer sectors: cars, name: d, note: n}
    """
    scenario = Scenario.from_text(text)
    assert Scenario.from_text(scenario.to_yaml()) == scenario
    assert scenario.hash == Scenario(policies=scenario.policies).hash
    assert scenario.policies[0].answer_by == ("China",)


def test_a_note_is_told_once_and_members_not_reached_too() -> None:
    world = load_world("2022", preset="us-japan")
    rule = {"decoupling": {"by": "AUKUS", "on": "ASEAN", "severity": "10%", "note": "an example"}}
    caveats = Scenario.from_dict({"policies": [rule]}).caveats(world)
    assert sum("an example" in c for c in caveats) == 1
    assert sum("members of ASEAN" in c for c in caveats) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"severity": "120%"}, "a ban of 120% is out of range: at most 100%"),
        ({"severity": "-10%"}, "a severity of -10% is out of range"),
        ({"severity": "10%", "on": "Japan"}, "JPN is on both sides"),
        ({"severity": "10%", "answer": "same"}, "an answer of 10% changes nothing"),
        ({"severity": "10%", "answer": "200%"}, "a ban of 200% is out of range"),
        ({"severity": "10%", "answer by": "China"}, "`answer by` needs `answer`"),
        ({"severity": "10%", "answer": "20%", "answer by": "Korea"}, "KOR answers, but is not in `on`"),
        ({"severity": "10%", "how": "embargo"}, "`how`: input should be 'ban', 'tariff' or 'cost'"),
        ({}, "decoupling needs `severity`"),
    ],
)
def test_bad_input_is_one_clear_error(world: World, change: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as found:
        Scenario.from_dict({"policies": [{"decoupling": {**BLOC, **change}}]}).shocks(world)
    assert "errors" not in str(found.value)
