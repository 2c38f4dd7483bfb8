"""Take the picture of docs/explorer.md: the page as it opens, in a headless Chromium of this machine.

python tools/build_explorer_picture.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "explorer.png"
SIZE = {"width": 1280, "height": 860}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


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
            page.wait_for_timeout(2000)
            PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=PICTURE)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
