"""Build the tables of trade agreements in src/comity/policy/data (see DATA.md).

    python tools/build_agreements.py [FOLDER]      # of the policy source data; default ../shared/data/policy

    agreements.csv         what is known of each agreement, with the depth that DESTA codes or that is assumed
    agreement_members.csv  whose trade it covers, from when to when

Members and dates are those of the WTO's list of regional trade agreements: free trade areas, customs unions and
agreements on services with at least two of the economies of the 2022 world, in force, or ended since 2019. Depth is
DESTA's count of seven provisions (Dur, Baccini and Elsig 2014), found by the same members and the same year.
`tools/agreements_named.csv`, written by hand, adds names that people use, the agreements that the list lacks, and the
depth that DESTA does not code, each with its basis. Partial-scope agreements are left out: their estimated effect on
trade is nil (0.003, standard error 0.083, in the estimates that `agreement_effects.csv` takes).
"""

from __future__ import annotations

import csv
import re
import sys
import warnings
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from comity.policy.groupings import grouping
from comity.world.classification import lookup_key, read_table, region_aliases

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "comity" / "policy" / "data"
WTO_FILE = "trade_agreements/WTO_RTA_AllRTAs_2026-02-01.xlsx"
WTO = "WTO list of regional trade agreements, 2026-02-01"
DESTA = "DESTA 2.3"
EU = "EU"
BLOCS = {"asean free trade area": "AFTA", "european free trade association": "EFTA", "gulf cooperation council": "GCC",
         "eurasian economic union": "EAEU", "southern common market": "MERCOSUR", "european union": EU}  # fmt: skip
OLDEST = pd.Timestamp(2018, 12, 31)
"""Agreements that ended earlier are in no baseline."""
YEARS_APART, ALIKE = 2, 0.7
"""How far a treaty of DESTA may be from an agreement of the WTO's list in years and in members (shared over all)."""
SHALLOW = 3
"""DESTA depth up to which an agreement counts as shallow."""
CLASS_BASIS = (
    "DESTA depth {depth} of 7; that up to 3 is shallow and more is medium is an assumption, anchored on the TPP (7), "
    "whose successor the source of the estimates puts into its middle cluster"
)
UNCODED = "assumption: not coded by DESTA, or not found in it; shallow if on goods alone, else medium"
COLUMNS = ("agreement", "aliases", "wto_id", "type", "signed", "in_force", "ended", "goods", "services", "tariffs",
           "desta", "desta_name", "desta_depth", "class", "class_basis", "source", "note")  # fmt: skip
MEMBER_COLUMNS = ("agreement", "member", "side", "from", "to", "basis")
Row = dict[str, str]


def main(folder: Path, target: Path = TARGET) -> None:
    """Write both tables."""
    with (ROOT / "tools" / "agreements_named.csv").open(encoding="utf-8") as file:
        named = list(csv.DictReader(file))
    wto, coded = read_wto(folder / WTO_FILE), Coded(folder)
    blocs = [row for row in wto if " - " not in row["RTA Name"] and pd.notna(row["Current signatories"])]
    rosters = {key(row["RTA Name"]): row["Current signatories"] for row in blocs}
    rows, members = [], []
    kept = [row for row in wto if wanted(row)]
    again = {row["RTA Name"] for row in kept if pd.isna(row["Inactive Date"])}
    for row in kept:
        if pd.notna(row["Inactive Date"]) and row["RTA Name"] in again:  # replaced by one of the same name
            row["RTA Name"] = f"{row['RTA Name'].strip()} (to {row['Inactive Date'].year})"
        own = next((n for n in named if n["wto_id"] == str(row["RTA ID"])), {})
        found = memberships(row, own, rosters)
        if len({m["side"] for m in found if m["member"] in economies() | {EU}}) < 2:
            continue
        rows.append(agreement(row, own, found, coded))
        members += found
    for own in named:
        if not own["wto_id"]:
            found = by_hand(own)
            rows.append(hand_row(own, coded))
            members += found
    rows.sort(key=lambda row: row["agreement"].casefold())
    members.sort(key=lambda row: (row["agreement"].casefold(), row["side"], row["from"], row["member"]))
    write(target / "agreements.csv", COLUMNS, rows)
    write(target / "agreement_members.csv", MEMBER_COLUMNS, members)
    print(f"{len(UNPLACED)} signatories left out, which are in no world: {', '.join(sorted(UNPLACED))}")
    classes = {c: sum(row["class"] == c for row in rows) for c in ("deep", "medium", "shallow", "tariffs only")}
    print(f"{sum(bool(row['desta_depth']) for row in rows)} of {len(rows)} have a depth in DESTA; classes: {classes}")


