"""The Russian catalogue is complete, every page speaks it, and readers choose their language."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.mofile import read_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from lxml import html

from articles.message import Message
from tests.archives import build
from tests.russian import russian_articles
from web import locales
from web.app import create_app
from web.problems import _FAULTS
from web.settings import Settings

ROOT = Path(__file__).parent.parent
TRANSLATED = sorted(locales.LOCALES.keys() - {locales.DEFAULT})
LANGUAGES = pytest.mark.parametrize("language", TRANSLATED)
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w*\}")
RUSSIAN = {"Accept-Language": "ru"}
LONG = "/articles/" + "x" * 300

PAGES = {
    "start": "/",
    "hits": "/search?q=мост&section=Политика&from=2023-01-01",
    "days": "/search?q=мост&from=2025-05-01&to=2025-05-31",
    "sorted": "/search?q=мост+паром&sort=oldest&page=2&match=all&within=year",
    "broader": "/search?q=забастовка+рабочие&mode=broaden&recent=true",
    "empty": "/search?q=жираф&match=all",
    "empty by filters": "/search?q=мост&section=Спорт&year=2024&to=1999-12-31&match=all",
    "end": "/search?q=мост&page=50",
    "open quotation": '/search?q="мост',
    "open bracket": "/search?q=(мост",
    "closed bracket": "/search?q=мост)",
    "nothing to join": "/search?q=мост+AND",
    "deep": f"/search?q={'(' * 50}мост{')' * 50}",
    "parts": f"/search?q={'+OR+'.join(['мост'] * 101)}",
    "patterns": f"/search?q={'+'.join(['мос*'] * 60)}",
    "open patterns": f"/search?q={'+'.join(['*ост'] * 60)}",
    "range": "/search?q=title:[а+TO+я]",
    "no date": "/search?q=date:завтра",
    "no words": "/search?q=…!",
    "meant": "/search?q=мсот+забастовка",
    "corrected": "/search?q=мсот",
    "names": "/search?q=саркисян",
    "names as written": "/search?q=саркисян&variants=false",
    "article": "/articles/№3",
    "marked": "/articles/№5?q=мост+жираф",
    "nothing marked": "/articles/№5?q=жираф",
    "versions": "/articles/пожар-0",
    "running story": "/articles/забастовка-1",
    "bare article": "/articles/пусто",
    "short article": "/articles/заголовок",
    "coverage": "/coverage",
    "browse": "/browse",
    "people": "/browse/people",
    "many people": "/browse/people?q=житель&order=count",
    "no people": "/browse/people?q=жираф",
    "end of people": "/browse/people?page=7",
    "sections": "/browse/sections",
    "person": "/browse/people/Ана%20Верди",
    "tag": "/browse/tags/тема%2021",
    "nobody": "/browse/people/Ана%20Верда",
    "elsewhere": "/browse/people/Политика",
    "help": "/help",
    "advanced": "/advanced?q=мост+AND+NOT+паром&section=Политика",
    "unread": "/advanced?q=мост^2",
    "missing": "/ничего",
    "missing article": "/articles/жираф",
    "missing kind": "/browse/жирафы",
    "day": "/search?q=мост&from=вчера",
    "days exchanged": "/search?q=мост&from=2025-02-01&to=2025-01-01",
    "order": "/search?sort=жираф",
    "whole number": "/search?page=жираф&recent=жираф",
    "large number": f"/search?page={'9' * 5000}",
    "small number": "/search?page=0",
    "large page": "/search?size=1000000",
    "deep page": "/search?q=мост&page=100000000",
    "page of names": "/browse/people?page=100000000",
    "cursor": "/search?after=жираф",
    "long query": f"/search?q={'мост+' * 500}",
    "long name": f"/browse/people?q={'я' * 301}",
    "many values": "/search?" + "&".join(f"tag={number}" for number in range(60)),
    "long field": f"/advanced/search?all={'я' * 300}",
    "words of a field": f"/advanced/search?all={'я+' * 20}",
}
OWN_WORDS = {
    "names": "Backfile API RSS Atom JSON Feed Lines CSV BibTeX RIS CSL English UTC true false",
    "of the query language": (
        "AND OR NOT ANDMAYBE ANDNOT REQUIRE TO title text caption person place author section "
        "source tag language date ru"
    ),
    "of examples": "brid Walesa Wałęsa",
    "parameters in an address": "from to page size sort recent after q all relevance newest oldest",
}
ALLOWED = {word for words in OWN_WORDS.values() for word in words.split()}
LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+")
SHOWN = (
    "//body//text()[not(ancestor::script)] | //title/text()"
    " | //@aria-label | //@placeholder | //@title | //@alt | //@data-list | //@data-found"
    " | //meta[@name='description' or @property='og:title' or @property='og:description']/@content"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("russian") / "home"
    build(home, russian_articles())[0].close()
    return home


@pytest.fixture
def app(home):
    app = create_app(Settings(home=home, site_name="Вестник"))
    yield app
    app.extensions["backfile"].close()


@pytest.fixture
def client(app):
    return app.test_client()


def tree(answer):
    assert answer.content_type == "text/html; charset=utf-8"
    return html.fromstring(answer.data.decode())


def said(answer):
    """Return every text of a page that somebody sees or hears, addresses left out."""
    texts = (" ".join(str(text).split()) for text in tree(answer).xpath(SHOWN))
    return [text for text in texts if text and not text.startswith(("http://", "https://"))]


def path_of(language):
    return ROOT / "web" / "translations" / language / "LC_MESSAGES" / "messages.po"


def catalogue(language="ru"):
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def forms(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text):
    return sorted(set(PLACEHOLDER.findall(text)))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Every message of the pages, as `make translations` finds them."""
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    options = ["--mapping", "pyproject.toml", "--keyword", "Message", "--output", str(template)]
    packages = ["articles", "index", "search", "recommender", "web"]
    subprocess.run([*command, *options, *packages], cwd=ROOT, check=True)
    with template.open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


