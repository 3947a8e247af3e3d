"""The commands search and related."""

import json

import pytest

from search.engine import FACETS
from search.grammar import GRAMMAR
from web.app import create_app
from web.settings import load_settings

CLOSED = "2018-03-14-bridge-closed"


@pytest.fixture
def archive(run, sample_home):
    """Run a command on the sample archive."""
    return lambda *words, **options: run("--home", sample_home, *words, **options)


@pytest.fixture
def api(sample_home):
    """Call the API on the sample archive."""
    app = create_app(load_settings(home=sample_home))
    with app.test_client() as client:
        yield client
    app.extensions["backfile"].close()


def test_search_for_people(archive):
    result = archive("search", "bridge toll", "--size", "2")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].endswith("articles, the best first")
    assert lines[2].startswith("   1  ")
    assert lines[-1].endswith("more: --page 2")
    assert "<mark>" not in result.stdout
    assert all(len(line) <= 100 and line == line.rstrip() for line in lines)


def test_search_says_what_scores_are_made_of(archive):
    lines = archive("search", "bridge toll", "--size", "1", "--explain").stdout.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("      score "))
    reasons = [line.split()[0] for line in lines[start + 1 : lines.index("", start)]]
    whole = float(lines[start].split()[1])
    assert len(reasons) > 2
    assert abs(sum(map(float, reasons)) - whole) < 0.005 * (len(reasons) + 1)
    assert "score" not in archive("search", "bridge toll", "--size", "1").stdout


def test_search_json_is_what_the_api_answers(archive, api):
    shown = archive(
        "search", "bridge", "--section", "Politics", "--from", "2018-01-01", "--size", "3", "--json"
    )
    asked = api.get("/api/v1/search?q=bridge&section=Politics&from=2018-01-01&size=3")
    assert json.loads(shown.stdout) == asked.json
    assert asked.json["total"] > 3


def test_search_says_which_spellings_were_searched(archive, api):
    result = archive("search", "Верди", "--size", "1")
    assert result.stdout.splitlines()[:2] == [
        "Верди is also searched as Verdi.",
        "--no-variants searches only what was written.",
    ]
    assert "also searched" not in archive("search", "Верди", "--no-variants").stdout
    asked = api.get("/api/v1/search?q=Верди&size=1").json
    assert asked["variants"] == [{"asked": "Верди", "others": ["Verdi"]}]
    less = api.get("/api/v1/search?q=Верди&variants=false").json
    assert 0 < less["total"] < asked["total"]
    assert less["variants"] == []


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (["--section", "Sport"], lambda hit: hit["section"] == "Sport"),
        (["--language", "ru"], lambda hit: hit["language"] == "ru"),
        (["--author", "Ines Dovrak"], lambda hit: "Ines Dovrak" in hit["authors"]),
        (["--to", "2015-12-31"], lambda hit: hit["published"] < "2016"),
        (["--from", "2025-01-01"], lambda hit: hit["published"] > "2025"),
        (
            ["--section", "Sport", "--section", "Culture"],
            lambda hit: hit["section"] in "SportCulture",
        ),
    ],
)
def test_search_filters(archive, words, holds):
    hits = json.loads(archive("search", "--size", "100", "--json", *words).stdout)["hits"]
    assert hits
    assert all(map(holds, hits))


def test_each_facet_counts_what_its_filter_finds(archive):
    answer = json.loads(archive("search", "bridge", "--json").stdout)
    assert [facet["name"] for facet in answer["facets"]] == list(FACETS)
    for facet in answer["facets"]:
        for counted in facet["counts"][:2]:
            words = (f"--{facet['name']}", counted["value"])
            found = json.loads(archive("search", "bridge", *words, "--json").stdout)
            assert found["total"] == counted["count"]


def test_search_pages_and_sorts(archive):
    def dates(*words):
        answer = json.loads(archive("search", "bridge", "--json", *words).stdout)
        return [hit["published"] for hit in answer["hits"]]

    newest = dates("--sort", "newest", "--size", "6")
    assert newest == sorted(newest, reverse=True)
    assert dates("--sort", "newest", "--size", "3", "--page", "2") == newest[3:]
    assert dates("--sort", "oldest") == sorted(dates("--sort", "oldest"))


def test_search_for_all_words(archive):
    def total(*words):
        return json.loads(archive("search", "bridge toll", "--json", *words).stdout)["total"]

    assert 0 < total("--match", "all") < total("--match", "any")


