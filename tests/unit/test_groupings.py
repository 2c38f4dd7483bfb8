"""Groupings of countries: rosters, dates, and where each row comes from."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from comity.errors import UnknownName
from comity.policy import grouping, groupings
from comity.world.classification import lookup_key, region_aliases, region_names


def at(name: str, day: str | None = None) -> frozenset[str]:
    return grouping(name).members(None if day is None else date.fromisoformat(day))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("EU", 27), ("CPTPP", 12), ("RCEP", 15), ("USMCA", 3), ("ASEAN", 11), ("Quad", 4), ("AUKUS", 3), ("G7", 7),
        ("NATO", 32), ("BRICS", 10), ("Five Eyes", 5), ("OECD", 38), ("MERCOSUR", 4), ("EFTA", 4), ("GCC", 6),
    ],
)  # fmt: skip
def test_latest_rosters_have_their_size(name: str, size: int) -> None:
    assert len(at(name)) == size


def test_the_g20_is_19_countries_and_the_states_of_the_eu() -> None:
    countries = {"ARG", "AUS", "BRA", "CAN", "CHN", "GBR", "IDN", "IND", "JPN", "KOR", "MEX", "RUS", "SAU", "TUR",
                 "USA", "ZAF"}  # fmt: skip
    assert at("G20") == countries | at("EU")


def test_members_come_and_go() -> None:
    assert "GBR" in at("EU", "2020-01-31")
    assert "GBR" not in at("EU", "2020-02-01")
    assert "GBR" not in at("EU")
    assert "HRV" not in at("EU", "2013-06-30")
    assert "HRV" in at("EU", "2013-07-01")
    assert "GBR" not in at("CPTPP", "2024-12-14")
    assert "GBR" in at("CPTPP", "2024-12-15")
    assert at("BRICS", "2023-12-31") == {"BRA", "RUS", "IND", "CHN", "ZAF"}
    assert "EGY" in at("BRICS", "2024-01-01")
    assert "IDN" not in at("BRICS", "2025-01-05")
    assert "SAU" not in at("BRICS")
    assert at("AUKUS", "2000-01-01") == frozenset()


def test_names_as_people_write_them() -> None:
    for name in ("european union", "EU-27", "eu", "BRICS+", "five eyes", "FVEY", "G-20", "cusma"):
        assert grouping(name)
    with pytest.raises(UnknownName, match="did you mean 'CPTPP'"):
        grouping("CPTP")


def test_every_row_is_a_country_with_a_date_and_a_basis() -> None:
    for group in groupings():
        assert group.memberships, group.name
        for row in group.memberships:
            assert row.iso3 in region_names() or row.iso3 == "LIE"
            assert row.basis
            assert row.verified
            assert row.until is None or row.since < row.until
        assert len({m.iso3 for m in group.memberships}) == len(group.memberships)


def test_no_grouping_has_the_name_of_a_country() -> None:
    words = {lookup_key(word) for group in groupings() for word in (group.name, *group.aliases)}
    assert not words & set(region_aliases())


def test_the_table_is_what_its_script_builds(shared_data: Path, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    code = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(root / "tools")!r})
import build_groupings
build_groupings.main(Path({str(shared_data / "policy")!r}), Path({str(tmp_path / "groupings.csv")!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    built = (tmp_path / "groupings.csv").read_text(encoding="utf-8")
    assert built == (root / "src/comity/policy/data/groupings.csv").read_text(encoding="utf-8")