def test_each_language_has_a_catalogue_and_can_be_fixed():
    folders = {folder.name for folder in (ROOT / "web" / "translations").iterdir()}
    assert folders == set(TRANSLATED)
    allowed = get_args(Settings.model_fields["locale"].annotation)
    assert set(allowed) == {"", *locales.LOCALES}


@LANGUAGES
def test_a_catalogue_has_every_message_and_none_in_vain(extracted, language):
    kept = {message.id: message for message in catalogue(language) if message.id}
    assert len(extracted) > 300
    assert sorted(map(str, extracted.keys() - kept.keys())) == [], "run `make translations`"
    assert sorted(map(str, kept.keys() - extracted.keys())) == [], "run `make translations`"
    empty = [message.id for message in kept.values() if not all(forms(message))]
    assert empty == [], "translate these"
    assert not any(message.fuzzy for message in kept.values())


@LANGUAGES
def test_every_translation_keeps_what_its_message_says(language):
    for message in catalogue(language):
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[-1]
            for form in forms(message):
                assert placeholders(form) == placeholders(singular), message.id
                assert form.strip() == form


@LANGUAGES
def test_plurals_have_all_their_forms(language):
    plural = [message for message in catalogue(language) if message.pluralizable]
    assert len(plural) > 5
    assert {len(message.string) for message in plural} == {get_plural(language).num_plurals}


def test_russian_has_three_plural_forms_and_its_own_quotation_marks():
    assert get_plural("ru").num_plurals == 3
    for message in catalogue():
        for form in forms(message) if message.id else ():
            assert not {'"', "“", "”"} & set(form), message.id
            assert form.count("«") == form.count("»"), message.id


@LANGUAGES
def test_a_compiled_catalogue_is_what_the_other_says(language):
    with path_of(language).with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert contents(compiled) == contents(catalogue(language)), "run `make translations`"


