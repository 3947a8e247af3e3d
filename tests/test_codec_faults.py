"""Killed writers, truncated files and flipped bytes: nothing is lost, nothing wrong is answered."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from select import select

import pytest

from index.arrays import DamagedFileError
from index.codec.index import ArrayIndex, open_dir
from index.whoosh_api import EmptyIndexError, RamStorage, W3Codec
from tests import codec_life
from tests.whoosh_reading import read_everything

ROOT = Path(__file__).parents[1]
KILLS = 200
FLIPS = 500


class Lives:
    """A process that commits in forked children, so that starting one costs nothing."""

    def __init__(self, folder):
        program = f"from tests.codec_life import lives; lives({str(folder)!r})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()

    def run(self, seconds):
        """Let one live for so long after its beginning; return the commits that it reported."""
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline().removeprefix(b"begins "))
        select([], [], [], seconds)
        os.kill(child, signal.SIGKILL)
        return [int(line) for line in iter(self.process.stdout.readline, b"ends\n")]


def test_killed_at_any_moment_no_commit_is_lost_and_none_is_half(tmp_path):
    codec_life.create(tmp_path)
    rng = random.Random(23)
    reached = torn = 0
    with Lives(tmp_path) as lives:
        longest = 6 / len(lives.run(1.0))  # so that on any machine some commits come through
        for _ in range(KILLS):
            last, _ = codec_life.found(tmp_path)
            acknowledged = lives.run(longest * rng.random())
            number, stored = codec_life.found(tmp_path)
            assert number - max(acknowledged, default=last) in (0, 1)
            assert stored == codec_life.documents(number)
            reached += len(acknowledged)
            torn += files(tmp_path) != needed(tmp_path)
            open_dir(tmp_path).writer().cancel()
            assert files(tmp_path) == needed(tmp_path)
    assert reached > KILLS / 10
    assert torn > KILLS / 10
    codec_life.commit(tmp_path, number + 1)
    open_dir(tmp_path).verify()


def files(folder):
    return {path.name for path in folder.iterdir()}


def needed(folder):
    ix = open_dir(folder)
    named = {f"{segment.segment_id()}.arrays" for segment in ix._segments()}
    return {f"_MAIN_{ix.latest_generation()}.toc", "MAIN_WRITELOCK", *named}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The files of a sound index with several segments and deletions, and what a reader says."""
    folder = tmp_path_factory.mktemp("sound")
    codec_life.create(folder)
    for number in range(1, 5):
        codec_life.commit(folder, number)
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    content.pop("MAIN_WRITELOCK")
    assert len(content) >= 3
    return content, read_everything(open_dir(folder))


def damaged(content, name, data):
    """Return an index in memory one of whose files is another one."""
    storage = RamStorage()
    storage.files = {**content, name: data}
    return storage


def check(storage, name, expected):
    """See to it that a damage is found, and named, and that no answer is wrong until then."""
    with pytest.raises((DamagedFileError, EmptyIndexError), match=name):
        ArrayIndex(storage).verify()
    try:
        assert read_everything(ArrayIndex(storage)) == expected
    except DamagedFileError as error:
        assert name in str(error)  # noqa: PT017


def test_every_flipped_byte_is_found_and_named(sound):
    content, expected = sound
    rng = random.Random(29)
    names = sorted(content)
    sizes = [len(content[name]) for name in names]
    for _ in range(FLIPS):
        (name,) = rng.choices(names, sizes)
        data = bytearray(content[name])
        data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        check(damaged(content, name, bytes(data)), name, expected)


def test_every_truncated_file_is_found_and_named(sound, tmp_path):
    content, expected = sound
    for name, data in content.items():
        for length in {0, 1, 20, len(data) // 3, len(data) // 2, len(data) - 20, len(data) - 1}:
            check(damaged(content, name, data[:length]), name, expected)
            for other, whole in content.items():
                (tmp_path / other).write_bytes(whole)
            (tmp_path / name).write_bytes(data[:length])
            with pytest.raises(DamagedFileError, match=name):
                read_everything(open_dir(tmp_path))


def test_a_missing_file_is_named(sound, tmp_path):
    content, _ = sound
    missing = next(name for name in content if name.endswith(".arrays"))
    for name, data in content.items():
        if name != missing:
            (tmp_path / name).write_bytes(data)
    with pytest.raises(FileNotFoundError, match=missing):
        read_everything(open_dir(tmp_path))
    with pytest.raises(DamagedFileError, match=f"{missing} is missing"):
        open_dir(tmp_path).verify()


def test_the_file_of_another_segment_is_refused(sound):
    content, _ = sound
    first, second = [name for name in content if name.endswith(".arrays")][:2]
    storage = damaged(content, first, content[second])
    with pytest.raises(DamagedFileError, match=f"{first} is damaged: it is not the file"):
        read_everything(ArrayIndex(storage))


def test_a_damaged_segment_of_whoosh_is_found_when_the_index_is_verified(tmp_path):
    codec_life.create(tmp_path)
    with open_dir(tmp_path).writer(codec=W3Codec()) as writer:
        writer.merge = False
        writer.add_document(id="w", body="well known words")
    open_dir(tmp_path).verify()
    (path,) = tmp_path.glob("*.seg")
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(DamagedFileError, match=f"{path.name} is damaged"):
        read_everything(open_dir(tmp_path))
    path.write_bytes(data[:50] + b"?" + data[51:])
    with pytest.raises(DamagedFileError, match=f"{path.name} is damaged"):
        open_dir(tmp_path).verify()
