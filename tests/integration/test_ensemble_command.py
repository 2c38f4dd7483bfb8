"""`comity ensemble` as users drive it: kept, stopped, continued, damaged, shown."""

import errno
import json
import re
import signal
import time

import numpy as np
import pytest

from comity.uncertainty.ensemble import extras, results, store
from comity.uncertainty.ensemble.running import Engine

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

CARS = """\
aggregation: small
policies:
  - {tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%, name: duty}}
  - {tariff: {by: JPN, on: USA, sectors: motor vehicles, add: 25%, name: answer}}
variants: {no answer: {drop: [answer]}, answer: {}}
uncertainty:
  draws: 40
  amounts: {duty: {uniform: {low: 10%, high: 25%}}}
"""


@pytest.fixture
def cars(tmp_path):
    """A scenario on a small sum of the 2022 world."""
    path = tmp_path / "cars.yaml"
    path.write_text(CARS, encoding="utf-8")
    return path


def columns(folder):
    """Every number of an ensemble on disk."""
    found = results.read_results(folder)
    return {(v, m["name"]): found.column(v, m["name"])
            for v in found.manifest["variants"] for m in found.manifest["measures"]}  # fmt: skip


DETAILS = """\
aggregation: small
policies:
  - {tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%, name: duty}}
  - {purchase commitment: {buyer: JPN, seller: USA, sectors: agriculture, add: US$5bn, name: farm goods}}
variants: {duty: {keep: [duty]}, purchases: {keep: [farm goods]}}
"""


EXPLAINED = """\
aggregation: small
policies:
  - {tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%, name: duty}}
  - {transfer: {from: JPN, to: USA, add: US$5bn, name: payment}}
variants: {duty: {keep: [duty]}, paid: {keep: [payment]}}
"""


@pytest.mark.long
def test_sectors_partners_and_amounts_are_kept_shown_and_queried(comity, tmp_path):
    (tmp_path / "asked.yaml").write_text(DETAILS, encoding="utf-8")
    words = ("ensemble", "asked.yaml", "--draws", "20", "--regions", "JPN,USA", "--sectors", "motor vehicles")
    told = comity(*words, "--partners", "USA,China", "--out", "draws", "--chunk", "7")
    assert told.exit_code == 0, told.output
    for text in ("Who gains and loses inside", "Change in bilateral balances", "Amounts that were found, 20 draws",
                 "import subsidy", "farm goods"):  # fmt: skip
        assert text in told.output, text
    folder = results.read_results(tmp_path / "draws")
    assert folder.manifest["recorded"] == {
        "sectors": [["JPN", "C29"], ["USA", "C29"]],
        "pairs": [["JPN", "USA"], ["JPN", "CHN"], ["USA", "CHN"]],
        "trade": [["C29", *flow] for flow in (("JPN", "USA"), ("USA", "JPN"), ("JPN", "CHN"), ("CHN", "JPN"),
                                              ("USA", "CHN"), ("CHN", "USA"))],
    }  # fmt: skip
    memory = json.loads(comity(*words, "--partners", "USA,China", "--json").stdout)
    shown = json.loads(comity("ensemble", "show", "draws", "--json").stdout)
    assert memory == shown | {"chunk": memory["chunk"]}
    one = memory["distributions"]["output_pct"]["duty"]["JPN"]["C29"]
    assert one["quantiles"][-1] < -5
    asked = "SELECT quantile_cont({}, 0.5) AS q FROM {} WHERE variant = '{}' AND {}"
    for column, table, variant, where, expected in (
        ("output_pct", "sectors", "duty", "region = 'JPN' AND sector = 'C29'", one),
        ("goods_balance_change_usd_bn", "pairs", "duty", "region = 'JPN' AND partner = 'USA'",
         memory["distributions"]["goods_balance_change_usd_bn"]["duty"]["JPN"]["USA"]),
        ("trade_change_usd_bn", "trade", "duty", "importer = 'USA' AND exporter = 'JPN'",
         memory["distributions"]["trade_change_usd_bn"]["duty"]["C29"]["USA"]["JPN"]),
        ("amount", "amounts", "purchases", "what = 'commitment bought' AND rule = 'farm goods'",
         next(a for a in memory["amounts"] if a["what"] == "commitment bought")),
    ):  # fmt: skip
        sql = asked.format(column, table, variant, where)
        (found,) = json.loads(comity("ensemble", "show", "draws", "--query", sql, "--json").stdout)
        assert found["q"] == pytest.approx(expected["quantiles"][2], rel=1e-12), column
    other = comity(*words, "--partners", "China", "--out", "draws")
    assert other.exit_code == 3
    assert "what is kept, or the table of employment differs" in other.stderr


