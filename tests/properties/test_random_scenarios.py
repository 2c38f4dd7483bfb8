"""Random scenarios thrown at the engine: each ends in a certified outcome or in a named error."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comity
from comity.errors import ComityError
from comity.model import solve
from comity.model.welfare import gdp_ratios
from comity.policy import Scenario

WORLD = comity.load_world("2019", preset="small")
PLACES = [*WORLD.regions, "G7", "world", "CPTPP", "all except USA", "nowhere"]
GOODS = [*WORLD.sectors, "goods", "services", "all", "unobtainium"]
RATES = ["0%", "10%", "25%", "100%", "1000%", "-20%", "-99%", "-100%"]
SHARES = ["0%", "10%", "50%", "99%", "100%", "150%"]

places, goods = st.sampled_from(PLACES), st.sampled_from(GOODS)
rates, shares = st.sampled_from(RATES), st.sampled_from(SHARES)
covered = {"coverage": shares}


def rule(name: str, **fields: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries(fields).map(lambda values: {name: values})


RULES = st.one_of(
    rule("tariff", by=places, on=places, sectors=goods, add=rates),
    rule("tariff", by=places, on=places, sectors=goods, to=rates, **covered),
    rule("export tax", by=places, to=places, sectors=goods, add=rates),
    rule("non-tariff cost", by=places, on=places, sectors=goods, add=rates),
    rule("import ban", by=places, on=places, sectors=goods, **covered),
    rule("export control", by=places, to=places, sectors=goods, **covered),
    rule("transfer", **{"from": places, "to": places, "add": st.sampled_from(["1 bn", "100 bn", "5000 bn"])}),
    rule("productivity", region=places, sectors=goods, add=rates),
)
MOST = [{}, {"imbalances": "balanced"}, {"imbalances": "output", "revenue": "public"}, {"mobility": "specific"}]
EVERY = st.fixed_dictionaries(
    {
        "imbalances": st.sampled_from(["fixed", "balanced", "output", "spending"]),
        "revenue": st.sampled_from(["rebated", "public"]),
        "sourcing": st.sampled_from(["pooled", "by-use"]),
        "competition": st.sampled_from(["perfect", "perfect", "scale"]),
        "mobility": st.sampled_from(["mobile", "specific", 2]),
        "demand": st.sampled_from(["cobb-douglas", 0.3, 4]),
    }
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def ends_well(policies: list, options: dict) -> None:
    try:
        outcome = solve(WORLD, Scenario.from_dict({"policies": policies, "options": options}))
    except ComityError as error:
        assert len(str(error)) > 20
        return
    assert outcome.certificate.passed
    assert outcome.certificate.max_residual <= 1e-10
    laspeyres, paasche = (np.asarray(ratio) for ratio in gdp_ratios(outcome.after, outcome.before))
    for name, value in outcome.values.items():
        has_value = (laspeyres > 0) & (paasche > 0) if name == "real_gdp" else np.ones(value.shape, bool)
        assert (np.isfinite(value) == has_value).all(), name


@QUICK
@given(st.lists(RULES, min_size=1, max_size=3), st.sampled_from(MOST))
def test_random_scenarios(policies, options):
    ends_well(policies, options)


@pytest.mark.long
@THOROUGH
@given(st.lists(RULES, min_size=1, max_size=5), EVERY)
def test_random_scenarios_under_every_closure(policies, options):
    ends_well(policies, options)


def test_real_gdp_is_missing_where_its_index_has_no_value():
    ends_well([{"non-tariff cost": {"by": "CHN", "on": "EU3", "sectors": "C", "add": "-99%"}}], {})
