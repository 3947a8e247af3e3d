"""Links from and to drafts: what a phrase may be, where it stands, and how two never meet."""

import subprocess
import sys
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article
from index.function_words import function_terms
from index.visibility import Visibility
from recommender.anchors import LONGEST
from recommender.drafts import MOST_ENTERED, Draft, Drafts
from recommender.passage import Passage, Sequences, Span
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from tests.archives import NOW, build, grain_articles

ALL = RelatedRequest(limit=10, minimum_score=0.0, versions=True)
STORIES = {
    "mill": (
        "Nyberg to close Halden Paper Mill",
        "The Halden Paper Mill stops its machines in December, the owner Harald Nyberg said.",
        "Workers at the mill, who make newsprint, heard of it from the radio.",
    ),
    "bridge": (
        "St Brigid's bridge closed to lorries",
        "St Brigid's bridge over the Selva has hairline cracks, inspectors found on Monday.",
        "The mayor, Ana Verdi, had asked for a survey of the bridge deck.",
    ),
    "bell": (
        "Ferrymen's Bell stolen from the City Museum",
        "Thieves took the Ferrymen's Bell from the City Museum, whose alarm was switched off.",
    ),
    "farkas": (
        "Lidia Farkas cleared of doping",
        "The runner Lidia Farkas keeps her title after the Karsian Anti-Doping Agency erred.",
    ),
}
DRAFT = (
    "Yesterday Harald Nyberg spoke about the Halden Paper Mill and about newsprint.\n\n"
    "Then Mayor Ana Verdi, asked about hairline cracks in St Brigid's bridge, praised the "
    "inspectors. The Ferrymen's Bell will ring for the runner Lidia Farkas."
)


def archive(home, articles):
    store, generations, _ = build(home, [*articles, *grain_articles(20)])
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store), minimum_score=0.0)
    return store, generation, Drafts(generation, recommender)


def articles_of(stories, language="en"):
    return [
        Article(
            id=name,
            url=f"https://news.example/{name}",
            title=title,
            body=tuple(body),
            language=language,
            published=NOW - timedelta(days=number),
        )
        for number, (name, (title, *body)) in enumerate(stories.items(), 1)
    ]


@pytest.fixture(scope="module")
def drafts(tmp_path_factory):
    store, generation, found = archive(tmp_path_factory.mktemp("drafts"), articles_of(STORIES))
    yield found
    generation.close()
    store.close()


def words(links):
    return {link.article.id: link.anchor and link.anchor.text for link in links}


def sound(draft, found, bodies=None):
    """Fail unless all anchors stand where they say, and those in the draft apart."""
    anchors = [link.anchor for link in found.related if link.anchor]
    for anchor in anchors:
        assert draft.text[anchor.start : anchor.end] == anchor.text
        assert anchor.text == anchor.text.strip() != ""
        assert anchor.paragraph == 0
        assert "\n" not in anchor.text
    for one, other in combinations(anchors, 2):
        assert one.end <= other.start or other.end <= one.start
        assert one.text.lower() != other.text.lower()
    for span in draft.barred:
        assert all(anchor.end <= span.start or span.end <= anchor.start for anchor in anchors)
    for link in found.entered:
        if link.anchor and bodies:
            body = bodies[link.article.id]
            text = body[link.anchor.paragraph - 1][link.anchor.start : link.anchor.end]
            assert text == link.anchor.text


def test_each_link_has_the_words_that_both_are_about(drafts):
    draft = Draft(text=DRAFT)
    found = drafts.links(draft, ALL)
    sound(draft, found)
    assert words(found.related) == {
        "mill": "Halden Paper Mill",
        "bridge": "St Brigid's bridge",
        "bell": "Ferrymen's Bell",
        "farkas": "Lidia Farkas",
    }


def test_older_articles_link_to_it_on_words_of_theirs(drafts):
    bodies = {name: body for name, (_, *body) in STORIES.items()}
    found = drafts.links(Draft(text=DRAFT, title="The Ferrymen's Bell will ring"), ALL)
    sound(Draft(text=DRAFT), found, bodies)
    assert words(found.entered)["bell"] == "Ferrymen's Bell"
    bell = next(link for link in found.entered if link.article.id == "bell")
    assert (bell.anchor.paragraph, bell.anchor.start) == (1, STORIES["bell"][1].index("Ferrymen"))


def test_two_links_never_share_a_name_or_the_end_of_one(drafts):
    once = drafts.links(Draft(text="Harald Nyberg closes the Halden Paper Mill. Nyberg left."), ALL)
    assert sum(text is not None for text in words(once.related).values()) <= 1


def test_a_first_mention_is_preferred(drafts):
    text = "The Ferrymen's Bell is here. " * 3
    anchor = drafts.links(Draft(text=text), ALL).related[0].anchor
    assert (anchor.text, anchor.start) == ("Ferrymen's Bell", 4)


