"""How the command line tells what differs between two generations."""

from rich.filesize import decimal

from index.diff import difference
from index.publish import Generations
from web.cli.output import print_facts, print_json, print_table, print_text
from web.generation_diff import ArticleModel, DiffModel, WordModel, diff_model, opened


def show_diff(
    generations: Generations, before: int, after: int, *, limit: int, as_json: bool
) -> None:
    """Print what differs between two generations, of each list so many at most.

    Raises
    ------
    NoGenerationError
        When there is none of these numbers.
    DamagedFileError
        When one is damaged.
    """
    with opened(generations, before, after) as (one, other):
        found = diff_model(difference(one, other), one, other, limit)
    if as_json:
        print_json(found)
    else:
        print_diff(found)


def print_diff(found: DiffModel) -> None:
    """Print it for people."""
    sizes = [sum(getattr(file, side) for file in found.files) for side in ("before", "after")]
    print_facts(
        [
            ("Generations", f"{found.before} → {found.after}"),
            ("Articles in", f"{found.added_total:,}"),
            ("Articles out", f"{found.removed_total:,}"),
            ("Articles changed", f"{found.changed_total:,}"),
            ("Words gained", f"{found.gained_total:,}"),
            ("Words lost", f"{found.lost_total:,}"),
            ("Size", " → ".join(map(decimal, sizes))),
            *((change.name, f"{change.before} → {change.after}") for change in found.settings),
        ]
    )
    _articles("Articles in", found.added, found.added_total)
    _articles("Articles out", found.removed, found.removed_total)
    _articles("Articles changed", found.changed, found.changed_total)
    _words("Words gained", found.gained, found.gained_total)
    _words("Words lost", found.lost, found.lost_total)
    files = [file for file in found.files if file.before != file.after]
    if files:
        print_text()
        print_table(
            ("File", "before", "after"),
            [(file.name, decimal(file.before), decimal(file.after)) for file in files],
            left=1,
        )


def _articles(title: str, some: list[ArticleModel], total: int) -> None:
    lines = [
        f"{article.id}  {article.title}"
        + (f" ({', '.join(article.changed)})" if article.changed else "")
        for article in some
    ]
    _list(title, lines, total)


def _words(title: str, some: list[WordModel], total: int) -> None:
    _list(title, [f"{word.articles:>7,}  {word.word}" for word in some], total)


def _list(title: str, lines: list[str], total: int) -> None:
    if not lines:
        return
    print_text()
    print_text(f"{title}:" if len(lines) == total else f"{title}, {len(lines):,} of {total:,}:")
    for line in lines:
        print_text(line, indent=2)
