"""A newsroom that writes in WordPress and has its posts in an archive of ours."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from click.testing import CliRunner

from articles.article import Article
from articles.store import Store
from tests.browser.conftest import serving
from tests.middleman import Middleman, between
from tests.wordpress import PLUGIN, ROOT, WordPress, running_wordpress
from web.cli.program import backfile

HOSTILE = '</a><script>document.title = "taken"</script>"\'><img src=x onerror=alert(1)> & Co'
"""The headline of an article about the fire in Linden Hall."""
STORY = "linden-hall-fire-report"
"""A post that much is related to, also the hostile one."""
EXPORT = PLUGIN.with_name("export-posts.php")
_EXPIRE = """
global $wpdb;
foreach ($wpdb->get_col("SELECT option_name FROM $wpdb->options WHERE option_name LIKE
        '\\_transient\\_backfile\\_blocks\\_%'") as $name) {
    $kept = get_option($name);
    is_array($kept)
        ? update_option($name, ['next' => 0] + $kept)
        : delete_transient(substr($name, 11));
}
"""
_COUNT = """
global $wpdb;
echo $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->options WHERE option_name LIKE
    '\\_transient\\_backfile\\_blocks\\_%' AND option_name NOT LIKE '%rest'");
"""
_RESET = """
global $wpdb;
$wpdb->query("DELETE FROM $wpdb->options WHERE option_name LIKE '%backfile\\_blocks%'");
wp_cache_flush();
update_option('backfile_blocks', json_decode(stream_get_contents(STDIN), true));
"""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A WordPress, the archive of its posts, and what stands between them."""

    wordpress: WordPress
    service: Middleman
    home: Path

    def choose(self, **settings: object) -> None:
        """Set the plugin up anew, with these settings and nothing kept."""
        chosen = {"service": self.service.address, **settings}
        self.wordpress.run(_RESET, given=json.dumps(chosen).encode())

    def expire(self) -> None:
        """Let a minute pass for what is kept, and a service that was away be asked again."""
        self.wordpress.run(_EXPIRE)

    def kept(self) -> int:
        """Return how many answers are kept."""
        return int(self.wordpress.run(_COUNT))

    def address(self, slug: str = STORY) -> str:
        """Return the address of a post."""
        found = self.wordpress.run(
            f"echo get_permalink(get_page_by_path('{slug}', OBJECT, 'post'));"
        )
        assert found.startswith(self.wordpress.address)
        return found

    def page(self, address: str) -> str:
        """Return the page at an address."""
        with urlopen(address, timeout=60) as answer:
            return answer.read().decode()

    def send(self, path: str, **fields: str) -> int:
        """Post a form as a stranger and return the status of the answer."""
        try:
            with urlopen(
                self.wordpress.address + path, urlencode(fields).encode(), timeout=60
            ) as answer:
                return answer.status
        except HTTPError as error:
            with error:
                return error.code


def sample_articles() -> list[dict]:
    """Return the articles of the sample archive, as they lie in its files."""
    files = sorted((ROOT / "articles" / "sample").glob("*.jsonl"))
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()
    ]


@contextmanager
def running_newsroom(home: Path) -> Iterator[Newsroom]:
    """Run a WordPress on the sample's articles and a service on what it exports."""
    articles = sample_articles()
    lines = "\n".join(json.dumps(article) for article in articles) + "\n"
    with running_wordpress(lines.encode()) as wordpress:
        posts = home.parent / "posts.jsonl"
        posts.write_text(wordpress.run(EXPORT), encoding="utf-8")
        _run(home, "import", posts)
        _add_hostile(home, articles)
        _run(home, "rebuild")
        settings = {"site_origins": wordpress.address, "workers": 1}
        with serving(home, **settings) as address, between(address) as service:
            newsroom = Newsroom(wordpress, service, home)
            # The first answer opens the index, for which no page would wait.
            newsroom.page(f"{address}/api/v1/page-blocks?url={newsroom.address()}&format=html")
            yield newsroom


def _run(home: Path, *words: object) -> None:
    result = CliRunner().invoke(backfile, ["--home", str(home), *map(str, words)])
    assert result.exit_code == 0, result.output


def _add_hostile(home: Path, articles: list[dict]) -> None:
    told = [article["body"][0] for article in articles if "Linden Hall fire" in str(article)]
    hostile = Article(
        id="hostile",
        title=HOSTILE,
        url="https://selvancourier.example/?a='\"><script>alert(1)</script>",
        body=("Linden Hall fire: the organ blower and the dust.", *told[:2]),
        section="Culture",
        published=datetime(2019, 6, 1, tzinfo=UTC),
    )
    store = Store.open(f"sqlite:///{home / 'archive.sqlite3'}")
    store.upsert([hostile], datetime.now(UTC))
    store.close()
