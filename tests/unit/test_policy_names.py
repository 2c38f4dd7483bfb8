"""Regions and sectors as people write them, in worlds of different detail."""

from __future__ import annotations

from datetime import date

import pytest
from worlds import random_world

from comity.errors import ScenarioError, UnknownName
from comity.policy import resolve_regions, resolve_sectors
from comity.policy.regions import find_regions
from comity.policy.scope import Scope
from comity.policy.sectors import find_sectors
from comity.policy.wording import names, nearest, split
from comity.world import World, load_world


@pytest.fixture(scope="module")
def wide() -> World:
    """24 regions x 34 sectors, the EU as one."""
    return load_world("2022", preset="us-japan")


@pytest.fixture(scope="module")
def small() -> World:
    """6 regions x 13 sectors."""
    return load_world("2022", preset="small")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("JPN", {"JPN"}),
        ("jpn", {"JPN"}),
        ("Japan", {"JPN"}),
        ("US", {"USA"}),
        ("U.S.", {"USA"}),
        ("South Korea", {"KOR"}),
        ("Türkiye", {"TUR"}),
        ("Turkey", {"TUR"}),
        ("EU", {"EU27"}),
        ("European Union", {"EU27"}),
        ("EU27", {"EU27"}),
        ("rest of the world", {"ROW"}),
        ("Quad", {"AUS", "IND", "JPN", "USA"}),
        ("AUKUS", {"AUS", "GBR", "USA"}),
        ("USMCA", {"USA", "CAN", "MEX"}),
        ("China and Russia", {"CHN", "RUS"}),
        ("Japan, Korea", {"JPN", "KOR"}),
        ("Japan, Korea, and China", {"JPN", "KOR", "CHN"}),
        ("USMCA except Mexico", {"USA", "CAN"}),
        ("Quad without the United States", {"AUS", "IND", "JPN"}),
    ],
)
def test_regions(wide: World, name: str, codes: set[str]) -> None:
    assert set(resolve_regions(name, wide)) == codes


def test_all_and_exclusions(wide: World) -> None:
    everyone = set(wide.regions)
    assert set(resolve_regions("all", wide)) == everyone
    assert set(resolve_regions("others", wide)) == everyone
    assert set(resolve_regions("all except China, EU", wide)) == everyone - {"CHN", "EU27"}
    found = find_regions(("world", "-CHN", "not Japan"), wide)
    assert {wide.regions[i] for i in found.index} == everyone - {"CHN", "JPN"}
    assert len(find_regions(("-CHN",), wide).index) == len(everyone) - 1


def test_a_grouping_as_of_a_day(wide: World) -> None:
    assert "GBR" in resolve_regions("CPTPP", wide)
    assert "GBR" not in resolve_regions("CPTPP", wide, date(2024, 12, 14))
    assert set(resolve_regions("EU", wide, date(2019, 1, 1))) == {"EU27", "GBR"}


