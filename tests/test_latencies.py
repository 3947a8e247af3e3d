"""Latencies by the minute: counted by several processes, kept a day, right to an eighth."""

import multiprocessing
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.console.latency_plot import HEIGHT, Span, latency_plot, path_of, round_up
from web.watching.latencies import (
    BUCKETS,
    FIRST,
    MINUTES,
    Answer,
    Latencies,
    all_counts,
    bucket_of,
    percentile,
)

NOW = datetime(2026, 1, 1, 12, 30, 20, tzinfo=UTC)
MINUTE = int(NOW.timestamp()) // 60
minutes = st.integers(MINUTE, MINUTE + 3 * MINUTES)
durations = st.lists(st.floats(FIRST, 9.0), min_size=1, max_size=200)


class Clock:
    """Says a time that is set."""

    def __init__(self):
        self.minute = MINUTE

    def __call__(self):
        return 60.0 * self.minute


@given(durations, st.sampled_from([0.5, 0.95, 1.0]))
def test_a_percentile_is_right_to_the_width_of_a_bucket(seconds, share):
    counts = np.bincount([bucket_of(one) for one in seconds], minlength=BUCKETS)
    exact = sorted(seconds)[int(np.ceil(share * len(seconds))) - 1]
    assert 2 ** (-1 / 3) <= percentile(counts, share) / exact <= 2 ** (1 / 3) * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(minutes, st.sampled_from(Answer)), max_size=60))
def test_a_ring_holds_the_last_day_and_nothing_older(asked):
    clock = Clock()
    latencies = Latencies(clock=clock)
    asked = sorted(asked, key=lambda one: one[0])
    for minute, answer in asked:
        clock.minute = minute
        latencies.add(answer, 0.02)
    end = asked[-1][0] if asked else MINUTE
    expected = np.zeros((MINUTES, len(Answer)), int)
    for minute, answer in asked:
        if minute > end - MINUTES:
            expected[minute - end - 1, list(Answer).index(answer)] += 1
    assert (latencies.counts(end).sum(axis=2) == expected).all()
    assert latencies.counts(end + MINUTES).sum() == 0
    latencies.close()


def _count_and_die(folder):
    Latencies.shared(folder).add(Answer.SEARCH, 0.01)
    import os

    os._exit(9)


def test_all_processes_are_added_up_and_a_successor_goes_on(tmp_path):
    child = multiprocessing.get_context("spawn").Process(target=_count_and_die, args=(tmp_path,))
    child.start()
    child.join()
    child.close()
    first, second = Latencies.shared(tmp_path), Latencies.shared(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    second.add(Answer.RELATED, 0.01)
    first.close()
    first.add(Answer.SEARCH, 0.01)  # counted no more, and nothing breaks
    assert first.counts(MINUTE).sum() == 0
    second.close()
    (tmp_path / "7.latencies").write_bytes(b"cut off")
    minute = int(datetime.now(UTC).timestamp()) // 60
    assert all_counts(tmp_path, minute).sum(axis=(0, 2)).tolist() == [1, 1, 0]


def test_a_plot_says_the_same_in_lines_numbers_and_words():
    clock = Clock()
    latencies = Latencies(clock=clock)
    for age in range(90):
        clock.minute = MINUTE - age
        if not 10 <= age < 20:
            latencies.add(Answer.SEARCH, 0.02 if age < 60 else 4.0)
    plot = latency_plot(latencies.counts(MINUTE), Answer.SEARCH, Span.HOUR, NOW)
    assert plot.summary == (
        "50 answers in the last hour: half of them within 18 ms, 95 of 100 within 20 ms."
    )
    assert plot.half.count("M") == 2  # a gap
    assert plot.top == "20 ms"
    assert plot.labels == ("11:31", "11:41", "11:51", "12:01", "12:11", "12:21")
    assert [row.answers for row in plot.rows] == [5] * 8 + [0] * 2 + [5] * 2
    assert plot.rows[8].slow == "–"
    day = latency_plot(latencies.counts(MINUTE), Answer.SEARCH, Span.DAY, NOW)
    assert sum(row.answers for row in day.rows) == 80
    assert day.top == "5.0 s"
    nothing = latency_plot(latencies.counts(MINUTE), Answer.RELATED, Span.DAY, NOW)
    assert (nothing.half, nothing.slow, nothing.top) == ("", "", "")
    assert nothing.summary == "Nothing was asked in the last day."
    latencies.close()


@given(st.lists(st.none() | st.floats(0.0001, 20), min_size=1, max_size=30))
def test_a_line_stays_in_its_drawing(values):
    most = round_up(max((value for value in values if value is not None), default=0.0))
    heights = [
        float(step.split("H")[0].split(" ")[-1])
        for step in path_of(values, most).replace("M", "V").split("V")[1:]
    ]
    assert len(heights) == sum(value is not None for value in values)
    assert all(0 <= height <= HEIGHT for height in heights)


@pytest.mark.parametrize("seconds", [0.0001, 0.00099, 0.001, 0.7, 1.0, 19.9])
def test_the_edge_of_a_drawing_is_a_round_number(seconds):
    assert seconds <= round_up(seconds) <= 2.5 * seconds + 1e-12


def test_two_servers_of_different_moments_do_not_mix_days():
    clock = Clock()
    latencies = Latencies(clock=clock)
    latencies.add(Answer.SEARCH, 0.02)
    earlier = MINUTE - int(timedelta(hours=1).total_seconds()) // 60
    assert latencies.counts(earlier).sum() == 0  # a clock that went back
    latencies.close()
