"""What is said of an experiment in words."""

from math import isfinite

from web.block_report.experiment import LEAST_CLICKS, Comparison, Difference, Experiment, Verdict
from web.formatting import counted
from web.locales import day


def points(value: float) -> str:
    """Return a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.0123), points(-0.0004), points(0.0), points(float("nan"))
    ('+1.23', '−0.04', '0.00', '–')
    """
    if not isfinite(value):
        return "–"
    written = f"{value * 100:+.2f}".replace("-", "−")
    return "0.00" if written in ("+0.00", "−0.00") else written


def interval(found: Difference) -> str:
    """Return the bounds of a difference in percentage points.

    Examples
    --------
    >>> interval(Difference(0.01, -0.002, 0.022, 30.0))
    'from −0.20 to +2.20'
    """
    return f"from {points(found.low)} to {points(found.high)}" if isfinite(found.low) else "–"


def verdict(experiment: Experiment, one: Comparison) -> str:
    """Return in a sentence or two what can be said of two recipes."""
    first, second = experiment.arms[0].recipe, one.recipe
    if one.verdict is Verdict.RUNNING:
        return (
            f"No verdict yet: the comparison ends in {counted(experiment.days_left, 'day')}. "
            "Whoever stops at the first difference that looks clear finds one where there is none."
        )
    if one.verdict is Verdict.TOO_LITTLE:
        return (
            f"Too little was counted to say anything: it takes {LEAST_CLICKS} clicks on each "
            "recipe, and readers of more than a few articles."
        )
    if one.verdict is Verdict.NONE:
        return (
            f"No difference can be told between {second} and {first}: the interval holds 0. It "
            f"may be anything {interval(one.related)} points."
        )
    more = "more" if one.verdict is Verdict.MORE else "less"
    return f"{second} is followed {more} often than {first}, {interval(one.related)} points."


def days(experiment: Experiment) -> str:
    """Return from when until when recipes are compared."""
    last = experiment.ends.fromordinal(experiment.ends.toordinal() - 1)
    return f"{day(experiment.begins)} – {day(last)}"
