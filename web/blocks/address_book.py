"""Which article an address of the newspaper's site, or of our own page of it, belongs to."""

import threading
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from articles.article import Article
from index.generation import Generation

LONGEST = 2_048
"""Characters of the longest address that is looked up."""
_TRACKING = ("utm_", "fbclid", "gclid", "mc_", "yclid", "igshid", "msclkid", "_ga", "_gl")
"""How the parameters begin that say where a reader came from, and never which page it is."""
_OWN_PAGE = "/articles/"


def normalised(address: str) -> str:
    """Return what two addresses of one page have in common, empty when it is none.

    Neither the scheme, a leading www, a slash at the end, a fragment nor parameters that only say
    where a reader came from tell pages apart; the order of parameters does not, either.

    Examples
    --------
    >>> normalised("https://www.Courier.example/2011/bridge/?utm_source=x#top")
    'courier.example/2011/bridge'
    >>> normalised("http://courier.example:80/?b=2&a=1"), normalised("bridge")
    ('courier.example?a=1&b=2', '')
    """
    parts = _split(address)
    if parts is None:
        return ""
    host = _host(parts)
    pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
    kept = sorted(pair for pair in pairs if not pair[0].lower().startswith(_TRACKING))
    query = f"?{urlencode(kept, errors='replace')}" if kept else ""
    return f"{host}{unquote(parts.path).rstrip('/')}{query}"


def own_id(address: str, site: str) -> str | None:
    """Return the id in the address of our own page of an article, None when it is another's."""
    parts, own = _split(address), _split(site)
    if parts is None or own is None or _host(parts) != _host(own):
        return None
    root = own.path.rstrip("/") + _OWN_PAGE
    return unquote(parts.path.removeprefix(root)) if parts.path.startswith(root) else None


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address.strip()[:LONGEST])
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != -1
    except ValueError:
        return None
    return parts if known else None


def _host(parts: SplitResult) -> str:
    usual = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return (parts.hostname or "").removeprefix("www.") + port


class AddressBook:
    """The addresses of a generation's articles; safe to share between threads.

    It is made when the first address is looked up.
    """

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._lock = threading.Lock()
        self._documents: dict[str, int] | None = None

    def find(self, address: str) -> str | None:
        """Return the id of the article at an address; of several the newest one's."""
        key = normalised(address)
        if not key:
            return None
        with self._lock:
            if self._documents is None:
                self._documents = dict(self._read())
        document = self._documents.get(key)
        return None if document is None else self._generation.columns.ids([document])[0]

    def _read(self) -> Iterable[tuple[str, int]]:
        documents = self._generation.documents
        for document, line in enumerate(documents.lines(range(self._generation.articles))):
            url = Article.from_json(line).url
            if url:
                yield normalised(url), document
