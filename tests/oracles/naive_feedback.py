"""Broader queries by the book: the words that mark out the best articles are counted one by one."""

from collections import Counter
from math import log

from index.function_words import function_terms


def added_words(book, best, asked):
    """Return the words that are added for the best articles, ids with scores, and their weights."""
    texts = {key: Counter(word.term for word in words) for key, words in book.words.items()}
    holding = Counter(term for counts in texts.values() for term in counts)
    common = {term for term, count in holding.items() if count > len(texts) / 2}
    sums = Counter()
    for key, score in best:
        for term, tf in texts[key].items():
            if holding[term] >= 3 and term not in common | function_terms():
                rarity = log(1 + (len(texts) - holding[term] + 0.5) / (holding[term] + 0.5))
                sums[term] += score / sum(s for _, s in best) * tf / (tf + 1) * rarity
    first = dict(sums.most_common(30))
    return {term: asked * 1.5 * weight / sum(first.values()) for term, weight in first.items()}
