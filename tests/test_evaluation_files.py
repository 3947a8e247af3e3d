"""Files in the forms of TREC: what is read, and what is said of a line that cannot be."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.evaluation.files import EvaluationError, column, read_qrels, read_run, read_topics


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file.txt"

    def write(text):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_judgments_are_read(file):
    path = file("51 0 AP1 1\r\n\n51  0\tAP2  -1\n52 x AP1 2\n51 0 AP1 1\n")
    assert read_qrels(path) == {"51": {"AP1": 1, "AP2": -1}, "52": {"AP1": 2}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("51 0 AP1 1\n51 0 AP2\n", "file.txt:2: write four columns"),
        ("51 0 AP1 yes\n", "file.txt:1: write four columns"),
        ("51 0 AP1 1.5\n", "file.txt:1: write four columns"),
        ("51 0 AP1 1 2\n", "file.txt:1: write four columns"),
        ("51 0 AP1 9999999999\n", "file.txt:1: write four columns"),
        ("51 0 AP1 1\n\n51 0 AP1 0\n", "file.txt:3: AP1 has another grade for 51"),
        ("\n", "file.txt is empty"),
        (b"51 0 \xfc 1\n", "file.txt is not UTF-8"),
    ],
)
def test_judgments_that_cannot_be_read(file, text, said):
    with pytest.raises(EvaluationError, match=said):
        read_qrels(file(text))


def test_a_run_is_read_as_trec_eval_reads_it(file):
    lines = ["q Q0 a 9 1.5 x", "q Q0 b 1 0.5 x", "q Q0 c 2 1.5 x", "q Q0 d 3 -1 x", "r Q0 a 1 0 x"]
    assert read_run(file("\n".join(lines)), 3) == {"q": ["c", "a", "b"], "r": ["a"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q Q0 a 1 2\n", "file.txt:1: write six columns"),
        ("q Q0 a 1 nan x\n", "file.txt:1: write six columns"),
        ("q Q0 a 1 high x\n", "file.txt:1: write six columns"),
        ("q Q0 a 1 2 x\nq Q0 a 2 1 x\n", "file.txt:2: a stands twice for q"),
    ],
)
def test_a_run_that_cannot_be_read(file, text, said):
    with pytest.raises(EvaluationError, match=said):
        read_run(file(text), 10)


@given(text=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_hostile_files_are_refused_in_words(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("hostile") / "file.txt"
    path.write_bytes(text)
    for read in (read_qrels, lambda file: read_run(file, 5), lambda file: list(read_topics(file))):
        with suppress(EvaluationError):  # and no other error
            read(path)


def test_an_id_with_white_space_is_one_column():
    assert column("a b\tc") == "a%20b%20c"
