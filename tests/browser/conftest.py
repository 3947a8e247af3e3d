"""A real server on the sample archive, and a real browser that watches what a page does."""

import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PAUSE = Event()  # never set: asks again only after a moment
PROGRAM = (
    "import sys; from web.server import run_server; from web.settings import load_settings; "
    "run_server(load_settings(home=sys.argv[1], port=0, site_name='The Selvan Courier'))"
)


@pytest.fixture(scope="session")
def site(sample_home):
    """The address of the sample archive."""
    with serving(sample_home) as address:
        yield address


@contextmanager
def serving(home):
    """Serve an archive and give its address."""
    command = [sys.executable, "-c", PROGRAM, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://[^/]+", server.stdout.readline())[0]
            wait_for(f"{address}/healthz")
            yield address
        finally:
            server.terminate()
            server.wait(30)


def wait_for(address):
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(address, timeout=30):
                return
        except URLError:
            if time.monotonic() > deadline:
                raise
            PAUSE.wait(0.05)


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium at /usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """Open a page; the test fails when any page complains or asks another host for anything."""
    contexts, complaints = [], []

    def visit(path="/", **options):
        given = {"viewport": DESKTOP, "java_script_enabled": False, "base_url": site, **options}
        contexts.append(chromium.new_context(**given))
        page = contexts[-1].new_page()
        page.on("console", lambda message: note_message(message, page))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: note_stranger(request.url))
        page.goto(path)
        return page

    def note_message(message, page):
        # That the page itself was not found or was refused is what some tests are about.
        expected = any(status in message.text for status in ("400", "403", "404"))
        if not (expected and message.location["url"] == page.url):
            complaints.append(message.text)

    def note_stranger(address):
        if urlsplit(address).netloc != urlsplit(site).netloc:
            complaints.append(f"asked a stranger: {address}")

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
