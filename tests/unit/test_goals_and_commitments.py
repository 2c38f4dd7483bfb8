"""Goals and purchase commitments as rules: how they are written, what is refused, levers of every instrument."""

from __future__ import annotations

import re

import numpy as np
import pytest
from worlds import random_world

from comity.errors import ScenarioError, UnknownName
from comity.model.readings import REGIONAL
from comity.model.variables import variables
from comity.policy import INSTRUMENTS, Dollars, Goal, PurchaseCommitment, Rate, Scenario, Tariff, Transfer
from comity.policy.levers import amount_of, lever, levers, moved, slope
from comity.policy.outcomes import OUTCOMES
from comity.policy.shock import Shock

WORLD = random_world(3)
HEAD = "policies:\n  - tariff: {name: duty, by: R0, on: all, sectors: all, add: 10%}\n"
GOAL = "  - goal: {vary: duty, outcome: bilateral balance, of: R1, with: R0, change: -50%}\n"


def read(text: str) -> Scenario:
    return Scenario.from_text(text, source="q.yaml")


def refused(text: str, *parts: str) -> None:
    """One message with the file, a line and some words; on this world if not before."""
    with pytest.raises(ScenarioError) as caught:
        read(text).shocks(WORLD)
    message = str(caught.value)
    assert re.match(r"q\.yaml, line \d+: ", message), message
    for part in parts:
        assert part in message, message


def test_a_goal_round_trips_and_counts_in_the_hash():
    text = HEAD + (
        "  - goal: {name: aim, vary: duty, outcome: goods balance, of: [R1], with: R0, is: -US$5bn, dollars: 2023,"
        " between: [-10%, 2000%]}\n"
        "  - purchase commitment: {buyer: R1, seller: R0, sectors: S1, add: US$5m, dollars: 2021}\n"
        "variants:\n  a: {}\n  b: {drop: aim, add: [goal: {vary: 0, outcome: real income, of: R0, same as: a}]}\n"
    )
    scenario = read(text)
    again = read(scenario.to_yaml())
    assert again == scenario
    assert again.hash == scenario.hash
    assert scenario.policies[1].between == (-0.1, 20.0)
    assert float(scenario.policies[1].is_) == -5000
    assert read(text.replace("US$5bn", "US$6bn")).hash != scenario.hash
    assert scenario.to_dict()["policies"][1]["goal"]["is"] == "-US$5bn"
    assert scenario.to_dict()["variants"]["b"]["add"][0]["goal"]["same as"] == "a"


def test_before_it_is_solved_a_goal_or_a_commitment_changes_nothing():
    text = HEAD + GOAL + "  - purchase commitment: {buyer: R1, seller: R0, sectors: S1, value: US$5m}\n"
    plain, asked = read(HEAD), read(text)
    assert np.array_equal(plain.shocks(WORLD)["scenario"].tariff, asked.shocks(WORLD)["scenario"].tariff)
    notes = asked.caveats(WORLD)
    assert not [note for note in notes if "changes nothing" in note]
    assert any("the amount is taken as dollars of 2022" in note for note in notes)


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("goal: {vary: dutty, outcome: real income, of: R0, is: 1%}", ("no rule 'dutty'", "'duty'")),
        ("goal: {vary: 5, outcome: real income, of: R0, is: 1%}", ("no rule 5",)),
        ("goal: {vary: [duty], outcome: real income, of: R0, is: 1%}", ("is no rule",)),
        ("goal: {vary: 1, outcome: real income, of: R0, is: 1%}", ("is a goal itself",)),
        ("goal: {vary: duty, outcome: real incom, of: R0, is: 1%}", ("no outcome 'real incom'", "'real income'")),
        ("goal: {vary: duty, outcome: real income, of: R0}", ("exactly one of `is`, `change`, `same as`",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: 1%, change: 1%}", ("not is and change",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: US$1bn}", ("measured in per cent",)),
        ("goal: {vary: duty, outcome: trade balance, of: R0, is: 5%}", ("is an amount",)),
        ("goal: {vary: duty, outcome: equivalent variation, of: R0, change: 5%}", ("write `is`",)),
        ("goal: {vary: duty, outcome: goods balance, of: R0, is: US$1bn}", ("`with` is missing",)),
        ("goal: {vary: duty, outcome: real income, of: R0, with: R1, is: 1%}", ("leave `with` out",)),
        ("goal: {vary: duty, outcome: real income, of: R0, sectors: S1, is: 1%}", ("leave `sectors` out",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: 1%, dollars: 2020}", ("leave it out",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: 1%, between: [5%, 1%]}", ("lowest amount comes first",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: 1%, between: 5%}", ("write two",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: 1%, between: [1%, US$3bn]}", ("mixes",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: 1%, between: [US$1bn, US$3bn]}", ("is a rate",)),
        ("goal: {vary: duty, outcome: real income, of: R0, is: lots}", ("neither a rate nor an amount",)),
        ("goal: {vary: duty, outcome: real income, of: R0, same as: elsewhere}", ("no variant 'elsewhere'",)),
        ("goal: {vary: duty, outcome: real income, of: R0, same as: scenario}", ("its own variant",)),
        ("goal: {vary: duty, outcome: real income, of: R9, is: 1%}", ("no region 'R9'",)),
        ("goal: {vary: duty, outcome: real income, of: [R0, R1], is: 1%}", ("2 regions",)),
        ("goal: {vary: duty, outcome: trade, of: R0, with: R0, change: 1%}", ("same region",)),
        ("goal: {vary: duty, outcome: output, of: R0, sectors: S9, change: 1%}", ("no sector 'S9'",)),
        ("goal: {vary: duty, outcome: trade, of: R0, with: R1, change: US$1m, dollars: 1950}", ("cannot be scaled",)),
        ("purchase commitment: {buyer: R1, seller: R0, sectors: S1}", ("exactly one of `value`, `add`",)),
        ("purchase commitment: {buyer: R1, seller: R1, sectors: S1, value: 5m}", ("one region here",)),
        ("purchase commitment: {buyer: all, seller: R1, sectors: S1, value: 5m}", ("3 regions",)),
        ("purchase commitment: {buyer: R1, seller: R0, sectors: S1, value: 5}", ("no unit",)),
        ("purchase commitment: {buyer: R1, seller: R0, sectors: S1, value: -US$5m}", ("negative",)),
        ("purchase commitment: {buyer: R1, seller: R0, sectors: S1, value: 5m, dollars: 1950}", ("cannot be scaled",)),
    ],
)
def test_bad_input_gets_one_clear_message(rule, parts):
    refused(f"{HEAD}  - {rule}\n", *parts)


