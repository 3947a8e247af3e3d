"""A new generation is served from the next request on, and no request fails or sees two."""

import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from index.builder import rebuild
from index.codec.container import ArrayFile
from index.publish import NoGenerationError
from recommender.lists import related_lists
from search.engine import NameVariants, SearchRequest
from search.name_list import NameListError
from tests.archives import NOW, build, random_articles
from web.app import create_app
from web.serving import Serving
from web.settings import Settings

PAUSE = Event()  # never set: asks again only after a moment


@pytest.fixture
def archive(tmp_path):
    """Settings, store and generations of an archive of 20 articles, built once."""
    store, generations, _ = build(tmp_path / "home", random_articles(20))
    yield Settings(home=tmp_path / "home"), store, generations
    store.close()


@pytest.fixture
def serving(archive):
    serving = Serving(archive[0])
    yield serving
    serving.close()


def grow(archive, make_article):
    """Add an article and build; return the new generation's number."""
    _, store, generations = archive
    store.upsert([make_article(published=NOW)], NOW)
    return rebuild(store, generations, now=NOW, steps=[related_lists]).number


def watch_closing(served):
    """Return a list that is no longer empty once ``served`` is closed."""
    closed, close = [], served.close
    served.close = lambda: (closed.append(True), close())
    return closed


def damage(generations, number):
    folder = generations.folder / f"{number:06d}"
    file = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.truncate(1)


def spoil(generations, number, array):
    """Change one byte of an array of a mapped file."""
    path = generations.folder / f"{number:06d}" / "articles_0.arrays"
    written = ArrayFile.open(path)
    content = path.read_bytes()
    start = content.index(written[array].all().tobytes())
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(start)
        file.write(bytes([content[start] ^ 1]))


def test_a_request_keeps_its_generation_and_the_next_one_gets_the_new(
    archive, serving, make_article
):
    before = serving.current()
    closed = watch_closing(before)
    assert grow(archive, make_article) == 2
    after = serving.current()
    assert (before.generation.number, after.generation.number) == (1, 2)
    assert not closed
    assert before.article("a00003").id == "a00003"
    serving.release(before)
    assert closed
    serving.release(after)
    assert serving.current() is after
    serving.release(after)


def test_an_idle_generation_is_closed_when_it_is_replaced(archive, serving, make_article):
    before = serving.current()
    closed = watch_closing(before)
    serving.release(before)
    assert not closed
    grow(archive, make_article)
    serving.release(serving.current())
    assert closed


