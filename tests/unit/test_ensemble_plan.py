"""What is drawn: the block `uncertainty` of a scenario, its defaults, its errors; the affine form of policies."""

import textwrap

import numpy as np
import pytest
from scipy import stats
from worlds import random_world

from comity.errors import ScenarioError
from comity.policy import Scenario
from comity.uncertainty.draws import uniforms
from comity.uncertainty.ensemble.cells import Cells
from comity.uncertainty.ensemble.design import Design
from comity.uncertainty.ensemble.manifest import method
from comity.uncertainty.ensemble.plan import plan
from comity.uncertainty.ensemble.policies import policies
from comity.uncertainty.ensemble.solving import Engine

RULES = """
policies:
  - {tariff: {by: R0, on: R1, sectors: all, add: 10%, name: duty}}
  - {tariff: {by: R1, on: R0, sectors: all, to: 20%, name: answer}}
"""
BLOCK = """
uncertainty:
  draws: 256
  seed: 7
  elasticities: {cv: 0.3, correlation: 0.5}
  amounts:
    duty: {uniform: {low: 5%, high: 25%}}
    answer: {choice: {10%: 0.5, 20%: 0.5}}
  choices:
    imbalances: {fixed: 0.75, balanced: 0.25}
"""


def scenario(text):
    return Scenario.from_text(RULES + text, source="question.yaml")


def test_the_block_is_read_written_and_part_of_the_hash():
    made = scenario(BLOCK)
    assert Scenario.from_text(made.to_yaml()) == made
    assert made.uncertainty["amounts"]["duty"]["uniform"] == {"low": 0.05, "high": 0.25}
    assert made.hash != scenario("").hash
    assert "uncertainty" not in scenario("").to_dict()


def test_a_plan_has_every_parameter_with_its_source_and_distribution():
    world = random_world(1)
    found = plan(scenario(BLOCK), world)
    assert [p.name for p in found.parameters] == [
        "amount answer", "amount duty", "choice imbalances", *(f"theta S{j}" for j in range(4))
    ]  # fmt: skip
    assert (found.draws, found.design.seed, found.rows) == (256, 7, 256)
    sd = dict(found.parameters[-1].what.parameters)["sd"]
    assert sd == pytest.approx(0.3 * world.elasticities.theta[3])
    assert found.correlations[0].matrix[0, 1] == 0.5
    assert any("a coefficient of variation of 0.3 is assumed" in note for note in found.notes)