def test_contradictory_goals_are_refused():
    refused(HEAD + GOAL + GOAL.replace("bilateral", "goods"), "varies the same rule", "one unknown can meet one goal")
    second = "  - tariff: {name: other, by: R0, on: R1, sectors: all, add: 1%}\n"
    refused(HEAD + second + GOAL + GOAL.replace("duty", "other"), "two goals need two outcomes")
    refused(HEAD + HEAD.split("\n", 1)[1] + GOAL, "2 rules have the name 'duty'")
    refused(HEAD + GOAL + "variants:\n  none: {drop: duty}\n", "variant 'none' leaves", "'duty'", "drop the goal too")
    library = "policies:\n  - {apply: us-tariffs, as of: 2025-08-07, name: duty}\n"
    refused(library + GOAL, "no single amount")
    circle = (
        "variants:\n  a: {add: [goal: {vary: duty, outcome: real income, of: R0, same as: b}]}\n"
        "  b: {add: [goal: {vary: duty, outcome: real income, of: R0, same as: a}]}\n"
    )
    refused(HEAD + circle, "'a' and 'b' wait for each other")


def test_a_variant_may_drop_the_goal_with_its_rule():
    goal = GOAL.replace("{vary", "{name: aim, vary")
    scenario = read(HEAD + goal + "variants:\n  none: {drop: [duty, aim]}\n  all: {}\n")
    assert [len(scenario.rules(name)) for name in ("none", "all")] == [0, 2]


def test_a_commitment_where_nothing_is_traded_says_so():
    world = random_world(5, zeros=True)
    text = "policies:\n  - purchase commitment: {buyer: R1, seller: R0, sectors: S3, value: US$5m}\n"
    with pytest.raises(ScenarioError, match=r"q\.yaml, line 2: .*lets no trade begin.*US\$0bn"):
        read(text).shocks(world)


def test_the_table_of_outcomes_is_the_one_that_is_read():
    others = {"bilateral balance", "goods balance", "trade", "output", "value added"}
    assert set(OUTCOMES) == set(REGIONAL) | others
    assert INSTRUMENTS["goal"].amounts == ()
    assert Goal(vary=0, outcome="Real-GDP", of="R0", is_=0.01).asked.unit == "%"
    with pytest.raises(ScenarioError, match="`outcome`"):
        Goal(vary=0, outcome="happiness", of="R0", is_=0.01)


def test_every_outcome_is_a_variable_of_the_answer():
    assert {asked.variable for asked in OUTCOMES.values()} <= {v.name for v in variables()}


