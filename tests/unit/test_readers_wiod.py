"""WIOD in its published layouts: small synthetic files, and the real ones where they are at hand."""

import numpy as np
import pandas as pd
import pytest
from worlds import random_table

from comity.errors import DataError, MissingExtra, UnbalancedError
from comity.world.readers import from_wiod2016_frame, optional, read_wiod2013, read_wiod2016

rdata = pytest.importorskip("rdata")
INDUSTRIES = ("A01", "C10-C12", "J62_J63")
REGIONS = ("AUS", "JPN", "ROW")


def release_2016(seed=0):
    """A balanced frame in the layout of the 2016 release."""
    Z, F, V = random_table(seed, 3, 3)
    inputs = Z.reshape(9, 9)
    final = (F[..., None] * np.full(5, 0.2)).reshape(9, 15)
    output = inputs.sum(1) + final.sum(1)
    rows = {"II_fob": inputs.sum(0), "TXSP": 0.02 * V.ravel(), "EXP_adj": 0 * output, "PURR": 0 * output}
    rows |= {"PURNR": 0 * output, "VA": 0.97 * V.ravel(), "IntTTM": 0.01 * V.ravel(), "GO": output}
    users = [f"{r}{k}" for r in REGIONS for k in range(1, 4)]
    uses = [f"{r}{k}" for r in REGIONS for k in range(4, 9)]
    values = pd.DataFrame(np.hstack([inputs, final]), columns=users + uses)
    bottom = pd.DataFrame(np.array(list(rows.values())), columns=users).reindex(columns=users + uses, fill_value=0.0)
    frame = pd.concat([values, bottom], ignore_index=True)
    frame.insert(0, "IndustryCode", pd.Series([*INDUSTRIES * 3, *rows], dtype=object))
    names = ["Crops", "Food", "Computer services"]
    frame.insert(1, "IndustryDescription", pd.Series([*names * 3, *rows], dtype=object))
    frame.insert(2, "Country", pd.Series([*np.repeat(REGIONS, 3), *["TOT"] * 8], dtype=object))
    frame.insert(3, "RNr", np.array([*[1, 2, 3] * 3, *range(4, 12)], dtype=np.int32))
    frame.insert(4, "Year", np.full(17, 2014, dtype=np.int32))
    frame["TOT"] = frame[users + uses].sum(axis=1)
    return frame, Z, F, V


def check_2016(world, Z, F, V):
    assert world.is_benchmark
    assert world.year == 2014
    assert world.regions == REGIONS
    assert world.sectors == INDUSTRIES
    assert world.sector_names[2] == "Computer services"
    assert world.region_names == ("Australia", "Japan", "Rest of the world")
    assert np.allclose(world.flows[0], np.einsum("ijnk->jni", Z))
    assert np.allclose(world.flows[1], np.einsum("ijn->jni", F))
    assert np.allclose(world.value_added, V)
    steps = {step.action: step for step in world.history}
    assert steps["net taxes as factor income"].amount == pytest.approx(0.02 * V.sum())
    assert steps["international transport margins"].amount == pytest.approx(0.01 * V.sum())


def test_2016_release_as_csv_and_as_r_data(tmp_path):
    frame, *blocks = release_2016()
    frame.to_csv(tmp_path / "wiot2014.csv", index=False)
    check_2016(read_wiod2016(tmp_path / "wiot2014.csv"), *blocks)
    rdata.write_rda(tmp_path / "WIOT2014_October16_ROW.RData", {"wiot": frame})
    check_2016(read_wiod2016(tmp_path / "WIOT2014_October16_ROW.RData"), *blocks)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda f: f.drop(columns="RNr"), DataError, "no column RNr"),
        (lambda f: f.drop(columns="JPN2"), DataError, "column JPN2"),
        (lambda f: f.drop(columns="JPN5"), DataError, "differ in their final uses"),
        (lambda f: f[f["IndustryCode"] != "VA"], DataError, "no row VA"),
        (lambda f: f.drop(index=1), DataError, "no row for AUS C10-C12"),
        (lambda f: f.iloc[[1, 0, *range(2, 17)]], DataError, "published order|no row"),
        (lambda f: f.assign(JPN2=f["JPN2"] * 1.1), UnbalancedError, "printed output"),
        (lambda f: f.assign(JPN2=f["JPN2"].astype(object).where(f.index != 4, "..")), DataError, "not a number"),
    ],
)
def test_2016_layout_errors(change, error, message):
    with pytest.raises(error, match=message):
        from_wiod2016_frame(change(release_2016()[0]))


def release_2013(seed=0):
    """The list of the R form: whole numbers."""
    Z, F, _ = random_table(seed, 3, 3)
    final = (F[..., None] * np.full(5, 0.2)).reshape(9, 15)
    output = Z.sum((2, 3)).ravel() + final.sum(1)
    return {
        "year": np.array([2011]),
        "countries": np.array(["AUS", "ROM", "RoW"]),
        "industries": np.array(["c1", "c2", "c15"]),
        "final": np.round(final),
        "output": np.round(output),
        "inter": np.round(Z.reshape(9, 9)),
    }


