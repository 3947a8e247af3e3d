"""Related articles of a corpus: through import, rebuild and recommender, beside scikit-learn."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from articles.store import Store
from benchmarks.archive import built
from benchmarks.related import cost, graded, judged, people, reliability, sizes
from benchmarks.related.cost import TimedLists
from benchmarks.related.systems import BASE, COLLAPSED, PLAIN, SITE, Lists, Opened, systems
from benchmarks.report import target_line
from benchmarks.targets import Target
from recommender.similarity import BIAS, SLOPE

TEXTS = 300
"""Articles that are asked for and added one by one."""
SITE_LISTS = (5, 20)
"""Lengths of lists in which near copies are looked for."""
_AP88 = 79_000
"""Articles from which on the lists are held to the time that AP88's may take."""


def measure(home: Path, corpus: Path, qrels: Path | None) -> None:
    """Measure everything that the corpus and its judgments allow, and print it."""
    step = TimedLists(threads=2)
    with Store.open(f"sqlite:///{home / 'archive.sqlite3'}") as store:
        opened = Opened.of(built(home, store, corpus, step).open_current())
    labelled = graded.read_labels(corpus)
    targets: list[Target] = []
    if qrels or labelled:
        ways = systems(opened)
        if qrels:
            targets += on_topics(opened, ways, qrels)
        if labelled:
            targets += on_labels(opened, ways, labelled)
            by_size(home / "sizes", opened, labelled)
    targets += by_people(home / "people")
    targets += by_the_clock(opened, step)
    print("\nTargets", *(target_line(target, 4) for target in targets), sep="\n")


def on_topics(opened: Opened, ways: Mapping[str, Lists], qrels: Path) -> Iterator[Target]:
    """Print what lists are worth on judged topics, and how their scores come true."""
    chosen = judged.choices(opened, qrels)
    seeds = judged.seeds_of(opened, chosen)
    lists = {name: judged.listed(way, seeds, judged.DEPTH) for name, way in ways.items()}
    for choice, questions in chosen.items():
        groups = len({question.group for question in questions.questions})
        print(f"\n{choice}: {groups} topics, {len(questions.questions):,} seeds")
        print(f"  {'':36}{'nDCG@5':>10}{'of judged':>12}")
        found = {name: judged.quality(opened, questions, lists[name]) for name in ways}
        for name, one in found.items():
            print(f"  {name:36}{one.first:10.4f}{one.judged:12.4f}", flush=True)
        base, plain, ours = found[BASE], found[PLAIN], found[COLLAPSED]
        first, among = judged.p_values(base, ours)
        print(f"  {'p of collapsed against the first':36}{first:10.4f}{among:12.4f}", flush=True)
        yield Target(f"nDCG@5, {choice}", base.first + 0.008, ours.first, "of 1")
        yield Target(f"nDCG@5 of judged, {choice}", base.judged, ours.judged, "of 1")
        yield Target(f"cost of collapsing, {choice}", 0.002, plain.first - ours.first, "nDCG")
    for length in SITE_LISTS:
        shown = judged.listed(ways[SITE], seeds, length)
        found_copies = judged.copies(opened, shown)
        yield Target(f"near copies in lists of {length}", 0, found_copies, "pairs")
    pairs = reliability.listed(opened, chosen["seeds spread"], lists[PLAIN])
    print_reliability(pairs)


def print_reliability(pairs: reliability.Listed) -> None:
    """Print how the scores come true, those of now and those of a new fit."""
    curve = reliability.refitted(pairs)
    scored = {
        f"scores of now (slope {SLOPE:g}, bias {BIAS:g})": reliability.stored_scores(pairs),
        f"fitted anew (slope {curve.slope:.2f}, bias {curve.bias:.2f})": curve.crossed,
    }
    for depth in (5, reliability.NEAREST):
        inside = pairs.places < depth
        for name, scores in scored.items():
            found = reliability.bins(scores[inside], pairs.related[inside])
            error = reliability.calibration_error(found)
            square = reliability.brier(scores[inside], pairs.related[inside])
            print(f"\n{name}, lists of {depth}: error {error:.3f}, Brier {square:.4f}")
            for one in found:
                said, true = f"said {one.said:.3f}", f"true {one.true:.3f}"
                print(f"  {one.pairs:8,} pairs  {said}  {true}", flush=True)


def on_labels(
    opened: Opened, ways: Mapping[str, Lists], labelled: graded.Labelled
) -> Iterator[Target]:
    """Print what lists are worth by shared topics and places."""
    labels = graded.labels_of(opened, labelled)
    seeds = graded.chosen(labels, graded.SEEDS)
    print(f"\nshared topics and places, {len(seeds):,} seeds")
    found = {}
    for name, way in ways.items():
        found[name] = graded.quality(labels, judged.listed(way, seeds, cost.PLACES))
        print(f"  {name:36}{found[name]:10.4f}", flush=True)
    yield Target("nDCG@5, graded", found[BASE] + 0.005, found[COLLAPSED], "of 1")
    yield Target("cost of collapsing, graded", 0.002, found[PLAIN] - found[COLLAPSED], "nDCG")


def by_size(home: Path, opened: Opened, labelled: graded.Labelled) -> None:
    """Print from how many articles on themes are worth something."""
    print("\nthemes by the size of the archive, nDCG@5 by common labels")
    heads = "".join(f"{f'1 of {share}':>10}" for share in sizes.SHARES)
    print(f"  {'articles':10}{'words':>10}{heads}")
    for count in sizes.SIZES:
        if count <= opened.generation.articles:
            one = sizes.size(home, opened, labelled, count)
            values = "".join(f"{value:10.4f}" for value in one.themes.values())
            print(f"  {one.articles:<10,}{one.words:10.4f}{values}", flush=True)


def by_people(home: Path) -> Iterator[Target]:
    """Print how far the similarity is that of people."""
    data = people.folder()
    if data is None:
        print("\nLee's 50 texts are left out: gensim, which has them, is not installed")
        return
    print("\ncorrelation with people, 50 texts")
    for name, background in (("with 300 others", True), ("alone", False)):
        value = people.correlation(home / name.replace(" ", "-"), data, background=background)
        print(f"  {name:36}{value:10.4f}")
        if background:
            yield Target("correlation with people", 0.58, value, "of 1")


def by_the_clock(opened: Opened, step: TimedLists) -> Iterator[Target]:
    """Print what lists cost and how exact they are."""
    found = cost.recall_of_lists(opened)
    archive = cost.archive_of(opened)
    one, two = (cost.seconds_by_candidates(archive, threads) for threads in (1, 2))
    exactly = cost.seconds_exactly(archive)
    print(f"\nseconds for the lists of all articles {'clock':>8}{'processor':>12}")
    rows = {
        "by candidates, one thread": one,
        "by candidates, two threads": two,
        "exactly": exactly,
        "step of the build, two threads": step.spent,
    }
    for name, each in rows.items():
        print(f"  {name:36}{each.seconds:8.1f}{each.processor:12.1f}", flush=True)
    print("\nmilliseconds, median and 95th percentile")
    times = cost.of_one_article(opened, TEXTS)
    for name, each in times.items():
        print(f"  {name:36}{each.median:10.2f}{each.p95:10.2f}")
    yield Target("recall of the stored lists at 5", 0.97, found, "of 1")
    yield Target("exact cost, of that by candidates", 6, exactly.processor / one.processor, "times")
    if opened.generation.articles >= _AP88:
        yield Target("lists of the build, two threads", 90, step.spent.seconds, "s")
    yield Target("new article, lists it enters, p95", 15, times[cost.ENTERED].p95, "ms")
