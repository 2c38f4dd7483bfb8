"""US tariff actions as dated rules: how they stack, what they add in a world, and the published series beside them."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from series_conventions import CONVENTIONS, actions_under

from comity import policy
from comity.errors import ScenarioError
from comity.policy import Apply, Scenario, example_text
from comity.policy.libraries import KNOWN_UNTIL, LAST_DAY, added_to_world, baseline_day
from comity.policy.us_actions import AUTHORITIES, free_lists, us_actions
from comity.policy.us_duties import added_duty, average_added_duty, us_coverage
from comity.world import World, load_world

DATA = Path(__file__).resolve().parents[1] / "data"
PACKAGED = Path(policy.__file__).parent / "data"
BASE = date(2024, 12, 31)
TABLE = us_coverage()
WITHIN = 1.0
"""Percentage points within which an average is called the same as the published one."""
NOT_LISTED = {  # what the conventions of the series do not account for, by partner
    "BRA": "the goods that Brazil's two actions leave out are not in the data by industry",
    "CAN": "copper, and oil that the series frees from April 2025; section 338 has no coverage by industry",
    "MEX": "section 232 on copper and articles of metal: the shares in the data are larger than the series implies",
    "KOR": "section 232 on copper and articles of metal: the shares in the data are larger than the series implies",
    "CHN": "within two points in April 2025; on 2025-08-07 the series rises by 3 points, and only copper began",
    "COL": "the series frees some of Annex II from April: crude oil",
    "CHL": "the series frees some of Annex II from April: copper",
    "AUS": "section 232 on copper and articles of metal: the shares in the data are larger than the series implies",
    "TUR": "section 232 on copper and articles of metal: the shares in the data are larger than the series implies",
    "ZAF": "the series has no country rate for South Africa in April",
}


@cache
def series() -> dict[tuple[str, str], float]:
    """Published average added duty by partner and day, per cent."""
    with (DATA / "us_tariff_series.csv").open(encoding="utf-8") as file:
        return {(row["partner"], row["day"]): float(row["added_pct"]) for row in csv.DictReader(file)}


@cache
def averages(day: str, *conventions: str) -> dict[str, float]:
    """Ours, per cent, under some conventions of the series."""
    lists = [entry for entry in free_lists() if not ("annex" in conventions and entry.share == "annex II")]
    actions = actions_under(*conventions)
    found = average_added_duty(date.fromisoformat(day), TABLE, base=BASE, actions=actions, lists=lists)
    return {partner: 100 * value for partner, value in found.items()}


def misses() -> list[dict[str, str]]:
    """Every partner and day on which ours is further than a point from the series: size, cause, what is left."""
    found = []
    for (partner, day), published in sorted(series().items()):
        ours = averages(day)[partner]
        if abs(ours - published) <= WITHIN:
            continue
        closer = {n: abs(ours - published) - abs(averages(day, n)[partner] - published) for n in CONVENTIONS}
        causes = sorted((name for name in closer if closer[name] >= 0.1), key=lambda name: -closer[name])
        left = averages(day, *CONVENTIONS)[partner] - published
        row = {"partner": partner, "day": day, "published_pct": f"{published:.2f}", "ours_pct": f"{ours:.2f}"}
        found.append(row | {"miss": f"{ours - published:+.2f}", "causes": "|".join(causes), "left": f"{left:+.2f}"})
    return found


def test_averages_are_the_published_ones_but_for_the_listed_misses() -> None:
    """Each miss is in the list with its measured size and its cause; none has gone, none has come."""
    with (DATA / "us_tariff_misses.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert misses() == listed


def miss_lines() -> list[str]:
    """The misses as lines of the documentation's table: days in a row with the same causes together."""
    lines = []
    for (partner, causes), group in groupby(misses(), key=lambda row: (row["partner"], row["causes"])):
        rows = list(group)
        days = rows[0]["day"] if len(rows) == 1 else f"{rows[0]['day']} to {rows[-1]['day']} ({len(rows)})"
        other = "several, each small" if abs(float(rows[0]["left"])) <= WITHIN else "not listed"
        sizes = {key: sorted({round(float(row[key]), 1) + 0.0 for row in rows}) for key in ("miss", "left")}
        shown = [" to ".join(dict.fromkeys(f"{v:+.1f}" for v in (x[0], x[-1]))) for x in sizes.values()]
        lines.append(f"| {partner} | {days} | {shown[0]} | {causes.replace('|', ', ') or other} | {shown[1]} |")
    return lines


