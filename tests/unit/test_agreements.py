"""Trade agreements: the data, who is linked by what, and the instrument: inverses, overlaps, order, errors."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from worlds import random_world

from comity.errors import ScenarioError, UnknownName
from comity.model import solve
from comity.model.rebasing import world_at
from comity.policy import Agreement, Scenario, Shock, agreement, agreements
from comity.policy.accession import _arrays
from comity.policy.agreements import effects
from comity.policy.links import bonds_on, cost_ratio, tariffs, terms
from comity.policy.memberships import baseline_day
from comity.world import World, load_world
from comity.world.classification import lookup_key, region_aliases, region_names
from comity.world.detail import detail_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT.parent / "shared" / "data" / "policy"
DAY = date(2022, 12, 31)


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("2022", "us-japan")


@pytest.fixture(scope="module")
def full() -> World:
    return load_world("2022")


def shock(world: World, *rules: Agreement) -> Shock:
    return Scenario(policies=rules).shocks(world)["scenario"]


def same(one: Shock, two: Shock) -> bool:
    return np.array_equal(one.iceberg, two.iceberg) and np.array_equal(one.tariff, two.tariff)


def at(world: World, array: np.ndarray, importer: str, exporter: str) -> np.ndarray:
    return array[:, world.regions.index(importer), world.regions.index(exporter)]


# the data


def test_every_agreement_says_where_it_comes_from() -> None:
    assert len(agreements()) > 200
    for entry in agreements():
        assert entry.source
        assert entry.depth_basis, entry.name
        assert entry.depth in effects()
        assert entry.goods or entry.services
        assert entry.tariffs in ("yes", "no", "partial", "staged")
        assert entry.desta_depth is None or 0 <= entry.desta_depth <= 7
        assert (entry.tariffs == "partial") == bool(entry.tariff_parts)
        assert entry.desta_depth is None or "does not code" not in entry.depth_basis, entry.name
        assert len({member.side for member in entry.members}) > 1, f"{entry.name} links nobody"
        for member in entry.members:
            assert member.basis
            assert member.code in region_names() or member.code == "EU"
            assert member.until is None or member.since < member.until
        for part in entry.tariff_parts:
            assert part.basis
            assert 0 < part.coverage <= 1


def test_every_effect_has_a_standard_error_a_source_and_a_check() -> None:
    for effect in effects().values():
        assert effect.source
        assert effect.verified
        assert effect.basis in ("estimate", "assumption")
        assert (effect.se > 0) == (effect.basis == "estimate")
    size = [effects()[depth].estimate for depth in ("tariffs only", "shallow", "medium", "deep")]
    assert size == sorted(size), "deeper agreements do more"


BLOCS = {"mercosur": {"ARG", "BRA"}, "gulf cooperation council gcc": {"ARE", "SAU"}, "efta": {"CHE", "NOR"},
         "eurasian economic union eaeu": {"KAZ", "RUS"}, "asean": {"IDN", "THA"}, "eu": {"EU"}, "sacu": {"ZAF"},
         "southern common market mercosur": {"ARG", "BRA"}, "central america": {"CRI"}}  # fmt: skip


def test_whom_a_name_names_is_a_member() -> None:
    """ "Korea, Republic of - Chile" has Korea and Chile in it, "EFTA - Gulf Cooperation Council" states of both."""
    checked = 0
    for entry in agreements():
        inside = {member.code for member in entry.members}
        for part in map(lookup_key, entry.name.split(" - ") if " - " in entry.name else ()):
            meant = BLOCS.get(part) or region_aliases().get(part, frozenset())
            assert meant <= inside or part == "liechtenstein", (entry.name, part)
            checked += bool(meant)
    assert checked > 330


def test_no_name_means_two_agreements_in_force() -> None:
    current = [a for a in agreements() if a.ended is None]
    words = [lookup_key(word) for a in current for word in {lookup_key(w): w for w in (a.name, *a.aliases)}]
    assert len(words) == len(set(words))
    assert len({lookup_key(a.name) for a in agreements()}) == len(agreements())


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("CPTPP", "AUS CAN JPN MEX MYS NZL PER SGP VNM"),
        ("RCEP", "AUS BRN CHN JPN KHM KOR LAO MMR MYS NZL SGP THA VNM"),
        ("USMCA", "CAN MEX USA"),
        ("Japan-US 2019", "JPN USA"),
        ("KORUS", "KOR USA"),
        ("TPP", ""),
        ("NAFTA", ""),
    ],
)
def test_members_at_the_end_of_2022(name: str, members: str) -> None:
    assert sorted(agreement(name).sides(DAY)) == members.split()


def test_members_come_and_go_with_the_dates() -> None:
    assert "GBR" in agreement("CPTPP").sides(date(2024, 12, 15))
    assert "GBR" not in agreement("CPTPP").sides(date(2024, 12, 14))
    assert "GBR" in agreement("EU-Japan").sides(date(2019, 12, 31)), "through the EU"
    assert "GBR" not in agreement("EU-Japan").sides(DAY)
    assert set(agreement("NAFTA").sides(date(2019, 12, 31))) == {"CAN", "MEX", "USA"}
    assert len(agreement("TPP").sides(None)) == 12, "as signed"


@pytest.mark.parametrize("name", ["cptpp", "TPP-11", "CUSMA", "JPN-US 2019", "Japan-EU EPA", "EU-UK TCA", "Korea-US"])
def test_names_as_people_write_them(name: str) -> None:
    assert agreement(name)


def test_an_unknown_agreement_gives_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no trade agreement 'CPTP'; did you mean 'CPTPP'"):
        agreement("CPTP")
    with pytest.raises(ScenarioError, match=r"a\.yaml, line 2: `name`: there is no trade agreement 'CPTP'"):
        Scenario.from_text("policies:\n  - agreement: {name: CPTP, join: KOR}\n", source="a.yaml")


@pytest.mark.skipif(not SOURCE.exists(), reason="the source data are not beside the checkout")
def test_the_tables_are_what_the_script_makes(tmp_path: Path) -> None:
    arguments = ", ".join(f"Path({str(folder)!r})" for folder in (SOURCE, tmp_path))
    code = f"import build_agreements as b; from pathlib import Path; b.main({arguments})"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "tools", capture_output=True)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (ROOT / "src/comity/policy/data" / made.name).read_bytes(), made.name


def test_the_page_shows_what_the_data_say() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    from build_agreements_page import page

    sys.path.pop(0)
    text = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
    assert page(text) == text, "run python tools/build_agreements_page.py"
    decision = (ROOT / "docs" / "decisions" / "agreements.md").read_text(encoding="utf-8")
    for depth, effect in effects().items():
        if effect.basis == "estimate":
            row = f"| {depth} | {effect.estimate:.3f} | {effect.se:.3f} | +{100 * np.expm1(effect.estimate):.0f}% |"
            assert row in text
            assert row in decision
    assert f"{len(agreements())} of them" in text
    assert f"{len(agreements())} agreements as dated data" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unmatched = [a for a in agreements() if a.depth_basis.startswith("assumption: not coded by DESTA, or not")]
    assert f"{len(unmatched)} of {len(agreements())} agreements" in decision


# rates behind a world


def test_baseline_rates_are_those_of_the_schedules_with_or_without_an_agreement(full: World) -> None:
    detail = detail_of(full)
    importers = [n for n, code in enumerate(full.regions) if code != "USA"]
    rate, without, under = (a[:, importers][detail.known[:, importers]] for a in
                            (detail.rate, detail.without, detail.under))  # fmt: skip
    assert ((rate == without) | (rate == under)).mean() > 0.98, "the rest: inside customs unions"
    assert (under <= rate).all()
    assert (rate <= without).all()


@pytest.mark.parametrize(
    ("name", "preset"), [("2022", None), ("2022", "us-japan"), ("2022", "cptpp"), ("2019", None), ("2024", "us-japan")]
)
def test_the_baseline_tariffs_are_averages_of_the_detail(name: str, preset: str | None) -> None:
    world = load_world(name, preset)
    detail = detail_of(world)
    traded = world.total_flows > 0
    assert np.abs(detail.average(detail.rate, default=0.0) - world.tariff)[traded].max() < 1e-8


def test_links_between_blocs_do_not_link_inside_them(full: World) -> None:
    bonds, place = bonds_on(detail_of(full), DAY), full.regions.index
    links = bonds["EU-Japan"].links(bonds["EU-Japan"].costs)
    assert links[:, place("DEU"), place("JPN")].all()
    assert not links[:, place("DEU"), place("FRA")].any()
    assert not links[:, place("JPN"), place("JPN")].any()


# the instrument


PAIRS = [
    (Agreement(name="CPTPP", leave="Japan"), Agreement(name="CPTPP", join="Japan")),
    (Agreement(name="CPTPP", join="USA"), Agreement(name="CPTPP", leave="USA")),
    (Agreement(name="USMCA", leave="USA"), Agreement(name="USMCA", join="USA")),
    (Agreement(name="RCEP", leave="Japan"), Agreement(name="RCEP", join="Japan")),
    (Agreement(name="EU-Japan", leave="EU"), Agreement(name="EU-Japan", join="EU")),
    (Agreement(name="Japan-US 2019", leave="USA"), Agreement(name="JPN-US 2019", join="USA")),
    (Agreement(name="KORUS", dissolve=True), Agreement(name="KORUS", enact=True)),
    (Agreement(name="TPP", enact=True), Agreement(name="TPP", dissolve=True)),
    (Agreement(name="CPTPP", join="KOR", left_out="food"), Agreement(name="CPTPP", leave="KOR", left_out="food")),
    (Agreement(name="CPTPP", join="USA", effect="tariffs"), Agreement(name="CPTPP", leave="USA", effect="tariffs")),
    (Agreement(name="USMCA", leave="MEX", trade_effect=0.5), Agreement(name="USMCA", join="MEX")),
]


@pytest.mark.parametrize(("there", "back"), PAIRS, ids=lambda rule: f"{rule.name}")
@pytest.mark.parametrize(
    ("name", "preset"), [("2022", "us-japan"), ("2022", "small"), ("2019", None), ("2024", "us-japan")]
)
def test_there_and_back_again_is_no_change_at_all(there: Agreement, back: Agreement, name: str, preset: str) -> None:
    world = load_world(name, preset)
    if there.left_out and preset != "us-japan":
        pytest.skip("food is not apart")
    if name == "2019" and there.name == "USMCA":
        pytest.skip("not in force in 2019")
    if name == "2019" and there.name in ("RCEP", "Japan-US 2019"):
        with pytest.raises(ScenarioError, match="not in force on 2019-12-31"):
            shock(world, there)
        return
    none = Shock.none(world)
    assert not same(shock(world, there), none)
    assert same(shock(world, there, back), none)


def test_who_leaves_one_agreement_keeps_what_the_others_give(full: World) -> None:
    left = shock(full, Agreement(name="RCEP", leave="Japan"))
    for kept in ("AUS", "NZL", "MYS", "SGP", "VNM", "THA"):  # CPTPP, or deeper agreements of their own
        for pair in ((kept, "JPN"), ("JPN", kept)):
            assert (at(full, left.iceberg, *pair) == 1).all(), pair
            assert np.array_equal(at(full, left.tariff, *pair), at(full, full.tariff, *pair))
    for lost in ("CHN", "KOR"):
        goods = full.total_flows[:, full.regions.index("JPN"), full.regions.index(lost)] > 0
        assert (at(full, left.iceberg, "JPN", lost)[goods] > 1).all()


def test_both_agreements_must_go_before_a_pair_is_apart(full: World) -> None:
    one, two = Agreement(name="CPTPP", leave="JPN"), Agreement(name="Japan - Viet Nam", leave="JPN")
    three = Agreement(name="RCEP", leave="JPN"), Agreement(name="ASEAN - Japan", leave="JPN")
    traded = full.total_flows[:, full.regions.index("JPN"), full.regions.index("VNM")] > 0
    for rules in ((one,), (two,), (one, *three), (two, *three)):
        assert (at(full, shock(full, *rules).iceberg, "JPN", "VNM") == 1).all()
    gone, partly = (log_trade(full, *rules, pair=("JPN", "VNM")) for rules in ((one, two, *three), (one, two)))
    assert (gone[traded] <= -effects()["medium"].estimate + 1e-12).all(), "the estimate, or what the tariff does alone"
    kept = effects()["medium"].estimate - effects()["shallow"].estimate
    assert (partly[traded] >= -kept - 1e-12).all(), "what stays is shallow"
    assert partly[traded].min() == pytest.approx(-kept)


@pytest.mark.parametrize("names", [("USA", "KOR"), ("USA", "CHN", "GBR")])
def test_the_order_of_joining_has_no_meaning_and_joiners_are_linked(world: World, names: tuple[str, ...]) -> None:
    at_once = shock(world, Agreement(name="CPTPP", join=list(names)))
    for order in itertools.permutations(names):
        one_by_one = shock(world, *(Agreement(name="CPTPP", join=name) for name in order))
        assert np.allclose(one_by_one.iceberg, at_once.iceberg, rtol=1e-14, atol=0)
        assert np.array_equal(one_by_one.tariff, at_once.tariff)
    if "CHN" in names:
        assert (at(world, at_once.iceberg, "CHN", "USA") < 1).any(), "two that join are linked with each other"


def log_trade(world: World, *rules: Agreement, pair: tuple[str, str]) -> np.ndarray:
    """What rules do to the log of a pair's trade ``[j]``, prices and incomes given: -theta ln(d (1+t')/(1+t))."""
    changed = shock(world, *rules)
    wedge = np.log(changed.iceberg) + np.log1p(changed.tariff) - np.log1p(world.tariff)
    return -world.elasticities.theta * at(world, wedge, *pair)


@pytest.mark.parametrize(
    ("rule", "depth", "pair"),
    [
        ({"name": "CPTPP", "join": "USA"}, "medium", ("USA", "VNM")),
        ({"name": "CPTPP", "join": "USA"}, "medium", ("VNM", "USA")),
        ({"name": "CPTPP", "join": "USA"}, "medium", ("NZL", "USA")),
        ({"name": "USMCA", "leave": "USA"}, "medium", ("USA", "MEX")),
        ({"name": "EU-Japan", "dissolve": True}, "medium", ("JPN", "FRA")),
        ({"name": "EU-Japan", "dissolve": True}, "medium", ("FRA", "JPN")),
    ],
)
def test_tariff_and_cost_together_make_the_estimated_effect(
    full: World, rule: dict[str, object], depth: str, pair: tuple[str, str]
) -> None:
    """Cell by cell, unless the tariff alone does more."""
    made = Agreement(**rule)  # type: ignore[arg-type]
    sign = 1 if made.join else -1
    there = full.total_flows[:, full.regions.index(pair[0]), full.regions.index(pair[1])] > 0
    total = sign * log_trade(full, made, pair=pair)[there]
    alone = at(full, shock(full, made).iceberg, *pair)[there] == 1
    estimate = effects()[depth].estimate
    assert np.allclose(total[~alone], estimate, atol=1e-12)
    assert (total[alone] >= estimate - 1e-12).all()
    assert (~alone).sum() > 20


def test_in_a_region_of_several_the_effect_is_the_share_of_trade_that_it_concerns(full: World) -> None:
    """Leaving an agreement moves the trade of a region by the same factor as its members' trade, summed."""
    rule = Agreement(name="CPTPP", leave="JPN", effect="costs")
    summed = full.aggregate(regions={"TWO": ["AUS", "CAN"], "REST": "rest", "JPN": ["JPN"]})
    apart, together = shock(full, rule).iceberg, shock(summed, rule).iceberg
    theta, flows = full.elasticities.theta[:, None], full.total_flows
    japan, members = full.regions.index("JPN"), [full.regions.index(code) for code in ("AUS", "CAN")]
    trade = flows[:, japan, members]
    there = trade.sum(1) > 0
    moved = (trade * apart[:, japan, members] ** -theta).sum(1)[there] / trade.sum(1)[there]
    assert np.allclose((at(summed, together, "JPN", "TWO") ** -theta[:, 0])[there], moved, rtol=1e-12)


