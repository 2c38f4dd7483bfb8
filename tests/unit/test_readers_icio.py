"""The published layout of the OECD tables, small and synthetic."""

import zipfile

import numpy as np
import pandas as pd
import pytest
from worlds import random_table

from comity.errors import DataError, UnbalancedError
from comity.world.readers import from_icio_frame, read_icio

USES = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")


def published(regions=("AUS", "CHN", "ROW"), sectors=("A01", "C17_18", "C29"), seed=0):
    """A balanced table in the published layout, and its blocks."""
    Z, F, V = random_table(seed, len(regions), len(sectors))
    made = len(regions) * len(sectors)
    labels = [f"{r}_{s}" for r in regions for s in sectors]
    uses = [f"{r}_{u}" for r in regions for u in USES]
    shares = np.random.default_rng(seed).dirichlet(np.ones(6))
    final = (F[..., None] * shares).reshape(made, -1)
    taxes = 0.03 * V.ravel()
    inputs = Z.reshape(made, made)
    output = inputs.sum(1) + final.sum(1)
    frame = pd.DataFrame(
        np.vstack(
            [
                np.hstack([inputs, final, output[:, None]]),
                np.hstack([taxes, np.full(len(uses), 7.0), [0]]),
                np.hstack([V.ravel() - taxes, np.zeros(len(uses) + 1)]),
                np.hstack([output, final.sum(0), [0]]),
            ]
        ),
        index=[*labels, "TLS", "VA", "OUT"],
        columns=[*labels, *uses, "OUT"],
    )
    return frame, Z, F, V


def test_the_published_file_becomes_a_world(tmp_path):
    frame, Z, F, V = published()
    frame.to_csv(tmp_path / "2022_SML.csv", index_label="V1")
    world = read_icio(tmp_path / "2022_SML.csv")
    assert world.year == 2022
    assert world.regions == ("AUS", "CHN", "ROW")
    assert world.sectors == ("A01", "C17_18", "C29")
    assert world.is_benchmark
    assert np.allclose(world.flows[0], np.einsum("ijnk->jni", Z))
    assert np.allclose(world.flows[1], np.einsum("ijn->jni", F))
    assert np.allclose(world.value_added, V)
    assert world.elasticities.name == "fontagne-guimbard-orefice-2022"
    steps = {step.action: step for step in world.history}
    assert steps["taxes on final use left out"].amount == pytest.approx(7 * 18)
    assert steps["net taxes as factor income"].amount == pytest.approx(0.03 * V.sum())


def test_the_archive_of_several_years(tmp_path):
    frame, *_ = published()
    frame.to_csv(tmp_path / "2022_SML.csv")
    with zipfile.ZipFile(tmp_path / "2016-2022_SML.zip", "w") as archive:
        for year in (2021, 2022):
            archive.write(tmp_path / "2022_SML.csv", f"{year}_SML.csv")
    world = read_icio(tmp_path / "2016-2022_SML.zip", year=2021)
    assert world.year == 2021
    with pytest.raises(DataError, match="not one table for 2019"):
        read_icio(tmp_path / "2016-2022_SML.zip", year=2019)
    (tmp_path / "2020.zip").write_bytes(b"PK nothing")
    with pytest.raises(DataError, match="not a zip archive"):
        read_icio(tmp_path / "2020.zip")


def test_split_countries_are_summed_and_counted():
    frame, *_ = published(regions=("AUS", "MEX", "ROW", "MX1", "MX2"))
    for use in USES:  # as published: the parts have no final use of their own
        frame[f"MEX_{use}"] += frame.pop(f"MX1_{use}") + frame.pop(f"MX2_{use}")
    world = from_icio_frame(frame, year=2020)
    assert world.regions == ("AUS", "MEX", "ROW")
    step = next(step for step in world.history if step.action == "split countries summed")
    assert step.count == 6
    assert step.amount > 0
    whole = frame.filter(regex="^(MEX|MX1|MX2)_(A01|C17_18|C29)$", axis=0).drop(columns="OUT").to_numpy().sum()
    assert world.gross_output[1].sum() == pytest.approx(whole)
    assert world.is_benchmark


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda f: f.drop(index="TLS"), DataError, "no row TLS"),
        (lambda f: f.drop(index="AUS_C29"), DataError, "no row for AUS C29"),
        (lambda f: f.rename(index={"AUS_C29": "AUSC29"}), DataError, "'AUSC29' is no label"),
        (lambda f: f.rename(columns={"AUS_C29": "AUT_C29"}), DataError, "AUT C29 has no counterpart"),
        (lambda f: f.rename(columns={"AUS_HFCE": "AUT_HFCE"}), DataError, "region 'AUT' of a final-use column"),
        (lambda f: f.rename(index={"AUS_C29": "AUS_A01"}), DataError, "'AUS_A01' more than once"),
        (lambda f: f.replace(f.iloc[1, 2], np.nan), DataError, "row AUS_C17_18, column AUS_C29 is not a number"),
        (lambda f: f.mul(1 + 0.1 * (f.columns == "CHN_HFCE")), UnbalancedError, "the printed output"),
        (lambda f: f.drop(index="OUT").mul(1 + 0.1 * (f.columns == "CHN_HFCE")), UnbalancedError, "do not close"),
    ],
)
def test_what_is_not_the_published_layout_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        from_icio_frame(change(published()[0]), year=2022)


def test_files_that_are_no_tables(tmp_path):
    with pytest.raises(DataError, match="no file"):
        read_icio(tmp_path / "2022.csv")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="--year"):
        read_icio(tmp_path / "table.csv")
    with pytest.raises(DataError, match="no row TLS"):
        read_icio(tmp_path / "table.csv", year=2022)
    (tmp_path / "2022.csv").write_bytes(b'\xff\xfe"a\n\x00')
    with pytest.raises(DataError):
        read_icio(tmp_path / "2022.csv")
