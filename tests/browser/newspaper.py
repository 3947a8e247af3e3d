"""A newspaper's own site, on another port than the archive and so of another origin.

It serves pages as a newspaper's web server would, the samples of `docs/blocks` among them, and
includes fragments of the archive into pages that ask for it.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import URLError
from urllib.request import urlopen

SAMPLES = Path(__file__).parents[2] / "docs" / "blocks"
EXAMPLE = "https://archive.example"
"""What stands in the samples for the address of the archive."""
INCLUDE = re.compile(r'<!--# include virtual="/blocks\?([^"]*)" -->')
KINDS = {".css": "text/css", ".html": "text/html"}
STRICT = (
    f"default-src 'none'; style-src 'self'; img-src 'self' {EXAMPLE}; script-src {EXAMPLE}; "
    f"connect-src {EXAMPLE}"
)
"""The narrowest policy that the blocks need: nothing inline, nothing evaluated."""


@dataclass
class Newspaper:
    """The site: its address, the archive's, and the pages beside the samples, with their headers.

    The text of a page is HTML in which ``https://archive.example`` stands for the archive.
    """

    address: str
    archive: str = EXAMPLE
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def text_of(self, path: str) -> str | None:
        """Return what is served at a path, None where nothing is."""
        name = path.partition("?")[0].removeprefix("/")
        file = SAMPLES / name
        text = self.pages.get(f"/{name}")
        if text is None:
            text = file.read_text(encoding="utf-8") if name and file.is_file() else None
        return text and INCLUDE.sub(self._included, text).replace(EXAMPLE, self.archive)

    def _included(self, asked: re.Match[str]) -> str:
        try:
            with urlopen(f"{self.archive}/api/v1/page-blocks?{asked[1]}", timeout=30) as answer:
                return answer.read().decode()
        except URLError:
            return ""


@contextmanager
def published():
    """Serve a newspaper on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            text = paper.text_of(self.path)
            missing = 204 if self.path == "/favicon.ico" else 404
            self.send_response(missing if text is None else 200)
            content = (text or "").encode()
            kind = KINDS.get(Path(self.path.partition("?")[0]).suffix, "text/html")
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            if self.path in paper.pages:  # the samples name their policies themselves
                headers = {"Content-Security-Policy": STRICT, **paper.headers}
                for name, value in headers.items():
                    self.send_header(name, value.replace(EXAMPLE, paper.archive))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        paper = Newspaper(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield paper
        finally:
            server.shutdown()
            thread.join()


def page(*content: str, head: str = "", language: str = 'lang="en-GB"') -> str:
    """Return a bare page of the newspaper with the script and some content."""
    return (
        f'<!doctype html><html {language}><meta charset="utf-8"><title>An article</title>'
        '<meta name="viewport" content="width=device-width">'
        f'{head}<script async src="{EXAMPLE}/blocks.js"></script>'
        f"<body><main><h1>An article</h1>{''.join(content)}</main></body></html>"
    )
