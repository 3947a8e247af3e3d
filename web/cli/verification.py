"""The command that looks for damage: verify."""

from collections.abc import Iterator
from contextlib import closing

import click
from pydantic import BaseModel, ConfigDict

from articles.errors import BackfileError
from articles.faults import Checked, Faults
from articles.store import StoreError
from articles.store_verification import ARTICLES_CHECK as ARTICLES
from index.publish import Generations
from index.store_comparison import StoreComparison
from index.verification import check_derived, check_files
from recommender.verification import check_lists
from web.cli.home import Home, pass_home
from web.cli.output import print_json, print_text
from web.cli.progress import Bars
from web.formatting import counted


class FaultModel(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(from_attributes=True)

    where: str
    what: str
    remedy: str


class CheckedModel(BaseModel):
    """What one check looked at and what is ``wrong``; ``faults`` are the first of these."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    count: int
    noun: str
    wrong: int
    faults: list[FaultModel]


class VerificationModel(BaseModel):
    """All checks, and whether nothing is wrong."""

    sound: bool
    checks: list[CheckedModel]


@click.command()
@click.option("--current", is_flag=True, help="Of the generations look at the served one only.")
@click.option(
    "--full", is_flag=True, help="Compute the similarities of all lists again, not of a thousand."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@pass_home
def verify(home: Home, current: bool, full: bool, as_json: bool) -> None:
    """Look for damage in the store and the index.

    Every byte is held against its checksum, every article of the index against the store, every
    list of related articles against the index. Readers and writers go on meanwhile. The exit
    status is 1 when something is wrong. While articles of the store are damaged the index is not
    compared with it.
    """
    with Bars() as bars:
        checks = list(all_checks(home, bars, current=current, full=full))
    found = VerificationModel(
        sound=not any(checked.wrong for checked in checks),
        checks=list(map(CheckedModel.model_validate, checks)),
    )
    if as_json:
        print_json(found)
    else:
        print_checks(found)
    click.get_current_context().exit(0 if found.sound else 1)


def all_checks(home: Home, bars: Bars, *, current: bool, full: bool) -> Iterator[Checked]:
    """Yield what each check found."""
    comparable = False
    for checked in store_checks(home, bars):
        yield checked
        comparable = not checked.wrong if checked.name == ARTICLES else comparable
    generations = Generations(home.settings.generations_folder)
    served = generations.current_number()
    if served is None:
        return
    numbers = [served] if current else generations.numbers()
    yield check_files(generations, numbers, bars.show)
    found = Faults("served generation", "generation")
    found.looked()
    try:
        with closing(generations.open(served)) as generation:
            yield check_derived(generation, bars.show)
            if comparable:
                yield from StoreComparison(generation, home.store).check(bars.show)
            yield check_lists(generation, full=full, on_checked=bars.show)
    except BackfileError as error:
        found.add(f"generation {served}", str(error), "run `backfile rebuild`")
        yield found.checked()


def store_checks(home: Home, bars: Bars) -> tuple[Checked, ...]:
    """Return what is found in the store, be it so damaged that it cannot be opened."""
    home.require_archive()
    try:
        return home.store.verification.check(bars.show)
    except StoreError as error:
        found = Faults("store", "database")
        found.looked()
        found.add("store", str(error), "`backfile restore FILE --replace` puts a backup back")
        return (found.checked(),)


def print_checks(found: VerificationModel) -> None:
    """Print for people what was found."""
    for checked in found.checks:
        verdict = f"{checked.wrong:,} wrong" if checked.wrong else "sound"
        print_text(f"{checked.name}: {counted(checked.count, checked.noun)}, {verdict}")
        for fault in checked.faults:
            print_text(f"{fault.where}: {fault.what}", indent=4)
            print_text(f"what to do: {fault.remedy}", indent=8)
        if checked.wrong > len(checked.faults):
            print_text(f"and {checked.wrong - len(checked.faults):,} more", indent=4)
    print_text()
    print_text("Nothing is wrong." if found.sound else "Something is wrong.")
