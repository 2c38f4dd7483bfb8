"""`comity disagree` as users drive it."""

import json

import pytest

CARS = "aggregation: small\npolicies: [tariff: {by: USA, on: JPN, sectors: motor vehicles, add: 25%}]\n"
ONLY = ["--only", "elasticities,imbalances"]


@pytest.fixture
def cars(tmp_path):
    """A scenario on a small sum of the 2022 world."""
    path = tmp_path / "cars.yaml"
    path.write_text(CARS, encoding="utf-8")
    return path


def test_tables_and_files(comity, cars, tmp_path):
    done = comity("disagree", cars, *ONLY, "--out", "results")
    assert done.exit_code == 0, done.output
    for words in (
        "each choice changed by itself",
        "what the spread of real income is made of",
        "What others published",
    ):
        assert words in done.stdout
    content = json.loads((tmp_path / "results" / "panel.json").read_text(encoding="utf-8"))["scenario"]
    assert content["spreads"]["real income"]["count"] == len(content["combinations"]) == 12
    header, first = (tmp_path / "results" / "1-scenario" / "choices.csv").read_text(encoding="utf-8").splitlines()[:2]
    assert "points" in header
    assert f"{content['own']['values']['real income']}" in first


def test_json_is_all_that_is_printed(comity, cars):
    done = comity("disagree", cars, *ONLY, "--json", "--region", "USA")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)["scenario"]
    assert content["region"]["code"] == "USA"
    assert sum(one["share"] for one in content["spreads"]["real income"]["ranked"]) == pytest.approx(1)


def test_every_variant_is_shown_unless_one_is_named(comity):
    done = comity("disagree", "cars", "--only", "revenue", "--json")
    assert list(json.loads(done.stdout)) == ["no answer", "answer in kind"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--region", "Jpan"], "did you mean 'Japan'"),
        (["--only", "weather"], "there is no choice 'weather'"),
        (["--variant", "other"], "there is no variant 'other'"),
        (["--measure", "happiness"], "there is no measure 'happiness'"),
        (["--world", "1066"], "there is no world or file '1066'"),
    ],
)
def test_bad_input_is_one_message_and_nothing_written(comity, cars, tmp_path, arguments, words):
    done = comity("disagree", cars, *arguments, "--out", "results")
    assert done.exit_code == 2
    assert words in done.stderr
    assert not done.stdout
    assert not (tmp_path / "results").exists()
