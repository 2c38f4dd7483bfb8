"""Bad input and limits, as a user meets them: one clear message, a non-zero exit, no traceback, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

DUTY = "tariff: {name: duty, by: USA, on: Japan, sectors: motor vehicles, add: 5%}"
FARM = "purchase commitment: {name: farm, buyer: Japan, seller: USA, sectors: [agriculture, food], value: US$20bn}"
CHIPS = "export control: {name: chips, by: USA, on: China, products: advanced chips}"
HALVE = "goal: {vary: VARIED, outcome: goods balance, of: Japan, with: USA, change: -50%}"


def scenario(*rules: str, head: str = "", tail: str = "") -> str:
    """A scenario file with these rules; the first stands in line 2, or below the lines of `head`."""
    return head + "policies:\n" + "".join(f"  - {rule}\n" for rule in rules) + tail


def ban(**keys: str) -> str:
    return (
        "import ban: {by: USA, on: China, sectors: electronics" + "".join(f", {k}: {v}" for k, v in keys.items()) + "}"
    )


REFUSED = {
    "two ways to say a rate": (["tariff: {by: USA, on: Japan, to: 5%, add: 5%}"], ("line 2", "exactly one of")),
    "a rule that a later one overrides": (
        ["tariff: {by: USA, on: Japan, to: 5%}", "tariff: {by: USA, on: all, to: 6%}"],
        ("line 2", "policies[0] (tariff) has no effect", "put the wider rule first"),
    ),
    "a ban inside a wider one": ([ban(), ban(coverage="50%")], ("line 3", "ban of 50% has no effect", "drop one")),
    "two subsidies for one sector": (
        ["production subsidy: {of: USA, sectors: electronics, rate: 5%}"] * 2,
        ("line 2", "has no effect", "drop one"),
    ),
    "a tariff below -100%": (["tariff: {by: USA, on: Japan, add: -150%}"], ("line 2", "-150%", "above -100%")),
    "a subsidy above cost": (
        ["production subsidy: {of: USA, sectors: electronics, rate: 150%}"],
        ("line 2", "150% of cost", "below 100%"),
    ),
    "subsidies above cost together": (
        ["production subsidy: {of: USA, sectors: electronics, add: 60%}"] * 2,
        ("line 3", "120% of cost", "below 100%"),
    ),
    "more than all covered": ([ban(coverage="120%")], ("line 2", "coverage of 120%", "0% to 100%")),
    "less than nothing covered": ([ban(coverage="-1%")], ("line 2", "coverage of -1%", "0% to 100%")),
    "a product larger than its industry": (
        [ban(coverage="40%", nest="{share: 30%}")],
        ("line 2", "40%", "C26 from CHN (30%)", "raise the share or lower the coverage"),
    ),
    "a product that is all of its industry": ([ban(nest="product")], ("line 2", "needs the product's share")),
    "a product as a sector": (
        ["export control: {by: USA, on: China, sectors: lithography}"],
        ("line 2", "no sector 'lithography'", "write `products: chip-making equipment`"),
    ),
    "a sector that is not there": (
        ["export control: {by: USA, on: China, sectors: qqqq}"],
        ("line 2", "no sector 'qqqq'", "`comity world`"),
    ),
    "a control at home": (["export control: {by: USA, on: USA}"], ("line 2", "no border between USA and USA")),
    "a decoupling from itself": (["decoupling: {by: EU, on: EU, severity: 50%}"], ("line 2", "EU27 is on both sides")),
    "a decoupling of more than all": (["decoupling: {by: USA, on: China, severity: 150%}"], ("line 2", "150%", "100%")),
    "a transfer to oneself": (
        ["transfer: {from: Japan, to: Japan, add: US$1bn}"],
        ("line 2", "are one region, JPN", "name two"),
    ),
    "a transfer of more than there is": (
        ["transfer: {from: Japan, to: USA, add: US$6000bn}"],
        ("line 2", "US$6000bn is more than all income of JPN"),
    ),
    "purchases from oneself": (
        ["purchase commitment: {buyer: Japan, seller: Japan, value: US$1bn}"],
        ("line 2", "one region here, JPN", "name two"),
    ),
    "an agreement joined twice": (
        ["agreement: {name: CPTPP, join: USA}"] * 2,
        ("line 3", "United States is in CPTPP already"),
    ),
    "an agreement left by one who is not in it": (
        ["agreement: {name: CPTPP, leave: USA}"],
        ("line 2", "United States is not in CPTPP", "members: AUS"),
    ),
    "an agreement left twice": (
        ["agreement: {name: CPTPP, leave: Japan}"] * 2,
        ("line 3", "Japan is not in CPTPP"),
    ),
    "a disruption of no time": (
        ["disruption: {lane: Taiwan Strait, closed: 50%, months: 0}"],
        ("line 2", "`months`", "greater than 0"),
    ),
    "a disruption of more than a year": (
        ["disruption: {lane: Taiwan Strait, closed: 50%, months: 18}"],
        ("line 2", "`months`", "12"),
    ),
    "a schedule from before the baseline": (
        ["tariff: {by: USA, on: Japan, add: {2016-01-01: 5%, 2025-06-01: 10%}}"],
        ("line 2", "2016-01-01", "2024-12-31", "write the steps after that day"),
    ),
    "duties of a day before the baseline": (
        ["{apply: us-tariffs, as of: 2016-01-01}"],
        ("line 2", "2016-01-01 is before", "2024-12-31"),
    ),
    "duties of a day that no library knows": (
        ["{apply: us-tariffs, as of: 2030-01-01}"],
        ("line 2", "2030-01-01 is after", "2026-12-31"),
    ),
    "no such day": (["{apply: us-tariffs, as of: 2025-13-45}"], ("line 2", "'2025-13-45' is not a day")),
    "a rate that is no number": (["tariff: {by: USA, on: Japan, add: .nan}"], ("line 2", "nan is not a finite rate")),
    "a rate without end": (["tariff: {by: USA, on: Japan, add: .inf}"], ("line 2", "inf is not a finite rate")),
    "a rate that nobody means": (["tariff: {by: USA, on: Japan, add: 1e30%}"], ("line 2", "beyond 1,000,000%")),
    "an amount that is no number": (["transfer: {from: Japan, to: USA, add: US$nanbn}"], ("line 2", "not an amount")),
    "an amount that nobody means": (["transfer: {from: Japan, to: USA, add: US$1e308bn}"], ("line 2", "beyond US$")),
    "a goal that is no number": (
        [DUTY, "goal: {vary: duty, outcome: goods balance, of: Japan, with: USA, is: .nan}"],
        ("line 3", "nan is not a finite rate"),
    ),
    "a goal for a product of the table": (
        [CHIPS, "goal: {vary: chips, outcome: real income, of: China, is: -0.1%}"],
        ("line 3", "no single amount", "write a `coverage` beside `products`"),
    ),
    "a goal for a rule without an amount": (
        ["agreement: {name: CPTPP, join: USA}", HALVE.replace("VARIED", "0")],
        ("line 3", "no single amount", "such as a tariff"),
    ),
    "a goal for a goal": (
        [DUTY, f"{HALVE.replace('VARIED', 'duty')[:-1]}, name: aim}}", HALVE.replace("VARIED", "aim")],
        ("line 4", "'aim' is a goal itself"),
    ),
    "two goals for one amount": (
        [DUTY, HALVE.replace("VARIED", "duty"), "goal: {vary: duty, outcome: imports, of: USA, is: -1%}"],
        ("line 4", "one unknown can meet one goal"),
    ),
    "a goal for a rule that another overrides": (
        [DUTY, "tariff: {by: USA, on: all, sectors: goods, to: 5%}", HALVE.replace("VARIED", "duty")],
        ("line 2", "'duty') has no effect"),
    ),
}
"""Refused by `check` and `run` alike, before anything is solved."""

WHOLE = {
    "a goal for a rule that a variant drops": (
        scenario(DUTY, HALVE.replace("VARIED", "duty"), tail="variants:\n  a: {}\n  b: {drop: duty}\n"),
        ("line 3", "variant 'b' leaves policies[0] (tariff 'duty') out", "drop the goal too"),
    ),
    "a goal for a rule that has not begun": (
        scenario(DUTY.replace("5%", "{3: 5%, 5: 8%}"), HALVE.replace("VARIED", "duty"), head="options: {horizon: 1}\n"),
        ("line 4", "not in force after 1 year", "one amount instead of the schedule"),
    ),
    "a product whose industry is not apart": (
        scenario(CHIPS, head="world: 2019\n"),
        ("line 3", "advanced chips cannot be reached in world 2019", "with a `coverage`"),
    ),
    "a horizon of no time": (scenario(DUTY, head="options: {horizon: 0}\n"), ("line 1", "years from 1 to 10")),
}

UNSOLVED = {
    "a tariff that cannot": (
        [DUTY, HALVE.replace("VARIED", "duty").replace("-50%", "-300%")],
        4,
        ("line 3", "is to be -US$117.78 bn; the closest that was reached is US$14.384 bn", "duty at 1,000%"),
    ),
    "a payment that cannot": (
        ["transfer: {name: pay, from: Japan, to: USA, add: US$5bn}",
         "goal: {vary: pay, outcome: real income, of: Japan, is: 5%}"],
        4,
        ("line 3", "is to be 5%; the closest that was reached is 0%, with pay at US$0 bn"),
    ),
    "two of which one cannot": (
        [DUTY, "tariff: {name: other, by: USA, on: China, sectors: goods, add: 5%}",
         HALVE.replace("VARIED", "duty").replace("-50%", "-500%"),
         "goal: {vary: other, outcome: goods balance, of: China, with: USA, change: -10%}"],
        4,
        ("line 4", "with duty at 1,000%", "goods balance of China with USA is to be US$201.52 bn", "with other at"),
    ),
    "purchases beyond what there is": (
        [FARM.replace("US$20bn", "US$100000bn")],
        4,
        ("line 2", "asks for purchases of US$100,000 bn", "the largest that was reached is US$3,"),
    ),
    "purchases of what is banned": (
        ["import ban: {by: Japan, on: USA, sectors: [agriculture, food]}", FARM],
        2,
        ("line 3", "asks for purchases of US$20 bn", "other rules end all of this trade"),
    ),
    "a first guess outside its bounds": (
        [DUTY, f"{HALVE.replace('VARIED', 'duty')[:-1]}, between: [10%, 20%]}}"],
        2,
        ("line 3", "lies outside", "first guess"),
    ),
    "a subsidy that nobody can pay": (
        ["production subsidy: {of: USA, sectors: electronics, rate: 95%}"],
        4,
        ("USA cannot pay", "smaller change"),
    ),
}  # fmt: skip
"""Found out by solving only."""


def one_message(result, code: int, parts: tuple[str, ...]) -> None:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("comity: ")
    assert "Traceback" not in result.stderr
    for part in parts:
        assert part in result.stderr, result.stderr


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("name", [*REFUSED, *WHOLE])
def test_what_makes_no_sense_is_refused(comity, tmp_path: Path, command: str, name: str) -> None:
    text, parts = WHOLE[name] if name in WHOLE else (scenario(*REFUSED[name][0]), REFUSED[name][1])
    (tmp_path / "q.yaml").write_text(text)
    result = comity(command, "q.yaml", *(("--out", "results") if command == "run" else ()))
    one_message(result, 2, ("q.yaml, ", *parts))
    assert result.stderr.count("\n") == 1, result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["q.yaml"]


@pytest.mark.parametrize("name", UNSOLVED)
@pytest.mark.long
def test_what_cannot_be_is_told_with_the_closest(comity, tmp_path: Path, name: str) -> None:
    rules, code, parts = UNSOLVED[name]
    (tmp_path / "q.yaml").write_text(scenario(*rules))
    assert comity("check", "q.yaml").exit_code == 0
    one_message(comity("run", "q.yaml", "--out", "results"), code, parts)
    assert [path.name for path in tmp_path.iterdir()] == ["q.yaml"]


def test_purchases_beyond_the_market_are_told_as_such(comity, tmp_path: Path) -> None:
    """Solved, as there is an equilibrium, and marked as far from what the data know."""
    for value, told in (("US$20bn", False), ("US$2000bn", True)):
        (tmp_path / "q.yaml").write_text(scenario(FARM.replace("US$20bn", value)))
        shown = " ".join(comity("check", "q.yaml").stdout.split())
        assert ("is more than all that Japan buys of these goods in the baseline" in shown) == told


def test_nothing_promised_where_nothing_is_bought_is_kept(comity, tmp_path: Path) -> None:
    rules = ("import ban: {by: Japan, on: USA, sectors: [agriculture, food]}", FARM.replace("US$20bn", "US$0bn"))
    (tmp_path / "q.yaml").write_text(scenario(*rules))
    result = comity("run", "q.yaml")
    assert result.exit_code == 0, result.output
    assert "the commitment does not bind" in " ".join(result.stdout.split())
