"""Intervals of a case: the same draws as an ensemble of the scenario, whatever the workers; words, pairs, failures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cases import CLAIMS, small_case

from comity.claims import CaseResult, load_case, run_case
from comity.claims.drawing import draw_case
from comity.claims.intervals import INCOME, Interval
from comity.model import solve_all
from comity.uncertainty.ensemble import Record, plan, run_ensemble, summarise
from comity.uncertainty.ensemble.summary import Summary
from comity.world import load_world

DRAWS = 32


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CaseResult:
    return run_case(load_case(small_case(tmp_path_factory.mktemp("case"))))


@pytest.fixture(scope="module")
def drawn(found: CaseResult) -> CaseResult:
    return draw_case(found, DRAWS)


def test_intervals_are_those_of_an_ensemble_of_the_scenario(found: CaseResult, drawn: CaseResult) -> None:
    assert drawn.drawn is not None
    assert not drawn.failed
    scenario = replace(found.case.scenario("tariff.yaml"), world="2019")
    world = load_world("2019", preset="full")
    results = run_ensemble(plan(scenario, world, draws=DRAWS))
    japan = world.regions.index("JPN")
    ev = {v: results.column(v, "equivalent_variation_usd_bn") for v in ("no answer", "answer")}
    one = drawn.drawn.find(1, "japan", "no answer")
    assert one is not None
    assert one.summary == summarise(ev["no answer"][:, japan])
    assert one.headline
    assert one.who == "Japan"
    added = drawn.drawn.find(1, "added", "answer")
    assert added is not None
    assert added.summary.mean == pytest.approx((ev["answer"] - ev["no answer"])[:, japan].mean())
    whole = drawn.drawn.find(1, "world", "answer")
    assert whole is not None
    assert whole.summary.mean == pytest.approx(ev["answer"].sum(1).mean())
    share = drawn.drawn.find(1, "share", "answer")
    assert share is not None
    assert share.unit == "%"
    assert share.summary.median == pytest.approx(summarise(100 * ev["answer"][:, japan] / ev["answer"].sum(1)).median)
    income = next(i for i in drawn.drawn.of(1) if (i.key, i.label, i.variant) == (INCOME, "Japan", "answer"))
    assert income.summary.mean == pytest.approx(results.column("answer", "real_income_pct")[:, japan].mean())
    assert {i.key for i in drawn.drawn.of(2)} == {INCOME}


def test_leaders_have_intervals_each(found: CaseResult, drawn: CaseResult) -> None:
    """Those that lead in the single answers, in that order, from the same draws of trade."""
    assert drawn.drawn is not None
    (answer,) = (a for a in drawn.find(1).answers if a.measure.key == "who")
    assert isinstance(answer.value, tuple)
    led = [one for one in drawn.drawn.of(1) if one.key == "who"]
    assert [one.place for one in led] == [name for name, _ in answer.value]
    world = load_world("2019", preset="full")
    sellers = [code for code in world.regions if code != "USA"]
    record = Record(trade=tuple(("C", "USA", code) for code in sellers))
    scenario = replace(found.case.scenario("tariff.yaml"), world="2019")
    trade = run_ensemble(plan(scenario, world, draws=DRAWS, record=record)).column("no answer", "trade_change_usd_bn")
    for one, (name, value) in zip(led, answer.value, strict=True):
        assert one.label == f"sells more: {name}"
        code = world.regions[world.region_names.index(name)]
        assert one.summary == summarise(trade[:, sellers.index(code)])
        assert one.summary.most[0] < value < one.summary.most[1]
        assert drawn.drawn.find(1, "who", "no answer", name) == one
    rate = drawn.drawn.find(1, "rate", "answer")
    (single,) = (a for a in drawn.find(1).answers if (a.measure.key, a.variant) == ("rate", "answer"))
    assert rate is not None
    assert rate.summary.most == (single.value, single.value)  # nothing that is drawn here moves it


DETAILS = """\
      - {key: cars, label: output, of: output_pct, at: {region: JPN, sector: C}, digits: 2}
      - {key: balance, label: goods balance, of: goods_balance_change_usd_bn, at: {region: JPN, partner: USA}}
      - {key: added, label: added by the answer, of: bilateral_balance_change_usd_bn, less: no answer,
         at: {region: JPN, partner: [USA, CHN]}}
      - {key: inside, label: loses inside, of: output_change_usd_bn, at: {region: JPN}, leaders: -2, along: sector,
         over: {of: output_change_usd_bn, at: {region: JPN, sector: C}}}
      - {key: chain, label: in cars, of: value_added_in_use_usd_bn, at: {region: USA, sector: C, partner: JPN},
         over: {of: value_added_in_use_usd_bn, at: {region: USA, sector: C, partner: all}}}
      - {key: rates, label: rates of several, of: output_pct, at: {region: JPN, sector: all}}
