"""The codec against Whoosh's own: the same operations, then all that a reader can be asked."""

import random
from datetime import datetime, timedelta

import pytest
from whoosh import index as whoosh_index

from index.codec import index as array_index
from index.codec.codec import ArrayCodec
from index.codec.index import ArrayIndex
from index.whoosh_api import (
    FileStorage,
    QueryParser,
    RamStorage,
    W3Codec,
    analysis,
    columns,
    fields,
    formats,
    query,
)

WORDS = "alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima".split()  # noqa: SIM905
EXACT = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20)
"""Lengths that Whoosh's byte holds exactly, so that its scores are comparable."""
WHEN = datetime(2011, 7, 11)  # noqa: DTZ001  Whoosh's dates have no zone


def make_schema():
    stemming = analysis.StemmingAnalyzer()
    boosting = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter()
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(stored=True, analyzer=stemming, field_boost=2.0, spelling=True),
        body=fields.TEXT(stored=True, vector=True),
        caption=fields.TEXT(chars=True, vector=formats.Characters()),
        tags=fields.KEYWORD(commas=True, stored=True, scorable=True, sortable=True),
        when=fields.DATETIME(stored=True, sortable=True),
        size=fields.NUMERIC(int, 64, stored=True, sortable=True),
        share=fields.NUMERIC(float, stored=True),
        public=fields.BOOLEAN(stored=True),
        grams=fields.NGRAMWORDS(minsize=2, maxsize=2),
        boosted=fields.FieldType(formats.PositionBoosts(), boosting, scorable=True),
        marked=fields.FieldType(formats.CharacterBoosts(), boosting, scorable=True),
        parent=fields.ID(),
        note=fields.STORED,
        column=fields.COLUMN(columns.PickleColumn(columns.CompressedBytesColumn())),
        reference=fields.COLUMN(columns.RefBytesColumn()),
        flag=fields.COLUMN(columns.BitColumn()),
        block=fields.COLUMN(columns.CompressedBlockColumn()),
    )
    schema.add("dynamic_*", fields.TEXT(stored=True), glob=True)
    return schema


def document(number):
    rng = random.Random(number)
    length = rng.choice(EXACT)
    words = [rng.choice(WORDS) for _ in range(length)]
    found = {
        "id": f"a{number}",
        "title": " ".join(rng.choice(("running", "bridges", "opened", *WORDS)) for _ in range(3)),
        "body": " ".join(words),
        "caption": " ".join(words[:2]),
        "tags": ",".join(sorted(set(words[:3]))),
        "when": WHEN + timedelta(hours=number),
        "size": rng.randrange(-100, 100),
        "public": rng.random() < 0.5,
        "grams": words[0],
        "boosted": " ".join(f"{word}^{rng.randrange(1, 4)}.5" for word in words[:4]),
        "marked": " ".join(f"{word}^2" for word in words[:3]),
        "parent": "parent" if number % 5 == 0 else "child",
        "note": {"words": words[:2], "pair": (1, 2.5), "day": WHEN.date(), "raw": b"\0\xff"},
        "column": [number, {"key": None}],
        "reference": words[0].encode(),
        "flag": number % 3 == 0,
        "block": words[-1].encode(),
    }
    if number % 4:
        found["share"] = rng.random()
        found["dynamic_one"] = words[-1]
    if number % 7 == 0:
        found["size"] = [1, number, 1000]
        found["_title_boost"] = 3.0
        found["_stored_body"] = "something else"
    if number % 11 == 0:
        del found["body"], found["note"]
    return found


class Stock:
    """Whoosh's own index."""

    name = "stock"

    def create(self, folder):
        return whoosh_index.create_in(str(folder), make_schema())

    def writer(self, ix, _number):
        return ix.writer()


class Files(Stock):
    """An index of arrays in a folder."""

    name = "files"

    def create(self, folder):
        return array_index.create_in(folder, make_schema())


class Memory(Stock):
    """An index of arrays in memory."""

    name = "memory"

    def create(self, _folder):
        return ArrayIndex.create(RamStorage(), make_schema())


class Spilling(Files):
    """An index of arrays whose writers have hardly any memory."""

    name = "spilling"

    def writer(self, ix, _number):
        return ix.writer(limitmb=0.01)


class Mixed(Files):
    """An index of arrays to which every other writer adds segments of Whoosh's own."""

    name = "mixed"

    def writer(self, ix, number):
        return ix.writer(codec=W3Codec() if number % 2 else None)


class OnlyCodec(Stock):
    """Whoosh's own index and writer, with the codec alone."""

    name = "codec"

    def writer(self, ix, _number):
        return ix.writer(codec=ArrayCodec())


class Continued(Stock):
    """An index that Whoosh began and that is continued as one of arrays."""

    name = "continued"

    def writer(self, ix, number):
        if number < 2:
            return ix.writer()
        return ArrayIndex(ix.storage).writer()


