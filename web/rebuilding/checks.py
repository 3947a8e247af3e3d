"""The gate's own checks: every rebuild is held to them, whatever the settings name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from articles.article import is_public
from articles.store import Store, StoredPublication
from index.arrays import DamagedFileError
from index.build_step import BuildProgress, OnProgress
from index.gate import Check, Verdict
from index.generation import Generation
from index.publish import Generations
from index.visibility import Visibility
from search.engine import SearchRequest
from web.formatting import counted
from web.golden import golden_checks
from web.served import Served
from web.settings import Settings

SAMPLED = 50
"""Articles whose headlines are searched."""
PLACE = 10
"""The last place at which an article may stand among the hits for its own headline."""
SHARE = 0.5
"""The share of sampled articles that must be found: some headlines are those of many articles."""
LEAST_WORDS = 3
"""Words that a headline needs to tell an article from others."""
FEW = 100
"""Articles that may always be fewer than before: in a small archive they are soon a large part."""
_PASSES = 3
_MOST_LOOKED_AT = 1_000
"""Articles that seem wrong and are looked at again: they may just have been changed."""
_AT_ONCE = 10_000
_WORD = re.compile(r"\w+")


def gate_checks(store: Store, generations: Generations, settings: Settings) -> list[Check]:
    """Return all checks of a rebuild, those that the settings name at the end.

    Raises
    ------
    GoldenError
        When a file of golden pairs or queries cannot be read.
    """
    return [
        check_files,
        ArticlesCheck(store),
        SizeCheck(generations, settings.rebuild_most_lost),
        HeadlinesCheck(store, settings),
        *golden_checks(store, settings),
    ]


def check_files(generation: Generation, on_progress: OnProgress) -> Verdict:
    """Say whether every byte is on the disk as it was written."""
    on_progress(BuildProgress("checking files", 0, 1))
    files = counted(len(generation.manifest.files), "file")
    try:
        generation.manifest.verify(generation.folder)
    except DamagedFileError as error:
        return Verdict(passed=False, summary="Not every checksum fits.", failures=(str(error),))
    on_progress(BuildProgress("checking files", 1, 1))
    return Verdict(passed=True, summary=f"Every checksum of {files} fits.")


@dataclass(frozen=True, slots=True)
class ArticlesCheck:
    """Readers will see exactly the articles of the store that are public, and no other."""

    store: Store

    def __call__(self, generation: Generation, on_progress: OnProgress) -> Verdict:
        """Compare each article of the store with what is shown of the generation."""
        total = self.store.count()
        on_progress(BuildProgress("checking articles", 0, total))
        public = 0
        suspects: dict[str, str] = {}
        view = _View(generation, self.store)
        for done, facts in enumerate(self.store.publications_since(-1), 1):
            public += is_public(facts, view.now)
            if fault := view.fault(facts):
                suspects[facts.id] = fault
            if not done % _AT_ONCE:
                on_progress(BuildProgress("checking articles", done, max(done, total)))
        for _ in range(_PASSES):
            if not 0 < len(suspects) <= _MOST_LOOKED_AT:
                break
            # Changed between the two looks, most likely.
            view = _View(generation, self.store)
            suspects = {
                facts.id: fault for facts in self._some(suspects) if (fault := view.fault(facts))
            }
        on_progress(BuildProgress("checking articles", total, total))
        failures = tuple(f"{article_id} {fault}." for article_id, fault in suspects.items())
        held = f"{counted(public, 'public article')} of the store"
        if failures:
            return Verdict(
                passed=False,
                summary=f"{counted(len(failures), 'article')} differ from the store, which has "
                f"{counted(public, 'public article')}.",
                failures=failures,
            )
        return Verdict(passed=True, summary=f"All {held} are in it, and no other is shown.")

    def _some(self, ids: Iterable[str]) -> Iterator[StoredPublication]:
        for article in self.store.some(list(ids)).values():
            yield StoredPublication(
                article.id,
                article.status,
                article.published,
                article.embargo_until,
                article.expires,
            )


class _View:
    """What readers would see of a generation, and of what has changed since it was begun."""

    def __init__(self, generation: Generation, store: Store) -> None:
        self._columns = generation.columns
        self._fresh = Visibility(generation, store).fresh
        self._hidden = frozenset(self._fresh.state().hidden.tolist())
        since = generation.manifest.store_sequence
        self._changed = {change.article_id for change in store.changes_since(since)}
        self.now = datetime.now(UTC)

    def fault(self, facts: StoredPublication) -> str:
        """Say in words what is wrong with an article, "" where nothing is."""
        document = self._columns.document(facts.id)
        shown = document is not None and document not in self._hidden
        if not is_public(facts, self.now):
            return "must not be seen by readers and is in it" if shown else ""
        # What has come in since is known beside the generation.
        known = facts.id in self._changed or self._fresh.is_public(facts.id)
        return "" if shown or known else "is public and is missing"


@dataclass(frozen=True, slots=True)
class SizeCheck:
    """The generation has not many fewer articles than the one that is served.

    Parameters
    ----------
    generations : Generations
        Where the served one is.
    most_lost : float
        The share of articles that may be fewer.
    """

    generations: Generations
    most_lost: float

    def __call__(self, generation: Generation, on_progress: OnProgress) -> Verdict:  # noqa: ARG002
        """Compare the numbers of articles."""
        current = self.generations.current_number()
        served = next((info for info in self.generations.list() if info.number == current), None)
        if served is None or served.damage:
            return Verdict(passed=True, summary="No other index is served to compare it with.")
        new, old = generation.articles, served.articles
        lost = old - new
        words = f"{counted(new, 'article')}, {old:,} in generation {served.number}"
        if lost <= max(FEW, self.most_lost * old):
            return Verdict(passed=True, summary=f"It has {words}.")
        return Verdict(
            passed=False,
            summary=f"It has only {words}: {lost / old:.0%} fewer, and rebuild_most_lost allows "
            f"{self.most_lost:.0%}.",
        )


@dataclass(frozen=True, slots=True)
class HeadlinesCheck:
    """Articles are found by their own headlines: the search works at all."""

    store: Store
    settings: Settings

    def __call__(self, generation: Generation, on_progress: OnProgress) -> Verdict:
        """Search the headlines of some articles of all times."""
        served = Served(generation, self.store, self.settings)
        shown = np.setdiff1d(np.arange(generation.articles), served.visibility.hidden())
        chosen = shown[np.linspace(0, len(shown) - 1, min(SAMPLED, len(shown))).astype(int)]
        articles = generation.documents.articles(chosen.tolist())
        searched = [one for one in articles if len(_WORD.findall(one.title)) >= LEAST_WORDS]
        failures: list[str] = []
        for done, article in enumerate(searched):
            on_progress(BuildProgress("checking headlines", done, len(searched)))
            words = " ".join(_WORD.findall(article.title)).lower()
            found = served.engine.search(SearchRequest(query=words, limit=PLACE))
            # Of several articles with one headline any will do.
            if not any(article.id == hit.id or article.title == hit.title for hit in found.hits):
                failures.append(
                    f"{article.id} is not among the first {PLACE} hits for its headline."
                )
        on_progress(BuildProgress("checking headlines", len(searched), len(searched)))
        held = len(searched) - len(failures)
        passed = held >= SHARE * len(searched)
        asked = counted(len(searched), "article")
        return Verdict(
            passed=passed,
            summary=f"{held:,} of {asked} are found by their headlines.",
            failures=() if passed else tuple(failures),
        )
