"""Take the pictures of the documents anew: the pages of the sample archive in a real browser.

Usage: ``python docs/screenshots.py`` (needs Chromium)
"""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from docs.generate import ROOT, run
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE, serving
from tests.browser.newspaper import published

FOLDER = ROOT / "docs" / "screenshots"
ARTICLE = "/articles/2018-03-14-bridge-closed"
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "search": ("/search?q=bridge", {"viewport": DESKTOP}),
    "search-months": ("/search?q=bridge&from=2018-01-01&to=2018-12-31", {"viewport": PHONE}),
    "search-dark": (
        "/search?q=bridge+toll&sort=newest",
        {"viewport": DESKTOP, "color_scheme": "dark"},
    ),
    "search-russian": ("/search?q=мост", {"viewport": DESKTOP, "locale": "ru"}),
    "article": (f"{ARTICLE}?q=bridge", {"viewport": DESKTOP}),
    "article-phone": (ARTICLE, {"viewport": PHONE}),
    "coverage": ("/coverage", {"viewport": DESKTOP}),
    "coverage-phone": ("/coverage", {"viewport": PHONE, "color_scheme": "dark"}),
    "person": ("/browse/people/Ana%20Verdi", {"viewport": DESKTOP}),
    "repaired": ("/search?q=brigde", {"viewport": DESKTOP}),
    "suggestions": ("/", {"viewport": DESKTOP}),
    "advanced": ("/advanced", {"viewport": DESKTOP}),
    "help": ("/help", {"viewport": DESKTOP}),
}
"""The address of each picture, and what the browser is like."""
TYPED = {"suggestions": "mer"}
"""What is typed into the search box first."""


NEWSPAPER: dict[str, tuple[str, dict[str, Any]]] = {
    "blocks": ("/article.html", {"viewport": DESKTOP}),
    "blocks-phone": ("/included.html", {"viewport": PHONE, "color_scheme": "dark"}),
}
"""Those of the newspaper's own pages, each down to its end."""


def main() -> None:
    """Build the sample archive, serve it and take every picture."""
    with tempfile.TemporaryDirectory() as folder, published() as paper, sync_playwright() as driver:
        run(["--home", folder, "demo", "--no-serve"])
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with serving(folder, site_origins=paper.address) as paper.archive:
            for name, (path, options) in PICTURES.items():
                with browser.new_context(base_url=paper.archive, **options) as context:
                    page = context.new_page()
                    page.goto(path)
                    if name in TYPED:
                        page.get_by_role("combobox").press_sequentially(TYPED[name])
                        page.get_by_role("option").first.wait_for()
                    take(page, name)
            for name, (path, options) in NEWSPAPER.items():
                with browser.new_context(base_url=paper.address, **options) as context:
                    page = context.new_page()
                    page.goto(path)
                    page.get_by_role("listitem").first.wait_for()
                    take(page, name, full_page=True)
        browser.close()


def take(page: Page, name: str, *, full_page: bool = False) -> None:
    """Write the picture of a page."""
    page.screenshot(path=FOLDER / f"{name}.png", full_page=full_page)
    print(f"wrote {Path('docs', 'screenshots', name)}.png")


if __name__ == "__main__":
    main()
