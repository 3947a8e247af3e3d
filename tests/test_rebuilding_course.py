"""How far a rebuild is, in figures and as lines."""

import pytest

from articles.jobs import JobProgress
from index.build_step import BuildProgress
from web.cli.progress import JobBar
from web.rebuilding.course import Course


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_the_course_of_a_rebuild():
    clock = Clock()
    course = Course({"one": 10, "two": 30}, clock=clock)
    assert course.progress() == JobProgress()
    course.advance(BuildProgress("one", 0, 100))
    clock.now += 5
    course.advance(BuildProgress("one", 50, 100))
    half = course.progress()
    assert (half.fraction, half.rate, half.seconds_left) == (0.125, 10, 35)
    course.advance(BuildProgress("one", 100, 100))
    clock.now += 5
    course.advance(BuildProgress("two", 0, 6))
    assert (course.progress().fraction, course.progress().seconds_left) == (0.25, 30)
    clock.now += 60
    course.advance(BuildProgress("two", 6, 6))
    assert (course.progress().fraction, course.progress().seconds_left) == (1, 0)
    course.advance(BuildProgress("not known", 1, 2))
    assert course.progress().fraction >= 0.25
    assert course.seconds() == {"one": 10.0, "two": 60.0}


def test_the_course_of_one_that_goes_on():
    clock = Clock()
    course = Course({"one": 50, "two": 25, "three": 25}, clock=clock)
    course.advance(BuildProgress("two", 0, 1))
    clock.now += 10
    course.advance(BuildProgress("two", 1, 1))
    course.advance(BuildProgress("three", 60, 100))
    clock.now += 4
    course.advance(BuildProgress("three", 80, 100))
    here = course.progress()
    # Of the whole a half and then 15 hundredths were there; 30 hundredths took 14 seconds.
    assert here.fraction == pytest.approx(0.95)
    assert here.seconds_left == pytest.approx(14 * 0.05 / 0.30)
    assert here.rate == 5
    assert course.seconds() == {"one": 50, "two": 10, "three": 25}


def test_lines_where_there_is_no_terminal(capsys):
    clock = Clock()
    with JobBar(clock=clock) as bar:
        bar.show(JobProgress(stage="reading articles", done=1, total=9, fraction=0.01))
        clock.now += 11
        bar.show(
            JobProgress(stage="reading articles", done=4500, total=9000, fraction=0.051, rate=300)
        )
    assert capsys.readouterr().err == "  5%  reading articles  4,500 of 9,000, 300 a second\n"