"""


def test_sectors_and_partners_have_intervals(tmp_path: Path) -> None:
    """Measures by sector and partner, differences, shares and a headline, against draws of an ensemble."""
    asked = CLAIMS.index("      - {key: japan")
    claims = CLAIMS[:asked] + DETAILS + CLAIMS[CLAIMS.index("    answer: >-") :]
    claims = claims.replace("Japan {gains|loses: japan @ no answer} bn, with an answer {gains|loses: japan @ answer} "
                            "bn; most gain {who}.", "Output {grows|falls: cars @ answer}%.")  # fmt: skip
    case = run_case(load_case(small_case(tmp_path / "case", claims=claims)), numbers=[1])
    found = draw_case(case, DRAWS).drawn
    assert found is not None
    world = load_world("2019", preset="full")
    sectors = [("JPN", code) for code in world.sectors]
    record = Record(sectors=tuple(sectors), pairs=(("JPN", "USA"), ("JPN", "CHN")))
    scenario = replace(case.case.scenario("tariff.yaml"), world="2019")
    results = run_ensemble(plan(scenario, world, draws=DRAWS, record=record))
    output = results.column("answer", "output_pct")[:, sectors.index(("JPN", "C"))]
    one = found.headline(case.find(1).claim)
    assert one is not None
    assert (one.key, one.variant, one.unit) == ("cars", "answer", "%")
    assert one.summary == summarise(output)
    assert one.drivers
    goods = found.find(1, "balance", "no answer")
    assert goods is not None
    assert goods.summary == summarise(results.column("no answer", "goods_balance_change_usd_bn")[:, 0])
    added = found.find(1, "added", "answer")
    assert added is not None
    both = [results.column(v, "bilateral_balance_change_usd_bn").sum(1) for v in ("answer", "no answer")]
    assert added.summary.mean == pytest.approx((both[0] - both[1]).mean())
    change = results.column("answer", "output_change_usd_bn")
    led = [i for i in found.of(1) if (i.key, i.variant) == ("inside", "answer")]
    assert led
    assert all(i.unit == "%" for i in led)
    for i in led:
        place = sectors.index(("JPN", world.sectors[world.sector_names.index(i.place)]))
        share = 100 * change[:, place] / change[:, sectors.index(("JPN", "C"))]
        assert i.summary.median == pytest.approx(summarise(share).median)
    chain = found.find(1, "chain", "answer")
    (answer,) = (a for a in case.find(1).answers if (a.measure.key, a.variant) == ("chain", "answer"))
    assert chain is not None
    assert isinstance(answer.value, float)
    assert chain.summary.most[0] < answer.value < chain.summary.most[1]
    rates = found.find(1, "rates", "answer")
    (answer,) = (a for a in case.find(1).answers if (a.measure.key, a.variant) == ("rates", "answer"))
    assert rates is not None
    assert isinstance(answer.value, float)
    assert rates.summary.most[0] < answer.value < rates.summary.most[1]
    made = world.gross_output[world.regions.index("JPN")]
    mean = results.column("answer", "output_pct") @ made / made.sum()
    assert rates.summary.median == pytest.approx(summarise(mean).median)


def test_the_interval_holds_the_single_answer_and_words_say_how_sure_it_is(drawn: CaseResult) -> None:
    assert drawn.drawn is not None
    answers = {(a.measure.key, a.variant): a.value for a in drawn.find(1).answers}
    one = drawn.drawn.headline(drawn.find(1).claim)
    assert one is not None
    assert (one.key, one.variant) == ("japan", "no answer")
    assert one.summary.most[0] < answers["japan", "no answer"] < one.summary.most[1]
    assert one.in_words().startswith("Japan loses: almost certain (91 to 100%, icd-203)")
    assert drawn.drawn.welfare(drawn.find(1).claim) == one


def test_draws_do_not_depend_on_the_workers_and_follow_the_seed(found: CaseResult, drawn: CaseResult) -> None:
    assert draw_case(found, DRAWS, workers=1).drawn == drawn.drawn
    other = draw_case(found, DRAWS, seed=1).drawn
    assert other is not None
    assert other.seed == 1
    assert drawn.drawn is not None
    assert other.intervals[0].summary != drawn.drawn.intervals[0].summary


def test_pairs_of_variants_share_their_draws(drawn: CaseResult) -> None:
    assert drawn.drawn is not None
    (pair,) = drawn.drawn.beats
    assert (pair.better, pair.worse, pair.key) == ("no answer", "answer", "japan")
    assert 0 <= pair.probability <= 1
    one, other = (drawn.drawn.find(1, "japan", name) for name in ("no answer", "answer"))
    assert one is not None
    assert other is not None
    assert pair.gap.mean == pytest.approx(one.summary.mean - other.summary.mean)
    assert pair.probability == pytest.approx(1 - pair.gap.loss)


@pytest.mark.long
def test_more_than_one_draw_in_a_hundred_that_fails_fails_the_claim(tmp_path: Path) -> None:
    most = "aggregation: full\npolicies:\n  - transfer: {name: aid, from: Japan, to: USA, add: US$8bn}\n"
    most += "uncertainty: {amounts: {aid: {uniform: {low: US$8bn, high: US$12000bn}}}}\n"
    found = run_case(load_case(small_case(tmp_path / "case", transfer=most)))
    assert not found.failed
    drawn = draw_case(found, DRAWS)
    assert drawn.failed == (2,)
    (error,) = drawn.find(2).errors
    assert "draws have no answer, more than 1%" in error
    assert drawn.drawn is not None
    assert not drawn.drawn.of(2)
    count = next(c for c in drawn.drawn.counts if c.claim == 2)
    assert 15 < count.failed < 28
    assert drawn.drawn.of(1)


def test_a_gain_is_worded_as_one() -> None:
    values = np.concatenate([np.full(70, 1.0), np.full(30, -1.0)])
    summary: Summary = summarise(values)
    one = Interval(1, "a.yaml", "a", "2022", "x", "x", "US$ bn", "Japan", True, summary)
    assert one.in_words().startswith("Japan gains: likely (6")
    assert replace(one, who="").in_words() == ""


@pytest.mark.long
def test_amounts_that_are_found_have_intervals(tmp_path: Path) -> None:
    goal = "{vary: duty, outcome: bilateral balance, of: JPN, with: USA, change: -10%}"
    asked = (
        "aggregation: full\npolicies:\n  - tariff: {name: duty, by: USA, on: JPN, sectors: [C], add: 5%}\n"
        f"  - goal: {goal}\n"
    )
    measures = "    measures:\n      - {key: takes, label: what it takes, of: goal, digits: 1}\n"
    claims = CLAIMS.replace("    scenarios: [transfer.yaml]\n", "    scenarios: [transfer.yaml]\n" + measures)
    found = draw_case(
        run_case(load_case(small_case(tmp_path / "case", claims=claims, transfer=asked)), numbers=[2]), DRAWS
    )
    assert not found.failed
    assert found.drawn is not None
    one = found.drawn.headline(found.find(2).claim)
    assert one is not None
    (answer,) = found.find(2).answers
    assert isinstance(answer.value, float)
    assert (one.key, one.unit) == ("takes", "%")
    assert one.summary.most[0] < answer.value < one.summary.most[1]
    assert one.in_words() == ""
    assert one.drivers


def test_rates_of_several_places_are_averages_in_single_answers_and_draws(tmp_path: Path) -> None:
    """Real income of two regions is what both gain over what both spend, under balanced trade as of its own baseline;
    an average tariff is duties over trade at the weights of the baseline."""
    measures = """\
      - {key: both, label: of both, of: real_income_pct, at: {region: [JPN, USA]}}
      - {key: duty, label: the average tariff, of: tariff_pct, at: {sector: all, importer: USA, exporter: [JPN, CHN]}}
      - {key: paid, label: duties, of: duties_usd_bn, at: {sector: all, importer: USA, exporter: [JPN, CHN]}}