def test_2013_release_in_r_form(tmp_path):
    table = release_2013()
    path = tmp_path / "wiot_2011.RData"
    rdata.write_rda(path, {"wiot_2011": table})
    world = read_wiod2013(path)
    assert world.is_benchmark
    assert world.regions == ("AUS", "ROU", "ROW")
    assert world.year == 2011
    assert world.flows[0].sum() == pytest.approx(table["inter"].sum())
    assert {"value added taken as output less inputs", "value added as residual"} <= {s.action for s in world.history}
    rdata.write_rda(path, {"wiot_2011": table | {"output": 2 * table["output"]}})
    with pytest.raises(UnbalancedError, match="printed output"):
        read_wiod2013(path)
    rdata.write_rda(path, {"wiot_2011": table | {"output": table["output"][:4]}})
    with pytest.raises(DataError, match="do not fit"):
        read_wiod2013(path)
    rdata.write_rda(path, {"x": np.arange(3.0)})
    with pytest.raises(DataError, match="not a list with inter"):
        read_wiod2013(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataError, match="truncated"):
        read_wiod2013(path)
    with pytest.raises(DataError, match="no file"):
        read_wiod2013(tmp_path / "absent.RData")


def test_a_missing_extra_says_how_to_install_it(tmp_path, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(optional, "import_module", absent)
    with pytest.raises(MissingExtra, match=r'pip install "comity\[readers\]"'):
        read_wiod2013(tmp_path / "wiot_2011.RData")


@pytest.mark.parametrize("year", [1995, 2011])
def test_the_real_table_is_a_world(shared_data, year):
    world = read_wiod2013(shared_data / "world" / "wiod2013" / f"wiot_{year}.RData")
    assert (len(world.regions), len(world.sectors)) == (41, 35)
    assert world.year == year
    assert max(check.largest for check in world.check()) < 1e-12
    assert {"negative final sales", "stocks drawn down", "no output"} <= {step.action for step in world.history}
    assert world.elasticities.theta.min() > 0


def workbook(path):
    """A balanced workbook in the layout of the 2013 release: two countries, 35 industries, five final uses."""
    Z, F, V = random_table(3, 2, 35)
    made, regions = 70, ("USA", "RoW")
    final = (F[..., None] * np.full(5, 0.2)).reshape(made, 10)
    output = Z.sum((2, 3)).ravel() + final.sum(1)
    body = np.hstack([Z.reshape(made, made), final, output[:, None]])
    below = {
        "Total intermediate consumption": Z.sum((0, 1)).ravel(),
        "taxes less subsidies on products": 0.1 * V.ravel(),
        "Cif/ fob adjustments on exports": 0 * output,
        "Direct purchases abroad by residents": 0 * output,
        "Purchases on the domestic territory by non-residents": 0 * output,
        "Value added at basic prices": 0.8 * V.ravel(),
        "International Transport Margins": 0.1 * V.ravel(),
        "Output at basic prices": output,
    }
    codes = ("r60", "r61", "r62", "r63", "r64", "r65", "r66", "r69")
    industry = [(f"i{k}", f"Industry {k}", f"c{k}") for k in range(1, 36)]
    uses = [(f"c{k}", f"Use {k}", f"c{k}") for k in range(37, 42)]
    columns = [(*x[:2], r, x[2]) for r in regions for x in industry] + [
        (*x[:2], r, x[2]) for r in regions for x in uses
    ]
    head = np.array([*columns, ("", "Total output", "TOT", "c42")], dtype=object).T
    title = ["World Input-Output Table for 2011", None, "(industry-by-industry)", "(millions of US$)"]
    sheet = [[title[0]], [None]]
    sheet += [[title[row + 2] if row < 2 else None, None, None, None, *head[row]] for row in range(4)]
    sheet += [[*columns[row][:3], columns[row][3], *body[row]] for row in range(made)]
    pad = [0.0] * 11
    sheet += [["", name, "TOT", code, *row, *pad] for code, (name, row) in zip(codes, below.items(), strict=True)]
    pd.DataFrame([[*row, *[None] * (len(sheet[-1]) - len(row))] for row in sheet]).to_excel(
        path, header=False, index=False
    )
    return Z, F, V


def test_2013_release_as_workbook(tmp_path):
    pytest.importorskip("pymrio")
    pytest.importorskip("openpyxl")
    Z, F, V = workbook(tmp_path / "wiot11_row_apr12.xlsx")
    world = read_wiod2013(tmp_path / "wiot11_row_apr12.xlsx")
    assert world.is_benchmark
    assert (world.year, world.regions, world.sectors[14]) == (2011, ("USA", "ROW"), "c15")
    assert np.allclose(world.flows[0], np.einsum("ijnk->jni", Z))
    assert np.allclose(world.flows[1], np.einsum("ijn->jni", F))
    assert np.allclose(world.value_added, V)
    assert "net taxes as factor income" in {step.action for step in world.history}
    with pytest.raises(DataError, match="no file"):
        read_wiod2013(tmp_path / "wiot12.xlsx")
    (tmp_path / "wiot12.xlsx").write_bytes(b"no workbook")
    with pytest.raises(DataError, match="not a workbook"):
        read_wiod2013(tmp_path / "wiot12.xlsx")
