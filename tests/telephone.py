"""A telephone of the tests, which shows the codes of a secret that it has taken over."""

import base64
from datetime import datetime

from flask.testing import FlaskClient
from lxml import html

from tests.consoles import PASSWORD, send
from web.console.one_time_codes import code_of, step_of

PAGE = "/admin/account/second-factor"


def secret_on(page: str) -> bytes:
    """Return the secret that a page of the console shows to be taken over."""
    letters = html.document_fromstring(page).xpath("string(//code[@class='snippet'])")
    return base64.b32decode(letters.replace(" ", ""))


def shown(secret: bytes, moment: datetime) -> str:
    """Return the code that the telephone shows."""
    return code_of(secret, step_of(moment))


def enrol(client: FlaskClient, moment: datetime) -> tuple[bytes, list[str]]:
    """Turn on the second factor of who has logged in; return its secret and the recovery codes."""
    secret = secret_on(client.get(PAGE).text)
    done = send(client, PAGE, code=shown(secret, moment), password=PASSWORD)
    assert done.status_code == 200, done.text
    return secret, html.document_fromstring(done.text).xpath("//ol//code/text()")
