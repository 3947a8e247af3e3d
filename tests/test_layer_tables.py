"""What layers are placed by, and how soon their builders begin."""

import subprocess
import sys

import numpy as np

from index.interpreter import environment
from index.layers.tables import United, places_in
from index.strings import StringTable


def test_tables_unite_as_if_they_were_sorted_at_once():
    rng = np.random.default_rng(5)
    letters = np.array(["a", "b", "ä", "語", "'", "z"])
    for _ in range(40):
        sets = [
            {"".join(rng.choice(letters, rng.integers(1, 12))) for _ in range(size)}
            for size in (60, 9, 25)
        ]
        great, *small = (StringTable.of(sorted(one, key=str.encode)) for one in sets)
        united = United(great, [places_in(great, table) for table in small])
        strings = list(united.table)
        assert strings == sorted(set.union(*sets), key=str.encode)
        for table, numbers in zip((great, *small), united.numbers, strict=True):
            assert [strings[number] for number in numbers] == list(table)


def test_strings_that_begin_alike_stand_where_they_would_be_sorted():
    rng = np.random.default_rng(9)
    beginnings = ["", "a" * 8, "a" * 9, "a" * 16 + "b", "a" * 23, "Übersetzung"]
    for _ in range(40):
        great, small = (
            {
                f"{rng.choice(beginnings)}{''.join(rng.choice(['a', 'b', chr(0)], 3))}"
                for _ in range(60)
            }
            for _ in range(2)
        )
        ordered, own = sorted(great, key=str.encode), sorted(small, key=str.encode)
        places = places_in(StringTable.of(ordered), StringTable.of(own))
        assert places.before.tolist() == [
            sum(one.encode() < string.encode() for one in great) for string in own
        ]
        assert places.found.tolist() == [string in great for string in own]
        assert places.new == [string.encode() for string in own if string not in great]


def test_what_builds_layers_begins_without_the_database():
    program = "import sys, index.layers.union; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
