"""Languages: every one that is known is found, marked and told apart."""

import pytest
import Stemmer

from articles.article import Article
from articles.languages import AUTO, KNOWN, language_choice
from index import analysis, endings, georgian, spaceless
from index.function_word_lists import WORDS
from index.function_words import function_terms
from index.visibility import Visibility
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from tests.archives import build
from tests.world import WORLD

STEMMED = {language for language in analysis._ALGORITHMS if language not in ("nn", "nb")}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    articles = [
        Article(id=f"{s.language}-{n}", title=s.language, body=(s.text,), language=s.language)
        for n, s in enumerate(WORLD)
    ]
    store, generations, _ = build(tmp_path_factory.mktemp("world"), articles)
    generation = generations.open_current()
    opened = EmbeddedEngine(generation, Visibility(generation, store))
    yield opened
    opened.close()
    store.close()


def found(engine, query):
    return {hit.id.split("-")[0]: hit for hit in engine.search(SearchRequest(query=query)).hits}


def test_all_that_is_known_is_there():
    told = {sample.language for sample in WORLD}
    assert told | {"bs", "hyw", "ms", "sk"} >= STEMMED
    assert {"ka", "zh", "ja", "ko", "th", "uk", "he", "hy", "ru"} <= told
    assert told <= KNOWN
    assert set(analysis._ALGORITHMS.values()) == set(Stemmer.algorithms()) - {
        "porter", "dutch_porter"
    }  # fmt: skip


@pytest.mark.parametrize("sample", WORLD, ids=lambda sample: sample.language)
def test_a_word_finds_its_article_marks_it_and_others_do_not(engine, sample):
    for word in (sample.word, f'"{sample.word}"'):
        hit = found(engine, word)[sample.language]
        assert f"<mark>{sample.word}" in hit.snippet, word
    assert sample.language not in found(engine, f'"{sample.absent}"')


@pytest.mark.parametrize(
    "sample",
    [s for s in WORLD if s.language in analysis._ALGORITHMS or s.language in endings.STEMMERS],
    ids=lambda sample: sample.language,
)
def test_another_form_of_a_word_finds_it_too(engine, sample):
    assert sample.form.lower() != sample.word.lower() or sample.language == "az"
    assert analysis.terms(sample.form, sample.language) == analysis.terms(
        sample.word, sample.language
    )
    assert sample.language in found(engine, sample.form)


@pytest.mark.parametrize(
    ("language", "forms", "stem"),
    [
        ("uk", "уряд уряду урядом уряди урядів урядами", "уряд"),
        ("uk", "українська українського української українські", "українськ"),
        ("be", "навіны навін навінамі навінах", "навін"),
        ("bg", "мост мостът моста мостове мостовете", "мост"),
        ("bg", "новина новината новини новините", "новин"),
        ("mk", "мост мостот мостови мостовите", "мост"),
        ("he", "ממשלה הממשלה והממשלה ממשלות", "ממשל"),
        ("he", "ספר הספר ספרים הספרים", "ספר"),
        ("he", "ארץ ארצות", "ארצ"),
        ("sr", "кућа куће кућом kuća kuće", "kuc"),
        ("hr", "novinar novinara novinarima", "novinar"),
        ("sk", "vláda vlády vláde vládou", "vlad"),
        ("tr", "IŞIK Işık ışıklar", "isik"),
        ("tr", "IBM ibm", "ibm"),
        ("uk", "Й й И\u0306", "й"),
        ("en", "Wałęsa Walesa WAŁĘSA", "walesa"),
        ("en", "Søren Soren", "soren"),
        ("ja", "２０２０ 2020", "2020"),
        ("ja", "Ａ a", "a"),
        ("ja", "ｶﾞ ガ", "ガ"),
    ],
)
def test_forms_by_hand(language, forms, stem):
    assert {analysis.term_of(language)(form) for form in forms.split()} == {stem}


@pytest.mark.parametrize("sample", WORLD, ids=lambda sample: sample.language)
def test_the_language_of_a_text_is_told(sample):
    assert language_choice(AUTO).language_of([sample.text]) == sample.language


