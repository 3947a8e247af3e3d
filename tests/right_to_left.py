"""Articles in Arabic and Hebrew, which run from right to left, beside some in English."""

from datetime import timedelta

import numpy as np

from articles.article import Article
from tests.archives import NOW
from tests.world import WORLD

TEXTS = {sample.language: sample.text for sample in WORLD}
ARABIC, HEBREW = "جسر جديد فوق النهر (2025): بداية", "גשר חדש מעל הנהר (2025): התחלה"
"""Headlines whose brackets and colon stand at another place where a line runs the wrong way."""


def right_to_left_articles() -> list[Article]:
    """Return reports of a bridge in three languages, each with names, and some without a language.

    No two have a sentence in common, and each is related to others of its language.
    """
    rng = np.random.default_rng(11)

    def text(language: str) -> str:
        return f"{' '.join(rng.choice(TEXTS[language].replace('.', '').split(), 24))}."

    arabic = [
        Article(
            id=f"ar-{number}",
            title=ARABIC if number == 0 else f"الجسر فوق النهر: التقرير {number}",
            summary="افتتح مجلس المدينة الجسر الجديد.",
            body=(text("ar"), f"قال المهندسون إن الحافلات رقم {number} ستعبر الجسر غدا."),
            section="سياسة",
            source="وكالة الأنباء",
            additional_sources=("Radio Merrow",),
            authors=("ليلى حداد",),
            people=("سامي النجار", "Ana Verdi"),
            places=("الميناء القديم",),
            tags=("جسور",),
            caption="أول حافلة تعبر الجسر.",
            language="ar" if number != 1 else "",
            published=NOW - timedelta(days=90 - 10 * number),
        )
        for number in range(8)
    ]
    hebrew = [
        Article(
            id=f"he-{number}",
            title=HEBREW if number == 0 else f"הגשר מעל הנהר: דיווח {number}",
            body=(text("he"), f"המהנדסים אמרו כי קו {number} יעבור בגשר."),
            section="פוליטיקה",
            source="סוכנות הידיעות",
            authors=("נועה לוי",),
            people=("דוד כהן",),
            places=("הנמל הישן",),
            tags=("גשרים",),
            language="he",
            published=NOW - timedelta(days=30 + number),
        )
        for number in range(4)
    ]
    english = [
        Article(
            id=f"en-{number}",
            title=f"Bridge opens, report {number}",
            body=(text("en"), f"Line {number} will cross it."),
            section="Politics",
            source="Newsroom",
            people=("Ana Verdi",),
            language="en",
            published=NOW - timedelta(days=60 + number),
        )
        for number in range(4)
    ]
    return [*arabic, *hebrew, *english]
