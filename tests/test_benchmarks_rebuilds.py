"""The proofs of rebuilds and kills, small: an archive of some articles, and few of each."""

from benchmarks import kills, rebuilds
from benchmarks.mixed import SHARES, kind_of, mixture
from tests.archives import build, random_articles


def test_a_mixture_has_every_kind_in_its_share_and_is_the_same_each_time():
    ids, topics = [f"a{number}" for number in range(50)], ["bridge toll", "river"]
    paths = mixture(ids, topics, 4_000)
    assert paths == mixture(ids, topics, 4_000)
    for kind, share in SHARES.items():
        found = sum(kind_of(path) == kind for path in paths) / 40
        assert abs(found - share) < 3, kind
    opened = [path for path in paths if path.startswith("/articles/")]
    assert opened.count("/articles/a0") > 5 * opened.count("/articles/a49") > 0


def test_every_answer_is_that_of_the_generation_it_names(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(rebuilds, "RATE", 20)
    monkeypatch.setattr(rebuilds, "TURNS", 1)
    monkeypatch.setattr(rebuilds, "BEGINNING", 0.1)
    store, *_ = build(tmp_path / "home", random_articles(60))
    store.close()
    rebuilds.measure(tmp_path / "home", ["bridge toll", "river ferry"], 1)
    printed = capsys.readouterr().out
    assert ", 0 failed" in printed
    assert rebuilds.RIGHT in printed
    found = [line for line in printed.splitlines() if " answers " in line]
    assert all(line.endswith((rebuilds.RIGHT, rebuilds.UNSETTLED)) for line in found), found


def test_what_is_acknowledged_outlives_kills_of_every_kind(request, tmp_path, capsys):
    store, *_ = build(tmp_path / "home", random_articles(60))
    store.close()
    course = kills.measure(tmp_path / "home", request.config.getoption("kills"))
    assert not course.faults, capsys.readouterr().out
    assert course.kills.total() > 1
