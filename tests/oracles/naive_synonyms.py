"""Words and phrases of one meaning by the book: occurrences add up, the commonest says how rare."""

from tests.oracles.naive_search import NaiveSearch


class NaiveSynonyms(NaiveSearch):
    def group(self, meanings, boost=1.0):
        """Score articles by meanings, each a sequence of terms that must stand side by side."""
        odds, most = {}, 0
        for terms in meanings:
            found = self.odds(terms)
            most = max(most, len(found))
            for key, one in found.items():
                odds[key] = odds.get(key, 0) + one
        return {key: boost * self.weight(most) * one / (1 + one) for key, one in odds.items()}

    def odds(self, terms):
        """Return of each article that has the terms in order ``w / (k1 (1 - b + b l))``."""
        found = {}
        for key, words in self.words.items():
            terms_at = {word.place: word for word in words}
            begins = [
                word
                for word in words
                if all(
                    word.place + step in terms_at and terms_at[word.place + step].term == term
                    for step, term in enumerate(terms)
                )
            ]
            # Of single words those of the title count twice, of phrases none does.
            tf = sum(word.weight if len(terms) == 1 else 1.0 for word in begins)
            if tf:
                found[key] = float(tf / self.norms[key])
        return found
