"""What is said of a setting that is unknown or has a value it cannot have."""

import difflib
import reprlib
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings

from web.recipe_settings import RecipeSettings


def sentence(fault: dict[str, Any], source: str, file: Path, settings: type[BaseSettings]) -> str:
    """Return in one sentence what is wrong with a setting and what to do about it.

    Parameters
    ----------
    fault : dict
        As pydantic tells it.
    source : str
        Where the value comes from.
    file : Path
        The settings file.
    settings : type
        What can be set.
    """
    name, *inside = map(str, fault["loc"])
    if inside:
        return _sentence_inside(".".join([name, *inside]), fault, source)
    if fault["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(name, settings.model_fields, n=1)
        meant = f"did you mean {nearest[0]}?" if nearest else "`backfile settings` lists them all."
        return f"{file} has an unknown setting {name}: {meant}"
    reason = fault["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    usual = settings.model_fields[name].default
    # The address of a database may hold a password, and messages end up in logs.
    secret = name in ("database_url", "secret_key", "counting_key")
    value = "what it is" if secret else shortened(fault["input"])
    return (
        f"the setting {name} cannot be {value} ({source}): {reason}. "
        f"Change or remove it; the default is {str(usual)!r}."
    )


def unreadable(error: Exception, file: Path, prefix: str) -> str:
    """Return what is said of an environment variable that should hold JSON and does not.

    Parameters
    ----------
    error : Exception
        As the library tells it: the name of the setting stands in quotation marks.
    file : Path
        The settings file.
    prefix : str
        With which names of variables begin.
    """
    name = str(error).partition('field "')[2].partition('"')[0]
    return (
        f"the setting {name} cannot be read (environment variable {prefix}{name.upper()}): there "
        f"it must be JSON. It is easier to write in {file}."
    )


def shortened(value: object) -> str:
    """Return a value as it is quoted in a message: nobody reads more than a line.

    Examples
    --------
    >>> shortened("short"), len(shortened("long " * 10_000))
    ("'short'", 100)
    """
    quoted = reprlib.Repr()
    quoted.maxstring = quoted.maxother = quoted.maxlong = 100
    return quoted.repr(value)


def _sentence_inside(path: str, fault: dict[str, Any], source: str) -> str:
    """Return what is said of a value in a table or a list."""
    if fault["type"] == "extra_forbidden":
        known = ", ".join(RecipeSettings.model_fields)
        return f"{path} ({source}) is not known: a recipe may have {known}"
    if path.endswith(".[key]"):
        path = path.removesuffix(".[key]")
        reason = "a recipe's name has small letters, digits, - and _, at most 40"
    else:
        reason = fault["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    return f"the setting {path} cannot be {shortened(fault['input'])} ({source}): {reason}"
