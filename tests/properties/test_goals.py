"""Goals and purchase commitments, solved: derivatives, inverses, several at once, complementarity, what cannot be."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import random_world

from comity.errors import NoEquilibrium, ScenarioError, Unreachable
from comity.model import solve, solve_all
from comity.model.accounts import accounts_of
from comity.model.counterfactual import problem, run
from comity.model.goals import derivative
from comity.model.newton import Trial, least, newton, search
from comity.model.readings import reading
from comity.policy import Goal, Scenario, Shock
from comity.policy.levers import levers, moved
from comity.policy.outcomes import OUTCOMES

WORLD = random_world(3)
DUTY = "  - tariff: {name: duty, by: R0, on: all, sectors: all, add: 10%}\n"
PAY = "  - transfer: {name: pay, from: R1, to: R0, add: US$1m}\n"


def read(*rules: str, variants: str = "") -> Scenario:
    return Scenario.from_text("policies:\n" + "".join(rules) + variants, source="q.yaml")


def solved(*rules: str, **options):
    return solve(WORLD, read(*rules), **options)


def trade(o, importer: int, exporter: int, sectors: list[int]) -> float:
    """Border value, US$ bn."""
    return float(o.data["trade_usd_bn"].values[sectors, importer, exporter].sum())


EVERY = """\
  - tariff: {by: R0, on: R1, sectors: all, add: 10%, coverage: 60%}
  - tariff: {by: R1, on: R0, sectors: S1, to: 30%}
  - export tax: {by: R0, on: R1, sectors: S2, add: 5%}
  - non-tariff cost: {by: R0, on: ROW, sectors: all, add: 5%}
  - import ban: {by: R0, on: R1, sectors: S1, coverage: 20%}
  - export control: {by: ROW, on: R1, sectors: S1, coverage: 20%}
  - transfer: {from: R0, to: R1, add: US$5m}
  - productivity: {of: R0, sectors: S2, add: 5%}
  - purchase commitment: {buyer: ROW, seller: R0, sectors: S1, value: US$1m}
