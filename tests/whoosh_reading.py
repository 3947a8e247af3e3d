"""Reads all that an index has, with Whoosh's own reader; imports nothing but Whoosh."""

from whoosh import query


def read_everything(ix):
    """Return all that the reader of an index says of its terms, postings and documents."""
    found = []
    with ix.searcher() as searcher:
        reader = searcher.reader()
        for (name, text), info in reader:
            found.append((name, text, info.weight(), info.doc_frequency(), info.max_length()))
            matcher = reader.postings(name, text)
            while matcher.is_active():
                kind = "positions" if matcher.supports("positions") else "frequency"
                found.append((matcher.id(), matcher.weight(), matcher.value_as(kind)))
                matcher.next()
        for number in reader.all_doc_ids():
            found.append(reader.stored_fields(number))
            for name, field in reader.schema.items():
                if field.vector and reader.has_vector(number, name):
                    found.append(list(reader.vector(number, name).items_as("frequency")))
                if reader.has_column(name):
                    found.append(reader.column_reader(name)[number])
                if field.scorable:
                    found.append(reader.doc_field_length(number, name))
        hits = searcher.search(query.Phrase("body", ["well", "known"]), limit=None)
        found.append([(hit.docnum, hit.score) for hit in hits])
    return found
