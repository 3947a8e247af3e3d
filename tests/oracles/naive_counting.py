"""Views and clicks counted one by one, by rules that are written down nowhere else."""

from collections import Counter
from itertools import combinations


class NaiveCounting:
    """What `ReadingStore` should know, in plain sets and dicts; hours are numbers."""

    def __init__(self, public, most):
        self.public, self.most = public, most
        self.visits, self.programs = {}, set()
        self.views, self.clicks, self.followed, self.pairs = Counter(), Counter(), set(), Counter()

    def count(self, views, clicks, programs, hour):
        day = hour // 24
        known = {visitor for visitor, of in self.programs if of == day}
        found = set(programs) - known
        fresh = {}
        for view in views:
            key = (view.visitor, view.hour, view.article_id)
            allowed = view.article_id in self.public and view.visitor not in known
            if allowed and key not in self.visits:
                fresh.setdefault(key, view.paired)
        opened = Counter(key[:2] for key in [*self.visits, *fresh])
        touched = {key[:2] for key in fresh}
        found |= {who for who, at in touched if opened[who, at] > self.most}
        self.programs |= {(visitor, day) for visitor in found}
        hours = {hour - 1, hour} | {view.hour for view in views}
        for who, at, article in [k for k in self.visits if k[0] in found and k[1] in hours]:
            del self.visits[who, at, article]
            self.views[at, article] -= 1
        for (who, at, article), paired in fresh.items():
            if who not in found:
                self.visits[who, at, article] = paired
                self.views[at, article] += 1
        for click in clicks:
            key = (day, click.visitor, click.mark)
            refused = click.visitor in known | found or click.article_id not in self.public
            if not refused and key not in self.followed:
                self.followed.add(key)
                self.clicks[click.hour, click.article_id] += 1

    def finish(self, hour):
        over = {key for key in self.visits if key[1] < hour - 1}
        for who, at in sorted({key[:2] for key in over}):
            read = sorted(k[2] for k in over if k[:2] == (who, at) and self.visits[k])
            self.pairs.update((at // 24, *pair) for pair in combinations(read, 2))
        for key in over:
            del self.visits[key]
