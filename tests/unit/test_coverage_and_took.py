"""What is shown of bans, goals and commitments: sensitivity to coverage, amounts found, who bears the wedge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema
import numpy as np
import pytest
from worlds import random_world

from comity.model import Outcome, solve, solve_all
from comity.model.coverage import coverage_sensitivities
from comity.policy import Scenario
from comity.report import coverages, took
from comity.report.document import document
from comity.report.schema import result_schema
from comity.world import World, load_world

WORLD = random_world(3)
CONTROL = "export control: {name: chips, by: R0, on: R1, sectors: S1, coverage: 40%}"
FARM = "purchase commitment: {name: farm, buyer: R1, seller: R0, sectors: S1, value: US$VALUEm}"
DUTY = "tariff: {name: duty, by: R0, on: all, sectors: all, add: 10%}"
BASE = float(WORLD.total_flows[1, 1, 0])


def solved(*rules: str, world: World = WORLD) -> Outcome:
    return solve(world, Scenario.from_text("policies:\n" + "".join(f"  - {rule}\n" for rule in rules)))


def income(outcome: Outcome) -> list[float]:
    return list(100 * (outcome.values["real_income"] - 1))


@pytest.mark.parametrize("other", [(), (DUTY,), (CONTROL.replace("40%", "38%").replace("chips", "other"),)])
def test_a_tenth_of_a_coverage_is_what_writing_it_so_gives(other: tuple[str, ...]) -> None:
    """The same as the scenario with the other coverage; with a narrower ban beside it, which then holds instead."""
    found = coverage_sensitivities(solved(*other, CONTROL))[-1]
    assert found.rule == "chips"
    assert (found.coverage_pct, found.smaller_pct, found.larger_pct) == pytest.approx((40, 36, 44))
    narrower = other if "coverage: 38%" in "".join(other) else (*other, CONTROL.replace("40%", "36%"))
    less, more = solved(*narrower), solved(*other, CONTROL.replace("40%", "44%"))
    assert list(found.smaller.values()) == pytest.approx(income(less), abs=1e-9)  # type: ignore[union-attr]
    assert list(found.larger.values()) == pytest.approx(income(more), abs=1e-9)  # type: ignore[union-attr]
    assert found.smaller["R1"] > found.real_income_pct["R1"] > found.larger["R1"]  # type: ignore[index]
    assert found.points("R1")[0] == pytest.approx(found.smaller["R1"] - found.real_income_pct["R1"])  # type: ignore[index]


def test_a_whole_ban_can_only_be_narrower() -> None:
    found = coverage_sensitivities(solved(CONTROL.replace(", coverage: 40%", "")))[0]
    assert (found.coverage_pct, found.larger) == (100, None)
    assert found.smaller is not None
    nearly = coverage_sensitivities(solved(CONTROL.replace("40%", "95%")))[0]
    assert (nearly.larger_pct, nearly.smaller_pct) == pytest.approx((100, 85.5))


def test_no_ban_no_line() -> None:
    assert coverage_sensitivities(solved(DUTY)) == ()


def test_subsidies_and_amounts_that_were_found_stay() -> None:
    """With a goal the amount that it found is held: the duty then moves real income by itself."""
    goal = "goal: {vary: duty, outcome: imports, of: R0, is: -20%}"
    o = solved(DUTY, CONTROL, goal, FARM.replace("VALUE", f"{1.2 * BASE:.9f}"))
    (found,) = coverage_sensitivities(o)
    assert o.setting is not None
    (subsidy,) = o.setting.subsidies.values()
    assert subsidy > 0
    tariff = o.shock.tariff
    wider = replace(o.shock, available=np.where(o.shock.available < 1, 1 - 0.44, 1.0))
    assert (wider.tariff == tariff).all()
    assert list(found.larger.values()) == pytest.approx(income(solve(WORLD, wider)), abs=1e-9)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def chips() -> dict[str, Outcome]:
    text = (
        "policies:\n  - export control: {name: US, by: USA, on: China, nest: product,"
        " products: [advanced chips, chip-making equipment]}\n"
        "  - export control: {name: Korea, by: Korea, on: China, products: advanced chips}\n"
    )
    return solve_all(load_world("2022", preset="us-japan"), Scenario.from_text(text))


def test_controls_on_products_have_their_line_under_both_readings(chips: dict[str, Outcome]) -> None:
    part, product = ({c.rule: c for c in coverage_sensitivities(o)} for o in chips.values())
    assert list(part) == list(product) == ["US", "Korea"]
    assert part["Korea"].coverage_pct == pytest.approx(10)  # the table's share of Korea
    assert part["US"].larger_pct == pytest.approx(1.1 * part["US"].coverage_pct)
    assert product["US"].coverage_pct == pytest.approx(100)
    assert product["US"].larger is None
    for found in (*part.values(), *product.values()):
        assert found.smaller is not None
        assert found.smaller["CHN"] > found.real_income_pct["CHN"]


def test_the_table_has_one_line_a_rule_and_the_object_its_schema(chips: dict[str, Outcome]) -> None:
    found = {name: coverage_sensitivities(o) for name, o in chips.items()}
    table = coverages.coverage_table(found, ["CHN", "USA"])
    assert [row[:2] for row in table.rows] == [(name, rule) for name in chips for rule in ("US", "Korea")]
    assert table.columns[-1].unit == "% points"
    assert table.rows[2][3] > 0  # type: ignore[operator]
    assert table.rows[2][4] is None
    content = written(chips)
    content["coverages"] = {n: coverages.coverage_objects(some, ["CHN"]) for n, some in found.items()}
    jsonschema.validate(content, result_schema())


def written(outcomes: dict[str, Outcome]) -> dict[str, Any]:
    scenario = dict.fromkeys(("question", "source", "hash"), "") | {"policies": [], "options": {}, "variants": {}}
    code = next(iter(outcomes.values())).world.regions[0]
    return document(
        outcomes, version="0", scenario=scenario, caveats=[], regions=[code], pairs=[], sectors={}
    )  # fmt: skip


def test_what_goals_and_commitments_took_is_shown_and_written() -> None:
    goal = "goal: {vary: duty, outcome: imports, of: R0, is: -20%}"
    slack = FARM.replace("VALUE", f"{0.5 * BASE:.9f}")
    binding = FARM.replace("VALUE", f"{1.4 * BASE:.9f}")
    outcomes = {"slack": solved(slack, DUTY, goal), "binding": solved(binding)}
    found, bought, bearers = took.took_tables(outcomes)
    assert found.rows[0][:4] == ("slack", "duty", f"{outcomes['slack'].found[0].amount:,.5g}%", "imports of R0")
    binds = [c.name for c in bought.columns].index("binds")
    assert [row[binds] for row in bought.rows] == ["no", "yes"]
    one = outcomes["binding"].bought[0]
    assert bought.rows[1][binds + 1 :] == (one.subsidy_pct, one.outlay, one.border_price_pct, one.buyer_price_pct)
    assert {row[0] for row in bearers.rows} == {"binding", ""}  # a promise that is kept anyway is borne by nobody
    assert bearers.rows[0][3] == one.cost["R1"] > 0 > one.cost["R0"] == bearers.rows[1][3]
    assert took.took_tables({"scenario": outcomes["binding"]})[0].columns[0].name == "commitment"
    content = written(outcomes)
    jsonschema.validate(content, result_schema())
    assert content["variants"]["binding"]["purchases"][0]["cost_usd_bn"]["R1"] == pytest.approx(one.cost["R1"])
    assert content["variants"]["slack"]["found"][0]["amount"] == outcomes["slack"].found[0].amount
    assert took.took_tables({"none": solved(DUTY)}) == []


def test_the_wedge_lies_between_the_two_prices() -> None:
    """What the buyer's price falls by and what the seller's rises by make up the subsidy."""
    o = solved(FARM.replace("VALUE", f"{1.4 * BASE:.9f}"))
    (one,) = o.bought
    t = float(WORLD.tariff[1, 1, 0])
    left = (1 + one.buyer_price_pct / 100) / (1 + one.border_price_pct / 100)
    assert left == pytest.approx((1 + t - one.subsidy_pct / 100) / (1 + t))
    assert one.buyer_price_pct < 0 < one.border_price_pct