"""


def goal_for(outcome: str, sectors: tuple[str, ...]) -> Goal:
    asked = OUTCOMES[outcome]
    words = {"with_": "R0"} if asked.partner else {}
    words |= {"sectors": sectors} if asked.sectors else {}
    return Goal(vary=0, outcome=outcome, of="R1", is_="1%" if asked.unit == "%" else "US$1bn", **words)


def test_derivatives_by_every_lever_are_those_of_full_solves():
    """Central differences of certified outcomes, for every outcome that a world without classification can tell."""
    setting = read(EVERY).settings(WORLD)[0]
    o = run(problem(WORLD, setting.shock))
    goals = {name: goal_for(name, ("S1", "S2")) for name in OUTCOMES if name != "goods balance"}
    readings = {name: reading(goal, setting.scope, o) for name, goal in goals.items()}
    for of in levers(setting):
        step = 1e-4 if of.unit == "%" else 0.02
        if of.amount - step < of.low:  # a subsidy of zero: measured where it is not at its bound
            setting = moved(setting, {of.position: 0.1})
            o, of = run(problem(WORLD, setting.shock)), replace(of, amount=0.1)
        moves = derivative(setting, o, of)
        ends = [run(problem(WORLD, moved(setting, {of.position: of.amount + d}).shock)) for d in (step, -step)]
        for name, read_one in readings.items():
            up, down = (read_one.value(accounts_of(end)) for end in ends)
            size = max(abs(up - down) / (2 * step), 1e-3 * read_one.factor / of.size)
            assert read_one.slope(moves) == pytest.approx((up - down) / (2 * step), abs=2e-5 * size), (of.title, name)


def test_what_a_goal_finds_is_reported_as_the_outcome_shows_it():
    """Every outcome of the table read for a goal is the number of the variable that the table names."""
    o = solved(EVERY)
    setting = read(EVERY).settings(WORLD)[0]
    for name, asked in OUTCOMES.items():
        if name == "goods balance":
            continue
        one = goal_for(name, ("S1",))
        place = {"region": "R1", "partner": "R0", "exporter": "R1", "importer": "R0", "sector": "S1"}
        data = o.data[asked.variable]
        shown = float(data.sel({d: place[d] for d in data.dims}))
        assert reading(one, setting.scope, o).value(accounts_of(o)) == pytest.approx(shown, rel=1e-12, abs=1e-12), name


@pytest.mark.parametrize("amount", ["-3%", "17%", "80%"])
@pytest.mark.parametrize(
    ("outcome", "more"),
    [("imports", ""), ("bilateral balance", ", with: R1"), ("trade", ", with: R1, sectors: [S1, S2]")],
)
def test_a_goal_is_the_inverse_of_a_solve(amount, outcome, more):
    duty = DUTY.replace("10%", amount)
    then = solved(duty)
    known = f"{{drop: duty, add: [tariff: {{by: R0, on: all, sectors: all, add: {amount}}}]}}"
    scenario = read(
        DUTY,
        variants=f"variants:\n  known: {known}\n"
        f"  asked: {{add: [goal: {{vary: duty, outcome: {outcome}, of: R0{more}, same as: known}}]}}\n",
    )
    found = solve_all(WORLD, scenario)["asked"]
    assert found.certificate.passed
    assert found.found[0].amount == pytest.approx(float(amount.rstrip("%")), abs=1e-6)
    assert np.allclose(found.shock.tariff, then.shock.tariff, rtol=0, atol=1e-8)
    assert found.found[0].reached == pytest.approx(found.found[0].target, rel=1e-9)
    assert found.found[0].first_guess == 10


def test_same_as_solves_the_other_variant_only_once_and_first():
    text = (
        "variants:\n  asked: {drop: duty, add: [goal: {vary: pay, outcome: real income, of: R1, same as: threat}]}\n"
        "  threat: {drop: pay}\n"
    )
    scenario = read(DUTY, PAY, variants=text)
    both = solve_all(WORLD, scenario)
    assert list(both) == ["asked", "threat"]
    alone = solve(WORLD, scenario, variant="asked")
    income = [float(o.values["real_income"][1]) for o in (both["asked"], both["threat"], alone)]
    assert income[0] == pytest.approx(income[1], abs=1e-11)
    assert income[0] == income[2]
    assert both["asked"].found[0].amount_unit == "US$ bn"
    assert both["asked"].setting.rules[0].rule.add == pytest.approx(1000 * both["asked"].found[0].amount)


def test_two_goals_are_met_together():
    goals = (
        "goal: {vary: duty, outcome: bilateral balance, of: R1, with: R0, same as: known}",
        "goal: {name: fair, vary: pay, outcome: real income, of: R1, same as: known}",
    )
    known = "{drop: [duty, pay], add: [tariff: {by: R0, on: all, sectors: all, add: 25%}, "
    known += "transfer: {from: R1, to: R0, add: US$3m}]}"
    o = solve(
        WORLD, read(DUTY, PAY, variants=f"variants:\n  known: {known}\n  asked: {{add: [{', '.join(goals)}]}}\n"),
        variant="asked",
    )  # fmt: skip
    first, second = o.found
    assert (first.rule, second.rule, second.goal) == ("duty", "pay", "fair")
    assert (first.amount, second.amount) == pytest.approx((25, 0.003), rel=1e-7)
    assert o.data["real_income_pct"].sel(region="R1") == pytest.approx(second.target, abs=1e-9)
    assert float(o.data["bilateral_balance_usd_bn"].sel(region="R1", partner="R0")) == pytest.approx(
        first.target, rel=1e-8
    )
    assert any("was found such that" in note for note in o.notes)


def test_two_goals_that_exclude_each_other_report_both():
    balance = "  - goal: {vary: duty, outcome: bilateral balance, of: R1, with: R0, change: -20%}\n"
    with pytest.raises(Unreachable, match=r"bilateral balance of R1 .*; real income of R1 is to be 30%; the closest"):
        solved(DUTY, PAY, balance, "  - goal: {vary: pay, outcome: real income, of: R1, is: 30%}\n")


def test_dollars_of_a_year_scale_target_and_amount():
    plain = solved(PAY, "  - goal: {vary: pay, outcome: equivalent variation, of: R1, is: -US$40m}\n")
    scaled = solved(
        PAY.replace("US$1m", "US$1m, dollars: 2025"),
        "  - goal: {vary: pay, outcome: equivalent variation, of: R1, is: -US$40m, dollars: 2025}\n",
    )
    from comity.policy.nominal import scale

    assert scaled.found[0].target == pytest.approx(plain.found[0].target * scale(2025, 2022))
    assert scaled.found[0].dollars == 2025
    paid = -float(scaled.shock.transfer[1]) / 1000
    assert paid == pytest.approx(scaled.found[0].amount * scale(2025, 2022), rel=1e-12)


def test_an_unreachable_goal_reports_the_closest():
    with pytest.raises(Unreachable, match=r"real income of R0 is to be 60%; the closest that was reached is") as caught:
        solved(DUTY, "  - goal: {vary: duty, outcome: real income, of: R0, is: 60%}\n")
    assert caught.value.exit_code == 4
    best, at_amount = re.search(r"reached is ([\d.]+)%, with duty at ([\d,.]+)%", str(caught.value)).groups()
    there = solved(DUTY.replace("10%", f"'{at_amount}%'")).data["real_income_pct"].values[0]
    assert there == pytest.approx(float(best), rel=1e-3)
    for tried in (0, 10, 30, 100, 300, 800):
        assert solved(DUTY.replace("10%", f"{tried}%")).data["real_income_pct"].values[0] <= float(best) + 1e-6


def test_bounds_are_kept_and_said():
    goal = "  - goal: {vary: duty, outcome: imports, of: R0, is: -40%, between: [0%, 20%]}\n"
    with pytest.raises(Unreachable, match=r"duty at 20% \(looked between 0% and 20%\)"):
        solved(DUTY, goal)
    with pytest.raises(ScenarioError, match=r"q\.yaml, line 3: .*first guess"):
        solved(DUTY, goal.replace("[0%, 20%]", "[11%, 20%]"))


def test_an_outcome_that_does_not_move_is_unreachable():
    """Under fixed imbalances no tariff moves a trade balance."""
    with pytest.raises(Unreachable, match="trade balance of R0"):
        solved(DUTY, "  - goal: {vary: duty, outcome: trade balance, of: R0, change: 10%}\n")
    zero = "  - goal: {vary: duty, outcome: export-tax revenue, of: R0, change: 10%}\n"
    with pytest.raises(ScenarioError, match="zero in the baseline"):
        solved(DUTY, zero)


def test_a_goal_finds_a_way_over_flat_ground():
    """A cap that binds nowhere at first has no slope; the search looks further."""
    cap = "  - tariff: {name: cap, by: R0, on: all, sectors: all, cap: 200%}\n"
    o = solved(cap, "  - goal: {vary: cap, outcome: tariff revenue, of: R0, change: -50%}\n")
    assert o.found[0].reached == pytest.approx(o.found[0].baseline / 2, rel=1e-9)
    assert o.found[0].amount < 30


COMMITMENT = "  - purchase commitment: {name: farm, buyer: R1, seller: R0, sectors: S1, AMOUNT}\n"


def commitment(value: str, name: str = "farm", sectors: str = "S1") -> str:
    return COMMITMENT.replace("AMOUNT", value).replace("farm", name).replace("S1", sectors)


BASE = float(WORLD.total_flows[1, 1, 0]) / 1e3
"""What R1 buys of S1 from R0 where nothing changes, US$ bn."""


@pytest.mark.parametrize("other", ["", DUTY])
def test_a_commitment_met_anyway_does_nothing(other):
    with_it = solved(*filter(None, [other, commitment(f"value: US${1000 * (0.5 * BASE):.12f}m")]))
    without = solve(WORLD, read(other) if other else Shock.none(WORLD))
    bought = with_it.bought[0]
    assert (bought.binding, bought.subsidy_pct, bought.outlay) == (False, 0, 0)
    assert np.array_equal(with_it.values["real_income"], without.values["real_income"])
    assert np.array_equal(with_it.shock.tariff, without.shock.tariff)
    assert set(bought.cost.values()) == {0.0}
    assert "does not bind" in bought.sentence()


def test_a_binding_commitment_is_kept_exactly_and_paid_by_the_buyer():
    value = 1.5 * BASE
    o = solved(commitment(f"value: US${1000 * (value):.12f}m"))
    bought, base = o.bought[0], solve(WORLD, Shock.none(WORLD))
    assert bought.binding
    assert trade(o, 1, 0, [1]) == pytest.approx(value, rel=1e-9)
    assert (bought.asked, bought.reached, bought.baseline) == pytest.approx((value, value, BASE), rel=1e-9)
    subsidy = bought.subsidy_pct / 100
    assert np.allclose(o.shock.tariff[1, 1, 0], WORLD.tariff[1, 1, 0] - subsidy)
    assert bought.outlay == pytest.approx(subsidy * value)
    ev = o.data["equivalent_variation_usd_bn"].values
    assert list(bought.cost.values()) == pytest.approx(-ev)
    assert bought.cost["R1"] > 0 > bought.cost["R0"]
    moved_by = o.data["trade_usd_bn"].values[1, 1] - base.data["trade_usd_bn"].values[1, 1]
    assert list(bought.suppliers.values()) == pytest.approx(moved_by)
    assert bought.suppliers["R0"] > 0 > bought.suppliers["R1"]
    border = o.after.border[1, 1, 0]
    assert bought.border_price_pct == pytest.approx(100 * (border - 1))
    wedge = (1 + o.shock.tariff[1, 1, 0]) / (1 + WORLD.tariff[1, 1, 0])
    assert bought.buyer_price_pct == pytest.approx(100 * (border * wedge - 1))


def test_a_commitment_to_add_is_one_to_the_sum():
    added, whole = (
        solved(commitment(v))
        for v in (f"add: US${1000 * (0.3 * BASE):.12f}m", f"value: US${1000 * (1.3 * BASE):.12f}m")
    )
    assert added.bought[0].subsidy_pct == pytest.approx(whole.bought[0].subsidy_pct, rel=1e-6)
    assert added.bought[0].asked == pytest.approx(1.3 * BASE, rel=1e-8)


def test_one_commitment_may_make_another_slack():
    """The wider one binds and carries the narrower with it, which then needs no subsidy of its own; in either order."""
    wide = trade(solve(WORLD, Shock.none(WORLD)), 1, 0, [0, 1, 2])
    narrow = commitment(f"value: US${1000 * (1.02 * BASE):.12f}m")
    all_goods = commitment(f"value: US${1000 * (1.6 * wide):.12f}m", "all", "[S0, S1, S2]")
    alone = solved(narrow)
    assert alone.bought[0].binding
    one, two = solved(narrow, all_goods), solved(all_goods, narrow)
    assert {b.rule: b.binding for b in one.bought} == {"farm": False, "all": True}
    assert {b.rule: b.binding for b in two.bought} == {"farm": False, "all": True}
    assert np.array_equal(one.shock.tariff, two.shock.tariff) or np.allclose(
        one.shock.tariff, two.shock.tariff, atol=1e-9
    )
    only = solved(all_goods)
    assert np.allclose(one.values["real_income"], only.values["real_income"], rtol=0, atol=1e-11)


def test_two_commitments_may_both_bind():
    other = commitment("value: US$VALUEm", "other", "S2")
    base = trade(solve(WORLD, Shock.none(WORLD)), 1, 0, [2])
    o = solved(commitment(f"value: US${1000 * (1.4 * BASE):.12f}m"), other.replace("VALUE", f"{1200 * base:.12f}"))
    assert all(b.binding for b in o.bought)
    assert trade(o, 1, 0, [1]) == pytest.approx(1.4 * BASE, rel=1e-8)
    assert trade(o, 1, 0, [2]) == pytest.approx(1.2 * base, rel=1e-8)


def test_a_goal_may_vary_a_commitment_and_stand_beside_one():
    goal = "  - goal: {vary: farm, outcome: bilateral balance, of: R0, with: R1, change: US$VALUEm}\n"
    balance = 0.2 * BASE
    o = solved(commitment("value: US$1m, dollars: 2025"), goal.replace("VALUE", f"{1000 * balance:.12f}"))
    found, bought = o.found[0], o.bought[0]
    assert found.reached == pytest.approx(found.baseline + balance, rel=1e-8)
    assert found.dollars == 2025
    assert bought.reached == pytest.approx(bought.asked, rel=1e-9)
    again = solved(commitment(f"value: US${1000 * (found.amount):.12f}m, dollars: 2025"))
    assert again.bought[0].subsidy_pct == pytest.approx(bought.subsidy_pct, abs=1e-6)
    beside = solved(
        commitment(f"value: US${1000 * (1.4 * BASE):.12f}m"),
        DUTY,
        "  - goal: {vary: duty, outcome: imports, of: R0, is: -20%}\n",
    )
    assert trade(beside, 1, 0, [1]) == pytest.approx(1.4 * BASE, rel=1e-8)
    assert beside.data["imports_pct"].sel(region="R0") == pytest.approx(-20, abs=1e-7)


def test_a_commitment_beyond_the_market_reports_the_largest():
    with pytest.raises(
        Unreachable, match=r"farm asks for purchases of US\$900,000 bn; the largest .* import subsidy of"
    ):
        solved(commitment("value: US$900000bn"))


def test_no_equilibrium_at_the_first_guess_is_said_as_it_is():
    with pytest.raises((NoEquilibrium, ScenarioError)):
        solved(PAY.replace("US$1m", "US$900bn"), "  - goal: {vary: pay, outcome: real income, of: R1, is: -2%}\n")


@pytest.mark.parametrize(
    "options",
    [
        {"imbalances": "balanced"},
        {"kappa": 1.0},
        pytest.param({"sourcing": "by-use"}, marks=pytest.mark.long),  # another program to compile
        {"imbalances": "output"},
    ],
)
def test_goals_and_commitments_are_met_under_other_closures(options):
    goal = "  - goal: {vary: duty, outcome: real income, of: R1, is: -1.5%}\n"
    o = solved(DUTY, goal, commitment("add: US$1m"), **options)
    assert o.data["real_income_pct"].sel(region="R1") == pytest.approx(-1.5, abs=1e-8)
    bought = o.bought[0]
    assert bought.reached >= bought.asked * (1 - 1e-9)
    assert bought.binding == (bought.subsidy_pct > 0)


@settings(max_examples=8, deadline=None)
@given(st.floats(-0.05, 0.6), st.floats(0.02, 0.5), st.sampled_from(["R0", "R1"]))
def test_random_tariffs_are_found_again(amount, guess, region):
    known = DUTY.replace("10%", f"{100 * amount:.12f}%")
    imports = 100 * float(solved(known).values["imports"][0] - 1)
    o = solved(
        DUTY.replace("10%", f"{100 * guess:.12f}%"),
        f"  - goal: {{vary: duty, outcome: imports, of: R0, is: {imports:.13f}%}}\n",
    )
    assert o.found[0].amount == pytest.approx(100 * amount, abs=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.floats(0.5, 2.0))
def test_random_commitments_are_complementary(ratio):
    o = solved(commitment(f"value: US${1000 * (ratio * BASE):.12f}m"))
    bought = o.bought[0]
    assert bought.subsidy_pct >= 0
    assert bought.reached >= bought.asked * (1 - 1e-9)
    assert min(bought.subsidy_pct / 100, bought.reached / bought.asked - 1) == pytest.approx(0, abs=1e-9)
    assert bought.binding == (ratio > 1)


def at(function, floor=False):
    return lambda x: Trial(x, np.array(function(x)), np.full(len(x), floor), None)


def test_newton_takes_the_side_of_a_complementary_condition_that_holds():
    low, high = np.zeros(1), np.full(1, 9.0)
    for shift, expected in ((2.0, 2.0), (-1.0, 0.0)):
        evaluate = at(lambda x, shift=shift: x - shift, floor=True)
        found = newton(evaluate, lambda t: np.eye(1), evaluate(np.array([5.0])), low, high)
        assert found.x[0] == expected


def test_search_and_least_find_what_newton_cannot():
    evaluate = at(lambda x: np.arctan(50 * (x - 3.3)))
    points = np.linspace(0, 10, 9)
    assert search(evaluate, evaluate(np.zeros(1)), points).x[0] == pytest.approx(3.3)
    parabola = at(lambda x: (x - 0.7) ** 2 + 1)
    assert search(parabola, parabola(np.zeros(1)), points).x[0] == pytest.approx(0.7, abs=1e-2)
    apart = at(lambda x: [x[0] ** 2 + x[1] ** 2 + 1, x[0] - x[1]])
    found = least(apart, lambda t: np.array([[2 * t.x[0], 2 * t.x[1]], [1, -1.0]]), apart(np.array([0.5, 0.2])),
                  np.full(2, -1.0), np.ones(2))  # fmt: skip
    assert found.x == pytest.approx([0, 0], abs=1e-4)
