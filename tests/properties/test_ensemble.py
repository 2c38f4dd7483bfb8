"""Draws as solutions: each is what a single solve gives, whatever the batch, the workers or the order."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy import stats
from worlds import random_elasticities, random_world

from comity import solve, solve_all
from comity.errors import NotConverged
from comity.model import Closures
from comity.policy import Scenario
from comity.report.ensembles import summaries
from comity.uncertainty.ensemble import Threads, plan, program, run_ensemble, solving, summarise, variance_shares
from comity.uncertainty.ensemble.design import MODEL, NUMBERS
from comity.uncertainty.ensemble.program import BATCH, MEASURES
from comity.uncertainty.ensemble.solving import Engine
from comity.uncertainty.ensemble.summary import LEVELS
from comity.world import from_table

TEXT = """
policies:
  - {tariff: {by: R0, on: R1, sectors: all, add: 10%, name: duty}}
  - {tariff: {by: R1, on: R0, sectors: all, to: 20%, name: answer}}
variants: {alone: {keep: [duty]}, both: {}}
"""
DRAWN = """
uncertainty:
  elasticities: {cv: 0.2, correlation: 0.5}
  amounts: {duty: {uniform: {low: 5%, high: 25%}}}
  choices: {imbalances: {fixed: 0.5, balanced: 0.5}, mobility: [mobile, specific]}
"""


def planned(more="", seed=1, **options):
    return plan(Scenario.from_text(TEXT + more), random_world(seed), **options)


def columns(results):
    return {(v, m): results.column(v, m) for v in results.manifest["variants"] for m in MEASURES}


def same(one, other):
    """Bit for bit."""
    a, b = columns(one), columns(other)
    assert a.keys() == b.keys()
    for key, values in a.items():
        np.testing.assert_array_equal(values, b[key], err_msg=str(key))


@pytest.mark.parametrize("more", ["", DRAWN, DRAWN.replace("add", "to")])
def test_a_draw_is_what_a_single_solve_gives(more):
    """Every measure of some draws against `solve` on a world with these elasticities, this duty and these closures."""
    p = planned(more, draws=6)
    chunk = Engine(p).solve(0, 6)
    for k in (0, 3, 5):
        theta = np.array([chunk.parameters[f"theta {s}"][k] for s in p.world.sectors])
        elasticities = replace(p.world.elasticities, theta=theta)
        options = {key: str(chunk.parameters[f"choice {key}"][k]) for key in ("imbalances", "mobility") if more}
        asked = Scenario.from_text(TEXT)
        if more:
            policies = (replace(asked.policies[0], add=float(chunk.parameters["amount duty"][k])), asked.policies[1])
            asked = replace(asked, policies=policies)
        for variant in ("alone", "both"):
            world, mobility = p.world, {"kappa": 1.0} if options.get("mobility") == "specific" else {}
            if options.get("imbalances") == "balanced":  # re-solved once, at the central elasticities
                world = solve(world, asked, variant=variant, imbalances="balanced", **mobility).world
            alone = solve(replace(world, elasticities=elasticities), asked, variant=variant, **mobility)
            for place, name in enumerate(MEASURES):
                np.testing.assert_allclose(
                    chunk.variants[variant].values[k, place],
                    alone.data[name].values,
                    rtol=1e-7,
                    atol=2e-8,
                    err_msg=name,
                )


@pytest.mark.parametrize("more", ["", DRAWN])
def test_results_do_not_depend_on_chunk_workers_or_order(more):
    p = planned(more, draws=3 * BATCH + 5)
    whole = run_ensemble(p, chunk=1000)
    same(whole, run_ensemble(p, chunk=7))
    same(whole, run_ensemble(p, chunk=11, solver=Threads(3)))

    def backwards(plan, chunks):
        yield from Threads()(plan, list(reversed(chunks)))

    same(whole, run_ensemble(p, chunk=10, solver=backwards))


@pytest.mark.parametrize("platform", ["cpu", "gpu"])
def test_the_device_decides_whether_draws_are_solved_in_turn_or_at_once(monkeypatch, platform):
    """One after the other on a CPU, all at once elsewhere; the answers are the same to the solver's tolerance."""
    p = planned(draws=BATCH)
    here = run_ensemble(p)
    monkeypatch.setattr(jax, "default_backend", lambda: platform)
    shown = str(jax.make_jaxpr(lambda x: program.each(lambda draw: draw[0] * 2, (x,)))(np.ones(3)))
    assert ("scan" in shown) == (platform == "cpu")
    again = jax.jit(program.solve_levers.__wrapped__, static_argnames=("rules", "steps"))
    monkeypatch.setattr(solving, "solve_levers", again)
    there = run_ensemble(p)
    for key, values in columns(here).items():
        np.testing.assert_allclose(columns(there)[key], values, rtol=1e-9, atol=1e-9, err_msg=str(key))