def test_others_go_on_with_the_old_one_while_the_new_one_is_opened(
    archive, serving, make_article, monkeypatch
):
    serving.release(serving.current())
    grow(archive, make_article)
    opening, go_on = Event(), Event()
    open_current = type(serving._generations).open_current

    def open_slowly(generations, **options):
        opening.set()
        assert go_on.wait(30)
        return open_current(generations, **options)

    monkeypatch.setattr(type(serving._generations), "open_current", open_slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(serving.current)
        assert opening.wait(30)
        meanwhile = serving.current()
        assert meanwhile.generation.number == 1
        go_on.set()
        assert first.result().generation.number == 2
    serving.release(meanwhile)
    serving.release(first.result())


def test_requests_that_find_nothing_open_wait_for_one_opening(archive, serving):
    with ThreadPoolExecutor(8) as pool:
        handed = list(pool.map(lambda _: serving.current(), range(8)))
    assert len(set(handed)) == 1
    for served in handed:
        serving.release(served)


def test_a_rollback_is_picked_up(archive, serving, make_article):
    _, _, generations = archive
    grow(archive, make_article)
    serving.release(serving.current())
    generations.rollback()
    served = serving.current()
    assert served.generation.number == 1
    serving.release(served)


def test_a_damaged_generation_is_passed_over_once(archive, serving, make_article, monkeypatch):
    _, _, generations = archive
    damage(generations, grow(archive, make_article))
    served = serving.current()
    assert served.generation.number == 1
    assert "generation 2 is not served" in served.generation.warnings[0]
    serving.release(served)
    monkeypatch.setattr(type(serving._generations), "open_current", pytest.fail)
    assert serving.current() is served
    serving.release(served)


def test_a_page_that_is_found_damaged_is_answered_from_the_generation_before(
    archive, make_article, caplog
):
    _, _, generations = archive
    number = grow(archive, make_article)
    app = create_app(archive[0])
    client = app.test_client()
    assert client.get("/healthz").json["generation"] == 2
    spoil(generations, number, "text/documents")
    answer = client.get("/api/v1/search?q=bridge")
    assert (answer.status_code, answer.json["generation"]) == (200, 1)
    assert "array text/documents" in caplog.text
    app.extensions["backfile"].close()


def test_damage_without_a_generation_to_go_back_to_is_said(archive):
    app = create_app(archive[0])
    client = app.test_client()
    assert client.get("/healthz").json["generation"] == 1
    spoil(archive[2], 1, "text/documents")
    assert "cannot be searched now" in client.get("/search?q=river+toll").text
    answer = client.get("/api/v1/search?q=bridge")
    assert (answer.status_code, "no sound index" in answer.json["detail"]) == (503, True)
    assert client.get("/articles/a00003").status_code == 200
    app.extensions["backfile"].close()


def test_what_is_open_stays_when_nothing_sound_is_left(archive, serving):
    _, _, generations = archive
    served = serving.current()
    serving.release(served)
    (generations.folder / "CURRENT").write_text("gibberish")
    assert serving.current() is served
    serving.release(served)
    (generations.folder / "CURRENT").unlink()
    assert serving.current() is served
    serving.release(served)


def test_the_first_generation_is_picked_up_too(tmp_path):
    serving = Serving(Settings(home=tmp_path / "home"))
    with pytest.raises(NoGenerationError):
        serving.current()
    store, _, _ = build(tmp_path / "home", random_articles(5))
    served = serving.current()
    assert served.generation.articles == 5
    serving.release(served)
    serving.close()
    store.close()


def test_readers_notice_nothing_of_rebuilds(archive, make_article):
    """Three generations come and go under eight readers: all are answered, each from one."""
    app = create_app(archive[0])
    stop = Event()

    def read(reader):
        client, seen = app.test_client(), []
        while not stop.is_set():
            if reader % 2:
                answer = client.get("/api/v1/search?q=bridge+river+toll&size=3")
                found = answer.json["generation"]
            else:
                answer = client.get("/healthz")
                found = answer.json["generation"]
                assert answer.json["articles"] == 19 + found
            assert answer.status_code == 200
            assert client.get("/articles/a00004").status_code == 200
            seen.append(found)
        return seen

    with ThreadPoolExecutor(8) as pool:
        try:
            readers = [pool.submit(read, number) for number in range(8)]
            for _ in range(3):
                number = grow(archive, make_article)
                while app.test_client().get("/healthz").json["generation"] != number:
                    assert not any(reader.done() for reader in readers)
        finally:
            stop.set()
        for reader in readers:
            assert reader.result() == sorted(reader.result())
    app.extensions["backfile"].close()


def test_an_edited_list_of_names_is_read_with_the_next_generation(
    archive, tmp_path, make_article, caplog
):
    settings, *_ = archive
    path = tmp_path / "names.txt"
    path.write_text("Bridge, Mayor\n")
    serving = Serving(settings.model_copy(update={"name_variants": str(path)}))

    def spellings():
        served = serving.current()
        serving.release(served)
        return served.engine.search(SearchRequest(query="Viaduct")).variants

    assert spellings() == ()
    path.write_text("Viaduct, Aqueduct\n", encoding="utf-8")
    _, store, _ = archive
    store.upsert([make_article(id="names", body=("By the Aqueduct.",), published=NOW)], NOW)
    grow(archive, make_article)
    assert spellings() == (NameVariants("Viaduct", ("Aqueduct",)),)
    path.write_text("Viaduct\n")
    grow(archive, make_article)
    assert spellings() == (NameVariants("Viaduct", ("Aqueduct",)),)
    assert "names.txt, line 1: “Viaduct” stands alone" in caplog.text
    serving.close()
    with pytest.raises(NameListError, match="stands alone"):
        Serving(serving.settings)


@pytest.fixture
def ahead(serving):
    """A serving whose thread has opened the first generation."""
    serving.look_ahead()
    return serving


def met(serving, number):
    """Return what is served once it is the generation of that number."""
    for _ in range(6_000):
        served = serving.current()
        serving.release(served)
        if served.generation.number == number:
            return served
        PAUSE.wait(0.01)
    raise AssertionError(served.generation.number)


def test_a_thread_opens_a_new_generation_and_no_request_does(archive, ahead, make_article):
    before = ahead.current()
    openers = []
    open_current = ahead._generations.open_current

    def opened(**options):
        openers.append(threading.current_thread().name)
        return open_current(**options)

    ahead._generations.open_current = opened
    grow(archive, make_article)
    after = met(ahead, 2)
    assert set(openers) == {"generations"}
    assert "examples" in vars(after)  # it was asked something
    assert before.generation.number == 1
    ahead.release(before)
    archive[2].rollback()
    met(ahead, 1)


def test_what_is_new_in_the_store_is_taken_in_before_a_generation_is_served(
    archive, ahead, make_article
):
    _, _, generations = archive
    for _ in range(3):
        grow(archive, make_article)
    met(ahead, 4)
    generations.rollback(to=2)
    assert met(ahead, 2).recommender.newcomers == 2


def test_a_generation_that_is_found_damaged_while_it_is_warmed_is_never_served(
    archive, ahead, make_article, caplog
):
    _, _, generations = archive
    number = grow(archive, make_article)
    generations.rollback()
    met(ahead, 1)
    spoil(generations, number, "text/documents")
    (generations.folder / "CURRENT").write_text(str(number))
    while ahead._seen != number:
        PAUSE.wait(0.01)
    assert met(ahead, 1).generation.number == 1
    assert "array text/documents is damaged" in caplog.text


def test_a_worker_begins_with_a_damaged_generation_where_there_is_no_other(archive, serving):
    spoil(archive[2], 1, "text/documents")
    serving.look_ahead()
    served = serving.current()
    assert served.article("a00003").id == "a00003"
    serving.release(served)


def test_the_first_generation_is_served_after_looking_for_it_in_vain(tmp_path):
    serving = Serving(Settings(home=tmp_path / "home"))
    serving.look_ahead()
    with pytest.raises(NoGenerationError):
        serving.current()
    store, generations, _ = build(tmp_path / "home", random_articles(5))
    served = serving.current()
    assert served.generation.articles == 5
    serving.release(served)
    rebuild(store, generations, now=NOW, steps=[related_lists])
    met(serving, 2)
    serving.close()
    store.close()


def test_every_answer_names_its_generation(archive, make_article):
    app = create_app(archive[0])
    client = app.test_client()
    paths = ["/", "/search?q=bridge", "/api/v1/search?q=bridge", "/articles/a00003", "/healthz"]
    paths += ["/api/v1/page-blocks?id=a00003", "/search.rss?q=bridge", "/search.csv"]
    for number in (1, 2):
        for path in paths:
            answer = client.get(path)
            assert answer.headers["Backfile-Generation"] == str(number), path
            answer.close()
        grow(archive, make_article)
    assert "Backfile-Generation" not in client.get("/api/v1/openapi.json").headers
    app.extensions["backfile"].close()
