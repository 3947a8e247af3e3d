"""What a build left for the recommender: rows, themes, lists, and a few facts of every article."""

from collections.abc import Sequence

from index.arrays import Array
from index.generation import Generation
from index.tfidf import RowParts
from recommender.cards import Cards
from recommender.comparison import Comparison
from recommender.lists import StoredLists


class Built:
    """The parts of one generation that articles are recommended from; safe to share.

    Attributes
    ----------
    generation : Generation
        The generation.
    articles : int
        How many articles it holds.
    comparison : Comparison
        Compares with them.
    lists : StoredLists
        The lists of the build.
    cards : Cards
        What is shown of each.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.articles = generation.articles
        self.comparison = Comparison(generation)
        self.lists = StoredLists(generation.related)
        self.cards = Cards(generation.documents)

    @property
    def published(self) -> Array:
        """When each appeared, in seconds since 1970 (int64)."""
        return self.generation.columns.published

    @property
    def languages(self) -> Array:
        """The number of each one's language (int64)."""
        return self.generation.columns.languages

    @property
    def sections(self) -> Array:
        """The number of each one's section (int32)."""
        return self.generation.columns.sections

    def parts(self, documents: Sequence[int]) -> RowParts:
        """Return the TF-IDF rows of some documents."""
        return self.generation.rows.parts(documents)

    @property
    def sections_count(self) -> int:
        """How many sections there are."""
        return len(self.generation.columns.facet("section").values)

    def section_number(self, section: str) -> int:
        """Return the number of a section, -1 when no article is in it."""
        columns = self.generation.columns
        if not section or not columns.holds("section", section):
            return -1
        number = columns.facet("section").values.find(section)
        return -1 if number is None else number