def test_search_says_what_was_not_searched_as_written(archive):
    result = archive("search", '"bridge')
    assert result.exit_code == 0
    assert result.stdout.startswith("Searched as plain words")


@pytest.mark.parametrize("query", ["zxqvy", "", "((((", "\u202e\U0001f309", "NOT", "x" * 1_900])
def test_search_takes_any_text(archive, query):
    assert archive("search", query).exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["search", "--page", "1000000000"], 1, "can be paged through"),
        (["search", "x" * 10_000], 1, "10,000 characters"),
        (["search", "--size", "101"], 1, "at most 100"),
        (["search", "--from", "2020-01-01", "--to", "2019-01-01"], 1, "exchange the two days"),
        (["search", "--from", "11.7.2011"], 2, "--from"),
        (["search", "--page", "0"], 2, "--page"),
        (["related", "nowhere"], 1, "nowhere"),
        (["related"], 2, "ID of an article or --text"),
        (["related", CLOSED, "--text", "-"], 2, "ID of an article or --text"),
        (["related", CLOSED, "--limit", "51"], 2, "--limit"),
        (["related", CLOSED, "--minimum-score", "2"], 2, "--minimum-score"),
        (["related", "--text", "no-such-file"], 2, "no-such-file"),
    ],
)
def test_what_cannot_be_asked(archive, words, status, said):
    result = archive(*words)
    assert result.exit_code == status
    assert said in result.stderr
    assert result.stdout == ""


def test_related_json_is_what_the_api_answers(archive, api):
    shown = archive("related", CLOSED, "--limit", "3", "--json")
    asked = api.get(f"/api/v1/articles/{CLOSED}/related?limit=3")
    assert json.loads(shown.stdout) == asked.json
    assert len(asked.json["related"]) == 3


def test_related_for_people(archive):
    result = archive("related", CLOSED)
    assert "2017-10-12-bridge-cracks" in result.stdout.splitlines()[1]
    assert result.stdout.splitlines()[2].startswith("      shares: ")
    _, _, versions = result.stdout.partition("\nVersions of the same story:\n")
    assert CLOSED + "-updated" in versions.splitlines()[2]
    assert CLOSED + "-updated" in archive("related", CLOSED, "--versions").stdout.splitlines()[1]
    filled = archive("related", CLOSED, "--minimum-score", "1").stdout
    assert "      More from Politics" in filled.splitlines()
    far = archive("related", CLOSED, "--minimum-score", "1", "--no-fill")
    assert far.stdout.startswith("No article is close enough")


def test_related_to_a_text(archive, tmp_path, api):
    text = "The council wants a toll on St Brigid's bridge."
    (tmp_path / "text.txt").write_text(text)
    asked = api.post("/api/v1/related", json={"text": text}).json
    assert json.loads(archive("related", "--text", "text.txt", "--json").stdout) == asked
    assert json.loads(archive("related", "--text", "-", "--json", stdin=text).stdout) == asked
    assert asked["related"]
    lines = archive("related", "--text", "text.txt").stdout.splitlines()
    anchors = [item["anchor"]["text"] for item in asked["related"] if item["anchor"]]
    assert anchors
    assert [line for line in lines if "link on: " in line and "(paragraph" not in line] == [
        f"      link on: {anchor}" for anchor in anchors
    ]


def test_related_to_a_text_in_another_encoding(archive, tmp_path):
    (tmp_path / "text.txt").write_bytes("Die Brücke, the bridge".encode("latin-1"))
    assert archive("related", "--text", "text.txt").exit_code == 0


def test_a_slip_is_put_right_unless_the_spelling_is_exact(archive):
    said = " ".join(archive("search", "brigde", "--size", "1").stdout.split())
    assert said.startswith(
        "Nothing holds “brigde”; searched as “bridge”. --exact-spelling searches what was typed. 23"
    )
    lines = archive("search", "brigde", "--exact-spelling").stdout.splitlines()
    assert lines[0].startswith("Did you mean “bridge”?")
    assert lines[1] == "No article answers this query."
    shown = json.loads(archive("search", "brigde", "--exact-spelling", "--json").stdout)
    assert (shown["total"], shown["correction"]["query"]) == (0, "bridge")


def test_the_help_of_search_has_the_whole_grammar(archive):
    text = " ".join(archive("search", "--help").stdout.split())
    for rule in GRAMMAR:
        assert " ".join(f"{rule.example()} {rule.meaning}".split()) in text
