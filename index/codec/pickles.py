"""Reads a pickle as data: nothing that it names is ever imported or called.

Whoosh pickles its table of contents and much of its segments, and a forged pickle runs code where
it is loaded as usual. Here one is interpreted step by step. Numbers, text and containers become
themselves, as do the kinds of values in `_VALUES`. What it says of an object of a class that the
caller knows becomes an `Instance`: the class's name and the attributes. Everything else is refused.
"""

import pickletools
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO

from articles.errors import BackfileError

_DAMAGES = (
    ArithmeticError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    re.error,
)


class UnsafePickleError(BackfileError):
    """A pickle that is damaged, or asks for something that is not on the list."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A class or function that a pickle names: ``module.name``."""

    name: str


@dataclass(slots=True)
class Instance:
    """An object that a pickle describes: the name of its class, and its attributes."""

    name: str
    state: dict[str, Any] = field(default_factory=dict)


class _Mark:
    """Where the arguments of a later step begin."""


def read_pickle(source: bytes | BinaryIO, known: Collection[str] = ()) -> Any:
    r"""Return what a pickle describes.

    Parameters
    ----------
    source : bytes or file
        A file is left behind the end of the pickle.
    known : collection of str
        Full names of classes and functions that may occur, as `Instance` and `Reference`.

    Raises
    ------
    UnsafePickleError
        When the pickle names anything else, or is damaged.

    Examples
    --------
    >>> read_pickle(b"(lp0\nI1\naS'a'\na.")
    [1, 'a']
    >>> read_pickle(b"cos\nsystem\n(S'true'\ntR.")
    Traceback (most recent call last):
        ...
    index.codec.pickles.UnsafePickleError: the pickle names os.system, which is not read
    """
    file = BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    reader = _Reader(known)
    try:
        for opcode, argument, _ in pickletools.genops(file):
            reader.step(opcode.name, argument)
        (result,) = reader.stack
    except _DAMAGES as error:
        raise UnsafePickleError(f"the pickle is damaged: {error}") from error
    if isinstance(result, _Mark):
        raise UnsafePickleError("the pickle is damaged: it ends too early")
    return result


