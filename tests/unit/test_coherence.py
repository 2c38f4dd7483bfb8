"""Probabilities of events that depend on each other: closed forms, random joint distributions, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import ScenarioError
from comity.uncertainty.coherent import TOLERANCE, Coherence, coherence, implied
from comity.uncertainty.joint import joint
from comity.uncertainty.probabilities import probability
from comity.uncertainty.statements import Exclusive, Implies, Relation, Stated, cross_impact

P = st.floats(0.05, 0.95)
FEW = settings(max_examples=40, deadline=None)


def say(event: str, value: object, condition: str = "") -> Stated:
    return Stated(event, probability(value), condition)


@FEW
@given(a=P, b=P, b_given_a=P)
def test_a_condition_bounds_a_marginal(a, b, b_given_a):
    """P(a) q <= P(b) <= 1 - P(a) (1 - q); what is missing is the distance, whichever number is moved."""
    missing = max(0.0, a * b_given_a - b, b - (1 - a * (1 - b_given_a)))
    found = coherence([say("a", a), say("b", b), say("b", b_given_a, "a")])
    assert found.total == pytest.approx(missing, abs=1e-8)
    assert found.coherent == (missing <= TOLERANCE)


@FEW
@given(values=st.lists(P, min_size=2, max_size=8))
def test_exclusive_events_sum_to_one_at_most(values):
    names = tuple(f"e{i}" for i in range(len(values)))
    said = [say(name, value) for name, value in zip(names, values, strict=True)]
    some = coherence(said, [Exclusive(names)])
    assert some.total == pytest.approx(max(0.0, sum(values) - 1), abs=1e-8)
    one = coherence(said, [Exclusive(names, exhaustive=True)])
    assert one.total == pytest.approx(abs(sum(values) - 1), abs=1e-8)
    assert sum(one.nearest) == pytest.approx(1, abs=1e-7)


def test_what_must_go_is_shared_out_evenly():
    names = ("war", "deal", "drift")
    found = coherence([say(n, v) for n, v in zip(names, (0.5, 0.4, 0.3), strict=True)], [Exclusive(names)])
    assert found.nearest == pytest.approx([0.5 - 0.2 / 3, 0.4 - 0.2 / 3, 0.3 - 0.2 / 3], abs=1e-6)


@FEW
@given(cause=P, effect=P)
def test_an_effect_is_no_less_probable_than_its_cause(cause, effect):
    found = coherence([say("a", cause), say("b", effect)], [Implies("a", "b")])
    assert found.total == pytest.approx(max(0.0, cause - effect), abs=1e-8)
    if cause > effect + 1e-6:
        assert found.nearest == pytest.approx([(cause + effect) / 2] * 2, abs=1e-6)


def random_statements(seed: int, events: int = 4, count: int = 7) -> list[Stated]:
    """Marginals and conditionals of a random joint distribution, which is thereby their witness."""
    rng = np.random.default_rng(seed)
    known = joint([f"e{i}" for i in range(events)], [])
    mass = rng.dirichlet(np.ones(len(known.happens)))
    said = {("e0", ""): 0.0} | {(f"e{i}", ""): 0.0 for i in range(events)}
    while len(said) < count:
        i, j = rng.choice(events, 2, replace=False)
        said[f"e{i}", f"{'not ' if rng.random() < 0.5 else ''}e{j}"] = 0.0
    for event, condition in said:
        both = known.holds(event) * known.holds(condition)
        said[event, condition] = float(both @ mass / (known.holds(condition) @ mass))
    return [say(event, value, condition) for (event, condition), value in said.items()]


@pytest.mark.parametrize("seed", range(10))
def test_what_a_joint_distribution_has_is_coherent(seed):
    said = random_statements(seed)
    found = coherence(said)
    assert found.coherent
    assert found.sentences == ()
    assert found.nearest == pytest.approx([s.probability.mean for s in said], abs=1e-6)


def moved(found: Coherence) -> list[Stated]:
    pairs = zip(found.statements, found.nearest, strict=True)
    return [replace(s, probability=probability(min(max(v, 0.0), 1.0))) for s, v in pairs]


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_set_is_coherent_and_conflicts_are_minimal(seed):
    rng = np.random.default_rng(seed)
    said = [replace(s, probability=probability(float(rng.uniform(0.05, 0.95)))) for s in random_statements(seed)]
    found = coherence(said)
    assert not found.coherent, "the seed was chosen to give a conflict"
    assert coherence(moved(found)).total < 1e-6
    for conflict in found.conflicts:
        items = [item for item in conflict if isinstance(item, Stated)]
        assert len(items) > 1
        for item in items:
            rest = [other for other in items if other is not item]
            named = {s.event for s in rest if not s.given}
            open_ = {s.given.removeprefix("not ") for s in rest} - named - {""}
            rest += [say(event, [1e-5, 1 - 1e-5]) for event in open_]  # a condition needs a probability, be it any
            assert coherence(rest, within=1.0).total < 1e-6


def test_a_small_condition_is_part_of_the_conflict():
    """P(e | g) = 90% and P(e) = 1% may both hold, if g is rare: that g is not rare belongs to the conflict."""
    said = [say("g", 0.5), say("e", 0.9, "g"), say("e", 0.01)]
    (conflict,) = coherence(said).conflicts
    assert set(conflict) == set(said)
    assert coherence([say("g", 0.01), *said[1:]]).coherent


def test_two_readings_of_one_condition_conflict_whatever_its_probability():
    said = [say("g", 0.5), say("e", 0.9, "g"), say("not e", 0.9, "g")]
    (conflict,) = coherence(said).conflicts
    assert set(conflict) == set(said[1:])


def test_a_conflict_names_its_parties_and_nobody_else():
    said = [say("deal", "likely"), say("tariffs", 0.5), say("tariffs", "80%", "not deal"), say("rain", 0.3)]
    found = coherence([*said, say("war", 0.4)], [Exclusive(("deal", "war"))])
    assert {str(item) for conflict in found.conflicts for item in conflict} == {
        "P(deal) = 'likely' (72.5%, capphrase)", "P(war) = 40%", "at most one of 'deal', 'war' happens"
    }  # fmt: skip
    text = " ".join(found.sentences)
    assert text.startswith("These cannot all hold: P(deal) = 'likely' (72.5%, capphrase); P(war) = 40%;")
    assert "P(war) = 40% would have to be" in text
    assert "rain" not in text


def test_words_may_be_coherent_within_their_bands_where_their_means_are_not():
    said = [Stated("deal", probability("likely", "icd-203")), Stated("war", probability("unlikely", "icd-203"))]
    exclusive: list[Relation] = [Exclusive(("deal", "war"), exhaustive=True)]
    off = [Stated("deal", probability("likely", "icd-203")), Stated("war", probability("30%"))]
    assert coherence(said, exclusive).coherent  # 67.5% and 32.5%
    assert not coherence(off, exclusive).coherent
    assert coherence(off, exclusive, within=1.0).coherent  # 70% is in the band of "likely"
    assert not coherence(off, exclusive, within=0.1).coherent


@FEW
@given(a=P, b=P)
def test_implied_bounds_are_frechets(a, b):
    low, high = implied(["a", "b"], [say("a", a), say("b", b)])
    assert low == pytest.approx(max(0, a + b - 1), abs=1e-7)
    assert high == pytest.approx(min(a, b), abs=1e-7)


@FEW
@given(a=P, yes=P, no=P)
def test_the_law_of_total_probability_is_implied(a, yes, no):
    said = [say("a", a), say("b", yes, "a"), say("b", no, "not a")]
    both = a * yes + (1 - a) * no
    assert implied(["b"], said) == pytest.approx((both, both), abs=1e-6)
    assert implied(["a", "not b"], said) == pytest.approx((a * (1 - yes),) * 2, abs=1e-6)
    assert implied(["c"], said) == pytest.approx((0, 1))


def test_what_stays_is_not_said_to_move():
    """P(a | b) P(b) = P(b | a) P(a) fails; a and b themselves may stay as they are."""
    found = coherence(cross_impact(["a", "b"], [["30%", "90%"], ["10%", "50%"]]))
    assert any(text.startswith("P(a | b) =") for text in found.sentences[1:])
    assert not any(text.startswith(("P(a) =", "P(b) =")) for text in found.sentences[1:])


def test_a_cross_impact_table_is_checked_like_any_other():
    table = [["60%", None, "20%"], ["70%", "50%", None], [None, "20%", "30%"]]
    said = cross_impact(["a", "b", "c"], table)
    assert [str(s) for s in said if s.given] == ["P(a | c) = 20%", "P(b | a) = 70%", "P(c | b) = 20%"]
    assert coherence(said).coherent
    assert not coherence(cross_impact(["a", "b"], [["60%", None], ["90%", "50%"]])).coherent


@pytest.mark.parametrize(
    ("said", "relations", "says"),
    [
        ([say("a", 0.5, "b")], [], "none of 'b' itself"),
        ([say("a", 0.5, "b"), say("b", 0)], [], "whose own probability is zero"),
        ([say("a", 0.5), say("a", 0.6)], [], "stated twice"),
        ([say("a", 0.5, "b"), say("b", 0.2)], [Implies("b", "a"), Implies("b", "not a")], "make impossible"),
        ([say("a", 0.5)], [Implies("a", "not a"), Implies("not a", "a")], "cannot all hold"),
    ],
)
def test_what_has_no_meaning_is_refused(said, relations, says):
    with pytest.raises(ScenarioError, match=says):
        coherence(said, relations)


def test_names_are_needed():
    for wrong in (lambda: say("", 0.5), lambda: say("a", 0.5, "not a"), lambda: Exclusive(("a",)),
                  lambda: Exclusive(("a", "a")), lambda: cross_impact(["a", "b"], [[0.5]])):  # fmt: skip
        with pytest.raises(ScenarioError):
            wrong()


def test_nothing_is_implied_by_what_is_incoherent():
    with pytest.raises(ScenarioError, match="cannot all hold"):
        implied(["a"], [say("a", 0.7), say("b", 0.5)], [Implies("a", "b")])


def test_large_sets_are_refused_unless_relations_make_them_small():
    names = tuple(f"e{i}" for i in range(20))
    linked = [say(name, 0.04) for name in names] + [say(names[i], 0.04, names[i - 1]) for i in range(1, 20)]
    with pytest.raises(ScenarioError, match="joint outcomes"):
        coherence(linked)
    assert coherence(linked[:20], [Exclusive(names)]).coherent
    assert coherence(linked[:20]).coherent  # they do not hang together
