"""`comity import` and tables of baseline tariffs: from a user's files to answers on them."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import Result
from worlds import random_table

from comity.policy import Scenario
from comity.world import World, load_world

REGIONS, SECTORS = ("JPN", "USA", "ROW"), ("A01", "C29", "K")
QUESTION = """\
question: What would a tariff cost on a world of one's own?
policies:
  - tariff: {by: USA, on: Japan, sectors: cars, add: 25%}
"""
TARIFFS = "importer,exporter,sector,rate_pct\nUSA,*,goods,4\nJapan,United States,A01,12.5\n"


@pytest.fixture
def icio(tmp_path: Path) -> Path:
    """A small table in the OECD's published layout."""
    Z, F, V = random_table(3, len(REGIONS), len(SECTORS))
    made = len(REGIONS) * len(SECTORS)
    labels = [f"{r}_{s}" for r in REGIONS for s in SECTORS]
    block = np.hstack([Z.reshape(made, made), F.reshape(made, -1)])
    bottom = np.zeros((2, block.shape[1]))
    bottom[:, :made] = 0.1 * V.ravel(), 0.9 * V.ravel()
    columns = [*labels, *(f"{r}_HFCE" for r in REGIONS)]
    frame = pd.DataFrame(np.vstack([block, bottom]), index=[*labels, "TLS", "VA"], columns=columns)
    path = tmp_path / "2020_SML.csv"
    frame.to_csv(path, index_label="V1")
    return path


@pytest.fixture
def tariffs(tmp_path: Path) -> Path:
    """A table of baseline tariffs."""
    path = tmp_path / "tariffs.csv"
    path.write_text(TARIFFS)
    return path


@pytest.fixture
def question(tmp_path: Path) -> Path:
    """A scenario that names no world, in a folder of its own."""
    path = tmp_path / "questions" / "question.yaml"
    path.parent.mkdir()
    path.write_text(QUESTION)
    return path


