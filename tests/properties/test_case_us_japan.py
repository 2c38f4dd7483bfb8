"""What an economist would check in the case of the United States and Japan: signs, orderings, sums."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from comity.claims import CaseDraws, CaseResult, Row, load_case, run_case
from comity.claims.drawing import draw_case
from comity.claims.panels import panels
from comity.model import solve_all
from comity.policy import Scenario
from comity.world import load_world

pytestmark = pytest.mark.long
DRAWS = 16
WORLDS = load_case("us-japan").content.worlds


@pytest.fixture(scope="module")
def found() -> CaseResult:
    return run_case(load_case("us-japan"))


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def drawn(found: CaseResult) -> CaseDraws:
    under_draws = draw_case(found, DRAWS)
    assert not under_draws.failed
    assert under_draws.drawn is not None
    return under_draws.drawn


def rows(found: CaseResult, claim: int, world: str, file: str = "") -> dict[str, Row]:
    """Rows of a claim by variant."""
    return {r.variant: r for r in found.find(claim).rows if r.world == world and r.scenario.startswith(file)}


def value(found: CaseResult, claim: int, key: str, variant: str, world: str) -> float:
    """One measure."""
    (answer,) = (a for a in found.find(claim).answers if (a.measure.key, a.variant, a.world) == (key, variant, world))
    assert isinstance(answer.value, float)
    return answer.value


def test_every_claim_is_answered_and_certified(found: CaseResult) -> None:
    assert not found.failed
    for result in found.results:
        assert all(row.certificate is not None and row.certificate.passed for row in result.rows)
        assert result.answer


def test_defence_costs_households_about_what_is_spent(found: CaseResult, world: str) -> None:
    variants = ("all at home", "a fifth from the US", "two fifths from the US")
    for variant in variants:
        spent, given_up = (value(found, 1, key, variant, world) for key in ("spent", "given up"))
        assert spent > 0
        assert -given_up == pytest.approx(spent, rel=0.1)
        assert -given_up > spent  # and somewhat more, as the answer says of each
    for variant, share in zip(variants, (0.0, 0.2, 0.4), strict=True):
        spent, direct = (value(found, 1, key, variant, world) for key in ("spent", "direct"))
        assert direct == pytest.approx(share * spent, rel=0.05, abs=1e-9)
    sales = [value(found, 1, "us sales", variant, world) for variant in variants]
    assert sales[0] < 0.1 * sales[1] < 0.1 * sales[2]
    assert value(found, 1, "us", variants[2], world) > value(found, 1, "us", variants[1], world) > 0


def test_a_payment_costs_the_payer_more_than_it_pays_and_pays_the_receiver(found: CaseResult, world: str) -> None:
    paid, cost, gain = (value(found, 2, key, "US$ 8 bn in cash", world) for key in ("paid", "cost", "gain"))
    assert paid > 0
    assert cost < -paid < 0 < gain
    assert value(found, 2, "terms", "US$ 8 bn in cash", world) < 0
    half = value(found, 2, "cost", "US$ 4 bn in cash", world)
    assert cost / paid == pytest.approx(half / value(found, 2, "paid", "US$ 4 bn in cash", world), rel=0.01)


def test_support_spent_in_japan_costs_japan_less_and_buys_the_forces_as_much(found: CaseResult, world: str) -> None:
    assert value(found, 2, "cost", "US$ 8 bn spent in Japan", world) > value(
        found, 2, "cost", "US$ 8 bn in cash", world
    )
    paid = value(found, 2, "paid", "US$ 8 bn in cash", world)
    assert value(found, 2, "bought", "US$ 8 bn spent in Japan", world) == pytest.approx(paid, rel=0.01)


def test_a_longer_and_wider_conflict_costs_more(found: CaseResult, world: str) -> None:
    steps = ("detour of 3 days, half a year", "strait closed, 3 months", "strait closed, 12 months")
    steps = (*steps, "war: strait, Taiwan, sanctions")
    for key in ("japan", "china", "us", "world"):
        costs = [value(found, 3, key, step, world) for step in steps]
        assert costs == sorted(costs, reverse=True)
        assert costs[0] < 0
    assert value(found, 3, "taiwan", "Taiwan cut off, 12 months", world) < -10
    assert value(found, 3, "japan", "decoupled", world) < 0
    after = value(found, 3, "after decoupling", "decoupled, then strait closed 3 months", world)
    assert after == pytest.approx(
        value(found, 3, "japan", "strait closed, 3 months", world), rel=0.1
    )  # as the answer says
    short, long = (value(found, 7, "japan", f"half of Korea's trade ends, {n} months", world) for n in (3, 12))
    assert long < short < 0


@pytest.mark.parametrize("goods", ["strategic", "all goods"])
def test_more_coverage_costs_both_more(found: CaseResult, world: str, goods: str) -> None:
    table = rows(found, 4, world)
    for end in ("", ", answered"):
        for less, more in pairwise((10, 25, 50, 100)):
            for who in ("Japan", "China"):
                a, b = (table[f"{goods}, {share}%{end}"].income[who] for share in (less, more))
                assert b < a < 0
    for share in (10, 25, 50, 100):
        answered, alone = table[f"{goods}, {share}%, answered"], table[f"{goods}, {share}%"]
        assert answered.income["Japan"] < 2 * alone.income["Japan"]  # as the answer says
        assert alone.income["Korea"] > 0


def test_pressure_hurts_the_ally_and_helps_third_suppliers(found: CaseResult, world: str) -> None:
    cell = rows(found, 5, world)
    assert cell["pressure"].income["Japan"] < 0 < cell["pressure"].income["Korea"]
    assert all(abs(change) < 1e-8 for change in cell["none of the three"].income.values())
    assert cell["all three"].income["Japan"] == min(row.income["Japan"] for row in cell.values())
    # As the answer says: to align pays only in place of pressure and without China's answer, which costs China too.
    assert cell["pressure"].income["Japan"] < cell["alignment"].income["Japan"] < 0
    assert cell["alignment, answer"].income["Japan"] < cell["pressure"].income["Japan"]
    assert cell["pressure, alignment"].income["Japan"] < cell["pressure"].income["Japan"]
    for without, answered in (("none of the three", "answer"), ("alignment", "alignment, answer")):
        assert cell[answered].income["China"] < cell[without].income["China"]
    # Nothing is hidden in a corner: the eight cells are nearly sums of the three steps.
    steps = sum(cell[name].income["Japan"] for name in ("pressure", "alignment", "answer"))
    assert cell["all three"].income["Japan"] == pytest.approx(steps, rel=0.05)


def test_a_bloc_opens_the_partners_to_each_other(found: CaseResult, world: str) -> None:
    deals, bloc, alone = "three deals with the US", "Quad as a bloc", "US and Japan only"
    for key in ("japan", "australia"):
        assert value(found, 6, key, bloc, world) > value(found, 6, key, deals, world) > 0
    assert value(found, 6, "us", bloc, world) == pytest.approx(value(found, 6, "us", deals, world), rel=0.05)
    assert value(found, 6, "us", deals, world) > value(found, 6, "us", alone, world) > 0
    for key in ("india", "australia"):
        assert value(found, 6, key, alone, world) < 0  # who is left out loses
    assert value(found, 6, "japan", "AUKUS as a bloc", world) < 0


def test_a_bloc_costs_the_target_more_and_its_followers_something(found: CaseResult, world: str) -> None:
    steps = ("US alone", "US and Japan", "with Korea, Taiwan, Netherlands")
    china = [value(found, 15, "china", step, world) for step in steps]
    assert china[0] > china[1] > china[2]
    assert china[0] < 0
    japan = [value(found, 15, "japan", step, world) for step in steps]
    assert japan[1] < 0
    assert value(found, 15, "netherlands", steps[2], world) < value(found, 15, "netherlands", steps[1], world)
    assert value(found, 14, "china", "US and Japan", world) < value(found, 14, "china", "US", world) < 0
    ban = rows(found, 14, world)["US and Japan"].income
    assert max(ban["US"], ban["Japan"]) < 0
    assert ban["Japan"] < ban["China"]
    imposing = ("us", "japan", "korea", "taiwan", "netherlands")
    given_up = sum(value(found, 15, key, steps[2], world) for key in imposing)
    assert china[2] < given_up < 0.75 * china[2]  # almost as much, as the answer says


def test_a_product_without_substitutes_costs_the_target_more(found: CaseResult, world: str) -> None:
    name = "all of them, advanced chips, as {}"
    apart = value(found, 15, "china", name.format("a product of its own"), world)
    assert apart < value(found, 15, "china", name.format("part of its industry"), world) < 0


def test_a_wider_ban_costs_in_proportion(found: CaseResult, world: str) -> None:
    """Bans of half and of double the share cost about half and double: coverage is linear while it is small."""
    for key in ("japan", "china"):
        one = value(found, 14, key, "US and Japan", world)
        for name, factor in (("half", 0.5), ("double", 2.0)):
            assert value(found, 14, key, f"US and Japan, {name} the share", world) == pytest.approx(
                factor * one, rel=0.05
            )


def test_goals_are_met_and_closing_takes_more_than_halving(found: CaseResult, world: str) -> None:
    def reached(key: str, variant: str) -> float:
        return value(found, 9, key, variant, world)

    for way in ("US tariff on Japan", "Japanese export tax", "purchases of all goods"):
        assert reached("takes", f"goods closed, {way}") > reached("takes", f"goods halved, {way}") > 0
        assert reached("goods", f"goods closed, {way}") == pytest.approx(0, abs=1e-6)
        assert abs(reached("overall", f"goods closed, {way}")) < 1e-6  # imbalances with the world are fixed
    halves = {reached("goods", row.variant) for row in rows(found, 9, world).values() if "goods halved" in row.variant}
    assert max(halves) == pytest.approx(min(halves), rel=1e-8)
    assert reached("japan", "goods halved, Japanese export tax") > reached("japan", "goods halved, US tariff on Japan")
    assert reached("takes", "goods halved, US tariff on all") > reached("takes", "goods halved, US tariff on Japan")


def test_a_bilateral_deficit_moves_to_others_under_either_closure(found: CaseResult, world: str) -> None:
    fixed, moving = "goods halved, US tariff on Japan", "goods halved, imbalances follow spending"
    assert value(found, 9, "gone", moving, world) == pytest.approx(value(found, 9, "gone", fixed, world), rel=1e-8)
    assert 1e-3 < abs(value(found, 9, "overall", moving, world)) < 0.1 * -value(found, 9, "gone", moving, world)
    assert value(found, 9, "takes", moving, world) == pytest.approx(value(found, 9, "takes", fixed, world), rel=0.1)


def test_payments_in_place_of_a_threat_leave_the_payer_as_well_off(found: CaseResult, world: str) -> None:
    table = rows(found, 2, world, "02b")
    for threat in ("25% on cars", "10% on goods"):
        most = table[f"{threat}, the most Japan would pay"]
        assert most.income["Japan"] == pytest.approx(table[threat].income["Japan"], rel=1e-8)
        assert most.income["US"] > table[threat].income["US"]
    least = table["10% on goods, the least the US would take"]
    assert least.income["US"] == pytest.approx(table["10% on goods"].income["US"], rel=1e-8)
    assert value(found, 2, "payment", least.variant, world) < value(
        found, 2, "payment", "10% on goods, the most Japan would pay", world
    )


def test_commitments_bind_only_when_they_are_not_met_anyway(found: CaseResult, world: str) -> None:
    for variant in ("farm goods, US$ 8 bn more", "factory goods, US$ 10 bn more"):
        assert value(found, 12, "subsidy", variant, world) > 0
        assert value(found, 12, "japan", variant, world) < 0 < value(found, 12, "us", variant, world)
        outlay, bought = (value(found, 12, key, variant, world) for key in ("outlay", "bought"))
        assert -value(found, 12, "japan", variant, world) < outlay  # what is paid to oneself is not lost
        assert outlay == pytest.approx(bought * value(found, 12, "subsidy", variant, world) / 100, rel=1e-6)
    free = value(found, 12, "subsidy", "farm goods, US$ 8 bn in all", world)
    assert (free == 0) == (abs(value(found, 12, "japan", "farm goods, US$ 8 bn in all", world)) < 1e-6)


def test_agreements_are_worth_something_to_members(found: CaseResult, world: str) -> None:
    assert value(found, 11, "members", "without the CPTPP", world) < 0
    joined = value(found, 11, "members", "with the United States", world)
    assert joined > value(found, 11, "japan", "with the United States", world) > 0
    assert value(found, 11, "us", "with the United States", world) > 0
    assert value(found, 11, "china", "with China", world) > 0
    assert (
        value(found, 8, "farm sales", "withdrawn", world)
        < 0
        < value(found, 8, "farm sales", "both free all goods", world)
    )
    assert value(found, 8, "us", "Japan frees all US goods", world) > 0


def test_each_member_has_a_number_and_they_add_up(found: CaseResult, world: str) -> None:
    for variant in ("without the CPTPP", "with the United States", "with China"):
        listed = {
            name: size
            for answer in found.find(11).answers
            if answer.measure.key in ("members gain", "members lose")
            if (answer.variant, answer.world) == (variant, world)
            for name, size in answer.value
        }
        together = value(found, 11, "members", variant, world)
        assert sum(listed.values()) == pytest.approx(together, abs=0.005 * 12)
        assert listed["Japan"] == value(found, 11, "japan", variant, world)
    assert value(found, 11, "japan", "with the United States", world) > 0


def test_deepening_does_more_than_the_agreement_does_beyond_others(found: CaseResult, world: str) -> None:
    """As the answer of claim 13 says: without the CPTPP other agreements still link most of its members."""
    deeper = value(found, 13, "japan", "CPTPP 20% deeper", world) - value(found, 13, "japan", "US tariffs alone", world)
    assert deeper > -value(found, 11, "japan", "without the CPTPP", world) > 0


def test_who_depends_on_whom_in_electronics(found: CaseResult, world: str) -> None:
    def parts(key: str, variant: str) -> dict[str, float]:
        (answer,) = (a for a in found.find(16).answers if (a.measure.key, a.variant, a.world) == (key, variant, world))
        assert isinstance(answer.value, tuple)
        assert answer.unit == "%"
        assert 70 < sum(size for _, size in answer.value) <= 100
        return dict(answer.value)

    for user, home in (
        ("us", "United States"), ("japan", "Japan"), ("china", "China"), ("korea", "South Korea"), ("taiwan", "Taiwan"),
    ):  # fmt: skip
        used, made = parts(f"{user} on all", "as it is"), parts(f"made for {user}", "as it is")
        assert max(used, key=lambda name: used[name]) == home
        assert sorted(used, key=lambda name: -used[name])[home != "China"] == "China"
        assert max(made, key=lambda name: made[name]) == home
    assert parts("us on all", "as it is")["China"] == value(found, 16, "us on china", "as it is", world)
    assert value(found, 16, "japan on us", "as it is", world) > value(found, 16, "us on japan", "as it is", world)
    # Subsidies of both move what others use towards them, and away from China.
    for user in ("us", "japan"):
        now, then = (value(found, 16, f"{user} on china", variant, world) for variant in ("both", "as it is"))
        assert now < then
    now, then = (value(found, 16, "china on japan", variant, world) for variant in ("both", "as it is"))
    assert now > then > 0


def test_a_subsidy_costs_less_than_it_pays_out_and_its_buyers_gain(found: CaseResult, world: str) -> None:
    outlay, japan = (value(found, 16, key, "Japan", world) for key in ("outlay japan", "japan"))
    assert 0 < -japan < outlay
    assert value(found, 16, "us", "Japan", world) > 0
    assert value(found, 16, "made in Japan", "Japan", world) > value(found, 16, "made in Japan", "both", world) > 0
    assert value(found, 16, "made in Japan", "US", world) < 0


def test_deals_are_better_than_none_as_the_answer_says(found: CaseResult, world: str) -> None:
    none = value(found, 17, "japan", "no deal", world)
    for better in ("farm opening, no car tariff", "farm opening, 12.5% on cars", "payment, no car tariff"):
        assert value(found, 17, "japan", better, world) > none
    assert value(found, 17, "japan", "payment, 12.5% on cars", world) < none
    assert value(found, 17, "us", "farm opening, no car tariff", world) > value(found, 17, "us", "no deal", world)
    assert value(found, 17, "farms", "farm opening, no car tariff", world) < 0
    assert value(found, 17, "cars", "no deal", world) < value(found, 17, "cars", "farm opening, 12.5% on cars", world)
    for threat in ("cars", "all goods", "all goods, answered"):
        japan, us = (value(found, 18, key, threat, world) for key in ("japan", "us"))
        assert japan < us < 0


def test_deeper_and_wider_partnerships_make_up_for_more(found: CaseResult, world: str) -> None:
    alone = value(found, 13, "japan", "US tariffs alone", world)
    steps = ("CPTPP 20% deeper", "both deeper", "deeper and wider")
    values = [alone, *(value(found, 13, "japan", step, world) for step in steps)]
    assert values == sorted(values)
    assert alone < 0
    share = value(found, 13, "offset", "both deeper", world)
    assert share == pytest.approx(100 * (values[2] - alone) / alone)


def test_sourcing_moves_to_third_suppliers(found: CaseResult, world: str) -> None:
    assert value(found, 10, "from Japan", "leaving China", world) > 0
    assert value(found, 10, "japan", "Japan as partner", world) > value(found, 10, "japan", "leaving China", world) > 0
    assert value(found, 10, "us", "leaving China", world) < 0


def test_the_threat_hurts_and_answers_hurt_the_us(found: CaseResult, world: str) -> None:
    table = rows(found, 19, world, "19a")
    assert all(row.income["Japan"] < 0 for name, row in table.items() if name != "60% on China")
    assert table["60% on China"].income["Japan"] > 0 > table["60% on China"].income["China"]
    for share in (10, 20):
        alone, answered = table[f"{share}% / 60% / cars"], table[f"{share}% / 60% / cars, answered"]
        assert answered.income["US"] < alone.income["US"]
    for row in table.values():
        assert sum(row.equivalent_variation.values()) < 0


def test_own_optimal_tariff_is_interior(found: CaseResult, world: str) -> None:
    """The United States gains from 10% on all and gains less from 20%: the best rate lies between none and much."""
    table = rows(found, 19, world, "19a")
    assert table["10% on all"].income["US"] > table["20% on all"].income["US"]
    assert table["10% on all"].income["US"] > 0


def test_own_optimal_tariff_on_japan_is_interior() -> None:
    """Over a grid of US tariffs on all Japanese goods the United States gains most inside it, and then loses."""
    rates = (1, 3, 6, 10, 20, 40)
    variants = "".join(
        f"  {rate}%: {{add: [tariff: {{by: USA, on: Japan, sectors: goods, add: {rate}%}}]}}\n" for rate in rates
    )
    text = f"question: Which US tariff on Japan is best for the US?\nworld: 2022\npolicies: []\nvariants:\n{variants}"
    outcomes = solve_all(load_world("2022", "us-japan"), Scenario.from_text(text))
    us, japan = ([float(o.values["real_income"][o.region(code)]) for o in outcomes.values()] for code in ("USA", "JPN"))
    best = us.index(max(us))
    assert 0 < best < len(rates) - 1
    assert us[best] > 1 > us[-1]
    assert us == sorted(us[: best + 1]) + sorted(us[best + 1 :], reverse=True)
    assert japan == sorted(japan, reverse=True)
    assert japan[0] < 1


def test_a_composite_is_what_it_is_made_of() -> None:
    """Decoupling that is answered is two export controls, of one sector or of several, in any order."""
    goods = "sectors: [electronics, electrical equipment, machinery]"
    text = f"""
