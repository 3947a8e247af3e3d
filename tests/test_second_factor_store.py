"""Second factors, sessions and counted tries in the store, over SQLite and a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from articles import login_tries
from articles.audit import AuditKind
from articles.second_factors import RECOVERY_CODES, new_recovery_codes
from articles.session_store import MOST_SESSIONS
from articles.sessions import IDLE, LIFE
from articles.store import Store
from articles.users import FREE_FAILURES, FREE_FAILURES_OF_ADDRESS, Role
from tests.older_stores import make_older

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CODES = new_recovery_codes()


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        store.users.add("ines", "h", Role.EDITOR, NOW)
        store.users.add("ada", "h", Role.ADMIN, NOW)
        yield store


@pytest.fixture
def factors(store):
    store.second_factors.turn_on("ines", b"salt", 7, CODES, now=NOW)
    return store.second_factors


def done(store):
    return [(one.user, one.action, one.subject) for one in store.audit.entries()]


def test_a_step_is_taken_once_and_none_before_it(factors):
    assert [factors.use_step("ines", step) for step in (7, 8, 8, 6, 10, 9)] == [
        *(False, True, False, False, True, False)
    ]
    assert not factors.use_step("ada", 99)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: factors.use_step("ines", 20), range(16))) == 1


def test_a_recovery_code_is_taken_once(store, factors):
    assert len(factors.get("ines").recovery) == RECOVERY_CODES
    with ThreadPoolExecutor(8) as pool:
        taken = pool.map(lambda _: factors.use_recovery("ines", CODES[3], NOW), range(8))
        assert sum(taken) == 1
    for wrong in ("", "nonsense", "\0", "\udc80", factors.get("ines").recovery[0]):
        assert not factors.use_recovery("ines", wrong, NOW)
    assert not factors.use_recovery("ada", CODES[0], NOW)
    assert len(factors.get("ines").recovery) == RECOVERY_CODES - 1
    assert factors.renew_recovery("ines", ["new"], NOW)
    assert not factors.use_recovery("ines", CODES[0], NOW)
    assert factors.use_recovery("ines", "NE-W", NOW)
    assert done(store)[:3] == [
        ("ines", "used a recovery code", "ines"),
        ("ines", "made new recovery codes", "ines"),
        ("ines", "used a recovery code", "ines"),
    ]


def test_it_is_turned_off_by_its_owner_or_reset_by_another(store, factors):
    assert factors.users() == {"ines"}
    assert factors.turn_off("ines", by="ines", now=NOW)
    assert not factors.turn_off("ines", by="ines", now=NOW)
    assert not factors.renew_recovery("ines", CODES, NOW)
    factors.turn_on("ines", b"salt", 7, CODES, now=NOW)
    factors.turn_on("ines", b"other", 9, CODES, now=NOW)
    assert factors.get("ines").salt == b"other"
    assert factors.turn_off("ines", by="ada", now=NOW)
    assert factors.get("ines") is None
    assert [one[:2] for one in done(store)[:2]] == [
        ("ada", "reset the second factor"),
        ("ines", "turned on the second factor"),
    ]


def test_nothing_secret_is_shown_or_logged(store, factors):
    factor = factors.get("ines")
    assert "salt" not in repr(factor)
    assert factor.recovery[0] not in repr(factor)
    assert not any(code in str(store.audit.entries()) for code in CODES)


def test_a_removed_user_takes_it_along(store, factors):
    store.users.remove("ines", NOW)
    store.users.add("ines", "h", Role.EDITOR, NOW)
    assert factors.get("ines") is None


def test_who_comes_and_goes_stands_in_the_log(store):
    store.users.change_password("ines", "new", NOW)
    store.users.remove("ines", NOW, by="ada")
    assert [(one.action, one.user) for one in store.audit.entries(kind=AuditKind.USERS)] == [
        ("removed a user", "ada"),
        ("changed the password", "command line"),
        ("added a user", "command line"),
        ("added a user", "command line"),
    ]


def test_sessions_begin_are_seen_and_end(store):
    ines = store.users.get("ines")
    first, second = (store.sessions.begin(ines, "Firefox", NOW) for _ in range(2))
    kept = store.sessions.get(first)
    assert first not in repr(kept)
    assert kept.good(NOW)
    assert not kept.good(NOW - MINUTE)
    assert not kept.good(NOW + IDLE)
    store.sessions.note(kept, NOW + IDLE - MINUTE)
    assert store.sessions.get(first).good(NOW + IDLE)
    assert [one.id for one in store.sessions.of(ines, NOW + IDLE)] == [kept.id]
    assert len(store.sessions.of(ines, NOW)) == 2
    store.sessions.end("ada", kept.id)
    assert store.sessions.get(first) == store.sessions.of(ines, NOW)[0]
    store.sessions.end("ines", kept.id)
    assert store.sessions.get(first) is None
    assert store.sessions.get(second) is not None
    assert store.sessions.get("nonsense") is store.sessions.get("\0\udc80") is None
    store.users.end_sessions("ines")
    assert store.sessions.of(store.users.get("ines"), NOW) == []


def test_sessions_are_no_more_than_so_many_and_do_not_pile_up(store):
    ines, ada = store.users.get("ines"), store.users.get("ada")
    of_ada = store.sessions.begin(ada, "x" * 5_000, NOW)
    tokens = [
        store.sessions.begin(ines, "b", NOW + number * MINUTE) for number in range(MOST_SESSIONS)
    ]
    assert store.sessions.get(tokens[0])
    last = store.sessions.begin(ines, "b", NOW + 51 * MINUTE)
    assert store.sessions.get(tokens[0]) is None
    assert store.sessions.get(tokens[1])
    assert len(store.sessions.get(of_ada).browser) == 100
    store.sessions.begin(ines, "b", NOW + LIFE)
    assert store.sessions.get(of_ada) is None
    assert store.sessions.get(last)


def test_tries_of_a_known_browser_and_of_strangers_are_counted_apart(store):
    users = store.users
    for _ in range(FREE_FAILURES + 1):
        assert users.begin_try("ines", NOW)
    assert users.begin_try("ines", NOW) is None
    for _ in range(FREE_FAILURES + 1):
        assert users.begin_try("ines", NOW, "b1")
    assert users.begin_try("ines", NOW, "b1") is None
    assert users.begin_try("ines", NOW, "b2").failures == 0
    users.end_try("ines", NOW + MINUTE, "b1")
    assert users.begin_try("ines", NOW, "b1").failures == 0
    assert users.begin_try("ines", NOW) is None
    assert users.begin_try("ada", NOW, "b1").failures == 0
    users.change_password("ines", "new", NOW)
    assert users.begin_try("ines", NOW, "b2").failures == 0


@pytest.mark.parametrize("browser", ["", "b1"])
def test_a_right_password_alone_forgets_no_wrong_codes(store, browser):
    users = store.users
    for wrong in range(FREE_FAILURES):
        tried = users.begin_try("ines", NOW, browser)  # the password, which is right
        assert tried.failures == wrong
        users.take_back(tried, NOW, browser)
        assert users.begin_try("ines", NOW, browser)  # the code, which is wrong
    users.take_back(users.begin_try("ines", NOW, browser), NOW, browser)
    assert users.begin_try("ines", NOW, browser)
    assert users.begin_try("ines", NOW, browser) is None
    later = NOW + MINUTE
    tried = users.begin_try("ines", later, browser)
    assert tried.failures == FREE_FAILURES + 1
    users.take_back(tried, later, browser)
    # The right password made nobody wait, and the next code is taken.
    assert users.begin_try("ines", later, browser).failures == FREE_FAILURES + 1
    users.end_try("ines", later, browser)
    assert users.begin_try("ines", later, browser).failures == 0


def test_what_others_have_tried_meanwhile_is_not_taken_back(store):
    users = store.users
    tried = users.begin_try("ines", NOW)
    for _ in range(FREE_FAILURES):
        users.begin_try("ines", NOW)
    users.take_back(tried, NOW)
    assert users.get("ines").failures == FREE_FAILURES
    assert users.begin_try("ines", NOW) is None
    users.remove("ines", NOW)
    users.take_back(tried, NOW)


def test_an_address_waits_after_many_wrong_tries_and_not_after_right_ones(store):
    users = store.users
    for _ in range(3 * FREE_FAILURES_OF_ADDRESS):
        assert users.begin_address("a", NOW) is None
        users.end_address("a", NOW)
    for _ in range(FREE_FAILURES_OF_ADDRESS + 1):
        assert users.begin_address("a", NOW) is None
    assert users.begin_address("a", NOW) == NOW + MINUTE
    assert users.begin_address("b", NOW) is None
    assert users.begin_address("a", NOW + MINUTE) is None
    assert users.begin_address("a", NOW + MINUTE) == NOW + 3 * MINUTE
    assert users.begin_address("a", NOW + timedelta(days=2)) is None


def test_only_so_many_addresses_are_kept(store, monkeypatch):
    monkeypatch.setattr(login_tries, "MOST_SUBJECTS", 5)
    for number in range(12):
        store.users.begin_address(str(number), NOW + number * MINUTE)
    with store._database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT subject FROM login_tries ORDER BY last")
        assert [row[0] for row in kept] == [f"address {number}" for number in range(7, 12)]


def test_a_store_of_before_gets_all_of_it(store, database_url):
    make_older(store, "0009")
    with Store.open(database_url) as again:
        assert again.second_factors.users() == frozenset()
        assert again.sessions.begin(again.users.get("ines"), "b", NOW)
        assert again.users.begin_address("a", NOW) is None
