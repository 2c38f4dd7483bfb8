"""Cases: what a `claims.yaml` may say, errors with their lines, measures against outcomes, answers in words."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from cases import CLAIMS, small_case

from comity.claims import Case, CaseResult, Measure, case_names, case_schema, load_case, run_case, score_case
from comity.claims.claim import Confidence
from comity.claims.measuring import measured
from comity.claims.quoting import Number, filled, quotations
from comity.claims.results import REST, shown
from comity.errors import ScenarioError, UnknownName
from comity.model import solve_all
from comity.policy import Scenario
from comity.policy.yamltext import read_yaml
from comity.report.claims import worlds_disagree
from comity.report.claims_document import case_document
from comity.report.scores import score_tables
from comity.uncertainty import probability
from comity.uncertainty.forecasts import CONFIDENCE
from comity.world import load_world

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load_case(small_case(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="module")
def found(case: Case) -> CaseResult:
    return run_case(case)


@pytest.mark.parametrize("name", case_names())
def test_shipped_cases_are_whole(name: str) -> None:
    case = load_case(name)
    named = {file for claim in case.content.claims for file in claim.scenarios}
    there = {path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*.yaml")} - {"claims.yaml"}
    assert named == there
    numbers = [claim.number for claim in case.content.claims]
    assert numbers == sorted(numbers)
    assert {key for claim in case.content.claims for key in claim.facts} == {fact.key for fact in case.content.facts}
    for claim in case.content.claims:
        assert claim.assumptions
        assert claim.answer
        for file in claim.scenarios:
            variants = case.scenario(file).variant_names
            for measure in claim.measures:
                if (measure.scenario or claim.scenarios[0]) == file:
                    assert set(measure.variants or ()) <= set(variants)
                    assert measure.less is None or measure.less in variants
        if claim.panel:
            assert claim.panel.variant in case.scenario(claim.panel.scenario).variant_names


@pytest.mark.parametrize("name", case_names())
def test_shipped_cases_fit_the_schema(name: str) -> None:
    data, _ = read_yaml((load_case(name).folder / "claims.yaml").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(case_schema())
    validator.check_schema(case_schema())
    validator.validate(data)


def test_the_folder_at_the_root_is_that_of_the_package() -> None:
    assert (ROOT / "cases").resolve() == Path(load_case("us-japan").folder).parent.resolve()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    hedge: may\n", "    hegde: may\n", "line 10: a claim has no key 'hegde'; did you mean"),
        (
            "    hedge: may\n",
            "    hedge: maybe so\n",
            "line 10: claim 1: hedge: the scale capphrase has no word 'maybe so'",
        ),
        ("    says: The United States may tax Japanese manufactures.\n", "", "line 7: a claim needs `says`"),
        ("facts: [rate]", "facts: [rates]", "there is no claim 1: fact 'rates' (known: rate)"),
        ("claim: 2", "claim: 1", "claim 1 is there twice"),
        ("{who}", "{whom}", "line 7: there is no measure 'whom'"),
        ("{who}", "{|: who}", "line 7: answer: {|: who} needs a word for each sign"),
        ("{who}", "{who", "line 7: answer: a brace is left at '{who.'"),
        ("key: world", "key: japan", "line 7: measure japan is there twice"),
        ("leaders: 2", "leaders: 200", "line 35: `leaders`: input should be less than or equal to 100"),
        ("        along: exporter\n", "", "`leaders` and `along` go together"),
        ("worlds: [2019]", "worlds: [2019, 2019]", "world 2019 is there twice"),
        ("    hedge: may\n", "    hedge: may\n    resolved: true\n", "line 7: `resolved` needs `on`"),
        ("    hedge: may\n", "    hedge: may\n    on: 2025-03-04\n", "line 7: `on` says how the claim came out"),
        ("    hedge: may\n", "    hedge: may\n    resolved: maybe\n", "`resolved`: input should be a valid boolean"),
        ("    hedge: may\n", "    hedge: may\n    on: March\n", "`on`: input should be a valid date"),
        ("title: A small case", "title: [a]", "line 1: `title`: input should be a valid string"),
        ("    cannot say: [how it feels]\n", "", "line 7: a claim needs `cannot say`"),
        ("{what: all of manufacturing, basis: a choice}", "{what: x, basics: y}", "an assumption has no key 'basics'"),
    ],
)
def test_errors_name_line_and_nearest(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert CLAIMS.count(old) == 1
    folder = small_case(tmp_path / "case", claims=CLAIMS.replace(old, new))
    with pytest.raises(ScenarioError) as raised:
        load_case(folder)
    assert message in str(raised.value)
    assert "claims.yaml" in str(raised.value)


def test_the_only_claim_that_is_wrong_is_one_error(tmp_path: Path) -> None:
    one = CLAIMS[: CLAIMS.index("  - claim: 2")].replace("    hedge: may\n", "    hedge: maybe so\n")
    with pytest.raises(ScenarioError) as raised:
        load_case(small_case(tmp_path / "case", claims=one))
    assert "hedge: " in str(raised.value)
    assert "errors" not in str(raised.value)
    none = CLAIMS[: CLAIMS.index("  - claim: 1")].replace("claims:", "claims: []")
    with pytest.raises(ScenarioError, match=r"`claims`: .* at least 1 item"):
        load_case(small_case(tmp_path / "none", claims=none))


def test_confidence_is_kept_beside_the_probability_and_moves_no_number(tmp_path: Path) -> None:
    assert get_args(Confidence) == CONFIDENCE
    settled = "    hedge: may\n    resolved: true\n    on: 2025-06-01\n    source: a paper\n    note: read so\n"
    cards = []
    for name, more in (("with", "    confidence: low\n"), ("without", "")):
        claims = CLAIMS.replace("    hedge: may\n", settled + more)
        cards.append(score_case(load_case(small_case(tmp_path / name, claims=claims)), [1]).card)
    assert [card.settled[0].confidence for card in cards] == ["low", ""]
    assert cards[0].brier == cards[1].brier
    shown, silent = (" ".join(score_tables(card)[-1].notes) for card in cards)
    assert (shown, silent) == ("Confidence in the evidence of 1 A tariff: low.", "")
    claims = CLAIMS.replace("    hedge: may\n", "    hedge: may\n    confidence: some\n")
    with pytest.raises(ScenarioError, match="`confidence`"):
        load_case(small_case(tmp_path / "wrong", claims=claims))


def test_settled_claims_are_scored_by_their_word(tmp_path: Path) -> None:
    settled = "    hedge: might\n    resolved: false\n    on: 2025-06-01\n    source: a paper\n    note: read so\n"
    case = load_case(small_case(tmp_path / "case", claims=CLAIMS.replace("    hedge: might\n", settled)))
    score = score_case(case)
    might = probability("might").mean
    assert [f.claim for f in score.card.settled] == ["2 Another"]
    assert [f.claim for f in score.card.pending] == ["1 A tariff"]
    assert score.card.brier.value == pytest.approx(might**2)
    assert score.card.log.value == pytest.approx(-math.log(1 - might))
    with pytest.raises(ScenarioError, match="none of 1 forecasts is settled"):
        score_case(case, [1])


def test_claims_of_the_case_that_are_settled() -> None:
    """No claim came out false: none has a last day. Those without a word are not scored."""
    case = load_case("us-japan")
    score = score_case(case)
    settled = [claim.number for claim in case.content.claims if claim.resolution]
    assert settled == [1, 9, 12, 19]
    assert [f.claim.split()[0] for f in score.card.settled] == ["1", "9", "12"]
    assert [claim.number for claim in score.unscored] == [11, 17, 18, 19]
    for claim in case.claims(settled):
        assert claim.resolution is not None
        assert date(2024, 11, 1) < claim.resolution.on < date.today()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"\xff\xfe", "is not text"), (b"- a\n", "a case is a mapping"), (b"a: [", "not valid YAML")],
)
def test_what_is_no_case_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "claims.yaml").write_bytes(content)
    with pytest.raises(ScenarioError, match=message):
        load_case(tmp_path)


def test_a_case_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'us-japan'"):
        load_case("us-jpan")
    with pytest.raises(UnknownName, match=r"has no claims\.yaml"):
        load_case(tmp_path)


def test_rows_are_what_a_run_of_the_scenario_gives(case: Case, found: CaseResult) -> None:
    world = load_world("2019", preset="full")
    outcomes = solve_all(world, case.scenario("tariff.yaml"))
    rows = found.find(1).rows
    assert [row.variant for row in rows] == list(outcomes)
    for row in rows:
        outcome = outcomes[row.variant]
        assert row.certificate is not None
        assert row.certificate.passed
        real = outcome.data["real_income_pct"].sel(region="JPN").item()
        assert row.income["Japan"] == pytest.approx(real, rel=1e-9)
        total = outcome.data["equivalent_variation_usd_bn"].sum().item()
        assert sum(row.equivalent_variation.values()) == pytest.approx(total, rel=1e-9)
        assert list(row.income) == ["Japan", "US", REST]


def test_measures_are_sums_differences_and_shares(found: CaseResult) -> None:
    values = {(a.measure.key, a.variant): a.value for a in found.find(1).answers}
    japan, everyone = values["japan", "answer"], values["world", "answer"]
    assert values["share", "answer"] == pytest.approx(100 * japan / everyone)
    assert values["added", "answer"] == pytest.approx(japan - values["japan", "no answer"])
    assert ("added", "no answer") not in values
    assert values["more", "answer"] == pytest.approx(100 * values["added", "answer"] / values["japan", "no answer"])
    assert values["rate", "answer"] > 25
    leaders = values["who", "no answer"]
    assert len(leaders) == 2
    assert leaders[0][1] >= leaders[1][1] > 0


def test_the_answer_is_worded_by_the_sign(found: CaseResult) -> None:
    result = found.find(1)
    japan = next(a for a in result.answers if a.measure.key == "japan" and a.variant == "no answer")
    assert japan.value < 0
    assert f"Japan loses {shown(japan).removeprefix('-')} bn" in result.answer
    assert "{" not in result.answer
    assert not found.failed


NUMBERS = {
    ("a", "x"): Number(-1.9, "US$ bn", 2),
    ("a", "y, 10%: z"): Number(-3.694, "US$ bn", 2),
    ("a", ""): Number(0.25, "US$ bn", 2),
    ("nothing", ""): Number(-0.001, "%", 2),
    ("regions", ""): Number((("Singapore", -2.5), ("United States", -2.0), ("Rest of the world", -0.5)), "US$ bn", 2),
    ("sectors", ""): Number((("Iron and steel", 4.9), ("IT services", 1.0)), "%", 1, sectors=True),
    ("none", ""): Number((), "%", 1),
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("{a}", "0.25"),
        ("{a @ y, 10%: z}", "-3.69"),
        ("It {gains US$|loses US$: a @ x} bn.", "It loses US$ 1.90 bn."),
        ("It {gains US$|loses US$: a @ x; a @ y, 10%: z} bn", "It loses US$ 1.90 and 3.69 bn"),
        ("It {gains|loses: a @ x; a @ y, 10%: z; a}", "It loses 1.90, 3.69 and gains 0.25"),
        ("{a; a @ x}", "0.25 and -1.90"),
        ("{up|down|moves less than: nothing}%", "moves less than 0.005%"),
        ("{up|down: nothing}", "down 0.00"),
        ("to {regions}", "to Singapore (US$ 2.50 bn), the United States (2.00) and the rest of the world (0.50)"),
        ("in {sectors}", "in iron and steel (4.9%) and IT services (1.0)"),
        ("by {none}", "by nobody"),
    ],
)
def test_quotations(text: str, read: str) -> None:
    assert filled(text, lambda key, variant: NUMBERS[key, variant]) == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{|: a}", "a word for each sign"),
        ("{gains|: a}", "a word for each sign"),
        ("{ }", "names no measure"),
        ("{a; }", "names no measure"),
        ("Japan {gains", "a brace is left"),
        ("Japan gains a}", "a brace is left"),
    ],
)
def test_answers_that_would_read_wrong_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(quotations(text))


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ({"of": "real_incom_pct"}, "did you mean 'real_income_pct'"),
        ({"of": "real_income_pct", "at": {"regoin": "JPN"}}, "no axis 'regoin'"),
        ({"of": "real_income_pct"}, "needs a place on the axis region"),
        ({"of": "terms_of_trade_pct", "at": {"region": ["JPN", "USA"]}}, "no sum or average of several places"),
        ({"of": "trade_usd_bn", "at": {"importer": "JPN"}, "leaders": 1, "along": "exporter"}, "axis sector"),
        ({"of": "trade_usd_bn", "leaders": 1, "along": "partner"}, "no axis 'partner'"),
        ({"of": "equivalent_variation_usd_bn", "at": {"region": "Jpan"}}, "did you mean 'Japan'"),
        (
            {
                "of": "equivalent_variation_usd_bn",
                "at": {"region": "JPN"},
                "over": {"of": "real_income_pct", "at": {"region": "JPN"}},
            },
            "is in %, and",
        ),
        (
            {
                "of": "equivalent_variation_usd_bn",
                "at": {"region": "JPN"},
                "over": {"of": "public_absorption_usd_bn", "at": {"region": "JPN"}},
            },
            "is zero here",
        ),
    ],
)
def test_measures_without_meaning_are_refused(measure: dict, message: str) -> None:
    world = load_world("2019", preset="full")
    scenario = Scenario.from_text("policies: [tariff: {by: USA, on: JPN, sectors: [C], add: 25%}]")
    outcome = solve_all(world, scenario)["scenario"]
    with pytest.raises(ScenarioError, match=message):
        measured(Measure(key="x", label="x", **measure), outcome)


def test_what_fails_stays_in_its_place(tmp_path: Path) -> None:
    broken = "aggregation: full\npolicies:\n  - tariff: {by: USA, on: Jpan, add: 5%}\n"
    case = load_case(small_case(tmp_path / "case", transfer=broken))
    found = run_case(case)
    assert found.failed == (2,)
    (row,) = found.find(2).rows
    assert row.certificate is None
    assert "line 3" in row.error
    assert "Japan" in row.error
    assert all(row.certificate for row in found.find(1).rows)


def test_one_variant_that_fails_leaves_the_others(tmp_path: Path) -> None:
    ruin = "  ruin: {add: [transfer: {from: Japan, to: USA, add: US$20tn}]}\n"
    case = load_case(small_case(tmp_path / "case", tariff=(case_text("tariff") + ruin)))
    rows = {row.variant: row for row in run_case(case, numbers=[1]).find(1).rows}
    assert rows["ruin"].error
    assert rows["ruin"].certificate is None
    assert rows["no answer"].certificate is not None


def case_text(name: str) -> str:
    """A file of the small case."""
    import cases

    return str(getattr(cases, name.upper()))


def test_steps_are_told_and_outcomes_seen(case: Case) -> None:
    told: list[str] = []
    seen: list[tuple[str, ...]] = []
    run_case(case, told=told.append, seen=lambda solved: seen.append(tuple(solved.outcomes)))
    assert told == ["claim 1: tariff.yaml, world 2019", "claim 2: transfer.yaml, world 2019"]
    assert seen == [("no answer", "answer"), ("scenario",)]


def test_a_claim_that_is_not_there(case: Case) -> None:
    with pytest.raises(UnknownName, match="has no claim 7: its claims are 1, 2"):
        run_case(case, numbers=[7])


@pytest.mark.long
def test_what_a_goal_took_is_a_measure() -> None:
    text = """