def contents(found):
    """Return the translations by the singular of each message."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: forms(message)
        for message in found
        if message.id
    }


@pytest.mark.parametrize("name", PAGES)
def test_no_word_of_ours_is_left_in_english(client, name):
    answer = client.get(PAGES[name], headers=RUSSIAN)
    page = said(answer)
    assert answer.status_code in (200, 400, 404)
    strangers = {word for text in page for word in LATIN.findall(text)} - ALLOWED
    assert strangers == set()
    assert tree(answer).getroottree().getroot().get("lang") == "ru"
    english = said(client.get(PAGES[name]))
    assert len({word for text in english for word in LATIN.findall(text)} - ALLOWED) > 15


def test_suggestions_say_their_kinds_in_russian(client):
    (kinds,) = tree(client.get("/", headers=RUSSIAN)).xpath("//@data-kinds")
    assert not LATIN.findall(re.sub(r'"(\w+)": ', "", kinds.encode().decode("unicode-escape")))


def test_feeds_and_citations_are_russian(client):
    feed = client.get("/search.atom?q=мост&from=2025-01-01", headers=RUSSIAN)
    assert "Статьи издания «Вестник» по этому запросу" in feed.text
    assert "мост · с 1 января 2025" in feed.text
    about = client.get("/opensearch.xml", headers=RUSSIAN)
    assert "Поиск в архиве издания «Вестник»" in about.text
    cited = client.get("/articles/№3?cite=txt", headers=RUSSIAN).text
    assert re.search(r"«[^»]+». Вестник, 11 декабря 2025\sг. http", cited)
    assert not re.search(r"г\.\.", cited)


def test_the_command_line_and_the_api_stay_english(client):
    answer = client.get("/api/v1/search?q=мост&from=вчера", headers=RUSSIAN)
    assert answer.json["errors"][0]["detail"] == "give a day as year-month-day, such as 2011-07-11"
    answer = client.get('/api/v1/search?q="мост', headers=RUSSIAN)
    assert answer.json["notices"][0].startswith("Searched as plain words")
    assert locales.day(None) == "undated"


def test_the_console_is_english_with_all_that_stands_around_it(client):
    answer = client.get("/admin/login", headers=RUSSIAN)
    assert tree(answer).getroottree().getroot().get("lang") == "en"
    assert not [text for text in said(answer) if re.search("[а-я]", text) and "Вестник" not in text]


@pytest.mark.parametrize("address", ["/", "/search?q=мост", "/articles/№1"])
def test_without_an_index_the_page_says_so_in_russian(tmp_path, address):
    app = create_app(Settings(home=tmp_path / "home", site_name="Вестник"))
    answer = app.test_client().get(address, headers=RUSSIAN)
    app.extensions["backfile"].close()
    assert answer.status_code == 503
    words = {word for text in said(answer) for word in LATIN.findall(text)}
    assert words <= ALLOWED | {"backfile", "import", "FILE", "rebuild"}


def test_an_empty_archive_is_russian(tmp_path):
    build(tmp_path / "home", [])[0].close()
    app = create_app(Settings(home=tmp_path / "home", site_name="Вестник"))
    for address in ("/", "/coverage", "/browse", "/browse/people", "/help", "/advanced"):
        page = said(app.test_client().get(address, headers=RUSSIAN))
        strangers = {word for text in page for word in LATIN.findall(text)} - ALLOWED
        # The examples of an archive without words are made up, and English.
        assert not strangers or address == "/help"
    app.extensions["backfile"].close()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("post", "/search", 405), ("put", "/help", 405), ("get", LONG, 404)],
)
def test_other_errors_are_russian(client, method, address, status):
    answer = getattr(client, method)(address, headers=RUSSIAN)
    assert answer.status_code == status
    words = {word for text in said(answer) for word in LATIN.findall(text)}
    assert words <= ALLOWED | {"Allow", "x" * 300, "x" * 200}


def test_every_fault_that_a_reader_can_make_is_translated():
    known = contents(catalogue())
    assert all(message.template in known for message in _FAULTS.values())


@pytest.mark.parametrize(
    ("tag", "count"), [(1, "1 статья"), (2, "2 статьи"), (5, "5 статей"), (21, "21 статья")]
)
def test_articles_are_counted_as_russian_counts(client, tag, count):
    page = tree(client.get(f"/search?tag=тема+{tag}", headers=RUSSIAN))
    assert page.xpath("string(//h1)").strip() == count
    page = tree(client.get(f"/browse/tags/тема%20{tag}", headers=RUSSIAN))
    assert page.xpath("string(//p[@class='lead'])").strip().startswith(count)


@pytest.fixture
def speaking_russian(app):
    with app.test_request_context(headers=RUSSIAN):
        app.preprocess_request()
        yield


@pytest.mark.usefixtures("speaking_russian")
def test_dates_and_numbers_are_written_as_russian_writes_them():
    assert locales.day(date(2018, 3, 14)) == "14 марта 2018\u202fг."
    assert locales.day(datetime(2018, 3, 14, 23, tzinfo=UTC)) == "14 марта 2018\u202fг."
    assert locales.day(None) == "без даты"
    assert locales.month(date(2018, 3, 14)) == "март 2018"
    assert locales.number(79777) == "79\xa0777"
    assert locales.seconds(0.0123) == "0,012"
    assert locales.percent(1, 3) == "33,3\xa0%"
    assert locales.percent(1, 10**6) == "менее 0,1\xa0%"
    counts = [locales.articles(count) for count in (0, 1, 3, 11, 25, 101, 79777)]
    assert counts == [
        "0 статей",
        "1 статья",
        "3 статьи",
        "11 статей",
        "25 статей",
        "101 статья",
        "79\xa0777 статей",
    ]


@pytest.mark.usefixtures("speaking_russian")
def test_what_stands_in_a_sentence_is_written_as_the_sentence_is():
    most = Message("at most %(max_length)s characters are allowed", max_length=2000)
    assert most == "at most 2,000 characters are allowed"
    assert locales.say(most) == "допускается знаков: не более 2\xa0000"
    days = Message(
        "%(first)s lies after %(last)s: exchange the two days",
        first=date(2018, 3, 14),
        last=date(2018, 1, 2),
    )
    assert locales.say(days).startswith("14 марта 2018\u202fг. позже, чем 2 января")
    inner = Message("%(others)s or %(last)s", others="'a', 'b'", last="'c'")
    outer = Message("input should be %(expected)s", expected=inner)
    assert locales.say(outer) == "допустимо только 'a', 'b' или 'c'"
    assert locales.say("no message of ours") == "no message of ours"


def spoken(client, address="/help", **options):
    root = tree(client.get(address, **options)).getroottree().getroot()
    return root.get("lang"), root.get("dir")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("uk,ru;q=0.7,en;q=0.3", "ru"),
        ("en-US,ru;q=0.5", "en"),
        ("de-CH,de", "en"),
        ("*", "en"),
        ("", "en"),
        ("ru;q=жираф,;;,=".encode(), "ru"),
    ],
)
def test_the_browser_asks_for_a_language(client, asked, language):
    value = asked.decode("latin-1") if isinstance(asked, bytes) else asked
    assert spoken(client, headers={"Accept-Language": value}) == (language, "ltr")


def test_the_link_at_the_foot_chooses_for_good(client):
    (link,) = tree(client.get("/search?q=мост&page=2")).xpath("//footer//a[@hreflang='ru']")
    assert (link.text, link.get("lang")) == ("Русский", "ru")
    answer = client.get(link.get("href"))
    assert answer.status_code == 303
    assert answer.location == "/search?q=%D0%BC%D0%BE%D1%81%D1%82&page=2"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("language=ru;")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert spoken(client, headers={"Accept-Language": "en"})[0] == "ru"
    (link,) = tree(client.get("/")).xpath("//footer//a[@hreflang]")
    assert (link.text, link.get("lang")) == ("English", "en")
    client.get(link.get("href"))
    assert spoken(client, headers=RUSSIAN)[0] == "en"


def test_only_languages_that_there_are_can_be_chosen(client):
    for code in ("de", "ru-RU", "RU", "..", "жираф"):
        answer = client.get(f"/language/{code}?back=/help")
        assert answer.status_code == 404
        assert "Set-Cookie" not in answer.headers
    client.set_cookie("language", "de")
    assert spoken(client, headers=RUSSIAN)[0] == "ru"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/[",
        "//[",
    ],
)
def test_nobody_is_sent_elsewhere(client, back):
    answer = client.get("/language/ru", query_string={"back": back})
    assert answer.status_code == 303
    where = answer.location
    assert where.startswith("/")
    assert not re.match(r"/[\s\\]*[/\\]", where)
    assert not re.search(r"[\s\\]", where)


def test_the_setting_decides_for_all(home):
    for fixed, other in (("ru", "en"), ("en", "ru")):
        site = create_app(Settings(home=home, site_name="Вестник", locale=fixed))
        client = site.test_client()
        client.set_cookie("language", other)
        assert spoken(client, headers={"Accept-Language": other})[0] == fixed
        assert not tree(client.get("/")).xpath("//footer//a[@hreflang]")
        site.extensions["backfile"].close()


@pytest.mark.parametrize("address", ["/", "/help", "/articles/№1", "/search.atom?q=мост"])
def test_whoever_keeps_a_page_keeps_one_for_each_language(client, address):
    english, russian = (client.get(address, headers=given) for given in ({}, RUSSIAN))
    for answer in (english, russian):
        named = {name.strip() for name in answer.headers["Vary"].split(",")}
        assert {"Accept-Language", "Cookie"} <= named
    assert english.headers["ETag"] != russian.headers["ETag"]
