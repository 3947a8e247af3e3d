"""Words for dates, numbers, languages and addresses, as a newspaper would print them."""

from datetime import datetime
from urllib.parse import urlsplit

from web.locales import day, gettext

LANGUAGES = {
    "ar": "العربية",
    "az": "Azərbaycanca",
    "bg": "Български",
    "ca": "Català",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "eu": "Euskara",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "hy": "Հայերեն",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ka": "ქართული",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "sv": "Svenska",
    "ta": "தமிழ்",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""What each language calls itself, by primary subtag."""


def updated(published: datetime | None, changed: datetime | None) -> str:
    """Return when an article was last changed, empty when it never was.

    Examples
    --------
    >>> first = datetime(2011, 7, 11, 9)
    >>> updated(first, datetime(2011, 7, 11, 12)), updated(first, datetime(2011, 8, 1))
    ('updated the same day', 'updated 1 August 2011')
    >>> updated(first, first)
    ''
    """
    if changed is None or (published is not None and changed <= published):
        return ""
    if published is not None and changed.date() == published.date():
        return gettext("updated the same day")
    return gettext("updated %(day)s", day=day(changed))


def order(published: datetime | None, beside: datetime | None) -> str:
    """Return whether an article came before or after the one it stands beside.

    Examples
    --------
    >>> order(datetime(2011, 6, 24), datetime(2011, 7, 11))
    'earlier'
    >>> order(datetime(2011, 8, 9), datetime(2011, 7, 11))
    'later'
    """
    if published is None or beside is None:
        return ""
    if published.date() == beside.date():
        return gettext("the same day")
    return gettext("earlier") if published < beside else gettext("later")


def language_name(code: str) -> str:
    """Return what a language calls itself, its code when that is not known.

    Examples
    --------
    >>> language_name("ru"), language_name("tlh")
    ('Русский', 'tlh')
    """
    return LANGUAGES.get(code, code)


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in English.

    Examples
    --------
    >>> counted(1, "article"), counted(1230, "article")
    ('1 article', '1,230 articles')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def elapsed(seconds: float) -> str:
    """Return a length of time in its two greatest units, in English.

    Examples
    --------
    >>> elapsed(0.4), elapsed(59), elapsed(754), elapsed(3 * 3600 + 300), elapsed(200_000)
    ('0 s', '59 s', '12 min 34 s', '3 h 5 min', '2 days 7 h')
    """
    left = int(seconds)
    parts: list[str] = []
    for size, unit in ((86_400, "day"), (3_600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count or parts:
            parts.append(counted(count, unit) if unit == "day" else f"{count} {unit}")
    kept = [part for part in parts[:2] if not part.startswith("0 ")]
    return " ".join(kept) or "0 s"


def web_address(url: str) -> str:
    """Return an address that is safe to link to, empty when it is none: no scripts, no files.

    Examples
    --------
    >>> web_address("https://courier.example/a"), web_address("javascript:alert(1)")
    ('https://courier.example/a', '')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
