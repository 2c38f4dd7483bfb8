"""Defence spending, support in the host country, subsidies and factor supply: what they change and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import random_world

from comity.errors import ScenarioError
from comity.policy import (
    DefenceSpending,
    FactorSupply,
    ProductionSubsidy,
    Scenario,
    Shock,
    Transfer,
)
from comity.policy.defence import gdp
from comity.policy.nominal import us_gdp
from comity.policy.public_mixes import mix_in, mixes
from comity.policy.public_purchases import with_purchases
from comity.policy.shock import final_sources
from comity.world import World, load_world


@pytest.fixture(scope="module")
def world() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


def done(world: World, *rules: Any) -> Shock:
    return Scenario(policies=rules).shocks(world)["scenario"]


def bought(shock: Shock, region: int) -> np.ndarray:
    """Added purchases ``[j, i]``, US$ million."""
    assert shock.public_sources is not None
    return shock.public[region] * shock.public_mix[region][:, None] * shock.public_sources[:, region]


def test_gdp_by_income_is_gdp_by_expenditure(world: World) -> None:
    assert gdp(world) == pytest.approx(world.final_spending - world.imbalance, rel=1e-9)


def test_a_share_of_gdp_with_stated_imports(world: World) -> None:
    rule = DefenceSpending(of="JPN", to="3%", already="2%", import_content="20%", sources={"USA": "90%", "KOR": "10%"})
    n, usa, kor = (world.regions.index(code) for code in ("JPN", "USA", "KOR"))
    shock = done(world, rule)
    assert shock.public[n] == pytest.approx(0.01 * gdp(world)[n])
    assert np.flatnonzero(shock.public).tolist() == [n]
    by_source = bought(shock, n).sum(0) / shock.public[n]
    assert by_source[[n, usa, kor]] == pytest.approx([0.8, 0.18, 0.02])
    services = [world.sectors.index(code) for code in ("SERV", "OTQ")]
    assert (bought(shock, n)[services].sum(0) > 0).tolist() == [code == "JPN" for code in world.regions]


def test_what_is_not_stated_is_as_in_final_demand(world: World) -> None:
    n = world.regions.index("JPN")
    shock = done(world, DefenceSpending(of="JPN", add="1%"))
    assert shock.public_sources is not None
    assert shock.public_sources[:, n] == pytest.approx(final_sources(world)[:, n], abs=1e-12)
    only_origin = done(world, DefenceSpending(of="JPN", add="1%", sources={"USA": 1}))
    assert only_origin.public_sources is not None
    home = np.diag(np.ones(6))[n] == 1
    assert only_origin.public_sources[:, n, home] == pytest.approx(final_sources(world)[:, n, home], abs=1e-12)
    assert bought(only_origin, n)[:, world.regions.index("CHN")].sum() == 0


def test_amounts_are_scaled_and_several_rules_are_one_basket(world: World) -> None:
    n = world.regions.index("JPN")
    one = DefenceSpending(of="JPN", amount="US$10bn", dollars=2025, mix={"electronics": 1}, import_content=0.5)
    other = DefenceSpending(of="JPN", add="0.1%", mix="whole budget", import_content=0)
    apart = [done(world, rule) for rule in (one, other)]
    both = done(world, one, other)
    assert apart[0].public[n] == pytest.approx(10_000 * us_gdp()[2022] / us_gdp()[2025])
    assert bought(both, n) == pytest.approx(sum(bought(s, n) for s in apart), rel=1e-12)
    assert bought(done(world, other, one), n) == pytest.approx(bought(both, n), rel=1e-12)
    both.check(world)


def test_the_same_and_its_opposite_cancel(world: World) -> None:
    n = world.regions.index("JPN")
    up, down = (
        DefenceSpending(of="JPN", add=f"{sign}1%", import_content=0.2, sources={"USA": 1}) for sign in ("", "-")
    )
    assert done(world, up, down).public[n] == 0
    assert done(world, down).public[n] == pytest.approx(-0.01 * gdp(world)[n])
    with pytest.raises(ScenarioError, match="not the same goods from the same sources"):
        done(world, up, DefenceSpending(of="JPN", add="-0.9%", import_content=0))


def test_named_mixes_sum_to_one_and_follow_the_sectors_of_a_world() -> None:
    for mix in mixes().values():
        assert sum(mix.industries.values()) == pytest.approx(1)
        assert all(basis.strip() for basis in mix.basis)
    coarse, fine = load_world("2019"), load_world("2022")
    for name in mixes():
        assert mix_in(coarse, name, 0).sum() == pytest.approx(1)
        goods = [code[0] == "C" for code in fine.sectors]
        assert mix_in(coarse, name, 0)[coarse.sectors.index("C")] == pytest.approx(mix_in(fine, name, 0)[goods].sum())
    shock = done(coarse, DefenceSpending(of="JPN", add="1%", import_content="20%", sources={"USA": 1}))
    assert shock.public.max() > 0


def test_a_name_for_several_sectors_stands_for_what_final_demand_buys(world: World) -> None:
    n = world.regions.index("JPN")
    found = mix_in(world, {"services": 0.5, "C26": 0.5}, n)
    assert found[world.sectors.index("C26")] == pytest.approx(0.5)
    serv, otq = (world.sectors.index(code) for code in ("SERV", "OTQ"))
    assert found[serv] / found[otq] == pytest.approx(world.final_use[n, serv] / world.final_use[n, otq])


def test_a_world_without_known_sectors_takes_shares_by_sector() -> None:
    odd = random_world(1)
    with pytest.raises(ScenarioError, match="write shares by sector instead"):
        done(odd, DefenceSpending(of="R0", add="1%"))
    assert done(odd, DefenceSpending(of="R0", add="1%", mix={"S1": 1})).public[0] > 0


def test_the_answer_says_what_is_bought_where_and_why(world: World) -> None:
    rule = DefenceSpending(of="JPN", add="1%", import_content="20%", sources={"USA": 1})
    notes = " ".join(Scenario(policies=[rule]).caveats(world))
    for part in ("1% of a GDP of US$", "imports 20% (stated; USA 20%)", "Japan 2023", "is an assumption"):
        assert part in notes
    own = DefenceSpending(of="JPN", amount="10bn", mix={"electronics": 1})
    notes = " ".join(Scenario(policies=[own]).caveats(world))
    assert "as in final demand; CHN" in notes
    assert "taken as dollars of 2022" in notes


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "exactly one of `add`, `to`, `amount`"),
        ({"to": "3%"}, "`to` needs `already`"),
        ({"add": "1%", "already": "2%"}, "`already` belongs to `to`"),
        ({"add": "1%", "dollars": 2025}, "`dollars` belongs to `amount`"),
        ({"to": "-3%", "already": "1%"}, "share of -3% is out of range"),
        ({"add": "1%", "import content": "120%"}, r"120% is out of range: 0% to 100%"),
        ({"add": "1%", "import content": -0.1}, r"-10% is out of range"),
        ({"add": "1%", "sources": {"USA": "90%"}}, r"shares of USA sum to 90%, not to 100%"),
        ({"add": "1%", "sources": {"USA": "90%", "KOR": "20%"}}, r"sum to 110%"),
        ({"add": "1%", "sources": "USA"}, "write names with a per cent each"),
        ({"add": "1%", "sources": {"USA": "120%", "KOR": "-20%"}}, "share of USA of 120% is out of range"),
        ({"add": "1%", "sources": {"Japan": "100%"}}, "'Japan' is or holds JPN itself"),
        ({"add": "1%", "sources": {"all": "100%"}}, "'all' is or holds JPN itself"),
        ({"add": "1%", "sources": {"Narnia": "100%"}}, "no region 'Narnia'"),
        ({"add": "1%", "mix": {"electronics": "60%"}}, "sum to 60%, not to 100%"),
        ({"add": "1%", "mix": {"wands": "100%"}}, "no sector 'wands'"),
        ({"add": "1%", "mix": "build up everything"}, "no mix 'build up everything'; did you mean 'build-up'"),
        ({"add": "1%", "mix": "whole budget", "import content": "60%"}, "are more than the goods in the mix"),
        ({"add": "1%", "mix": {"services": "100%"}, "import content": "10%"}, "more than the goods in the mix .0%"),
        ({"amount": "US$9tn"}, "is more than all income of JPN"),
        ({"add": "99%", "mix": "whole budget"}, None),
        ({"of": ["JPN", "KOR"], "amount": "US$9bn"}, "2 are named: write a rule for each"),
        ({"add": "-90%"}, r"is cut by more .* than it buys there"),
    ],
)
def test_bad_defence_rules_are_named(world: World, body: dict[str, Any], message: str | None) -> None:
    data = {"policies": [{"defence spending": {"of": "JPN"} | body}]}
    if message is None:
        assert Scenario.from_dict(data).shocks(world)
        return
    with pytest.raises(ScenarioError, match=message) as caught:
        Scenario.from_dict(data).shocks(world)
    assert str(caught.value).count("\n") == 0


def test_a_source_that_makes_none_is_named(world: World) -> None:
    value_added = np.array(world.value_added)
    flows, use = np.array(world.flows), np.array(world.input_use)
    j, usa = world.sectors.index("C26"), world.regions.index("USA")
    flows[:, j, :, usa] = value_added[usa, j] = use[usa, :, j] = 0
    idle = replace(world, flows=flows, value_added=value_added, input_use=use)
    rule = DefenceSpending(of="JPN", add="0.1%", mix={"C26": 1}, import_content=0.5, sources={"USA": 1})
    with pytest.raises(ScenarioError, match=r"buy C26 .* from USA, which makes none"):
        done(idle, rule)


def test_support_in_the_host_country_is_bought_from_the_payer(world: World) -> None:
    n, usa = world.regions.index("JPN"), world.regions.index("USA")
    cash, in_host = (done(world, Transfer(payer="JPN", to="USA", add="6bn", spent=s)) for s in ("cash", "in host"))
    assert cash.public_sources is None
    assert np.array_equal(cash.transfer, in_host.transfer)
    assert in_host.public[usa] == 6000
    assert in_host.public[n] == 0
    by_source = bought(in_host, usa).sum(0)
    assert by_source[n] == pytest.approx(6000)
    assert by_source.sum() == pytest.approx(6000)
    mix = dict(zip(world.sectors, in_host.public_mix[usa], strict=True))
    assert mix["OTQ"] == pytest.approx(142.6 / 189.9)
    assert "counts it as zero" in " ".join(
        Scenario(policies=[Transfer(payer="JPN", to="USA", add="6bn", spent="in host")]).caveats(world)
    )
    with pytest.raises(ScenarioError, match="spent"):
        Transfer(payer="JPN", to="USA", add="6bn", spent="at home")  # type: ignore[arg-type]


def test_purchases_of_nothing_leave_the_shock(world: World) -> None:
    none = Shock.none(world)
    assert with_purchases(none, world, 0, np.zeros((13, 6))) is none


def test_subsidies_set_and_add(world: World) -> None:
    n, j = world.regions.index("JPN"), world.sectors.index("C26")
    rule = ProductionSubsidy(of="JPN", sectors="electronics", rate="10%")
    assert done(world, rule).subsidy[n, j] == 0.1
    assert np.count_nonzero(done(world, rule).subsidy) == 1
    more = ProductionSubsidy(of="all", sectors="electronics", add="5%")
    assert done(world, rule, more).subsidy[:, j] == pytest.approx([0.15 if i == n else 0.05 for i in range(6)])
    assert done(world, ProductionSubsidy(of="JPN", sectors="C26", add="-20%")).subsidy[n, j] == -0.2
    with pytest.raises(ScenarioError, match="must stay below 100%"):
        done(world, ProductionSubsidy(of="JPN", sectors="C26", rate="100%"))
    with pytest.raises(ScenarioError, match="would be 110% of cost"):
        done(world, *[ProductionSubsidy(of="JPN", sectors="C26", add="55%")] * 2)
    with pytest.raises(ScenarioError, match="has no effect"):
        done(world, rule, replace(rule, rate=0.2))
    with pytest.raises(ScenarioError, match="exactly one of `rate`, `add`"):
        ProductionSubsidy(of="JPN", sectors="C26")
    assert "electronics" not in (note := " ".join(Scenario(policies=[rule]).caveats(world)))
    assert "output of JPN (US$" in note


def test_factor_supply_adds_up(world: World) -> None:
    n = world.regions.index("JPN")
    rules = [FactorSupply(of="JPN", add="-10%"), FactorSupply(of="all", add="1%")]
    shock = done(world, *rules)
    assert shock.factors == pytest.approx([0.91 if i == n else 1.01 for i in range(6)])
    with pytest.raises(ScenarioError, match="factor supply would fall by 100%"):
        done(world, FactorSupply(of="JPN", add="-100%"))
    assert "per head it changes by the real wage" in " ".join(Scenario(policies=rules).caveats(world))
