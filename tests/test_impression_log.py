"""What viewed pages showed is counted in memory, written in batches, and for nobody."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from articles.impressions import ArticlePlace, ItemPlace, Tally
from articles.store import Store, StoreError
from recommender.recipes import Recipe, RecipePlan
from tests.impression_rows import article_rows
from web import impression_log
from web.impression_log import ImpressionLog
from web.receipts import Receipt, ShownItem

NOW = datetime(2026, 9, 1, 23, 30, tzinfo=UTC)
TODAY = NOW.date()
PLAN = RecipePlan(
    recipes={"recent": Recipe(name="recent")},
    experiment=("standard", "recent"),
    begins=date(2026, 8, 31),
    days=2,
)
RECEIPT = Receipt(
    "a1",
    "recent",
    TODAY,
    (
        ("related", (ShownItem("a2", "pinned"), ShownItem("a3", "similar"))),
        ("editors_choice", ()),
        ("popular", (ShownItem("a4", "trending"),)),
    ),
)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def store(database_url):
    with Store.open(database_url) as store:
        yield store


@pytest.fixture
def quiet(monkeypatch):
    """Let the thread write only when it must, so that a test says when."""
    monkeypatch.setattr(impression_log, "SECONDS", 600)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(store, clock, quiet):
    log = ImpressionLog(store.impressions, plan=PLAN, days=90, now=clock)
    yield log
    log.close()


def item(block, position, reason, day=TODAY, recipe="recent"):
    return ItemPlace(day, block, position, reason, recipe)


def test_every_item_of_a_viewed_page_is_counted_and_what_is_followed(store, log):
    log.viewed(RECEIPT)
    log.viewed(RECEIPT)
    log.clicked(RECEIPT, "related", 2)
    assert store.impressions.days() is None
    log.write()
    assert store.impressions.items(TODAY, TODAY) == {
        item("popular", 1, "trending"): Tally(2),
        item("related", 1, "pinned"): Tally(2),
        item("related", 2, "similar"): Tally(2, 1),
    }
    assert article_rows(store) == {
        ArticlePlace(date(2026, 8, 31), "a1", "popular", "recent"): Tally(2),
        ArticlePlace(date(2026, 8, 31), "a1", "related", "recent"): Tally(2, 1),
    }


@pytest.mark.parametrize(
    ("block", "position"),
    [("related", 3), ("related", 0), ("related", -1), ("editors_choice", 1), ("x", 1), ("", 10**9)],
)
def test_a_click_on_what_was_not_shown_counts_nothing(store, log, block, position):
    log.clicked(RECEIPT, block, position)
    log.write()
    assert store.impressions.days() is None


@pytest.mark.parametrize(
    ("receipt", "later"),
    [
        (Receipt("a1", "standard", TODAY, RECEIPT.blocks), timedelta(minutes=30)),
        (Receipt("", "recent", TODAY, RECEIPT.blocks), timedelta()),
        (Receipt("a1", "other", TODAY, RECEIPT.blocks), timedelta()),
        (Receipt("a1", "recent", TODAY, RECEIPT.blocks), timedelta(days=-2)),
    ],
    ids=["ended", "no article", "another recipe", "not begun"],
)
def test_what_is_no_part_of_the_experiment_is_not_counted_by_article(
    store, log, clock, receipt, later
):
    clock.now = NOW + later
    log.viewed(receipt)
    log.clicked(receipt, "related", 1)
    log.write()
    day = clock.now.date()
    assert sum(store.impressions.items(day, day).values(), Tally()) == Tally(3, 1)
    assert article_rows(store) == {}


def test_with_no_days_nothing_is_kept(store, quiet):
    log = ImpressionLog(store.impressions, plan=PLAN, days=0)
    log.viewed(RECEIPT)
    log.clicked(RECEIPT, "related", 1)
    log.close()
    assert store.impressions.days() is None
    assert threading.active_count() == 1 or not _threads()


def _threads():
    return [thread for thread in threading.enumerate() if thread.name == "impressions"]


def test_what_waits_is_written_when_it_ends(store, log):
    log.viewed(RECEIPT)
    assert len(_threads()) == 1
    log.close()
    assert _threads() == []
    assert store.impressions.days() == (TODAY, TODAY)
    log.viewed(RECEIPT)
    assert _threads() == []


def test_memory_is_bounded_and_what_finds_no_place_is_said(store, log, monkeypatch, caplog):
    monkeypatch.setattr(impression_log, "MOST_WAITING", 4)
    monkeypatch.setattr(log._batches, "begin", lambda: None)
    monkeypatch.setattr(log._batches, "hurry", lambda: None)
    many = tuple(ShownItem(f"a{number}", "similar") for number in range(10))
    for number in range(3):
        log.viewed(Receipt(f"b{number}", "recent", TODAY, (("related", many),)))
        for position in range(1, 11):
            log.clicked(Receipt("b0", "recent", TODAY, (("related", many),)), "related", position)
    log.write()
    counted = store.impressions.items(TODAY, TODAY)
    assert [tally.shown for tally in counted.values()] == [3] * 10
    assert [tally.clicks for tally in counted.values()] == [3] * 4 + [0] * 6
    assert "18 views or clicks found no place" in caplog.text


def test_a_full_memory_is_written_at_once(store, log, monkeypatch):
    monkeypatch.setattr(impression_log, "MOST_WAITING", 2)
    written = threading.Event()
    add = store.impressions.add
    monkeypatch.setattr(store.impressions, "add", lambda *some: (add(*some), written.set()))
    log.viewed(RECEIPT)
    assert written.wait(30)
    assert store.impressions.days() == (TODAY, TODAY)


def test_what_the_store_does_not_take_is_written_with_the_next_batch(
    store, log, monkeypatch, caplog
):
    def refuse(*_):
        raise StoreError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(store.impressions, "add", refuse)
        log.viewed(RECEIPT)
        log.write()
    assert "counted later: locked" in caplog.text
    log.viewed(RECEIPT)
    log.write()
    log.write()
    assert store.impressions.items(TODAY, TODAY)[item("related", 1, "pinned")] == Tally(2)
    assert set(article_rows(store).values()) == {Tally(2)}


def test_what_is_too_old_is_forgotten_once_a_day(store, clock, quiet):
    old = item("related", 1, "similar", TODAY - timedelta(days=2))
    store.impressions.add({old: Tally(1)})
    log = ImpressionLog(store.impressions, plan=PLAN, days=2, now=clock)
    log.write()
    assert store.impressions.days() is None
    store.impressions.add({old: Tally(1)})
    log.write()
    assert store.impressions.days() == (old.day, old.day)
    clock.now += timedelta(days=1)
    log.write()
    assert store.impressions.days() is None
    log.close()


def test_several_threads_count_together(store, log):
    def count():
        for _ in range(200):
            log.viewed(RECEIPT)
            log.clicked(RECEIPT, "popular", 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.write()
    assert store.impressions.items(TODAY, TODAY)[item("popular", 1, "trending")] == Tally(800, 800)