class _Reader:
    """The stack and the memory of one pickle."""

    def __init__(self, known: Collection[str]) -> None:
        self.stack: list[Any] = []
        self._memory: dict[int, Any] = {}
        self._known = known

    def step(self, name: str, argument: Any) -> None:
        """Do what one opcode says."""
        if name in _LITERALS:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memory[int(argument)] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self._memory[int(argument)])
        elif name in _STEPS:
            _STEPS[name](self)
        elif name == "GLOBAL":
            self._refer(*argument.split(" ", 1))
        elif name not in ("PROTO", "FRAME", "STOP"):
            raise UnsafePickleError(f"the pickle has a step {name}, which is not read")

    def memoize(self) -> None:
        self._memory[len(self._memory)] = self.stack[-1]

    def duplicate(self) -> None:
        self.stack.append(self.stack[-1])

    def refer(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self._refer(module, name)

    def _refer(self, module: str, name: str) -> None:
        full = f"{module}.{name}".replace("__builtin__.", "builtins.")
        full = _RENAMED.get(full, full)
        if full not in _VALUES and full not in _TYPES and full not in self._known:
            raise UnsafePickleError(f"the pickle names {full}, which is not read")
        self.stack.append(Reference(full))

    def make(self) -> None:
        """Make a value, or the description of an object without attributes yet."""
        arguments, kind = self.stack.pop(), self.stack.pop()
        if not isinstance(kind, Reference) or not isinstance(arguments, tuple):
            raise UnsafePickleError("the pickle calls what is no class")
        maker = _VALUES.get(kind.name)
        if maker is not None:
            self.stack.append(maker(*arguments))
        elif arguments:
            raise UnsafePickleError(f"the pickle calls {kind.name} with arguments")
        else:
            self.stack.append(Instance(kind.name))

    def build(self) -> None:
        """Give a described object its attributes."""
        state, made = self.stack.pop(), self.stack[-1]
        if not isinstance(made, Instance) or type(state) is not dict:
            raise UnsafePickleError("the pickle sets attributes of what has none")
        made.state.update(state)

    def append(self) -> None:
        item = self.stack.pop()
        self._extend([item])

    def appends(self) -> None:
        items = self.pop_mark()
        self._extend(items)

    def _extend(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not list:
            raise UnsafePickleError("the pickle adds to what is no list")
        self.stack[-1].extend(items)

    def set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._update([key, value])

    def set_items(self) -> None:
        items = self.pop_mark()
        self._update(items)

    def _update(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not dict:
            raise UnsafePickleError("the pickle sets items of what is no dictionary")
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def add_items(self) -> None:
        items = self.pop_mark()
        if type(self.stack[-1]) is not set:
            raise UnsafePickleError("the pickle adds to what is no set")
        self.stack[-1].update(items)

    def gather(self, make: Callable[[list[Any]], Any]) -> None:
        """Replace everything behind the last mark by one container."""
        self.stack.append(make(self.pop_mark()))

    def take(self, count: int) -> None:
        """Replace the last items by a tuple."""
        items = tuple(self.stack[-count:])
        if len(items) < count:
            raise UnsafePickleError("the pickle is damaged: a tuple lacks items")
        self.stack[-count:] = [items]

    def drop(self) -> None:
        self.stack.pop()

    def drop_mark(self) -> None:
        self.pop_mark()

    def pop_mark(self) -> list[Any]:
        items: list[Any] = []
        while not isinstance(item := self.stack.pop(), _Mark):
            items.append(item)
        return items[::-1]


def _bytes(content: Any = b"", encoding: str = "latin-1") -> bytes:
    """Return bytes, which the older protocols write as text; never of a length that is named."""
    if isinstance(content, str):
        return _latin(content, encoding)
    if not isinstance(content, bytes):
        raise UnsafePickleError("the pickle makes bytes of what is no text")
    return content


def _latin(text: str, encoding: str) -> bytes:
    if encoding not in ("latin1", "latin-1"):
        raise UnsafePickleError(f"the pickle encodes as {encoding}")
    return text.encode("latin-1")


def _dictionary(*_: Any) -> dict[Any, Any]:
    return {}


def _moment(kind: Any) -> Callable[..., Any]:
    """Return a maker of dates and times from the bytes that they pickle themselves as."""

    def make(packed: Any, zone: timezone | None = None) -> Any:
        packed = _bytes(packed)
        return kind(packed) if zone is None else kind(packed, zone)

    return make


_TYPES = {"builtins.bool", "builtins.float", "builtins.int", "builtins.str"}
"""Types that may be named; they are not called."""
_RENAMED = {"builtins.long": "builtins.int", "builtins.unicode": "builtins.str"}
"""What was called otherwise in the names that older protocols write."""
_VALUES: dict[str, Callable[..., Any]] = {
    "_codecs.encode": _latin,
    "builtins.bytearray": lambda *content: bytearray(_bytes(*content)),
    "builtins.bytes": _bytes,
    "builtins.complex": complex,
    "builtins.frozenset": frozenset,
    "builtins.set": set,
    "collections.OrderedDict": _dictionary,
    "collections.defaultdict": _dictionary,
    "datetime.date": _moment(date),
    "datetime.datetime": _moment(datetime),
    "datetime.time": _moment(time),
    "datetime.timedelta": timedelta,
    "datetime.timezone": timezone,
    "decimal.Decimal": Decimal,
    "re._compile": re.compile,
}
_LITERALS = {
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
    *("BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
    "MARK": _Mark,
}
_STEPS: dict[str, Callable[[_Reader], None]] = {
    "MEMOIZE": _Reader.memoize,
    "DUP": _Reader.duplicate,
    "POP": _Reader.drop,
    "POP_MARK": _Reader.drop_mark,
    "STACK_GLOBAL": _Reader.refer,
    "REDUCE": _Reader.make,
    "NEWOBJ": _Reader.make,
    "BUILD": _Reader.build,
    "APPEND": _Reader.append,
    "APPENDS": _Reader.appends,
    "SETITEM": _Reader.set_item,
    "SETITEMS": _Reader.set_items,
    "ADDITEMS": _Reader.add_items,
    "LIST": lambda reader: reader.gather(list),
    "TUPLE": lambda reader: reader.gather(tuple),
    "DICT": lambda reader: reader.gather(
        lambda items: dict(zip(items[::2], items[1::2], strict=True))
    ),
    "FROZENSET": lambda reader: reader.gather(frozenset),
    "TUPLE1": lambda reader: reader.take(1),
    "TUPLE2": lambda reader: reader.take(2),
    "TUPLE3": lambda reader: reader.take(3),
}