@pytest.mark.long
def test_real_income_is_split_and_jobs_are_followed_in_every_draw(comity, tmp_path):
    """What --explain and --employment keep: in tables, JSON and Parquet, and what single answers say at the centre."""
    (tmp_path / "asked.yaml").write_text(EXPLAINED, encoding="utf-8")
    (tmp_path / "jobs.csv").write_text("region,sector,thousand_persons\nJapan,C29,900\nUSA,C29,1000\n", "utf-8")
    more = ("--employment", "jobs.csv")
    words = ("ensemble", "asked.yaml", "--draws", "6", "--explain", "Japan", *more)
    told = comity(*words, "--out", "draws", "--chunk", "4")
    assert told.exit_code == 0, told.output
    titles = (
        "Jobs by sector",
        "Channels of real income",
        "Sources of income",
        "Sectors behind it",
        "Partners behind it",
    )
    for text in (*titles, "Who bears the tariffs", "Who bears the transfer", "all that are given", "World"):
        assert text in told.stdout, text
    memory = json.loads(comity(*words, "--json").stdout)
    shown = json.loads(comity("ensemble", "show", "draws", "--json").stdout)
    assert memory == shown | {"chunk": memory["chunk"]}
    single = json.loads(comity("run", "asked.yaml", "--explain", "Japan", *more, "--json").stdout)
    own, found = single["explanation"]["duty"], memory["distributions"]
    tables = {"channel_points": "channels", "source_points": "budget", "partner_points": "by_partner"}
    for measure, of in tables.items():
        for part in own[of][:3]:
            low, *_, high = found[measure]["duty"]["JPN"][part["name"]]["quantiles"]
            assert low < part["points"] < high, (measure, part)
    for row in own["incidence"]:
        for measure in ("border_price_pct", "buyer_price_pct"):
            low, *_, high = found[measure]["duty"]["C29"][row["importer"]][row["exporter"]]["quantiles"]
            assert low <= row[measure] <= high
    jobs = {(r["region"], r["sector"] or "all"): r for r in single["employment"]["duty"]}
    for (region, sector), row in jobs.items():
        for measure in ("jobs_change_thousand", "real_pay_pct"):
            low, *_, high = found[measure]["duty"][region][sector]["quantiles"]
            assert low < row[measure] < high
    burden = next(row for row in single["burdens"]["paid"] if row["region"] == "JPN")
    low, *_, high = found["burden_terms_of_trade_usd_bn"]["paid"]["JPN"]["quantiles"]
    assert low < burden["terms_of_trade_usd_bn"] < high
    income = np.array(found["channel_points"]["duty"]["JPN"]["terms of trade"]["quantiles"])
    asked = "SELECT quantile_cont(channel_points, 0.5) AS q FROM channels WHERE variant = 'duty' AND channel = '{}'"
    (row,) = json.loads(comity("ensemble", "show", "draws", "--query", asked.format("terms of trade"), "--json").stdout)
    assert row["q"] == pytest.approx(income[2])
    from pyarrow import parquet

    for table, column, unit in (("channels", "channel_points", b"percentage points"),
                                ("jobs", "jobs_change_thousand", b"thousand persons")):  # fmt: skip
        field = parquet.read_schema(tmp_path / "draws" / "parts" / f"00000-{table}.parquet").field(column)
        assert field.metadata == {b"unit": unit}
    (tmp_path / "jobs.csv").write_text("region,sector,thousand_persons\nJapan,C29,901\nUSA,C29,1000\n", "utf-8")
    other = comity(*words, "--out", "draws")
    assert other.exit_code == 3
    assert "what is kept, or the table of employment differs" in other.stderr


