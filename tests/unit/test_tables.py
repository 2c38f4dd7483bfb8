"""Tables, JSON and text as pure functions of outcomes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from worlds import random_world

from comity.errors import DataError, UnknownName
from comity.model.burden import burdens as of_burdens
from comity.model.counterfactual import solve_all
from comity.model.explanation import Explanation, Incidence, Part, Sensitivity
from comity.model.outcome import Outcome
from comity.policy.shock import Shock
from comity.report import burdens, changes, comparison, document, explanations, focus, sectors, tables, worlds
from comity.report.measures import ALWAYS, IF_NOT_ZERO, MEASURES
from comity.report.schema import result_schema
from comity.report.table import Column, Table, number, text

Outcomes = dict[str, Outcome]


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    """R0 taxes R1's S2 by 25 points more; then R1 answers by 10 points on S3."""
    world = random_world(1, regions=6, sectors=5)
    none = Shock.none(world)
    first, second = none.tariff.copy(), none.tariff.copy()
    first[2, 0, 1] += 0.25
    second[2, 0, 1] += 0.25
    second[3, 1, 0] += 0.10
    shocks = {"no answer": replace(none, tariff=first), "answer in kind": replace(none, tariff=second)}
    return {name: solve_all(world, shock)["shock"] for name, shock in shocks.items()}


@pytest.fixture
def explained() -> dict[str, Explanation]:
    """Two explanations made up by hand, the second with a channel that the first does not have."""
    trade = (Part("terms of trade", 0.3), Part("volume", -0.4))
    first = Explanation(
        region="R0",
        real_income_pct=-0.1,
        channels=trade,
        by_sector=(Part("S2", -0.2), Part("S1", 0.1)),
        by_partner=(Part("R1", -0.1),),
        budget=(Part("factor income", -0.1),),
        sensitivity=(Sensitivity("trade elasticity, S2", 5.0, -0.01),),
        incidence=(Incidence("R0", "R1", "S2", 10.0, 35.0, -0.5, 22.0, 1.5),),
        gap=1e-12,
    )
    second = replace(first, real_income_pct=0.0, channels=(*trade, Part("transfers", 0.1)), incidence=())
    return {"no answer": first, "answer in kind": second}


@pytest.mark.long
def test_burdens_and_purchases_of_public_money() -> None:
    world = random_world(1)
    none = Shock.none(world)
    sources = np.zeros_like(none.tariff)
    sources[:, :, 0] = 1
    gift = np.array([-10.0, 10.0, 0.0])
    shocks = {
        "cash": replace(none, transfer=gift),
        "in host": replace(none, transfer=gift, public=np.array([0, 10.0, 0]), public_sources=sources),
    }
    found = {name: solve_all(world, shock)["shock"] for name, shock in shocks.items()}
    parts = {name: of_burdens(o) for name, o in found.items()}
    table = burdens.burden_table(world, parts)
    assert [row[0] for row in table.rows] == ["cash", "", "in host", ""]
    for row in table.rows:
        assert sum(row[3:7]) == pytest.approx(row[7])  # type: ignore[arg-type]
        assert row[8] == pytest.approx(100 * row[4] / row[3])  # type: ignore[operator]
    assert burdens.burden_table(world, {"cash": parts["cash"]}).columns[0].name == "region"
    assert burdens.buyers(found) == ["R1"]
    assert burdens.suppliers({"in host": found["in host"]}, "R1") == ["R0"]
    (bought,) = burdens.purchases_object(found)["in host"]
    rate = 1 + np.asarray(found["in host"].policy.t)[:, 1, 0]
    assert bought["purchases_usd_bn"] == pytest.approx((0.01 * none.public_mix[1] / rate).sum())
    assert burdens.purchases_object(found)["cash"] == []
    assert burdens.purchases_table(found).rows[0][:2] == ("R1", "R0")
    assert set(focus.in_focus({"in host": found["in host"]})) == {"R0", "R1"}


def test_winners_come_before_losers(outcomes: Outcomes) -> None:
    world = outcomes["no answer"].world
    chosen = sectors.most_moved(outcomes, "R0", 4)
    gains = outcomes["no answer"].data["value_added_change_usd_bn"].sel(region="R0", sector=chosen).values
    assert (np.diff(gains) <= 0).all()
    row = sectors.sectors_moved(outcomes, {"R0": chosen}).rows[0]
    assert row[3] == pytest.approx(gains[0])
    assert len(set(chosen)) == 4 <= len(world.sectors)


