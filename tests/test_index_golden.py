"""A generation of each format since 2 can still be read; format 1 is refused with the remedy.

``python -m tests.test_index_golden`` writes the one of the present format, once, when the format is
new; it is never written again afterwards.
"""

import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from index.manifest import FORMAT
from index.publish import Generations, NoGenerationError
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest
from tests.archives import build, random_articles

FOLDER = Path(__file__).parent / "golden"
ARTICLES = random_articles(30, seed=1)


def unpacked(home, number):
    """Return generations of which the only one is the golden one of a format."""
    with ZipFile(FOLDER / f"format-{number}.zip") as archive:
        archive.extractall(home / "generations" / "000001")
    (home / "generations" / "CURRENT").write_text("1\n")
    return Generations(home / "generations")


def test_format_1_is_refused(tmp_path):
    """Its postings were Whoosh's, with pickles among them."""
    generations = unpacked(tmp_path, 1)
    with pytest.raises(NoGenerationError, match=r"format 1.*run `backfile rebuild`"):
        generations.open_current()
    store, _, report = build(tmp_path, ARTICLES)
    store.close()
    assert report.number == generations.current_number() == 2


@pytest.mark.parametrize("number", range(2, FORMAT + 1))
def test_golden_generation_answers_as_it_did(tmp_path, number):
    generation = unpacked(tmp_path, number).open_current()
    generation.verify()
    engine = EmbeddedEngine(generation, Visibility(generation))
    recommender = Recommender(generation, Visibility(generation))
    assert generation.articles == 30
    assert engine.article("a00007").article.title == "Bridge bridge harbour ferry bridge"
    answer = engine.search(SearchRequest(query='"bridge treaty" OR harvest', limit=30))
    assert [hit.id for hit in answer.hits[:3]] == ["a00022", "a00006", "a00023"]
    assert answer.total == 21
    related = recommender.for_article("a00003", RelatedRequest(limit=3, versions=True))
    assert [(item.id, round(item.words, 3)) for item in related] == [
        ("a00015", 0.694),
        ("a00026", 0.673),
        ("a00029", 0.627),
    ]
    engine.close()


if __name__ == "__main__":
    path = FOLDER / f"format-{FORMAT}.zip"
    if path.exists():
        sys.exit(f"{path} is there already; a golden generation is never written again")
    with tempfile.TemporaryDirectory() as folder:
        store, generations, _ = build(Path(folder), ARTICLES)
        store.close()
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for file in sorted((generations.folder / "000001").iterdir()):
                archive.write(file, file.name)
