"""Everything that can be written in a query: one table, from which help and documents are made.

The parser (`search.parser`) reads it; a test holds the two together.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from articles.message import Message

WORDS = Message("Words")
JOINING = Message("Joining words")
FIELDS = Message("Where a word stands")
DATES = Message("Dates")
PARTS = (WORDS, JOINING, FIELDS, DATES)
"""The headings of the table, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleWords:
    """The words that examples are made of; those of the sample archive unless others are given.

    ``phrase`` and ``near`` are two words each. Names hold no quotation marks.
    """

    word: str = "bridge"
    other: str = "toll"
    third: str = "ferry"
    phrase: str = "paper mill"
    near: str = "toll bridge"
    section: str = "Politics"
    source: str = "Karsian Press Agency"
    author: str = "Ines Dovrak"
    tag: str = "border treaty"
    person: str = "Ana Verdi"
    place: str = "Lake Ardin"
    language: str = "ru"
    year: str = "2018"
    month: str = "2018-03"
    day: str = "2018-03-14"
    earlier: str = "2016"

    @property
    def prefix(self) -> str:
        """The beginning of the third word."""
        return self.third[: max(len(self.third) - 1, 3)]

    @property
    def wild(self) -> str:
        """The first word with its second letter left open."""
        return f"{self.word[0]}?{self.word[2:]}"