def read_wto(path: Path) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_excel(path, sheet_name="AllRTAs").to_dict("records")


def wanted(row: dict[str, Any]) -> bool:
    """Free trade areas, customs unions and agreements on services that some baseline may contain; no accessions."""
    kind, ended = str(row["Type"]), row["Inactive Date"]
    in_force = pd.notna(row["Date of Entry into Force (G)"]) or pd.notna(row["Date of Entry into Force (S)"])
    recent = pd.isna(ended) or ended > OLDEST
    return in_force and recent and row["Accession?"] != "Yes" and "PSA" not in kind and kind != "nan"


def economies() -> set[str]:
    return {row["code"] for row in read_table("regions.csv") if row["in_world_2022"] == "yes"}


def key(name: str) -> str:
    return lookup_key(str(name).split(" (")[0])


ELSEWHERE = {"Lebanese Republic": frozenset({"LBN"})}
UNPLACED: set[str] = set()
"""Signatories that no list of economies has: Liechtenstein, small territories. They are in no world."""


def codes(text: str, rosters: dict[str, str], depth: int = 0) -> list[tuple[str, str]]:
    """Members of a list of signatories, each with the bloc that it stands in there (empty for none)."""
    found: list[tuple[str, str]] = []
    for name in (part.strip() for part in text.split(";")):
        plain = name.replace(", the State of", "").replace(", Kingdom of", "")
        spelled = (plain, plain.split(" (")[0], plain.split(",")[0])
        known = next((region_aliases()[k] for k in map(lookup_key, spelled) if k in region_aliases()), None)
        known = ELSEWHERE.get(name, known)
        if key(name) == "european union":
            found.append((EU, EU))
        elif known:
            found += [(code, "") for code in known]
        elif key(name) in rosters and depth < 2:
            bloc = BLOCS.get(key(name), plain.split(" (")[0])
            found += [(code, bloc) for code, _ in codes(rosters[key(name)], rosters, depth + 1)]
        elif name:
            UNPLACED.add(name)
    return found


def memberships(row: dict[str, Any], own: Row, rosters: dict[str, str]) -> list[Row]:
    """A row a member, with the side of the agreement on which it stands and its own dates."""
    lapsed = pd.isna(row["Current signatories"])
    roster = codes(str(row["Original signatories"] if lapsed else row["Current signatories"]), rosters)
    states = grouping(EU).members()
    if lapsed and {code for code, _ in roster} & states and "EU" in str(row["RTA Name"]):
        roster = [(c, s) for c, s in roster if c not in states] + [(EU, EU)]  # its early agreements list its states
    starts = [day(row[f"Date of Entry into Force ({part})"]) for part in "GS"]
    start, end = starts[0] or starts[1], day(row["Inactive Date"])
    dates = own_dates(row["Specific Entry/Exit dates"])
    name, own_name = str(row["RTA Name"]).strip(), own.get("name") or str(row["RTA Name"]).strip()
    blocs = sides(name, [code for code, _ in roster])
    basis = f"{WTO}, agreement {row['RTA ID']}"
    found = []
    for code, bloc in dict(roster).items():
        first, last = dates.get(code, ("", ""))
        if first != NOT_YET:
            side = "" if own_name == EU else bloc or blocs.get(code, "")
            found.append(member(own_name, code, side or code, max(first, start), last or end, basis))
    if "GBR" in dates and not any(m["member"] == "GBR" for m in found):
        found.append(member(own_name, "GBR", "GBR" if own_name == EU else EU, start, dates["GBR"][1], basis))
    return found


