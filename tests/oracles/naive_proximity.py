"""Pairs of words by the book: every two places of every article are compared."""

import itertools


def pair_scores(book, words, ordered=0.1, close=0.2):
    """Return what the pairs of the terms of a query, in its order, are worth in each article."""
    places = {
        key: {term: [word.place for word in found if word.term == term] for term in words}
        for key, found in book.words.items()
    }
    holding = {term: sum(bool(found[term]) for found in places.values()) for term in words}
    rarest = sorted(dict.fromkeys(words), key=holding.get)
    following = dict.fromkeys(itertools.pairwise(words))
    pairs = [(a, b, ordered, (1,)) for a, b in following if a != b]
    near = [n for n in range(-15, 16) if n]
    pairs += [(a, b, close, near) for n, a in enumerate(rarest) for b in rarest[n + 1 :]]
    worth = dict.fromkeys(places, 0.0)
    for a, b, share, steps in pairs:
        weight = 0.7 * (book.weight(holding[a]) + book.weight(holding[b]))
        for key, found in places.items():
            count = sum(any(place + step in found[b] for step in steps) for place in found[a])
            worth[key] += share * weight * count / (count + book.norms[key])
    return worth