def test_numbers_have_no_negative_zero_and_no_nan() -> None:
    assert number(-1e-9, 3) == "0.000"
    assert number(float("inf"), 1) == "-"
    assert number(-1234.5, 0) == "-1,234"
    assert text(False, 0) == "NO"
    assert text(None, 2) == "-"


def test_those_who_act_and_those_acted_upon_are_in_focus(outcomes: Outcomes) -> None:
    assert set(focus.in_focus(outcomes)) == {"R0", "R1"}
    assert focus.in_focus(outcomes, ["R3"]) == ["R3"]
    world = outcomes["no answer"].world
    none = solve_all(world, Shock.none(world))
    assert focus.involved(none) == []
    assert len(focus.in_focus(none)) == focus.MOST_IN_FOCUS


def test_headline_holds_the_numbers_of_the_outcome_and_the_sum_of_the_world(outcomes: Outcomes) -> None:
    table = tables.headline(outcomes, ["R0", "R1"])
    data = outcomes["answer in kind"].data
    assert table.rows[1][3] == pytest.approx(float(data["real_income_pct"].sel(region="R1")))
    assert table.rows[-1][0] == "World"
    assert table.rows[-1][4] == pytest.approx(float(data["equivalent_variation_usd_bn"].sum()))
    assert any("2 of 6 regions" in note for note in table.notes)


def test_public_goods_are_said_to_be_valued_at_zero_where_there_are_any(outcomes: Outcomes) -> None:
    world, shock = outcomes["no answer"].world, outcomes["no answer"].shock
    buys = solve_all(world, shock, revenue="public")
    adds = solve_all(world, replace(shock, public=np.eye(6)[0] * 0.01 * world.final_spending.sum()))
    for found, said in ((outcomes, False), (buys, True), (adds, True)):
        assert any("valued at zero" in note for note in tables.headline(found, ["R0"]).notes) == said


def test_every_column_of_numbers_states_a_unit_or_its_rows_do(
    outcomes: Outcomes, explained: dict[str, Explanation]
) -> None:
    world = outcomes["no answer"].world
    shown = [
        tables.headline(outcomes, world.regions),
        tables.detail(outcomes, ["R0"]),
        tables.bilateral(outcomes, [("R0", "R1")]),
        sectors.sectors_moved(outcomes, {"R0": list(world.sectors)}),
        *explanations.explanation_tables(world, explained),
        *worlds.world_tables(world, world.check()),
        changes.change_table("what", world, outcomes["no answer"].shock),
    ]
    counts = {"cells", "value"}
    for table in shown:
        by_row = any(column.name == "unit" for column in table.columns)
        bare = [c.name for c in table.columns if c.digits is not None and not c.unit and c.name not in counts]
        assert by_row or not bare, f"{table.title}: {bare} without a unit"
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_prices_say_that_they_are_not_inflation(outcomes: Outcomes) -> None:
    table = tables.detail(outcomes, ["R0"])
    assert any("relative to world factor income" in str(row[1]) for row in table.rows)
    assert any("not inflation" in note for note in table.notes)


def test_bilateral_balance_before_plus_change_is_after(outcomes: Outcomes) -> None:
    goods, everything = tables.bilateral(outcomes, tables.pairs_of(["R0", "R1"])).rows
    data = outcomes["no answer"].data
    for row, name in ((goods, "goods_balance_usd_bn"), (everything, "bilateral_balance_usd_bn")):
        assert row[3] + row[4] == pytest.approx(float(data[name].sel(region="R0", partner="R1")))  # type: ignore[operator]


def test_measures_are_all_in_the_outcome_with_the_unit_they_claim(outcomes: Outcomes) -> None:
    data = outcomes["no answer"].data
    words = {"%": "percent", "US$ bn": "US$ billion"}
    assert {m.name: words[m.unit] for m in MEASURES} == {m.name: data[m.name].attrs["units"] for m in MEASURES}
    assert set(ALWAYS) | set(IF_NOT_ZERO) <= {m.name for m in MEASURES}


def test_json_object_fits_its_schema(outcomes: Outcomes) -> None:
    world = outcomes["no answer"].world
    content = document.document(
        outcomes,
        version="0.0.0",
        scenario={"question": "", "source": "test", "policies": [], "options": {}, "hash": "", "variants": {}},
        caveats=["made up"],
        regions=world.regions,
        pairs=[("R0", "R1")],
        sectors={"R0": ["S1"]},
    )
    jsonschema.validate(json.loads(json.dumps(content, allow_nan=False)), result_schema())
    for variant in content["variants"].values():
        assert variant["certificate"]["passed"] is True
        assert variant["certificate"]["max_residual"] <= 1e-10


