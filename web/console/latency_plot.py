"""Plots of latencies: half of the answers and the slow ones over time, drawn and in numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import floor, log10
from typing import NamedTuple

from index.arrays import Array
from web.formatting import counted
from web.watching.latencies import MINUTES, Answer, percentile

HEIGHT = 40
"""The height of a drawing; the width is 100, of whatever the page has."""
HALF, SLOW = 0.5, 0.95
NAMES = {
    Answer.SEARCH: "Search",
    Answer.RELATED: "Related articles",
    Answer.PAGE_BLOCKS: "Blocks of a page",
}


class Span(StrEnum):
    """How much of the past is shown."""

    HOUR = "hour"
    DAY = "day"


class _Steps(NamedTuple):
    """Minutes: of all, of a step of the drawing, of a row of the table, and between labels."""

    all: int
    step: int
    row: int
    label: int


_STEPS = {Span.HOUR: _Steps(60, 1, 5, 10), Span.DAY: _Steps(MINUTES, 15, 60, 240)}


class Row(NamedTuple):
    """Answers of a stretch of time, in words."""

    begins: str
    answers: int
    half: str
    slow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPlot:
    """One drawing of 100 by `HEIGHT`: a line for half of the answers and one for 95 of 100.

    Attributes
    ----------
    answer : Answer
        What was timed.
    name, summary : str
        Its heading, and the drawing in one sentence.
    half, slow : str
        The paths of the lines, with gaps where nothing was answered; empty where nothing ever was.
    top : str
        The duration at the upper edge.
    labels : tuple of str
        Times below it, each at the start of an equal stretch.
    rows : tuple of Row
        The same as a table.
    """

    answer: Answer
    name: str
    summary: str
    half: str
    slow: str
    top: str
    labels: tuple[str, ...]
    rows: tuple[Row, ...]


def latency_plot(day: Array, answer: Answer, span: Span, now: datetime) -> LatencyPlot:
    """Return the plot of one kind of answer.

    Parameters
    ----------
    day : int64 array of shape (MINUTES, answers, BUCKETS)
        The day that ends with this minute: see `web.watching.latencies.day_of`.
    answer : Answer
        The kind.
    span : Span
        How much of it is drawn.
    now : datetime
        In the last minute of the day.
    """
    steps = _STEPS[span]
    counts = day[MINUTES - steps.all :, list(Answer).index(answer)]
    drawn = counts.reshape(-1, steps.step, counts.shape[1]).sum(axis=1)
    halves = [percentile(step, HALF) for step in drawn]
    slows = [percentile(step, SLOW) for step in drawn]
    most = round_up(max((slow for slow in slows if slow is not None), default=0.0))
    begins = int(now.timestamp()) // 60 - steps.all + 1

    def clock(minute: int) -> str:
        return f"{datetime.fromtimestamp(60 * (begins + minute), UTC):%H:%M}"

    return LatencyPlot(
        answer=answer,
        name=NAMES[answer],
        summary=_summary(counts.sum(axis=0), span),
        half=path_of(halves, most),
        slow=path_of(slows, most),
        top=duration(most) if most else "",
        labels=tuple(clock(minute) for minute in range(0, steps.all, steps.label)),
        rows=tuple(
            _row(clock(minute), counts[minute : minute + steps.row].sum(axis=0))
            for minute in range(0, steps.all, steps.row)
        ),
    )


def path_of(values: list[float | None], most: float) -> str:
    """Return the steps of a line as an SVG path, with a gap where there is no value.

    Examples
    --------
    >>> path_of([1.0, 2.0, None, 4.0], 4.0)
    'M0 30H25V20H50M75 0H100'
    """
    step = 100 / len(values)
    parts = []
    before = None
    for place, value in enumerate(values):
        if value is not None:
            height = f"{HEIGHT - HEIGHT * value / most:.4g}"
            start = f"M{place * step:.5g} {height}" if before is None else f"V{height}"
            parts.append(f"{start}H{(place + 1) * step:.5g}")
        before = value
    return "".join(parts)


def round_up(seconds: float) -> float:
    """Return the next number that is 1, 2 or 5 times a power of ten; 0 for 0.

    Examples
    --------
    >>> round_up(0.0031), round_up(0.4), round_up(1.0), round_up(0.0)
    (0.005, 0.5, 1.0, 0.0)
    """
    if not seconds:
        return 0.0
    exponent = floor(log10(seconds))
    for factor in (1, 2, 5, 10):
        found = float(f"{factor}e{exponent}")
        if found >= seconds:
            break
    return found


def duration(seconds: float | None) -> str:
    """Return how long something took in words, a dash for what did not happen.

    Examples
    --------
    >>> duration(0.0031), duration(0.0456), duration(2.5), duration(None)
    ('3.1 ms', '46 ms', '2.5 s', '–')
    """
    if seconds is None:
        return "–"
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{1_000 * seconds:.{1 if seconds < 0.01 else 0}f} ms"


def _row(begins: str, counts: Array) -> Row:
    half, slow = (duration(percentile(counts, share)) for share in (HALF, SLOW))
    return Row(begins, int(counts.sum()), half, slow)


def _summary(counts: Array, span: Span) -> str:
    answers = int(counts.sum())
    if not answers:
        return f"Nothing was asked in the last {span}."
    half, slow = (duration(percentile(counts, share)) for share in (HALF, SLOW))
    return (
        f"{counted(answers, 'answer')} in the last {span}: half of them within {half}, "
        f"95 of 100 within {slow}."
    )
