"""The gate of a rebuild, and the golden pairs and queries that it asks for."""

import json
from contextlib import closing, suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.article import Article
from articles.errors import BackfileError
from index.builder import rebuild
from index.gate import RefusedGenerationError, Verdict
from index.publish import Generations
from tests.archives import NOW, build, grain_articles
from web.golden import GoldenError, read_golden

CLOSED, CRACKS, TOLL = (
    "2018-03-14-bridge-closed",
    "2017-10-12-bridge-cracks",
    "2019-09-21-toll-march",
)
VOTE = "2019-05-16-bridge-toll-vote"
HIDDEN = "nowhere"


@pytest.fixture
def archive(run, home, tmp_path):
    """Run a command on the sample archive with golden pairs and queries."""

    def invoke(*words, pairs="", queries="", share=1.0):
        (tmp_path / "pairs.tsv").write_text(pairs)
        (tmp_path / "queries.tsv").write_text(queries)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("pairs", "queries"):
                if (tmp_path / f"{name}.tsv").stat().st_size:
                    patch.setenv(f"BACKFILE_GOLDEN_{name.upper()}", str(tmp_path / f"{name}.tsv"))
            patch.setenv("BACKFILE_GOLDEN_SHARE", str(share))
            return run("--home", home, *words)

    return invoke


def folders(home):
    return sorted(path.name for path in (home / "generations").iterdir() if path.is_dir())


def related(archive, article_id):
    found = json.loads(archive("related", article_id, "--limit", "50", "--json").stdout)
    return [item["id"] for item in found["related"]]


def test_a_generation_in_which_all_hold_is_served(archive):
    result = archive("rebuild", pairs=f"{CLOSED}\t{CRACKS}\n", queries=f"bridge toll\t{TOLL}\t2\n")
    assert result.exit_code == 0
    assert "Generation 2 is served" in result.stdout
    assert "1 of 1 golden pairs hold." in result.stdout
    assert "1 of 1 golden queries hold." in result.stdout


def test_a_failing_pair_keeps_what_is_served_and_is_named_with_its_place(archive, home):
    place = related(archive, CLOSED).index(VOTE) + 1
    assert place > 1
    result = archive("rebuild", pairs=f"{CLOSED}\t{VOTE}\t{place - 1}\n{CLOSED}\t{CRACKS}\n")
    assert result.exit_code == 1
    assert "the new index is refused, and what was served is served still" in result.stderr
    assert "1 of 2 golden pairs hold." in result.stderr
    said = f"{VOTE} should be among the first {place - 1} and stands at place {place}."
    assert said in result.stderr
    assert CRACKS not in result.stderr
    assert "rebuild --force" in result.stderr
    assert folders(home) == ["000001"]
    assert archive("rebuild", pairs=f"{CLOSED}\t{VOTE}\t{place}\n").exit_code == 0


def test_force_serves_it_and_says_what_fails(archive, home):
    result = archive("rebuild", "--force", "--json", queries=f"zxqvy\t{TOLL}\n")
    report = json.loads(result.stdout)
    assert report["number"] == 2
    assert report["notes"][-2:] == [
        "0 of 1 golden queries hold.",
        f"zxqvy: {TOLL} should be among the first 5 and is not among the 0 found.",
    ]
    assert folders(home) == ["000001", "000002"]


@pytest.mark.parametrize(("share", "code"), [(0.5, 0), (0.51, 1), (0, 0)])
def test_a_share_may_be_enough(archive, share, code):
    queries = f"bridge toll\t{TOLL}\nzxqvy\t{TOLL}\n"
    assert archive("rebuild", queries=queries, share=share).exit_code == code


def test_articles_that_are_not_public_are_skipped_with_a_note(archive):
    pairs = f"{HIDDEN}\t{CRACKS}\n{CLOSED}\t{HIDDEN}\n"
    result = archive("rebuild", pairs=pairs, queries=f"bridge\t{HIDDEN}\n")
    assert result.exit_code == 0
    assert "0 of 0 golden pairs hold." in result.stdout
    assert "2 lines of golden pairs skipped, not public: nowhere." in result.stdout
    assert "1 line of golden queries skipped, not public: nowhere." in result.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{CLOSED}\n", "pairs.tsv:1: write the id"),
        (f"\t{CLOSED}\n", "pairs.tsv:1: write the id"),
        ("a\tb\t1\n\na\tb\t1\t2\n", "pairs.tsv:3: write the id"),
        ("a\tb\tfirst\n", "pairs.tsv:1: first is no place"),
        ("a\tb\t0\n", "pairs.tsv:1: 0 is no place"),
        ("a\tb\t51\n", "pairs.tsv:1: 51 is no place: write a number from 1 to 50"),
        ("\n", "pairs.tsv is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_before_anything_is_built(archive, home, text, said):
    result = archive("rebuild", pairs=text)
    assert (result.exit_code, said in result.stderr) == (1, True)
    assert folders(home) == ["000001"]


def test_a_missing_file_is_named(run, home, monkeypatch):
    monkeypatch.setenv("BACKFILE_GOLDEN_PAIRS", "/nowhere/pairs.tsv")
    assert "there is no file /nowhere/pairs.tsv" in run("--home", home, "rebuild").stderr


@given(text=st.text(st.characters(codec="utf-8") | st.sampled_from("\t\t\n1"), max_size=40))
def test_hostile_files_are_refused_in_words(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("golden") / "pairs.tsv"
    path.write_text(text)
    with suppress(BackfileError):  # and no other error
        found = read_golden(path, 50)
        assert all(one.question and one.article_id and 1 <= one.place <= 50 for one in found)


def test_a_check_sees_the_finished_generation_and_decides(tmp_path):
    store, generations, _ = build(tmp_path, grain_articles(3))
    seen = []

    def check(generation, on_progress):
        seen.append((generation.number, generation.articles))
        return Verdict(passed=generation.articles < 4, summary="Counted.")

    with closing(store):
        now = datetime.now(UTC)
        report = rebuild(store, generations, now=now, checks=[check])
        assert report.notes == ("Counted.",)
        store.upsert([Article(id="one more", title="t", published=NOW)], NOW)
        with pytest.raises(RefusedGenerationError, match="Counted"):
            rebuild(store, generations, now=now, checks=[check])
        assert generations.current_number() == 2
        assert folders(tmp_path) == ["000001", "000002"]
        rebuild(store, generations, now=now, checks=[check], force=True)
    assert seen == [(2, 3), (3, 4), (3, 4)]
    assert Generations(tmp_path / "generations").current_number() == 3


def test_a_check_that_breaks_leaves_nothing_behind(tmp_path):
    store, generations, _ = build(tmp_path, grain_articles(3))

    def check(generation, on_progress):
        raise GoldenError("broken")

    with closing(store), pytest.raises(GoldenError):
        rebuild(store, generations, now=NOW, checks=[check])
    assert folders(tmp_path) == ["000001"]


def test_many_failures_are_cut_to_what_can_be_read():
    verdict = Verdict(passed=False, summary="s", failures=tuple(map(str, range(50))), notes=("n",))
    assert verdict.lines() == ("s", *map(str, range(20)), "30 more fail.", "n")