def test_without_a_block_elasticities_are_drawn_by_their_standard_errors():
    world = random_world(1)
    found = plan(scenario(""), world)
    assert {p.source for p in found.parameters} == {"trade elasticities"}
    assert dict(found.parameters[0].what.parameters)["sd"] == pytest.approx(world.elasticities.theta_se[0])
    assert plan(scenario(""), world, seed=1).hash != found.hash
    assert plan(scenario(""), world, draws=5).hash == found.hash  # more draws are of the same plan


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("uncertainty: {drws: 5}", "line 5: uncertainty has no key 'drws'"),
        ("uncertainty: {draws: 0}", "line 5: draws: a whole number from 1"),
        ("uncertainty: [1]", "uncertainty is a mapping"),
        ("uncertainty: {elasticities: {cv: -1}}", "cv is -1"),
        ("uncertainty: {elasticities: {correlation: 2}}", "correlation is 2"),
        ("uncertainty: {elasticities: {distribution: cauchy}}", "lognormal, normal or fixed, not 'cauchy'"),
        ("uncertainty: {elasticities: {distribution: fixed, cv: 0.3}}", "`cv` is the spread of elasticities that"),
        ("uncertainty: {elasticities: {sectors: S0}}", "line 5: sectors are sectors by name, each with"),
        ("uncertainty:\n  elasticities:\n    sectors:\n      S0: {uniform: {low: 5 apples}}", "line 8: .*apples"),
        ("uncertainty: {scale elasticities: nope}", "'nope' is none of published, fixed, nor a mapping"),
        ("uncertainty: {agreement effects: deep}", "agreement effects are published, fixed, or depths and"),
        ("uncertainty: {agreement effects: {}}", "agreement effects are published, fixed, or depths and"),
        ("uncertainty: {amounts: {duty: {uniform: {low: 5 apples, high: 25%}}}}", "line 5"),
        ("uncertainty: {correlations: 0.5}", "line 5: correlations are a list"),
        ("uncertainty: {correlations: [{between: [duty]}]}", "line 5: a correlation needs `correlation`"),
        ("uncertainty: {correlations: [{between: [duty], correlation: 1}]}", "two or more names, each once"),
        ("uncertainty: {correlations: [{between: [duty, answer], correlation: 2}]}", "correlation is 2"),
    ],
)
def test_a_block_that_cannot_be_read_is_refused_with_its_line(text, words):
    with pytest.raises(ScenarioError, match=words):
        scenario(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("uncertainty: {amounts: {dty: {point: 0.1}}}", "line 5: no rule has the name 'dty'"),
        ("uncertainty: {amounts: {duty: {uniform: {low: 25%, high: 5%}}}}", "line 5: .*low must be below high"),
        ("uncertainty: {amounts: {duty: {normal: {mean: 25, sd: 1}}}}", "would be drawn from 1900% to 3100%, and"),
        ("uncertainty: {amounts: {duty: {cauchy: {mean: 1}}}}", "there is no distribution 'cauchy'"),
        ("uncertainty: {elasticities: {correlation: -0.9}}", "cannot all hold"),
        ("uncertainty: {choices: {imbalances: {fixed: 0.9, balanced: 0.9}}}", "sum to 1.8"),
        ("uncertainty: {choices: {weather: [wet, dry]}}", "there is no choice 'weather'"),
        ("uncertainty: {choices: {world: ['1999', '2022']}}", "there is no world '1999'"),
        ("uncertainty: {choices: {imbalances: {fixed: 0.5, magic: 0.5}}}", "line 5: imbalances cannot be 'magic'"),
        (
            "uncertainty:\n  choices:\n    elasticities:\n    - uniform:5\n    - caliendo",
            "line 9: there is no set of el",
        ),
        ("uncertainty: {choices: {mobility: [mobile, 0.5]}}", "line 5: mobility of .* is out of range"),
        ("uncertainty: {choices: {horizon: ['1, 5']}}", "line 5: '1, 5' is a list"),
        ("uncertainty: {elasticities: fixed}", "nothing is drawn"),
        ("uncertainty: {coverages: {duty: {uniform: {low: 50%, high: 120%}}}}", "line 5: .*it can be 0% to 100%"),
        ("uncertainty: {coverages: {dty: {point: 50%}}}", "line 5: no rule has the name 'dty'"),
        (
            "uncertainty: {scale elasticities: published}",
            "line 5: no standard errors of scale elasticities are published w"
            "ith random, only with lashkaripour-lugovskyy-2023: take that set, or say how uncertain they are with `cv`",
        ),
        ("uncertainty: {scale elasticities: {correlation: 0.1}}", "line 5: no standard errors of scale elasticities"),
        (
            "uncertainty: {scale elasticities: {distribution: fixed, sectors: {S1: {point: -1}}}}",
            "line 5: .*the cut leaves",
        ),
        (
            "uncertainty: {scale elasticities: {distribution: fixed, sectors: {S1: {point: 1}}}}",
            "line 5: .*is no elasticity of this kind",
        ),
        ("uncertainty: {elasticities: {sectors: {S1: {point: 0}}}}", "line 5: .*the cut leaves"),
        (
            "uncertainty: {elasticities: {sectors: {S1: {words: likely}}}}",
            "line 5: the elasticity of 'S1' is a number on",
        ),
        (
            "uncertainty:\n elasticities:\n  sectors:\n   S1: {point: 5}\n   S9: {point: 4}",
            "line 9: there is no sector 'S9'",
        ),
        (
            "uncertainty:\n elasticities:\n  sectors:\n   S1: {point: 5}\n   all: {point: 4}",
            "line 9: S1 has a distribution al",
        ),
        (
            "uncertainty: {agreement effects: {deep: {point: 0.3}}}",
            "line 5: 'deep' is neither a depth nor .*none: no rule is",
        ),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused_with_its_line(text, words):
    with pytest.raises(ScenarioError, match=words):
        plan(scenario(text), random_world(1))


LINKED = """
uncertainty:
  elasticities: {cv: 0.2}
  amounts: {duty: {uniform: {low: 5%, high: 25%}}, answer: {triangular: {low: 0%, mode: 5%, high: 30%}}}
  choices: {imbalances: [fixed, balanced]}
  correlations: [{between: [duty, answer], correlation: LINK}]
"""


@pytest.mark.parametrize("link", [-0.8, 0.0, 0.6, 1.0])
def test_amounts_that_go_together_keep_their_distributions_and_have_the_correlation(link):
    """Rank correlation 6/pi asin(r/2), whatever the distributions (Kruskal 1958); marginals as declared."""
    found = plan(scenario(LINKED.replace("LINK", str(link))), random_world(1), draws=2048)
    uniform = Engine(found)._uniforms(np.arange(2048))
    duty, answer = uniform["amount duty"], uniform["amount answer"]
    assert stats.spearmanr(duty, answer).statistic == pytest.approx(6 / np.pi * np.arcsin(link / 2), abs=0.01)
    for one in (duty, answer):
        assert stats.kstest(one, "uniform").statistic < 0.01  # half of what independent draws have
    alone = plan(scenario(LINKED[: LINKED.index("  correlations")]), random_world(1), draws=2048)
    apart = Engine(alone)._uniforms(np.arange(2048))
    np.testing.assert_array_equal(uniform["theta S0"], apart["theta S0"])
    if link == 0:
        np.testing.assert_allclose(duty, apart["amount duty"], atol=1e-12)
    part = Engine(found)._uniforms(np.arange(100, 110))
    np.testing.assert_array_equal(part["amount answer"], answer[100:110])
    assert found.hash != alone.hash


def test_causes_that_come_together_are_one_source_of_uncertainty():
    found = plan(scenario(LINKED.replace("LINK", "0.5")), random_world(1), split=True)
    assert {p.source for p in found.parameters if p.kind == "amount"} == {"amount of answer and amount of duty"}
    assert "amount of answer and amount of duty" in found.design.groups
    assert "Gaussian copula over amount answer, amount duty" in method(found)
    assert any("drawn independently" in note for note in found.notes)


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ("[{between: [duty, anser], correlation: 0.5}]", "line 10: .*'anser', which is not drawn"),
        ("[{between: [duty, choice imbalances], correlation: 0.5}]", "a choice without an order"),
        ("[{between: [duty, answer], correlation: 0.5}, {between: [answer, duty], correlation: 0.1}]", "given twice"),
        (
            "[{between: [duty, answer, theta S0], correlation: 0.9}, {between: [duty, theta S1], correlation: 0.9}, "
            "{between: [answer, theta S1], correlation: -0.9}]",
            "cannot all hold.*the nearest that can",
        ),
    ],
)
def test_links_that_cannot_be_are_refused_with_their_line(links, words):
    text = LINKED[: LINKED.index("[{between")] + links
    with pytest.raises(ScenarioError, match=words):
        plan(scenario(text), random_world(1))


