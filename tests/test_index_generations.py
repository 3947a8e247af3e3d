"""Rebuild, publish, roll back: the served generation is always whole, and always one of ours."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from select import select
from time import monotonic

import pytest

from articles.article import Status
from articles.store import Store
from index import manifest
from index.arrays import DamagedFileError
from index.builder import rebuild
from index.generation import Generation
from index.publish import Generations, NoGenerationError, RebuildRunningError
from index.visibility import Visibility
from recommender.lists import related_lists
from recommender.recommender import Recommender
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from tests.archives import NOW, build, random_articles

ROOT = Path(__file__).resolve().parents[1]
REBUILDER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from select import select
from time import monotonic
import index.term_weights  # takes long; each rebuild would import it
from articles.store import Store
from index.builder import rebuild
from index.publish import Generations
from recommender.lists import related_lists
home = Path(sys.argv[1])
for _ in sys.stdin:
    child = os.fork()
    if not child:
        with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
            rebuild(store, Generations(home / "generations"),
                    now=datetime(2026, 1, 1, tzinfo=UTC), steps=[related_lists])
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Rebuilder:
    """A process that rebuilds in forked children, so that starting one costs nothing."""

    def __init__(self, home, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-c", REBUILDER, str(home)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()

    def run(self, kill_after=None):
        """Rebuild once, killed after so many seconds; return the status of the child."""
        self.process.stdin.write(b"go\n")
        child = int(self.process.stdout.readline())
        if kill_after is not None and not select([self.process.stdout], [], [], kill_after)[0]:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(child, signal.SIGKILL)
        return int(self.process.stdout.readline())


def rebuild_once(home):
    with Rebuilder(home) as rebuilder:
        assert rebuilder.run() == 0


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def total(generations, text="bridge"):
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation))
    found = engine.search(SearchRequest(query=text)).total
    engine.close()
    return generation.number, found


@pytest.fixture
def home(tmp_path):
    store, _, _ = build(tmp_path, random_articles(150))
    store.close()
    return tmp_path


def test_same_archive_gives_the_same_bytes_under_two_hash_seeds(home):
    for seed in ("1", "2"):
        with Rebuilder(home, PYTHONHASHSEED=seed) as rebuilder:
            assert rebuilder.run() == 0
    first, second, third = (content(home / "generations" / f"00000{n}") for n in (1, 2, 3))
    assert first == second == third
    names = ("addresses", "archive", "articles_0", "related", "suggestions")
    arrays = {f"{name}.arrays" for name in names}
    assert set(first) == arrays | {manifest.NAME}


def test_counts_and_skips(tmp_path):
    articles = random_articles(20)
    articles[3] = replace(articles[3], status=Status.DRAFT)
    articles[4] = replace(articles[4], published=NOW + timedelta(seconds=1))
    store, generations, report = build(tmp_path, articles)
    assert (report.number, report.articles, report.skipped) == (1, 18, 2)
    (info,) = generations.list()
    assert (info.number, info.articles, info.bytes, info.current) == (1, 18, report.bytes, True)
    store.close()


def test_progress_reaches_its_end(home):
    seen = {}
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        rebuild(
            store,
            Generations(home / "generations"),
            now=NOW,
            steps=[related_lists],
            on_progress=lambda p: seen.setdefault(p.stage, []).append((p.done, p.total)),
        )
    assert list(seen) == [
        "reading articles",
        "uniting words",
        "writing segments",
        "finding boilerplate",
        "finding themes",
        "relating articles",
    ]
    for steps in seen.values():
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]


def test_three_are_kept_and_rollback_goes_back(home):
    generations = Generations(home / "generations")
    with Rebuilder(home) as rebuilder:
        assert [rebuilder.run() for _ in range(4)] == [0] * 4
    assert generations.numbers() == (3, 4, 5)
    assert generations.current_number() == 5
    assert generations.rollback() == 4
    assert generations.rollback() == 3
    with pytest.raises(NoGenerationError, match="no generation before 3"):
        generations.rollback()
    with pytest.raises(NoGenerationError, match="no generation 9; kept are: 3, 4, 5"):
        generations.rollback(9)
    assert generations.rollback(5) == 5
    rebuild_once(home)
    assert generations.numbers() == (4, 5, 6)


def test_nothing_built_is_said_with_the_remedy(tmp_path):
    generations = Generations(tmp_path / "nowhere")
    assert generations.list() == ()
    assert generations.current_number() is None
    with pytest.raises(NoGenerationError, match="backfile rebuild"):
        generations.open_current()


def test_one_rebuild_at_a_time(home):
    generations = Generations(home / "generations")
    with generations.locked(), pytest.raises(RebuildRunningError, match="another rebuild"):
        Generations(home / "generations").rollback()


def test_a_step_that_fails_changes_nothing(home):
    def fails(_):
        raise OSError("no space left on device")

    generations = Generations(home / "generations")
    before = sorted(path.name for path in generations.folder.iterdir())
    with (
        Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store,
        pytest.raises(OSError, match="no space"),
    ):
        rebuild(store, generations, now=NOW, steps=[fails])
    assert sorted(path.name for path in generations.folder.iterdir()) == before
    assert generations.current_number() == 1


def test_every_incomplete_file_is_named_and_the_previous_generation_served(home):
    rebuild_once(home)
    generations = Generations(home / "generations")
    folder = generations.folder / "000002"
    expected = total(generations)[1]
    rng = random.Random(5)
    for path in sorted(folder.iterdir()):
        original = path.read_bytes()
        another = (folder.with_name("000001") / path.name).read_bytes()[::-1]
        for damaged in (original[: rng.randrange(len(original))], original[1:], another, None):
            path.unlink() if damaged is None else path.write_bytes(damaged)
            generation = generations.open_current()
            assert generation.number == 1
            assert len(generation.warnings) == 1
            assert path.name in generation.warnings[0]
            generation.close()
            assert total(generations) == (1, expected)
            with pytest.raises(DamagedFileError, match=path.name):
                generations.rollback(2)
        path.write_bytes(original)
    assert total(generations) == (2, expected)


def test_every_flipped_byte_is_found_and_no_answer_changes(home):
    rebuild_once(home)
    generations = Generations(home / "generations")
    expected = everything(generations.folder / "000002")
    rng = random.Random(6)
    for path in sorted((generations.folder / "000002").iterdir()):
        original = path.read_bytes()
        for _ in range(40):
            place = rng.randrange(len(original))
            flipped = bytes([original[place] ^ 1 << rng.randrange(8)])
            path.write_bytes(original[:place] + flipped + original[place + 1 :])
            with pytest.raises(DamagedFileError, match=path.name):
                generations.rollback(2)
            try:
                assert everything(path.parent) == expected
            except DamagedFileError as error:
                assert path.name in str(error)  # noqa: PT017  either is right
        path.write_bytes(original)
    assert generations.rollback(2) == 2


def everything(folder):
    """Return answers for which every file of a generation is read."""
    generation = Generation(folder)
    try:
        visibility = Visibility(generation)
        answer = EmbeddedEngine(generation, visibility).search(
            SearchRequest(query='"bridge treaty" OR harv* title:storm', limit=20)
        )
        related = Recommender(generation, visibility).for_article("a00003")
        return answer, related, generation.lengths.tolist()
    finally:
        generation.close()


def test_closing_releases_every_file(home):
    def held():
        maps = Path("/proc/self/maps").read_text()
        opened = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.exists()]
        return maps.count(str(home)) + sum(str(home) in str(path) for path in opened)

    generation = Generations(home / "generations").open_current()
    assert generation.lengths.sum() + generation.frequencies.sum() > 0
    assert generation.rows.idf.any()
    assert held()
    generation.close()
    del generation
    assert not held()


def test_a_generation_without_related_lists_says_so(tmp_path):
    store, generations, _ = build(tmp_path, random_articles(10))
    with store:
        rebuild(store, generations, now=NOW)
    generation = generations.open_current()
    with pytest.raises(DamagedFileError, match=r"no related\.arrays: run `backfile rebuild`"):
        Recommender(generation, Visibility(generation))
    generation.close()


def test_no_sound_generation_is_said(home):
    generations = Generations(home / "generations")
    (generations.folder / "000001" / "archive.arrays").unlink()
    with pytest.raises(NoGenerationError, match=r"archive\.arrays"):
        generations.open_current()


def test_another_format_is_refused(home):
    generations = Generations(home / "generations")
    path = generations.folder / "000001" / manifest.NAME
    path.write_text(path.read_text().replace(f'"format": {manifest.FORMAT}', '"format": 99'))
    (info,) = generations.list()
    assert "format 99" in info.damage
    assert "backfile rebuild" in info.damage


def test_current_that_is_no_number_is_said(home):
    generations = Generations(home / "generations")
    (generations.folder / "CURRENT").write_text("one\n")
    with pytest.raises(DamagedFileError, match="backfile rollback"):
        generations.current_number()


def test_killed_at_any_moment_the_served_generation_stays(home):
    """SIGKILL fifty rebuilds at random moments; what is served is always whole."""
    generations = Generations(home / "generations")
    expected = total(generations)[1]
    rng = random.Random(17)
    statuses = []
    with Rebuilder(home) as rebuilder:
        assert rebuilder.run() == 0  # it has started when this returns
        started = monotonic()
        assert rebuilder.run() == 0
        longest = 1.5 * (monotonic() - started)  # so that on any machine some are killed, some end
        for _ in range(50):
            before = generations.current_number()
            statuses.append(rebuilder.run(kill_after=longest * rng.random()))
            number = generations.current_number()
            assert statuses[-1] or number > before
            assert total(generations) == (number, expected)
        assert rebuilder.run() == 0
    assert signal.SIGKILL in statuses
    assert 0 in statuses
    assert total(generations)[1] == expected
    numbers = {f"{number:06d}" for number in generations.numbers()}
    assert len(numbers) <= 3
    names = {path.name for path in generations.folder.iterdir()}
    assert names == numbers | {"CURRENT", "LOCK"}
