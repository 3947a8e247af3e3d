"""The commands that write runs for trec_eval."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.cli.runs import run_lines

CLOSED = "2018-03-14-bridge-closed"


@pytest.fixture
def archive(run, sample_home):
    """Run a command on the sample archive."""
    return lambda *words: run("--home", sample_home, *words)


def test_a_run_ranks_as_search_does(archive, tmp_path):
    (tmp_path / "topics.tsv").write_text('q1\tbridge toll\nq2\t"paper mill"\nq3\tzxqvy\n')
    result = archive("trec-run", "topics.tsv", "run.txt", "--depth", "50")
    assert result.exit_code == 0
    assert result.stderr.startswith("3 topics, ")
    rows = [line.split(" ") for line in (tmp_path / "run.txt").read_text().splitlines()]
    assert {row[0] for row in rows} == {"q1", "q2"}
    for topic, query in (("q1", "bridge toll"), ("q2", '"paper mill"')):
        answer = json.loads(archive("search", query, "--size", "50", "--json").stdout)
        ours = [row for row in rows if row[0] == topic]
        assert [row[2] for row in ours] == [hit["id"] for hit in answer["hits"]]
        assert [int(row[3]) for row in ours] == list(range(1, len(ours) + 1))
        assert {(row[1], row[5]) for row in ours} == {("Q0", "backfile")}


def test_depth_limits_each_topic_and_a_dash_is_standard_output(archive, tmp_path):
    (tmp_path / "topics.tsv").write_text("q1\tbridge\nq2\tlake\n")
    result = archive("trec-run", "topics.tsv", "-", "--depth", "2")
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["q1", "q1", "q2", "q2"]


@given(st.lists(st.floats(0, 1e6), max_size=30).map(lambda scores: sorted(scores, reverse=True)))
def test_scores_fall_strictly_in_single_precision(scores):
    lines = run_lines("q", [(f"a{place}", score) for place, score in enumerate(scores)])
    written = [np.float32(line.split()[4]) for line in lines]
    assert len(written) == len(scores)
    assert all(before > after for before, after in itertools.pairwise(written))
    assert np.allclose(written, scores, rtol=1e-5, atol=1e-5)


def test_an_id_with_spaces_stays_one_column():
    assert list(run_lines("q", [("a b\tc", 1.5)])) == ["q Q0 a%20b%20c 1 1.5 backfile\n"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"q1 bridge\n", "topics.tsv:1: write an id"),
        (b"q1\tbridge\n\n\tlake\n", "topics.tsv:3: write an id"),
        (b"q1\tbridge\nq1\tlake\n", "topics.tsv:2: the id q1 stands in line 1 too"),
        (b"", "topics.tsv is empty"),
        (b"q1\tbr\xfccke\n", "topics.tsv is not UTF-8"),
    ],
)
def test_a_file_of_topics_that_cannot_be_read(archive, tmp_path, content, said):
    (tmp_path / "topics.tsv").write_bytes(content)
    (tmp_path / "run.txt").write_text("as it was")
    result = archive("trec-run", "topics.tsv", "run.txt")
    assert result.exit_code == 1
    assert said in result.stderr
    assert (tmp_path / "run.txt").read_text() == "as it was"


def test_a_query_may_be_empty(archive, tmp_path):
    (tmp_path / "topics.tsv").write_text("q1\t\n")
    assert archive("trec-run", "topics.tsv", "run.txt").exit_code == 0


def test_a_run_of_related_articles(archive, tmp_path):
    (tmp_path / "ids.txt").write_text(f"{CLOSED}\nnowhere\n2019-11-03-ferrymens-bell-stolen\n")
    result = archive("related-run", "ids.txt", "run.txt", "--depth", "3")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    rows = [line.split(" ") for line in (tmp_path / "run.txt").read_text().splitlines()]
    assert [row[0] for row in rows] == [CLOSED] * 3 + ["2019-11-03-ferrymens-bell-stolen"] * 3
    answer = json.loads(archive("related", CLOSED, "--limit", "3", "--versions", "--json").stdout)
    assert [row[2] for row in rows[:3]] == [item["id"] for item in answer["related"]]
    (tmp_path / "ids.txt").write_text(f"{CLOSED}\n")
    assert archive("related-run", "ids.txt", "run.txt").exit_code == 0


@pytest.mark.parametrize("words", [["missing.tsv", "out"], [".", "out"], [__file__, "."]])
def test_files_that_cannot_be_used(archive, words):
    assert archive("trec-run", *words).exit_code == 2


def test_a_folder_that_is_missing(archive, tmp_path):
    (tmp_path / "topics.tsv").write_text("q1\tbridge\n")
    result = archive("trec-run", "topics.tsv", "nowhere/run.txt")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
