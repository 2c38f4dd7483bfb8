"""What a brief says of numbers: who gains and loses, what drives them, how they are rounded; and words explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases import CLAIMS, small_case

from comity.claims import load_case, run_case
from comity.claims.claim import Drawing
from comity.claims.drawing import draw_case
from comity.claims.results import CaseResult, Result
from comity.model import Closures
from comity.model.explanation import Explanation, Part, Sensitivity
from comity.policy import Scenario
from comity.policy.nominal import OTHER_DOLLARS
from comity.report.brief import disagreements, figures, mind, plain, sentences, spreads, terms
from comity.report.brief.kept import Kept, first_world, headline_of
from comity.report.brief.sentences import BN, ready
from comity.report.brief.series import Series, series_figure
from comity.report.brief.views import View
from comity.report.charts.look import NARROW, WIDE
from comity.report.panels import panel_tables
from comity.uncertainty.choices import AGGREGATION, VINTAGE, closure_choices
from comity.uncertainty.panel import disagreement

GOAL = """\
aggregation: full
policies:
  - tariff: {by: USA, on: Japan, sectors: [C], add: 10%, name: duty}
  - goal: {vary: duty, outcome: real income, of: Japan, is: -0.05%}
"""
WHY = Explanation(
    region="JPN",
    real_income_pct=-0.087,
    channels=(Part("volume", -0.0039), Part("terms of trade", -0.0831)),
    by_sector=(),
    by_partner=(),
    budget=(),
    sensitivity=(
        Sensitivity("tariff change USA on JPN, Cars", 0.25, -0.0027),
        Sensitivity("trade elasticity, Cars", 8.7, -0.0018),
    ),
    incidence=(),
    gap=0.0,
)
SEEN = View(
    variant="no answer",
    names={"JPN": "Japan", "USA": "United States", "MEX": "Mexico", "ROW": "Rest of the world"},
    members={"JPN": ("JPN",), "USA": ("USA",), "MEX": ("MEX",), "ROW": ("ROW",)},
    income={"JPN": -0.087, "USA": -0.007, "MEX": 0.041, "ROW": 0.00001},
    worth={"JPN": -3.66, "USA": -1.74, "MEX": 0.62, "ROW": 0.001},
    spending=90000.0,
    focus="JPN",
    sectors=(("Trade", 1.16), ("Steel", -0.88), ("Cars", -14.0)),
    sells=(),
    buys=(),
    explanation=WHY,
)  # fmt: skip


def test_who_gains_and_who_loses() -> None:
    gains, losses = sentences.sides(SEEN)
    assert gains == "Mexico (US$ 0.62 bn, 0.041%)."
    assert losses == "Japan (US$ 3.7 bn, 0.087%) and the United States (US$ 1.7 bn, 0.007%)."


def test_what_drives_it_names_the_largest_part_first() -> None:
    assert sentences.drivers(SEEN) == (
        "Real income of Japan changes by −0.087%: terms of trade −0.083 and the volume of taxed trade −0.0039 "
        "percentage points."
    )
    assert sentences.inside(SEEN).startswith("Inside Japan value added falls most in Cars (−14) and Steel (−0.88)")


def test_what_it_hangs_on_is_a_parameter_of_the_model_and_not_the_policy() -> None:
    assert sentences.sensitive(WHY, "Japan").startswith("If the trade elasticity of cars (8.7) were a tenth larger")


def test_ranges_and_other_worlds() -> None:
    both = sentences.spread({"a": -3.66, "b": -1.2}, "it")
    assert both == "Over the scenarios here it goes from −US$ 3.7 bn (a) to −US$ 1.2 bn (b) a year."
    assert "about −US$ 3.7 bn a year in each" in sentences.spread({"a": -3.66, "b": -3.7}, "it")
    assert sentences.spread({"a": -3.66}, "it") == ""
    assert (
        sentences.other_world("2024", -4.4, -3.66, BN)
        == "With the data of 2024 it is −US$ 4.4 bn instead of −US$ 3.7 bn."
    )
    assert sentences.other_world("2024", -3.67, -3.66, BN) == "With the data of 2024 it is the same."


def test_notes_are_for_a_reader() -> None:
    """Names for codes, and no advice on files."""
    names = plain.names_of([])
    notes = [
        "transfer from JPN to USA: US$6.3bn of 2024",
        OTHER_DOLLARS,
        "chips (C26.p) is 2% of Computers and electronics (C26), C10T12 and EO 14257 of the OECD for NLD (KOR)",
    ]
    assert [plain.named(note, names) for note in plain.readable(notes, [])] == [
        "Transfer from Japan to the United States: US$ 6.3 bn of 2024",
        "Chips is 2% of Computers and electronics, food, beverages and tobacco and EO 14257 of the OECD for "
        "the Netherlands (South Korea)",
    ]


def test_what_a_goal_found_is_as_exact_as_it_is_known(tmp_path: Path) -> None:
    """In the brief; in the note of the run it can be copied."""
    case = load_case(small_case(tmp_path / "case", transfer=GOAL))
    kept, notes = Kept(case, first_world(case)), []
    found = run_case(case, numbers=[2], seen=lambda solved: (kept.keep(solved), notes.extend(solved.caveats)))
    exact = next(note for note in notes if "was found such that" in note)
    known = next(said for said in mind.in_mind(found, kept, found.find(2)) if "was found such that" in said)
    assert re.search(r"duty: \d+\.\d{3,}% was found such that real income of Japan is -0\.05%", exact)
    assert re.search(r"Duty: \d\.\d% was found such that real income of Japan is −0\.050% \(baseline 0%\)", known)


def test_terms_are_linked_once() -> None:
    done: set[str] = set()
    first = terms.split("Real income and real income, by terms of trade.", done)
    assert [term for _, term in first if term] == ["real income", "terms of trade"]
    assert "".join(piece for piece, _ in first) == "Real income and real income, by terms of trade."
    assert terms.split("real income", done) == [("real income", "")]
    assert all(meaning.endswith(".") for meaning in terms.terms().values())


def test_every_choice_of_the_model_is_explained() -> None:
    names = {choice.name for choice in closure_choices(Closures(), "uniform:5")} | {VINTAGE, AGGREGATION}
    assert names == set(disagreements.CHOICES)


def test_why_answers_differ_is_told_with_digits_that_are_known() -> None:
    scenario = Scenario.from_dict(
        {"world": 2019, "aggregation": "full", "policies": [{"tariff": {"by": "USA", "on": "JPN", "add": "25%"}}]}
    )
    panel = disagreement(scenario, "Japan", only=["imbalances"])
    found = disagreements.disagreement("claim-1", panel)
    assert f"imbalances: {disagreements.CHOICES['imbalances']}." in found.said[1]
    assert "sourcing" not in found.said[1]
    digits = {column.digits for table in found.tables for column in table.columns if column.unit in ("%", "points")}
    assert max(d for d in digits if d is not None) == disagreements.DIGITS
    assert panel_tables(panel)[0].columns[2].digits == 4


@pytest.mark.parametrize("draws", [0, 8])
def test_a_case_is_kept_and_its_numbers_rounded(tmp_path: Path, draws: int) -> None:
    case = load_case(small_case(tmp_path / "case"))
    kept = Kept(case, first_world(case))
    found = run_case(case, seen=kept.keep)
    measure, file, variant = headline_of(case.claims([1])[0])
    assert measure is not None
    assert (measure.key, file, variant) == ("japan", "tariff.yaml", "no answer")
    assert kept.views[1].variant == "no answer"
    assert kept.views[1].name == "Japan"
    assert set(kept.worlds) == {"2019"}
    result = found.find(1)
    answer = next(a for a in result.answers if (a.measure.key, a.variant) == ("japan", "no answer"))
    assert isinstance(answer.value, float)
    assert sum(kept.views[1].worth.values()) == pytest.approx(kept.views[1].world_worth)
    assert kept.views[1].worth["JPN"] == pytest.approx(answer.value)
    if draws:
        found = draw_case(found, draws)
    one = spreads.of_answer(found.drawn, found.find(1), answer)
    assert (one is None) == (not draws)
    number = spreads.numbered(found.drawn, found.find(1), answer)
    assert isinstance(number.value, float)
    assert number.value == pytest.approx(answer.value, rel=0.3)
    assert number.digits <= ready(answer).digits
    said = spreads.said(one, answer.value, "nothing was drawn")
    assert said.startswith("90% interval −US$ " if draws else "no interval: nothing was drawn")
    if one is not None:
        assert spreads.sure(one).startswith("Japan loses in 8 of 8 draws: ")
        row = next(row for row in found.find(1).rows if row.variant == "no answer")
        low, high = spreads.of_row(found.drawn, 1, row, "Japan") or (0.0, 0.0)
        assert (low, high) == pytest.approx(one.summary.most)


def test_what_differs_in_numbers_and_regions_alone_is_said_once(tmp_path: Path) -> None:
    claims = CLAIMS.replace("worlds: [2019]", "worlds: [2019, 2022]")
    case = load_case(small_case(tmp_path / "case", claims=claims))
    kept = Kept(case, first_world(case))
    one = Result(case.claims([1])[0], (), (), ())
    two = Result(case.claims([2])[0], (), (), ())
    found = CaseResult(case, ("2019", "2022"), (one, two))
    kept.caveats[1, "tariff.yaml", "2019"] = ("Links change between USA and JPN, KOR.", "Alike.", "It is 1.5% of 2019.")
    kept.caveats[1, "tariff.yaml", "2022"] = (
        "Links change between USA and JPN.",
        "Alike.",
        "New.",
        "It is 2% of 2022.",
    )
    kept.caveats[2, "transfer.yaml", "2019"] = ("Alike.",)
    assert mind.in_mind(found, kept, one) == (
        "Links change between the United States and Japan, South Korea.",
        "Alike.",
        "It is 1.5% of 2019.",
        "World 2022: New.",
        "What is said here of world 2019 holds of 2022 with its own numbers and regions.",
    )
    assert mind.in_mind(found, kept, two) == ("Alike.",)
    assert mind.shared(found, kept) == ("Alike.",)


def _series(along: str, unit: str = BN) -> Series:
    asked = Drawing(label="Output", of="output_change_usd_bn", along=along, variants=("without", "with"))
    values = {
        "without": {"Cars": -8.0, "Steel": -1.0, "Farms": 0.2},
        "with": {"Cars": 0.5, "Steel": -0.9, "Farms": -3.0},
    }
    return Series(asked, unit, values)


def test_sectors_are_lines_from_scenario_to_scenario() -> None:
    found = series_figure("c", _series("sector"))
    assert found is not None
    assert found.title.startswith(
        "Output: Cars from −US$ 8.0 bn to +US$ 0.50 bn and Farms from +US$ 0.20 bn to −US$ 3.0"
    )
    assert found.title.endswith("between “without” and “with”")
    assert [row[0] for row in found.table.rows] == ["Cars", "Steel", "Farms"]
    for look in (WIDE, NARROW):
        assert any("mark" in layer and layer["mark"]["type"] == "line" for layer in found.draw(look).to_dict()["layer"])


def test_partners_are_bars_with_what_is_drawn_of_them() -> None:
    found = series_figure("c", _series("exporter", "%"), {("without", "Cars"): (-9.0, -7.5)})
    assert found is not None
    assert found.title == "Output: from Cars −8.0% and from Farms +0.20% under “without”"
    assert found.note.endswith("Lines: 90% intervals.")
    assert [column.name for column in found.table.columns] == ["exporter", *2 * ["Output", "5%", "95%"]]
    assert found.table.rows[0] == ("Cars", -8.0, -9.0, -7.5, 0.5, None, None)
    assert "facet" in found.draw(WIDE).to_dict()


def test_where_all_lose_the_two_who_lose_most_are_named() -> None:
    found = _series("exporter", "%")
    found.values["without"].update({"Farms": -0.2, "Steel": -1.0})
    figure = series_figure("c", found)
    assert figure is not None
    assert figure.title == "Output: from Cars −8.0% and from Steel −1.0% under “without”"


def test_titles_round_as_the_bars_below_them_do() -> None:
    found = series_figure("c", _series("exporter", "%"), {("without", "Cars"): (-12.0, -4.0)})
    assert found is not None
    assert found.title.startswith("Output: from Cars −8% and")
    assert "−8" in [row["text"] for row in found.draw(WIDE).to_dict()["data"]["values"]]
    cells = {"Japan": {"a": -8.03, "b": 0.55}, "US": {"a": 1.0, "b": 2.0}}
    ends = {("a", "Japan"): (-12.0, -4.0), ("b", "Japan"): (-0.2, 1.3)}
    figure = figures.variants_figure("v", cells, "two", ends)
    assert figure.title == "Japan: from −US$ 8 bn (a) to US$ 0.6 bn (b) a year"
    assert {"−8", "+0.6"} <= {row["text"] for row in figure.draw(WIDE).to_dict()["data"]["values"]}
    assert figure.table.rows[0] == ("a", -8.03, -12.0, -4.0, 1.0, None, None)
    assert [column.name for column in figure.table.columns] == ["scenario", *2 * ["real income", "5%", "95%"]]
    said = sentences.spread(cells["Japan"], "it", {v: some for (v, _), some in ends.items()})
    assert said == "Over the scenarios here it goes from −US$ 8 bn (a) to US$ 0.6 bn (b) a year."


def test_a_name_without_a_number_in_every_scenario_is_left_out() -> None:
    found = _series("sector")
    gap = Series(found.asked, found.unit, {**found.values, "with": {"Cars": 0.5}})
    figure = series_figure("c", gap)
    assert figure is not None
    assert [row[0] for row in figure.table.rows] == ["Cars"]
    assert series_figure("c", Series(found.asked, BN, {**found.values, "with": {}})) is None