@pytest.mark.long
def test_units_are_in_the_files(comity, cars, tmp_path):
    from pyarrow import parquet

    assert comity("ensemble", cars, "--out", "draws").exit_code == 0
    part = tmp_path / "draws" / "parts"
    for table, column, unit in (("sectors", "value_added_change_usd_bn", b"US$ billion"),
                                ("pairs", "goods_balance_usd_bn", b"US$ billion"),
                                ("outcomes", "real_income_pct", b"percent")):  # fmt: skip
        assert parquet.read_schema(part / f"00000-{table}.parquet").field(column).metadata == {b"unit": unit}


@pytest.mark.long
def test_a_measure_by_sector_is_split_by_source(comity, cars):
    pytest.importorskip("SALib")
    words = ("--regions", "JPN", "--sectors", "motor vehicles", "--measure", "output", "--sobol", "--draws", "64")
    done = comity("ensemble", cars, *words)
    assert done.exit_code == 0, done.output
    assert "what the spread of output comes from" in done.output
    content = json.loads(comity("ensemble", cars, *words, "--json").stdout)
    assert content["variance_of"] == "output_pct"
    found = {one["source"]: one["total"] for one in content["variance"]["answer"]["JPN"]["C29"]}
    assert found.keys() == {"amount of duty", "trade elasticities"}
    assert sum(found.values()) > 0.9


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("cars.yaml", "--sectors", "motor cars"), "motor"),
        (
            ("cars.yaml", "--measure", "trade"),
            "trade_usd_bn is by sector, importer, exporter, and these draws keep none of it",
        ),
        (("show", "draws", "--sectors", "motor vehicles"), "say what is kept when it is drawn"),
    ],
)
def test_what_is_not_kept_is_said(comity, cars, words, told):
    done = comity("ensemble", *words)
    assert done.exit_code != 0
    assert told in done.stderr
    assert done.stderr.count("comity: ") == 1


def same(one, other):
    for key, values in one.items():
        np.testing.assert_array_equal(values, other[key])


def test_tables_checks_and_what_was_drawn(comity, cars):
    done = comity("ensemble", cars, "--regions", "Japan,USA")
    assert done.exit_code == 0, done.output
    for words in ("no answer: real income, 40 draws", "90% interval", "Which variant is better", "0 failed",
                  "amount duty uniform(low 0.1, high 0.25) fraction", "rest on an assumption",
                  "40 of 40 draws"):  # fmt: skip
        assert words in done.output, words


def test_json_is_all_that_is_printed(comity, cars):
    done = comity("ensemble", cars, "--json", "--seed", "3")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    one = content["distributions"]["real_income_pct"]["answer"]["JPN"]
    assert one["quantiles"] == sorted(one["quantiles"])
    assert content["design"]["seed"] == 3
    assert 0 <= content["comparisons"][0]["by_region"]["JPN"]["probability_first_larger"] <= 1


