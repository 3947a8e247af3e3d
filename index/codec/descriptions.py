"""Describes a schema as data and makes it anew: known classes by name, with their attributes.

What is not on the lists here is refused, so that no description, however it came about, brings
anything else to life.
"""

import re
import struct
from collections.abc import Callable
from types import FunctionType
from typing import Any

from articles.errors import BackfileError
from index.codec.pickles import Instance, Reference
from index.codec.values import UnstorableValueError, from_json, to_json
from index.whoosh_api import analysis, analyzers, columns, fields, formats, porter, porter2


class UnknownKindError(BackfileError):
    """A schema has something in it that cannot be described, or a description is not known."""


def _classes(module: Any, names: str) -> dict[str, type]:
    """Return classes by full name; one of the two distributions lacks some of them."""
    found = (getattr(module, name, None) for name in names.split())
    return {_full_name(cls): cls for cls in found if cls is not None}


def _full_name(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


CLASSES: dict[str, type] = {
    **_classes(
        fields,
        "Schema FieldType BOOLEAN COLUMN DATETIME ID IDLIST KEYWORD NGRAM NGRAMWORDS NUMERIC "
        "ReverseField SpellField STORED TEXT",
    ),
    **_classes(formats, "Existence Frequency Positions Characters PositionBoosts CharacterBoosts"),
    **_classes(
        columns,
        "BitColumn ClampedNumericColumn CompressedBlockColumn CompressedBytesColumn "
        "FixedBytesColumn FixedBytesListColumn NumericColumn PickleColumn RefBytesColumn "
        "VarBytesColumn VarBytesListColumn",
    ),
    **_classes(analyzers, "CompositeAnalyzer"),
    **_classes(
        analysis,
        "BiWordFilter CharsetFilter CharsetTokenizer CJKFilter "
        "CompoundWordFilter DelimitedAttributeFilter DoubleMetaphoneFilter IDTokenizer "
        "IntraWordFilter LowercaseFilter MultiFilter NgramFilter NgramTokenizer "
        "NormalizingRegexTokenizer PassFilter PathTokenizer PyStemmerFilter RegexTokenizer "
        "ReverseTextFilter ShingleFilter StemFilter StopFilter StripFilter SubstitutionFilter "
        "TeeFilter",
    ),
}
"""The classes of which a schema may consist."""
_NAMED = {_full_name(thing): thing for thing in (bool, float, int, str, porter.stem, porter2.stem)}
"""What may stand as the value of an attribute: types of numbers, and stemmers."""
_COMPRESSORS = {"zlib", "bz2", "lzma"}
"""Modules that a compressed column may import."""
_DAMAGES = (
    *(AttributeError, LookupError, RecursionError, TypeError, ValueError),
    *(re.error, struct.error),
)
NAMES = frozenset({*CLASSES, *_NAMED})


def schema_to_json(schema: Any) -> str:
    """Return a schema as JSON.

    Raises
    ------
    UnknownKindError
        When a field has something that cannot be described; it names the field.
    """
    try:
        return to_json(schema, _described)
    except UnstorableValueError:
        for name, field in schema.items():
            try:
                to_json(field, _described)
            except UnstorableValueError as error:
                raise UnknownKindError(
                    f"field {name} cannot be written into the index's schema: {error}"
                ) from None
        raise


def schema_from_json(text: str) -> Any:
    """Return the schema that `schema_to_json` was given."""
    makers: dict[str, Callable[[Any], Any]] = {
        "object": lambda content: _object(*content),
        "name": _named,
        "pattern": lambda content: re.compile(*content),
    }
    try:
        return _schema(from_json(text, makers))
    except _DAMAGES as error:
        raise UnknownKindError(f"the schema is damaged: {error}") from error


def schema_from_pickle(tree: Any) -> Any:
    """Return the schema that a pickle describes."""
    try:
        return _schema(_Maker().made(tree))
    except _DAMAGES as error:
        raise UnknownKindError(f"the schema is damaged: {error}") from error


def _described(value: Any) -> tuple[str, Any] | None:
    if isinstance(value, re.Pattern):
        return "pattern", [value.pattern, value.flags]
    if isinstance(value, type | FunctionType):
        name = _full_name(value)
        return ("name", name) if _NAMED.get(name) is value else None
    name = _full_name(type(value))
    if CLASSES.get(name) is not type(value):
        return None
    return "object", [name, value.__getstate__() or {}]


class _Maker:
    """Makes what a pickle describes; what it mentions twice is made once."""

    def __init__(self) -> None:
        self._done: dict[int, Any] = {}

    def made(self, tree: Any) -> Any:
        if id(tree) not in self._done:
            self._done[id(tree)] = self._new(tree)
        return self._done[id(tree)]

    def _new(self, tree: Any) -> Any:
        if isinstance(tree, Instance):
            return _object(tree.name, self.made(tree.state))
        if isinstance(tree, Reference):
            return _named(tree.name)
        if isinstance(tree, dict):
            return {key: self.made(value) for key, value in tree.items()}
        if isinstance(tree, list | tuple):
            return type(tree)(self.made(item) for item in tree)
        return tree


def _object(name: str, state: dict[str, Any]) -> Any:
    """Return an object of a known class with these attributes."""
    kind = CLASSES.get(name)
    if kind is None:
        raise UnknownKindError(f"the schema has a {name}, which is not known")
    _check_attributes(kind, state)
    made: Any = object.__new__(kind)
    if hasattr(made, "__setstate__"):
        made.__setstate__(state)
    else:
        made.__dict__.update(state)
    return made


def _check_attributes(kind: type, state: dict[str, Any]) -> None:
    for name in state:
        if not isinstance(name, str) or callable(getattr(kind, name, None)):
            raise UnknownKindError(f"{kind.__name__} has no attribute {name!r:.60}")
    if state.get("_module", "zlib") not in _COMPRESSORS:
        raise UnknownKindError(f"{kind.__name__} would import {state['_module']!r:.60}")


def _named(name: str) -> Any:
    if name not in _NAMED:
        raise UnknownKindError(f"the schema names {name}, which is not known")
    return _NAMED[name]


def _schema(made: Any) -> Any:
    if type(made) is not fields.Schema:
        raise UnknownKindError(f"there is no schema, but {made!r:.60}")
    for name, field in made.items():
        if not isinstance(field, fields.FieldType):
            raise UnknownKindError(f"field {name} is no field, but {field!r:.60}")
    return made
