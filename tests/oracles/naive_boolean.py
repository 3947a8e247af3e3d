"""Compound nodes of a query by the book: dictionaries of articles and scores."""

from index.whoosh_api import query as q
from tests.oracles.naive_query import leaf


def search(book, node) -> dict[str, float]:
    match node:
        case q.BinaryQuery():
            a, b = search(book, node.a), search(book, node.b)
            return {
                q.AndNot: lambda: {key: score for key, score in a.items() if key not in b},
                q.AndMaybe: lambda: {key: score + b.get(key, 0) for key, score in a.items()},
                q.Require: lambda: {key: score for key, score in a.items() if key in b},
                q.Otherwise: lambda: a or b,
            }[type(node)]()
        case q.Not():
            return search(book, q.And([node]))
        case q.ConstantScoreQuery():
            return dict.fromkeys(search(book, node.child), node.score)
        case q.CompoundQuery():
            return compound(book, node)
    return {} if node == q.NullQuery else leaf(book, node)


def compound(book, node) -> dict[str, float]:
    parts = [search(book, n) for n in node.subqueries if not isinstance(n, q.Not)]
    unwanted = [search(book, n.query) for n in node.subqueries if isinstance(n, q.Not)]
    least = len(parts) if isinstance(node, q.And) else getattr(node, "minmatch", 0)
    found = {}
    for key in {key for part in parts for key in part} if parts else book.words:
        scores = [part[key] for part in parts if key in part] or [1.0]
        total, n = sum(scores), len(parts)
        if isinstance(node, q.DisjunctionMax):
            total = max(scores) + node.tiebreak * (total - max(scores))
        if scale := getattr(node, "scale", None):
            total = (total + (len(scores) - 1) / (n - scale) ** 2) * (n - 1) / n
        if len(scores) >= least and not any(key in other for other in unwanted):
            found[key] = total * node.boost
    return found