def matrix_of(text, world=None):
    """Correlations of every pair of parameters that are not drawn independently."""
    found = plan(scenario(text), world or random_world(1))
    return {
        (one, other): c.matrix[i, j]
        for c in found.correlations
        for i, one in enumerate(c.names)
        for j, other in enumerate(c.names)
        if i < j and c.matrix[i, j]
    }


def test_pairs_of_elasticities_go_before_the_correlation_of_all():
    """The other pairs keep the common one; what is outside the kind keeps zero with those that are not named."""
    common = "uncertainty: {elasticities: {cv: 0.2, correlation: 0.3}, scale elasticities: {cv: 0.1}, " \
             "amounts: {duty: {uniform: {low: 5%, high: 25%}}}LINKS}"  # fmt: skip
    pairs = [(f"theta S{i}", f"theta S{j}") for i in range(4) for j in range(i + 1, 4)]
    assert matrix_of(common.replace("LINKS", "")) == dict.fromkeys(pairs, 0.3)
    links = ", correlations: [{between: [S0, theta S2], correlation: 0.7}, {between: [duty, S0], correlation: -0.2}, " \
            "{between: [S1, scale S1], correlation: -0.5}]"  # fmt: skip
    wanted = dict.fromkeys(pairs, 0.3) | {
        ("theta S0", "theta S2"): 0.7, ("amount duty", "theta S0"): -0.2, ("scale S1", "theta S1"): -0.5
    }  # fmt: skip
    assert matrix_of(common.replace("LINKS", links)) == wanted
    alone = common.replace(", correlation: 0.3", "").replace("LINKS", links)
    assert matrix_of(alone) == {pair: r for pair, r in wanted.items() if r != 0.3}
    fixed = "uncertainty: {elasticities: fixed, scale elasticities: {cv: 0.1}, " \
            "correlations: [{between: [S0, S1], correlation: 0.4}]}"  # fmt: skip
    assert matrix_of(fixed) == {("scale S0", "scale S1"): 0.4}