@pytest.mark.long
def test_what_is_kept_is_shown_without_solving(comity, cars, tmp_path, monkeypatch):
    first = comity("ensemble", cars, "--out", "draws", "--chunk", "15", "--json")
    assert first.exit_code == 0, first.output
    assert len(list((tmp_path / "draws" / "parts").glob("*.json"))) == 3
    monkeypatch.setattr(Engine, "solve", None)
    assert comity("ensemble", "show", "draws", "--json").stdout == first.stdout
    again = comity("ensemble", cars, "--out", "draws", "--json")  # everything is there
    assert again.stdout == first.stdout
    sql = "SELECT variant, count(*) AS n FROM outcomes WHERE region = 'JPN' GROUP BY variant ORDER BY variant"
    found = comity("ensemble", "show", "draws", "--query", sql, "--json")
    assert json.loads(found.stdout) == [{"variant": "answer", "n": 40}, {"variant": "no answer", "n": 40}]
    wrong = comity("ensemble", "show", "draws", "--query", "SELECT nothing")
    assert (wrong.exit_code, "DuckDB" in wrong.stderr) == (2, True)
    nothing = comity("ensemble", "show", "draws", "--query", " ")
    assert (nothing.exit_code, "asks for nothing" in nothing.stderr) == (2, True)
    sql = "SELECT quantile_cont(real_income_pct, [0.05, 0.95]) AS ends, 'nan'::DOUBLE AS none FROM outcomes"
    (row,) = json.loads(comity("ensemble", "show", "draws", "--query", sql, "--json").stdout)
    assert (len(row["ends"]), row["none"]) == (2, None)
    shown = comity("ensemble", "show", "draws", "--query", sql)
    assert (shown.exit_code, str(row["ends"][0])[:6] in shown.stdout) == (0, True), shown.output


def test_a_word_that_is_drawn_is_shown_with_its_scale(comity, cars):
    """As a sentence, not as the percentiles behind it; it is an assumption that the share is what the word says."""
    words = "  coverages: {duty: {words: likely, scale: icd-203}}\n"
    cars.write_text(CARS[: CARS.index("  amounts:")] + words, encoding="utf-8")
    done = comity("ensemble", cars, "--draws", "4", "--json")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    (drawn,) = [one for one in content["parameters"] if one["name"] == "coverage duty"]
    assert drawn["distribution"] == "'likely' on scale icd-203: median 67.5% [61.3% to 73.8%], mean 67.5%"
    assert drawn["assumed"] is True
    assert "coverage of duty: 1 of 1 distributions rest on an assumption" in content["notes"]


@pytest.mark.long
def test_a_full_disk_is_one_message_and_loses_nothing(comity, cars, tmp_path, monkeypatch):
    real, count = store.put, iter(range(100))

    def full(path, content):
        if next(count) > 7:  # the manifest, five tables, their marker, one more table
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(store, "put", full)
    done = comity("ensemble", cars, "--out", "draws", "--chunk", "10", "--workers", "1")
    assert done.exit_code == 1
    assert "no space left on device" in done.stderr
    assert "1 of 4 parts are there and stay" in done.stderr
    monkeypatch.setattr(store, "put", real)
    again = comity("ensemble", cars, "--out", "draws")
    assert again.exit_code == 0, again.output
    assert "10 were there before" in again.stderr
    comity("ensemble", cars, "--out", "other")
    same(columns(tmp_path / "draws"), columns(tmp_path / "other"))


def test_damaged_and_foreign_draws_are_refused_by_hash(comity, cars, tmp_path):
    comity("ensemble", cars, "--out", "draws", "--chunk", "20")
    part = tmp_path / "draws" / "parts" / "00001-outcomes.parquet"
    whole = part.read_bytes()
    part.write_bytes(whole[:99] + bytes([whole[99] ^ 1]) + whole[100:])
    for arguments in (("ensemble", cars, "--out", "draws"), ("ensemble", "show", "draws")):
        done = comity(*arguments)
        assert (done.exit_code, "is not what was written" in done.stderr) == (3, True)
    part.write_bytes(whole)
    manifest = tmp_path / "draws" / "manifest.json"
    said = manifest.read_text()
    manifest.write_text(said.replace('"JPN"', '"NPJ"', 1))  # still JSON, and it would name the columns wrongly
    for arguments in (("ensemble", cars, "--out", "draws"), ("ensemble", "show", "draws")):
        done = comity(*arguments)
        assert (done.exit_code, "manifest.json is not what was written" in done.stderr) == (3, True)
    manifest.write_text(said)
    other = tmp_path / "other.yaml"
    other.write_text(CARS.replace("high: 25%", "high: 20%"))
    foreign = comity("ensemble", other, "--out", "draws")
    assert (foreign.exit_code, "the scenario differs" in foreign.stderr) == (3, True)
    seeded = comity("ensemble", cars, "--out", "draws", "--seed", "5")
    assert "what is drawn, or the seed differs" in seeded.stderr
    fewer = comity("ensemble", cars, "--out", "draws", "--draws", "5")
    assert "more than the 5 asked for" in fewer.stderr
    more = comity("ensemble", cars, "--out", "draws", "--draws", "50")
    assert (more.exit_code, "40 were there before" in more.stderr) == (0, True), more.output


