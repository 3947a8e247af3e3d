"""A site that makes its pages with Twig, by the sample for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.php_server import running_php
from tests.wordpress import HERE

LIBRARIES = {
    "php-guzzlehttp-guzzle": Path("/usr/share/php/GuzzleHttp/autoload.php"),
    "php-twig": Path("/usr/share/php/Twig/autoload.php"),
}


@contextmanager
def running_twig(service: str, folder: Path) -> Iterator[str]:
    """Serve the page of an article (`?url=ADDRESS&now=SECONDS`) and give the address."""
    missing = [name for name, path in LIBRARIES.items() if not path.exists()]
    if missing:
        pytest.skip(f"not installed, and needed to run Twig: {', '.join(missing)}")
    kept = folder / "kept"
    kept.mkdir()
    environment = {"PATH": os.environ["PATH"], "SERVICE": service, "KEPT": str(kept)}
    with running_php(folder, HERE / "twig-page.php", environment, folder / "php.log") as address:
        yield address