def sides(name: str, members: list[str]) -> dict[str, str]:
    """In an agreement of one country with several: who stands opposite the one ("Chile - Central America")."""
    parts = [part.strip() for part in re.split(r" - ", name.split(" (")[0])]
    alone = {c for part in parts for c in region_aliases().get(lookup_key(part), ()) if c in members}
    others = [part for part in parts if lookup_key(part) not in region_aliases()]
    if len(parts) < 2 or not alone or len(others) != 1:
        return {}
    return {code: others[0] for code in members if code not in alone}


NOT_YET = "9999"


def own_dates(text: object) -> dict[str, tuple[str, str]]:
    """Dates of single parties; `NOT_YET` for those that have not ratified."""
    found: dict[str, tuple[str, str]] = {}
    for name, first, last in re.findall(r"([^;(]+)\((\d\d-\w{3}-\d{4})? ?- ?(\d\d-\w{3}-\d{4})?\s*\)", str(text)):
        for code in region_aliases().get(lookup_key(name.split(",")[0]), ()):
            found[code] = (NOT_YET if first.endswith(NOT_YET) else day_of(first), day_of(last))
    return found


def day_of(text: str) -> str:
    return f"{datetime.strptime(text, '%d-%b-%Y'):%Y-%m-%d}" if text else ""


def day(value: object) -> str:
    return "" if pd.isna(value) else pd.Timestamp(value).strftime("%Y-%m-%d")


def member(name: str, code: str, side: str, first: str, last: str, basis: str) -> Row:
    return dict(zip(MEMBER_COLUMNS, (name, code, side, first, last, basis), strict=True))


class Coded:
    """The agreements that DESTA codes, found by members and year."""

    def __init__(self, folder: Path) -> None:
        places = folder / "critical_minerals_baci" / "country_codes.csv"
        numeric = pd.read_csv(places, keep_default_na=False).set_index("country_code")["country_iso3"].to_dict()
        numeric |= {756: "CHE", 757: "CHE", 842: "USA", 840: "USA", 251: "FRA", 250: "FRA", 579: "NOR", 578: "NOR",
                    699: "IND", 356: "IND", 490: "TWN", 158: "TWN"}  # fmt: skip
        depth = pd.read_csv(folder / "trade_agreements/desta_v2.3_depth_indices.csv", encoding="latin1")
        self.rows = {str(row["number"]): row for row in depth.to_dict("records")}
        dyads = pd.read_csv(folder / "trade_agreements/desta_v2.3_treaty_dyads.csv.gz", encoding="latin1", dtype=str)
        self.names = dict(zip(dyads["number"], dyads["name"], strict=True))
        self.years = {number: int(year) for number, year in zip(dyads["number"], dyads["year"], strict=True)}
        self.members: dict[str, set[str]] = {}
        for number, one, two in zip(dyads["number"], dyads["iso1"], dyads["iso2"], strict=True):
            pair = {numeric.get(int(one), one), numeric.get(int(two), two)}
            self.members.setdefault(number, set()).update(pair)

    def find(self, members: set[str], union: frozenset[str], year: int) -> str:
        """Number of the coded treaty with these members, signed within two years: nearest in members, then in time.

        `union` are the EU's members of the day: a treaty is not found by them alone.
        """
        found = []
        for candidate in self.rows:
            theirs, apart = self.members.get(candidate, set()), abs(self.years.get(candidate, 0) - year)
            likeness = len(theirs & members) / max(len(theirs | members), 1)
            beyond = (theirs - union) & (members - union) or not members - union
            if apart <= YEARS_APART and likeness > ALIKE and beyond:
                found.append((-likeness, apart, candidate))
        return min(found)[2] if found else ""


def agreement(row: dict[str, Any], own: Row, members: list[Row], coded: Coded) -> Row:
    """What is known of an agreement of the WTO's list."""
    signed = min(day(row[f"Date of Signature ({p})"]) or NOT_YET for p in "GS")
    start = min(m["from"] for m in members)
    when = date.fromisoformat(start if signed == NOT_YET else signed)
    union = grouping(EU).members(when)  # the treaty was with the members of its day
    whole = {code for m in members for code in (union if m["member"] == EU else {m["member"]})}
    number = own.get("desta") or coded.find(whole, union, when.year)
    coverage = str(row["Coverage"])
    values = {
        "agreement": own.get("name") or str(row["RTA Name"]).strip(),
        "aliases": "|".join(other_names(str(row["RTA Name"]).strip(), own)),
        "wto_id": str(row["RTA ID"]),
        "type": str(row["Type"]),
        "signed": "" if signed == NOT_YET else signed,
        "in_force": own.get("from") or start,
        "ended": day(row["Inactive Date"]),
        "goods": "yes" if "Goods" in coverage or own.get("name") == "EEA" else "no",
        "services": own.get("services") or ("yes" if "Services" in coverage else "no"),
        "tariffs": own.get("tariffs") or ("yes" if "Goods" in coverage else "no"),
        "source": WTO,
        "note": own.get("note", ""),
    }
    return values | depth_of(number, own, coded, values)


