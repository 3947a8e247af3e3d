"""bm25s, sparse matrices of ready scores in Python; it answers queries of any word only."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from bm25s.tokenization import Tokenizer

from articles.article import Article
from benchmarks.peers.peer import Answer, text_of
from benchmarks.questions import LIMIT, Family, Question


class Bm25s:
    """An index of one text an article, its title twice; there are no fields to weigh."""

    families = frozenset({Family.ANY, Family.TYPED, Family.DATES, Family.DEEP})

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tokenizer = Tokenizer(stemmer=Stemmer.Stemmer("english"), stopwords=None)
        self._scores: Any = None

    def build(self, articles: Iterable[Article]) -> None:
        """Tokenise, index and save all articles."""
        self._folder.mkdir()
        ids: list[str] = []
        days: list[int] = []

        def texts() -> Iterator[str]:
            with (self._folder / "articles.jsonl").open("w", encoding="utf-8") as stored:
                for article in articles:
                    stored.write(article.to_json() + "\n")
                    ids.append(article.id)
                    days.append(article.published.toordinal() if article.published else 0)
                    yield f"{article.title}\n{article.title}\n{text_of(article)}"

        tokens = self._tokenizer.tokenize(texts(), length=0, show_progress=False)
        scores = bm25s.BM25()
        scores.index((tokens, self._tokenizer.get_vocab_dict()), show_progress=False)
        scores.save(self._folder)
        self._tokenizer.save_vocab(self._folder)
        np.save(self._folder / "days.npy", np.array(days, np.int32))
        (self._folder / "ids.json").write_text(json.dumps(ids))

    def open(self) -> None:
        """Open the index, its arrays mapped."""
        self._scores = bm25s.BM25.load(self._folder, mmap=True)
        self._tokenizer.load_vocab(self._folder)
        self._days = np.load(self._folder / "days.npy")
        self._ids = json.loads((self._folder / "ids.json").read_text())

    def prepare(self, question: Question) -> Callable[[], Answer]:
        """Return the call that answers a question."""
        limit = question.offset + LIMIT

        def answer() -> Answer:
            found, scores = self._scores.retrieve(
                self._tokens(question),
                k=min(limit, len(self._ids)),
                show_progress=False,
                weight_mask=self._inside(question),
            )
            places = found[0][scores[0] > 0][question.offset :].tolist()
            return Answer([self._ids[place] for place in places])

        return answer

    def count(self, question: Question) -> int:
        """Return how many articles answer a question."""
        scores = self._scores.get_scores_from_ids(self._tokens(question)[0])
        inside = self._inside(question)
        return int(np.count_nonzero(scores if inside is None else scores * inside))

    def rank(self, text: str, depth: int) -> list[str]:
        """Return the ids of the best articles for the words of a text."""
        tokens = self._tokenizer.tokenize(
            [text], update_vocab=False, show_progress=False, return_as="ids"
        )
        found, scores = self._scores.retrieve(
            tokens, k=min(depth, len(self._ids)), show_progress=False
        )
        return [self._ids[place] for place in found[0][scores[0] > 0].tolist()]

    def close(self) -> None:
        """Release the index."""
        self._scores = None

    def _tokens(self, question: Question) -> Any:
        return self._tokenizer.tokenize(
            [question.text], update_vocab=False, show_progress=False, return_as="ids"
        )

    def _inside(self, question: Question) -> Any:
        if question.first is None or question.last is None:
            return None
        first, last = question.first.toordinal(), question.last.toordinal()
        return ((self._days >= first) & (self._days <= last)).astype(np.float32)
