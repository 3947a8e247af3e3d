"""Field names and values of records, whatever format they come in."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest

from articles.article import Status, is_public
from articles.importers.bylines import authors_of, dateline_of
from articles.importers.dates import parse_time
from articles.importers.identity import first_sentence
from articles.importers.jsonl import read_jsonl
from articles.importers.problem import UnknownFieldError
from articles.importers.source import ImportOptions, SourceFile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WAITS = "kept, not public until then"
UNDATED = "no date: kept as undated"


def read(record, **options):
    file = SourceFile(label="f", name="f", options=ImportOptions(**options), now=NOW)
    line = record if isinstance(record, bytes) else json.dumps(record).encode()
    (parsed,) = read_jsonl(BytesIO(line), file)
    return parsed


def article(record, **options):
    parsed = read({"id": "a", "date": "2020-05-03"} | record, **options)
    assert parsed.reasons == ()
    return parsed.article


def repaired(record):
    parsed = read({"id": "a", "title": "T"} | record)
    return parsed.article, parsed.reasons


def test_usual_names_in_any_spelling():
    found = article(
        {
            "HEADLINE": "Bridge opens",
            "body_text": "It rained.",
            "date-modified": "2020-05-04",
            "Byline": "By ANA VERDI",
            "category": "Politics",
            "Agency": "KPA",
            "standfirst": "After years.",
            "Picture Caption": "The bridge.",
            "keywords": ["bridge", "river"],
            "orgs": ["Rovers"],
            "persons": ["Ana Verdi"],
            "locations": "Merrow",
            "lang": "en-GB",
            "permalink": "https://courier.example/bridge",
            "unknown": {"x": 1},
        }
    )
    assert (found.title, found.body, found.summary) == (
        "Bridge opens",
        ("It rained.",),
        "After years.",
    )
    assert (found.section, found.source, found.caption) == ("Politics", "KPA", "The bridge.")
    assert (found.authors, found.tags) == (("Ana Verdi",), ("bridge", "river", "Rovers"))
    assert (found.people, found.places, found.language) == (("Ana Verdi",), ("Merrow",), "en")
    assert found.url == "https://courier.example/bridge"
    assert found.updated == datetime(2020, 5, 4, tzinfo=UTC)


def test_a_mapping_is_the_only_way_to_its_field():
    record = {"kop": "Brug open", "title": "not this", "text": "nor this", "stuk": "Het regende."}
    found = article(record, mapping={"title": "Kop", "body": "stuk"})
    assert (found.title, found.body) == ("Brug open", ("Het regende.",))


def test_a_mapped_name_serves_no_other_field():
    found = article({"title": "A", "text": "B", "abstract": "C"}, mapping={"summary": "text"})
    assert (found.summary, found.body) == ("B", ())


def test_a_mapping_to_an_unknown_field_is_refused():
    with pytest.raises(UnknownFieldError, match="no field 'headline': map one of id, title"):
        ImportOptions(mapping={"headline": "x"})


def test_the_first_name_that_holds_anything_is_read():
    assert article({"title": "", "headline": "B"}).title == "B"


def test_objects_give_their_name():
    found = article({"title": {"rendered": "A &amp; B"}, "authors": [{"name": "Ana Verdi"}]})
    assert (found.title, found.authors) == ("A & B", ("Ana Verdi",))


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("It\nrained.\n   The river\nrose.", ("It rained.", "The river rose.")),
        ("It\nrained.\n\n\nThe river rose.", ("It rained.", "The river rose.")),
        ("It\r\nrained.\r\n\r\nThe river rose.", ("It rained.", "The river rose.")),
        ("x" * 120 + "\nThe river rose.", ("x" * 120, "The river rose.")),
        ("<p>It <b>rained</b>.</p><p>The\nriver rose.</p>", ("It rained.", "The river rose.")),
        ("It rained.<br>The river rose.", ("It rained.", "The river rose.")),
        ("It rained.<br><br>The river rose.", ("It rained.", "The river rose.")),
        ("<script>x</script><p>It rained.</p><style>y</style>", ("It rained.",)),
        ("Standard Oil <SRD> and <BR> rose, 1 < 2", ("Standard Oil <SRD> and <BR> rose, 1 < 2",)),
        ("Tom &amp; Ana&#8217;s", ("Tom & Ana’s",)),
        (["It <b>rained</b>.", "", "The  river\nrose."], ("It <b>rained</b>.", "The river rose.")),
        ("", ()),
        (None, ()),
    ],
)
def test_the_body_becomes_paragraphs(text, paragraphs):
    assert article({"title": "T", "body": text}).body == paragraphs


def test_a_figure_in_the_body_gives_the_caption():
    body = "<p>It rained.</p><figure><img src=x><figcaption>The bridge.</figcaption></figure>"
    found = article({"title": "T", "body": body})
    assert (found.body, found.caption) == (("It rained.",), "The bridge.")


def test_lines_of_a_body_go_to_their_fields_at_its_edges_only():
    lines = ["Updated 4 May 2020", *(["It rained on the river all day."] * 8)]
    lines[4] = "Source: in the middle"
    found = article({"title": "T", "body": [*lines, "source: KPA; additional sources: Radio"]})
    assert found.updated == datetime(2020, 5, 4, tzinfo=UTC)
    assert (found.source, found.additional_sources) == ("KPA", ("Radio",))
    assert found.body == tuple(lines[1:])


def test_a_line_of_a_field_that_is_known_stays():
    found = article({"title": "T", "source": "AP", "body": ["It rained.", "Source: KPA"]})
    assert (found.source, found.body) == ("AP", ("It rained.", "Source: KPA"))


def test_an_agency_that_signs_is_the_source():
    found = article({"title": "T", "body": "It rained.\n    The river rose.\n Reuter"})
    assert (found.source, found.body) == ("Reuter", ("It rained.", "The river rose."))


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        ("a; b;c", ("a", "b", "c")),
        ("a|b", ("a", "b")),
        ("a, b,a", ("a", "b")),
        (["a, b"], ("a, b",)),
    ],
)
def test_lists_written_as_text(given, tags):
    assert article({"title": "T", "tags": given}).tags == tags


def test_places_are_not_split_at_commas():
    assert article({"title": "T", "places": "Corrin, Karsia; Merrow"}).places == (
        "Corrin, Karsia",
        "Merrow",
    )


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By LAWRENCE L. KNUTSON Associated Press Writer", ("Lawrence L. Knutson",)),
        ("By The Associated Press", ("The Associated Press",)),
        ("By DON KENDALL AP Farm Writer", ("Don Kendall",)),
        ("By LARRY LOPEZ and W.F. RAWSON Associated Press Writers", ("Larry Lopez", "W.F. Rawson")),
        ("By WILLIAM McCALL, SEAN O'BRIEN and F.N. D'ALLESSIO", (
            "William McCall", "Sean O'Brien", "F.N. D'Allessio",
        )),
        ("A Headline Above\n^By PAUL DE LA GARZA Associated Press Writer", ("Paul De La Garza",)),
        ("An AP News Analysis By JEAN-PAUL MCDONALD JR.", ("Jean-Paul McDonald Jr.",)),
        ("Ines Dovrak", ("Ines Dovrak",)),
        ("Ines Dovrak and Tomas Hale", ("Ines Dovrak", "Tomas Hale")),
        ("Ines Dovrak, Political Correspondent", ("Ines Dovrak",)),
        ("Sammy Davis, Jr.", ("Sammy Davis, Jr.",)),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Associated Press Writer", ()),
        ("California Illinois Maryland Massachusetts New Hampshire New Jersey", ()),
        ("TRADE DEFICIT:", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_bylines(byline, names):
    assert authors_of(byline) == names


def test_a_list_of_authors_is_taken_as_it_is():
    assert article({"title": "T", "authors": ["Verdi, Ana", "BBC"]}).authors == (
        "Verdi, Ana",
        "BBC",
    )


@pytest.mark.parametrize(
    ("dateline", "places", "agency"),
    [
        ("BANGKOK, Thailand (AP)", ("Bangkok, Thailand",), "AP"),
        ("FORT BRAGG, N.C. (AP)  LONDON (AP)", ("Fort Bragg, N.C.", "London"), "AP"),
        ("WASHINGTON, Feb. 12 (UPI)", ("Washington",), "UPI"),
        ("Merrow", ("Merrow",), ""),
    ],
)
def test_datelines(dateline, places, agency):
    assert dateline_of(dateline) == (places, agency)
    found = article({"title": "T", "dateline": dateline, "places": places[0]})
    assert (found.places, found.source) == (places, agency)


def test_the_source_that_is_given_beats_the_dateline():
    assert article({"title": "T", "dateline": "MERROW (AP)", "source": "KPA"}).source == "KPA"


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2011-07-11", (2011, 7, 11)),
        ("2011-07-11T14:30:00Z", (2011, 7, 11, 14, 30)),
        ("2011-07-11T14:30:00+04:00", (2011, 7, 11, 10, 30)),
        ("2011-07-11T14:30:00", (2011, 7, 11, 14, 30)),
        ("2-MAR-1987 11:25:38.57", (1987, 3, 2, 11, 25, 38, 570000)),
        ("27-MAR-1987 04:38:47.18   M C F", (1987, 3, 27, 4, 38, 47, 180000)),
        ("Mon, 11 Jul 2011 14:30:00 +0400", (2011, 7, 11, 10, 30)),
        ("Mon Jul 11 2011 14:30:00 GMT+0400", (2011, 7, 11, 10, 30)),
        ("11 Jul 2011 14:30 EST", (2011, 7, 11, 19, 30)),
        ("July 11, 2011 2:30 PM", (2011, 7, 11, 14, 30)),
        ("2011/07/11", (2011, 7, 11)),
        ("11.07.2011 14:30", (2011, 7, 11, 14, 30)),
        ("03/04/2011", (2011, 4, 3)),
        ("1310342400", (2011, 7, 11)),
        (1310342400, (2011, 7, 11)),
        (1310342400000, (2011, 7, 11)),
        (1310342400.5, (2011, 7, 11, 0, 0, 0, 500000)),
        (20110711, (2011, 7, 11)),
        ("20110711143000", (2011, 7, 11, 14, 30)),
        ("11. Juli 2011 um 14:30 Uhr", (2011, 7, 11, 14, 30)),
        ("lundi 11 juillet 2011 à 14h30", (2011, 7, 11, 14, 30)),
        ("el 11 de julio de 2011", (2011, 7, 11)),
        ("11 июля 2011 г.", (2011, 7, 11)),
        ("11 հուլիսի 2011", (2011, 7, 11)),
        ("11 ივლისი, 2011", (2011, 7, 11)),
        ("1890-05-06", (1890, 5, 6)),
    ],
)
def test_dates(written, time):
    assert parse_time(written) == datetime(*time, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["July 2011", "2011", "10:30", "yesterday", "99/99/9999", "", "0000-00-00", "1e400", 7, True,
     float("inf"), float("nan"), 10**30, None, [], "9999-12-31T23:59:59-12:00"],
)  # fmt: skip
def test_what_names_no_day(written):
    assert parse_time(written) is None


def test_month_first():
    assert article({"title": "T", "date": "03/04/2011"}, day_first=False).published == datetime(
        2011, 3, 4, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("date", "published", "reason"),
    [
        ("1890-05-06", (1890, 5, 6), None),
        ("2090-01-01", (2090, 1, 1), f"published lies in the future (2090-01-01): {WAITS}"),
        ("1599-12-31", None, "published lies before 1600 (1599-12-31): kept as undated"),
        ("0001-01-01", None, "published lies before 1600 (0001-01-01): kept as undated"),
        ("31-MAR-1987 605:12", None, "published is no date (31-MAR-1987 605:12): kept as undated"),
        (["x"], None, "published is no date (['x']): kept as undated"),
        ("", None, UNDATED),
        (None, None, UNDATED),
    ],
)  # fmt: skip
def test_odd_dates_are_kept_or_left_out_and_reported(date, published, reason):
    found, reasons = repaired({"date": date})
    assert found.published == (datetime(*published, tzinfo=UTC) if published else None)
    assert reasons == ((reason,) if reason else ())
    assert is_public(found, NOW) == (date != "2090-01-01")


@pytest.mark.parametrize(
    ("word", "status"),
    [("Publish", "published"), ("live", "published"), ("draft", "draft"), ("pending", "draft"),
     ("private", "private"), ("trash", "withdrawn"), ("DELETED", "withdrawn")],
)  # fmt: skip
def test_statuses(word, status):
    assert article({"title": "T", "status": word}).status == status


@pytest.mark.parametrize("word", ["approved", "1", 1, True, {"a": 1}, ["published"]])
def test_an_unknown_status_is_never_public(word):
    found, reasons = repaired({"date": "2020-01-01", "status": word})
    assert found.status is Status.DRAFT
    assert "is unknown: kept as draft" in reasons[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"embargo": "some day"},
        {"embargoed": True},
        {"expires": "soon"},
        {"status": "future"},
        {"status": "embargoed"},
        {"published": False},
    ],
)
def test_no_doubt_makes_an_article_public(fields):
    found, _ = repaired(fields)
    assert not is_public(found, NOW)


def test_a_scheduled_article_waits_for_its_date():
    found, reasons = repaired({"status": "future", "date": "2027-01-01"})
    assert (found.status, is_public(found, NOW)) == (Status.PUBLISHED, False)
    assert reasons == ("published lies in the future (2027-01-01): kept, not public until then",)


def test_a_flag_is_no_date():
    found = article({"title": "T", "published": True, "embargo": False})
    assert found.published == datetime(2020, 5, 3, tzinfo=UTC)
    assert article({"title": "T", "published": False}).status is Status.DRAFT


def test_a_missing_title_is_the_first_sentence():
    found, reasons = repaired(
        {"title": "", "date": "2020-01-01", "body": "The U.S. won. It rained."}
    )
    assert found.title == "The U.S. won."
    assert reasons == ("no title: the first sentence taken",)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("word " * 30, "word " * 17 + "word…"),
        ("x" * 100, "x" * 89 + "…"),
        ("Gen. A. Smith of St. Paul met Mr. Roe. Then", "Gen. A. Smith of St. Paul met Mr. Roe."),
        ("“It rained,” he said. “Much.”", "“It rained,” he said."),
        ("No full stop", "No full stop"),
    ],
)
def test_first_sentences(text, title):
    assert first_sentence(text) == title
    assert len(title) <= 90


def test_neither_title_nor_text_is_a_draft():
    found, reasons = repaired({"title": "", "date": "2020-01-01", "body": ""})
    assert (found.title, found.status) == ("Untitled", Status.DRAFT)
    assert reasons == ("neither title nor text: kept as draft",)


def test_a_record_without_a_known_field_is_rejected():
    parsed = read({"id": "a", "kop": "x"})
    assert parsed.article is None
    assert parsed.id == "a"
    assert parsed.reasons[0].startswith("no field is known as title or body (id, kop): name them")


@pytest.mark.parametrize(
    ("url", "article_id"),
    [
        ("https://courier.example/politics/2020/bridge-opens.html", "politics.2020.bridge-opens"),
        ("https://courier.example/?p=12&utm_source=x", "p-12"),
        ("https://courier.example/%D0%BC%D0%BE%D1%81%D1%82/", "мост"),
        ("/bridge", "bridge"),
        ("https://courier.example/a/b-c", "a.b-c"),
        ("https://courier.example/a-b/c", "a-b.c"),
    ],
)  # fmt: skip
def test_an_id_from_the_address(url, article_id):
    parsed = read({"title": "T", "date": "2020-01-01", "url": url})
    assert parsed.article.id == article_id


def test_an_id_from_the_text_is_stable():
    first = read({"title": "T", "body": ["A", "B"], "date": "2020-01-01"}).article.id
    assert first == read({"body": ["A", "C"], "title": "T", "date": "2020-01-01"}).article.id
    assert first != read({"title": "T", "body": ["A", "B"], "date": "2020-01-02"}).article.id
    assert len(first) == 32


def test_a_number_is_an_id():
    assert read({"id": 17, "title": "T"}).article.id == "17"


def test_an_id_that_is_too_long():
    parsed = read({"id": "é" * 257, "title": "T"})
    assert parsed.article is None
    assert parsed.reasons == (
        "the id is 514 bytes long, above the limit of 512: map id to a shorter field, or to none",
    )
    assert read({"id": "é" * 256, "title": "T"}).article.id == "é" * 256


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"body": 5}, "body is a number where text or a list of paragraphs is expected"),
        ({"body": {"a": 1}}, "body is an object where text or a list of paragraphs is expected"),
        ({"body": [[1]]}, "body is a list where text is expected"),
        ({"title": {"a": 1}}, "title is an object where text is expected"),
        ({"title": True}, "title is true or false where text is expected"),
        ({"id": {"a": 1}}, "id is an object where text is expected"),
    ],
)
def test_wrong_types_of_what_is_needed_are_rejected(fields, reason):
    parsed = read({"id": "a", "title": "T"} | fields)
    assert (parsed.article, parsed.reasons) == (None, (reason,))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": 5}, "title is the number 5: taken as text"),
        ({"section": {"a": 1}}, "section is an object where text is expected: left out"),
        ({"tags": [{"a": 1}]}, "tags is an object where text is expected: left out"),
        ({"caption": False}, "caption is true or false where text is expected: left out"),
        ({"language": "klingon"}, "language 'klingon' is unknown: taken as en"),
        ({"url": "javascript:alert(1)"}, "url is no web address (javascript:alert(1)): left out"),
        ({"updated": "soon"}, "updated is no date (soon): left out"),
    ],
)
def test_wrong_types_of_the_rest_are_left_out(fields, reason):
    found, reasons = repaired({"date": "2020-01-01"} | fields)
    assert found is not None
    assert reasons == (reason,)


def test_languages_by_name_and_by_default():
    assert article({"title": "T", "language": "Русский"}).language == "ru"
    assert article({"title": "T"}, language="hy").language == "hy"


def test_characters_that_no_text_holds_are_removed():
    line = b'{"id": "a\\u0000b", "title": "T\\ud800x", "body": "y\\u0007z", "date": "2020-01-01"}'
    parsed = read(line)
    assert (parsed.article.id, parsed.article.title, parsed.article.body) == ("ab", "Tx", ("yz",))
    assert parsed.reasons == ("control characters removed",)


def test_text_is_normalised():
    found = article({"title": "Cafe\u0301", "body": "soft\u00adly\u00a0now"})
    assert (found.title, found.body) == ("Café", ("softly now",))
