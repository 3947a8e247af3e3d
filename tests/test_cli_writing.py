"""The commands that write single articles, and those for keys and webhooks."""

import json

import pytest

ONE = '{"id": "a1", "title": "Bridge opens", "body": "Cars cross.", "published": "2026-08-01"}'
TWO = '{"id": "a2", "title": "Ferry stops", "body": "It rests.", "published": "2026-08-02"}'


@pytest.fixture
def archive(run, tmp_path):
    """Run a command on an archive of two articles."""

    def invoke(*words, stdin=None):
        return run("--home", tmp_path / "home", *words, stdin=stdin)

    assert invoke("add", "-", stdin=f"{ONE}\n{TWO}\n").exit_code == 0
    return invoke


def test_articles_are_added_updated_and_withdrawn(archive, tmp_path):
    file = tmp_path / "articles.json"
    file.write_text(ONE.replace("opens", "closes"), encoding="utf-8")
    done = archive("update", file, "--json")
    assert json.loads(done.stdout)["changed"] == 1
    unknown = archive("update", "-", stdin=ONE.replace("a1", "a3"))
    assert unknown.exit_code == 1
    assert "a3: rejected, there is no article with this id" in unknown.output
    gone = archive("withdraw", "a1", "nowhere", "--json")
    assert gone.exit_code == 1
    assert [one["outcome"] for one in json.loads(gone.stdout)["articles"]] == [
        "withdrawn",
        "rejected",
    ]
    assert "withdrawn" in archive("show", "a1").output
    assert "wrote articles: 1 withdrawn, 1 rejected: a1" in archive("audit").output


def test_what_cannot_be_read_is_said(archive):
    done = archive("add", "-", stdin="nothing\n[]")
    assert done.exit_code == 1
    assert "line 1: not JSON" in done.output


def test_a_key_is_made_listed_and_revoked(archive):
    assert "No program may write yet" in archive("key", "list").output
    made = archive("key", "add", "cms", "--scope", "articles:write", "--days", "30")
    text = made.stdout.strip()
    listed = json.loads(archive("key", "list", "--json").stdout)
    assert [(one["name"], one["state"]) for one in listed] == [("cms", "good")]
    assert text.startswith(listed[0]["key"].rstrip("…"))
    assert text not in archive("key", "list").output
    assert archive("key", "add", "cms", "--scope", "articles:write").exit_code == 1
    assert archive("key", "revoke", "cms").exit_code == 0
    assert "revoked" in archive("key", "list").output
    assert archive("key", "revoke", "other").exit_code == 1
    assert "command line, cms" in archive("audit", "--kind", "keys").output


def test_a_webhook_is_made_listed_and_removed(archive):
    assert "There is no webhook yet" in archive("webhook", "list").output
    assert len(archive("webhook", "add", "cms").stdout.strip()) == 43
    assert "cms" in archive("webhook", "list").output
    assert archive("webhook", "remove", "cms").exit_code == 0
    assert archive("webhook", "remove", "cms").exit_code == 1
