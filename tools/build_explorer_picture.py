"""Take the pictures of docs/explorer.md, in a headless Chromium of this machine: the page with a rate, and a path.

python tools/build_explorer_picture.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "explorer.png"
PATH = PICTURE.with_name("explorer-path.png")
SIZE = {"width": 1280, "height": 860}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


def answered(page: Page) -> None:
    """Wait until no answer is under way."""
    page.wait_for_timeout(1000)
    page.wait_for_selector("#answer[aria-busy=false]", timeout=120_000)


def main() -> None:
    """Start a server, open the page, drag nothing, keep what it shows."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    command = [sys.executable, "-m", "comity", "explore", "cars", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server, sync_playwright() as driver:
        try:
            assert server.stderr is not None
            address = re.search(r"http://\S+", server.stderr.readline())
            assert address
            page = driver.chromium.launch(executable_path=browser, args=FLAGS).new_page(viewport=SIZE)
            page.goto(address[0])
            page.wait_for_selector("#ranking tbody tr", timeout=120_000)
            page.get_by_label("Points added, rule 1, per cent, as a number").fill("40")
            page.keyboard.press("Enter")
            answered(page)
            PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=PICTURE)
            page.get_by_label("Change over time: Points added, rule 1").click()
            page.get_by_role("button", name="See the path").click()
            answered(page)
            page.locator("#path").scroll_into_view_if_needed()
            page.evaluate("document.activeElement.blur()")
            page.locator("#path").screenshot(path=PATH)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