MAKERS = (Files(), Memory(), Spilling(), Mixed(), OnlyCodec(), Continued())


def operate(maker, folder):
    """Yield an index after each step of a life of it."""
    ix = maker.create(folder)
    for number in range(4):
        writer = maker.writer(ix, number)
        for k in range(number * 15, number * 15 + 15):
            writer.add_document(**document(k))
        writer.commit(merge=False)
    yield "added", ix
    writer = maker.writer(ix, 4)
    for k in (3, 20, 44):
        writer.update_document(**{**document(k + 1000), "id": f"a{k}"})
    writer.delete_by_term("id", "a0")
    writer.delete_by_term("id", "a15")
    writer.delete_by_query(query.Term("body", "lima"))
    writer.commit(merge=False)
    yield "changed", ix
    writer = maker.writer(ix, 5)
    writer.add_document(**document(70))
    writer.cancel()
    with maker.writer(ix, 6) as writer, writer.group():
        writer.add_document(**document(80))
        writer.add_document(**document(81))
    yield "merged", ix
    writer = maker.writer(ix, 7)
    writer.remove_field("grams")
    writer.add_field("later", fields.TEXT(stored=True))
    writer.commit(merge=False)
    maker.writer(ix, 8).commit(optimize=True)
    yield "optimized", ix


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    maker = Stock()
    folder = tmp_path_factory.mktemp("stock")
    return {step: snapshot(maker, ix) for step, ix in operate(maker, folder)}


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.name)
def test_readers_give_what_stock_whoosh_gives(maker, tmp_path, expected):
    for step, ix in operate(maker, tmp_path):
        found = snapshot(maker, ix)
        for part, value in expected[step].items():
            assert found[part] == value, (step, part)
    if maker.name not in ("codec", "memory"):
        ArrayIndex(FileStorage(str(tmp_path))).verify()


def snapshot(maker, ix):
    """Return all that a reader and a searcher say."""
    ix = ArrayIndex(ix.storage) if maker.name == "continued" else ix
    with ix.searcher() as searcher:
        reader = searcher.reader()
        return {
            "counts": counts(reader),
            "terms": terms(reader),
            "postings": postings(reader),
            "stored": [reader.stored_fields(k) for k in reader.all_doc_ids()],
            "columns": all_columns(reader),
            "vectors": vectors(reader),
            "cursors": cursors(reader),
            "spelling": spelling(searcher),
            "found": results(searcher),
            "views": views(searcher),
        }


def counts(reader):
    names = ("title", "body", "tags", "boosted", "caption")
    return {
        "documents": (reader.doc_count(), reader.doc_count_all(), reader.has_deletions()),
        "deleted": [reader.is_deleted(k) for k in range(reader.doc_count_all())],
        "lengths": {
            name: (
                reader.field_length(name),
                reader.min_field_length(name),
                reader.max_field_length(name),
                [reader.doc_field_length(k, name) or 0 for k in range(reader.doc_count_all())],
            )
            for name in names
        },
        "fields": sorted(reader.indexed_field_names()),
    }


def terms(reader):
    found = list(reader.all_terms())
    assert found == [term for term, _ in reader]
    return {
        "infos": [(term, info(reader.term_info(*term))) for term in found],
        "counts": [(reader.doc_frequency(*term), reader.frequency(*term)) for term in found],
        "absent": (
            reader.doc_frequency("body", "nowhere"),
            reader.frequency("body", "nowhere"),
            ("body", "nowhere") in reader,
            ("body", "echo") in reader,
        ),
        "from": list(reader.terms_from("body", "golf")),
        "prefix": list(reader.expand_prefix("body", "c")),
        "lexicon": list(reader.lexicon("size")),
        "first": reader.first_id("body", "echo"),
        "frequent": reader.most_frequent_terms("body", 5),
        "distinctive": reader.most_distinctive_terms("body", 5),
    }


def info(found):
    return (
        *(found.weight(), found.doc_frequency(), found.min_length(), found.max_length()),
        *(found.max_weight(), found.min_id(), found.max_id()),
    )


def postings(reader):
    """Return every posting of every term, decoded in every way that its format knows."""
    found = {}
    for name, text in reader.all_terms():
        if name.startswith("spell_"):
            # Whoosh's writer gives these the values of another field's postings.
            continue
        matcher, rows = reader.postings(name, text), []
        while matcher.is_active():
            kinds = [
                kind
                for kind in ("frequency", "positions", "characters", "position_boosts")
                if matcher.supports(kind)
            ]
            decoded = [matcher.value_as(kind) for kind in kinds]
            rows.append((matcher.id(), matcher.weight(), matcher.value() or b"", decoded))
            matcher.next()
        found[name, text] = rows
    return found