def test_drawn_pairs_of_elasticities_have_their_correlations():
    text = "uncertainty: {elasticities: {cv: 0.2, correlation: 0.3}, " \
           "correlations: [{between: [S0, S1], correlation: -0.4}]}"  # fmt: skip
    found = Engine(plan(scenario(text), random_world(1), draws=2048))._uniforms(np.arange(2048))
    for one, other, r in (("S0", "S1", -0.4), ("S0", "S2", 0.3), ("S2", "S3", 0.3)):
        seen = stats.spearmanr(found[f"theta {one}"], found[f"theta {other}"]).statistic
        assert seen == pytest.approx(6 / np.pi * np.arcsin(r / 2), abs=0.01)


@pytest.mark.parametrize(
    ("links", "words"),
    [
        (
            "[{between: [S0, S1], correlation: -0.9}]",
            "line 5: these correlations cannot all hold: .* the nearest that can: 'theta S0' with 'theta S1' -",
        ),
        ("[{between: [S0, all], correlation: 0.1}]", "line 5: 'all' means 4 sectors .S0, S1, S2, S3.: name one"),
        ("[{between: [S0, S7], correlation: 0.1}]", "line 5: a correlation names 'S7', which is not drawn"),
        ("[{between: [S0, scale S0], correlation: 0.1}]", "line 5: a correlation names 'scale S0', which is not drawn"),
        ("[{between: [S0, theta S0], correlation: 0.1}]", "line 5: the correlation of .* is of one with itself"),
    ],
)
def test_pairs_of_elasticities_that_cannot_be_are_refused_with_their_line(links, words):
    text = f"uncertainty: {{elasticities: {{correlation: 0.8}}, correlations: {links}}}"
    with pytest.raises(ScenarioError, match=words):
        plan(scenario(text), random_world(1))


def test_a_sector_has_a_distribution_of_its_own_and_the_others_keep_the_rule():
    world = random_world(1)
    drawn = "S1: {normal: {mean: 3, sd: 2}, source: mine}, S2: {uniform: {low: 4, high: 6}}"
    asked = scenario(f"uncertainty: {{elasticities: {{cv: 0.3, sectors: {{{drawn}}}}}}}")
    assert Scenario.from_text(asked.to_yaml()) == asked
    own, rule = plan(asked, world), plan(scenario("uncertainty: {elasticities: {cv: 0.3}}"), world)
    found = {p.key: p.what for p in own.parameters}
    assert (str(found["S1"]), found["S1"].source) == ("normal(mean 3, sd 2) above 0", "mine")
    assert str(found["S2"]) == "uniform(low 4, high 6)"
    assert {p.key: p.what for p in rule.parameters}["S0"] == found["S0"]
    assert own.hash != rule.hash
    chunk, other = Engine(own).solve(0, 8), Engine(rule).solve(0, 8)
    assert ((chunk.parameters["theta S2"] > 4) & (chunk.parameters["theta S2"] < 6)).all()
    np.testing.assert_array_equal(chunk.parameters["theta S0"], other.parameters["theta S0"])
    assert chunk.parameters["theta S1"].min() > 0
    assert "trade elasticities: 3 of 4 distributions rest on an assumption" in own.notes


def test_only_one_elasticity_may_be_drawn():
    text = "uncertainty: {elasticities: {distribution: fixed, sectors: {S1: {uniform: {low: 4, high: 6}}}}}"
    found = plan(scenario(text), random_world(1))
    assert [p.name for p in found.parameters] == ["theta S1"]
    (cell,) = Cells(found)({})
    thetas = cell.thetas({"theta S1": np.array([0.25, 0.75])}, 2)
    np.testing.assert_array_equal(thetas[:, 1], [4.5, 5.5])
    np.testing.assert_array_equal(thetas[:, 0], random_world(1).elasticities.theta[0])