def test_tariffs_and_costs_are_the_two_parts_of_the_whole(world: World) -> None:
    whole, duties, costs = (
        shock(world, Agreement(name="CPTPP", join="USA", effect=effect)) for effect in ("both", "tariffs", "costs")
    )
    assert np.array_equal(duties.tariff, whole.tariff)
    assert np.array_equal(costs.iceberg, whole.iceberg)
    assert np.array_equal(duties.iceberg, np.ones_like(duties.iceberg))
    assert np.array_equal(costs.tariff, world.tariff)


def test_leaving_raises_tariffs_to_mfn_and_joining_brings_them_to_the_agreements_own(full: World) -> None:
    detail, cars, food = detail_of(full), full.sectors.index("C29"), full.sectors.index("C10T12")
    place = full.regions.index
    left = shock(full, Agreement(name="EU-Japan", dissolve=True)).tariff
    assert left[cars, place("DEU"), place("JPN")] == pytest.approx(full.tariff[cars, place("DEU"), place("USA")])
    assert left[food, place("JPN"), place("FRA")] == pytest.approx(full.tariff[food, place("JPN"), place("CHN")])
    mexico = shock(full, Agreement(name="USMCA", leave="USA")).tariff[cars, place("USA"), place("MEX")]
    assert mexico == pytest.approx(detail.without[cars, place("USA"), place("MEX")])
    assert mexico > 0.02
    joined = shock(full, Agreement(name="CPTPP", join="USA")).tariff
    assert joined[cars, place("USA"), place("JPN")] == 0
    assert joined[food, place("JPN"), place("USA")] == full.tariff[food, place("JPN"), place("USA")], "2019's level"
    steel, china = full.sectors.index("C24A"), place("CHN")
    with_china = shock(full, Agreement(name="CPTPP", join=["USA", "CHN"])).tariff
    assert 0 < with_china[steel, place("USA"), china] < full.tariff[steel, place("USA"), china], "section 301 stays"