policies:
  - tariff: {name: duty, by: USA, on: JPN, sectors: [C], add: 5%}
  - goal: {vary: duty, outcome: goods balance, of: Japan, with: USA, change: -20%}
"""
    outcome = solve_all(load_world("2019", preset="full"), Scenario.from_text(text))["scenario"]
    value, unit = measured(Measure(key="x", label="x", of="goal"), outcome)
    assert (value, unit) == (outcome.found[0].amount, "%")
    same, _ = measured(Measure(key="x", label="x", of="goal", at={"rule": "duty"}), outcome)
    assert same == value > 0
    with pytest.raises(UnknownName, match=r"no goal belongs to the rule 'dty' \(rules: 'duty'\)"):
        measured(Measure(key="x", label="x", of="goal", at={"rule": "dty"}), outcome)
    with pytest.raises(ScenarioError, match="the variant has 0 of commitment subsidy"):
        measured(Measure(key="x", label="x", of="commitment subsidy"), outcome)
    with pytest.raises(UnknownName, match="no axis 'region'"):
        measured(Measure(key="x", label="x", of="goal", at={"region": "JPN"}), outcome)


def test_caveats_speak_of_the_amounts_that_were_found(tmp_path: Path) -> None:
    goal = """
aggregation: full
policies:
  - tariff: {name: duty, by: USA, on: JPN, sectors: [C], add: 5%}
  - transfer: {name: gift, from: Japan, to: USA, add: US$1bn}