def test_the_first_draws_of_more_are_the_same():
    few, more = (run_ensemble(planned(DRAWN, draws=n)) for n in (20, 40))
    for key, values in columns(few).items():
        np.testing.assert_array_equal(values, columns(more)[key][:20])


def test_a_sample_is_certified_in_full():
    residual, certified, failed = run_ensemble(planned(draws=130)).solves("both")
    assert np.flatnonzero(np.isfinite(certified)).tolist() == [0, 128]
    assert np.nanmax(certified) < 1e-10
    assert (residual <= 5e-11).all()
    assert not any(failed)


TRANSFER = """
policies: [{transfer: {from: R0, to: R1, add: US$1m, name: aid}}]
uncertainty: {elasticities: fixed, amounts: {aid: {uniform: {low: US$0m, high: US$%sm}}}}
"""


def test_draws_that_fail_are_counted_shown_and_refused_when_many():
    """What a region cannot pay has no equilibrium: the draws beyond its income fail, and no others."""
    world = random_world(1)
    income = float(world.factor_income[0] + world.tariff_revenue[0] + world.imbalance[0])
    p = plan(Scenario.from_text(TRANSFER % f"{1.3 * income:.0f}"), world, draws=BATCH)
    found = Engine(p).solve(0, BATCH)
    failed = np.array([k in found.variants["scenario"].reasons for k in range(BATCH)])
    paid = found.parameters["amount aid"]
    assert failed.any()
    assert not failed.all()
    assert paid[failed].min() > paid[~failed].max()
    assert any("more than all income" in why for why in found.variants["scenario"].reasons.values())
    assert any("no equilibrium" in why for why in found.variants["scenario"].reasons.values())
    assert np.isnan(found.variants["scenario"].values[failed]).all()
    with pytest.raises(NotConverged, match=r"draws have no certified answer"):
        run_ensemble(p)


def two_equal_regions(abroad=0.3):
    """One sector, two regions that are each other's mirror, value added half of output; share `abroad` is imported."""
    shares = np.array([[1 - abroad, abroad], [abroad, 1 - abroad]])
    return from_table(
        inputs=50.0 * shares[:, None, :, None], final=50.0 * shares[:, None, :], value_added=np.full((2, 1), 50.0),
        elasticities=random_elasticities(1, 1), regions=["R0", "ROW"], sectors=["S0"], name="mirror", year=2022,
        source="made up",
    )  # fmt: skip


COST = (
    "policies: [{non-tariff cost: {by: all, on: all, sectors: all, add: 20%}}]\nuncertainty: {elasticities: {cv: 0.3}}"
)


def test_intervals_are_those_of_the_closed_form():
    """Real income is W = ((1-m) + m d^-theta)^(1/(theta v)) for mirrored regions (Arkolakis, Costinot and
    Rodriguez-Clare 2012, with inputs), and rises with theta: its quantiles are W at those of theta."""
    world = two_equal_regions()
    p = plan(Scenario.from_text(COST), world, draws=1024)
    results = run_ensemble(p)
    found = summaries(results, "real_income_pct")["scenario"]["R0"]
    theta = p.parameters[0].what

    def income(t):
        return 100 * ((0.7 + 0.3 * 1.2**-t) ** (1 / (t * 0.5)) - 1)

    exact = income(theta.ppf(LEVELS))
    off = np.abs(np.array(found.quantiles) - exact)
    assert (off <= np.array(found.quantile_errors)).all()  # Sobol points are better than independent draws
    fresh = income(theta.ppf(np.random.default_rng(5).random(20_000)))
    for (low, high), share in ((found.most, 0.9), (found.half, 0.5)):
        assert ((fresh >= low) & (fresh <= high)).mean() == pytest.approx(share, abs=0.015)


