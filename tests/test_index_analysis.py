"""The tokenizer and the terms: the rules that articles and queries share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import (
    NAMES,
    PIECE,
    piece_of,
    primary_language,
    spans,
    stemming_of,
    terms,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U.S. and U.S.-backed, the U.N.", ["U.S.", "and", "U.S.", "backed", "the", "U.N."]),
        ("1,014 votes, 5.93 mln.", ["1,014", "votes", "5.93", "mln"]),
        ("minister's minister’s ministers'", ["minister's", "minister’s", "ministers"]),
        ("``quoted'' _ snake_case", ["quoted", "snake", "case"]),
        ("東京タワー 2020年", ["東京", "京タ", "タワ", "ワー", "ー", "2020", "年"]),
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
        ("თბილისი თბილისში", "ka", ["თბილის", "თბილის"]),
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


@given(st.text(max_size=12), st.text(st.characters(categories=["Ll"]), max_size=3))
def test_languages_of_one_stemming_give_the_same_terms(text, language):
    assert terms(text, language) == terms(text, stemming_of(language))


@pytest.mark.parametrize("language", ["de", "ja", "uk"])
def test_a_language_with_rules_of_its_own_keeps_them(language):
    assert stemming_of(language) == language
    assert stemming_of("xx") == stemming_of("") == ""


def test_long_noise_is_cut():
    assert terms("x" * 10_000, "xx") == ["x" * 64]


@given(
    st.text(st.characters(max_codepoint=127))
    | st.lists(
        st.sampled_from(
            [
                "U.S.",
                "a.b",
                "1,014",
                "5.",
                ".5",
                "o'",
                "'s",
                "_",
                "x",
                " ",
                "\n",
                "9a",
                "A.B.C",
                "-",
            ]
        )
    ).map("".join)
)
def test_texts_of_plain_letters_have_the_tokens_that_all_texts_have(text):
    assert tokens(text) == PIECE.findall(text)
    assert spans(text) == [(*match.span(), match.group()) for match in PIECE.finditer(text)]
    assert piece_of(text).findall(text) == tokens(text)