def test_the_page_lists_every_miss() -> None:
    page = (DATA.parents[1] / "docs" / "us-tariffs.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if re.match(r"\| ([A-Z]{3}|EU) \| 20", line)] == miss_lines()
    assert all(f"`{name}`" in page for name in CONVENTIONS)
    assert all(f"* {partner}: {why}" in " ".join(page.split()) for partner, why in NOT_LISTED.items())
    left = [key for key in series() if abs(averages(key[1], *CONVENTIONS)[key[0]] - series()[key]) > WITHIN]
    late = [key for key in series() if key[1] >= "2025-11-14"]
    close = [key for key in late if abs(averages(key[1])[key[0]] - series()[key]) <= WITHIN]
    said = " ".join(page.split())
    assert f"on {len(series()) - len(misses())}; from 14 November 2025 on, on {len(close)} of {len(late)}" in said
    assert f"{len(series()) - len(left)} of {len(series())} come out within a point" in said
    for name, partner in (("Japan", "JPN"), ("China", "CHN")):
        rows = re.findall(rf"^\| {name}, (\S+) \| (\S+) \| (\S+) \|", page, re.M)
        assert rows == [(d, f"{averages(d)[partner]:.1f}", f"{series()[partner, d]:.1f}") for d, _, _ in rows]
        assert rows
    uncomputed = {a.instrument for a in us_actions() if not a.computed and a.since > BASE}
    assert all(name in page for name in uncomputed)


def test_what_the_conventions_of_the_series_leave_is_named() -> None:
    """Under its own conventions the series comes out within a point, except for these partners on these days."""
    left = {key for key in series() if abs(averages(key[1], *CONVENTIONS)[key[0]] - series()[key]) > WITHIN}
    assert {partner for partner, _ in left} == set(NOT_LISTED)
    assert len(left) <= 0.1 * len(series())
    for row in misses():
        assert row["causes"] or row["partner"] in NOT_LISTED, row


@pytest.mark.parametrize(
    ("partner", "day", "published"),
    [("JPN", "2025-11-14", 14.3), ("JPN", "2026-04-06", 12.7), ("CHN", "2026-04-06", 10.3)],
)
def test_headline_days(partner: str, day: str, published: float) -> None:
    assert averages(day)[partner] == pytest.approx(published, abs=WITHIN)


def test_the_tables_are_those_that_the_script_builds(shared_data: Path, tmp_path: Path) -> None:
    path = DATA.parents[1] / "tools" / "build_us_tariffs.py"
    if not (shared_data / "policy").is_dir():
        pytest.skip("the sources of the US tariff actions are absent")
    places = ("--data", shared_data / "policy", "--out", tmp_path, "--tests", tmp_path)
    subprocess.run([sys.executable, path, *places], check=True, capture_output=True)
    built = sorted(file.name for file in tmp_path.iterdir())
    assert len(built) == 4
    for name in built:
        kept = DATA / name if name == "us_tariff_series.csv" else PACKAGED / name
        assert (tmp_path / name).read_bytes() == kept.read_bytes(), name


def one(partner: str, day: str, industry: str, **more: object) -> float:
    """Added duty of one partner and industry, a fraction."""
    table = TABLE.row(TABLE.partners.index(partner))
    return float(added_duty(date.fromisoformat(day), table, **more)[0, table.industries.index(industry)])  # type: ignore[arg-type]


def share(partner: str, industry: str, name: str) -> float:
    return float(TABLE.shares[name][TABLE.partners.index(partner), TABLE.industries.index(industry)])


def test_cars_pay_one_duty_and_the_rest_the_other() -> None:
    """25% on cars and 10% on what is no car: section 232 stands in the place of the reciprocal duty."""
    cars, metals = share("JPN", "C29", "autos"), share("JPN", "C29", "metals")
    expected = 0.25 * (cars + metals) + 0.10 * (1 - cars - metals)
    assert one("JPN", "2025-05-05", "C29") == pytest.approx(expected, abs=1e-12)


def test_a_deal_counts_the_mfn_duty_in() -> None:
    duty = TABLE.duty[TABLE.partners.index("JPN"), TABLE.industries.index("C29")]
    cars = share("JPN", "C29", "autos")
    assert 0.02 < duty < 0.03
    fall = one("JPN", "2025-09-15", "C29") - one("JPN", "2025-09-16", "C29")
    assert fall == pytest.approx(cars * (0.25 - (0.15 - duty)), abs=1e-12)


def test_chinas_duties_add_up() -> None:
    """Fentanyl on all goods, the reciprocal duty on what is neither free nor under section 232."""
    taxed = 1 - share("CHN", "C28", "autos") - share("CHN", "C28", "metals")
    before, after = one("CHN", "2025-04-08", "C28", only=["IEEPA"]), one("CHN", "2025-04-09", "C28", only=["IEEPA"])
    assert before == pytest.approx(0.20 + 0.84 * (taxed - share("CHN", "C28", "annex II")), abs=1e-6)
    assert after - before == pytest.approx(0.41 * (taxed - share("CHN", "C28", "annex II")), abs=1e-6)


def test_electronics_are_free_of_the_reciprocal_duty_from_11_april() -> None:
    free = share("TWN", "C26", "electronics")
    assert free > 0.5
    assert one("TWN", "2025-04-10", "C26") - one("TWN", "2025-04-11", "C26") == pytest.approx(0.1 * free, abs=1e-3)


def test_goods_of_the_usmca_are_free() -> None:
    outside = 1 - share("MEX", "C13T15", "usmca")
    assert one("MEX", "2025-03-06", "C13T15") == pytest.approx(0.25)
    assert one("MEX", "2025-03-07", "C13T15") == pytest.approx(0.25 * outside)


def test_emergency_duties_end_with_the_ruling_and_the_surcharge_with_its_term() -> None:
    def total(day: str, *only: str) -> float:
        return float((added_duty(date.fromisoformat(day), TABLE, only=only) * TABLE.imports).sum())

    assert total("2026-02-19", "IEEPA") > 0
    assert total("2026-02-20", "IEEPA") == 0
    assert total("2026-02-23", "S122") == 0
    assert total("2026-02-24", "S122") > 0
    assert total("2026-07-23", "S122") > 0
    assert total("2026-07-24", "S122") == 0


@pytest.mark.parametrize("day", ["2024-12-31", "2025-05-05", "2025-11-14", "2026-03-01", "2026-09-01"])
def test_authorities_sum_to_the_whole(day: str) -> None:
    parts = [added_duty(date.fromisoformat(day), TABLE, only=[code]) for code in AUTHORITIES]
    np.testing.assert_allclose(sum(parts), added_duty(date.fromisoformat(day), TABLE), atol=1e-12)


def test_rates_stay_within_the_sum_of_their_parts() -> None:
    for day in {a.since for a in us_actions() if a.computed}:
        duty = added_duty(day, TABLE)
        assert duty.min() >= 0
        assert duty.max() <= 2.5


def test_every_action_names_its_list_and_its_basis() -> None:
    lists = {"s232", "usmca", *(entry.name for entry in free_lists())}
    for action in us_actions():
        assert action.authority in AUTHORITIES
        assert action.date_basis
        assert set(action.frees) <= lists
        assert not action.programme or action.programme in TABLE.shares
        assert action.computed or action.note, f"{action.instrument}: not computed, and does not say why"
        assert action.until is None or action.since <= action.until
    tables = {(a.lane, p, a.since) for a in us_actions() if a.computed for p in a.partners}
    assert len(tables) == sum(len(a.partners) for a in us_actions() if a.computed), "two rows of a lane on one day"


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("2022", preset="us-japan")


def test_a_scenario_adds_the_days_duties_to_us_imports_of_goods_only(world: World) -> None:
    scenario = Scenario.from_text("policies:\n  - {apply: us-tariffs, as of: 2025-08-07}\n")
    (shock,) = scenario.shocks(world).values()
    change, usa = shock.tariff - world.tariff, world.regions.index("USA")
    assert np.abs(np.delete(change, usa, 1)).max() == 0
    assert change[:, usa, usa].max() == 0
    assert change[world.sectors.index("K")].max() == 0
    np.testing.assert_allclose(change[:, usa], added_to_world(world, date(2025, 8, 7)))
    cars, japan = world.sectors.index("C29"), world.regions.index("JPN")
    at_base = one("JPN", "2024-12-31", "C29")
    assert change[cars, usa, japan] == pytest.approx(one("JPN", "2025-08-07", "C29") - at_base)


def test_nothing_has_been_added_on_the_day_of_the_baseline(world: World) -> None:
    assert np.abs(added_to_world(world, baseline_day(world))).max() == 0
    scenario = Scenario(policies=[Apply(library="us-tariffs", as_of=BASE)])
    assert any("changes nothing" in note for note in scenario.caveats(world))


def test_on_and_only_take_a_part(world: World) -> None:
    whole = added_to_world(world, date(2025, 8, 7))
    rule = Apply(library="us-tariffs", as_of="2025-08-07", on="Japan", only="section 232")
    (shock,) = Scenario(policies=[rule]).shocks(world).values()
    change = (shock.tariff - world.tariff)[:, world.regions.index("USA")]
    japan = world.regions.index("JPN")
    assert np.abs(np.delete(change, japan, 1)).max() == 0
    assert 0 < change[:, japan].sum() < whole[:, japan].sum()


def test_a_sum_of_partners_is_their_average(world: World) -> None:
    """One region for two partners bears their average, weighted by US imports."""
    full = load_world("2022")
    both = full.aggregate(regions={"USA": ["USA"], "TWO": ["JPN", "KOR"], "ROW": "rest"})
    day, cars = date(2025, 8, 7), full.sectors.index("C29")
    rates, mean = added_to_world(full, day)[cars], added_to_world(both, day)[cars, both.regions.index("TWO")]
    weight = [TABLE.imports[TABLE.partners.index(p), TABLE.industries.index("C29")] for p in ("JPN", "KOR")]
    parts = [rates[full.regions.index(p)] for p in ("JPN", "KOR")]
    assert mean == pytest.approx(np.average(parts, weights=weight))
    assert rates[full.regions.index("DEU")] == rates[full.regions.index("FRA")] > 0


def test_sections_of_the_2019_world_are_averages_of_industries() -> None:
    world = load_world("2019")
    added = added_to_world(world, date(2025, 8, 7))
    japan = world.regions.index("JPN")
    assert 0.1 < added[world.sectors.index("C"), japan] < 0.25
    assert added[world.sectors.index("K")].max() == 0


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{apply: us-tariffs, as of: 2018-07-06}", "line 2: 2018-07-06 is before .* stand at 2024-12-31"),
        ("{apply: us-tariffs, as of: 2027-01-01}", f"line 2: 2027-01-01 is after .* ends on {LAST_DAY}"),
        ("{apply: us-tariffs, as of: last summer}", "line 2: `as of`: 'last summer' is not a day"),
        ("{apply: us-tariffs}", "line 2: apply needs `as of`"),
        ("{apply: us-tarifs, as of: 2025-08-07}", "no library 'us-tarifs'; did you mean 'us-tariffs'"),
        ("{apply: us-tariffs, as of: 2025-08-07, only: S233}", "there is no authority 'S233'.*S232"),
        ("{apply: us-tariffs, as of: 2025-08-07, by: JPN}", "apply has no key 'by'"),
        ("{apply: us-tariffs, as of: 2025-08-07, on: USA}", "there is no border between USA and USA"),
    ],
)
def test_bad_input(world: World, rule: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario.from_text(f"policies:\n  - {rule}\n").shocks(world)


def test_a_world_without_a_date_is_refused(world: World) -> None:
    undated = replace(world, history=())
    with pytest.raises(ScenarioError, match="does not say on which day its US tariffs stand"):
        added_to_world(undated, date(2025, 8, 7))


def test_caveats_name_what_is_assumed_scheduled_and_left_out(world: World) -> None:
    late = Scenario.from_text("policies:\n  - {apply: us-tariffs, as of: 2026-09-01}\n").caveats(world)
    text = " ".join(late)
    for words in (str(KNOWN_UNTIL), "Three proclamations", "Proclamation 10984", "average mix", "2024-12-31"):
        assert words in text


def test_the_shipped_scenario_reads_back_and_its_variants_are_ordered(world: World) -> None:
    scenario = Scenario.from_text(example_text("us-tariffs-2025"))
    assert Scenario.from_text(scenario.to_yaml()) == scenario
    shocks, usa = scenario.shocks(world), world.regions.index("USA")
    japan = world.regions.index("JPN")
    august, fewer, later = (float(shock.tariff[:, usa, japan].sum()) for shock in shocks.values())
    assert world.tariff[:, usa, japan].sum() < fewer < august
    assert later < august


def test_the_nested_form_means_the_same() -> None:
    flat = Scenario.from_dict({"policies": [{"apply": "us-tariffs", "as of": "2025-08-07"}]})
    nested = Scenario.from_dict({"policies": [{"apply": {"library": "us-tariffs", "as of": "2025-08-07"}}]})
    assert flat == nested
    assert flat.to_dict()["policies"] == [{"apply": "us-tariffs", "as of": "2025-08-07"}]
