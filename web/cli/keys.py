"""The commands for programs that write: key add, list, revoke; webhook add, list, remove."""

from datetime import UTC, datetime, timedelta

import click
from pydantic import BaseModel

from articles.api_keys import ApiKey, KeyState, Scope
from web.cli.curation import BY
from web.cli.home import Home, pass_home
from web.cli.output import moment, print_json, print_table, print_text


class ApiKeyModel(BaseModel):
    """What is known of one key."""

    name: str
    key: str
    scopes: list[Scope]
    state: KeyState
    created: datetime
    expires: datetime | None
    last_used: str
    revoked: datetime | None


@click.group()
def key() -> None:
    """Say which programs may write."""


@key.command("add")
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What the key is good for; may be repeated.",
)
@click.option(
    "--days", type=click.IntRange(1, 3_650), help="Days for which it is good; otherwise no end."
)
@pass_home
def add_key(home: Home, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key and print it, this once: the archive keeps no more than a digest.

    NAME has small letters from a to z, digits, and . _ @ - behind the first.
    """
    now = datetime.now(UTC)
    expires = now + timedelta(days=days) if days else None
    _, text = home.store.api_keys.add(name, map(Scope, scopes), expires=expires, by=BY, now=now)
    click.echo(text)


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the keys as JSON.")
@pass_home
def list_keys(home: Home, as_json: bool) -> None:
    """List the keys, by the beginning of each."""
    now = datetime.now(UTC)
    found = [_model(one, now) for one in home.store.api_keys.all()]
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    elif found:
        rows = [
            (
                *(one.name, one.key, " ".join(one.scopes), one.state.value),
                *(moment(one.expires), one.last_used or "-"),
            )
            for one in found
        ]
        print_table(("name", "key", "scopes", "state", "expires", "last used"), rows, left=6)
    else:
        print_text("No program may write yet: `backfile key add NAME --scope articles:write`.")


@key.command()
@click.argument("name", metavar="NAME")
@pass_home
def revoke(home: Home, name: str) -> None:
    """Make a key worthless, at once and for good."""
    home.store.api_keys.revoke(name, by=BY, now=datetime.now(UTC))
    print_text(f"The key {name} is good for nothing any more.")


@click.group()
def webhook() -> None:
    """Say who may send signed articles."""


@webhook.command("add")
@click.argument("name", metavar="NAME")
@pass_home
def add_webhook(home: Home, name: str) -> None:
    """Make a webhook and print its secret, this once.

    NAME is the last part of its address, /api/v1/webhooks/NAME.
    """
    click.echo(home.store.webhooks.add(name, by=BY, now=datetime.now(UTC)).secret)


@webhook.command("list")
@pass_home
def list_webhooks(home: Home) -> None:
    """List the webhooks."""
    found = home.store.webhooks.all()
    if found:
        print_table(("name", "since"), [(one.name, moment(one.created)) for one in found], left=2)
    else:
        print_text("There is no webhook yet: `backfile webhook add NAME`.")


@webhook.command()
@click.argument("name", metavar="NAME")
@pass_home
def remove(home: Home, name: str) -> None:
    """Refuse the calls of a webhook from now on."""
    home.store.webhooks.remove(name, by=BY, now=datetime.now(UTC))
    print_text(f"The webhook {name} is removed.")


def _model(one: ApiKey, now: datetime) -> ApiKeyModel:
    return ApiKeyModel(
        name=one.name,
        key=one.shown,
        scopes=sorted(one.scopes),
        state=one.state(now),
        created=one.created,
        expires=one.expires,
        last_used=one.last_used.isoformat() if one.last_used else "",
        revoked=one.revoked,
    )