question: Is it the same however it is written?
world: 2022
policies: []
variants:
  composite: {{add: [decoupling: {{by: Japan, on: China, {goods}, severity: 50%, trade: exports, answer: same}}]}}
  two controls:
    add:
      - export control: {{by: Japan, on: China, {goods}, coverage: 50%}}
      - export control: {{by: China, on: Japan, {goods}, coverage: 50%}}
  two controls, sector by sector, the other way round:
    add:
      - export control: {{by: China, on: Japan, sectors: [machinery], coverage: 50%}}
      - export control: {{by: China, on: Japan, sectors: [electrical equipment, electronics], coverage: 50%}}
      - export control: {{by: Japan, on: China, {goods}, coverage: 50%}}
"""
    outcomes = list(solve_all(load_world("2022", "us-japan"), Scenario.from_text(text)).values())
    for other in outcomes[1:]:
        np.testing.assert_allclose(other.values["real_income"], outcomes[0].values["real_income"], rtol=0, atol=1e-9)


def test_transfers_and_balances_sum_to_nothing() -> None:
    """What some pay others receive, and one's surplus is another's deficit, in each outcome of the payments."""
    outcomes = solve_all(load_world("2022", "us-japan"), load_case("us-japan").scenario("02a-host-nation-support.yaml"))
    for outcome in outcomes.values():
        assert float(np.asarray(outcome.after.B).sum()) == pytest.approx(0, abs=1e-10)
        assert float(np.asarray(outcome.values["balance"]).sum()) == pytest.approx(0, abs=1e-9)
        bilateral = np.asarray(outcome.data["bilateral_balance_usd_bn"])
        np.testing.assert_allclose(bilateral, -bilateral.T, atol=1e-6)


def test_columns_add_up_to_the_world(found: CaseResult, world: str) -> None:
    for variant, row in rows(found, 19, world, "19a").items():
        total = value(found, 19, "world", variant, world)
        assert sum(row.equivalent_variation.values()) == pytest.approx(total, abs=1e-9)


def test_the_panel_starts_from_the_answer_of_the_case(found: CaseResult) -> None:
    (number,) = (result.claim.number for result in found.results if result.claim.panel)
    panel = panels(found.case, [number])[number]
    asked = found.find(number).claim.panel
    assert asked is not None
    (row,) = (r for r in rows(found, number, "2022", asked.scenario).values() if r.variant == asked.variant)
    assert panel.own.values["real income"] == pytest.approx(row.income["Japan"], rel=1e-9)
    assert panel.spreads["real income"].ranked
    assert panel.published


def test_every_claim_has_an_interval_around_its_single_answer(found: CaseResult, drawn: CaseDraws) -> None:
    """Central values are the means of elasticities: single answers lie among the draws."""
    assert all(not count.failed for count in drawn.counts)
    for result in found.results:
        one = drawn.headline(result.claim)
        assert one is not None
        alone = next(
            a.value for a in result.answers if (a.measure.key, a.variant, a.world) == (one.key, one.variant, one.world)
        )
        assert isinstance(alone, float)
        low, high = one.summary.quantiles[0], one.summary.quantiles[-1]
        assert low - 0.2 * abs(low) <= alone <= high + 0.2 * abs(high)
        assert drawn.welfare(result.claim) is not None


def test_more_withheld_is_worse_in_every_draw(drawn: CaseDraws) -> None:
    pairs = {(one.better, one.worse): one.probability for one in drawn.beats if one.claim == 4}
    for kind in ("strategic", "all goods"):
        steps = [f"{kind}, {share}" for share in ("10%", "25%", "50%", "100%")]
        assert all(pairs[step] == 1 for step in pairwise(steps))


def test_what_is_found_follows_the_draws(drawn: CaseDraws) -> None:
    takes = drawn.find(9, "takes", "goods halved, US tariff on Japan")
    closed = drawn.find(9, "takes", "goods closed, US tariff on Japan")
    anyway = drawn.find(12, "subsidy", "farm goods, US$ 8 bn in all")
    more = drawn.find(12, "subsidy", "farm goods, US$ 8 bn more")
    assert takes is not None
    assert closed is not None
    assert anyway is not None
    assert more is not None
    assert takes.summary.most[1] < closed.summary.most[0]
    assert anyway.summary.most == (0, 0)
    assert 0 < more.summary.most[0] < more.summary.most[1]