def test_published_errors_of_scale_elasticities_are_those_of_the_set():
    """Agriculture and mining: mu 0.143 (0.059) on factors, by the delta method; motor vehicles 0.129 (0.041)."""
    text = """
        aggregation: us-japan
        policies: [{tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%}}]
        options: {competition: scale, elasticities: lashkaripour-lugovskyy-2023}
        uncertainty: {elasticities: fixed, scale elasticities: published}
    """
    asked = Scenario.from_text(textwrap.dedent(text))
    found = plan(asked, asked.load_world())
    drawn = {p.key: p.what for p in found.parameters}
    assert len(drawn) == 21
    assert not any(what.assumed for what in drawn.values())
    numbers = dict(drawn["C29"].parameters)
    share = numbers["mean"] / (0.129 * (1 - numbers["mean"]))  # the factor share that the mean implies
    assert numbers["sd"] == pytest.approx(0.041 * share / (1 + 0.129 * share) ** 2, rel=1e-4)
    none = Scenario.from_text(textwrap.dedent(text).replace("lashkaripour-lugovskyy-2023", "caliendo-parro-2015"))
    with pytest.raises(
        ScenarioError, match=r"line 5: caliendo-parro-2015 has no scale.*lashkaripour-lugovskyy-2023 has"
    ):
        plan(none, none.load_world())


def test_what_is_drawn_twice_or_has_no_coverage_is_refused():
    both = COVERED + "uncertainty: {amounts: {control: {point: 50%}}, coverages: {control: {point: 50%}}}"
    with pytest.raises(ScenarioError, match="the amount of 'control' is its coverage"):
        plan(Scenario.from_text(both), random_world(1))
    aid = (
        "policies: [{transfer: {from: R0, to: R1, add: US$1m, name: aid}}]\nuncertainty: {coverages: {aid: {point: 1}}}"
    )
    with pytest.raises(ScenarioError, match="no single coverage"):
        plan(Scenario.from_text(aid), random_world(1))


@pytest.mark.parametrize("draws", [0, -1, 10**12])
def test_a_number_of_draws_that_cannot_be_is_refused(draws):
    with pytest.raises(ScenarioError, match="there can be 1 to 10,000,000"):
        plan(scenario(""), random_world(1), draws=draws)


def test_amounts_beside_goals_are_refused():
    asked = "  - {goal: {outcome: bilateral balance, of: R0, with: R1, change: 10%, vary: duty}}"
    drawn = "uncertainty: {amounts: {duty: {uniform: {low: 5%, high: 10%}}}}"
    text = RULES.strip("\n") + "\n" + asked + "\n"
    assert plan(Scenario.from_text(text), random_world(1)).parameters
    with pytest.raises(ScenarioError, match="whose amount is found anew in each draw"):
        plan(Scenario.from_text(text + drawn), random_world(1))


def cells_of(text, world=None):
    return Cells(plan(scenario(text), world or random_world(1)))


def test_the_year_of_the_data_is_drawn_on_the_same_regions_and_sectors():
    """Years that are not drawn need not be summable to them (2019 is not)."""
    text = """
        aggregation: small
        policies: [{tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%}}]
        uncertainty: {choices: {world: ['2022', '2024']}}
    """
    asked = Scenario.from_text(textwrap.dedent(text))
    world = asked.load_world()
    cells = Cells(plan(asked, world))
    (now,), (later,) = cells({"world": "2022"}), cells({"world": "2024"})
    assert now.problem.world.hash == world.hash
    assert later.problem.world.year == 2024
    assert (later.problem.world.regions, later.problem.world.sectors) == (world.regions, world.sectors)
    assert later.problem.world.elasticities.name == world.elasticities.name


ANSWERS = {
    "add: 10%": True,
    "to: 10%": True,
    "cap: 10%": False,  # a ceiling does nothing until it bites
}


