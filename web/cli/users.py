"""The commands for those who may log in to the console: user add, list, password and others."""

import sys
from datetime import UTC, datetime

import click

from articles.audit import COMMAND_LINE
from articles.users import Role, User, UserError
from web.answers import UserModel
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_json, print_table, print_text
from web.console.passwords import hashed

password_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from the first line of standard input instead of asking for it.",
)


@click.group()
def user() -> None:
    """Say who may log in to the console."""


@user.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="A viewer sees the console, an editor judges and chooses, an admin may do everything.",
)
@password_option
@pass_home
def add(home: Home, name: str, role: str, password_stdin: bool) -> None:
    """Let somebody log in.

    NAME has small letters from a to z, digits, and . _ @ - behind the first. A
    password has at least 12 characters.
    """
    users = home.store.users
    kept = hashed(asked_password(from_stdin=password_stdin))
    users.add(name, kept, Role(role), datetime.now(UTC))
    print_text(f"{name} may log in at /admin as {role}.")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the users as JSON.")
@pass_home
def list_users(home: Home, as_json: bool) -> None:
    """List who may log in."""
    found = home.store.users.all()
    if as_json:
        print_json([UserModel.model_validate(one).model_dump(mode="json") for one in found])
    elif found:
        guarded = home.store.second_factors.users()
        rows = [
            (
                one.name,
                one.role.value,
                moment(one.created),
                "on" if one.name in guarded else "off",
                waits(one, datetime.now(UTC)),
            )
            for one in found
        ]
        print_table(("name", "role", "since", "second factor", "waits until"), rows, left=5)
    else:
        print_text("Nobody may log in yet: `backfile user add NAME --role admin`.")


@user.command()
@click.argument("name", metavar="NAME")
@password_option
@pass_home
def password(home: Home, name: str, password_stdin: bool) -> None:
    """Give a user a new password.

    All sessions of the user end, and so does any wait after wrong passwords.
    """
    users = home.store.users
    if users.get(name) is None:  # before anybody is asked for a password
        raise UserError(f"there is no user {name[:100]!a}: `backfile user list` lists them")
    kept = hashed(asked_password(from_stdin=password_stdin))
    users.change_password(name, kept, datetime.now(UTC))
    print_text(f"{name} has a new password.")


@user.command()
@click.argument("name", metavar="NAME")
@pass_home
def remove(home: Home, name: str) -> None:
    """Let a user log in no more.

    All sessions of the user end at once; what the user judged stays.
    """
    home.store.users.remove(name, datetime.now(UTC))
    print_text(f"{name} may not log in any more.")


@user.command("reset-second-factor")
@click.argument("name", metavar="NAME")
@pass_home
def reset_second_factor(home: Home, name: str) -> None:
    """Let a user log in by the password alone again.

    It is for somebody who has lost telephone and recovery codes, or for all
    after another secret_key. All sessions of the user end.
    """
    store = home.store
    if store.users.get(name) is None:
        raise UserError(f"there is no user {name[:100]!a}: `backfile user list` lists them")
    if not store.second_factors.turn_off(name, by=COMMAND_LINE, now=datetime.now(UTC)):
        print_text(f"{name} has no second factor.")
        return
    store.users.end_sessions(name)
    print_text(f"The password of {name} alone opens the console.")


def asked_password(*, from_stdin: bool) -> str:
    """Return a password: typed twice, unseen, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return typed


def waits(one: User, now: datetime) -> str:
    """Return until when a user may not log in, a dash when that is over."""
    return moment(one.locked_until if one.locked_until and now < one.locked_until else None)
