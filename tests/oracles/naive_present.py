"""Lists of related articles by the book, of an archive that has moved on since the build.

Everything is computed anew from what is public now, by the model that the build has fitted.
"""

from collections import Counter
from math import log

import numpy as np

from articles.article import is_public
from index.analysis import terms
from recommender.lists import StoredLists
from recommender.similarity import NEAR_COPY, calibrated

NEW = 1_500
"""New words that there may be."""


class NaivePresent:
    """Keeps the row of each text that it has met, and nothing else."""

    def __init__(self, generation):
        self.generation = generation
        n = generation.articles
        self.first = StoredLists(generation.related).beginnings(np.arange(n))
        self.words = {term: code for code, term in enumerate(generation.terms)}
        self.width = len(self.words) + NEW
        old = generation.rows.rows(range(n)).toarray()
        self.old = np.pad(old, ((0, 0), (0, NEW)))
        self.old /= np.linalg.norm(old, axis=1)[:, None]
        self.rows, self.firsts = {}, {}

    def row(self, article, same):
        """Return the dense row: the build's own where the text is the same, else by the formula."""
        if article not in self.rows and same:
            document = self.generation.columns.document(article.id)
            row = self.generation.rows.rows([document]).toarray()[0]
            self.rows[article] = np.pad(row, (0, NEW))
        elif article not in self.rows:
            texts = (article.title, article.summary, *article.body)
            counts = Counter(term for text in texts for term in terms(text, article.language))
            known, n = self.generation.rows.idf, self.generation.articles
            row = np.zeros(self.width)
            for term, tf in counts.items():
                code = self.words.setdefault(term, len(self.words))
                idf = known[code] if code < len(known) else log((1 + n) / 2) + 1
                row[code] = (1 + log(tf)) * idf
            pivot = float(self.generation.related["rows.pivot"][0])
            self.rows[article] = row / (0.1 * pivot + 0.9 * np.linalg.norm(row))
            self.firsts[article] = self.first_version(article)
        return self.rows[article]

    def first_version(self, article):
        """Return the first article of the build's story that one is a version of, None for none."""
        row, published = self.rows[article], self.generation.columns.published
        cosines = self.old @ row / np.linalg.norm(row)
        days = np.abs(published - article.published.timestamp() // 1) / 86_400
        found = (cosines >= 0.9) | ((cosines >= 0.8) & (days <= 2))
        firsts = np.flatnonzero(found & (self.first == np.arange(len(days))))
        return int(firsts[0]) if len(firsts) else None

    def look(self, articles, same, now):
        """Take the articles that are public; ``same`` says which are as they were at the build."""
        shown = [a for a in articles if is_public(a, now)]
        self.shown = sorted(shown, key=lambda a: (a.published is not None, a.published, a.id))
        matrix = np.array([self.row(a, same(a)) for a in self.shown])
        lengths = np.linalg.norm(matrix, axis=1)
        products = matrix @ matrix.T
        self.near = np.clip(products, 0, 1)
        self.cosines = products / np.outer(lengths, lengths)
        self.story = []
        for place, article in enumerate(self.shown):
            self.story.append(self.story_of(place, article, same(article)))

    def story_of(self, place, article, same):
        """Return what stands for a story: a first one of the build, or the earliest of the new."""
        n = self.generation.articles
        if same:
            return int(self.first[self.generation.columns.document(article.id)])
        if self.firsts[article] is not None:
            return self.firsts[article]
        earlier = [
            other for other in range(place)
            if self.story[other] == n + other and self.are_versions(place, other)
        ]  # fmt: skip
        return n + min([*earlier, place])

    def are_versions(self, one, other):
        """Say whether two articles are versions of one story."""
        days = abs(self.shown[one].published - self.shown[other].published).total_seconds() / 86_400
        cosine = self.cosines[one, other]
        return cosine >= 0.9 or (cosine >= 0.8 and days <= 2)

    def list(self, article_id, allowed, least, limit):
        """Return ids and scores of what stands beside an article."""
        ids = [article.id for article in self.shown]
        seed = ids.index(article_id)
        scores = calibrated(self.near[seed])
        good = [
            place for place in range(len(ids))
            if place != seed and self.near[seed, place] > 0 and scores[place] >= least
            and allowed(self.shown[seed], self.shown[place])
            and self.cosines[seed, place] < NEAR_COPY and self.story[place] != self.story[seed]
        ]  # fmt: skip
        newest = {self.story[place]: place for place in good}
        kept = []
        for place in sorted(newest.values(), key=lambda place: -self.near[seed, place]):
            if all(self.cosines[place, other] < NEAR_COPY for other in kept):
                kept.append(place)
        return [(ids[place], float(scores[place])) for place in kept[:limit]]
