"""The secret that signs the console's cookies: a setting, or a file that is made once."""

import os
import secrets
import tempfile
from pathlib import Path

from articles.errors import BackfileError
from web.setting_values import SHORTEST_SECRET
from web.settings import Settings

FILE = "console.key"


class SecretError(BackfileError):
    """The secret can neither be read nor made."""


def console_secret(settings: Settings) -> str:
    """Return the secret of these settings; the file in the home is made where it is missing.

    Every process that serves the archive gets the same one, whichever of them made the file.

    Raises
    ------
    SecretError
        When the file cannot be made or read, or holds no secret.
    """
    if given := settings.secret_key.get_secret_value():
        return given
    file = settings.home / FILE
    try:
        if not file.exists():
            _make(file)
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds no text"
        raise SecretError(
            f"the key of the console's cookies, {file}, cannot be read or made ({reason}): let "
            "this user read and write it, or give the setting secret_key"
        ) from error
    if len(secret) < SHORTEST_SECRET:
        raise SecretError(
            f"the key of the console's cookies, {file}, is damaged: remove it, and a new one is "
            "made; everybody has to log in again then"
        )
    return secret


def _make(file: Path) -> None:
    """Write a new secret that only this user can read, whole or not at all, once for all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{FILE}-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(48) + "\n")
            new.flush()
            os.fsync(descriptor)
        try:
            os.link(name, file)  # fails where another process was faster, whose key then counts
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