def one_message(result: Result, code: int) -> str:
    """The one message on standard error."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("comity: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_a_table_becomes_a_world_that_answers(comity, icio: Path, question: Path, tmp_path: Path) -> None:
    result = comity("import", "icio", icio, "--out", "mine.npz", "--check")
    assert result.exit_code == 0, result.output
    for part in ("3 regions x 3 sectors", "What was done to the data", "net taxes as factor income", "US$ m",
                 "Accounting identities", "Keep in mind", "zero stands for"):  # fmt: skip
        assert part in result.stdout, part
    assert "comity run question.yaml --world mine.npz" in result.stderr
    world = World.load(tmp_path / "mine.npz")
    assert (world.year, world.name, world.regions) == (2020, "icio-2020", REGIONS)
    answer = comity("run", question, "--world", "mine.npz", "--json")
    assert answer.exit_code == 0, answer.output
    content = json.loads(answer.stdout)
    assert content["world"]["hash"] == world.hash
    assert any("zero stands for" in caveat for caveat in content["caveats"])
    pair = content["variants"]["scenario"]["bilateral"][0]
    assert pair["goods_balance_usd_bn"] != pair["bilateral_balance_usd_bn"]
    assert comity("world", "mine.npz", "--check").exit_code == 0


def test_tariffs_elasticities_and_year_are_laid_over(comity, icio: Path, tariffs: Path, tmp_path: Path) -> None:
    renamed = icio.rename(tmp_path / "table.csv")
    assert "--year" in one_message(comity("import", "icio", renamed, "--out", "w.npz"), 3)
    result = comity(
        "import", "icio", renamed, "--out", "w.npz", "--year", 2019, "--tariffs", tariffs, "--elasticities",
        "uniform:4", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["elasticities"] == "uniform:4"
    assert any(step["action"] == "user's baseline tariffs" for step in document["history"])
    world = World.load(tmp_path / "w.npz")
    assert world.year == 2019
    assert world.tariff[1, 1].tolist() == [0.04, 0.0, 0.04]
    assert world.tariff[0, 0, 1] == 0.125
    assert world.is_benchmark


def test_flat_tables_and_pymrio(comity, tmp_path: Path) -> None:
    pymrio = pytest.importorskip("pymrio")
    Z, F, V = random_table(0, 2, 2)
    index = pd.MultiIndex.from_product([["USA", "JPN"], ["goods", "services"]], names=["region", "sector"])
    uses = pd.MultiIndex.from_product([["USA", "JPN"], ["households"]], names=["region", "category"])
    pymrio.IOSystem(
        Z=pd.DataFrame(Z.reshape(4, 4), index=index, columns=index),
        Y=pd.DataFrame(F.reshape(4, 2), index=index, columns=uses),
        factor_inputs={"name": "factor_inputs", "F": pd.DataFrame([V.ravel()], index=["VA"], columns=index)},
    ).save_all(tmp_path / "system")
    assert "--elasticities" in one_message(comity("import", "pymrio", "system", "--out", "w.npz"), 2)
    options = ("--elasticities", "uniform:5", "--year", 2015)
    assert comity("import", "pymrio", "system", "--out", "w.npz", *options).exit_code == 0
    assert (load_world(tmp_path / "w.npz").year, load_world(tmp_path / "w.npz").name) == (2015, "system")

    flat = tmp_path / "flat"
    flat.mkdir()
    pairs = "sector,importer,exporter,value\nx,A,A,8\nx,A,B,2\nx,B,A,1\nx,B,B,9\n"
    (flat / "flows.csv").write_text(pairs)
    (flat / "input_use.csv").write_text("region,input,user,value\nA,x,x,3\nB,x,x,4\n")
    (flat / "final_use.csv").write_text("region,sector,value\nA,x,7\nB,x,6\n")
    (flat / "value_added.csv").write_text("region,sector,value\nA,x,6\nB,x,7\n")
    (flat / "sectors.csv").write_text("sector,theta\nx,4\n")
    assert comity("import", "flat", "flat", "--out", "f.npz").exit_code == 0
    (flat / "value_added.csv").write_text("region,sector,value\nA,x,6\nB,x,9\n")
    assert "accounts do not close" in one_message(comity("import", "flat", "flat", "--out", "g.npz"), 3)
    assert not (tmp_path / "g.npz").exists()


def test_wiod_codes_have_elasticities_and_goods(comity, shared_data: Path, tmp_path: Path) -> None:
    table = shared_data / "world" / "wiod2013" / "wiot_1995.RData"
    wrong = comity("import", "wiod2013", table, "--out", "w.npz", "--year", 1996)
    assert "table of 1995" in one_message(wrong, 3)
    for name in ("caliendo-parro-2015", "lashkaripour-lugovskyy-2023"):
        done = comity("import", "wiod2013", table, "--out", "w.npz", "--force", "--elasticities", name)
        assert done.exit_code == 0, done.output
        assert World.load(tmp_path / "w.npz").elasticities.name == name


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("icoi", "2020_SML.csv"), 2, "did you mean 'icio'?"),
        (("icio", "none.csv"), 3, "none.csv"),
        (("wiod2013", "2020_SML.csv"), 3, "2020_SML.csv is no R data file"),
        (("icio", "2020_SML.csv", "--elasticities", "unifrm"), 2, "uniform"),
        (("icio", "2020_SML.csv", "--tariffs", "none.csv"), 3, "none.csv"),
        (("flat", "2020_SML.csv"), 3, "no folder"),
    ],
)
def test_wrong_input_ends_in_one_message_and_no_file(
    comity, icio: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = sorted(icio.parent.iterdir())
    assert said in one_message(comity("import", *arguments, "--out", "w.npz"), code)
    assert sorted(icio.parent.iterdir()) == before


def test_truncated_tables_leave_nothing(comity, icio: Path, tmp_path: Path) -> None:
    whole = icio.read_bytes()
    for size in (0, 20, len(whole) // 2, len(whole) - 40):
        icio.write_bytes(whole[:size])
        one_message(comity("import", "icio", icio, "--out", "w.npz"), 3)
        assert not (tmp_path / "w.npz").exists()


def test_files_are_not_replaced_unless_asked(comity, icio: Path, tmp_path: Path) -> None:
    target = tmp_path / "w.npz"
    target.write_text("mine")
    assert "--force" in one_message(comity("import", "icio", icio, "--out", "w.npz"), 1)
    assert target.read_text() == "mine"
    assert comity("import", "icio", icio, "--out", "w.npz", "--force").exit_code == 0
    assert World.load(target).year == 2020
    assert "folder" in one_message(comity("import", "icio", icio, "--out", tmp_path), 1)
    assert "no folder" in one_message(comity("import", "icio", icio, "--out", "away/w.npz"), 1)
    if os.geteuid():
        (tmp_path / "locked").mkdir(mode=0o500)
        assert "no writing" in one_message(comity("import", "icio", icio, "--out", "locked/w.npz"), 1)


def test_a_missing_extra_is_named_with_its_command(comity, icio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.import_module

    def absent(name: str) -> object:
        if name == "rdata":
            raise ImportError(name)
        return found(name)

    monkeypatch.setattr("comity.world.readers.optional.import_module", absent)
    message = one_message(comity("import", "wiod2016", icio.rename(icio.with_suffix(".RData")), "--out", "w.npz"), 5)
    assert 'pip install "comity[readers]"' in message


@pytest.mark.long
def test_a_scenario_names_its_tariffs_from_its_own_folder(comity, question: Path, tariffs: Path) -> None:
    beside = tariffs.rename(question.parent / "mine.csv")
    question.write_text(f"world: 2019\nbaseline tariffs: mine.csv\naggregation: small\n{QUESTION.replace('cars', 'C')}")
    beside.write_text(TARIFFS.replace("A01", "A"))
    scenario = Scenario.load(question)
    world = scenario.load_world()
    assert world.hash != load_world("2019", preset="small").hash
    assert any("mine.csv" in caveat and "US$" in caveat for caveat in scenario.caveats(world))
    shown = comity("run", question)
    assert shown.exit_code == 0, shown.output
    assert "a user's table of baseline tariffs was laid over" in " ".join(shown.stdout.split())
    assert comity("check", question).exit_code == 0
    beside.unlink()
    assert "line 2: there is no table of baseline tariffs" in one_message(comity("check", question), 2)


def test_tariffs_of_the_command_line_go_with_the_results(comity, question: Path, tariffs: Path, tmp_path: Path) -> None:
    tariffs.write_text(TARIFFS.replace("A01", "A"))
    question.write_text(f"world: 2019\naggregation: small\n{QUESTION.replace('cars', 'C')}")
    result = comity("run", question, "--tariffs", "tariffs.csv", "--out", "results", "--json")
    assert result.exit_code == 0, result.output
    first = json.loads(result.stdout)
    again = json.loads(comity("run", tmp_path / "results" / "scenario.yaml", "--json").stdout)
    plain = json.loads(comity("run", question, "--json").stdout)
    assert again["world"]["hash"] == first["world"]["hash"] != plain["world"]["hash"]
    assert again["scenario"]["hash"] == first["scenario"]["hash"] == plain["scenario"]["hash"]
    assert again["variants"] == first["variants"]
    assert comity("check", question, "--tariffs", "tariffs.csv").exit_code == 0
    shown = comity("world", "2019", "--tariffs", "tariffs.csv")
    assert "user's baseline tariffs" in shown.stdout
    assert one_message(comity("run", question, "--tariffs", "none.csv"), 2).startswith("comity: there is no table")
    tariffs.write_text(f"{TARIFFS}USA,Japn,C,1\n")
    for command in (("run", question), ("check", question), ("world", "2019")):
        message = one_message(comity(*command, "--tariffs", "tariffs.csv"), 2)
        assert "tariffs.csv, line 3: 'A01'" in message