@pytest.mark.parametrize(
    "text",
    [
        "See https://news.example/halden-paper-mill and www.halden.example/Halden-Paper-Mill .",
        "Write to halden@paper.example or to mill@halden.example about newsprint@halden.example",
        "Read [Halden Paper Mill](https://news.example/mill) first.",
        "A Halden/Paper/Mill #Halden @Halden Halden_Paper_Mill",
        "Halden, paper; mill. Nyberg? newsprint!",
        "It was about it and of them, and the who is who of that.",
        "",
    ],
)
def test_silly_words_are_worse_than_none(drafts, text):
    found = drafts.links(Draft(text=text, title="Halden Paper Mill newsprint"), ALL)
    sound(Draft(text=text), found)
    assert words(found.related).get("mill") in (None, "newsprint", "Nyberg", "Halden")
    for anchor in filter(None, words(found.related).values()):
        assert f" {anchor}" in f" {text}"


def test_nothing_is_linked_where_it_may_not_be(drafts):
    text = "The Halden Paper Mill closes. Later the Halden Paper Mill reopened."
    barred = Draft(text=text, barred=(Span(0, 30),))
    found = drafts.links(barred, ALL)
    sound(barred, found)
    assert next(a for a in found.related if a.article.id == "mill").anchor.start == 40
    all_of_it = drafts.links(Draft(text=text, barred=(Span(0, len(text)),)), ALL)
    assert not any(words(all_of_it.related).values())


def test_what_is_linked_already_is_not_named_again_and_another_takes_its_place(drafts):
    two = RelatedRequest(limit=2, minimum_score=0.0, versions=True)
    first = [link.article.id for link in drafts.links(Draft(text=DRAFT), two).related]
    linked = frozenset((f"https://news.example/{first[0]}", "elsewhere"))
    others = drafts.links(Draft(text=DRAFT, linked=linked), two)
    assert first[0] not in words(others.related)
    assert len(others.related) == 2
    by_id = drafts.links(Draft(text=DRAFT, linked=frozenset(first)), two)
    assert not set(first) & set(words(by_id.related))


def test_a_phrase_is_not_cut_out_of_a_name_or_a_sentence(drafts):
    text = "An heir, Harald Nyberg Junior, met Anna Lidia Farkas-Stern at Halden Paper Mill Road."
    for anchor in filter(None, words(drafts.links(Draft(text=text), ALL).related).values()):
        assert anchor not in ("Harald Nyberg", "Lidia Farkas", "Farkas", "Halden Paper Mill")


def test_an_article_that_came_in_after_the_build_has_its_words_as_it_is_now(tmp_path):
    store, generation, _ = archive(tmp_path, articles_of(STORIES))
    visibility = Visibility(generation, store)
    recommender = Recommender(generation, visibility, minimum_score=0.0)
    drafts = Drafts(generation, recommender, visibility.fresh.articles)
    title, _, second = STORIES["mill"]
    changed = Article(
        id="mill",
        title=title,
        body=("Corrected.", "At the Halden Paper Mill the machines stop, the owner Nyberg said."),
        published=NOW - timedelta(days=1),
    )
    new = Article(
        id="new",
        title="Strike at the Halden Paper Mill",
        body=(second, "The Halden Paper Mill makes newsprint."),
        published=NOW - timedelta(hours=1),
    )
    store.upsert([changed, new], NOW)
    bodies = {article.id: article.body for article in (changed, new)}
    bodies |= {name: body for name, (_, *body) in STORIES.items() if name not in bodies}
    draft = Draft(text=DRAFT, title="Halden Paper Mill")
    found = drafts.links(draft, ALL)
    sound(draft, found, bodies)
    entered = {link.article.id: link.anchor for link in found.entered}
    assert entered["mill"].paragraph == 2
    for name in ("mill", "new"):
        if name in entered:
            assert entered[name].text == "Halden Paper Mill"
    assert drafts.articles(["mill", "new", "none"]) == {"mill": changed, "new": new}
    recommender.close()
    generation.close()
    store.close()


