"""Settings: where they come from, and what is said of a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from articles.errors import BackfileError
from web.settings import Settings, load_settings


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The settings file of a working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BACKFILE_CONFIG")
    return tmp_path / "backfile.toml"


def message(**overrides):
    with pytest.raises(BackfileError) as caught:
        load_settings(**overrides)
    return str(caught.value)


def test_the_strongest_source_wins(file, monkeypatch):
    assert load_settings().port == 8000
    file.write_text("port = 1\nworkers = 3\n")
    assert load_settings().port == 1
    monkeypatch.setenv("BACKFILE_PORT", "2")
    assert load_settings().port == 2
    assert load_settings(port=3, workers=None).port == 3
    assert load_settings(port=3, workers=None).workers == 3


def test_another_file_can_be_named(file, tmp_path, monkeypatch):
    file.write_text("port = 1\n")
    other = tmp_path / "other.toml"
    monkeypatch.setenv("BACKFILE_CONFIG", str(other))
    assert str(other) in message()
    other.write_text("port = 2\n")
    assert load_settings().port == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("pages_size = 20\n", "unknown setting pages_size: did you mean page_size?"),
        ("xyzzy = 1\n", "unknown setting xyzzy: `backfile settings` lists them all"),
        ("[server]\nport = 1\n", "unknown setting server"),
        ("port = 70000\n", "port cannot be 70000 (backfile.toml): it should be less than"),
        ("port 1\n", "backfile.toml is not TOML"),
        ("page_size = 200\n", "maximum_page_size cannot be 100 (default): it is less than"),
        ('language = "English"\n', "'English' is no language"),
        ('site_url = "archive"\n', "it is no web address"),
        ("related_minimum_score = 1.5\n", "related_minimum_score cannot be 1.5"),
        ("broaden_part = 1\n", "broaden_part cannot be 1"),
        ("broaden_words = 0\n", "broaden_words cannot be 0"),
        ("broaden_articles = 51\n", "broaden_articles cannot be 51"),
    ],
)
def test_a_wrong_file_says_which_key_and_what_to_do(file, content, said):
    file.write_text(content)
    assert said in message()


def test_a_file_in_another_encoding(file):
    file.write_bytes('site_name = "Müller"'.encode("latin-1"))
    assert "backfile.toml is not TOML" in message()


def test_every_fault_is_named_at_once(file, monkeypatch):
    file.write_text("prot = 1\n")
    monkeypatch.setenv("BACKFILE_WORKERS", "0")
    said = message(page_size=0)
    assert said.count("\n") == 2
    assert "did you mean port?" in said
    assert "environment variable BACKFILE_WORKERS" in said
    assert "page_size cannot be 0 (command line)" in said


@pytest.mark.parametrize("url", ["mysql://u:geheim@host/db", "geheim", "sqlite", "pg://geheim:x"])
def test_a_wrong_database_is_named_without_its_password(url):
    assert "geheim" not in message(database_url=url)
    assert "sqlite:///FOLDER/FILE" in message(database_url=url)


@pytest.mark.parametrize("name", ["secret_key", "counting_key"])
def test_a_wrong_secret_is_not_repeated(name):
    said = message(**{name: "geheim"})
    assert f"{name} cannot be what it is" in said
    assert "geheim" not in said


@given(st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1, max_size=40))
def test_the_store_lies_in_the_home_whatever_its_name(name):
    settings = Settings(home=f"/srv/{name}")
    assert make_url(settings.store_url).database == str(settings.home / "archive.sqlite3")


def test_the_home_stays_where_it_was_meant(file, tmp_path, monkeypatch):
    settings = load_settings(home="archive")
    monkeypatch.chdir("/")
    assert settings.home == tmp_path / "archive"
    assert settings.generations_folder == tmp_path / "archive" / "generations"
