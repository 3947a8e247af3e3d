"""The tokenizer and the terms: the rules that articles and queries share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import NAMES, primary_language, spans, terms, tokens
from index.tokenstream import PARAGRAPH_GAP, TokenStream, Vocabulary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U.S. and U.S.-backed, the U.N.", ["U.S.", "and", "U.S.", "backed", "the", "U.N."]),
        ("1,014 votes, 5.93 mln.", ["1,014", "votes", "5.93", "mln"]),
        ("minister's minister’s ministers'", ["minister's", "minister’s", "ministers"]),
        ("``quoted'' _ snake_case", ["quoted", "snake", "case"]),
        ("東京タワー 2020年", ["東", "京", "タ", "ワ", "ー", "2020", "年"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("Мэрия—Мерроу", ["Мэрия", "Мерроу"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_tokens(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Treaties TREATY treaty's", "en", ["treati", "treati", "treati"]),
        ("minister’s minister's", "en", ["minist", "minist"]),
        ("U.S. U.S u.s.", "en", ["u.s.", "u.s.", "u.s."]),
        ("Мосты мостами Ёлка елка", "ru", ["мост", "мост", "елк", "елк"]),
        ("мостами", "en", ["мост"]),
        ("bridges", "ru", ["bridg"]),
        ("Häuser", "de", ["haus"]),
        ("réunions réunion", "fr", ["reunion", "reunion"]),
        ("քաղաքների քաղաքներ", "hy", ["քաղ", "քաղ"]),
        ("თბილისი", "ka", ["თბილისი"]),
        ("Bridges Мосты Jürgen", NAMES, ["bridges", "мосты", "jurgen"]),
        ("words", "xx", ["words"]),
    ],
)
def test_terms(text, language, expected):
    assert terms(text, language) == expected


@given(st.text())
def test_spans_are_where_the_tokens_are(text):
    found = spans(text)
    assert [token for *_, token in found] == tokens(text)
    assert all(text[start:end] == token for start, end, token in found)


@given(st.text(), st.sampled_from(["en", "ru", "el", "ka", NAMES]))
def test_every_token_has_a_term_however_it_is_written(text, language):
    assert len(terms(text, language)) == len(tokens(text))
    assert all(terms(text, language))


@pytest.mark.parametrize(("tag", "primary"), [("pt-BR", "pt"), ("EN", "en"), ("sr_Latn", "sr")])
def test_primary_language(tag, primary):
    assert primary_language(tag) == primary


def test_long_noise_is_cut():
    assert terms("x" * 10_000, "xx") == ["x" * 64]


@given(
    st.lists(
        st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6), max_size=3),
        max_size=8,
    )
)
def test_inversion_against_loops(documents):
    vocabulary, stream = Vocabulary(), TokenStream(lead_weight=2.0)
    for parts in documents:
        stream.add([" ".join(part) for part in parts], vocabulary.numbers(NAMES))
    names, codes = vocabulary.term_codes()
    field = stream.invert(codes, len(names))
    found = {}
    for code, span in field.postings():
        for posting in range(span.start, span.stop):
            places = slice(field.position_ends[posting], field.position_ends[posting + 1])
            key = (names[code], int(field.documents[posting]))
            found[key] = (field.positions[places].tolist(), float(field.weights[posting]))
    expected: dict[tuple[str, int], tuple[list[int], float]] = {}
    lengths = []
    for document, parts in enumerate(documents):
        place = length = 0
        for order, part in enumerate(parts):
            for offset, word in enumerate(part):
                weight = 2.0 if order == 0 else 1.0
                before = expected.get((word, document), ([], 0.0))
                expected[word, document] = ([*before[0], place + offset], before[1] + weight)
                length += weight
            place += len(part) + PARAGRAPH_GAP
        lengths.append(length)
    assert found == expected
    assert list(found) == sorted(found)
    assert field.lengths.tolist() == lengths
    assert field.frequencies(len(names)).tolist() == [
        sum(key[0] == name for key in expected) for name in names
    ]
