"""The language a page speaks, and how it writes dates and numbers."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, parse_pattern
from babel.support import NullTranslations, Translations
from flask import Flask, Response, redirect, request
from flask_babel import Babel, get_locale, get_translations

from articles.message import Message
from web.isolation import isolated

LOCALES = {"en": Locale("en", "GB"), "ru": Locale("ru")}
"""The languages that pages are written in, by the code of the cookie and of ``lang``."""
DEFAULT = "en"
COOKIE = "language"
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""An address of this site: browsers take a second slash, or a backslash, for another one's."""
_KEPT = 365 * 24 * 3600
"""Seconds that a browser remembers which language its reader chose."""


class Language(NamedTuple):
    """One language that a page can be read in."""

    code: str
    name: str
    chosen: bool


class _Speech(NamedTuple):
    """What one page is written with: looked up once, because a page has a hundred strings."""

    locale: Locale
    translations: NullTranslations


_ENGLISH = _Speech(LOCALES[DEFAULT], NullTranslations())
_SPEECH: ContextVar[_Speech] = ContextVar("speech", default=_ENGLISH)


def register_locales(app: Flask, *, fixed: str = "", english: Collection[str] = ()) -> None:
    """Let the pages speak the reader's language, or always the ``fixed`` one.

    The reader's is the one that was chosen on a page, else the first that the browser asks for.
    What the blueprints ``english`` answer is always in English.
    """

    def code() -> str:
        if request.blueprint in english:
            return DEFAULT
        return fixed or _asked_for()

    Babel(
        app,
        default_locale=DEFAULT,
        default_translation_directories="translations",
        locale_selector=lambda: LOCALES[code()],
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=gettext, ngettext=_said_of, newstyle=True
    )
    app.jinja_env.globals.update(
        language_code=language_code,
        text_direction=text_direction,
        languages=lambda: [] if fixed or request.blueprint in english else list(_languages()),
        say=say,
        isolated=isolated,
    )

    @app.before_request
    def speak() -> None:
        if not request.path.startswith("/api/"):  # which speaks English
            _SPEECH.set(_Speech(get_locale() or LOCALES[DEFAULT], get_translations()))

    @app.teardown_request
    def be_silent(_: BaseException | None) -> None:
        _SPEECH.set(_ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak one of our languages for a while, whatever the page around it speaks."""
    token = _SPEECH.set(_speech(code))
    try:
        yield
    finally:
        _SPEECH.reset(token)


@cache
def _speech(code: str) -> _Speech:
    if code == DEFAULT:
        return _ENGLISH
    folder = Path(__file__).with_name("translations")
    return _Speech(LOCALES[code], Translations.load(folder, [LOCALES[code]]))


def _asked_for() -> str:
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LOCALES:
        return chosen
    # By primary subtags: werkzeug would rather give ru to whoever asks for en-US, then ru.
    wanted = (tag.partition("-")[0].lower() for tag, weight in request.accept_languages if weight)
    return next((code for code in wanted if code in LOCALES), DEFAULT)


def current_locale() -> Locale:
    """Return the locale of the request; English where there is none, as on the command line."""
    return _SPEECH.get().locale


def gettext(text: str, /, **values: Any) -> str:
    """Return a sentence in the language of the page."""
    said = _SPEECH.get().translations.gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, number_of: int, /, **values: Any) -> str:
    """Return a sentence about so many in the language of the page."""
    return _said_of(one, many, number_of) % values


def _said_of(one: str, many: str, number_of: int) -> str:
    return _SPEECH.get().translations.ngettext(one, many, number_of)


def language_code() -> str:
    """Return the primary subtag of the language of the page."""
    return str(current_locale().language)


def text_direction() -> str:
    """Return ``rtl`` where the language of the page is written from right to left."""
    return str(current_locale().text_direction)


def _languages() -> Iterable[Language]:
    here = language_code()
    for code, locale in LOCALES.items():
        yield Language(
            code, str(locale.get_language_name(locale.language)).capitalize(), code == here
        )


def choose_language(code: str, back: str) -> Response:
    """Answer with the page to go back to, and have the browser remember the language."""
    response = redirect(back if _LOCAL.fullmatch(back) else "/", 303)
    response.set_cookie(COOKIE, code, max_age=_KEPT, httponly=True, samesite="Lax")
    return response  # type: ignore[return-value]


def say(sentence: str) -> str:
    """Return a sentence of ours in the language of the page; what is no `Message` stays.

    Its numbers and dates are written as that language does, and other texts in it keep their
    direction to themselves.
    """
    if isinstance(sentence, Message):
        return gettext(sentence.template, **dict(_said(sentence.values)))
    return sentence


def _said(values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Message):
            yield name, say(value)
        elif isinstance(value, str):
            yield name, isolated(value)
        elif isinstance(value, int):
            yield name, number(value)
        elif isinstance(value, date):
            yield name, day(value)
        else:
            yield name, value


def number(value: int) -> str:
    """Return a whole number as the language of the page writes it.

    Examples
    --------
    >>> number(79777)
    '79,777'
    """
    return _number(value, current_locale())


def seconds(value: float) -> str:
    """Return seconds to a thousandth.

    Examples
    --------
    >>> seconds(0.0123)
    '0.012'
    """
    return str(format_decimal(value, "0.000", locale=current_locale()))


def day(when: date | None) -> str:
    """Return a date in words; one that nobody knows is said to be so.

    Examples
    --------
    >>> day(date(2011, 7, 11)), day(None)
    ('11 July 2011', 'undated')
    """
    if when is None:
        return gettext("undated")
    return _date(when.date() if isinstance(when, datetime) else when, "long", current_locale())


def month(when: date, pattern: str = "LLLL y") -> str:
    """Return the month of a day in words.

    Examples
    --------
    >>> month(date(2011, 7, 11)), month(date(2011, 7, 11), "LLL")
    ('July 2011', 'Jul')
    """
    return _date(when, pattern, current_locale())


def percent(part: int, whole: int) -> str:
    """Return a share in percent, to a tenth.

    Examples
    --------
    >>> percent(1, 3), percent(1, 2), percent(1, 10**6)
    ('33.3%', '50.0%', 'under 0.1%')
    """
    share, least = part / whole if whole else 0.0, 0.001
    tiny = 0 < share < least / 2
    locale = current_locale()
    pattern = parse_pattern(locale.percent_formats[None].pattern.replace("0", "0.0", 1))
    written = pattern.apply(least if tiny else share, locale)
    return gettext("under %(share)s", share=written) if tiny else written


def articles(count: int) -> str:
    """Return how many articles there are, in words.

    Examples
    --------
    >>> articles(1), articles(1230)
    ('1 article', '1,230 articles')
    """
    return ngettext("%(count)s article", "%(count)s articles", count, count=number(count))


@lru_cache(4096)
def _date(when: date, style: str, locale: Locale) -> str:
    return format_date(when, style, locale)


@lru_cache(4096)
def _number(value: int, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))
