"""Judgments in the store, held over SQLite and over a real PostgreSQL."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.article import Article
from articles.identifiers import MAXIMUM_ID_BYTES
from articles.judgments import MAXIMUM_JUDGE, MAXIMUM_QUESTION, Grade, Judgment, JudgmentKind
from articles.store import Store, StoreError
from tests.older_stores import make_older

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
SEARCH, RELATED = JudgmentKind


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


def judgment(question="bridge toll", article_id="a", grade=Grade.GOOD, **fields):
    given_fields = {"kind": SEARCH, "judge": "ines", "at": NOW, **fields}
    return Judgment(question=question, article_id=article_id, grade=grade, **given_fields)


def test_a_later_judgment_replaces_that_of_the_same_judge_only(store):
    first, others = judgment(), judgment(judge="tomas", grade=Grade.FAIR)
    later = judgment(grade=Grade.BAD, at=NOW + timedelta(hours=1))
    for one in (first, others, later):
        store.judgments.give(one)
    assert list(store.judgments.all(SEARCH)) == [later, others]
    assert list(store.judgments.all(RELATED)) == []


def test_queries_are_one_when_they_differ_in_white_space_alone(store):
    store.judgments.give(judgment(" bridge\t toll\n"))
    assert list(store.judgments.of(SEARCH, "bridge  toll")) == [judgment("bridge toll")]
    store.judgments.give(judgment("bridge toll", grade=Grade.BAD))
    store.judgments.give(judgment("Bridge toll"))
    found = [(one.question, one.grade) for one in store.judgments.all(SEARCH)]
    assert found == [("Bridge toll", Grade.GOOD), ("bridge toll", Grade.BAD)]


def test_an_id_beside_which_a_list_stands_is_kept_to_the_letter(store):
    spaced = judgment("a  1", kind=RELATED)
    store.judgments.give(spaced)
    assert list(store.judgments.of(RELATED, "a  1")) == [spaced]
    assert list(store.judgments.of(RELATED, "a 1")) == []
    assert list(store.judgments.of(SEARCH, "a  1")) == []


def test_a_judgment_is_taken_back_once(store):
    store.judgments.give(judgment())
    assert not store.judgments.take_back(judgment(judge="tomas"))
    assert not store.judgments.take_back(judgment(kind=RELATED))
    assert store.judgments.take_back(judgment(" bridge  toll", grade=Grade.BAD))
    assert not store.judgments.take_back(judgment())
    assert list(store.judgments.all(SEARCH)) == []


def test_the_longest_that_may_be_kept_is_kept(store):
    longest = judgment("я" * MAXIMUM_QUESTION, "x" * MAXIMUM_ID_BYTES, judge="𝒳" * MAXIMUM_JUDGE)
    store.judgments.give(longest)
    assert list(store.judgments.all(SEARCH)) == [longest]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"question": " \n"}, "its question is empty"),
        ({"question": "x" * (MAXIMUM_QUESTION + 1)}, "its question is longer than 2,000"),
        ({"question": "x\0"}, "its question holds the character NUL"),
        ({"question": "\ud800"}, "its question holds half of a surrogate pair"),
        ({"judge": ""}, "its judge is empty"),
        ({"judge": "x" * (MAXIMUM_JUDGE + 1)}, "its judge is longer than 100"),
        ({"judge": "\0"}, "its judge holds the character NUL"),
        ({"article_id": "x" * (MAXIMUM_ID_BYTES + 1)}, "its id is longer than 2,000 bytes"),
        ({"article_id": "\udfff"}, "its id holds half of a surrogate pair"),
        ({"at": datetime(2026, 9, 1)}, "its time has no time zone"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(store, fields, reason):
    with pytest.raises(StoreError, match=f"the judgment cannot be stored: {reason}"):
        store.judgments.give(judgment(**fields))
    assert not store.judgments.take_back(judgment(**fields))
    assert list(store.judgments.all(SEARCH)) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    given_ones=st.lists(
        st.builds(
            judgment,
            st.sampled_from(["a", "a ", "b", "B", "é"]),
            st.sampled_from(["1", "2"]),
            st.sampled_from(Grade),
            kind=st.sampled_from(JudgmentKind),
            judge=st.sampled_from(["ines", "tomas"]),
        ),
        max_size=12,
    )
)
def test_the_store_does_what_a_dict_would(store, given_ones):
    model = {}
    for one in given_ones:
        question = one.question.strip() if one.kind is SEARCH else one.question
        model[one.kind, question, one.article_id, one.judge] = one.grade
        store.judgments.give(one)
    kept = [
        ((one.kind, one.question, one.article_id, one.judge), one.grade)
        for kind in JudgmentKind
        for one in store.judgments.all(kind)
    ]
    assert kept == sorted(model.items(), key=lambda item: (item[0][0] is RELATED, item[0][1:]))
    for one in given_ones:
        store.judgments.take_back(one)
    assert [*store.judgments.all(SEARCH), *store.judgments.all(RELATED)] == []


def test_hostile_questions_are_asked_for_without_harm(store):
    for question in ("\ud800", "\0", "", "x" * 100_000):
        assert list(store.judgments.of(SEARCH, question)) == []


def test_an_iterator_lets_its_connection_go(store):
    for number in range(300):
        store.judgments.give(judgment(article_id=f"{number:03}"))
    with closing(store.judgments.all(SEARCH)) as reading:
        assert next(reading).article_id == "000"
    assert store._database._engine.pool.checkedout() == 0


def test_an_archive_of_before_keeps_its_articles(database_url):
    article = Article(id="a", title="t")
    with Store.open(database_url) as store:
        store.upsert([article], NOW)
        make_older(store, "0001")
    with Store.open(database_url) as store:
        assert list(store.articles()) == [article]
        store.judgments.give(judgment())
        assert list(store.judgments.all(SEARCH)) == [judgment()]