def test_the_agreement_of_2019_is_about_some_goods_only(full: World) -> None:
    ended = shock(full, Agreement(name="Japan-US 2019", dissolve=True))
    assert (ended.iceberg == 1).all(), "it moves no other cost"
    moved = {
        (full.sectors[j], full.regions[n], full.regions[i]) for j, n, i in np.argwhere(ended.tariff != full.tariff)
    }
    assert {(by, on) for _, by, on in moved} == {("JPN", "USA"), ("USA", "JPN")}
    assert {code for code, by, _ in moved if by == "JPN"} == {"A01", "C10T12"}
    assert "C29" not in {code for code, _, _ in moved}


def test_deepening_goes_further_the_same_way(world: World) -> None:
    more = shock(world, Agreement(name="RCEP", deepen="20%"))
    much = shock(world, Agreement(name="RCEP", deepen="40%"))
    cells = more.iceberg < 1
    assert cells.any()
    assert (more.iceberg <= 1).all()
    assert (much.iceberg[cells] < more.iceberg[cells]).all()
    duties = more.tariff < world.tariff
    assert duties.any()
    assert (much.tariff[duties] < more.tariff[duties]).all()
    theta = world.elasticities.theta
    added = -theta * np.log(at(world, more.iceberg, "KOR", "CHN"))
    none = -theta * np.log(at(world, shock(world, Agreement(name="China - Korea", depth="deep")).iceberg, "KOR", "CHN"))
    assert added == pytest.approx(0 * added), "China and Korea have a deeper agreement of their own"
    assert none.max() > 0