variants:
  duty: {drop: gift}
  gift: {drop: duty, add: [goal: {vary: gift, outcome: real income, of: Japan, same as: duty}]}
  ruin: {add: [transfer: {from: Japan, to: USA, add: US$20tn}]}
"""
    case = load_case(small_case(tmp_path / "case", transfer=goal))
    claim = run_case(case, numbers=[2]).find(2)
    rows = {row.variant: row for row in claim.rows}
    assert rows["ruin"].error  # and what is wrong with it is no matter to the others
    assert not rows["gift"].error
    told = [line for line in claim.caveats if line.startswith("transfer from Japan")]
    assert len(told) == 1
    assert "US$1bn" not in told[0]


@pytest.mark.parametrize(
    ("values", "differ"), [((-3.59, 0.58), True), ((-3.59, -0.58), False), ((-3.59, 0.004), False), ((3.0, 0.0), False)]
)
def test_worlds_that_disagree_about_a_sign_are_named(
    found: CaseResult, values: tuple[float, ...], differ: bool
) -> None:
    result = found.find(1)
    key, variant = next(pair for q in quotations(result.claim.answer) for pair in q.named)
    one = next(a for a in result.answers if a.measure.key == key and variant in ("", a.variant))
    assert isinstance(one.value, float)
    several = tuple(replace(one, world=str(year), value=value) for year, value in enumerate(values, 2022))
    changed = replace(found, results=(replace(result, answers=several),))
    said = worlds_disagree(changed)
    assert bool(said) is differ
    assert bool(case_document(changed, version="0")["claims"][0]["signs differ"]) is differ
    if differ:
        assert "-3.59 on world 2022, 0.58 on world 2023" in said[0]