EVERY = """
policies:
  - tariff: {by: R0, on: R1, sectors: all, add: 10%, coverage: 60%}
  - tariff: {by: R1, on: R0, sectors: S1, to: 30%}
  - tariff: {by: ROW, on: R0, sectors: all, cap: 5%}
  - tariff: {by: R0, on: R1, sectors: S2, add: 5%}
  - export tax: {by: R0, on: R1, sectors: S2, add: 5%}
  - non-tariff cost: {by: R0, on: R1, sectors: all, add: 5%}
  - import ban: {by: R0, on: R1, sectors: S1, coverage: 20%}
  - export control: {by: ROW, on: R1, sectors: S1, coverage: 20%}
  - transfer: {from: R0, to: R1, add: US$5m}
  - productivity: {of: R0, sectors: S2, add: 5%}
  - purchase commitment: {buyer: R1, seller: R0, sectors: S1, value: US$50m}
"""


def test_levers_of_every_instrument_move_the_shock_as_rewriting_the_rule_does():
    setting = read(EVERY).settings(WORLD)[0]
    found = levers(setting)
    assert len(found) == len(setting.rules)
    for of in found:
        here, change = slope(setting, of)
        assert here is setting.shock or np.array_equal(here.tariff, setting.shock.tariff)
        step = 0.013 * of.size / (2000 if of.unit == "US$" else 1)
        there = moved(setting, {of.position: of.amount + step}).shock
        for name in (name for name, array in vars(change).items() if array is not None):
            predicted = getattr(setting.shock, name) + step * getattr(change, name)
            assert np.allclose(getattr(there, name), predicted, rtol=1e-9, atol=1e-10), (of.title, name)
    assert all(any(np.any(array) for array in vars(slope(setting, of)[1]).values()) for of in found)


def test_a_lever_respects_the_rules_that_follow():
    text = HEAD + "  - tariff: {by: R0, on: R1, sectors: all, to: 5%}\n"
    setting = read(text).settings(WORLD)[0]
    change = slope(setting, levers(setting)[0])[1].tariff
    assert not change[:, 0, 1].any()
    assert np.allclose(change[:, 0, 2], 1)


def test_the_subsidy_of_a_commitment_comes_off_whatever_the_other_rules_leave():
    first = "  - purchase commitment: {buyer: R1, seller: R0, sectors: S1, value: US$50m}\n"
    second = "  - tariff: {by: R1, on: R0, sectors: all, to: 20%}\n"
    for text, position in ((first + second, 0), (second + first, 1)):
        setting = read("policies:\n" + text).settings(WORLD)[0]
        tariff = moved(setting, {position: 0.3}).shock.tariff
        assert np.allclose(tariff[1, 1, 0], 0.2 - 0.3)
        assert np.allclose(tariff[2, 1, 0], 0.2)
        assert lever(setting, position).high == pytest.approx(1.2)
        with pytest.raises(ScenarioError, match="give the goods away"):
            moved(setting, {position: 1.2})


def test_amounts_have_sensible_ranges():
    assert amount_of(Transfer(payer="R0", to="R1", level="US$8bn", already="US$1bn")) == ("level", 8000.0)
    assert amount_of(Tariff(by="R0", on="R1", to=Rate(0.2))) == ("to", 0.2)
    setting = read(EVERY).settings(WORLD)[0]
    ranges = {of.field: (of.low, of.high) for of in levers(setting)}
    assert ranges["coverage"] == (0, 1)
    for of in levers(setting):
        spread = of.spread(7)
        assert np.all(np.diff(spread) > 0)
        assert spread[0] == pytest.approx(of.low, abs=1e-12)
        assert spread[-1] == pytest.approx(of.high, rel=1e-3)


def test_made_in_python_they_are_the_same():
    goal = Goal(vary="duty", outcome="trade", of="R1", with_="R0", same_as="b")
    data = {"goal": {"vary": "duty", "outcome": "trade", "of": "R1", "with": "R0", "same as": "b"}}
    policies = [Tariff(by="R0", on="R1", sectors="all", add=0.1, name="duty")]
    made = Scenario(policies=policies, variants={"a": {"add": [goal]}, "b": {}})
    assert made == Scenario(policies=policies, variants={"a": {"add": [data]}, "b": {}})
    assert PurchaseCommitment(buyer="R0", seller="R1", value=Dollars(5.0)).value == 5
    assert isinstance(made.shocks(WORLD)["a"], Shock)
    with pytest.raises(UnknownName):
        Scenario(policies=policies, variants={"a": {"add": [goal]}})
