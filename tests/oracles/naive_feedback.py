"""Broader queries by the book: the words that mark out the best articles are counted one by one."""

from collections import Counter
from math import log, log2

from index.function_words import function_terms


def added_words(book, best, asked, words=30, part=0.6):
    """Return the words that are added for the best articles, ids with scores, and their weights."""
    texts = {key: Counter(word.term for word in words) for key, words in book.words.items()}
    holding = Counter(term for counts in texts.values() for term in counts)
    common = {term for term, count in holding.items() if count > len(texts) / 2}
    sums = Counter()
    good = {key: score / log2(rank + 1) for rank, (key, score) in enumerate(best, 1)}
    shared = Counter(term for key in good for term in texts[key])
    for key, trust in good.items():
        for term, tf in texts[key].items():
            if (
                holding[term] >= 3
                and shared[term] >= min(2, len(best))
                and term not in common | function_terms("en")
            ):
                rarity = log(1 + (len(texts) - holding[term] + 0.5) / (holding[term] + 0.5))
                sums[term] += trust / sum(good.values()) * tf / (tf + 1) * rarity
    first = dict(sums.most_common(words))
    whole = asked * part / (1 - part) / sum(first.values())
    return {term: whole * weight for term, weight in first.items()}
