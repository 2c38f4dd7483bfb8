"""How likely claims are said to be, and whether all of it can hold where claims depend on each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import CLAIMS, small_case

from comity.claims import Case, load_case, score_case
from comity.errors import ScenarioError
from comity.report import claims_coherence as coherence
from comity.report.brief.content import Likelihood
from comity.uncertainty import probability


@pytest.mark.parametrize(
    ("stated", "mean", "said"),
    [
        ("70%", 0.7, "70%"),
        ("0.7", 0.7, "70%"),
        ("[0.6, 80%]", 0.7, "60% to 80%"),
        ("60-80%", 0.7, "60% to 80%"),
        ("likely", 0.7255, "likely"),
        ("likely\n    scale: icd-203", 0.675, "likely"),
    ],
)
def test_a_probability_is_reckoned_with_in_the_place_of_the_hedge(
    tmp_path: Path, stated: str, mean: float, said: str
) -> None:
    settled = (
        f"    hedge: may\n    probability: {stated}\n    resolved: true\n    on: 2025-06-01\n    source: a paper\n"
    )
    claims = CLAIMS.replace("    hedge: may\n", settled + "    note: read so\n")
    case = load_case(small_case(tmp_path / "case", claims=claims))
    claim = case.claims([1])[0]
    assert claim.likelihood is not None
    assert (claim.hedge, claim.said, claim.likelihood.mean) == ("may", said, pytest.approx(mean, abs=1e-4))
    assert score_case(case, [1]).card.brier.value == pytest.approx((1 - claim.likelihood.mean) ** 2)
    wrong = CLAIMS.replace("    hedge: may\n", "    hedge: may\n    probability: 140%\n")
    with pytest.raises(ScenarioError, match=r"line 11: claim 1: probability: a probability of 140% is out of range"):
        load_case(small_case(tmp_path / "wrong", claims=wrong))


def test_the_scale_of_a_case_is_that_of_every_word_that_names_no_other(tmp_path: Path) -> None:
    more = "dependencies:\n  - {claim: 2, given: {1: likely, not 1: 10%}, because: an example}\n"
    claims = CLAIMS.replace("title: A small", "scale: ICD 203\ntitle: A small").replace(
        "hedge: may\n", "hedge: likely\n"
    )
    claims = claims.replace("    hedge: might\n", "    hedge: might\n    scale: capphrase\n") + more
    case = load_case(small_case(tmp_path / "case", claims=claims))
    assert [claim.likelihood.scale for claim in case.content.claims if claim.likelihood] == ["icd-203", "capphrase"]
    assert case.coherence is not None
    assert case.coherence.scales == ("icd-203", "capphrase")
    for name, message in (
        ("icd-302", "line 1: there is no scale of words 'icd-302'; did you mean 'icd-203'"),
        ("icd-203", "line 11: claim 1: hedge: the scale icd-203 has no word 'may'; these have it: capphrase"),
    ):
        with pytest.raises(ScenarioError) as raised:
            load_case(small_case(tmp_path / name, claims=f"scale: {name}\n{CLAIMS}"))
        assert message in str(raised.value)


def with_dependencies(folder: Path, block: str, hedge: str = "    hedge: may\n") -> Case:
    """The small case, its two claims depending on each other."""
    return load_case(small_case(folder, claims=CLAIMS.replace("    hedge: may\n", hedge) + "dependencies:\n" + block))


def test_dependent_claims_are_held_against_each_other(tmp_path: Path) -> None:
    """Against the rule for one implication: the cause is no likelier than the effect, and both move by half."""
    fits = with_dependencies(tmp_path / "fits", "  - {if: 2, then: 1, because: so it is}\n")
    assert fits.coherence is not None
    assert fits.coherence.means.coherent
    assert coherence.sentences(fits.coherence, [1])[1:] == ["If 2, then 1: so it is."]
    assert coherence.sentences(fits.coherence, [3]) == []
    clash = with_dependencies(tmp_path / "no", "  - {if: 2, then: 1, because: x}\n", "    probability: 20%\n").coherence
    assert clash is not None
    might = probability("might").mean
    assert clash.means.nearest == pytest.approx([(0.2 + might) / 2] * 2, abs=1e-6)
    assert clash.within_readings
    said = " ".join(coherence.sentences(clash, [2]))
    assert "These cannot all hold: P(1 A tariff) = 20%; P(2 Another) = 'might' (40%, capphrase)" in said
    assert "it is the means that conflict; words are read on the scale capphrase" in said
    found = coherence.coherence_object(clash)
    assert found is not None
    assert found["coherent"] is False
    assert [one["nearest"] for one in found["statements"]] == pytest.approx([(0.2 + might) / 2] * 2)
    far = with_dependencies(tmp_path / "far", "  - {if: 2, then: 1, because: x}\n", "    probability: 1%\n").coherence
    assert far is not None
    assert not far.within_readings


def test_a_row_of_a_cross_impact_table_is_checked_by_total_probability(tmp_path: Path) -> None:
    may, might = probability("may").mean, probability("might").mean
    other = (might - may * 0.6) / (1 - may)
    for given, fits in ((other, True), (0.9, False)):
        row = f"  - {{claim: 2, given: {{1: 60%, not 1: {given!r}}}, because: x}}\n"
        found = with_dependencies(tmp_path / str(fits), row).coherence
        assert found is not None
        assert found.means.coherent == fits
    excluded = with_dependencies(tmp_path / "one", "  - {exactly one of: [1, not 2], because: x}\n").coherence
    assert excluded is not None
    assert excluded.means.coherent == (abs(may - might) < 1e-8)


def test_claims_of_the_case_that_depend_on_each_other_fit() -> None:
    found = load_case("us-japan").coherence
    assert found is not None
    assert [(one.if_, one.then) for one in found.dependencies] == [("15", "4"), ("4", "5")]
    assert found.means.coherent


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{claim: 2, given: {1: 190%}, because: x}", "claim 2 given 1: a probability of 190% is out of range"),
        ("{claim: 2, given: {1: likly}, because: x}", "did you mean 'likely'"),
        ("{claim: 2, given: {3: 90%}, because: x}", "there is no claim 3 (claims: 1, 2)"),
        ("{claim: 2, given: {2: 90%}, because: x}", "it has 2 twice"),
        ("{claim: 2, because: x}", "a dependency has `claim` and `given`, or `if` and `then`"),
        ("{if: 2, then: 1}", "a dependency needs `because`"),
        ("{if: 2, than: 1, because: x}", "did you mean 'then'"),
        ("{if: two, then: 1, because: x}", "'two' is no claim: write its number, such as 4, or `not 4`"),
        ("{if: true, then: 1, because: x}", "True is no claim"),
    ],
)
def test_dependencies_without_meaning_are_refused_with_their_line(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        with_dependencies(tmp_path / "case", f"  - {line}\n")
    assert message in str(raised.value)
    assert f"claims.yaml, line {CLAIMS.count(chr(10)) + 2}: " in str(raised.value)


def test_a_condition_without_a_probability_is_refused(tmp_path: Path) -> None:
    block = "  - {claim: 2, given: {1: 90%}, because: x}\n"
    for hedge, message in (("", "1, which has no probability of its own"), ("    probability: 0%\n", "is zero")):
        with pytest.raises(ScenarioError, match=message):
            with_dependencies(tmp_path / "case", block, hedge)
    never = "".join(f"  - {{if: {a}, then: {b}, because: x}}\n" for a in ("1", "not 1") for b in ("2", "not 2"))
    with pytest.raises(ScenarioError, match=r"line \d+: these cannot all hold, whatever is probable"):
        with_dependencies(tmp_path / "case", never)


def test_a_brief_says_scale_and_confidence_beside_how_likely() -> None:
    assert str(Likelihood("may", 30, 40, 51, "", "capphrase", "as readers take it", "low")) == (
        "“may”: 30 to 51% as readers take it (median 40%), scale capphrase. Confidence in the evidence: low."
    )
    assert str(Likelihood("70%", 70, 70, 70, "")) == "70%, as stated in numbers and not read from a word."
