"""A life of an index of arrays that can end at any moment, and what must stand in it then."""

import os
from itertools import count

from index.codec.index import create_in, open_dir
from index.whoosh_api import fields

HEAD = "head"
KEPT = 6
"""How many of the latest commits have documents left."""


def create(folder):
    """Make the index; its first commit is number 0."""
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        body=fields.TEXT(stored=True, vector=True),
        size=fields.NUMERIC(sortable=True, stored=True),
    )
    create_in(folder, schema)
    commit(folder, 0)


def documents(number):
    """Return the documents after commit ``number``, by id."""
    found = {HEAD: {"id": HEAD, "body": f"the latest commit {number}", "size": number}}
    for k in range(max(0, number - KEPT + 1), number + 1):
        for part in range(2):
            name = f"{k}-{part}"
            found[name] = {"id": name, "body": f"well known words {k} {part}", "size": part}
    return found


def commit(folder, number):
    """Make commit ``number``: some documents come, one goes, one changes, some merge."""
    new = documents(number)
    with open_dir(folder).writer() as writer:
        writer.merge, writer.optimize = number % 3 > 0, number % 7 == 0
        for part in range(2):
            writer.add_document(**new[f"{number}-{part}"])
            writer.delete_by_term("id", f"{number - KEPT}-{part}")
        writer.update_document(**new[HEAD])


def found(folder):
    """Return the number of the last commit and the stored documents, by id."""
    with open_dir(folder).searcher() as searcher:
        stored = {fields["id"]: fields for fields in searcher.documents()}
    return stored[HEAD]["size"], stored


def live(folder):
    """Commit without end; say the number of each commit on the standard output."""
    for number in count(found(folder)[0] + 1):
        commit(folder, number)
        os.write(1, b"%d\n" % number)


def lives(folder):
    """Begin a life in a forked child for each line of the standard input."""
    commit(folder, found(folder)[0] + 1)  # so that all is imported before the first fork
    while os.read(0, 1):
        child = os.fork()
        if not child:
            os.write(1, b"begins %d\n" % os.getpid())
            live(folder)
        os.waitpid(child, 0)
        os.write(1, b"ends\n")
