"""Leaves of a query by the book: each looks at every word of every article."""

from math import log

import numpy as np

from tests.oracles.naive_words import words_of


class NaiveSearch:
    def __init__(self, articles):
        self.dates = {article.id: article.published for article in articles}
        self.words = {article.id: words_of(article) for article in articles}
        sums = {key: np.float32(sum(w.weight for w in ws)) for key, ws in self.words.items()}
        mean = np.float32(sum(map(float, sums.values())) / len(articles))
        self.norms = {key: 1.6 * (1 - 0.3 + 0.3 * (n / mean)) for key, n in sums.items()}

    def weight(self, frequency):
        return 2.6 * log(1 + (len(self.words) - frequency + 0.5) / (frequency + 0.5))

    def terms(self, terms, boost=1.0):
        """Score terms like spellings of one word: occurrences add up before saturation."""
        odds = {}
        for key, words in self.words.items():
            for term in terms & {word.term for word in words}:
                tf = np.float32(sum(word.weight for word in words if word.term == term))
                impact = round(float(tf / (tf + self.norms[key]) * np.float32(65535)))
                odds[key] = odds.get(key, 0) + impact / (65535 - impact)
        return {k: boost * self.weight(len(odds)) * o / (1 + o) for k, o in odds.items()}

    def phrase(self, fits, slop=1, boost=1.0):
        """Score words in order like one word that is as rare as all of them together."""
        counts, holding = {}, [0] * len(fits)
        for key, words in self.words.items():
            places = [[word.place for word in words if fit(word)] for fit in fits]
            holding = [n + bool(found) for n, found in zip(holding, places, strict=True)]
            ends, *others = places
            for found in others:
                ends = [p for p in found if any(0 < p - end <= slop for end in ends)]
            counts[key] = len(ends)
        weight = boost * sum(map(self.weight, holding))
        return {k: float(weight * n / (n + self.norms[k])) for k, n in counts.items() if n}
