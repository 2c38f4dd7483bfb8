"""The engine against an implementation that shares no code with it."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from worlds import random_world

from comity.model import rebase, solve
from comity.policy.shock import Shock
from comity.world.calibration import calibrate

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
from plain import solve_plain


@pytest.mark.parametrize("seed", range(51, 57))
@pytest.mark.parametrize("balanced", [False, True], ids=["fixed", "balanced"])
def test_engine_and_plain_iteration_agree(seed, balanced):
    world = random_world(seed, zeros=seed % 2 == 0)
    world = rebase(world, balanced=True) if balanced else world
    rng = np.random.default_rng(seed)
    off = 1 - np.eye(3)
    t = world.tariff + rng.uniform(0, 0.5, world.tariff.shape) * off
    d = 1 + rng.uniform(0, 0.3, world.tariff.shape) * off
    o = solve(world, replace(Shock.none(world), tariff=t, iceberg=d))
    b = calibrate(world)
    found = solve_plain(
        b.pi[0], b.g, b.v, b.alpha, world.elasticities.theta, b.Y, b.B, b.t, t, d, tol=1e-13, damping=0.3
    )
    assert found.converged
    assert np.asarray(o.after.w) == pytest.approx(found.w, rel=1e-10)
    assert np.asarray(o.after.share)[0] == pytest.approx(found.share, abs=1e-10)
    assert np.asarray(o.after.C) * o.unit == pytest.approx(found.C, rel=1e-10)
    index = np.exp((b.alpha * np.log(found.P)).sum(1))
    assert np.asarray(o.values["real_income"]) == pytest.approx(found.C / b.C / index, abs=1e-10)