def test_an_effect_of_ones_own_takes_the_place_of_the_estimate(full: World) -> None:
    rule = Agreement(name="USMCA", leave="CAN", trade_effect=0.6, effect="costs")
    assert rule.estimate.estimate == 0.6
    theta = full.elasticities.theta
    raised = theta * np.log(at(full, shock(full, rule).iceberg, "CAN", "USA"))
    there = full.total_flows[:, full.regions.index("CAN"), full.regions.index("USA")] > 0
    assert np.allclose(raised[there], 0.6, atol=1e-12), "nothing else links them"


def test_the_standard_error_can_be_reached_from_the_rule() -> None:
    estimate = Agreement(name="CPTPP", join="USA").estimate
    assert (estimate.estimate, estimate.se) == (0.2345285, 0.0557704)
    assert Agreement(name="RCEP", depth="deep").estimate == effects()["deep"]


def test_sectors_left_out_stay_as_they_are(world: World) -> None:
    rule = Agreement(name="CPTPP", join="USA", left_out=["agriculture", "services"])
    some, everything = shock(world, rule), shock(world, Agreement(name="CPTPP", join="USA"))
    farm = world.sectors.index("A")
    assert (some.iceberg[farm] == 1).all()
    assert np.array_equal(some.tariff[farm], world.tariff[farm])
    assert (some.iceberg[world.sectors.index("K")] == 1).all()
    cars = world.sectors.index("C29")
    assert np.array_equal(some.iceberg[cars], everything.iceberg[cars])