def all_columns(reader):
    names = ("tags", "when", "size", "column", "reference", "flag", "block")
    return {
        name: [reader.column_reader(name)[k] for k in reader.all_doc_ids()]
        for name in names
        if reader.has_column(name)
    }


def vectors(reader):
    found = {}
    for k in reader.all_doc_ids():
        for name in ("body", "caption"):
            if reader.has_vector(k, name):
                matcher = reader.vector(k, name)
                found[k, name] = list(matcher.items_as("positions"))
                weights = reader.vector(k, name)
                while weights.is_active():
                    found[k, name].append((weights.id(), weights.weight()))
                    weights.next()
    return found


def cursors(reader):
    found = []
    for leaf, _ in reader.leaf_readers():
        for name in ("body", "size"):
            cursor = leaf.cursor(name)
            texts = [cursor.text()] if name == "body" else []
            while cursor.is_valid() and name == "body":
                texts.append((cursor.term_info().doc_frequency(), cursor.next()))
            texts += [cursor.first(), cursor.is_valid()]
            if name == "body":
                texts += [cursor.find("d"), cursor.text(), cursor.find("zzz"), cursor.is_valid()]
            found.append(texts)
    return found


def spelling(searcher):
    parsed = QueryParser("body", searcher.schema).parse("delte charly")
    return {
        "within": sorted(searcher.reader().terms_within("body", "ech", 2)),
        "title": searcher.suggest("title", "brige", limit=3),
        "body": searcher.suggest("body", "charlee", limit=3),
        "corrected": searcher.correct_query(parsed, "delte charly").string,
    }


def questions():
    term = query.Term
    either = query.Or([term("body", "alfa"), term("title", "bravo"), term("tags", "echo")])
    return [
        *(term("body", word) for word in WORDS),
        *(term("boosted", word) for word in WORDS[:3]),
        either,
        query.And([term("body", "alfa"), term("body", "bravo")]),
        query.And([either, query.Not(term("body", "golf"))]),
        query.AndMaybe(term("body", "alfa"), term("body", "echo")),
        query.Require(term("body", "alfa"), term("body", "echo")),
        query.Phrase("body", ["alfa", "bravo"]),
        query.Phrase("body", ["alfa", "bravo"], slop=3),
        query.Phrase("caption", ["hotel", "india"], slop=2),
        query.SpanNear(term("body", "kilo"), term("body", "golf"), slop=4, ordered=False),
        query.SpanFirst(term("body", "alfa")),
        query.Prefix("body", "c"),
        query.Wildcard("body", "*l*"),
        query.Regex("body", "[a-d].*"),
        query.FuzzyTerm("body", "ecko"),
        query.Variations("title", "bridge"),
        query.TermRange("body", "b", "e"),
        query.NumericRange("size", -50, 60),
        query.NumericRange("share", 0.25, 0.75),
        query.DateRange("when", WHEN + timedelta(hours=5), WHEN + timedelta(hours=40)),
        term("public", True),
        term("grams", "al"),
        term("dynamic_one", "echo"),
        query.Every(),
        query.Every("share"),
        query.ConstantScoreQuery(either, 2.0),
        query.NestedParent(term("parent", "parent"), term("body", "alfa")),
        query.NestedChildren(term("parent", "parent"), term("parent", "parent")),
        query.NullQuery,
    ]


def results(searcher):
    found = []
    for question in questions():
        if question.has_terms() and any(
            name not in searcher.schema for name, _ in question.terms()
        ):
            continue
        hits = searcher.search(question, limit=None)
        found.append((repr(question), sorted((hit.docnum, round(hit.score, 6)) for hit in hits)))
    return found


def views(searcher):
    everything, some = query.Every(), query.Term("body", "alfa")
    hits = searcher.search(some, limit=None, terms=True)
    grouped = searcher.search(everything, groupedby="tags", limit=None).groups("tags")
    return {
        "sorted": [
            [hit.docnum for hit in searcher.search(everything, sortedby=name, limit=None)]
            for name in ("when", "size")
        ],
        "reversed": [
            hit.docnum for hit in searcher.search(some, sortedby="when", reverse=True, limit=None)
        ],
        "groups": {name: sorted(members) for name, members in grouped.items()},
        "filtered": [hit.docnum for hit in searcher.search(everything, filter=some, limit=None)],
        "masked": [hit.docnum for hit in searcher.search(everything, mask=some, limit=None)],
        "collapsed": len(searcher.search(everything, collapse="reference", limit=None)),
        "highlights": sorted(hit.highlights("body") for hit in hits),
        "matched": sorted(hits.matched_terms()),
        "like": sorted(hit.docnum for hit in hits[0].more_like_this("body")),
        "key terms": sorted(searcher.key_terms([hits[0].docnum], "body")),
        "number": searcher.document_number(id="a44"),
    }
