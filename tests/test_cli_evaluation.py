"""The commands evaluate search and evaluate related, on an archive whose answers are known."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from articles.article import Article
from articles.judgments import Grade, Judgment, JudgmentKind
from articles.store import Store
from tests.archives import NOW, build, grain_articles

SEARCH, RELATED = JudgmentKind


@pytest.fixture
def archive(run, tmp_path):
    """Run a command on six articles about two subjects, besides others."""
    stories = [("toll", "toll"), ("toll", "toll ferry"), ("toll", "ferry ferry ferry boats")]
    articles = [
        Article(id=f"t{place}", title=title, body=(f"{body} crossing <b>",), published=NOW)
        for place, (title, body) in enumerate(stories)
    ]
    store, _, _ = build(tmp_path / "home", [*articles, *grain_articles(20)])
    store.close()
    return lambda *words: run("--home", tmp_path / "home", *words)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "topics.tsv").write_text("1\ttoll\n2\tferry\n3\twheat\n")
    (tmp_path / "qrels.txt").write_text("1 0 t0 1\n2 0 t2 1\n2 0 gone 1\n9 0 t0 1\n")
    return ("--topics", "topics.tsv", "--qrels", "qrels.txt")


def judge(home, *judgments):
    with Store.open(f"sqlite:///{home}/archive.sqlite3") as store:
        for kind, question, article_id, grade, judge in judgments:
            judgment = Judgment(
                kind=kind,
                question=question,
                article_id=article_id,
                grade=Grade(grade),
                judge=judge,
                at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            store.judgments.give(judgment)


def test_figures_are_those_of_the_answers_that_search_gives(archive, files):
    answer = json.loads(archive("search", "ferry", "--json").stdout)
    places = {hit["id"]: place for place, hit in enumerate(answer["hits"], 1)}
    found = json.loads(archive("evaluate", "search", *files, "--json").stdout)
    assert (found["questions"], found["groups"], found["measure"]) == (2, 2, "nDCG@10")
    (configuration,) = found["configurations"]
    assert (configuration["name"], configuration["generation"]) == ("as served", 1)
    assert configuration["measures"]["RR"] == pytest.approx((1 + 1 / places["t2"]) / 2)
    assert configuration["measures"]["AP"] == pytest.approx((1 + 1 / places["t2"] / 2) / 2)
    assert found["notes"] == [
        "1 topic without judgments left out.",
        "judgments of 1 topic that topics.tsv does not hold.",
        "1 of 3 judged articles are not in the archive.",
    ]


def test_a_second_configuration_is_compared_question_by_question(archive, files, tmp_path):
    (tmp_path / "other.toml").write_text("ranking_close_pairs = 0\n")
    found = json.loads(
        archive(
            "evaluate", "search", *files, "--against", "sort=oldest", "--against", "other.toml",
            "--json",
        ).stdout
    )  # fmt: skip
    first, second = found["configurations"]
    assert second["name"] == "sort=oldest, other.toml"
    assert second["settings"] == {"ranking_close_pairs": "0", "sort": "oldest"}
    for one in found["comparisons"]:
        difference = second["measures"][one["measure"]] - first["measures"][one["measure"]]
        assert one["difference"] == pytest.approx(difference)
        assert one["wins"] + one["ties"] + one["losses"] == 2
        assert 0 < one["p"] <= 1
    same = json.loads(
        archive("evaluate", "search", *files, "--against", "match=any", "--json").stdout
    )
    assert {(one["difference"], one["p"], one["ties"]) for one in same["comparisons"]} == {
        (0, 1, 2)
    }


def test_a_run_of_the_product_itself_is_no_different(archive, files):
    assert archive("trec-run", "topics.tsv", "run.txt").exit_code == 0
    result = archive("evaluate", "search", *files, "--against-run", "run.txt", "--json")
    found = json.loads(result.stdout)
    assert {one["difference"] for one in found["comparisons"]} == {0}
    assert found["configurations"][1]["generation"] is None


def test_an_older_generation_is_compared(archive, files, tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/home/archive.sqlite3") as store:
        store.upsert([Article(id="t9", title="Toll, toll and toll", published=NOW)], NOW)
    assert archive("rebuild").exit_code == 0
    result = archive("evaluate", "search", *files, "--against", "generation=1", "--json")
    found = json.loads(result.stdout)
    assert [one["generation"] for one in found["configurations"]] == [2, 1]
    missing = archive("evaluate", "search", *files, "--against", "generation=7")
    assert (missing.exit_code, "there is no generation 7" in missing.stderr) == (1, True)


def test_the_newsroom_s_judgments_are_what_counts_without_files(archive, tmp_path):
    refused = archive("evaluate", "search")
    assert (refused.exit_code, "nobody has judged" in refused.stderr) == (1, True)
    judge(
        tmp_path / "home",
        (SEARCH, "toll", "t0", 2, "ines"),
        (SEARCH, "toll", "t1", 1, "ines"),
        (SEARCH, "toll", "t1", 0, "tomas"),
        (SEARCH, "toll", "gone", 2, "ines"),
        (RELATED, "t0", "t1", 2, "ines"),
        (RELATED, "t1", "grain-1", 0, "ines"),
    )
    found = json.loads(archive("evaluate", "search", "--json").stdout)
    assert found["configurations"][0]["measures"]["nDCG@10"] == 1  # the lower grade of t1 counts
    assert found["configurations"][0]["measures"]["P@5"] == 0.2
    assert found["notes"] == [
        "1 judgment of articles not public now left out.",
        "1 answer judged by several, 0 of them alike.",
    ]
    related = json.loads(archive("evaluate", "related", "--json").stdout)
    assert related["questions"] == 2
    assert "1 question without a relevant article count 0." in related["notes"]


def test_articles_relevant_to_one_topic_are_each_other_s_seeds(archive, tmp_path):
    cranes = [f"crane-{number:02}" for number in range(20)]
    with Store.open(f"sqlite:///{tmp_path}/home/archive.sqlite3") as store:
        crane = "The crane of the harbour stands still"
        store.upsert(
            [
                Article(
                    id=name,
                    title="Harbour crane",
                    body=(crane, " ".join(f"w{number}x{n}" for n in range(4))),
                    published=NOW,
                )
                for number, name in enumerate(cranes)
            ],
            NOW,
        )
        store.upsert([Article(id=f"other-{n}", title=f"Number {n}") for n in range(40)], NOW)
    assert archive("rebuild").exit_code == 0
    lines = [f"7 0 {article_id} 1" for article_id in cranes]
    lines += [f"8 0 t{number} 1" for number in range(3)]
    (tmp_path / "qrels.txt").write_text("\n".join(lines))
    words = ("evaluate", "related", "--topics-qrels", "qrels.txt")
    found = json.loads(archive(*words, "--json").stdout)
    assert (found["questions"], found["groups"]) == (15, 1)
    seeds = {question["text"] for question in found["moved"]}
    assert seeds == {cranes[place * 20 // 15] for place in range(15)}
    assert found["configurations"][0]["measures"]["nDCG@5"] == pytest.approx(1)
    assert "1 topic with fewer than 5 relevant articles left out." in found["notes"]
    (tmp_path / "qrels.txt").write_text("8 0 t0 1\n")
    assert "no topic of qrels.txt has 5 relevant" in archive(*words).stderr


def test_seeds_with_judgments(archive, tmp_path):
    (tmp_path / "seeds.txt").write_text("t0\nmissing\n")
    (tmp_path / "qrels.txt").write_text("t0 0 t1 1\nmissing 0 t1 1\n")
    words = ("--seeds", "seeds.txt", "--qrels", "qrels.txt", "--with", "minimum_score=0")
    words += ("--with", "versions=true")
    found = json.loads(archive("evaluate", "related", *words, "--json").stdout)
    assert "1 question about articles that the generation does not hold" in found["notes"][-1]
    assert found["configurations"][0]["measures"]["nDCG@5 of judged"] == 0.5


def test_people_read_a_table(archive, files):
    single = archive("evaluate", "search", *files).stdout
    assert single.startswith("2 questions, as served, generation 1.\n")
    assert re.search(r"^nDCG@10 +0\.\d{3}$", single, re.MULTILINE)
    pair = archive("evaluate", "search", *files, "--against", "sort=oldest").stdout
    assert re.search(
        r"^RR +\S+ +\S+ +[-+]\d\.\d{3} +[-+]\S+ [-+]\S+ +\d\.\d{4}", pair, re.MULTILINE
    )


class Page(HTMLParser):
    """What of a page would be fetched or run."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.words = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("against", [(), ("--against", "sort=oldest")])