def test_duties_of_other_rules_stay_on_top(world: World) -> None:
    text = """
    policies:
      - tariff: {by: USA, on: CAN, add: 25%}
      - agreement: {name: USMCA, leave: USA}
    """
    both = Scenario.from_text(text).shocks(world)["scenario"]
    alone = shock(world, Agreement(name="USMCA", leave="USA"))
    goods = at(world, both.tariff, "USA", "CAN") != at(world, alone.tariff, "USA", "CAN")
    assert np.allclose((at(world, both.tariff, "USA", "CAN") - at(world, alone.tariff, "USA", "CAN"))[goods], 0.25)
    zero = """
    policies:
      - tariff: {by: USA, on: JPN, to: 0%}
      - agreement: {name: CPTPP, join: USA}
    """
    assert Scenario.from_text(zero).shocks(world)["scenario"].tariff.min() >= 0


def test_worlds_without_schedules_move_trade_costs_only() -> None:
    """A user's world: two of its regions are called by ISO codes."""
    table = random_world(3, regions=4)
    world = World(**{**{f: getattr(table, f) for f in table.__dataclass_fields__},
                     "year": 2022, "region_members": (("JPN",), ("CAN",), ("USA",), ("ROW",)),
                     "regions": ("JPN", "CAN", "USA", "ROW")})  # fmt: skip
    left = shock(world, Agreement(name="CPTPP", leave="JPN"))
    assert np.array_equal(left.tariff, world.tariff)
    assert at(world, left.iceberg, "CAN", "JPN").max() >= 1
    assert (at(world, left.iceberg, "USA", "JPN") == 1).all()


