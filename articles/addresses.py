"""What two web addresses of one page have in common."""

from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

LONGEST = 2_048
"""Characters of the longest address that is read."""
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "msclkid", "mc_", "igsh", "_ga", "_gl")
"""How parameters begin that say where a reader came from, and never which page it is."""
_PORTS = {"http": 80, "https": 443}


def normalised(address: str) -> str:
    """Return what all addresses of one page have in common, empty for what is no web address.

    Neither the scheme, a leading www, a slash at the end, a fragment nor parameters that say where
    a reader came from tell pages apart; nor does the order of parameters.

    Examples
    --------
    >>> normalised("https://www.Courier.example/2011/bridge/?utm_source=x#top")
    'courier.example/2011/bridge'
    >>> normalised("http://courier.example:80/?b=2&a=1"), normalised("bridge")
    ('courier.example?a=1&b=2', '')
    """
    parts = split(address)
    if parts is None:
        return ""
    query = ""
    if parts.query:
        pairs = parse_qsl(parts.query, keep_blank_values=True, errors="replace")
        kept = sorted(pair for pair in pairs if not pair[0].lower().startswith(_TRACKING))
        query = f"?{urlencode(kept, errors='replace')}" if kept else ""
    return f"{host_of(parts)}{unquote(parts.path).rstrip('/')}{query}"


def split(address: str) -> SplitResult | None:
    """Return the parts of a web address, None of anything else."""
    if len(address) > LONGEST:
        return None
    try:
        parts = urlsplit(address.strip())
        # What cannot be a port is found out only when it is asked for.
        known = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


def host_of(parts: SplitResult) -> str:
    """Return the host without www, with its port where that is not the usual one."""
    usual = parts.port in (None, _PORTS[parts.scheme])
    host = (parts.hostname or "").removeprefix("www.")
    return host if usual else f"{host}:{parts.port}"
