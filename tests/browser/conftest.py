"""A real server on the sample archive, and a real browser that watches what a page does."""

import json
import re
import shutil
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
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.browser.newspaper import published

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
    "import json, sys; from web.server import run_server; from web.settings import load_settings; "
    "run_server(load_settings(**json.loads(sys.argv[1])))"
)
VIOLATION = (
    "document.addEventListener('securitypolicyviolation', event => "
    "console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI}`))"
)


@pytest.fixture(scope="session")
def site(sample_home, tmp_path_factory):
    """The address of the sample archive."""
    # A copy: what a server writes beside an archive must not be copied while it comes and goes.
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("site") / "home")
    with serving(home) as address:
        yield address


@contextmanager
def serving(home, **settings):
    """Serve an archive and give its address."""
    settings = {"home": str(home), "port": 0, "site_name": "The Selvan Courier", **settings}
    command = [sys.executable, "-c", PROGRAM, json.dumps(settings)]
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
        expected = any(status in message.text for status in ("400", "403", "404", "409"))
        if not (expected and message.location["url"] == page.url):
            complaints.append(message.text)

    def note_stranger(address):
        if urlsplit(address).netloc != urlsplit(site).netloc:
            complaints.append(f"asked a stranger: {address}")

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe():
    return Axe()


@pytest.fixture(scope="session")
def newspaper(sample_home, tmp_path_factory):
    """A newspaper's site, and the archive that allows its pages to ask."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("newspaper") / "home")
    with published() as paper, serving(home, site_origins=paper.address) as paper.archive:
        yield paper


@pytest.fixture
def paper(newspaper):
    """The newspaper, without the pages of another test."""
    newspaper.pages.clear()
    newspaper.headers.clear()
    return newspaper


@pytest.fixture
def read(chromium, paper):
    """Open a page of a newspaper and return it with the addresses that it asks for.

    The test fails when the page complains of anything but what is expected, breaks its policy, or
    asks anybody but the newspaper and the archive.
    """
    contexts, complaints = [], []

    def read(path, *, expected=None, **options):
        given = {"viewport": DESKTOP, "base_url": paper.address, **options}
        contexts.append(chromium.new_context(**given))
        contexts[-1].add_init_script(VIOLATION)
        page, asked = contexts[-1].new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: note(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.on("request", note_stranger)

        def note(text):
            if not (expected and re.search(expected, text)):
                complaints.append(text)

        page.goto(path)
        return page, asked

    def note_stranger(request):
        ours = {urlsplit(address).port for address in (paper.address, paper.archive)}
        # Links of the blocks lead to the newspaper's real address.
        if not request.is_navigation_request() and urlsplit(request.url).port not in ours:
            complaints.append(f"asked a stranger: {request.url}")

    yield read
    for context in contexts:
        context.close()
    assert complaints == []
