"""Citations: what is written in each format reads back as what was cited, whatever it holds."""

import json
import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article
from web.citations import EXAMPLE, FORMATS, bibtex, citation_of, csl_json, in_words, ris

TODAY = date(2026, 11, 25)
ARTICLE = Article(
    id="politics/2011/bridge",
    title="100% of {both} banks & the #1 bridge_toll: ~$5 \\ a^b",
    authors=("Ines Dovrak", "Smith and Sons", "Verdi, Ana", "Плеханова"),
    section="Politics",
    source="Agency",
    published=datetime(2011, 7, 1, 23, 30, tzinfo=UTC),
    url="https://courier.example/a?b={c}&d=мост",
)
hostile = st.text(max_size=60) | st.text("{}\\%$#&_~^\"',@ \n\r\0\u202eand", max_size=40)
articles = st.builds(
    Article,
    id=st.text(min_size=1, max_size=20),
    title=hostile,
    authors=st.lists(hostile, max_size=4).map(tuple),
    section=hostile,
    source=hostile,
    language=st.sampled_from(["en", "ru", "ar", "hyw"]),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    url=st.just("") | hostile.map("https://courier.example/{}".format),
)
citations = st.builds(
    citation_of,
    articles,
    st.text(min_size=1, max_size=20),
    site=st.sampled_from(["", "https://archive.example"]),
    accessed=st.none() | st.dates(),
)
COMMANDS = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    **{f"\\{character}": character for character in "#$%&_"},
}  # fmt: skip
COMMAND = re.compile("|".join(map(re.escape, COMMANDS)))


def read_bibtex(text):
    """Return key and fields of one entry, read by counting braces as BibTeX does."""
    key = re.match(r"@article\{([a-z0-9-]+),\n", text)
    fields, place = {}, key.end()
    while name := re.compile(r"  (\w+) = ").match(text, place):
        place = name.end()
        if text[place] == "{":
            end, depth = place + 1, 1
            while depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            fields[name[1]], place = text[place + 1 : end - 1], end
        else:
            word = re.compile(r"\w+").match(text, place)
            fields[name[1]], place = word[0], word.end()
        place += len(",\n") if text[place] == "," else len("\n")
    assert text[place:] == "}\n"
    return key[1], fields


def names(field):
    """Return the names of a field of BibTeX: they stand apart by an "and" outside all braces."""
    found, depth, start = [], 0, 0
    for place, character in enumerate(field):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if not depth and field.startswith(" and ", place):
            found.append(field[start:place])
            start = place + len(" and ")
    return [plain(name) for name in [*found, field[start:]]]


def plain(value):
    """Return what TeX prints of a text in which only our commands stand."""
    text = value[1:-1] if value.startswith("{") and value.endswith("}") else value
    return COMMAND.sub(lambda command: COMMANDS[command[0]], text)


def read_ris(text):
    assert text.endswith("ER  - \r\n")
    lines = text.split("\r\n")[:-2]
    assert all(re.match(r"[A-Z][A-Z0-9]  - .", line) for line in lines)
    fields = {}
    for line in lines:
        fields.setdefault(line[:2], []).append(line[6:])
    return fields


@settings(deadline=None)
@given(citations)
def test_bibtex_reads_back(citation):
    key, fields = read_bibtex(bibtex(citation))
    assert key == citation.key
    assert plain(fields["title"]) == citation.title
    assert tuple(names(fields["author"]) if "author" in fields else ()) == citation.authors
    if citation.published:
        assert int(fields["year"]) == citation.published.year
        assert int(fields["day"]) == citation.published.day
    assert fields.get("url", "") == citation.address
    assert fields.get("urldate", "") == (citation.accessed.isoformat() if citation.accessed else "")


@settings(deadline=None)
@given(citations)
def test_ris_reads_back(citation):
    fields = read_ris(ris(citation))
    assert fields["TY"] == ["NEWS"]
    assert fields["TI"] == [citation.title]
    assert tuple(fields.get("AU", ())) == citation.authors
    assert fields.get("UR", [""]) == [citation.address]
    if citation.published:
        year, month, day, _ = fields["DA"][0].split("/")
        assert date(int(year), int(month), int(day)) == citation.published


@settings(deadline=None)
@given(citations)
def test_csl_json_reads_back(citation):
    (item,) = json.loads(csl_json(citation))
    assert item["type"] == "article-newspaper"
    assert item["title"] == citation.title
    assert tuple(author["literal"] for author in item.get("author", ())) == citation.authors
    assert item.get("URL", "") == citation.address
    assert ("issued" in item) == (citation.published is not None)
    if citation.published:
        assert date(*item["issued"]["date-parts"][0]) == citation.published


@settings(deadline=None)
@given(citations)
def test_every_format_is_plain_lines_of_utf_8(citation):
    for written in FORMATS.values():
        text = written.write(citation)
        text.encode()
        assert not re.search(
            "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text
        )
    assert len(in_words(citation).splitlines()) == 1
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", citation.key)
    assert citation.address.isascii()
    assert " " not in citation.address


def test_in_words():
    citation = citation_of(ARTICLE, "The Courier", accessed=TODAY)
    assert in_words(citation) == (
        "Ines Dovrak, Smith and Sons, Verdi, Ana, Плеханова. “100% of {both} banks & the "
        "#1 bridge_toll: ~$5 \\ a^b”. The Courier, 1 July 2011. "
        "https://courier.example/a?b=%7Bc%7D&d=%D0%BC%D0%BE%D1%81%D1%82 "
        "(read on 25 November 2026)"
    )


def test_in_bibtex_names_that_are_no_persons_stay_whole():
    _, fields = read_bibtex(bibtex(citation_of(ARTICLE, "The Courier")))
    assert fields["author"] == "Ines Dovrak and {Smith and Sons} and {Verdi, Ana} and {Плеханова}"
    assert fields["title"].startswith(r"{100\% of \textbraceleft{}both\textbraceright{} banks \& ")
    assert fields["month"] == "jul"


def test_without_an_author_the_source_is_cited_and_without_both_nobody():
    citation = citation_of(Article(id="a", title="T", source="Karsian Press"), "The Courier")
    assert citation.authors == ("Karsian Press",)
    assert "author = {{Karsian Press}}" in bibtex(citation)
    assert in_words(citation) == "Karsian Press. “T”. The Courier, undated."
    for source in ("", "The Courier"):
        assert citation_of(Article(id="a", title="T", source=source), "The Courier").authors == ()


def test_what_has_no_headline_says_so_in_brackets():
    assert citation_of(Article(id="a", title=" \n"), "The Courier").title == "[Without a headline]"


@pytest.mark.parametrize(
    ("url", "site", "address"),
    [
        ("https://courier.example/a%20b", "https://x.example", "https://courier.example/a%20b"),
        ("javascript:alert(1)", "https://x.example", "https://x.example/articles/a%2Fb%3F"),
        ("", "", ""),
    ],
)
def test_the_address_is_the_newspaper_s_own_or_this_archive_s(url, site, address):
    citation = citation_of(Article(id="a/b?", title="T", url=url), "The Courier", site=site)
    assert citation.address == address
    assert urlsplit(address).scheme in ("https", "")


def test_articles_of_one_headline_have_different_keys():
    keys = {citation_of(Article(id=str(number), title="Bridge"), "C").key for number in range(100)}
    assert len(keys) == 100
    assert EXAMPLE.key.startswith("verdi-2011-bridge-opens-")
