"""What values of settings are checked by: each is returned, or a ValueError says why not."""

from ipaddress import ip_network
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from articles.languages import LanguageChoice, UnknownLanguageError

SHORTEST_SECRET = 32
"""Characters of the shortest secret that cookies may be signed with."""


def check_language(value: str) -> str:
    """Return the codes of languages; ValueError says what is wrong with them."""
    try:
        LanguageChoice(value)
    except UnknownLanguageError as error:
        raise ValueError(str(error)) from error
    return value


def check_address(value: str) -> str:
    """Return a web address without slashes at its end."""
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.netloc):
        raise ValueError("it is no web address, such as https://archive.example")
    return value.rstrip("/")


def check_origins(value: str) -> str:
    """Return origins between commas."""
    origins = [part.strip() for part in value.split(",") if part.strip()]
    for origin in origins:
        parts = urlsplit(origin)
        known = parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" == origin
        if origin != "*" and not (known and parts.netloc):
            raise ValueError(
                "an origin is a scheme with a host, such as https://courier.example, and nothing "
                "behind it; several are separated by commas"
            )
    return ",".join(origins)


def check_networks(value: str) -> str:
    """Return addresses and networks between commas."""
    networks = [part.strip() for part in value.split(",") if part.strip()]
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ValueError(
                "it must name addresses or networks, such as 127.0.0.1,10.0.0.0/8; several are "
                "separated by commas"
            ) from error
    return ",".join(networks)


def check_database(value: str) -> str:
    """Return the address of a database."""
    try:
        known = not value or make_url(value).get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise ValueError(
            "it is no address of a database: write sqlite:///FOLDER/FILE or "
            "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
        )
    return value


def check_secret(value: SecretStr) -> SecretStr:
    """Return a secret that is long enough, or none."""
    if 0 < len(value) < SHORTEST_SECRET:
        raise ValueError(f"it has less than {SHORTEST_SECRET} characters")
    return value
