"""The command that says what the archive covers: coverage."""

import click
from rich.text import Text

from search.coverage import Coverage, Holding
from web.answers import coverage_answer
from web.chart import period
from web.cli.answering import answering
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_facts, print_json, print_table, print_text
from web.formatting import counted, language_name
from web.locales import day, percent
from web.served import Freshness

MOST_BARS = 36
"""Months that are printed; what is longer is printed by years, or by decades."""
MOST_NAMED = 5
WIDTH = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as the API gives it.")
@pass_home
def coverage(home: Home, as_json: bool) -> None:
    """Say what the archive covers, and where it has gaps.

    Days, languages, sources and sections of all that readers may see, and how old the index is.
    Gaps are days without an article, more than three times as many as is usual around them.
    """
    with answering(home) as served:
        found, fresh = served.coverage.read(), served.freshness()
    if as_json:
        print_json(coverage_answer(found, fresh))
    else:
        print_coverage(found, fresh)


def print_coverage(found: Coverage, fresh: Freshness) -> None:
    """Print it for people."""
    days = f"{day(found.first)} to {day(found.last)}" if found.first else ""
    waiting = counted(fresh.waiting, "change")
    print_facts(
        [
            ("Articles", f"{found.articles:,}"),
            ("Days", days),
            ("Undated", f"{found.undated:,}" if found.undated else ""),
            ("Languages", _named(found.languages, found.articles, languages=True)),
            ("Sources", _named(found.sources, found.articles)),
            ("Sections", _named(found.sections, found.articles)),
            ("Index", f"generation {fresh.generation} of {moment(fresh.created)}"),
            ("Last change", moment(fresh.last_change)),
            ("Changes since", f"{waiting}: run `backfile rebuild`" if fresh.waiting else "none"),
        ]
    )
    timeline = found.timeline(MOST_BARS)
    if timeline.buckets:
        most = max(bucket.count for bucket in timeline.buckets)
        print_text()
        print_table(
            (timeline.unit, "", "articles"),
            [
                (period(one.first, one.last), bar(one.count / most), f"{one.count:,}")
                for one in timeline.buckets
            ],
            left=2,
        )
    if found.gaps:
        print_text()
        print_table(
            ("gap from", "to", "days"),
            [(day(gap.first), day(gap.last), f"{gap.days:,}") for gap in found.gaps],
            left=2,
        )
        if found.gaps_found > len(found.gaps):
            print_text(f"and {found.gaps_found - len(found.gaps):,} shorter ones")


def bar(share: float) -> str:
    """Return a bar of that share of the `WIDTH`, to an eighth of a character.

    Examples
    --------
    >>> bar(0.0375), bar(0), bar(0.0001)
    ('█▌', '', '▏')
    """
    eighths = round(share * WIDTH * 8) or (share > 0)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip()


def _named(holding: Holding, articles: int, *, languages: bool = False) -> Text:
    """Return the commonest values with their shares, and how many others there are."""
    named = [
        f"{language_name(item.value) if languages else item.value} {percent(item.count, articles)}"
        for item in holding.counts[:MOST_NAMED]
    ]
    others = holding.values - len(named)
    return Text(", ".join(named) + (f", and {counted(others, 'other')}" if others else ""))
