"""Tables that pymrio holds."""

import warnings

import numpy as np
import pandas as pd
import pytest
from worlds import random_table

from comity.errors import DataError, UnbalancedError
from comity.world.readers import from_pymrio, read_pymrio

pymrio = pytest.importorskip("pymrio")


def system(seed=0, taxes=True):
    Z, F, V = random_table(seed, 3, 2)
    index = pd.MultiIndex.from_product([["AUS", "JPN", "RoW"], ["goods", "services"]], names=["region", "sector"])
    uses = pd.MultiIndex.from_product([["AUS", "JPN", "RoW"], ["households", "other"]], names=["region", "category"])
    final = (F[..., None] * np.array([0.7, 0.3])).reshape(6, 6)
    rows = {"VA": 0.9 * V.ravel(), "TLS": 0.1 * V.ravel()} if taxes else {"VA": V.ravel()}
    inputs = pd.DataFrame(np.array(list(rows.values())), index=pd.Index(rows, name="inputtype"), columns=index)
    built = pymrio.IOSystem(
        Z=pd.DataFrame(Z.reshape(6, 6), index=index, columns=index),
        Y=pd.DataFrame(final, index=index, columns=uses),
        factor_inputs={"name": "factor_inputs", "F": inputs},
    )
    return built, Z, F, V


def test_a_system_becomes_a_world():
    built, Z, F, V = system()
    world = from_pymrio(built, elasticities=5.0, rename={"RoW": "ROW"}, year=2015)
    assert world.is_benchmark
    assert world.regions == ("AUS", "JPN", "ROW")
    assert world.sectors == ("goods", "services")
    assert np.allclose(world.flows[0], np.einsum("ijnk->jni", Z))
    assert np.allclose(world.flows[1], np.einsum("ijn->jni", F))
    assert np.allclose(world.value_added, V)
    assert next(s for s in world.history if s.action == "net taxes as factor income").amount == pytest.approx(
        0.1 * V.sum()
    )


def test_units_rows_and_residual():
    built, _, F, V = system(taxes=False)
    thousand = from_pymrio(built, elasticities=5.0, to_usd_million=1e-3, value_added=["VA"])
    assert thousand.final_use.sum() == pytest.approx(F.sum() / 1e3)
    residual = from_pymrio(built, elasticities=5.0, extension=None)
    assert np.allclose(residual.value_added, V)
    assert residual.history[1].action == "value added taken as output less inputs"


def test_a_saved_system(tmp_path):
    built, *_ = system()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        built.save_all(tmp_path / "table")
        world = read_pymrio(tmp_path / "table", elasticities="uniform:4")
    assert world.is_benchmark
    with pytest.raises(DataError, match="pymrio cannot read"):
        read_pymrio(tmp_path / "absent", elasticities=5.0)


def test_what_is_refused():
    built, *_ = system()
    with pytest.raises(DataError, match="pass elasticities="):
        from_pymrio(built)
    with pytest.raises(DataError, match="no extension 'satellite'"):
        from_pymrio(built, elasticities=5.0, extension="satellite")
    with pytest.raises(DataError, match="no row 'GOS'"):
        from_pymrio(built, elasticities=5.0, value_added=["GOS"])
    with pytest.raises(DataError, match="no row of value added"):
        from_pymrio(built, elasticities=5.0, net_taxes=["VA", "TLS"])
    with pytest.raises(UnbalancedError):
        from_pymrio(built, elasticities=5.0, value_added=["VA"], net_taxes=[])
    with pytest.raises(DataError, match="no Z and Y"):
        from_pymrio(pymrio.IOSystem(), elasticities=5.0)
    built.Y = built.Y.iloc[::-1]
    with pytest.raises(DataError, match="same labels"):
        from_pymrio(built, elasticities=5.0)


def test_pymrio_own_test_table():
    """The table that pymrio ships with; its satellite accounts hold value added."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = pymrio.load_test().calc_all()
    world = from_pymrio(test, elasticities=5.0, extension=None, source="pymrio test table")
    assert world.is_benchmark
    assert len(world.regions) == 6
