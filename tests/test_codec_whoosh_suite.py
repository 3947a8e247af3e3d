"""Whoosh's own tests with the codec of arrays as the default, in both distributions of Whoosh.

They are taken from the source distributions when these tests run.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.whoosh_distributions import (
    RELOADED,
    ROOT,
    WHOOSH3,
    Suite,
    UnavailableError,
    environment,
    package,
    sources,
)

ONLY_STOCK = {
    WHOOSH3: {
        # It looks for the magic of Whoosh's blocks of postings in the files.
        "tests.test_codecs.test_corrupt_postings_block_raises_clear_error",
        # It counts how often the module of Whoosh's codec compresses a block.
        "tests.test_codecs.test_tiny_blocks_stored_uncompressed_round_trip",
    },
    RELOADED: set(),
}
"""Tests of how Whoosh's own codec lays out its files; at most three."""
WITHOUT_WHOOSH = {
    "test_index_generations.py",
    "test_search_metamorphic.py",
    "test_search_paging.py",
    Path(__file__).name,
}
"""Files of ours about folders that are published, and about orders and pages of what is found."""
OWN = sorted(
    str(path.relative_to(ROOT))
    for name in ("codec", "search", "index")
    for path in (ROOT / "tests").glob(f"test_{name}_*.py")
    if path.name not in WITHOUT_WHOOSH
)


@pytest.fixture(params=[WHOOSH3, RELOADED], ids=lambda distribution: distribution.name)
def distribution(request):
    try:
        sources(request.param)
        package(request.param)
    except UnavailableError as error:
        pytest.skip(str(error))
    return request.param


def test_whoosh_passes_its_own_tests_with_arrays(distribution):
    runs = [Suite(distribution, arrays=arrays) for arrays in (False, True)]
    stock, arrays = (run.outcomes() for run in runs)
    assert sum(not failed for failed in stock.values()) > 500
    assert len(arrays) == len(stock) + 1
    new = {name for name, failed in arrays.items() if failed and not stock.get(name)}
    assert len(ONLY_STOCK[distribution]) <= 3
    assert new == ONLY_STOCK[distribution]


def test_our_tests_pass_on_the_other_distribution():
    try:
        env = environment(RELOADED)
    except UnavailableError as error:
        pytest.skip(str(error))
    told = "import whoosh; print(whoosh.versionstring())"
    version = subprocess.check_output([sys.executable, "-c", told], env=env, text=True)
    assert version.strip() == "2.7.5"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *OWN],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
