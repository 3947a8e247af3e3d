"""One-time codes, held to the vectors of the RFCs, and the picture that a telephone reads."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from web.console.one_time_codes import (
    DRIFT,
    STEP_SECONDS,
    code_of,
    key_address,
    step_of,
    step_of_code,
    words_of,
)
from web.console.second_factor import qr_code

SECRET = b"12345678901234567890"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
STEP = timedelta(seconds=STEP_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds, code):
    step = step_of(datetime.fromtimestamp(seconds, UTC))
    assert code_of(SECRET, step, digits=8) == code


def test_the_vectors_of_rfc_4226():
    codes = [code_of(SECRET, step) for step in range(10)]
    assert codes[:5] == ["755224", "287082", "359152", "969429", "338314"]
    assert codes[5:] == ["254676", "287922", "162583", "399871", "520489"]


def test_a_code_is_taken_a_step_before_and_behind_its_own():
    step = step_of(NOW)
    code = code_of(SECRET, step)
    taken = {
        drift: step_of_code(SECRET, code, NOW + drift * STEP) for drift in range(-DRIFT - 2, 4)
    }
    assert taken == {-3: None, -2: None, -1: step, 0: step, 1: step, 2: None, 3: None}
    assert step_of_code(SECRET, f" {code[:3]} {code[3:]} ", NOW) == step
    assert step_of_code(b"another secret", code, NOW) is None


@given(st.text(st.characters() | st.characters(categories=["Cs"]), max_size=20))
def test_whatever_is_typed_is_right_or_wrong(text):
    near = {code_of(SECRET, step_of(NOW) + drift) for drift in (-1, 0, 1)}
    assert (step_of_code(SECRET, text, NOW) is not None) == ("".join(text.split()) in near)


def test_an_app_reads_the_secret_from_the_address():
    address = urlsplit(key_address(SECRET, "ines@courier", "Café: the archive & more"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    asked = parse_qs(address.query)
    assert asked == {"secret": [words_of(SECRET)], "issuer": ["Café  the archive & more"]}
    assert address.path.count(":") == 1


def test_the_picture_has_every_dark_square_once():
    rows = [bytes(row) for row in segno.make_qr("Bridge", error="m").matrix_iter(border=4)]
    made = qr_code("Bridge")
    painted = [[0] * made.size for _ in range(made.size)]
    for run in made.path.split("M")[1:]:
        place, _, rest = run.partition("h")
        x, y = map(int, place.split())
        for column in range(x, x + int(rest.partition("v")[0])):
            painted[y][column] += 1
    assert painted == [list(row) for row in rows]