@pytest.mark.parametrize(
    ("forms", "stem"),
    [
        ("ხიდი ხიდის ხიდს ხიდზე ხიდში ხიდიდან ხიდები ხიდების ხიდებზე ხიდებისთვის", "ხიდ"),
        ("მდინარე მდინარის მდინარეს მდინარეზე მდინარიდან მდინარეები მდინარეების", "მდინარ"),
        ("მთავრობა მთავრობის მთავრობამ მთავრობას მთავრობასთან", "მთავრობ"),
        ("საქართველო საქართველოს საქართველოში საქართველოდან", "საქართველ"),
        ("და", "და"),
        ("ზე", "ზე"),
    ],
)
def test_georgian_forms_share_a_stem(forms, stem):
    assert {georgian.stem(form) for form in forms.split()} == {stem}


def test_georgian_capitals_are_small_letters():
    assert analysis.terms("ᲮᲘᲓᲔᲑᲘ", "ka") == analysis.terms("ხიდი", "ka")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京都。京都", ["東京", "京都", "都", "京都", "都"]),
        ("가나다 A가", ["가나", "나다", "다", "A", "가"]),
        ("สะพาน", ["สะ", "ะพ", "พา", "าน", "น"]),
        ("ที่นี่", ["ที่นี่", "นี่"]),
        ("3月東", ["3", "月東", "東"]),
        ("佐々木〇", ["佐々", "々木", "木〇", "〇"]),
        ("東.京", ["東", "京"]),
        ("タワー・ビル", ["タワ", "ワー", "ー", "ビル", "ル"]),
        ("\U00020bb7野家", ["\U00020bb7野", "野家", "家"]),
    ],
)
def test_bigrams_by_hand(text, expected):
    assert analysis.tokens(text) == expected


def test_what_is_asked_of_a_run():
    assert analysis.asked("東京都 都 A", apart=True) == ["東京", "京都", "都", "A"]
    assert analysis.asked("東京都 都 A") == ["東京", "京都", "都", "都", "A"]
    assert analysis.asked("都") == ["都"]
    assert spaceless.is_single("ที่")
    assert not spaceless.is_single("東京")


def test_one_letter_finds_every_word_that_holds_it(tmp_path):
    articles = [
        Article(id="inside", title="東京都知事", language="ja"),
        Article(id="end", title="京都", language="ja"),
        Article(id="none", title="大阪", language="ja"),
    ]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    opened = EmbeddedEngine(generation, Visibility(generation, store))
    for query, expected in (
        ("都", {"inside", "end"}),
        ('"都"', {"inside", "end"}),
        ('"京都"', {"inside", "end"}),
        ('"東京都"', {"inside"}),
        ('"京都府"', set()),
        ("京都府", {"inside", "end"}),
    ):
        hits = opened.search(SearchRequest(query=query)).hits
        assert {hit.id for hit in hits} == expected, query
    (hit, *_) = opened.search(SearchRequest(query='"東京都"')).hits
    assert hit.marked_title == "<mark>東京都</mark>知事"
    opened.close()
    store.close()


def test_a_few_articles_in_another_language_do_not_change_what_words_mean(tmp_path):
    english = [
        Article(id=f"en{n}", title="Sanctions", body=("The sanctions hit the bridges.",))
        for n in range(60)
    ]
    spanish = Article(
        id="es", title="Puentes", body=("Abren dos puentes. The sanctions.",), language="es"
    )
    results = []
    for name, articles in (("one", english), ("two", [*english, spanish])):
        store, generations, _ = build(tmp_path / name, articles)
        generation = generations.open_current()
        opened = EmbeddedEngine(generation, Visibility(generation, store))
        words = opened.reader.read("sanctions bridges").words()
        results.append([word.text for word in words])
        if name == "two":
            assert generation.languages == ("en", "es")
            assert opened.rank(SearchRequest(query="puente")).ids == ("es",)
            assert opened.rank(SearchRequest(query="sancionado bridges", limit=1)).ids
        opened.close()
        store.close()
    assert results == [["sanction", "bridg"]] * 2


JAPANESE = {
    "may": "会談は5月の第2週に開かれる",
    "five": "会談は5日に開かれ、月は見えない",
    "end": "会談は5月",
    "name": "佐々木さんは人々に語った",
}


