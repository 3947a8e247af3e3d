"""How the product is asked in an evaluation: settings, parameters, and which generation."""

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from articles.judgments import JudgmentKind
from web.evaluation.files import EvaluationError
from web.parameters import Parameters, RelatedParameters, SearchParameters
from web.problems import ParameterError
from web.settings import Settings, SettingsError

AS_SERVED = "as served"
GENERATION = "generation"
PARAMETERS: dict[JudgmentKind, type[Parameters]] = {
    JudgmentKind.SEARCH: SearchParameters,
    JudgmentKind.RELATED: RelatedParameters,
}
_OURS = {"q", "page", "size", "facets", "limit"}
"""Parameters that the evaluation itself gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What differs from the product as it is served.

    ``settings`` are taken before all others, ``parameters`` are those of a request,
    ``generation`` is the number of a kept generation, None for the served one. ``name`` says all
    of it.
    """

    name: str = AS_SERVED
    settings: dict[str, Any] = field(default_factory=dict)
    parameters: Parameters
    generation: int | None = None

    @classmethod
    def read(cls, kind: JudgmentKind, words: Sequence[str]) -> "Configuration":
        """Return what words such as ``mode=broaden`` or the name of a TOML file choose.

        Raises
        ------
        EvaluationError
            When a word is neither, or its key is unknown; the message has the nearest one.
        ParameterError
            When a parameter cannot have that value.
        """
        settings: dict[str, Any] = {}
        given: dict[str, Any] = {}
        generation: int | None = None
        model = PARAMETERS[kind]
        allowed = _parameters(model)
        for word in words:
            key, equals, value = word.partition("=")
            if not equals or word.endswith(".toml"):
                settings |= _file(Path(word))
            elif key == GENERATION:
                generation = _number(value)
            elif key in allowed:
                many = isinstance(model.model_fields[allowed[key]].default, tuple)
                given[key] = [*given.get(key, []), value] if many else value
            elif key in Settings.model_fields:
                settings[key] = value
            else:
                raise _unknown(key, [*allowed, *Settings.model_fields, GENERATION])
        try:
            parameters = model.model_validate(given)
        except ValidationError as error:
            raise ParameterError.of(error) from error
        return cls(
            name=", ".join(words) or AS_SERVED,
            settings=settings,
            parameters=parameters,
            generation=generation,
        )


def _parameters(model: type[Parameters]) -> dict[str, str]:
    """Return the parameters that may be chosen, by their names in an address."""
    names = {info.alias or name: name for name, info in model.model_fields.items()}
    return {alias: name for alias, name in names.items() if name not in _OURS}


def _file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise EvaluationError(
            f"{path} is no file of settings and no KEY=VALUE, such as mode=broaden"
        )
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error
    for key in found:
        if key not in Settings.model_fields:
            raise _unknown(key, list(Settings.model_fields))
    return found


def _number(text: str) -> int:
    if not text.isdecimal():
        raise EvaluationError(
            f"generation={text} is no number: `backfile generations` lists those that are kept"
        )
    return int(text)


def _unknown(key: str, known: list[str]) -> EvaluationError:
    nearest = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean {nearest[0]}?" if nearest else "known are: " + ", ".join(sorted(known))
    return EvaluationError(f"{key} is no setting and no parameter: {meant}")
