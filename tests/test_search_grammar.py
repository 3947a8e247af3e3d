"""The table of everything that can be written is what the parser reads, and its examples work."""

import pytest

from index.analysis import term_of
from index.function_words import function_terms
from index.visibility import Visibility
from index.word_fields import COLUMN_FIELDS, WORD_FIELDS
from search import parser, query
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from search.examples import example_words
from search.expansion import Expander
from search.grammar import GRAMMAR, OPERATORS, PARTS, SAMPLE, ExampleWords, rules
from search.name_list import NameList
from search.parser import ALIASES, Parser
from search.readings import Readings
from search.skipping import FunctionWords
from search.terms import TermReader
from search.variants import VariantFinder
from tests.archives import NOW, build


def days(first, last, *, open_ends=False):
    ends = f"{open_ends}, {open_ends}, boost=1.0, constantscore=True"
    return f"And([TermRange('date', '{first}', '{last}', {ends})])"


TREES = {
    "bridge toll": "Or([Term('text', 'bridg'), Term('text', 'toll')])",
    '"paper mill"': "Or([Quoted('text', ('paper', 'mill'), boost=1.0)])",
    '"toll bridge"~5': "Or([Phrase('text', ['toll', 'bridg'], slop=5, boost=1.000000)])",
    "ferr*": "Or([Expansion('text', 'ferr*', 3 terms)])",
    "b?idge": "Or([Expansion('text', 'b?idge', 1 terms)])",
    "bridge~1": "Or([Expansion('text', 'bridge~', 1 terms)])",
    "bridge^2 toll": "Or([Term('text', 'bridg', boost=2.0), Term('text', 'toll')])",
    "*:*": "Or([Every(None, boost=1.0)])",
    "bridge AND toll": "Or([And([Term('text', 'bridg'), Term('text', 'toll')])])",
    "bridge OR ferry": "Or([Or([Term('text', 'bridg'), Term('text', 'ferri')])])",
    "bridge NOT toll": "Or([Term('text', 'bridg'), Not(Term('text', 'toll'))])",
    "(bridge OR ferry) AND toll": "Or([And([Or([Or([Term('text', 'bridg'), "
    "Term('text', 'ferri')])]), Term('text', 'toll')])])",
    "+bridge toll": "AndMaybe((And([Term('text', 'bridg')]), Or([Term('text', 'toll')])))",
    "bridge -toll": "AndNot((Or([Term('text', 'bridg')]), Or([Term('text', 'toll')])))",
    "bridge ANDMAYBE toll": "Or([AndMaybe((Term('text', 'bridg'), Term('text', 'toll')))])",
    "bridge ANDNOT toll": "Or([AndNot((Term('text', 'bridg'), Term('text', 'toll')))])",
    "bridge REQUIRE toll": "Or([Require((Term('text', 'bridg'), Term('text', 'toll')))])",
    "title:bridge": "Or([Term('title', 'bridg')])",
    "title:(bridge toll)": "Or([Or([Term('title', 'bridg'), Term('title', 'toll')])])",
    "text:bridge": "Or([Term('text', 'bridg')])",
    "caption:bridge": "Or([Term('caption', 'bridg')])",
    'person:"Ana Verdi"': "Or([Phrase('person', ['ana', 'verdi'], slop=1, boost=1.000000)])",
    'place:"Lake Ardin"': "Or([Phrase('place', ['lake', 'ardin'], slop=1, boost=1.000000)])",
    'author:"Ines Dovrak"': "Or([Phrase('author', ['ines', 'dovrak'], slop=1, boost=1.000000)])",
    'section:"Politics"': "Or([Term('section', 'politics')])",
    'source:"Karsian Press Agency"': "Or([Phrase('source', ['karsian', 'press', 'agency'], "
    "slop=1, boost=1.000000)])",
    'tag:"border treaty"': "Or([Phrase('tag', ['border', 'treaty'], slop=1, boost=1.000000)])",
    "language:ru": "And([Term('language', 'ru')])",
    "date:2018": days("2018", "2018"),
    "date:2018-03": days("2018-03", "2018-03"),
    "date:2018-03-14": days("2018-03-14", "2018-03-14"),
    "bridge date:[2016 TO 2018-03]": "And([Or([Term('text', 'bridg')]), "
    + days("2016", "2018-03").removeprefix("And(["),
    "date:{2016 TO 2018}": days("2016", "2018", open_ends=True),
}
"""What each example must be read as."""


