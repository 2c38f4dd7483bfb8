"""The disagreement panel: its numbers are those of `solve`, its shares add up, and nothing is dropped in silence."""

import math

import numpy as np
import pytest

import comity
from comity.errors import ComityError, ScenarioError, UnknownName
from comity.policy import Scenario
from comity.uncertainty.panel import disagreement
from comity.uncertainty.published import everything, published

CARS = """
aggregation: small
policies:
  - tariff: {name: US, by: USA, on: JPN, sectors: motor vehicles, add: 25%}
  - tariff: {name: answer, by: JPN, on: USA, sectors: agriculture, add: 10%}
variants:
  alone: {drop: [answer]}
  answered: {}
"""
CHOICES = ["elasticities", "horizon and mobility", "imbalances", "data vintage", "aggregation"]


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_text(CARS)


@pytest.fixture(scope="module")
def panel(scenario):
    return disagreement(scenario, variant="alone", only=CHOICES)


def percent(outcome, region="JPN"):
    return float(outcome.data["real_income_pct"].sel(region=region))


def test_the_own_answer_is_that_of_solve(scenario, panel):
    outcome = comity.solve(scenario.load_world(), scenario, variant="alone")
    assert panel.own.values["real income"] == pytest.approx(percent(outcome), abs=1e-9)
    assert panel.own.values["real GDP"] == pytest.approx(float(outcome.data["real_gdp_pct"].sel(region="JPN")))
    ev = float(outcome.data["equivalent_variation_usd_bn"].sel(region="JPN"))
    assert panel.own.values["equivalent variation"] == pytest.approx(ev)


@pytest.mark.parametrize(
    ("choice", "level", "options"),
    [
        ("horizon and mobility", "long run, specific factors", {"kappa": 1.0}),
        ("horizon and mobility", "1 year", {"horizon": 1.0}),
        ("imbalances", "balanced", {"imbalances": "balanced"}),
        ("imbalances", "spending", {"imbalances": "spending"}),
    ],
)
def test_each_choice_by_itself_is_that_of_solve(scenario, panel, choice, level, options):
    step = next(step for step in panel.steps if (step.choice, step.level) == (choice, level))
    outcome = comity.solve(scenario.load_world(), scenario, variant="alone", **options)
    assert step.answer.values["real income"] == pytest.approx(percent(outcome), abs=1e-9)
    change = percent(outcome) - panel.own.values["real income"]
    assert step.effect("real income") == pytest.approx(change, abs=1e-9)


def test_elasticities_are_those_of_the_set(scenario, panel):
    step = next(step for step in panel.steps if step.level == "caliendo-parro-2015")
    world = scenario.load_world().with_elasticities("caliendo-parro-2015")
    assert step.answer.values["real income"] == pytest.approx(
        percent(comity.solve(world, scenario, variant="alone")), abs=1e-9
    )


def test_every_combination_is_counted(panel):
    sizes = [len(choice.crossed) for choice in panel.choices[:-1]]
    assert len(panel.crossed) == math.prod(sizes)
    assert len(panel.answers) + sum(panel.refused.values()) == len(panel.crossed)
    assert len({tuple(answer.levels.values()) for answer in panel.crossed}) == len(panel.crossed)


def test_a_combination_is_that_of_solve(scenario, panel):
    wanted = {"elasticities": "uniform:5", "horizon and mobility": "1 year", "imbalances": "balanced"}
    wanted |= {"data vintage": "2022", "aggregation": "6 x 13"}
    answer = next(a for a in panel.answers if wanted.items() <= a.levels.items())
    world = scenario.load_world().with_elasticities("uniform:5")
    outcome = comity.solve(world, scenario, variant="alone", horizon=1.0, imbalances="balanced")
    assert answer.values["real income"] == pytest.approx(percent(outcome), abs=1e-9)


@pytest.mark.parametrize("measure", ["real income", "real GDP", "real wage", "every measure"])
def test_shares_add_up_in_the_order_of_their_size(panel, measure):
    spread = panel.spreads[measure]
    shares = [one.share for one in spread.ranked]
    assert sum(shares) == pytest.approx(1, abs=1e-9)
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= 0
    assert spread.together == pytest.approx(1 - sum(one.alone for one in spread.ranked))