LANGUAGES = {
    "ru": (
        {
            "a": ("Бумажный комбинат закрывают", "Рабочие бумажного комбината ждут решения."),
            "b": ("Мост через Сельву", "Ирина Соколова открыла мост на Сельве, он стоит дорого."),
        },
        "Ирина Соколова думает о бумажных комбинатах, а не о мосте.",
        {"a": "бумажных комбинатах", "b": "Ирина Соколова"},
    ),
    "de": (
        {
            "a": ("Papierfabrik schließt", "Die Arbeiter der Papierfabrik in Halden warten."),
            "b": ("Brücke eröffnet", "Ana Verdi hat die neue Brücke über die Selva eröffnet."),
        },
        "Nicht nur Ana Verdi denkt an die Arbeiter der Papierfabrik.",
        {"a": "Arbeiter der Papierfabrik", "b": "Ana Verdi"},
    ),
    "zh": (
        {
            "a": ("哈尔登造纸厂关闭", "哈尔登造纸厂将在年底关闭，工人们抗议。"),
            "b": ("市议会批准新大桥", "市议会批准横跨塞尔瓦河的新大桥。"),
        },
        "昨天，市议会讨论了收费问题。哈尔登造纸厂的工人也来了。",
        {"a": "哈尔登造纸厂", "b": "市议会"},
    ),
    "ja": (
        {"a": ("ハルデン製紙工場が閉鎖", "ハルデン製紙工場は年末に閉鎖される。")},
        "昨日、ハルデン製紙工場の労働者が来た。",
        {"a": "ハルデン製紙工場"},
    ),
    "ar": (
        {"a": ("إغلاق مصنع الورق", "سيغلق مصنع الورق في هالدن في نهاية العام.")},
        "وقف عمال مصنع الورق، ثم ذهبوا.",
        {"a": "مصنع الورق"},
    ),
    "he": (
        {"a": ("הגשר החדש נפתח", "ראש העיר פתח את הגשר החדש.")},
        "אתמול דיברו על הגשר החדש.",
        {"a": "הגשר החדש"},
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_found_in_other_forms_and_scripts(tmp_path, language):
    stories, text, expected = LANGUAGES[language]
    store, generation, drafts = archive(tmp_path, articles_of(stories, language))
    draft = Draft(text=text)
    found = drafts.links(draft, ALL)
    sound(draft, found)
    assert {name: words(found.related).get(name) for name in expected} == expected
    generation.close()
    store.close()


PARTS = st.sampled_from(
    [*DRAFT.split(), *DRAFT.split(". "), "Halden Paper Mill", "St Brigid's bridge", "Nyberg", " "]
)
HOSTILE = st.text(
    st.characters()
    | st.sampled_from("\0\u202e\u2066\u200d\u0301\u0338\U0001f600\U00020000ஃ東京 '-."),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PARTS | HOSTILE, max_size=30), st.sampled_from(["", " ", "\n"]), st.data())
def test_whatever_is_written_anchors_stand_where_they_say(drafts, parts, between, data):
    text = between.join(parts)
    ends = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(ends, ends).map(sorted), max_size=3))
    barred = tuple(Span(*span) for span in spans)
    draft = Draft(text=text, title=data.draw(HOSTILE), barred=barred)
    found = drafts.links(draft, ALL)
    sound(draft, found)
    assert drafts.links(draft, ALL) == found
    for anchor in filter(None, (link.anchor for link in found.related)):
        tokens = Passage(anchor.text, "en", drafts._lexicon).terms
        assert 1 <= len(tokens) <= LONGEST
        assert not {tokens[0], tokens[-1]} & function_terms("en")


def test_a_mark_belongs_to_the_letter_before_it(drafts):
    marked = drafts.links(Draft(text="The Halden Paper Mill\u0332, too"), ALL).related[0].anchor
    assert marked.text == "Halden Paper Mill\u0332"
    for joiner in ("\u200d", "\u200c", "\u00ad", "-", "_", "/", "@"):
        text = f"The Halden Paper Mill{joiner} and the Halden Paper Mill"
        anchor = drafts.links(Draft(text=text), ALL).related[0].anchor
        assert (anchor.text, anchor.end) == ("Halden Paper Mill", len(text))


def test_long_drafts_are_read_whole_and_no_more_than_is_promised(drafts):
    filler = "Nothing is said of it here, nor is it said of that. " * 4_000
    late = drafts.links(Draft(text=filler[:150_000] + ". The Halden Paper Mill closes."), ALL)
    assert words(late.related)["mill"] == "Halden Paper Mill"
    assert len(late.entered) <= MOST_ENTERED
    behind = drafts.links(Draft(text=filler + "Halden Paper Mill"), ALL)
    assert not any(words(behind.related).values())


def test_sequences_are_those_that_stand_in_one_text():
    texts = [["a", "b", "c"], ["c", "d"], []]
    found = Sequences(texts)
    for length in (2, 3, 4):
        for terms in combinations("abcdcb", length):
            naive = any(
                list(terms) == text[place : place + length]
                for text in texts
                for place in range(len(text))
            )
            assert (terms in found) == naive


PROGRAM = """
import sys
from pathlib import Path
from index.publish import Generations
from articles.store import Store
from index.visibility import Visibility
from recommender.drafts import Draft, Drafts
from recommender.recommender import Recommender
from tests.test_drafts import ALL, DRAFT
home = Path(sys.argv[1])
with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
    generation = Generations(home / "generations").open_current()
    recommender = Recommender(generation, Visibility(generation, store), minimum_score=0.0)
    print(Drafts(generation, recommender).links(Draft(text=DRAFT), ALL))
    generation.close()
"""


def test_the_same_draft_gives_the_same_links_in_every_process(tmp_path):
    store, generation, _ = archive(tmp_path, articles_of(STORIES))
    generation.close()
    store.close()
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert "Halden Paper Mill" in outputs.pop()