"""
    asked = CLAIMS.index("      - {key: japan")
    claims = CLAIMS[:asked] + measures + CLAIMS[CLAIMS.index("    answer: >-") :]
    claims = claims.replace("Japan {gains|loses: japan @ no answer} bn, with an answer {gains|loses: japan @ answer} "
                            "bn; most gain {who}.", "Both {gain|lose: both @ answer}%.")  # fmt: skip
    folder = small_case(tmp_path / "case", claims=claims)
    tariff = folder / "tariff.yaml"
    tariff.write_text("options: {imbalances: balanced}\n" + tariff.read_text("utf-8"), "utf-8")
    case = run_case(load_case(folder), numbers=[1])
    found = draw_case(case, DRAWS).drawn
    assert found is not None
    for key in ("both", "duty", "paid"):
        (answer,) = (a for a in case.find(1).answers if (a.measure.key, a.variant) == (key, "answer"))
        assert isinstance(answer.value, float)
        one = found.find(1, key, "answer")
        assert one is not None
        low, high = one.summary.most
        assert low <= answer.value + 1e-9
        assert answer.value - 1e-9 <= high
    world = load_world("2019", preset="full")
    scenario = replace(case.case.scenario("tariff.yaml"), world="2019")
    outcome = solve_all(world, scenario)["answer"]
    own = [world.regions.index(code) for code in ("JPN", "USA")]
    spent = outcome.world.final_spending[own] / 1000
    assert abs(spent / world.final_spending[own] * 1000 - 1).max() > 1e-3
    mean = 100 * outcome.array("equivalent_variation_usd_bn")[own].sum() / spent.sum()
    (answer,) = (a for a in case.find(1).answers if (a.measure.key, a.variant) == ("both", "answer"))
    assert answer.value == pytest.approx(mean)
    results = run_ensemble(plan(scenario, world, draws=DRAWS))
    gained = results.column("answer", "equivalent_variation_usd_bn")[:, own].sum(1)
    one = found.find(1, "both", "answer")
    assert one is not None
    assert one.summary.median == pytest.approx(summarise(100 * gained / spent.sum()).median, rel=1e-6)
    column = next(i for i in found.of(1) if (i.key, i.label, i.variant) == (INCOME, "Japan", "answer"))
    income = results.column("answer", "real_income_pct")[:, own[0]]
    assert column.summary.median == pytest.approx(summarise(income).median, rel=1e-6)