def test_folders_that_are_something_else_are_refused(comity, cars, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    assert "holds no ensemble" in comity("ensemble", cars, "--out", "full").stderr
    assert "there is no ensemble in" in comity("ensemble", "show", "full").stderr
    assert comity("ensemble", cars, "draws").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "module"),
    [(["--out", "draws"], "pyarrow"), (["--sobol"], "SALib.analyze.sobol")],
)
def test_a_missing_package_is_named_with_its_command(comity, cars, monkeypatch, arguments, module):
    real = extras.import_module

    def without(name):
        if name == module:
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(extras, "import_module", without)
    done = comity("ensemble", cars, *arguments)
    assert done.exit_code == 5
    assert 'pip install "comity[ensemble]"' in done.stderr


def test_sobol_splits_the_variance(comity, cars):
    pytest.importorskip("SALib")
    done = comity("ensemble", cars, "--sobol", "--draws", "64", "--regions", "JPN")
    assert done.exit_code == 0, done.output
    assert "what the spread of real income comes from" in done.stdout
    assert "amount of duty" in done.stdout


@pytest.mark.long
def test_parts_that_came_out_of_order_are_read_as_the_draws_that_they_are(comity, cars, tmp_path):
    """Shown half done, with a part in the middle missing: each draw counts as what its number makes it."""
    pytest.importorskip("SALib")
    done = comity("ensemble", cars, "--sobol", "--draws", "128", "--out", "draws", "--chunk", "50", "--json")
    assert done.exit_code == 0, done.output
    for file in (tmp_path / "draws" / "parts").glob("00001*"):
        file.unlink()
    shown = comity("ensemble", "show", "draws", "--json")
    assert shown.exit_code == 0, shown.output
    found = results.read_results(tmp_path / "draws")
    assert found.rows == 256 - 50
    whole, part = json.loads(done.stdout), json.loads(shown.stdout)
    independent = [k for k in range(256) if k % 4 in (0, 3) and not 50 <= k < 100]  # two sources: blocks of four
    assert part["distributions"]["real_income_pct"]["answer"]["JPN"]["draws"] == len(independent)
    one, other = (content["variance"]["answer"]["JPN"][0] for content in (whole, part))
    assert one["source"] == other["source"]
    assert abs(one["total"] - other["total"]) < one["total_error"] + other["total_error"]


@pytest.mark.long
def test_killed_at_any_moment_it_goes_on_and_loses_nothing(process, cars, tmp_path):
    """kill -9 while it starts and at random moments while it solves and writes; then to the end: the same numbers."""
    command = ("ensemble", cars, "--draws", "800", "--chunk", "10", "--out")
    moments = np.random.default_rng(4)
    kept = [0]
    for wanted in (0, 1, 1, 1, 1):
        running = process(*command, "draws")
        for _ in range(1200):
            if parts(tmp_path / "draws") >= kept[-1] + wanted:
                break
            time.sleep(0.05)
        time.sleep(moments.uniform(0, 0.4))
        running.send_signal(signal.SIGKILL)
        _, told = running.communicate()
        assert (f"{10 * kept[-1]} of 800 draws were there before: going on" in told) == (kept[-1] > 0), told
        kept.append(parts(tmp_path / "draws"))
    assert kept == sorted(kept)
    assert 4 <= kept[-1] < 80
    done = process(*command, "draws")
    _, told = done.communicate(timeout=300)
    assert done.returncode == 0, told
    assert f"{10 * kept[-1]} of 800 draws were there before" in told
    assert not list((tmp_path / "draws" / "parts").glob(".*"))  # nothing half-written is left
    whole = process(*command, "other", "--workers", "2")
    whole.communicate(timeout=300)
    assert whole.returncode == 0
    same(columns(tmp_path / "draws"), columns(tmp_path / "other"))


