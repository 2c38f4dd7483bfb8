"""`comity run`, `check`, `compare`: what a user sees, and what is left behind."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from comity.cli.app import app
from comity.policy import Scenario
from comity.report.measures import MEASURES
from comity.report.schema import result_schema

PROMISED = (
    "real_income_pct",
    "equivalent_variation_usd_bn",
    "real_wage_pct",
    "consumer_prices_pct",
    "exports_pct",
    "imports_pct",
    "tariff_revenue_usd_bn",
    "terms_of_trade_pct",
)


def one_message(result, code: int) -> str:
    """The message on standard error, after checking exit code, silence on standard output and no traceback."""
    assert result.exit_code == code, result.output
    assert result.stderr.startswith("comity: ")
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def test_run_prints_table_certificate_and_caveats(comity, small: Path) -> None:
    result = comity("run", small)
    assert result.exit_code == 0, result.output
    for part in (
        "What would a 25% US tariff",
        "no answer",
        "answer in kind",
        "real income",
        "US$ bn",
        "real wage",
        "not inflation",
        "tariff revenue",
        "Bilateral balances",
        "Who gains and loses inside",
        "Certificate",
        "Keep in mind",
    ):
        assert part in result.stdout, part
    assert not re.search(r"\bnan\b|\binf\b|-0\.0+\b", result.stdout)
    assert result.stderr == ""


def test_json_is_one_documented_object(comity, small: Path) -> None:
    result = comity("run", small, "--json", "--explain", "Japan")
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    jsonschema.validate(content, result_schema())
    assert list(content["variants"]) == ["no answer", "answer in kind"]
    for variant in content["variants"].values():
        assert variant["certificate"]["passed"] is True
        assert variant["certificate"]["max_residual"] <= 1e-10
        assert len(variant["regions"]) == 20
        assert all(np.isfinite(variant["regions"]["JPN"][name]) for name in PROMISED)
    assert content["variants"]["no answer"]["regions"]["JPN"]["real_income_pct"] < 0
    assert content["explanation"]["no answer"]["region"] == "JPN"


def test_filters_choose_what_is_shown(comity, small: Path) -> None:
    shown = comity("run", small, "--regions", "DEU,Japan", "--sectors", "C").stdout
    assert "Germany" in shown
    assert "Brazil" not in shown
    assert "Sectors asked for" in shown
    content = json.loads(comity("run", small, "--json", "--regions", "DEU").stdout)
    assert list(content["variants"]["no answer"]["regions"]) == ["DEU"]


def test_explanation_names_channels_partners_parameters_and_who_pays(comity, small: Path) -> None:
    shown = comity("run", small, "--explain", "JPN").stdout
    for part in ("terms of trade", "volume", "partners behind it", "Most sensitive to", "trade elasticity",
                 "Who bears the tariffs"):  # fmt: skip
        assert part in shown, part


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--imbalances", "balanced", "imbalances balanced"),
        ("--mobility", "specific", "mobility specific"),
        ("--elasticities", "uniform", "elasticities uniform"),
    ],
)
def test_options_of_the_command_line_count(comity, small: Path, option: str, value: str, said: str) -> None:
    result = comity("run", small, option, value)
    assert result.exit_code == 0, result.output
    assert said in " ".join(result.stdout.split())


@pytest.mark.long
def test_public_money_shows_who_bears_and_who_sells(comity, tmp_path: Path) -> None:
    file = tmp_path / "public.yaml"
    file.write_text(
        "aggregation: small\npolicies:\n"
        "  - transfer: {from: JPN, to: USA, add: 6bn, spent: in host}\n"
        "  - defence spending: {of: JPN, add: 1%, import content: 20%, sources: {USA: 100%}}\n",
        encoding="utf-8",
    )
    result = comity("run", file)
    assert result.exit_code == 0, result.output
    for part in ("Who bears the transfer", "What added public absorption buys", "Japan (JPN), at home", "base support"):
        assert part in result.stdout
    content = json.loads(comity("run", file, "--json").stdout)
    jsonschema.validate(content, result_schema())
    (payer, _) = content["burdens"]["scenario"]
    assert payer["region"] == "JPN"
    sold = {(r["region"], r["supplier"]): r["purchases_usd_bn"] for r in content["public_purchases"]["scenario"]}
    assert sold["JPN", "USA"] == pytest.approx(
        0.2 * content["variants"]["scenario"]["regions"]["JPN"]["public_absorption_usd_bn"], rel=0.05
    )
    assert sold["USA", "JPN"] == pytest.approx(6, rel=1e-6)


def test_out_holds_everything_and_can_be_compared(comity, small: Path, tmp_path: Path) -> None:
    assert comity("run", small, "--out", "results").exit_code == 0
    results = tmp_path / "results"
    assert Scenario.load(results / "scenario.yaml") == Scenario.load(small)
    jsonschema.validate(json.loads((results / "result.json").read_text()), result_schema())
    with xr.open_dataset(results / "variants" / "1-no-answer" / "outcome.nc") as data:
        assert {m.name for m in MEASURES} <= set(data.data_vars)
    assert list((results / "variants" / "2-answer-in-kind" / "csv").glob("*.csv"))
    again = comity("run", small, "--out", "results")
    assert "not empty" in one_message(again, 1)
    assert comity("run", small, "--out", "results", "--force").exit_code == 0
    compared = comity("compare", "results", small)
    assert compared.exit_code == 0, compared.output
    assert "B less A" in compared.stdout
    content = json.loads(comity("compare", "results", "results", "--json").stdout)
    assert all(v["difference"] == 0 for r in content["no answer"]["regions"].values() for v in r.values())


@pytest.mark.parametrize("place", ["/proc/nothing/here", "/dev/null"])
def test_a_place_that_cannot_be_written_is_refused(comity, small: Path, tmp_path: Path, place: str) -> None:
    one_message(comity("run", small, "--out", place), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_a_full_disk_leaves_nothing(comity, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comity.model.outcome.Outcome.save", full)
    assert "no space left" in one_message(comity("run", small, "--out", "results"), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def changed(small: Path, old: str, new: str) -> Path:
    """The scenario with one thing changed."""
    text = small.read_text()
    assert old in text
    small.write_text(text.replace(old, new))
    return small


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("on: JPN", "on: Japn", 2, "Japan"),
        ("sectors: [C]", "sectors: [cheeese]", 2, "cheeese"),
        ("add: 25%", "add: -150%", 2, "-1"),
        ("add: 25%", "add: lots", 2, "lots"),
        ("world: 2019", "world: 2021", 2, "2021"),
        ("tariff: {by: USA", "tarif: {by: USA", 2, "tariff"),
        ("drop: [1]", "drop: [7]", 2, "7"),
        ("question:", "quession:", 2, "question"),
        ("policies:", "policies: [", 2, "line"),
    ],
)
def test_a_wrong_scenario_is_one_message(comity, small: Path, old: str, new: str, code: int, says: str) -> None:
    for command in ("check", "run"):
        assert says in one_message(comity(command, changed(small, old, new) if command == "check" else small), code)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff", b"- just\n- a list\n", b"a: b: c: d\n", b"{" * 5000])
def test_what_is_no_scenario_is_one_message(comity, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    assert "odd.yaml" in one_message(comity("run", "odd.yaml"), 2)


def test_a_yaml_bomb_is_refused_quickly(comity, tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "bomb.yaml").write_text("\n".join([*lines, "question: *a11"]))
    begin = time.perf_counter()
    one_message(comity("run", "bomb.yaml"), 2)
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "nothing.yaml"), "cars"),
        (("run", "."), "folder"),
        (("check", "nothing.yaml"), "nothing.yaml"),
        (("compare", "nothing.yaml", "cars"), "nothing.yaml"),
        (("compare", ".", "cars"), "."),
        (("run", "cars", "--imbalances", "wobbly"), "wobbly"),
        (("run", "cars", "--mobility", "much"), "much"),
        (("run", "cars", "--horizon", "99"), "99"),
        (("run", "cars", "--elasticities", "nobody"), "nobody"),
        (("run", "cars", "--aggregation", "nothing"), "nothing"),
        (("run", "cars", "--regions", "Atlantis"), "Atlantis"),
        (("run", "cars", "--sectors", "magic"), "magic"),
        (("run", "cars", "--explain", "Atlantis"), "Atlantis"),
    ],
)
def test_unknown_names_are_one_message(comity, arguments: tuple[str, ...], says: str) -> None:
    assert says in one_message(comity(*arguments), 3 if arguments[:2] == ("compare", ".") else 2)


def test_wrong_use_of_the_command_itself(comity) -> None:
    assert comity("run", "--no-such-option").exit_code == 2
    assert comity("no-such-command").exit_code == 2
    assert comity("check").exit_code == 2


def test_a_region_that_cannot_pay_is_said_so(comity, small: Path) -> None:
    changed(small, "on: JPN, sectors: [C], add: 25%", "on: all, sectors: [all], add: 90000%")
    result = comity("run", small, "--imbalances", "fixed")
    assert result.exit_code in (0, 4)
    if result.exit_code == 4:
        one_message(result, 4)


def test_check_says_what_a_file_means(comity, small: Path) -> None:
    result = comity("check", small)
    assert result.exit_code == 0, result.output
    for part in ("valid scenario", "United States (USA)", "Japan (JPN)", "tariff on the border value", "no answer"):
        assert part in result.stdout, part
    content = json.loads(comity("check", small, "--json").stdout)
    assert content["variants"]["no answer"]["cells"] == 1
    assert content["variants"]["answer in kind"]["cells"] == 2


def test_check_leaves_to_solving_what_solving_finds(comity, tmp_path: Path) -> None:
    (tmp_path / "goal.yaml").write_text(
        "world: 2019\naggregation: full\npolicies:\n"
        "  - tariff: {name: duty, by: USA, on: JPN, sectors: [C], add: 10%}\n"
        "  - goal: {vary: duty, outcome: goods balance, of: JPN, with: USA, change: -50%}\n"
        "  - purchase commitment: {name: farm, buyer: JPN, seller: USA, sectors: [A], value: US$20bn}\n"
        "variants:\n  duties: {drop: [farm]}\n  farm goods: {drop: [0, 1]}\n"
    )
    content = json.loads(comity("check", "goal.yaml", "--json").stdout)["variants"]
    (duty,) = content["duties"]["found by solving"]
    assert duty.startswith("duty: its amount is found by solving, for the goal on goods balance of JPN with USA")
    (farm,) = content["farm goods"]["found by solving"]
    assert farm.startswith("farm: the import subsidy")
    shown = comity("check", "goal.yaml").stdout
    assert "Nothing changes" not in shown
    assert "farm: the import subsidy under which the purchases are made is found by solving" in shown


def test_what_was_found_says_in_which_variant(comity, tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(
        "world: 2019\naggregation: full\npolicies:\n"
        "  - tariff: {name: duty, by: USA, on: JPN, sectors: [C], add: 10%}\n"
        "variants:\n"
        "  half: {add: [goal: {vary: duty, outcome: goods balance, of: JPN, with: USA, change: -50%}]}\n"
        "  a tenth: {add: [goal: {vary: duty, outcome: goods balance, of: JPN, with: USA, change: -10%}]}\n"
    )
    caveats = json.loads(comity("run", "two.yaml", "--json").stdout)["caveats"]
    assert sorted(note.split("duty: ")[0] for note in caveats if "was found such that" in note) == [
        "a tenth: ",
        "half: ",
    ]


def test_a_scenario_may_come_from_standard_input(small: Path) -> None:
    result = CliRunner().invoke(app, ["check", "-"], input=small.read_bytes())
    assert result.exit_code == 0, result.output
    assert "standard input is a valid scenario on world 2019" in result.stdout


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe", "is not text"), (b"", "is empty")])
def test_what_is_no_scenario_on_standard_input_is_one_message(content: bytes, says: str) -> None:
    assert f"standard input {says}" in one_message(CliRunner().invoke(app, ["check", "-"], input=content), 2)


def test_examples_are_listed_and_resolve(comity) -> None:
    listed = comity("run", "--list").stdout
    assert listed.startswith("cars")
    for line in listed.splitlines():
        result = comity("check", line.split()[0])
        assert result.exit_code == 0, result.output


def test_schemas_are_schemas(comity, small: Path) -> None:
    for arguments in ((), ("--output",)):
        content = json.loads(comity("schema", *arguments).stdout)
        jsonschema.Draft202012Validator.check_schema(content)


def test_ctrl_c_ends_with_one_line_and_leaves_nothing(process, small: Path, tmp_path: Path) -> None:
    running = process(
        "run", small, "--aggregation", "full", "--world", "2022", "--out", "results", "--check-uniqueness", "9999"
    )
    time.sleep(2.0)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert err.count("\n") == 1
    assert "stopped" in err
    assert out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_in_the_middle_of_an_import_waits_for_its_end(tmp_path: Path, name: str, code: int) -> None:
    (tmp_path / "half.py").write_text(
        f"import signal\nsignal.raise_signal(signal.{name})\nprint('whole', flush=True)\n"
    )
    program = (
        "import time\n"
        "import typer\n"
        "from comity.cli.failures import ending\n"
        "app = typer.Typer()\n"
        "@app.command()\n"
        "def main():\n"
        "    import half\n"
        "    time.sleep(30)\n"
        "with ending():\n"
        "    app()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=25, cwd=tmp_path)
    assert done.stdout == "whole\n"
    assert done.returncode == code, done.stderr


def test_ctrl_c_inside_a_callback_of_the_garbage_collector_is_not_lost() -> None:
    """JAX installs such callbacks, and Python drops what is raised in them."""
    code = (
        "import gc, signal, time\n"
        "from comity.cli.failures import ending\n"
        "def interrupted(phase, info):\n"
        "    gc.callbacks.remove(interrupted)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "with ending():\n"
        "    gc.callbacks.append(interrupted)\n"
        "    gc.collect()\n"
        "    time.sleep(30)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.returncode != 0
    assert found.stderr.rstrip().endswith("KeyboardInterrupt")
    assert "ignored" not in found.stderr


def test_a_reader_that_goes_away_is_no_error(process, small: Path) -> None:
    running = process("world", "2019")
    running.stdout.close()
    running.stdout = None
    _, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert not err


def test_whole_command_in_a_process_of_its_own(process, small: Path) -> None:
    running = process("run", small, "--json")
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert err == ""
    jsonschema.validate(json.loads(out), result_schema())


def test_a_long_table_is_cut_and_the_json_object_is_not(comity, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.cli.answer.MOST_LISTED", 3)
    assert "3 of 20 regions" in comity("run", small).stdout
    assert len(json.loads(comity("run", small, "--json").stdout)["variants"]["no answer"]["regions"]) == 20


def test_a_terminal_without_utf8_gets_a_table_and_no_error(process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    out, err = process("world", "2019").communicate(timeout=60)
    assert "World economy" in out
    assert err == ""


@pytest.mark.long
def test_other_starts_are_tried_on_request(comity, small: Path) -> None:
    result = comity("run", small, "--json", "--check-uniqueness", "2")
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    jsonschema.validate(content, result_schema())
    assert all("2 of 2 starts converged" in sentence for sentence in content["uniqueness"])