def test_stated_errors_cover_over_many_seeds():
    """Of 200 small ensembles the quantiles lie within two stated errors of the closed form, nearly always."""
    p = plan(Scenario.from_text(COST), two_equal_regions(), draws=1)
    theta = p.parameters[0].what
    off = []
    for seed in range(200):
        u = replace(p.design, seed=seed).uniforms(range(64))[:, 0]
        t = theta.ppf(u)
        found = summarise((0.7 + 0.3 * 1.2**-t) ** (1 / (t * 0.5)))
        t = theta.ppf(LEVELS)
        exact = (0.7 + 0.3 * 1.2**-t) ** (1 / (t * 0.5))
        off.append(np.abs(np.array(found.quantiles) - exact) / found.quantile_errors)
    assert (np.array(off) < 2).mean() > 0.95


def test_shares_of_the_variance_at_n_and_2n_agree_within_their_errors():
    pytest.importorskip("SALib")
    found = []
    for draws in (128, 256):
        p = planned(DRAWN, draws=draws, split=True)
        values = run_ensemble(p).column("both", "real_income_pct")[:, 0]
        found.append({one.source: one for one in variance_shares(p.design, values)})
    few, more = found
    together = {MODEL, NUMBERS}
    assert set(few) == {"trade elasticities", "amount of duty", "choice of imbalances", "choice of mobility"} | together
    for source, one in few.items():
        assert abs(one.first - more[source].first) <= one.first_error + more[source].first_error
        assert abs(one.total - more[source].total) <= one.total_error + more[source].total_error


def test_scale_elasticities_are_drawn_and_cut_where_sectors_would_concentrate():
    text = TEXT + "options: {competition: scale}\nuncertainty: {scale elasticities: {cv: 1.0}}"
    world = random_world(1)
    small = replace(world, elasticities=replace(world.elasticities, scale=np.full(4, 0.02)))
    p = plan(Scenario.from_text(text), small, draws=8)
    found = Engine(p).solve(0, 8)
    theta, scale = (np.stack([found.parameters[f"{kind} S{j}"] for j in range(4)]) for kind in ("theta", "scale"))
    assert np.ptp(scale) > 0.01
    assert (theta * scale / (1 - scale)).max() < 1
    k = 2
    there = replace(small, elasticities=replace(small.elasticities, theta=theta[:, k], scale=scale[:, k]))
    alone = solve_all(there, Scenario.from_text(TEXT), closures=Closures(competition="scale"))["both"]
    np.testing.assert_allclose(found.variants["both"].values[k, 0], alone.data["real_income_pct"].values, atol=1e-7)


def test_draws_without_a_scale_elasticity_fail_and_are_counted():
    """A distribution of one's own that lies beyond the cut of some draws leaves these without an answer, no others."""
    text = TEXT + "options: {competition: scale}\nuncertainty: " \
           "{elasticities: {cv: 0.5}, scale elasticities: {distribution: fixed, sectors: {S1: SAID}}}"  # fmt: skip
    world = random_world(1)
    small = replace(world, elasticities=replace(world.elasticities, scale=np.full(4, 0.02)))
    most = 1 / (1 + small.elasticities.theta[1])
    asked = Scenario.from_text(text.replace("SAID", f"{{point: {0.9 * most}}}"))
    found = Engine(plan(asked, small, draws=32)).solve(0, 32)
    beyond = found.parameters["theta S1"] * 0.9 * most / (1 - 0.9 * most) >= 1 - 1e-6
    assert 0 < beyond.sum() < 32
    for one in found.variants.values():
        assert set(one.reasons) >= set(np.flatnonzero(beyond))
        assert {k for k, why in one.reasons.items() if "nothing of its distribution is below" in why} == set(
            np.flatnonzero(beyond)
        )
        assert np.isnan(one.values[beyond]).all()
    assert (np.isnan(found.parameters["scale S1"]) == beyond).all()


def test_quantiles_of_the_distribution_are_drawn():
    """The marginal of every drawn elasticity is its distribution (Kolmogorov-Smirnov distance of Sobol points)."""
    p = planned("uncertainty: {elasticities: {cv: 0.3, correlation: 0.6}}", draws=512)
    chunk = Engine(p).solve(0, 512)
    for parameter in p.parameters:
        levels = stats.lognorm(np.sqrt(np.log1p(0.09))).cdf(
            chunk.parameters[parameter.name] / (dict(parameter.what.parameters)["mean"] * np.exp(-np.log1p(0.09) / 2))
        )
        assert stats.kstest(levels, "uniform").statistic < 0.03
    scores = stats.norm.ppf(stats.rankdata([chunk.parameters[x.name] for x in p.parameters], axis=1) / 513)
    assert np.corrcoef(scores)[0, 1:] == pytest.approx(0.6, abs=0.05)