@pytest.mark.parametrize(("how", "affine"), ANSWERS.items())
def test_policies_are_affine_only_where_that_is_exact(how, affine):
    """Wherever it says affine, the affine policy is the one that the rules make, at amounts that were not tried."""
    rules = f"policies: [{{tariff: {{by: R0, on: R1, sectors: all, {how}, name: duty}}}}]"
    setting = Scenario.from_text(rules).settings(random_world(3))[0]
    found = policies(setting, 1.0, {"amount duty": (0.02, 0.4)}, ())
    assert found.affine == affine
    for (u,) in uniforms(1, 5, seed=3):
        amount = np.array([0.02 + u * 0.38])
        exact = found.policy(amount, setting.world.elasticities.theta, {})
        if affine:
            there = found.own.t + np.tensordot(amount - found.reference, found.slopes.t, 1)
            np.testing.assert_allclose(there, exact.t, rtol=0, atol=1e-14)


COVERED = """
policies:
  - {tariff: {by: R0, on: R1, sectors: all, add: 10%, coverage: 80%, name: duty}}
  - {export control: {by: R1, on: R0, sectors: S0, coverage: 40%, name: control}}
"""


def test_covered_shares_of_duties_and_controls_are_drawn():
    """The policy of a draw is that of the rules written with its shares; rate and share may both be drawn."""
    world = random_world(3)
    text = COVERED + "uncertainty: {coverages: {duty: {uniform: {low: 50%, high: 90%}}, control: {point: 70%}}MORE}"
    for more in ("", ", amounts: {duty: {uniform: {low: 5%, high: 15%}}}"):
        asked = Scenario.from_text(text.replace("MORE", more))
        assert Scenario.from_text(asked.to_yaml()) == asked
        p = plan(asked, world)
        assert {"coverage duty", "coverage control"} < {q.name for q in p.parameters}
        (cell,) = Cells(p)({})
        drawn = {"coverage duty": 0.6, "coverage control": 0.7, "amount duty": 0.1}
        found = cell.policies.policy(
            np.array([drawn[name] for name in cell.policies.names]), world.elasticities.theta, {}
        )
        written = Scenario.from_text(COVERED.replace("80%", "60%").replace("40%", "70%")).settings(world)[0]
        exact = Cells(plan(Scenario.from_text(COVERED), world))({})[0].policies._policy(written.shock)
        np.testing.assert_allclose(found.t, exact.t, rtol=0, atol=1e-15)
        np.testing.assert_allclose(found.a, exact.a, rtol=0, atol=1e-15)
        assert cell.policies.affine == (not more)  # a rate times a share is not affine in both


def test_rows_of_a_design_do_not_depend_on_where_it_is_cut():
    for split in (False, True):
        design = Design(("a", "b", "b", "c"), seed=5, split=split)
        whole = design.uniforms(range(40))
        np.testing.assert_array_equal(design.uniforms(range(13, 29)), whole[13:29])


def test_the_split_design_is_that_of_salib():
    """The same block as SALib makes: A, A with one source from B after the other, B."""
    design = Design(("a", "b", "b"), seed=5, split=True)
    block = design.uniforms(range(8, 12))
    a, b = block[0], block[-1]
    np.testing.assert_array_equal(block[1], [b[0], a[1], a[2]])
    np.testing.assert_array_equal(block[2], [a[0], b[1], b[2]])
    assert not set(a) & set(b)


AGREEMENT = """
aggregation: small
policies: [{agreement: {name: CPTPP, leave: JapanMORE}}]
uncertainty: {elasticities: fixed, BLOCK}
"""


def agreed(block, more=""):
    return Scenario.from_text(AGREEMENT.replace("MORE", more).replace("BLOCK", block), source="question.yaml")


@pytest.fixture(scope="module")
def small():
    return Scenario.from_text(AGREEMENT.replace("MORE", "").replace("BLOCK", "draws: 8")).load_world()


