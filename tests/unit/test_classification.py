"""Names: every code has one, every alias means one thing, and names reach any aggregation through its members."""

import pytest

from comity import load_world
from comity.errors import DataError, UnknownName
from comity.world.classification import (
    icio_industries,
    industry_cover,
    is_goods,
    lookup_key,
    region_aliases,
    region_names,
    sector_aliases,
    sector_groups,
    sector_names,
)
from comity.world.presets import Grouping, find_preset, preset_names, presets


@pytest.mark.parametrize("name", ["2024", "2022", "2019"])
def test_every_embedded_code_has_a_name_and_answers_to_it(name: str) -> None:
    world = load_world(name)
    for code, label in zip(world.regions, world.region_names, strict=True):
        assert region_names()[code] == label
        assert region_aliases()[lookup_key(label)] == {code} == region_aliases()[lookup_key(code)]
    for code, label in zip(world.sectors, world.sector_names, strict=True):
        assert sector_names()[code] == label != code
        assert code in industry_cover()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("US;USA;U.S.;America;United States;united states of america", "USA"),
        ("JP;Japan", "JPN"),
        ("Korea;South Korea;Republic of Korea;KOREA, SOUTH;ROK", "KOR"),
        ("UK;U.K.;Britain;GB", "GBR"),
        ("Taiwan;Chinese Taipei", "TWN"),
        ("Hong Kong;Hong Kong, China", "HKG"),
        ("China;PRC;Mainland China", "CHN"),
        ("Vietnam;Viet Nam", "VNM"),
        ("Türkiye;Turkey;Turkiye", "TUR"),
        ("Czechia;Czech Republic", "CZE"),
        ("ROW;rest of the world;Rest of World", "ROW"),
        ("North Korea;DPRK", "PRK"),
    ],
)
def test_regions_as_people_write_them(words: str, code: str) -> None:
    for word in words.split(";"):
        assert region_aliases()[lookup_key(word)] == {code}, word


@pytest.mark.parametrize(
    ("word", "industry"),
    [
        ("motor vehicles", "C29"),
        ("Cars", "C29"),
        ("autos", "C29"),
        ("steel", "C24A"),
        ("semiconductors", "C26"),
        ("chips", "C26"),
        ("electronics", "C26"),
        ("food", "C10T12"),
        ("pharmaceuticals", "C21"),
        ("C29", "C29"),
        ("Manufacture of motor vehicles, trailers and semi-trailers", "C29"),
    ],
)
def test_sectors_as_people_write_them(word: str, industry: str) -> None:
    names = sector_aliases()[lookup_key(word)]
    assert {code for code in names if code in icio_industries()} == {industry}


def test_groups_partition_the_industries() -> None:
    goods, services = sector_aliases()["goods"], sector_aliases()["services"]
    industries = set(icio_industries())
    assert goods & industries | services & industries == industries
    assert not goods & services
    assert {code for code in industries if is_goods(code)} == goods & industries
    assert sector_aliases()["manufacturing"] < goods
    assert {"C26", "C28"} < sector_aliases()["strategic technology"] < goods


def test_groups_reach_every_classification_whole() -> None:
    assert {"A", "B", "C", "c1", "c16", "A01_02"} <= sector_aliases()["goods"]
    assert "C" not in sector_aliases()["motor vehicles"], "all manufacturing is not cars"
    assert "c15" not in sector_aliases()["motor vehicles"], "all transport equipment is not cars"
    assert {"c15", "C30", "C29"} <= sector_aliases()["transport equipment"]


def test_groups_say_what_they_rest_on() -> None:
    for group in sector_groups():
        assert group.basis, group.name
        assert group.date, group.name
        assert group.members <= set(icio_industries()), group.name


def test_codes_cover_known_industries() -> None:
    for code, cover in industry_cover().items():
        assert cover, code
        assert cover <= set(icio_industries()), code
    with pytest.raises(DataError, match="XYZ"):
        is_goods("XYZ")


@pytest.mark.parametrize(
    ("preset", "world"), [(p, w) for p in presets() for w in p.worlds], ids=lambda v: getattr(v, "name", v)
)
def test_presets_partition_their_world(preset, world) -> None:
    full = load_world(world)
    for grouping, codes in ((preset.regions, full.regions), (preset.sectors, full.sectors)):
        groups = grouping.apply(codes)
        assert sorted(member for members in groups.values() for member in members) == sorted(codes)
        assert set(grouping.names) >= {code for code, members in groups.items() if len(members) > 1}


def test_preset_sizes() -> None:
    sizes = {
        (p, w): load_world(w, p).total_flows.shape[:2]
        for p, w in [("us-japan", "2022"), ("oecd-44", "2022"), ("us-japan", "2019")]
    }
    assert sizes == {("us-japan", "2022"): (34, 24), ("oecd-44", "2022"): (34, 44), ("us-japan", "2019"): (20, 18)}
    assert preset_names("2022")[:2] == ("full", "us-japan")
    assert preset_names("1900") == ()


def test_preset_errors_name_the_trouble() -> None:
    with pytest.raises(UnknownName, match=r"'us-jpan'.*us-japan"):
        find_preset("us-jpan", "2022")
    with pytest.raises(DataError, match="DEU"):
        find_preset("chips", "2022").regions.apply(["USA", "JPN"])
    with pytest.raises(DataError, match="leaves out B"):
        Grouping(("A",), {}, {}).apply(["A", "B"])
    with pytest.raises(DataError, match="twice"):
        Grouping(("A",), {"G": ("A", "B")}, {}).apply(["A", "B"])
