"""The numbers of `/metrics`: what each is called, and how those of several processes add up."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry

from web.watching.tallies import Key, Tallies

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds at which the buckets of durations end."""
_ENDS = (*(str(end) for end in BUCKETS), "+Inf")
REQUESTS = "requests"
REQUEST_SECONDS = "request_seconds"
SEARCH_SECONDS = "search_seconds"
LOGGED = "logged"
QUEUE = "queue"
NEWCOMERS = "newcomers"
MEMORY = "memory"
FRESH = "fresh"
LAG = "lag"
LAYER_SECONDS = "layer_seconds"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are told apart; a client can name any."""


@dataclass(frozen=True, slots=True)
class ArchiveNumbers:
    """What the archive is at the moment it is asked; None and empty where that is not known.

    Attributes
    ----------
    ready : bool
        Whether readers can be sent here.
    generation, generation_articles, waiting : int or None
        The number of what is served, its articles, and the store's changes since it was built.
    age : float or None
        Seconds since it was built.
    store_articles : mapping of str to int
        The store's articles by status.
    """

    ready: bool
    generation: int | None = None
    generation_articles: int | None = None
    age: float | None = None
    waiting: int | None = None
    store_articles: Mapping[str, int] = field(default_factory=dict)


def count_request(tallies: Tallies, route: str, method: str, status: int, seconds: float) -> None:
    """Count one request that was answered."""
    known = method if method in METHODS else "other"
    tallies.add(REQUESTS, route, known, str(status))
    observe(tallies, REQUEST_SECONDS, route, seconds)


def observe(tallies: Tallies, name: str, label: str, seconds: float) -> None:
    """Count one duration.

    Examples
    --------
    >>> tallies = Tallies()
    >>> observe(tallies, SEARCH_SECONDS, "", 0.003)
    >>> tallies.all()
    {('search_seconds', '', '0.005'): 1.0, ('search_seconds', '', 'sum'): 0.003}
    >>> tallies.close()
    """
    tallies.observe(name, label, _ENDS[bisect_left(BUCKETS, seconds)], seconds)


def exposition(processes: Iterable[Mapping[Key, float]], archive: ArchiveNumbers) -> bytes:
    """Return all numbers in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Numbers(list(processes), archive))
    return generate_latest(registry)


class _Numbers(Collector):
    """Collects what `exposition` was given."""

    def __init__(self, processes: list[Mapping[Key, float]], archive: ArchiveNumbers) -> None:
        self._processes = processes
        self._archive = archive

    def collect(self) -> Iterator[Metric]:
        """Yield every family of numbers."""
        sums: dict[Key, float] = defaultdict(float)
        for process in self._processes:
            for key, value in process.items():
                sums[key] += value
        yield _counter("requests", "Requests that were answered.", "route method status", sums)
        yield _counter("logged", "Lines of the log that tell of a fault.", "level", sums)
        yield _durations("request_seconds", "Seconds until an answer began.", "route", sums)
        yield _durations("search_seconds", "Seconds that a search took.", "", sums)
        queues = GaugeMetricFamily(
            "backfile_queue_length",
            "What waits in memory to be written to the store.",
            labels=["queue"],
        )
        for (name, *labels), value in sorted(sums.items()):
            if name == QUEUE:
                queues.add_metric(labels, value)
        yield queues
        # Each process takes in all that comes: one that lags behind is not the measure of how much.
        yield _gauge(
            "newcomers",
            "Articles in the lists that came after the generation.",
            self._most(NEWCOMERS),
        )
        yield _gauge(
            "fresh_articles", "Articles found that came after the generation.", self._most(FRESH)
        )
        yield _gauge(
            "layer_lag_seconds",
            "Seconds since a process found all that is stored, of the slowest.",
            self._most(LAG),
        )
        yield _durations("layer_seconds", "Seconds until what had come in was found.", "", sums)
        memory = sums.get((MEMORY,), 0.0)
        yield _gauge("memory_bytes", "Memory of the processes that no file stands behind.", memory)
        yield _gauge("workers", "Processes that count here.", len(self._processes))
        yield from _of_archive(self._archive)

    def _most(self, name: str) -> float:
        return max((process.get((name,), 0.0) for process in self._processes), default=0.0)


def _of_archive(archive: ArchiveNumbers) -> Iterator[Metric]:
    yield _gauge("ready", "Whether readers can be sent here: 1 or 0.", int(archive.ready))
    for name, documentation, value in (
        ("generation_number", "The generation that is served.", archive.generation),
        ("generation_age_seconds", "Seconds since the generation was built.", archive.age),
        ("generation_articles", "Articles of the generation.", archive.generation_articles),
        ("changes_waiting", "Changes of the store since the generation.", archive.waiting),
    ):
        if value is not None:
            yield _gauge(name, documentation, value)
    stored = GaugeMetricFamily(
        "backfile_store_articles", "Articles of the store.", labels=["status"]
    )
    for status, number in archive.store_articles.items():
        stored.add_metric([status], number)
    yield stored


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"backfile_{name}", documentation, value=value)


def _counter(
    wanted: str, documentation: str, labels: str, sums: Mapping[Key, float]
) -> CounterMetricFamily:
    family = CounterMetricFamily(f"backfile_{wanted}", documentation, labels=labels.split())
    for (name, *values), number in sorted(sums.items()):
        if name == wanted:
            family.add_metric(values, number)
    return family


def _durations(
    wanted: str, documentation: str, label: str, sums: Mapping[Key, float]
) -> HistogramMetricFamily:
    labels = label.split()
    family = HistogramMetricFamily(f"backfile_{wanted}", documentation, labels=labels)
    for value in sorted({key[1] for key in sums if key[0] == wanted} or set()):
        buckets, total = [], 0.0
        for end in _ENDS:
            total += sums.get((wanted, value, end), 0.0)
            buckets.append((end, total))
        family.add_metric([value] if labels else [], buckets, sums.get((wanted, value, "sum"), 0.0))
    return family