@pytest.fixture(scope="module")
def generation(sample_home):
    from index.publish import Generations

    with_sample = Generations(sample_home / "generations").open_current()
    yield with_sample
    with_sample.close()


@pytest.fixture(scope="module")
def reading(generation):
    terms = TermReader(generation)
    expander, skipped = Expander(generation, terms), FunctionWords(generation, terms)
    return query.QueryReader(generation, expander, skipped, finder_of(generation, terms))


def finder_of(generation, terms):
    return VariantFinder(generation, terms, NameList.shipped())


@pytest.mark.parametrize("rule", GRAMMAR, ids=lambda rule: rule.example())
def test_every_example_is_read_as_what_it_means(reading, rule):
    parsed = reading.read(rule.example())
    assert parsed.notices == ()
    assert repr(parsed.tree) == TREES[rule.example()]


def test_no_example_stands_there_twice_and_each_has_its_heading():
    assert [rule.example() for rule in GRAMMAR] == list(TREES)
    assert [rule for part in PARTS for rule in rules(part)] == list(GRAMMAR)


def test_everything_that_the_parser_reads_is_explained(generation):
    terms = TermReader(generation)
    expander, finder = Expander(generation, terms), finder_of(generation, terms)
    whole = Parser(Readings(generation), expander, parser.syntax.OrGroup, frozenset(), finder)
    plugins = {name for rule in GRAMMAR for name in rule.plugins}
    assert {type(plugin).__name__ for plugin in whole.plugins} == plugins
    names = {name for rule in GRAMMAR for name in rule.names}
    fields = {*WORD_FIELDS, *COLUMN_FIELDS, *ALIASES}
    aliases = {alias for others in ALIASES.values() for alias in others}
    assert names == fields | aliases | query._OPERATORS | {"TO"}
    assert query._OPERATORS | {"TO"} == OPERATORS


@pytest.mark.parametrize("alias", [(own, name) for own in ALIASES for name in ALIASES[own]])
def test_an_alias_is_read_as_its_field(reading, alias):
    own, name = alias
    value = "2018" if own == "date" else "ru"
    assert reading.read(f"{name}:{value}").tree == reading.read(f"{own}:{value}").tree


def test_examples_find_something_in_the_sample(generation):
    engine = EmbeddedEngine(generation, Visibility(generation))
    for words in (SAMPLE, example_words(generation)):
        for rule in GRAMMAR:
            request = SearchRequest(query=rule.example(words), spelling="exact", facets=False)
            answer = engine.search(request)
            assert answer.total, rule.example(words)
            assert answer.notices == ()


def test_example_words_are_those_of_headlines_and_say_something(generation):
    words = example_words(generation)
    assert words == example_words(generation)
    assert len({words.word, words.other, words.third}) == 3
    titles = [article.title.lower() for article in generation.documents.articles(range(138))]
    for word in (words.word, words.other, words.third):
        assert sum(word in title for title in titles) > 1
        assert term_of("en")(word) not in function_terms("en")
    assert any(words.phrase in title for title in titles)


@pytest.mark.parametrize(
    "articles",
    [
        [],
        [{"title": "東京 2020"}],
        [{"title": 'The "of" and', "people": ('"',), "section": '"'}],
        [{"title": "Один мост через реку", "language": "ru"}] * 3,
    ],
)
def test_an_archive_without_such_words_has_those_of_the_sample(tmp_path, make_article, articles):
    made = [make_article(**{"published": NOW, **fields}) for fields in articles]
    store, generations, _ = build(tmp_path, made)
    generation = generations.open_current()
    words = example_words(generation)
    assert isinstance(words, ExampleWords)
    assert '"' not in words.person + words.section
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    for rule in GRAMMAR:
        assert engine.search(SearchRequest(query=rule.example(words))).notices == ()
    engine.close()
    store.close()