def test_the_report_stands_alone_and_shows_what_moved(archive, files, tmp_path, against):
    (tmp_path / "topics.tsv").write_text("1\ttoll <script>\n2\tferry & boats\n")
    result = archive("evaluate", "search", *files, *against, "--report", "report.html")
    assert result.exit_code == 0
    text = (tmp_path / "report.html").read_text()
    page = Page(text)
    assert "script" not in page.tags
    assert not page.addresses
    assert "url(" not in text.replace("url(#", "")
    assert "ferry & boats" in page.words
    assert "toll <script>" in page.words
    assert page.tags.count("svg") == (3 if against else 1)
    assert "generation 1" in page.words
    assert "not judged" in page.words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "--with", "mood=calm"), "mood is no setting and no parameter: did you mean"),
        (("search", "--with", "mode=calm"), "mode: input should be 'exact' or 'broaden'"),
        (("search", "--with", "page_size=none"), "the setting page_size cannot be 'none'"),
        (("search", "--with", "page=2"), "page is no setting and no parameter"),
        (("search", "--with", "nowhere.toml"), "nowhere.toml is no file of settings"),
        (("search", "--against", "generation=x"), "generation=x is no number"),
        (("search", "--against-run", "topics.tsv"), "topics.tsv:1: write six columns"),
        (("related", "--with", "sort=newest"), "sort is no setting"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_with_a_remedy(archive, files, tmp_path, words, said):
    (tmp_path / "seeds.txt").write_text("t0\n")
    (tmp_path / "seeds.qrels").write_text("t0 0 t1 1\n")
    given = files if words[0] == "search" else ("--seeds", "seeds.txt", "--qrels", "seeds.qrels")
    result = archive("evaluate", *words, *given)
    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("search", "--topics", "topics.tsv"),
        ("related", "--qrels", "qrels.txt"),
        ("related", "--topics-qrels", "qrels.txt", "--seeds", "topics.tsv", "--qrels", "qrels.txt"),
        ("search", "--against", "mode=broaden", "--against-run", "qrels.txt"),
    ],
)
def test_options_that_do_not_go_together(archive, files, words):
    assert archive("evaluate", *words).exit_code == 2


def test_a_run_and_judgments_of_other_questions_are_refused(archive, files, tmp_path):
    (tmp_path / "run.txt").write_text("other Q0 t0 1 1 x\n")
    result = archive("evaluate", "search", *files, "--against-run", "run.txt")
    assert "run.txt answers none of the questions" in result.stderr
    (tmp_path / "qrels.txt").write_text("other 0 t0 1\n")
    assert "no topic of topics.tsv has judgments" in archive("evaluate", "search", *files).stderr
