"""Each instrument on a small world: what it changes, what it leaves, what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from comity.errors import ScenarioError
from comity.policy import (
    ExportControl,
    ExportTax,
    ImportBan,
    NonTariffCost,
    Productivity,
    Rate,
    Scenario,
    Scope,
    Shock,
    Tariff,
    Transfer,
    apply,
)
from comity.policy.instruments import INSTRUMENTS, instrument_named, instrument_of
from comity.policy.nominal import scale, us_gdp
from comity.world import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


def done(world: World, *rules: Any) -> Shock:
    return Scenario(policies=rules).shocks(world)["scenario"]


def cell(world: World, sector: str, importer: str, exporter: str) -> tuple[int, int, int]:
    return world.sectors.index(sector), world.regions.index(importer), world.regions.index(exporter)


def changed(before: np.ndarray, after: np.ndarray) -> set[tuple[int, ...]]:
    return {tuple(int(i) for i in place) for place in np.argwhere(before != after)}


def test_a_tariff_to_a_rate_touches_its_cell_only(world: World) -> None:
    shock = done(world, Tariff(by="USA", on="JPN", sectors="cars", to="25%"))
    place = cell(world, "C29", "USA", "JPN")
    assert shock.tariff[place] == 0.25
    assert changed(world.tariff, shock.tariff) == {place}
    none = Shock.none(world)
    for name in ("export_tax", "iceberg", "available", "productivity", "transfer", "public", "factors", "subsidy"):
        assert np.array_equal(getattr(shock, name), getattr(none, name))


def test_add_cap_and_coverage_are_linear_in_the_rate(world: World) -> None:
    place = cell(world, "C29", "USA", "JPN")
    base = world.tariff[place]
    assert base > 0
    add = done(world, Tariff(by="USA", on="JPN", sectors="cars", add=0.25, coverage="94%"))
    assert add.tariff[place] == pytest.approx(base + 0.94 * 0.25, abs=1e-15)
    to = done(world, Tariff(by="USA", on="JPN", sectors="cars", to=0.25, coverage=0.5))
    assert to.tariff[place] == pytest.approx(base + 0.5 * (0.25 - base), abs=1e-15)
    cap = done(world, Tariff(by="USA", on="JPN", sectors="cars", cap=base / 2))
    assert cap.tariff[place] == pytest.approx(base / 2, abs=1e-15)
    assert np.array_equal(done(world, Tariff(by="USA", on="JPN", sectors="cars", cap="90%")).tariff, world.tariff)


def test_without_sectors_a_tariff_is_on_goods_and_home_sales_are_never_touched(world: World) -> None:
    shock = done(world, Tariff(by="all", on="others", add="100%"))
    home = np.eye(len(world.regions), dtype=bool)
    services = [world.sectors.index(code) for code in ("SERV", "OTQ")]
    goods = [j for j in range(len(world.sectors)) if j not in services]
    assert np.array_equal(shock.tariff[services], world.tariff[services])
    assert np.array_equal(shock.tariff[:, home], world.tariff[:, home])
    assert np.allclose(shock.tariff[goods][:, ~home], world.tariff[goods][:, ~home] + 1)


def test_an_export_tax_stands_on_the_exporters_side(world: World) -> None:
    shock = done(world, ExportTax(by="CHN", on="USA", sectors="electronics", to="10%"))
    assert changed(world.export_tax, shock.export_tax) == {cell(world, "C26", "USA", "CHN")}
    assert shock.export_tax.max() == 0.1


def test_non_tariff_costs_add_up(world: World) -> None:
    place = cell(world, "C26", "USA", "CHN")
    rule = NonTariffCost(by="USA", on="CHN", sectors="electronics", add="5%", coverage="50%")
    assert done(world, rule).iceberg[place] == 1.025
    assert done(world, rule, rule).iceberg[place] == pytest.approx(1.05)
    with pytest.raises(ScenarioError, match="less than 100%"):
        done(world, *[NonTariffCost(by="USA", on="CHN", add="-50%")] * 2)


def test_bans_and_controls_leave_the_uncovered_share(world: World) -> None:
    ban = done(world, ImportBan(by="USA", on="CHN", sectors="electronics", coverage="30%"))
    assert changed(Shock.none(world).available, ban.available) == {cell(world, "C26", "USA", "CHN")}
    assert ban.available.min() == 0.7
    control = done(world, ExportControl(by="USA", on="CHN", sectors="electronics"))
    assert changed(Shock.none(world).available, control.available) == {cell(world, "C26", "CHN", "USA")}
    assert control.available.min() == 0


def test_of_bans_that_overlap_the_wider_one_holds(world: World) -> None:
    wide = ImportBan(by="USA", on="CHN", coverage="10%")
    deep = ImportBan(by="USA", on="CHN", sectors="electronics", coverage="50%")
    assert done(world, wide, deep).available[cell(world, "C26", "USA", "CHN")] == 0.5
    assert done(world, wide, deep).available[cell(world, "C29", "USA", "CHN")] == 0.9
    control = ExportControl(by="CHN", on="USA", sectors="electronics", coverage="20%")
    with pytest.raises(ScenarioError, match=r"ban of 20% has no effect.*wider"):
        done(world, deep, control)


def test_a_ban_that_leaves_no_source_names_region_and_sector(world: World) -> None:
    place = world.sectors.index("C29"), world.regions.index("JPN")
    flows = np.array(world.flows)
    flows[:, place[0], place[1], :] = 0
    flows[:, place[0], place[1], world.regions.index("CHN")] = 5.0
    bare = replace(world, flows=flows)
    with pytest.raises(ScenarioError, match=r"JPN without C29 \(Motor vehicles\): no source is left"):
        Scenario(policies=[ImportBan(by="JPN", on="CHN", sectors="cars")]).shocks(bare)
    assert Scenario(policies=[ImportBan(by="JPN", on="CHN", sectors="cars", coverage="99%")]).shocks(bare)


def test_a_transfer_moves_money_and_sums_to_zero(world: World) -> None:
    shock = done(world, Transfer(payer="JPN", to="USA", add="US$8bn"), Transfer(payer="KOR", to="USA", add="1bn"))
    assert shock.transfer[world.regions.index("USA")] == 9000
    assert shock.transfer[world.regions.index("JPN")] == -8000
    assert shock.transfer.sum() == 0


def test_dollars_of_another_year_are_scaled_by_us_gdp(world: World) -> None:
    rule = Transfer(payer="JPN", to="USA", level="US$8bn", already="US$1.7bn", dollars=2025)
    expected = 6300 * us_gdp()[2022] / us_gdp()[2025]
    assert done(world, rule).transfer.max() == pytest.approx(expected)
    (note,) = Scenario(policies=[rule]).caveats(world)
    assert "US$6.3bn of 2025 scaled to US$ 5.3 bn" in note
    assert scale(2022, 2022) == 1
    assert (
        "the amount is taken as dollars of 2022"
        in Scenario(policies=[Transfer(payer="JPN", to="USA", add="1bn")]).caveats(world)[0]
    )
    with pytest.raises(ScenarioError, match="series of US GDP runs from 1990 to 2025"):
        done(world, replace(rule, dollars=1950))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"from": "JPN", "to": "Japan", "add": "8bn"}, "one region, JPN"),
        ({"from": "all", "to": "USA", "add": "8bn"}, "name one"),
        ({"from": "JPN", "to": "EU27, USA", "add": "8bn"}, "means 2 regions"),
        ({"from": "JPN", "to": "USA", "add": "900 trillion"}, "more than all income of JPN"),
        ({"from": "JPN", "to": "USA", "add": "-8bn"}, "negative"),
        ({"from": "JPN", "to": "USA", "level": "8bn"}, "needs `already`"),
        ({"from": "JPN", "to": "USA", "add": "8bn", "already": "1bn"}, "belongs to `level`"),
        ({"from": "JPN", "to": "USA"}, "exactly one of `add`, `level`"),
    ],
)
def test_transfers_that_have_no_meaning(world: World, body: dict[str, str], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario.from_dict({"policies": [{"transfer": body}]}).shocks(world)


def test_less_than_is_paid_now_flows_back(world: World) -> None:
    shock = done(world, Transfer(payer="JPN", to="USA", level="US$0m", already="US$1.7bn"))
    assert shock.transfer[world.regions.index("JPN")] == 1700


def test_productivity_rises_and_falls(world: World) -> None:
    shock = done(world, Productivity(of="JPN", sectors="electronics", add="900%"), Productivity(of="USA", add="-1%"))
    assert shock.productivity[world.regions.index("JPN"), world.sectors.index("C26")] == 10
    assert (shock.productivity[world.regions.index("USA")] == 0.99).all()
    with pytest.raises(ScenarioError, match="less than 100%"):
        done(world, Productivity(of="JPN", add="-100%"))


@pytest.mark.parametrize("rate", ["-100%", "-150%"])
def test_rates_at_or_below_minus_100_per_cent_are_refused(world: World, rate: str) -> None:
    for kind in (Tariff, ExportTax):
        with pytest.raises(ScenarioError, match="above -100%"):
            done(world, kind(by="USA", on="JPN", to=rate))
    with pytest.raises(ScenarioError, match="above -100%"):
        done(world, *[Tariff(by="USA", on="JPN", add="-60%")] * 2)


def test_huge_rates_are_refused_and_10_000_per_cent_is_not(world: World) -> None:
    assert done(world, Tariff(by="all", on="all", add="10,000%")).tariff.max() > 100
    with pytest.raises(ScenarioError, match="beyond"):
        done(world, *[Tariff(by="USA", on="JPN", add="1,000,000%")] * 2)


def test_a_region_has_no_border_with_itself(world: World) -> None:
    for on in ("USA", "United States"):
        with pytest.raises(ScenarioError, match="no border between"):
            done(world, Tariff(by="USA", on=on, add="10%"))
    with pytest.raises(ScenarioError, match="no border between"):
        done(world, Tariff(by="EU", on="EU", add="10%"))


def test_rules_are_frozen_values_that_compare_by_content() -> None:
    rule = Tariff(by="USA", on=["JPN"], to=Rate(2.5))
    assert rule == Tariff(by=["USA"], on="JPN", to="250%")
    assert hash(rule) == hash(Tariff(by="USA", on="JPN", to="250%"))
    assert replace(rule, coverage="50%").to == 2.5
    with pytest.raises(AttributeError):
        rule.to = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"by": "USA", "on": "JPN", "add": 25}, "`add`: 25 is ambiguous"),
        ({"by": "USA", "on": "JPN"}, "exactly one of"),
        ({"by": "USA", "add": "1%"}, "Tariff needs `on`"),
        ({"by": "USA", "on": "JPN", "add": "1%", "unto": 1}, "Tariff has no key 'unto'"),
        ({"by": 1, "on": 2, "add": "1%"}, "`by`: 1 is not a name.*`on`: 2 is not a name"),
    ],
)
def test_rules_made_in_python_raise_named_errors(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Tariff(**values)


def test_every_instrument_is_registered_once_and_apply_is_the_same_as_a_scenario(world: World) -> None:
    assert len({entry.rule for entry in INSTRUMENTS.values()}) == len(INSTRUMENTS)
    rule = Tariff(by="USA", on="JPN", to="25%")
    assert instrument_of(rule) is instrument_named("Tariff")
    direct = apply(Shock.none(world), Scope(world), rule)
    assert np.array_equal(direct.tariff, done(world, rule).tariff)
    with pytest.raises(ScenarioError, match="is no rule"):
        apply(Shock.none(world), Scope(world), "tariff")


def test_a_flat_shock_is_checked(world: World) -> None:
    none = Shock.none(world)
    assert none.check(world) is none
    nan = np.array(none.tariff)
    nan[cell(world, "C29", "USA", "JPN")] = np.nan
    home = np.array(none.iceberg)
    home[:, 0, 0] = 2
    for bad, message in (
        ({"tariff": nan}, r"tariff\[9, 4, 2\] = nan"),
        ({"tariff": none.tariff - 1.5}, "out of range"),
        ({"available": none.available + 1}, "available"),
        ({"iceberg": none.iceberg[1:]}, "has the shape"),
        ({"transfer": none.transfer + 1}, "not to zero"),
        ({"iceberg": home}, "sales at home"),
        ({"public": none.public + 1, "public_mix": none.public_mix / 2}, "public_mix"),
    ):
        with pytest.raises(ScenarioError, match=message):
            replace(none, **bad).check(world)
