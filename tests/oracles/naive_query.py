"""Nodes of a query by the book: which articles they find, and with what scores."""

from fnmatch import fnmatchcase

from index.whoosh_api import query as q
from index.whoosh_api import variations
from search.quoted import Quoted
from tests.oracles.naive_search import NaiveSearch
from tests.oracles.naive_words import distance


def leaf(book: NaiveSearch, node) -> dict[str, float]:
    text, boost = getattr(node, "text", ""), node.boost
    match node:
        case q.Term():
            return book.terms({text}, boost)
        case q.Phrase():
            fits = [lambda word, term=term: word.term == term for term in node.words]
            return book.phrase(fits, node.slop, boost)
        case Quoted():
            fits = [lambda word, s=s: word.spelling == s for s in node.spellings]
            return book.phrase(fits, 1, boost)
        case q.Every():
            return dict.fromkeys(book.words, boost)
        case q.DateRange():
            dates = {key: day.replace(tzinfo=None) for key, day in book.dates.items() if day}
            return {k: boost for k, d in dates.items() if node.startdate <= d <= node.enddate}
    fits = {
        q.Prefix: lambda word: word.startswith(text),
        q.Wildcard: lambda word: fnmatchcase(word, text),
        q.FuzzyTerm: lambda w: w[:1] == text[:1] and distance(w, text) <= node.maxdist,
        q.Variations: lambda word: word in {text, *variations(text)},
        q.TermRange: lambda word: node.start <= word <= node.end,
    }[type(node)]
    return book.terms({w.term for ws in book.words.values() for w in ws if fits(w.spelling)}, boost)
