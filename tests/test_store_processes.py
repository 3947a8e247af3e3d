"""A store that several processes use at once, and one whose process is killed."""

import multiprocessing
import random
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from articles.article import Article
from articles.store import Outcome, Store
from tests.postgresql_server import new_database, running_server

NOW = datetime(2026, 9, 1, tzinfo=UTC)
BATCH = 20
FORKS = multiprocessing.get_context("forkserver")  # a process each few milliseconds, none inherited
FORKS.set_forkserver_preload([__name__])


@pytest.fixture(scope="module")
def postgresql():
    with running_server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_url(request, tmp_path):
    """Give the URL of one more empty database with each call."""
    if request.param == "postgresql":
        socket = request.getfixturevalue("postgresql")
        return lambda: new_database(socket)
    numbers = iter(range(100))
    return lambda: f"sqlite:///{tmp_path}/new{next(numbers)}/archive.sqlite3"


def batch_of(writer, number):
    text = f"batch {number} " * 200
    return [Article(id=f"{writer}-{number:04}-{place:02}", title=text) for place in range(BATCH)]


def write(url, writer, batches, pipe):
    """Store batches and say of each, once it is stored, that it is."""
    with Store.open(url) as store:
        for number in batches:
            store.upsert(batch_of(writer, number), NOW)
            pipe.send(number)
    pipe.close()


def open_all(urls, barrier, pipe):
    """Open fresh stores, each at the same moment as the other processes."""
    for url in urls:
        barrier.wait(60)
        with Store.open(url) as store:
            store.upsert([Article(id=f"{multiprocessing.current_process().pid}", title="t")], NOW)
    pipe.send("opened all")
    pipe.close()


@contextmanager
def process(target, *arguments):
    """Run the function in a process of its own; gives the process and the end of its pipe."""
    ours, theirs = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=target, args=(*arguments, theirs))
    child.start()
    theirs.close()
    try:
        yield child, ours
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def told(pipe):
    """Yield what the process says until it ends."""
    while True:
        try:
            yield pipe.recv()
        except EOFError:
            return


def test_processes_that_open_a_new_archive_at_once_all_succeed(new_url):
    urls = [new_url() for _ in range(12)]
    barrier = FORKS.Barrier(3)
    with (
        process(open_all, urls, barrier) as (_, one),
        process(open_all, urls, barrier) as (_, two),
        process(open_all, urls, barrier) as (_, three),
    ):
        assert [list(told(pipe)) for pipe in (one, two, three)] == [["opened all"]] * 3
    for url in urls:
        with Store.open(url) as store:
            assert store.counts() == {"published": 3}


def test_a_reader_sees_whole_batches_and_misses_no_change_of_two_writers(new_url):
    url = new_url()
    with (
        Store.open(url) as store,
        process(write, url, "a", range(40)) as (one, pipe_of_one),
        process(write, url, "b", range(40)) as (two, pipe_of_two),
    ):
        followed, passes = [], 0
        running = True
        while running:
            running = one.is_alive() or two.is_alive()  # asked first: then one pass more follows
            assert sum(1 for _ in store.articles()) % BATCH == 0
            last = followed[-1].sequence if followed else 0
            followed += store.changes_since(last)
            passes += 1
        assert list(told(pipe_of_one)) == list(told(pipe_of_two)) == list(range(40))
        assert passes > 1
        assert followed == list(store.changes_since(0))
        ids = [change.article_id for change in followed]
        batches = [{name[:6] for name in ids[at : at + BATCH]} for at in range(0, len(ids), BATCH)]
        assert [len(names) for names in batches] == [1] * 80, "a batch of another stands within"


def test_writers_of_the_same_articles_take_turns(new_url):
    url = new_url()
    with (
        Store.open(url) as store,
        process(write, url, "same", range(30)) as (_, one),
        process(write, url, "same", range(30)) as (_, two),
    ):
        assert list(told(one)) == list(told(two)) == list(range(30))
        kinds = [change.kind for change in store.changes_since(0)]
        assert kinds == [Outcome.ADDED] * 30 * BATCH


def test_a_killed_import_leaves_whole_batches(new_url):
    rng = random.Random(11)
    url = new_url()
    stored = 0
    with Store.open(url) as store:
        for _ in range(12):
            with process(write, url, "a", range(stored, 10_000)) as (child, pipe):
                enough = stored + rng.randrange(20)
                for number in told(pipe):
                    if number >= enough:
                        child.kill()
                        break
                acknowledged = max([enough, *told(pipe)]) + 1
            store.upsert([], NOW)  # waits for what a server may still do for the dead process
            kept = [article.id for article in store.articles()]
            stored = len(kept) // BATCH
            assert stored >= acknowledged
            assert kept == [one.id for number in range(stored) for one in batch_of("a", number)]
            assert [change.article_id for change in store.changes_since(0)] == kept
