"""Slips are made as they are said to be, and both correctors are asked the same."""

import re
from pathlib import Path

import pytest

from benchmarks import spelling
from benchmarks.spelling import KINDS, alone, asked, judged, made
from index.analysis import term_of
from tests.oracles.naive_distance import distance

SAMPLE = Path(__file__).parent.parent / "articles" / "sample"
QUERIES = ["bridge treaty river", "mayor opens harbour", "orchestra concert", "the of 1989"]


def test_each_query_has_one_slip_in_one_word():
    slips = list(made(QUERIES, 200, seed=3))
    assert slips == list(made(QUERIES, 200, seed=3))
    assert slips != list(made(QUERIES, 200, seed=4))
    assert {slip.kind for slip in slips} == set(KINDS)
    for slip in slips:
        typed, meant = slip.typed.split(), slip.meant.split()
        ((changed, word),) = [pair for pair in zip(typed, meant, strict=True) if len({*pair}) > 1]
        assert distance(changed, word) == 1
        assert term_of("en")(changed) != term_of("en")(word)
    lengths = {
        kind: {len(s.typed) - len(s.meant) for s in slips if s.kind == kind} for kind in KINDS
    }
    assert lengths == {"omitted": {-1}, "inserted": {1}, "other": {0}, "exchanged": {0}}
    assert all(" " not in slip.typed and " " not in slip.meant for slip in alone(slips))


def test_no_slip_is_made_where_no_word_is_long_enough():
    assert list(made(["of the 1989"], 10, seed=1)) == []


def test_titles_are_asked_without_function_words_and_once():
    titles = ["The bridge of the river", "Bridge, river", "", "a b c d e f g h i j k l"]
    assert asked(titles)[0] == "bridge river"
    assert len(asked(titles)) == 1


def test_outcomes_are_shares():
    slips = list(made(QUERIES, 40, seed=3))
    right = {slip.typed: slip.meant for slip in slips}
    perfect = judged("perfect", right.get, slips, QUERIES)
    assert (perfect.restored, perfect.silent, perfect.false) == (1, 0, 0)
    silent = judged("silent", lambda _: None, slips, QUERIES)
    assert (silent.restored, silent.silent, silent.false) == (0, 1, 0)
    wrong = judged("wrong", lambda text: f"{text} too", slips, QUERIES)
    assert (wrong.restored, wrong.silent, wrong.false) == (0, 0, 1)


def test_the_sample_is_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(spelling, "QUERIES", 60)
    spelling.measure(tmp_path, SAMPLE, None, SAMPLE)
    lines = capsys.readouterr().out.splitlines()
    found = {}
    for line in lines:
        if row := re.fullmatch(r"([A-Z][\w, ]+): ([\d. ]+)", line):
            found[row[1]] = [float(value) for value in row[2].split()]
    assert set(found) == {"Backfile", "Backfile, the word alone", "Whoosh"}
    assert found["Backfile"][0] > found["Whoosh"][0] > 0.1
    assert found["Backfile"][6] == pytest.approx(0, abs=0.02)
    assert "Backfile: 0 offers for 60 titles of" in lines[-2]