def parts(folder):
    """How many chunks are whole."""
    return len(list((folder / "parts").glob("*.json")))


def test_two_processes_do_not_write_to_one_folder(comity, cars, tmp_path):
    from filelock import FileLock

    (tmp_path / "draws").mkdir()
    with FileLock(tmp_path / "draws" / ".lock"):
        done = comity("ensemble", cars, "--out", "draws")
        assert (done.exit_code, "another process is writing draws to draws" in done.stderr) == (1, True)
    assert comity("ensemble", cars, "--out", "draws").exit_code == 0


def test_a_folder_that_cannot_be_written_is_one_message(comity, cars, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    for out, words in (("letter.txt", "is a file"), ("letter.txt/draws", "cannot be written (not a directory)")):
        done = comity("ensemble", cars, "--out", out)
        assert (done.exit_code, words in done.stderr, done.stderr.count("comity: ")) == (1, True, 1), done.stderr


def test_what_does_not_fit_into_memory_is_refused_before_anything_is_solved(comity, cars):
    done = comity("ensemble", cars, "--draws", "5000000")
    assert (done.exit_code, "GB of memory: keep them on disk with  --out DIR" in done.stderr) == (1, True)
    huge = comity("ensemble", cars, "--draws", "1000000000000")
    assert (huge.exit_code, "there can be 1 to 10,000,000" in huge.stderr) == (2, True)


def test_one_draw_is_a_number_without_an_interval(comity, cars):
    done = comity("ensemble", cars, "--draws", "1", "--json")
    assert done.exit_code == 0, done.output
    one = json.loads(done.stdout)["distributions"]["real_income_pct"]["answer"]["JPN"]
    assert (one["draws"], one["mean_error"], len(set(one["quantiles"]))) == (1, None, 1)
    assert one["quantile_errors"] == [None] * 5
    assert comity("ensemble", cars, "--draws", "1").exit_code == 0


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("amounts: {duty: {normal: {mean: 10%, sd: -1%}}}", "line 7: .*sd must be above zero"),
        ("amounts: {duty: {triangular: {low: 0%, mode: 50%, high: 10%}}}", "line 7: .*mode must lie between"),
        ("amounts: {duty: {cauchy: {mean: 10%}}}", "line 7: .*there is no distribution 'cauchy'"),
        ("amounts: {duty: {choice: {5%: 0.7, 10%: 0.7}}}", "line 7: .*sum to 1.4, not 1; the nearest that do"),
        ("coverages: {duty: {words: rather likely}}", "line 7: .*rather likely"),
        ("elasticities: {correlation: -0.9}", "line 7: .*these correlations cannot all hold"),
        ("choices: {imbalances: {fixed: 0.9, balanced: 0.3}}", "line 7: .*sum to 1.2, not 1"),
        ("choices: {imbalances: [fixed, magic]}", "imbalances cannot be 'magic'"),
        ("choices: {world: ['2022', '2019']}", "world 2019 cannot be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_one_message_with_its_line(comity, cars, block, words, tmp_path):
    cars.write_text(CARS[: CARS.index("  draws:")] + "  " + block + "\n", encoding="utf-8")
    done = comity("ensemble", cars, "--out", "draws")
    assert done.exit_code == 2, done.output
    assert re.search(words, done.stderr), done.stderr
    assert done.stderr.count("comity: ") == 1


@pytest.mark.long
def test_ctrl_c_is_one_line(process, cars, tmp_path):
    running = process("ensemble", cars, "--draws", "100000", "--chunk", "20", "--out", "draws")
    for _ in range(600):
        if list((tmp_path / "draws" / "parts").glob("*.json")):
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert told.strip().splitlines()[-1] == "comity: stopped; nothing was left half-written"
