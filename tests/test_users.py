"""Users in the store, held over SQLite and over a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.store import Store
from articles.users import FREE_FAILURES, LONGEST_WAIT, Role, UserError, is_name, wait_after
from tests.older_stores import make_older

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
VIEWER, EDITOR, ADMIN = Role
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


@pytest.fixture
def users(store):
    return store.users


def test_a_user_is_kept_as_added(users):
    tomas = users.add("tomas", "hash of tomas", ADMIN, NOW)
    ines = users.add("ines.dovrak@courier.example", "hash of ines", EDITOR, NOW)
    assert users.get("tomas") == tomas
    assert list(users.all()) == [ines, tomas]
    assert (tomas.role, tomas.created, tomas.failures, tomas.locked_until) == (ADMIN, NOW, 0, None)
    assert users.get("nobody") is None


def test_hashes_and_stamps_are_not_shown_by_accident(users):
    user = users.add("ines", "the hash", EDITOR, NOW)
    assert "the hash" not in repr(user)
    assert user.stamp not in repr(user)


def test_a_name_is_taken_once(users):
    users.add("ines", "h", EDITOR, NOW)
    with pytest.raises(UserError, match="a user ines already: `backfile user password ines`"):
        users.add("ines", "other", ADMIN, NOW)
    assert users.get("ines").password_hash == "h"


@pytest.mark.parametrize(
    "name", ["", "Ines", "ines dovrak", "a\0", "\udc80", "-a", "é", "a\n", "a" * 65]
)
def test_what_is_no_name_is_refused_and_found_nowhere(users, name):
    with pytest.raises(UserError, match=r"nobody can be called .* 64 small letters"):
        users.add(name, "h", EDITOR, NOW)
    assert users.get(name) is users.begin_try(name, NOW) is None
    with pytest.raises(UserError, match="there is no user"):
        users.change_password(name, "h", NOW)
    with pytest.raises(UserError, match="there is no user"):
        users.remove(name, NOW)
    users.end_sessions(name)
    users.end_try(name, NOW)
    assert users.all() == []


def test_a_new_password_and_an_end_of_sessions_change_the_stamp(users):
    stamps = [users.add("ines", "h", EDITOR, NOW).stamp, users.add("tomas", "h", ADMIN, NOW).stamp]
    users.change_password("ines", "new", NOW)
    stamps.append(users.get("ines").stamp)
    users.end_sessions("ines")
    stamps.append(users.get("ines").stamp)
    users.remove("ines", NOW)
    stamps.append(users.add("ines", "h", EDITOR, NOW).stamp)
    assert len(set(stamps)) == 5
    assert users.get("tomas").stamp == stamps[1]


def test_a_removed_user_is_gone(users):
    users.add("ines", "h", EDITOR, NOW)
    users.remove("ines", NOW)
    assert users.get("ines") is None
    with pytest.raises(UserError, match="no user 'ines': `backfile user list`"):
        users.remove("ines", NOW)


def test_after_wrong_passwords_a_name_waits_longer_each_time_and_never_for_long(users):
    users.add("ines", "h", EDITOR, NOW)
    users.add("tomas", "h", EDITOR, NOW)
    now, waits = NOW, []
    for _ in range(12):
        assert users.begin_try("ines", now).name == "ines"
        until = users.get("ines").locked_until or now
        waits.append((until - now) / MINUTE)
        if until > now:
            assert users.begin_try("ines", until - timedelta(microseconds=1)) is None
            assert users.get("ines").locked_until == until
        now = until
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]
    assert users.begin_try("tomas", NOW).failures == 0
    users.end_try("ines", NOW)
    assert (users.get("ines").failures, users.get("ines").locked_until) == (0, None)


def test_a_new_password_ends_the_wait(users):
    users.add("ines", "h", EDITOR, NOW)
    for _ in range(FREE_FAILURES + 1):
        users.begin_try("ines", NOW)
    assert users.begin_try("ines", NOW) is None
    users.change_password("ines", "new", NOW)
    assert users.begin_try("ines", NOW).password_hash == "new"


def test_tries_at_the_same_time_are_not_more_than_those_one_after_the_other(users):
    users.add("ines", "h", EDITOR, NOW)
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda _: users.begin_try("ines", NOW), range(40)))
    assert sum(one is not None for one in tries) == FREE_FAILURES + 1


def test_a_try_of_an_unknown_name_changes_nobody(users):
    before = [users.add("ines", "h", EDITOR, NOW), users.add("tomas", "h", EDITOR, NOW)]
    for _ in range(20):
        assert users.begin_try("zoe", NOW) is None
    assert list(users.all()) == before


@given(st.integers(0, 10**9))
def test_waits_grow_and_are_bounded(failures):
    assert timedelta(0) <= wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT


@pytest.mark.parametrize("role", Role)
def test_a_role_includes_those_before_it(role):
    assert [other for other in Role if role.includes(other)] == list(Role)[
        : list(Role).index(role) + 1
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_any_text_may_be_asked_for(users, text):
    assert users.get(text) is None
    assert users.begin_try(text, NOW) is None
    assert is_name(text) <= text.isascii()


def test_a_store_of_before_gets_its_users(store, database_url):
    make_older(store, "0002")
    with Store.open(database_url) as again:
        assert again.users.all() == []
        assert again.users.add("ines", "h", VIEWER, NOW).role is VIEWER
