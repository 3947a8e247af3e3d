"""The program `backfile`: its options, its commands, and what is said when something goes wrong."""

import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from articles.errors import BackfileError

COMMANDS = {
    "import": ("importing.import_articles", "Bring articles in"),
    "add": ("writing.add", "Add or replace articles, as the API does"),
    "update": ("writing.update", "Replace articles that are in the archive"),
    "withdraw": ("writing.withdraw", "Withdraw articles, which stay in the archive"),
    "show": ("article.show", "Show an article of the store, public or not"),
    "rebuild": ("index.rebuild_index", "Make all public articles searchable: a new generation"),
    "generations": ("index.generations", "List the generations that are kept"),
    "rollback": ("index.rollback", "Serve an older generation again"),
    "search": ("finding.search", "Search the archive"),
    "related": ("finding.related", "List what belongs beside an article or a text"),
    "popular": ("popular.popular", "List what many readers open, and count from access logs"),
    "serve": ("serve.serve", "Serve the pages and the API"),
    "verify": ("verification.verify", "Look for damage in the store and the index"),
    "backup": ("backup.backup", "Write the archive into one file"),
    "restore": ("backup.restore", "Put a backup back"),
    "status": ("status.status", "Say what the archive holds and what is served of it"),
    "coverage": ("coverage.coverage", "Say what the archive covers, and where it has gaps"),
    "blocks": ("blocks.blocks", "Say what readers follow of blocks, and which are thin"),
    "searches": ("searches.searches", "Say what readers search for, and what finds nothing"),
    "settings": ("configuration.settings", "Print every setting and where it comes from"),
    "choice": ("curation.choice", "Say and change what editors put forward"),
    "pins": ("curation.pins", "Say and change what is pinned and hidden beside articles"),
    "best-bets": ("best_bets.best_bets", "Say and change what stands first for a query"),
    "words": (
        "words.words",
        "Say and change synonyms, stop words and names in several spellings",
    ),
    "audit": (
        "curation.audit",
        "Say who changed what of choices, pins, best bets, words, keys and articles",
    ),
    "user": ("users.user", "Say who may log in to the console"),
    "key": ("keys.key", "Say which programs may write"),
    "webhook": ("keys.webhook", "Say who may send signed articles"),
    "demo": ("demo.demo", "Import, build and serve the sample archive"),
    "trec-run": ("runs.trec_run", "Write a TREC run of searches"),
    "related-run": ("runs.related_run", "Write a TREC run of related articles"),
    "evaluate": ("evaluation.evaluate", "Measure answers by judgments, alone or beside others"),
}
"""Where each command is and what it does, in the order of a day's work.

It is said here so that a list of all commands need not load what each of them stands on.
"""

INTERRUPTED = 130
"""The exit status of a program that was stopped from the keyboard, as shells know it."""


class Program(click.Group):
    """The group of all commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(".")
        command: click.Command = getattr(import_module(f"web.cli.{module}"), name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what goes wrong becomes a message and an exit status."""
        try:
            return super().invoke(ctx)
        except BackfileError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo(
                "\nStopped. Articles imported so far are kept, and what is served has not changed.",
                err=True,
            )
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'file'}: {error.strerror}") from error
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise click.ClickException(_unexpected(error)) from error


def _unexpected(error: Exception) -> str:
    """Return what is said of an error nobody foresaw, after its details are written to a file."""
    reason = " ".join(traceback.format_exception_only(error)[-1].split())
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="backfile-error-", suffix=".txt", delete=False
    ) as file:
        traceback.print_exception(error, file=file)
    return (
        f"something broke inside Backfile ({reason}). The details stand in {file.name}; "
        "`backfile --debug` shows them here."
    )


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the archive; otherwise the setting home.",
)
@click.option("--debug", is_flag=True, help="Show where in the code an unexpected error arose.")
@click.version_option(package_name="backfile", message="Backfile %(version)s")
def backfile(home: Path | None, debug: bool) -> None:
    """Search and related articles for a news archive.

    A newsroom imports its articles, `rebuild` makes them searchable, `serve` gives readers the
    search page and the site its related links. Settings come from backfile.toml and from
    environment variables.
    """


def main() -> None:
    """Run the program and leave with its exit status."""
    # What is printed must not depend on the terminal's encoding being able to hold it.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    backfile(prog_name="backfile")
