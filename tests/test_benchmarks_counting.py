"""The measurement of counting sends what it says, and finds nothing lost."""

from itertools import islice

from benchmarks import counting
from tests.archives import build, random_articles


def test_beacons_are_distinct_but_for_those_that_are_repeated():
    views = list(islice(counting.beacons(3, [f"a{number}" for number in range(500)]), 2_000))
    assert len({beacon for _, beacon in views}) == sum(new for new, _ in views)
    repeated = [place for place, (new, _) in enumerate(views) if not new]
    assert len(repeated) >= 2_000 // (counting.REPEATED + 2)
    assert all(views[place][1] == views[place - 1][1] for place in repeated)


def test_what_is_sent_is_counted(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(counting, "RATE", 200)
    monkeypatch.setenv("BACKFILE_TRUSTED_PROXIES", "1")  # and as it was, afterwards
    store, *_ = build(tmp_path / "home", random_articles(60))
    store.close()
    counting.measure(tmp_path / "home", 2)
    printed = capsys.readouterr().out
    assert "400 beacons" in printed
    assert ", 0 failed" in printed
    assert "counted, 0 lost" in printed