def test_an_explanation_sets_variants_side_by_side(outcomes: Outcomes, explained: dict[str, Explanation]) -> None:
    found = explanations.explanation_tables(outcomes["no answer"].world, explained)
    *parts, total = found[0].rows
    assert parts == [("terms of trade", 0.3, 0.3), ("volume", -0.4, -0.4), ("transfers", 0.0, 0.1)]
    assert total == ("real income", -0.1, 0.0)
    titles = [table.title for table in found]
    assert "Who bears the tariffs (no answer)" in titles
    assert "Who bears the tariffs (answer in kind)" not in titles
    (behind,) = [table for table in found if table.title == "Sectors and partners behind it (no answer)"]
    assert behind.rows == (("S2", -0.2, "R1", -0.1), ("S1", 0.1, "", None))


def test_changes_are_told_with_rates_before_and_after(outcomes: Outcomes) -> None:
    world, shock = outcomes["answer in kind"].world, outcomes["answer in kind"].shock
    rows = changes.change_table("what", world, shock).rows
    before = 100 * world.tariff[2, 0, 1]
    assert rows[0] == (
        "tariff on the border value",
        "R0",
        "R1",
        "S2",
        pytest.approx(before),
        pytest.approx(before + 25),
        "%",
        1,
    )
    assert changes.cells(world, shock) == 2
    assert "Nothing changes" in changes.change_table("what", world, Shock.none(world)).notes[0]


def test_every_instrument_is_told() -> None:
    world = random_world(2, regions=9, sectors=3)
    none = Shock.none(world)
    transfer = np.zeros(9)
    transfer[:2] = 1000, -1000
    shock = replace(
        none,
        export_tax=none.export_tax + 0.1 * ~np.eye(9, dtype=bool),
        iceberg=np.where(np.arange(9) == 1, 1.1, none.iceberg),
        available=np.where(np.arange(9) == 2, 0.5, none.available),
        productivity=none.productivity * 1.02,
        factors=none.factors * 1.01,
        transfer=transfer,
        public=transfer.clip(0),
    )
    rows = changes.change_table("what", world, shock).rows
    told = {row[0] for row in rows}
    assert told >= {"export tax on the producer's price", "trade cost added", "varieties that end", "productivity",
                    "factor supply", "transfer received", "added public absorption"}  # fmt: skip
    assert ("transfer received", "R0", "", "", 0.0, pytest.approx(1.0), "US$ bn", 1) in rows
    assert any(row[2] == "8 regions" for row in rows)


def test_comparison_shows_the_difference_and_what_was_computed_differently(outcomes: Outcomes) -> None:
    left, right = (outcome.data for outcome in outcomes.values())
    ((title, a, b),) = comparison.paired({"x": left}, {"y": right})
    assert title == "x / y"
    row = comparison.income(title, a, b).rows[0]
    assert row[3] == pytest.approx(float(row[2]) - float(row[1]))  # type: ignore[arg-type]
    assert comparison.differences(left, left) == []
    balanced = left.assign_attrs(closure_imbalances="balanced")
    assert comparison.differences(left, balanced) == ["imbalances: fixed in A, balanced in B"]


def test_results_without_anything_in_common_are_refused(outcomes: Outcomes) -> None:
    left = outcomes["no answer"].data
    with pytest.raises(DataError, match="no name is in both"):
        comparison.paired({"a": left, "b": left}, {"c": left, "d": left})
    with pytest.raises(DataError, match="no region in common"):
        comparison.shared_regions(left, left.assign_coords(region=list("UVWXYZ")))
    with pytest.raises(UnknownName, match="XXX"):
        comparison.known(["XXX"], ["R0"])


def test_world_tables_show_what_was_repaired_and_what_is_known() -> None:
    world = random_world(3)
    shown = {table.title: table for table in worlds.world_tables(world, world.check())}
    assert len(shown["What was done to the data"].rows) == len(world.history)
    assert all(row[1] is True for row in shown["Accounting identities"].rows)
    content = worlds.world_document(world, world.check())
    assert content["hash"] == world.hash
    assert re.fullmatch(r"[0-9a-f]{64}", content["hash"])


def test_a_table_may_give_each_row_its_own_decimals() -> None:
    table = Table("t", (Column("a"), Column("b", "", 3)), (("x", 1.23456), ("y", 1.23456)), row_digits=(1, 2))
    assert [text(row[1], table.digits(i, 1)) for i, row in enumerate(table.rows)] == ["1.2", "1.23"]
