"""Vectorised tokenisation: the tokens of the regular expression, whatever the text."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis import LONGEST_TOKEN, tokens
from index.numbering import PADDING, Numbering
from index.tokenizer import SEPARATOR, Tokenizer, joined

PIECES = [
    *"aZé1 2.,'_-’ʼ“”…\n\t\0東カ々〇ﾊﾞ한กิ่٣²ⅷАё",
    *("\u3099", "\u0301", "\u1e9e", "\u0130", "\U00011038", "🙂", SEPARATOR, "x" * 70, "1," * 40),
    *("U.S", "U.S.", "1,014", "5.93", "a.b.c.", "’s", "'s", "a_b", "A.東", "minister’s", "Т.Е."),
]
PARTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"])
)
TEXTS = st.lists(st.lists(PARTS, min_size=1, max_size=3), max_size=4)


def cut(found):
    """Return tokens without what no term looks at."""
    return [[token[:LONGEST_TOKEN] for token in part] for part in found]


def tokenised(tokenizer, texts):
    numbers, counts = tokenizer.tokens([joined(parts) for parts in texts])
    assert numbers.dtype == counts.dtype == np.int32
    surfaces = tokenizer.surfaces()
    found = [surfaces[number] for number in numbers]
    ends = np.cumsum(counts).tolist()
    return [found[end - count : end] for end, count in zip(ends, counts.tolist(), strict=True)]


@given(TEXTS)
@example([["U.S_x U.S.x U.S.S.R", "3,4b.c. a.b.c_d"]])
@example([["a" * 400 + ".b", "東.京 A.東京 a\u3099", "_" * 300 + "' ’"]])
@example([["a.b." * 100, "1,2." * 100, "x'" * 300, ("ж" * 63 + "’") * 3]])
def test_tokens_are_those_of_the_regular_expression(texts):
    expected = [tokens(part) for parts in texts for part in parts]
    assert cut(tokenised(Tokenizer(), texts)) == cut(expected)


@given(st.lists(TEXTS, max_size=3))
def test_numbers_hold_over_many_calls(batches):
    tokenizer = Tokenizer()
    for texts in [*batches, *batches]:
        expected = [tokens(part) for parts in texts for part in parts]
        assert cut(tokenised(tokenizer, texts)) == cut(expected)
    surfaces = tokenizer.surfaces()
    assert len(set(surfaces)) == len(surfaces)


def test_many_words_of_every_length():
    rng = np.random.default_rng(2)
    letters = np.array(list("abcdefgh"))
    words = ["".join(rng.choice(letters, rng.integers(1, 40))) for _ in range(30_000)]
    text = [[" ".join(words[start : start + 500])] for start in range(0, len(words), 500)]
    assert [word for part in tokenised(Tokenizer(), text) for word in part] == words


@given(st.lists(st.binary(min_size=1, max_size=70).filter(lambda s: 0 not in s), max_size=60))
def test_numbers_are_one_to_one(strings):
    numbering = Numbering()
    data = b" ".join(strings) + bytes(PADDING)
    lengths = np.array([len(string) for string in strings], np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1
    numbers = numbering.numbers(data, starts, lengths)
    known = numbering.strings()
    assert [known[number] for number in numbers] == strings
    assert len(known) == len(numbering) == len(set(strings))
    assert numbering.numbers(data, starts, lengths).tolist() == numbers.tolist()