def test_means_by_level_are_means(panel):
    spread = panel.spreads["real income"]
    for one in spread.ranked:
        values = [a.values["real income"] for a in panel.answers if a.levels[one.choice] == one.lowest]
        assert one.low == pytest.approx(np.mean(values))
    assert (min(spread.values), max(spread.values)) == (
        min(a.values["real income"] for a in panel.answers),
        max(a.values["real income"] for a in panel.answers),
    )


def test_a_year_whose_table_is_summed_otherwise_is_compared_on_what_both_have(panel):
    step = next(step for step in panel.steps if step.level == "2019")
    assert step.beside == {"aggregation": "20 x 20"}
    assert step.without.levels == {**panel.own.levels, "aggregation": "20 x 20"}
    assert step.without.values != panel.own.values
    assert "averaged over the trade" in step.how


def test_what_is_not_there_is_said():
    """Taiwan is inside the rest of the world in 2019: no answer, and the reason."""
    taiwan = Scenario.from_text("policies: [tariff: {by: USA, on: TWN, sectors: goods, add: 10%}]")
    panel = disagreement(taiwan, "Taiwan", only=["data vintage", "imbalances"])
    step = next(step for step in panel.steps if step.level == "2019")
    assert step.answer.values == {}
    assert step.effect("real income") is None
    assert "TWN" in step.answer.problem or "Taiwan" in step.answer.problem
    assert sum(panel.refused.values()) == 3  # fixed, balanced, output
    assert sum(one.share for one in panel.spreads["real income"].ranked) == pytest.approx(1)


def test_a_combination_without_an_equilibrium_is_shown_and_counted():
    """Singapore cannot pay a fixed surplus under a huge tariff on everything (design/model.md); balanced it can."""
    huge = Scenario.from_text(
        "policies: [tariff: {by: USA, on: all, sectors: all, add: 700%}]\noptions: {imbalances: balanced}"
    )
    panel = disagreement(huge, "Singapore", only=["imbalances"])
    fixed = next(step for step in panel.steps if step.level == "fixed")
    assert fixed.answer.values == {}
    assert "spending" in fixed.answer.problem or "pay" in fixed.answer.problem
    assert panel.refused


def test_two_runs_give_the_same_numbers(scenario, panel):
    again = disagreement(scenario, variant="alone", only=CHOICES)
    assert again.crossed == panel.crossed
    assert again.spreads == panel.spreads


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"variant": "alon"}, UnknownName, "did you mean 'alone'"),
        ({}, ScenarioError, "name one"),
        ({"variant": "alone", "region": "Atlantis"}, UnknownName, "Atlantis"),
        ({"variant": "alone", "region": "G7"}, ScenarioError, "not one region"),
        ({"variant": "alone", "measure": "happiness"}, UnknownName, "real income, real GDP, real wage"),
        ({"variant": "alone", "only": ["elasticity"]}, UnknownName, "did you mean 'elasticities'"),
    ],
)
def test_wrong_names_are_refused(scenario, arguments, kind, words):
    with pytest.raises(kind, match=words):
        disagreement(scenario, **arguments)


def test_a_scenario_without_an_answer_of_its_own_is_an_error():
    huge = Scenario.from_text("policies: [tariff: {by: USA, on: all, sectors: all, add: 700%}]")
    with pytest.raises(ComityError):
        disagreement(huge, only=["imbalances"])


def test_published_answers_are_those_of_the_region_and_the_one_who_levies():
    assert {one.region for one in published("JPN", {"USA"})} == {"JPN"}
    assert not published("JPN", {"CHN"})
    assert not published("KOR", {"USA"})


def test_published_answers_say_what_makes_them_another_question():
    for one in everything():
        assert one.differs
        assert one.source
        assert one.checked
        assert one.low is None or one.high is None or one.low <= one.high


def test_published_answers_stand_beside_ours_only_where_tariffs_are_by_the_same(panel):
    assert {one.author for one in panel.published} >= {"Nomura Research Institute", "Daiwa Institute of Research"}
    china = Scenario.from_text("aggregation: small\npolicies: [tariff: {by: CHN, on: JPN, add: 5%}]")
    assert disagreement(china, only=["revenue"]).published == ()
