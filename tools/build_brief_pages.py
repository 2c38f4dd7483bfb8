"""Write what the documentation shows of briefs: `python tools/build_brief_pages.py`; some minutes.

docs/briefs/us-japan.html is the brief of the case; docs/charts/ holds the charts of docs/gallery.md; docs/images/ the
first screen as a picture, where there are a Chromium and playwright to take it. A long test says when the brief is
out of date.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
CASE = "us-japan"
PICTURES = {"brief-first-screen.png": (1100, 900, "light"), "brief-phone-dark.png": (360, 760, "dark")}
GALLERY = {
    "us-japan": ("overview", "likelihood", "claim-3-map", "claim-4", "claim-10", "claim-17", "claim-19-disagreement"),
    "us-tariffs-2025": ("map",),
    "cars": ("ranking", "variants", "sectors", "flows", "why", "hangs"),
    "phased-tariff": ("path",),
}
"""Charts of the gallery by the brief that they are from."""


def main() -> None:
    """Write the pages, the charts and the pictures."""
    with tempfile.TemporaryDirectory() as made:
        for name, keys in GALLERY.items():
            folder = Path(made) / name
            brief(name, "--out", folder, "--format", "html", "--charts", folder / "charts")
            for key in keys:
                (DOCS / "charts").mkdir(exist_ok=True)
                shutil.copyfile(folder / "charts" / f"{key}.svg", DOCS / "charts" / f"{name}-{key}.svg")
        (DOCS / "briefs").mkdir(exist_ok=True)
        shutil.copyfile(Path(made) / CASE / f"{CASE}.html", DOCS / "briefs" / f"{CASE}.html")
    photograph(DOCS / "briefs" / f"{CASE}.html")


def brief(*arguments: object) -> None:
    """Run `comity brief`."""
    subprocess.run([sys.executable, "-m", "comity", "brief", *map(str, arguments)], check=True)


def photograph(page: Path) -> None:
    """The first screen of a page at some sizes."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("no Chromium: the pictures are left as they are", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (width, height, scheme) in PICTURES.items():
            view = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            view.goto(page.as_uri())
            view.screenshot(path=DOCS / "images" / name, timeout=120_000)
        browser.close()


if __name__ == "__main__":
    main()