@pytest.fixture(scope="module")
def japanese(tmp_path_factory):
    articles = [
        Article(id=key, title="記事", body=(text,), people=("佐々木A作",), language="ja")
        for key, text in JAPANESE.items()
    ]
    store, generations, _ = build(tmp_path_factory.mktemp("japanese"), articles)
    opened = EmbeddedEngine(generation := generations.open_current(), Visibility(generation, store))
    yield opened
    opened.close()
    store.close()


@pytest.mark.parametrize(
    ("query", "match", "expected", "marked"),
    [
        ("5月", "any", {"may", "end"}, "会談は<mark>5月</mark>"),
        ("5月", "all", {"may", "end"}, "会談は<mark>5月</mark>"),
        ('"5月"', "any", {"may", "end"}, "会談は<mark>5月</mark>"),
        ('"は5月の"', "any", {"may"}, "<mark>は5月の</mark>"),
        ('"5月"~5', "any", {"may", "end"}, "会談は<mark>5月</mark>"),
        (
            '"5月"~6',
            "any",
            {"may", "five", "end"},
            "会談は<mark>5</mark>日に開かれ、<mark>月</mark>は",
        ),
        ('"会談は5月"', "any", {"may", "end"}, "<mark>会談は5月</mark>"),
        ('"会談 5月の"~4', "any", {"may"}, "<mark>会談</mark>"),
        ("第2週", "all", {"may"}, "<mark>第2週</mark>"),
        ("佐々木", "all", {"name"}, "<mark>佐々木</mark>さん"),
        ("人", "all", {"name"}, "は<mark>人</mark>々"),
        ("開か*", "all", {"may", "five"}, "<mark>開か</mark>れ"),
        ("に開か*", "all", {"may", "five"}, "<mark>に開か</mark>れ"),
        ('person:"佐々木A作"', "all", set(JAPANESE), ""),
        ('person:"木A"', "all", set(JAPANESE), ""),
    ],
)
def test_letters_and_numbers_beside_each_other(japanese, query, match, expected, marked):
    hits = japanese.search(SearchRequest(query=query, match=match)).hits
    assert {hit.id for hit in hits} == expected
    assert any(marked in hit.snippet for hit in hits)
    explained = japanese.search(SearchRequest(query=query, match=match, explain=True)).hits
    assert {hit.id for hit in explained} == expected


def two_languages(tmp_path, english, german):
    """Return an engine over so many articles of each language in which "war" stands."""
    texts = {
        "en": ("War and peace", "The war in the north ended when the armies left."),
        "de": ("Der Markt", "Der Markt war voll, und es war die Ernte der Bauern zu sehen."),
    }
    articles = [
        Article(id=f"{language}{n}", title=title, body=(body,), language=language)
        for language, count in (("en", english), ("de", german))
        for n in range(count)
        for title, body in [texts[language]]
    ]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    store.close()
    return EmbeddedEngine(generation, Visibility(generation))


@pytest.mark.parametrize(("english", "german"), [(9, 3), (3, 9), (3, 0), (0, 3)])
def test_a_function_word_of_one_language_may_be_news_in_another(tmp_path, english, german):
    engine = two_languages(tmp_path, english, german)
    words = [word.text for word in engine.reader.read("the war und armies").words()]
    assert ("war" in words) == (english > german)
    assert ("the" in words) == (english == 0)
    assert ("und" in words) == (german == 0)
    # Alone it is searched, as a query of nothing but function words always is.
    assert engine.search(SearchRequest(query="war")).total == english + german
    assert engine.search(SearchRequest(query='"war"')).total == english + german
    codes = {engine._generation.terms[code] for code in engine._generation.rows.idf.nonzero()[0]}
    assert "the" not in codes
    assert "und" not in codes
    engine.close()


@pytest.mark.parametrize("language", WORDS)
def test_function_words_are_words_of_their_language(language):
    known = function_terms(language)
    assert len(known) >= 40
    (sample,) = [sample for sample in WORLD if sample.language == language]
    text = analysis.terms(sample.text, language)
    assert any(term in known for term in text)
    assert not known & set(analysis.terms(f"{sample.word} {sample.form} {sample.absent}", language))
