"""The NAFTA data and the two solved experiments."""

import pytest

from comity.replication import caliendo_parro_2015 as cp

FOLDER = "replication/caliendo_parro_2015"


@pytest.fixture(scope="session")
def folder(shared_data):
    found = shared_data / FOLDER
    if not (found / "nafta_cp2015.npz").is_file():
        pytest.skip("the NAFTA data are not in ../shared/data")
    return found


@pytest.fixture(scope="session")
def data(folder):
    return cp.read(folder / "nafta_cp2015.npz")


@pytest.fixture(scope="session")
def outcomes(data):
    return {setting: cp.counterfactual(data, setting) for setting in cp.CLOSURES}
