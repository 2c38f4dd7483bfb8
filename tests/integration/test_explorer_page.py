"""The page of the explorer in a real browser, as a visitor uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from browser import chromium
from explorer import ready, serving, tariff
from processes import environment

from comity.policy import Scenario

pytestmark = pytest.mark.long
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 360, "height": 740}
PATIENCE = 60_000
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def address(cache_folder: Path) -> Iterator[str]:
    """A server that opened with the cars."""
    with serving(cache_folder, "cars") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests."""
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Open]:
    """Opens the page and waits for an answer; at the end nothing may have gone wrong or to another host."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def open_(size: dict[str, int] = WIDE, path: str = "", *, answered: bool = True, **more: Any) -> Any:
        context = browser.new_context(viewport=size, accept_downloads=True, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("request", lambda r: None if r.url.startswith((address, "blob:")) else wrong.append(f"asked {r.url}"))
        page.goto(address + path)
        if answered:
            page.wait_for_selector("#ranking tbody tr")
            settled(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    told = (
        "422 (",
        "503 (",
    )  # the browser tells of what is refused, and of what is to be asked again: the page does too
    assert [one for one in wrong if not any(status in one for status in told)] == []


def settled(page: Any) -> None:
    """Wait until no answer is under way and the address is written."""
    page.wait_for_timeout(400)
    page.wait_for_selector("#answer[aria-busy=false]")


def value(page: Any, region: str) -> str:
    """What the ranking shows for a region."""
    found: str = page.locator("#ranking tr", has_text=region).locator(".value").inner_text()
    return found


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace(",", ""))


def test_the_numbers_are_those_of_the_model(visit: Open, address: str) -> None:
    page = visit()
    scenario = httpx.get(f"{address}api/start").json()["scenarios"]["cars"]["scenario"]
    answer = httpx.post(f"{address}api/solve", json={"scenario": scenario}, timeout=60).json()
    regions = answer["variants"]["no answer"]["regions"]
    assert number(value(page, "Japan")) == pytest.approx(regions["JPN"]["real_income_pct"], abs=5e-5)
    assert page.locator("#ranking tbody tr").count() == 24
    assert "Japan −0.08" in page.inner_text("#headline")
    assert "Certified equilibrium" in page.inner_text("#certificate")
    assert page.input_value("#asked").startswith("What would a 25% US tariff")


def test_map_ranking_and_sectors_move_while_one_drags(visit: Open) -> None:
    page = visit()
    before = {part: page.inner_html(part) for part in ("#map", "#ranking", "#sectors", "#headline")}
    order = page.locator("#ranking .name").all_inner_texts()
    slider = page.locator("#rules input[type=range]").first
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.035 * step), box["y"] + box["height"] / 2)
        page.wait_for_timeout(40)
    page.wait_for_function("before => document.querySelector('#ranking').innerHTML !== before", arg=before["#ranking"])
    settled(page)
    for part, html in before.items():
        assert page.inner_html(part) != html, part
    assert page.locator("#ranking .name").all_inner_texts() == order, "rows move under a hand that drags"
    page.mouse.up()
    settled(page)
    assert number(value(page, "Japan")) < -0.09


def test_every_choice_of_the_model_moves_the_answer_and_the_file(visit: Open) -> None:
    page = visit()
    start = page.inner_text("#detail")
    for label, choice, written in (
        ("Trade elasticities", "caliendo-parro-2015", "elasticities: caliendo-parro-2015"),
        ("Trade imbalances", "balanced", "imbalances: balanced"),
        ("Factors between sectors", "specific", "mobility: specific"),
        ("Time", "short", "horizon: short"),
        ("Sourcing", "by-use", "sourcing: by-use"),
        ("Tariff revenue", "public", "revenue: public"),
    ):
        select = page.get_by_label(label, exact=True)
        first = select.input_value()
        select.select_option(choice)
        settled(page)
        assert page.inner_text("#detail") != start, label
        page.wait_for_function("text => document.getElementById('text').value.includes(text)", arg=written)
        assert "before" in page.inner_text("#detail")
        select.select_option(first)
        settled(page)
    page.get_by_label("World", exact=True).select_option("2024")
    settled(page)
    assert "World 2024" in page.inner_text("#certificate")
    page.get_by_label("World", exact=True).select_option("2019")
    settled(page)
    assert "motor vehicles" in page.inner_text("#problem")


def test_the_other_controls_do_what_they_say(visit: Open, address: str) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("() => document.getElementById('link').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{address}#s=")
    page.get_by_role("button", name="All 34 sectors").click()
    assert page.locator("#sectors tbody tr").count() == 34
    page.get_by_role("button", name="Fewer sectors").click()
    assert page.locator("#sectors tbody tr").count() == 12
    page.get_by_label("by", exact=True).select_option("output_pct")
    assert "Output, volume" in page.inner_text("#sectors caption")
    page.get_by_label("of", exact=True).select_option("USA")
    assert page.inner_text("#sectors caption").startswith("United States")
    page.locator("#map path.land").nth(4).dispatch_event("click")
    assert page.locator("#ranking tr.chosen").count() == 1
    page.get_by_label("Show").select_option("equivalent_variation_usd_bn")
    assert "US$ bn" in page.inner_text("#legend")
    page.get_by_label("How the rate of rule 1 is meant").select_option("to")
    settled(page)
    page.wait_for_function("() => document.getElementById('text').value.includes('to: 25%')")
    page.get_by_label("Regions and sectors").select_option("small")
    page.wait_for_selector("#problem:visible")
    assert page.locator("#map .c4").count() > 50, "the last answer is not on the map any more"
    page.get_by_label("Regions and sectors").select_option("oecd-44")
    page.wait_for_function("() => document.querySelector('#ranking caption').textContent.includes('of 44')")
    assert not page.is_visible("#problem")
    page.locator("#caveats > summary").click()
    assert page.locator("#notes li").count() > 2


def test_rules_are_stacked_changed_and_removed(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="Start afresh").click()
    settled(page)
    assert page.inner_text("#headline") == "Nothing changes."
    page.get_by_role("button", name="Add a rule").click()
    settled(page)
    assert "Japan" in page.inner_text("#headline")
    page.get_by_label("Instrument of rule 1").select_option("import ban")
    page.locator(".picker summary", has_text="Partners").click()
    page.get_by_label("Find partners").fill("viet")
    partners = page.get_by_role("group", name="Partners")
    partners.get_by_label("Vietnam").check()
    page.get_by_label("Find partners").fill("china")
    partners.get_by_label("China", exact=True).uncheck()
    page.get_by_label("Share of the trade that ends, rule 1, per cent, as a number").fill("80")
    page.get_by_label("Share of the trade that ends, rule 1, per cent, as a number").press("Enter")
    settled(page)
    page.wait_for_function("() => document.getElementById('text').value.includes('80%')")
    rule = {"import ban": {"by": "USA", "on": "VNM", "sectors": "electronics", "coverage": "80%"}}
    assert Scenario.from_text(page.input_value("#text")) == Scenario.from_dict({"policies": [rule]})
    assert "Vietnam" in page.inner_text("#headline")
    page.get_by_role("button", name="Remove rule 1").click()
    settled(page)
    assert page.inner_text("#headline") == "Nothing changes."


def test_a_file_is_edited_applied_and_downloaded(visit: Open, tmp_path: Path) -> None:
    page = visit()
    page.locator("#file > summary").click()
    page.fill("#text", "policies:\n  - tarif: {by: USA, on: JPN, add: 5%}")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_selector("#text-problem:visible")
    assert "tariff" in page.inner_text("#text-problem")
    page.fill("#text", "policies:\n  - transfer: {from: JPN, to: USA, add: US$8bn, dollars: 2022}")
    page.get_by_role("button", name="Apply").click()
    settled(page)
    assert not page.is_visible("#text-problem")
    assert page.get_by_label("Added, rule 1, US$ billion, as a number").input_value() == "8"
    assert "United States" in page.inner_text("#headline")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download file").click()
    text = Path(got.value.path()).read_text()
    assert "transfer" in text
    file = tmp_path / "mine.yaml"
    file.write_text(Scenario.from_dict(tariff("33%")).to_yaml())
    page.set_input_files("#upload", file)
    settled(page)
    assert page.locator("#rules input[type=number]").first.input_value() == "33"


def scenario_of(page: Any) -> dict[str, Any]:
    """The scenario that the page has written."""
    settled(page)
    page.wait_for_selector("#text[aria-busy=false]", state="attached")
    return Scenario.from_text(page.input_value("#text")).to_dict()


def rule_of(page: Any) -> Any:
    """The last rule of the scenario that the page has written."""
    return scenario_of(page)["policies"][-1]


def begin_with(page: Any, instrument: str) -> None:
    """One rule of an instrument, as its form begins."""
    if page.locator("#rules > li").count():
        page.get_by_role("button", name="Start afresh").click()
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("Instrument of rule 1").select_option(instrument)
    settled(page)


def test_every_instrument_is_built_by_its_form(visit: Open, address: str) -> None:
    page = visit()
    known = httpx.get(f"{address}api/instruments").json()
    for name, entry in known.items():
        begin_with(page, name)
        assert not page.is_visible("#problem"), f"{name}: {page.inner_text('#problem')}"
        start = entry["form"]["start"]
        rules = [known["tariff"]["form"]["start"], start] if name == "goal" else [start]
        assert rule_of(page) == Scenario.from_dict({"policies": rules}).to_dict()["policies"][-1], name
        assert "Nothing changes" not in page.inner_text("#headline"), name


def test_money_agreements_and_defence_have_forms(visit: Open) -> None:
    page = visit()
    begin_with(page, "transfer")
    before = page.inner_text("#headline")
    page.get_by_label("How the rate of rule 1 is meant").select_option("level")
    page.get_by_label("Who pays").select_option("KOR")
    page.get_by_label("In all, rule 1, US$ billion", exact=True).press("ArrowRight")
    assert rule_of(page) == {
        "transfer": {"from": "KOR", "to": "USA", "level": "US$6.5bn", "already": "US$1.7bn"}
    }  # the size goes with the visitor, and what is paid already comes with the level
    assert "South Korea" in page.inner_text("#headline")
    assert page.inner_text("#headline") != before

    begin_with(page, "agreement")
    page.get_by_label("Agreement", exact=True).select_option("RCEP")
    page.get_by_label("What happens in rule 1").select_option("deepen")
    page.get_by_label("Deepen by, rule 1, per cent, as a number").fill("35")
    page.get_by_label("Deepen by, rule 1, per cent, as a number").press("Enter")
    assert rule_of(page) == {"agreement": {"name": "RCEP", "deepen": "35%"}}
    page.get_by_label("What happens in rule 1").select_option("leave")
    assert rule_of(page) == {"agreement": {"name": "RCEP", "leave": "JPN"}}

    begin_with(page, "defence spending")
    page.locator(".more > summary").click()
    page.get_by_role("button", name="Say where from").click()
    page.get_by_role("button", name="Add a share").click()
    page.get_by_label("Share 1, rule 1, per cent").fill("80")
    page.get_by_label("Share 1, rule 1, per cent").press("Enter")
    settled(page)
    assert "sum to" in page.inner_text("#problem")
    page.get_by_label("Name of share 2, rule 1").select_option("EU27")
    page.get_by_label("Share 2, rule 1, per cent").fill("20")
    page.get_by_label("Share 2, rule 1, per cent").press("Enter")
    settled(page)
    assert not page.is_visible("#problem")
    assert rule_of(page)["defence spending"]["sources"] == {"USA": "80%", "EU27": "20%"}


def test_a_goal_is_asked_and_what_it_takes_is_shown(visit: Open) -> None:
    page = visit()
    begin_with(page, "goal")
    assert page.locator("#rules > li").count() == 2, "a goal needs a rule whose size it finds"
    assert "Rule 1 (tariff)" in page.inner_text("#found")
    assert "Japan with United States" in page.inner_text("#found")
    assert "rule 2 looks for" in page.inner_text("#rules")
    page.get_by_label("such that the").select_option("real income")
    settled(page)
    assert rule_of(page) == {"goal": {"vary": 0, "outcome": "real income", "of": "JPN", "change": "-1%"}}
    page.get_by_label("changes by, rule 2, per cent, as a number").fill("-0.1")
    page.get_by_label("changes by, rule 2, per cent, as a number").press("Enter")
    settled(page)
    assert "−0.1000%" in page.inner_text("#found")
    assert number(value(page, "Japan")) == pytest.approx(-0.1, abs=1e-6)
    page.get_by_role("button", name="Remove rule 1").click()
    settled(page)
    assert page.locator("#rules > li").count() == 0, "a goal for a rule that is gone goes with it"
    assert not page.is_visible("#found")


def test_a_schedule_is_built_and_its_path_is_drawn(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="Start afresh").click()
    page.get_by_role("button", name="Add a rule").click()
    settled(page)
    page.get_by_label("Change over time: Points added, rule 1").click()
    assert rule_of(page)["tariff"]["add"] == {"1": "12.5%", "3": "25%"}
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Year of step 1")
    assert not page.is_visible("#path")
    page.get_by_role("button", name="See the path").click()
    settled(page)
    assert page.locator("#times button").all_inner_texts() == ["1 year", "3 years", "10 years", "long run"]
    headline = page.inner_text("#headline")
    page.get_by_role("button", name="1 year", exact=True).click()
    assert page.inner_text("#headline") != headline
    assert page.locator("#path-chart svg path").count() == 2 * 5
    assert "long run" in page.locator("#path-chart svg").get_attribute("aria-label")

    page.get_by_role("button", name="Add a step").click()
    page.get_by_label("Year of step 3: Points added, rule 1").fill("8")
    page.get_by_label("Year of step 3: Points added, rule 1").press("Enter")
    page.get_by_label("Points added, step 3, rule 1, per cent, as a number").fill("40")
    page.get_by_label("Points added, step 3, rule 1, per cent, as a number").press("Enter")
    assert rule_of(page)["tariff"]["add"] == {"1": "12.5%", "3": "25%", "8": "40%"}
    page.get_by_label("Year of step 3: Points added, rule 1").fill("11")
    page.get_by_label("Year of step 3: Points added, rule 1").press("Enter")
    assert page.get_by_label("Year of step 3: Points added, rule 1").input_value() == "8", "there is no year 11"
    slider = page.get_by_label("Points added, step 1, rule 1, per cent", exact=True)
    before = page.locator("#path-chart svg").get_attribute("aria-label")
    slider.press("ArrowRight")
    settled(page)
    assert page.locator("#path-chart svg").get_attribute("aria-label") != before

    page.get_by_label("How the moments are written").select_option("days")
    assert list(rule_of(page)["tariff"]["add"]) == ["2025-04-05", "2025-08-07", "2026-02-05"]
    page.get_by_label("As of", exact=True).fill("2025-05-01")
    settled(page)
    assert "2025-05-01" in page.inner_text("#rules")
    page.get_by_role("button", name="One amount").click()
    assert rule_of(page)["tariff"]["add"] == "40%"


def test_the_path_shown_is_that_of_the_model(visit: Open, address: str) -> None:
    add = {"1": "10%", "3": "25%"}
    scenario = tariff(add, options={"horizon": [1, 3, "long"]})  # type: ignore[arg-type]
    page = visit()
    page.locator("#file > summary").click()
    page.fill("#text", Scenario.from_dict(scenario).to_yaml())
    page.get_by_role("button", name="Apply").click()
    settled(page)
    answer = httpx.post(f"{address}api/solve", json={"scenario": scenario}, timeout=60).json()
    (path,) = answer["paths"].values()
    page.locator("#path details summary").click()
    cells = page.locator("#path-table tr", has_text="Japan").locator("td").all_inner_texts()
    assert [number(cell) for cell in cells] == pytest.approx(path["regions"]["JPN"]["real_income_pct"], abs=6e-4)


def test_variants_are_built_and_switched(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="Start afresh").click()
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_role("button", name="Add a rule").click()
    settled(page)
    assert not page.is_visible("#variants")
    page.get_by_role("button", name="Add a variant").click()
    assert scenario_of(page)["variants"] == {"as it stands": {}, "variant 2": {}}
    page.keyboard.type("without cars")
    page.keyboard.press("Tab")
    page.locator("#variant-forms > li").nth(1).get_by_label("Rules of the scenario").select_option("drop")
    page.get_by_role("group", name="Left out of without cars").get_by_label("without rule 1").check()
    settled(page)
    assert scenario_of(page)["variants"]["without cars"] == {"drop": [0, 1]}
    assert page.inner_text("#headline") == "Nothing changes."
    page.locator("#variant-forms > li").nth(1).get_by_role("button", name="Give it a rule of its own").click()
    page.get_by_label("Instrument of rule 1 of without cars").select_option("import ban")
    page.locator("#variant-forms .more > summary", has_text="Model").nth(1).click()
    page.get_by_label("Trade imbalances, without cars").select_option("balanced")
    found = scenario_of(page)["variants"]["without cars"]
    assert list(found["add"][0]) == ["import ban"]
    assert found["options"] == {"imbalances": "balanced"}
    banned = value(page, "Japan")
    page.locator("#variants").get_by_role("button", name="as it stands").click()
    assert value(page, "Japan") != banned
    heads = page.locator("#detail thead th").all_inner_texts()
    assert heads == ["without cars", "as it stands", "change"], "the other variant is what is compared with"
    page.locator("#variants").get_by_role("button", name="without cars").click()
    assert value(page, "Japan") == banned
    page.get_by_role("button", name="Remove rule 1 of without cars").click()
    assert "add" not in scenario_of(page)["variants"]["without cars"]
    page.get_by_role("button", name="Remove variant 2").click()
    assert scenario_of(page)["variants"] == {"as it stands": {}}
    page.get_by_role("button", name="Remove variant 1").click()
    assert "variants" not in scenario_of(page)


def test_the_question_is_written_and_goes_into_the_file(visit: Open) -> None:
    page = visit()
    assert not page.is_visible("#asked-before")
    page.get_by_label("Points added, rule 1, per cent, as a number").fill("30")
    page.get_by_label("Points added, rule 1, per cent, as a number").press("Enter")
    settled(page)
    assert page.is_visible("#asked-before"), "the question is still that of other rules"
    page.get_by_label("Question, which heads the file and the brief").fill("What would 30% do?")
    page.get_by_label("Question, which heads the file and the brief").press("Tab")
    assert scenario_of(page)["question"] == "What would 30% do?"
    assert not page.is_visible("#asked-before")
    page.get_by_role("button", name="Start afresh").click()
    settled(page)
    assert page.input_value("#asked") == ""


def test_a_rule_that_goes_is_dropped_from_the_variants_that_name_it(visit: Open) -> None:
    page = visit()
    assert page.get_by_role("group", name="Left out of no answer").get_by_label("without rule 2").is_checked()
    page.get_by_role("button", name="Remove rule 2").click()
    settled(page)
    assert not page.is_visible("#problem")
    assert page.locator("#variant-forms > li").count() == 2


def test_variants_over_time_are_lines_of_one_chart(visit: Open) -> None:
    page = visit()
    page.get_by_label("Time", exact=True).select_option("several…")
    settled(page)
    page.get_by_role("group", name="Time: years after the change").get_by_label("5", exact=True).check()
    settled(page)
    assert page.locator("#variants button").all_inner_texts() == ["no answer", "answer in kind"]
    assert page.locator("#times button").count() == 5
    page.get_by_role("button", name="3 years").click()
    page.locator("#variants").get_by_role("button", name="answer in kind").click()
    assert page.locator("#times [aria-pressed=true]").inner_text() == "3 years", (
        "the time stays when the variant changes"
    )
    page.locator("#path-by").get_by_role("button", name="Variants").click()
    page.locator("#path details summary").click()
    rows = page.locator("#path-table tbody th").all_inner_texts()
    assert rows == ["answer in kind", "no answer"]
    page.get_by_label("Factors between sectors", exact=True).select_option("a number…")
    page.get_by_label("Factors between sectors, elasticity of factor supply across sectors").fill("3")
    page.get_by_label("Factors between sectors, elasticity of factor supply across sectors").press("Enter")
    settled(page)
    assert scenario_of(page)["options"]["mobility"] == 3


def test_tables_and_the_whole_answer_are_downloaded(visit: Open) -> None:
    page = visit()
    with page.expect_download() as got:
        page.get_by_role("button", name="Brief").click()
    brief = Path(got.value.path()).read_text()
    assert "What would a 25% US tariff on Japanese cars cost" in brief
    assert "<svg" in brief
    assert "128 draws" in brief
    found = {}
    for button in ("Regions as CSV", "Sectors as CSV", "Full answer as JSON"):
        with page.expect_download() as got:
            page.get_by_role("button", name=button).click()
        found[button] = Path(got.value.path()).read_text()
    head, *rows = found["Regions as CSV"].splitlines()
    assert head.startswith("variant,region,name,real_income_pct")
    assert len(rows) == 2 * 24
    assert len(found["Sectors as CSV"].splitlines()) == 1 + 2 * 24 * 34
    assert json.loads(found["Full answer as JSON"])["variants"]["no answer"]["certificate"]["passed"]


def test_two_scenarios_are_compared(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="Compare with this").click()
    page.get_by_label("Trade imbalances", exact=True).select_option("balanced")
    settled(page)
    assert "imbalances (fixed, not balanced)" in page.inner_text("#differs")
    there = number(value(page, "Japan"))
    page.get_by_role("button", name="A: kept").click()
    here = number(value(page, "Japan"))
    page.get_by_role("button", name="B less A").click()
    assert number(value(page, "Japan")) == pytest.approx(there - here, abs=2e-4)
    assert "points" in page.inner_text("#ranking caption")
    settled(page)
    page.reload()
    page.wait_for_selector("#ranking tbody tr")
    assert page.locator("#sides [aria-pressed=true]").inner_text() == "B less A"
    page.get_by_role("button", name="Stop comparing").click()
    assert not page.is_visible("#sides")


def test_a_link_brings_everything_back(visit: Open, address: str) -> None:
    page = visit()
    page.get_by_role("button", name="answer in kind").click()
    page.get_by_label("Show").select_option("exports_pct")
    page.locator("#ranking").get_by_role("button", name="Mexico").click()
    page.locator("#rules input[type=number]").first.fill("44")
    page.locator("#rules input[type=number]").first.press("Tab")
    settled(page)
    shown = page.inner_text("#answer")
    again = visit(path=page.url.removeprefix(address))
    assert again.locator("#rules input[type=number]").first.input_value() == "44"
    assert again.locator("#variants [aria-pressed=true]").inner_text() == "answer in kind"
    assert again.input_value("#measure") == "exports_pct"
    assert again.inner_text("#sectors caption").startswith("Mexico")
    assert again.inner_text("#headline") in shown
    broken = visit(path="#s=nonsense")
    assert "Japan" in broken.inner_text("#headline")


def test_what_has_no_equilibrium_says_why_and_the_last_answer_stays(visit: Open) -> None:
    page = visit()
    before = page.inner_text("#ranking")
    page.locator("#file > summary").click()
    page.fill("#text", "policies:\n  - tariff: {by: USA, on: all, sectors: all, add: 700%}")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_selector("#problem:visible")
    settled(page)
    assert "No equilibrium." in page.inner_text("#problem")
    assert "SGP cannot pay" in page.inner_text("#problem")
    assert "last good answer" in page.inner_text("#problem")
    assert page.inner_text("#ranking") == before
    page.get_by_label("Trade imbalances", exact=True).select_option("balanced")
    settled(page)
    assert not page.is_visible("#problem")
    assert page.inner_text("#ranking") != before


def test_a_lost_connection_is_told_and_resumed(browser: Any, cache_folder: Path) -> None:
    with serving(cache_folder, "cars", "--workers", "1") as address:
        port = urlsplit(address).port
        context = browser.new_context(viewport=WIDE)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.wait_for_selector("#ranking tbody tr")
        settled(page)
        before = value(page, "Japan")
    page.locator("#rules input[type=number]").first.fill("50")
    page.locator("#rules input[type=number]").first.press("Enter")
    page.wait_for_selector("#lost:visible")
    assert "lost" in page.inner_text("#lost")
    assert value(page, "Japan") == before
    command = [sys.executable, "-m", "comity", "explore", "cars", "--workers", "1", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment(cache_folder)) as process:
        try:
            ready(address)
            page.wait_for_selector("#lost", state="hidden")
            settled(page)
            assert number(value(page, "Japan")) < number(before)
        finally:
            process.terminate()
    context.close()


def test_everything_is_reached_by_keyboard(visit: Open) -> None:
    page = visit()
    seen = []
    for _ in range(220):
        page.keyboard.press("Tab")
        name = page.evaluate("""() => {
            const at = document.activeElement;
            const box = at.getBoundingClientRect();
            const style = getComputedStyle(at);
            const shown = style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
            const held = at.type === 'file' || at === document.body;
            return [at.getAttribute('aria-label') || at.id || at.textContent.trim().slice(0, 40), shown || held];
        }""")
        assert name[1], f"{name[0]!r} does not show that it has the focus"
        seen.append(name[0])
        if name[0] == seen[0] and len(seen) > 1:
            break
    for wanted in (
        "add-variant",
        "examples",
        "link",
        "theme",
        "add",
        "clear",
        "measure",
        "pin",
        "region",
        "save-regions",
    ):
        assert wanted in seen, f"{wanted} is not reached"
    assert "Points added, rule 1, per cent" in seen
    slider = page.get_by_label("Points added, rule 1, per cent", exact=True)
    slider.focus()
    before = value(page, "Japan")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert value(page, "Japan") != before
    assert page.get_by_label("Points added, rule 1, per cent, as a number").input_value() == "30"
    page.locator(".picker summary", has_text="Partners").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("korea")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page)
    assert "Korea" in page.locator(".picker summary", has_text="Partners").first.inner_text()
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    settled(page)
    assert page.locator("#rules > li").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_it_fits_and_is_accessible(visit: Open, size: dict[str, int], scheme: str) -> None:
    page = visit(size, color_scheme=scheme)
    page.locator("#file > summary").click()
    page.locator("#caveats > summary").click()
    begin_with(page, "goal")
    page.locator(".picker summary").first.click()
    for place, instrument in enumerate(("defence spending", "agreement", "disruption", "import ban"), 3):
        page.get_by_role("button", name="Add a rule").click()
        page.get_by_label(f"Instrument of rule {place}").select_option(instrument)
    for summary in page.locator(".more > summary").all():
        summary.click()
    page.get_by_role("button", name="Say where from").click()
    settled(page)
    page.get_by_role("button", name="Compare with this").click()
    settled(page)
    assert not page.is_visible("#problem"), page.inner_text("#problem")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_variants_and_schedules_fit_and_are_accessible(visit: Open, size: dict[str, int], scheme: str) -> None:
    page = visit(size, color_scheme=scheme)
    page.get_by_label("Change over time: Points added, rule 1").click()
    page.get_by_label("How the moments are written").select_option("days")
    page.get_by_label("Change over time: Points added, rule 2").click()
    page.get_by_label("Time", exact=True).select_option("several…")
    page.get_by_role("button", name="Add a variant").click()
    page.get_by_role("button", name="Give it a rule of its own").last.click()
    page.locator("#variant-forms > li").last.locator(".more > summary", has_text="Model").click()
    settled(page)
    assert not page.is_visible("#problem"), page.inner_text("#problem")
    page.locator("#path details summary").click()
    accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_last_good_answer_is_marked_and_legible(visit: Open, size: dict[str, int], scheme: str) -> None:
    page = visit(size, color_scheme=scheme)
    assert not page.is_visible("#stale")
    page.get_by_label("Points added, rule 1, per cent, as a number").fill("-400")
    page.get_by_label("Points added, rule 1, per cent, as a number").press("Enter")
    page.wait_for_selector("#problem:visible")
    settled(page)
    assert page.is_visible("#stale")
    assert page.evaluate("getComputedStyle(document.querySelector('#answer'), '::before').backgroundImage") != "none"
    page.locator("#caveats > summary").click()
    accessible(page)
    page.get_by_label("Points added, rule 1, per cent, as a number").fill("20")
    page.get_by_label("Points added, rule 1, per cent, as a number").press("Enter")
    settled(page)
    assert not page.is_visible("#stale")
    assert page.evaluate("getComputedStyle(document.querySelector('#answer'), '::before').content") == "none"


def accessible(page: Any) -> None:
    """No violation of axe's rules, and no wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_theme_is_chosen_and_remembered(visit: Open) -> None:
    page = visit(color_scheme="light")
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    page.wait_for_selector("#ranking tbody tr")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_every_scenario_that_it_offers_opens(visit: Open) -> None:
    page = visit()
    count = page.locator("#examples option").count()
    assert count > 15
    for place in range(count - 1):
        page.select_option("#examples", str(place))
        settled(page)
        name = page.locator("#examples option").nth(place + 1).inner_text()
        assert not page.is_visible("#problem"), f"{name}: {page.inner_text('#problem')}"
        assert page.locator("#rules > li").count() > 0, name
        assert "before" not in page.inner_text("#detail"), "the answer before is that of another scenario"
