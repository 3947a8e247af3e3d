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


class NaivePresent:
    """Keeps the row of each text that it has met, and nothing else."""

    def __init__(self, generation):
        self.generation = generation
        self.built = {a.id: a for a in generation.documents.articles(range(generation.articles))}
        self.first = StoredLists(generation.related).beginnings(np.arange(generation.articles))
        self.words = {term: code for code, term in enumerate(generation.terms)}
        self.rows = {}

    def row(self, article, same):
        """Return the dense row: the build's own where the text is the same, else by the formula."""
        if article not in self.rows and same:
            document = self.generation.columns.document(article.id)
            self.rows[article] = self.generation.rows.rows([document]).toarray()[0]
        elif article not in self.rows:
            texts = (article.title, article.summary, *article.body)
            counts = Counter(term for text in texts for term in terms(text, article.language))
            known, n = self.generation.rows.idf, self.generation.articles
            row = np.zeros(len(known) + 5000)
            for term, tf in counts.items():
                code = self.words.setdefault(term, len(self.words))
                idf = known[code] if code < len(known) else log((1 + n) / 2) + 1
                row[code] = (1 + log(tf)) * idf
            pivot = float(self.generation.related["rows.pivot"][0])
            self.rows[article] = row / (0.1 * pivot + 0.9 * np.linalg.norm(row))
        return np.pad(self.rows[article], (0, len(self.generation.rows.idf) + 5000))[:9000]

    def look(self, articles, same, now):
        """Take the articles that are public; ``same`` says which are as they were at the build."""
        shown = [a for a in articles if is_public(a, now)]
        self.shown = sorted(shown, key=lambda a: (a.published is not None, a.published, a.id))
        matrix = np.array([self.row(a, same(a)) for a in self.shown])
        lengths = np.linalg.norm(matrix, axis=1)
        self.near = np.clip(matrix @ matrix.T, 0, 1)
        self.cosines = (matrix @ matrix.T) / np.outer(lengths, lengths)
        self.stories(matrix, lengths, [same(a) for a in self.shown])

    def stories(self, matrix, lengths, same):
        """Find what stands for the story of each: a first one of the build, or an earlier one."""
        columns, n = self.generation.columns, self.generation.articles
        old = self.generation.rows.rows(range(n)).toarray()
        old = np.pad(old, ((0, 0), (0, 9000 - old.shape[1])))
        cosines = matrix @ old.T / np.outer(lengths, np.linalg.norm(old, axis=1))
        self.story = []
        for place, article in enumerate(self.shown):
            if same[place]:
                self.story.append(int(self.first[columns.document(article.id)]))
                continue
            days = np.abs(columns.published - article.published.timestamp() // 1) / 86_400
            found = (cosines[place] >= 0.9) | ((cosines[place] >= 0.8) & (days <= 2))
            firsts = np.flatnonzero(found & (self.first == np.arange(n)))
            earlier = [
                other for other in range(place)
                if self.story[other] == n + other and self.are_versions(place, other)
            ]  # fmt: skip
            self.story.append(int(firsts[0]) if len(firsts) else n + min([*earlier, place]))

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
