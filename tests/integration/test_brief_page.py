"""The page of a brief in a real browser: no rule of axe broken, nothing asked of the network, readable everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cases import small_case

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDE, PHONE = 1440, 360
CASE = Path(__file__).resolve().parents[2] / "docs" / "briefs" / "us-japan.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium of the system, without one a reason to skip."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright axe-playwright-python")
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def pages(comity, small: Path, tmp_path: Path) -> list[Path]:
    folder = small_case(tmp_path / "my-case")
    assert comity("brief", small, "--format", "html").exit_code == 0
    assert comity("brief", folder, "--format", "html", "--draws", "16").exit_code == 0
    return sorted((tmp_path / "briefs").glob("*.html"))


@pytest.mark.long
def test_in_a_browser(browser, pages: list[Path]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    assert len(pages) == 2
    for path in pages:
        for width, scheme in ((WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            asked: list[str] = []
            said: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, said=said: said.append(message.text))
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            where = f"{path.name}, {width} pixels, {scheme}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, where
            # axe is put in as a script, which the page forbids to everyone else
            found = page.context.new_cdp_session(page)
            found.send("Page.setBypassCSP", {"enabled": True})
            page.reload()
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            report = axe.Axe().run(page)
            assert report.violations_count == 0, f"{where}: {report.generate_report()}"
            assert [url for url in asked if not url.startswith(("file:", "data:"))] == [], where
            assert said == [], where
            shown = page.evaluate("[...document.querySelectorAll('.chart')].filter(c => c.offsetWidth).length")
            every = page.evaluate("document.querySelectorAll('figure').length")
            assert shown == every, where
            page.close()


@pytest.mark.long
@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_brief_of_the_case_in_a_browser(browser, width: int, scheme: str, media: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.emulate_media(media=media)
    page.goto(CASE.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    report = axe.Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    page.close()


@pytest.mark.long
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_the_first_screen_of_the_case_has_its_chart_whole(browser, width: int, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(CASE.as_uri())
    assert page.evaluate("document.querySelector('figure svg').getBoundingClientRect().bottom") <= height
    page.close()


@pytest.mark.long
def test_on_paper_nothing_is_shown_that_cannot_be_unfolded(browser, pages: list[Path]) -> None:
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    page.goto(pages[0].as_uri())
    shown = "some => [...document.querySelectorAll(some)].filter(one => one.offsetHeight).length"
    assert page.evaluate(shown, ".paper") == 0
    folded = page.evaluate(shown, "summary")
    page.evaluate("document.querySelector('#claim-1 details').open = true")
    page.emulate_media(media="print")
    assert page.evaluate(shown, ".paper") == 1
    assert page.evaluate(shown, "summary") == 1 < folded
    assert page.evaluate(shown, "#claim-1 figure") == page.evaluate(
        "document.querySelectorAll('#claim-1 figure').length"
    )
    page.close()


@pytest.mark.long
def test_pictures_keep_their_names_to_themselves(browser, pages: list[Path]) -> None:
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    page.goto(pages[0].as_uri())
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    unnamed = page.evaluate("[...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label')).length")
    assert unnamed == 0
    page.close()