@pytest.mark.parametrize(
    ("block", "more", "name"),
    [
        ("agreement effects: {medium: {uniform: {low: 0.1, high: 0.5}}}", "", "effect medium"),
        ("agreement effects: {TPP-11: {uniform: {low: 0.1, high: 0.5}}}", "", "effect CPTPP"),
        ("amounts: {CPTPP: {uniform: {low: 0.1, high: 0.5}}}", ", trade effect: 0.3", "effect CPTPP"),
        ("agreement effects: {CPTPP: {choice: [0.2, 0.4]}}", ", trade effect: 0.3", "effect CPTPP"),
    ],
)
def test_an_effect_of_ones_own_is_drawn(small, block, more, name):
    """Where one agreement is meant, a draw has the policy of the rule with the drawn number as `trade effect`."""
    asked = agreed(block, more)
    assert Scenario.from_text(asked.to_yaml()) == asked
    found = plan(asked, small)
    (parameter,) = found.parameters
    assert (parameter.name, parameter.unit) == (name, "log points of trade")
    (cell,) = Cells(found)({})
    theta = small.elasticities.theta
    drawn = cell.policies.shock(np.zeros(0), theta, {parameter.key: 0.4}).iceberg
    assert np.abs(drawn - cell.policies.setting.shock.iceberg).max() > 1e-3
    if name == "effect CPTPP":
        written = agreed("draws: 8", ", trade effect: 0.4").settings(small)[0].shock.iceberg
        np.testing.assert_allclose(drawn, written, rtol=0, atol=1e-14)
    chunk = Engine(plan(asked, small, draws=4)).solve(0, 4)
    assert chunk.failed == 0
    assert ((chunk.parameters[name] > 0.1) & (chunk.parameters[name] < 0.5)).all()
    order = np.argsort(chunk.parameters[name])
    japan = small.regions.index("JPN")
    income = chunk.variants["scenario"].values[order, 0, japan]
    assert (np.diff(income) <= 0).all(), "the more an agreement does for trade, the more its end costs"


def test_effects_may_be_published_for_one_depth_and_ones_own_for_an_agreement(small):
    found = plan(agreed("agreement effects: {medium: published}"), small)
    by_word = plan(agreed("agreement effects: published"), small)
    assert [p.what for p in found.parameters] == [p.what for p in by_word.parameters]
    with pytest.raises(ScenarioError, match="nothing is drawn"):
        plan(agreed("agreement effects: {medium: fixed}"), small)


@pytest.mark.parametrize(
    ("block", "more", "words"),
    [
        ("agreement effects: {deep: {point: 0.3}}", "", "line 4: 'deep' is neither .*there are medium, CPTPP"),
        ("agreement effects: {RCEP: {point: 0.3}}", "", "line 4: 'RCEP' is neither a depth nor the name of"),
        ("agreement effects: {CPTTP: {point: 0.3}}", "", "line 4: .*CPTPP"),
        ("agreement effects: {CPTPP: published}", "", "line 4: no standard error is published for 'CPTPP', only for d"),
        ("agreement effects: {CPTPP: {words: likely}}", "", "line 4: an effect of agreements is drawn from numbers"),
        ("agreement effects: {CPTPP: {normal: {mean: -1, sd: 0.1}}}", "", "line 4: .*the cut leaves"),
        ("agreement effects: {CPTPP: {point: 30}}", "", "line 4: point.* is no effect on log trade"),
        ("agreement effects: {CPTPP: {choice: [0.3, -0.1]}}", "", "line 4: choice.* is no effect on log trade"),
        ("agreement effects: {CPTPP: {point: 0.3}, TPP11: {point: 0.2}}", "", "line 4: CPTPP is there twice"),
        ("amounts: {CPTPP: {point: 0.2}}", "", "line 4: the rule 'CPTPP' has no single amount"),
        (
            "amounts: {CPTPP: {point: 0.2}}, agreement effects: {CPTPP: {point: 0.3}}", ", trade effect: 0.3",
            "line 4: the amount of 'CPTPP' is its effect on trade, which is drawn",
        ),
    ],
)  # fmt: skip
def test_effects_that_cannot_be_drawn_are_refused_with_their_line(small, block, more, words):
    with pytest.raises(ScenarioError, match=words):
        plan(agreed(block, more), small)


def test_a_depth_that_changes_is_drawn_by_depths(small):
    text = AGREEMENT.replace("leave: JapanMORE", "depth: deep").replace(
        "BLOCK", "agreement effects: {NAME: {point: 0.3}}"
    )
    with pytest.raises(ScenarioError, match="a rule changes the depth of CPTPP"):
        plan(Scenario.from_text(text.replace("NAME", "CPTPP")), small)
    assert plan(Scenario.from_text(text.replace("NAME", "deep")), small).parameters[0].key == "deep"