def depth_of(number: str, own: Row, coded: Coded, values: Row) -> Row:
    """The depth that DESTA codes, and the class that it, or an assumption, puts the agreement into."""
    row = coded.rows.get(number)
    depth = "" if row is None else str(int(row["depth_index"]))
    kind, basis = own.get("class", ""), own.get("class_basis", "")
    if not kind and depth:
        kind, basis = ("shallow" if int(depth) <= SHALLOW else "medium"), CLASS_BASIS.format(depth=depth)
    elif not kind:
        kind, basis = ("medium" if values["goods"] == values["services"] == "yes" else "shallow"), UNCODED
    name = coded.names.get(number, "")
    return {"desta": number, "desta_name": name, "desta_depth": depth, "class": kind, "class_basis": basis}


def other_names(name: str, own: Row) -> list[str]:
    """Other ways to write it: those of the hand-made list, the WTO's, and a pair the other way round."""
    found = [a for a in own.get("aliases", "").split("|") if a]
    plain = re.sub(r"\s+", " ", re.sub(r"\s*\([^)]*\)", "", name))
    short = plain.replace("Korea, Republic of", "Korea").replace("Hong Kong, China", "Hong Kong")
    found += [name, plain, short, " - ".join(reversed(short.split(" - ")))]
    by_key = {lookup_key(text): text for text in reversed(found)}
    by_key.pop(lookup_key(own.get("name") or name), None)
    return [text for text in dict.fromkeys(found) if by_key.get(lookup_key(text)) == text]


def hand_row(own: Row, coded: Coded) -> Row:
    """An agreement that the WTO's list lacks."""
    values = dict.fromkeys(COLUMNS, "") | {
        "agreement": own["name"],
        "aliases": own["aliases"],
        "type": "FTA & EIA" if own["services"] == "yes" else "FTA",
        "signed": own["signed"],
        "in_force": own["from"],
        "goods": "yes",
        "services": own["services"],
        "tariffs": own["tariffs"] or "yes",
        "source": f"not in the {WTO}; written by hand in tools/agreements_named.csv",
        "note": own["note"],
    }
    return values | depth_of(own["desta"], own, coded, values)


HAND_MEMBERS = {
    "Japan-US 2019": ("JPN|USA", "Congressional Research Service, R46140"),
    "TPP": ("AUS|BRN|CAN|CHL|JPN|MYS|MEX|NZL|PER|SGP|USA|VNM", f"roster: {DESTA}, treaty 899"),
    "EU-Switzerland Bilaterals I": ("EU|CHE", f"{DESTA}, treaty 793; date recalled"),
    "EU-Mercosur": ("EU|ARG|BRA|PRY|URY", "public record, recalled"),
}


def by_hand(own: Row) -> list[Row]:
    """Members of the agreements that the WTO's list lacks."""
    name = own["name"]
    if name == "RCEP":
        with (TARGET / "groupings.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["group"] == name]
        basis = f"roster: {DESTA}, treaty 1044; entry dates recalled"
        return [member(name, r["iso3"], r["iso3"], r["from"], r["to"], basis) for r in rows]
    roster, basis = HAND_MEMBERS[name]
    bloc = {"ARG", "BRA", "PRY", "URY"} if name == "EU-Mercosur" else set()
    return [
        member(name, code, "MERCOSUR" if code in bloc else code, own["from"] or own["signed"], "", basis)
        for code in roster.split("|")
    ]


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)
    print(f"wrote {path}: {sum(1 for _ in rows)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "policy")