# through the engine


def test_the_equilibrium_after_leaving_returns_to_the_first_by_joining(world: World) -> None:
    """The world that results is a baseline of its own; the other agreement's arrays lead back to where it began."""
    left = solve(world, shock(world, Agreement(name="CPTPP", leave="JPN")))
    there = replace(world_at(world, left.economy, left.after, left.closures, "after leaving"), tariff=left.shock.tariff)
    assert there.is_benchmark
    joined = replace(Shock.none(there), tariff=world.tariff, iceberg=1 / left.shock.iceberg)
    back = solve(there, joined)
    returned = world_at(there, back.economy, back.after, back.closures, "after joining")
    assert (
        np.abs(there.total_flows / world.total_flows.sum() - world.total_flows / world.total_flows.sum()).max() > 1e-6
    )
    scale = there.factor_income.sum() / world.factor_income.sum()
    assert np.allclose(returned.total_flows / scale, world.total_flows, rtol=1e-7, atol=1e-9 * world.total_flows.sum())
    assert np.allclose(returned.value_added / scale, world.value_added, rtol=1e-8, atol=1e-3)


def test_who_joins_gains_and_the_others_lose_on_average(world: World) -> None:
    found = solve(world, shock(world, Agreement(name="CPTPP", join=["KOR", "GBR"]))).data["equivalent_variation_usd_bn"]
    gains = dict(zip(world.regions, found.values, strict=True))
    assert gains["KOR"] > 0
    assert gains["GBR"] > 0
    outside = [code for code in world.regions if code not in {"KOR", "GBR", *agreement("CPTPP").sides(DAY)}]
    assert sum(gains[code] for code in outside) < 0