def test_members_that_are_not_apart_are_counted(wide: World) -> None:
    sentences = [missed.sentence() for missed in find_regions(("CPTPP",), wide).missed]
    assert sentences == [
        "4 of 12 members of CPTPP (BRN, CHL, NZL, PER) are inside ROW and not touched by rules on CPTPP"
    ]
    inside = {missed.inside for missed in find_regions(("G7",), wide).missed}
    assert inside == {"EU27"}
    assert not find_regions(("EU",), wide).missed


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("Jpan", UnknownName, "did you mean 'Japan'"),
        ("DEU", ScenarioError, r"Germany is inside EU27 .* write `aggregation: full`"),
        ("Germany", ScenarioError, "inside EU27"),
        ("Iran", ScenarioError, "part of ROW"),
        ("New Zealand", ScenarioError, r"inside ROW .*cptpp"),
        ("Wakanda", UnknownName, "no region 'Wakanda'"),
        ("EAEU except Russia", ScenarioError, "no region is left"),
        ("Quad except China", ScenarioError, "is no part of it"),
        ("", UnknownName, "no region"),
    ],
)
def test_regions_that_are_none(wide: World, name: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        resolve_regions(name, wide)


def test_a_grouping_without_any_member_apart(small: World) -> None:
    with pytest.raises(ScenarioError, match="no member of MERCOSUR is apart"):
        resolve_regions("MERCOSUR", small)
    with pytest.raises(ScenarioError, match="had no members"):
        find_regions(("AUKUS",), small, date(1990, 1, 1))


def test_others_has_no_meaning_without_another_side(wide: World) -> None:
    with pytest.raises(UnknownName):
        find_regions(("others",), wide, others=False)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("C29", {"C29"}),
        ("c29", {"C29"}),
        ("motor vehicles", {"C29"}),
        ("cars", {"C29"}),
        ("Computers and electronics", {"C26"}),
        ("agriculture", {"A"}),
        ("agriculture and food", {"A", "C10T12"}),
        ("steel and aluminium", {"C24A", "C24B"}),
        ("steel, cars", {"C24A", "C29"}),
        ("metals", {"C24A", "C24B"}),
        ("C24", {"C24A", "C24B"}),
    ],
)
def test_sectors(wide: World, name: str, codes: set[str]) -> None:
    assert set(resolve_sectors(name, wide)) == codes


def test_groups_of_sectors(wide: World) -> None:
    goods, services = set(resolve_sectors("goods", wide)), set(resolve_sectors("services", wide))
    assert goods | services == set(resolve_sectors("all", wide)) == set(wide.sectors)
    assert not goods & services
    assert set(resolve_sectors("goods except oil and gas", wide)) == goods - {"B06"}
    assert {wide.sectors[j] for j in find_sectors(("goods", "-manufacturing"), wide)} == {
        "A",
        "B05_08_09",
        "B06",
        "B07",
    }


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("stel", UnknownName, "did you mean 'steel'"),
        ("steel", ScenarioError, "only a part of C24T25 .* `coverage`"),
        ("ships", ScenarioError, "only a part of C30T33"),
        ("cars except steel", ScenarioError, "only a part"),
        ("goods except services", ScenarioError, "is no part of it"),
        ("cars except cars", ScenarioError, "no sector is left"),
    ],
)
def test_sectors_that_are_none(small: World, name: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        resolve_sectors(name, small)


def test_worlds_with_names_of_their_own() -> None:
    world = random_world(1, 4, 3)
    assert resolve_regions("r1", world) == ("R1",)
    assert resolve_sectors("s2", world) == ("S2",)
    assert resolve_sectors("all", world) == world.sectors
    with pytest.raises(ScenarioError, match="no sector in 'steel'"):
        resolve_sectors("steel", world)
    with pytest.raises(UnknownName, match="no region 'R1x'"):
        resolve_regions("R1x", world)
    with pytest.raises(ScenarioError, match="Japan is not apart"):
        resolve_regions("JPN", world)


def test_lists_of_names() -> None:
    known = {"all", "Bosnia and Herzegovina", "Serbia", "China"}.__contains__
    assert split(["Bosnia and Herzegovina and Serbia"], known)[0] == ["Bosnia and Herzegovina", "Serbia"]
    assert split(["Serbia, Bosnia and Herzegovina, and China"], known)[0] == [
        "Serbia",
        "Bosnia and Herzegovina",
        "China",
    ]
    assert split(["all but China"], known) == (["all"], ["China"])
    assert split(["nonsense and folly"], known) == (["nonsense and folly"], [])
    for bad in (5, None, [], [""], ["a", 1], {"a": 1}, ["x"] * 501):
        with pytest.raises(ValueError, match=r"name"):
            names(bad)


def test_nearest_names_nothing_when_nothing_is_near() -> None:
    assert nearest("qqqqqq", ["Japan", "China"]) == ""
    assert "steel" in nearest("stele", ["steel", "cars"])


def test_a_grouping_of_which_only_oneself_is_apart_has_no_border(small: World) -> None:
    with pytest.raises(ScenarioError, match=r"no border between USA and NATO.*members of NATO .* inside EU27"):
        Scope(small).flows("USA", "NATO", "all", by_imports=True)