SAMPLE = ExampleWords()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that can be written.

    Attributes
    ----------
    part : Message
        The heading it stands under.
    form : str
        An example: words in braces are those of `ExampleWords`.
    meaning : Message
        What an article that is found has.
    plugins : tuple of str
        Which plugins of the parser read it.
    names : tuple of str
        Fields, their aliases and operators that it explains.
    """

    part: Message
    form: str
    meaning: Message
    plugins: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def example(self, words: ExampleWords = SAMPLE) -> str:
        """Return the query that shows it.

        Examples
        --------
        >>> GRAMMAR[1].example(), GRAMMAR[1].example(ExampleWords(phrase="peace talks"))
        ('"paper mill"', '"peace talks"')
        """
        return self.form.format(**asdict(words), prefix=words.prefix, wild=words.wild)


GRAMMAR = (
    Rule(
        part=WORDS,
        form="{word} {other}",
        meaning=Message("any of the words, those with all of them first"),
        plugins=("WhitespacePlugin", "_Together"),
    ),
    Rule(
        part=WORDS,
        form='"{phrase}"',
        meaning=Message("exactly these words, next to each other, in this order"),
        plugins=("_Phrases",),
    ),
    Rule(
        part=WORDS,
        form='"{near}"~5',
        meaning=Message(
            "these words in this order, in any form, each at most five places behind the one before"
        ),
        plugins=("_Phrases",),
    ),
    Rule(
        part=WORDS,
        form="{prefix}*",
        meaning=Message("words that begin so"),
        plugins=("WildcardPlugin",),
    ),
    Rule(
        part=WORDS,
        form="{wild}",
        meaning=Message("words with any letter in place of the question mark"),
        plugins=("WildcardPlugin",),
    ),
    Rule(
        part=WORDS,
        form="{word}~1",
        meaning=Message("words that differ from this one in at most one letter; ~2 for two"),
        plugins=("_Fuzzy",),
    ),
    Rule(
        part=WORDS,
        form="{word}^2 {other}",
        meaning=Message("any of the words; the first counts twice"),
        plugins=("BoostPlugin",),
    ),
    Rule(
        part=WORDS,
        form="*:*",
        meaning=Message("anything: every article"),
        plugins=("EveryPlugin",),
    ),
    Rule(
        part=JOINING,
        form="{word} AND {other}",
        meaning=Message("both"),
        plugins=("OperatorsPlugin",),
        names=("AND",),
    ),
    Rule(
        part=JOINING,
        form="{word} OR {third}",
        meaning=Message("one of them, or both"),
        plugins=("OperatorsPlugin",),
        names=("OR",),
    ),
    Rule(
        part=JOINING,
        form="{word} NOT {other}",
        meaning=Message("the first without the second"),
        plugins=("OperatorsPlugin",),
        names=("NOT",),
    ),
    Rule(
        part=JOINING,
        form="({word} OR {third}) AND {other}",
        meaning=Message("what the brackets say"),
        plugins=("GroupPlugin",),
    ),
    Rule(
        part=JOINING,
        form="+{word} {other}",
        meaning=Message("the first; the second lets an article rank higher"),
        plugins=("_Conditions",),
    ),
    Rule(
        part=JOINING,
        form="{word} -{other}",
        meaning=Message("the first without the second"),
        plugins=("_Conditions",),
    ),
    Rule(
        part=JOINING,
        form="{word} ANDMAYBE {other}",
        meaning=Message("the same as +first second, written as a word"),
        plugins=("OperatorsPlugin",),
        names=("ANDMAYBE",),
    ),
    Rule(
        part=JOINING,
        form="{word} ANDNOT {other}",
        meaning=Message("the same as first -second, written as a word"),
        plugins=("OperatorsPlugin",),
        names=("ANDNOT",),
    ),
    Rule(
        part=JOINING,
        form="{word} REQUIRE {other}",
        meaning=Message("both, but only the first decides how high an article ranks"),
        plugins=("OperatorsPlugin",),
        names=("REQUIRE",),
    ),
    Rule(
        part=FIELDS,
        form="title:{word}",
        meaning=Message("the word in the headline"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("title", "headline"),
    ),
    Rule(
        part=FIELDS,
        form="title:({word} {other})",
        meaning=Message("any of the words in the headline"),
        plugins=("FieldsPlugin", "GroupPlugin"),
    ),
    Rule(
        part=FIELDS,
        form="text:{word}",
        meaning=Message("the word in headline, summary or text, as without a field"),
        plugins=("FieldsPlugin",),
        names=("text",),
    ),
    Rule(
        part=FIELDS,
        form="caption:{word}",
        meaning=Message("the word below a picture, where other searches do not look"),
        plugins=("FieldsPlugin",),
        names=("caption",),
    ),
    Rule(
        part=FIELDS,
        form='person:"{person}"',
        meaning=Message("a person the article is about; a name of several words stands in quotes"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("person", "people"),
    ),
    Rule(
        part=FIELDS,
        form='place:"{place}"',
        meaning=Message("a place the article is about"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("place", "places"),
    ),
    Rule(
        part=FIELDS,
        form='author:"{author}"',
        meaning=Message("who wrote it"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("author", "authors", "by", "byline"),
    ),
    Rule(
        part=FIELDS,
        form='section:"{section}"',
        meaning=Message("the section of the newspaper"),
        plugins=("FieldsPlugin",),
        names=("section",),
    ),
    Rule(
        part=FIELDS,
        form='source:"{source}"',
        meaning=Message("the newsroom or agency that reported it"),
        plugins=("FieldsPlugin",),
        names=("source",),
    ),
    Rule(
        part=FIELDS,
        form='tag:"{tag}"',
        meaning=Message("a subject that the newsroom named"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("tag", "tags", "topic"),
    ),
    Rule(
        part=FIELDS,
        form="language:{language}",
        meaning=Message("the language it is written in, by its code"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("language", "lang"),
    ),
    Rule(
        part=DATES,
        form="date:{year}",
        meaning=Message("published in this year"),
        plugins=("FieldsPlugin", "FieldAliasPlugin"),
        names=("date", "published"),
    ),
    Rule(
        part=DATES,
        form="date:{month}",
        meaning=Message("published in this month"),
        plugins=("FieldsPlugin",),
    ),
    Rule(
        part=DATES,
        form="date:{day}",
        meaning=Message("published on this day, in UTC"),
        plugins=("FieldsPlugin",),
    ),
    Rule(
        part=DATES,
        form="{word} date:[{earlier} TO {month}]",
        meaning=Message("published in these days, the first and the last included"),
        plugins=("RangePlugin",),
        names=("TO",),
    ),
    Rule(
        part=DATES,
        form="date:{{{earlier} TO {year}}}",
        meaning=Message("published in between, the ends left out"),
        plugins=("RangePlugin",),
    ),
)
"""Everything that can be written, by part."""

OPERATORS = frozenset(name for rule in GRAMMAR for name in rule.names if name.isupper())
"""Words in capitals that are no words to be found."""


def rules(part: str) -> Iterator[Rule]:
    """Yield the rules under one heading."""
    return (rule for rule in GRAMMAR if rule.part == part)
