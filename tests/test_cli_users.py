"""The commands that say who may log in."""

import json
import stat

import pytest

from articles.errors import BackfileError
from articles.store import Store
from articles.users import Role
from web.console.passwords import LONGEST, hashed, matches
from web.console.secret import FILE, console_secret
from web.settings import Settings

PASSWORD = "eleven trout on the north bank"


@pytest.fixture
def user(run, tmp_path):
    Store.open(f"sqlite:///{tmp_path}/archive.sqlite3").close()

    def invoke(*words, stdin=None):
        return run("--home", tmp_path, "user", *words, stdin=stdin)

    return invoke


@pytest.fixture
def kept(tmp_path):
    def find(name):
        with Store.open(f"sqlite:///{tmp_path}/archive.sqlite3") as store:
            return store.users.get(name)

    return find


def test_a_user_comes_gets_another_password_and_goes(user, kept):
    assert "Nobody may log in yet" in user("list").stdout
    added = user("add", "ines", "--role", "editor", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert added.stdout == "ines may log in at /admin as editor.\n"
    first = kept("ines")
    assert first.role is Role.EDITOR
    assert matches(PASSWORD, first.password_hash)
    (shown,) = json.loads(user("list", "--json").stdout)
    assert (shown["name"], shown["role"], shown["locked_until"]) == ("ines", "editor", None)
    assert "hash" not in str(shown)
    user("password", "ines", "--password-stdin", stdin="another one, long enough")
    second = kept("ines")
    assert matches("another one, long enough", second.password_hash)
    assert second.stamp != first.stamp
    assert user("remove", "ines").exit_code == 0
    assert kept("ines") is None


@pytest.mark.filterwarnings("ignore::getpass.GetPassWarning")
def test_the_password_is_asked_for_twice_and_not_shown(user, kept):
    asked = user("add", "ines", "--role", "admin", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0
    assert PASSWORD not in asked.output
    assert matches(PASSWORD, kept("ines").password_hash)
    differs = user("password", "ines", stdin=f"{PASSWORD}\nno\n")
    assert differs.exit_code == 1
    assert matches(PASSWORD, kept("ines").password_hash)


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("add", "ines", "--role", "editor", "--password-stdin"), "short", "this one has 5"),
        (("add", "ines", "--role", "editor", "--password-stdin"), "", "this one has 0"),
        (("add", "Ines", "--role", "editor", "--password-stdin"), PASSWORD, "small letters"),
        (("add", "ines", "--role", "editor", "--password-stdin"), "x" * 2000, "has 2,000"),
        (("password", "zoe", "--password-stdin"), PASSWORD, "no user 'zoe'"),
        (("remove", "zoe"), None, "no user 'zoe'"),
        (("remove", "\x1b[2J"), None, "no user '\\x1b[2J'"),
    ],
)
def test_what_cannot_be_done_is_said(user, kept, words, stdin, said):
    result = user(*words, stdin=stdin)
    assert result.exit_code == 1
    assert said in result.stderr
    assert PASSWORD not in result.output
    assert kept("ines") is None


def test_there_are_no_users_where_there_is_no_archive(run, tmp_path):
    result = run("--home", tmp_path / "none", "user", "list")
    assert result.exit_code == 1
    assert "there is no archive" in result.stderr
    assert not (tmp_path / "none").exists()


def test_equal_passwords_have_different_hashes():
    assert hashed(PASSWORD) != hashed(PASSWORD)
    assert hashed(PASSWORD).startswith("$argon2id$")


@pytest.mark.parametrize("password", ["", "wrong", "x" * (LONGEST + 1), "\ud800" * 20])
def test_what_is_no_password_matches_nothing(password):
    for kept_hash in (hashed(PASSWORD), None, "no hash"):
        assert not matches(password, kept_hash)
    assert not matches(PASSWORD, None)


def test_the_key_of_the_cookies_is_made_once_and_for_its_owner_alone(tmp_path):
    settings = Settings(home=tmp_path / "home")
    secret = console_secret(settings)
    assert len(secret) >= 32
    assert console_secret(settings) == secret != console_secret(Settings(home=tmp_path / "other"))
    assert stat.S_IMODE((tmp_path / "home" / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == [FILE]
    given = Settings(home=tmp_path / "none", secret_key="x" * 32)
    assert console_secret(given) == "x" * 32
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_a_damaged_key_is_named_with_its_remedy(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BackfileError, match=r"console\.key.*(remove it|no text)"):
        console_secret(Settings(home=tmp_path))


def test_a_key_that_cannot_be_made_is_named_with_its_remedy(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(BackfileError, match=r"console\.key.*secret_key"):
        console_secret(Settings(home=tmp_path / "home"))


def test_a_secret_is_never_shown(run, tmp_path, monkeypatch):
    secret = "geheim " * 8
    monkeypatch.setenv("BACKFILE_SECRET_KEY", secret)
    shown = run("--home", tmp_path, "settings").stdout
    assert "secret_key" in shown
    assert "geheim" not in shown
    monkeypatch.setenv("BACKFILE_SECRET_KEY", "geheim")
    for words in (("settings",), ("--debug", "settings")):
        refused = run(*words)
        assert "less than 32 characters" in refused.stderr
        assert "geheim" not in refused.output
        assert "geheim" not in repr(refused.exception)