# errors and notes


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"name": "CPTPP", "join": "JPN"}, "Japan is in CPTPP already"),
        ({"name": "CPTPP", "join": ["USA", "JPN", "CAN"]}, "Canada, Japan are in CPTPP already"),
        ({"name": "CPTPP", "leave": "USA"}, "United States is not in CPTPP"),
        ({"name": "CPTPP", "leave": "GBR"}, "United Kingdom joined on 2024-12-15"),
        ({"name": "TPP", "join": "KOR"}, "TPP is not in force on .*signed, never in force.*enact: true"),
        ({"name": "NAFTA", "dissolve": True}, "it ended on 2020-07-01"),
        ({"name": "USMCA", "enact": True}, "USMCA is in force"),
        ({"name": "CPTPP", "join": "Mongolia"}, "Mongolia is not apart"),
        ({"name": "CPTPP", "join": "ROW"}, "rest of the world is in no agreement"),
        ({"name": "CPTPP", "join": "Atlantis"}, "no region 'Atlantis'"),
        ({"name": "CPTPP", "join": "USA", "left_out": "unobtainium"}, "no sector 'unobtainium'"),
    ],
)
def test_one_clear_error(world: World, rule: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as caught:
        shock(world, Agreement(**rule))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{name: CPTPP}", "exactly one of `join`"),
        ("{name: CPTPP, join: USA, leave: JPN}", "exactly one of"),
        ("{join: USA}", "agreement needs `name`"),
        ("{name: CPTP, join: USA}", "did you mean 'CPTPP'"),
        ("{name: 5, join: USA}", "is not the name of a trade agreement"),
        ("{name: CPTPP, deepen: -20%}", "out of range"),
        ("{name: CPTPP, deepen: 20}", "ambiguous"),
        ("{name: CPTPP, depth: 7}", "shallow"),
        ("{name: CPTPP, dissolve: false}", "write `true`"),
        ("{name: CPTPP, join: USA, trade effect: 30}", "effect on log trade"),
        ("{name: CPTPP, deepen: 20%, except: food}", "`except` goes with join"),
        ("{name: CPTPP, join: USA, effect: duties}", "tariffs"),
    ],
)
def test_what_is_written_wrongly(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario.from_text(f"policies: [agreement: {text}]")


def test_twice_is_an_error_once_is_not(world: World) -> None:
    rule = Agreement(name="CPTPP", join="USA")
    with pytest.raises(ScenarioError, match=r"policies\[1\].agreement.join: United States is in CPTPP already"):
        shock(world, rule, rule)


def test_a_rule_is_written_as_it_is_read() -> None:
    text = "policies: [agreement: {name: CPTPP, join: USA, except: [agriculture, food], trade effect: 0.3}]"
    made = Scenario.from_text(text)
    assert Scenario.from_text(made.to_yaml()) == made
    assert "except: [agriculture, food]" in made.to_yaml()
    assert "trade effect: 0.3" in made.to_yaml()


def test_the_notes_say_how_large_how_known_and_where_not(world: World) -> None:
    notes = "\n".join(Scenario(policies=[Agreement(name="CPTPP", join="USA")]).caveats(world))
    assert "agreements stand as on 2022-12-31" in notes
    assert "0.235 (standard error 0.056)" in notes
    assert "assumption: DESTA does not code it" in notes
    assert "tariffs of MYS, NZL, VNM are not in the data" in notes
    assert "NZL is inside a region of this world" in notes
    assert "services" in notes
    idle = "\n".join(Scenario(policies=[Agreement(name="TPP", enact=True), Agreement(name="TPP", dissolve=True)])
                     .caveats(world))  # fmt: skip
    assert "a counterfactual" in idle


def test_a_rule_without_effect_says_so(world: World) -> None:
    rule = Agreement(name="Australia - Chile", leave="AUS", effect="tariffs")
    assert any("changes nothing" in note for note in Scenario(policies=[rule]).caveats(world))


# the pieces


def test_no_change_of_membership_is_no_change_of_anything(full: World) -> None:
    detail = detail_of(full)
    now = terms(bonds_on(detail, DAY), detail)
    assert (cost_ratio(now, now, detail, full.elasticities.theta) == 1).all()
    assert np.array_equal(tariffs(now, now, detail), detail.rate)
    assert _arrays(full, None, ())[1] is full.tariff
    assert baseline_day(full) == DAY
