"""Settings at the start: whatever stands in one, a sentence says which and what to do about it."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from web.settings import Settings, SettingsError, load_settings

NAMES = sorted(Settings.model_fields)
SECRETS = ("secret_key", "counting_key", "database_url")
TEXTS = ("", "x", "-1", "1e400", "nan", "9" * 40, "[", "{}", "\udc80", "a\nb", "../x", "geheim!")
VALUES = ([], {}, [1], {"a": 1}, True, -1, 10**30, 1.5, "x" * 100_000, "geheim!", "\0", object())
RANGES = [
    (name, bound + step)
    for name, field in Settings.model_fields.items()
    for limit in field.metadata
    for bound, step in (
        (getattr(limit, "ge", None), -1),
        (getattr(limit, "gt", None), 0),
        (getattr(limit, "le", None), 1),
        (getattr(limit, "lt", None), 0),
    )
    if bound is not None
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working directory without a settings file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BACKFILE_CONFIG")
    return tmp_path


def faults(**given):
    """Return what is said of values, None where they are taken."""
    try:
        load_settings(**given)
    except SettingsError as error:
        return str(error)
    return None


def held(said, name, value):
    """Hold a message to what is promised of it."""
    assert f"the setting {name}" in said
    assert len(said) < 1_000
    assert "pydantic" not in said
    if name in SECRETS:
        assert "geheim!" not in said
        assert str(value) not in said or len(str(value)) < 3


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_environment_says(name, monkeypatch):
    variable = f"BACKFILE_{name.upper()}"
    for text in TEXTS:
        monkeypatch.setenv(variable, text)
        if said := faults():
            held(said, name, text)
            assert f"environment variable {variable}" in said
    monkeypatch.delenv(variable)
    assert faults() is None


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_given(name):
    for value in VALUES:
        if said := faults(**{name: value}):
            held(said, name, value)
            assert "(command line)" in said


@pytest.mark.parametrize(("name", "value"), RANGES)
def test_every_limit_is_one(name, value):
    said = faults(**{name: value})
    held(said, name, value)
    assert "Change or remove it; the default is" in said


@pytest.mark.parametrize("name", NAMES)
def test_a_slip_in_a_name_is_told_with_what_was_meant(name, folder):
    slip = name[:-1] + "_" + name[-1]
    (folder / "backfile.toml").write_text(f'{slip} = "geheim!"\n')
    said = faults()
    assert f"unknown setting {slip}: did you mean" in said
    assert "geheim!" not in said


CONFLICTS = [
    ("page_size = 200", "maximum_page_size"),
    ('related_recipe = "new"', "related_recipe"),
    ('experiment = "standard,new"', "experiment"),
]


@pytest.mark.parametrize(("lines", "name"), CONFLICTS)
def test_settings_that_contradict_each_other(folder, lines, name):
    (folder / "backfile.toml").write_text(f"{lines}\n")
    assert f"the setting {name}" in faults()


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_whatever_the_file_holds(folder, content):
    (folder / "backfile.toml").write_bytes(content)
    said = faults()
    assert said is None or "backfile.toml" in said
