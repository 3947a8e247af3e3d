"""An archive in which every word is Russian, so that a word of ours that is not stands out."""

from datetime import timedelta

import numpy as np

from articles.article import Article
from tests.archives import NOW

WORDS = (
    *("мост", "договор", "река", "пошлина", "паром", "мэр", "совет", "гавань", "забастовка"),
    *("мельница", "озеро", "форель", "встреча", "граница", "министр", "выборы", "пересчёт"),
    *("бумага", "музей", "колокол", "оркестр", "концерт", "нападающий", "гол", "буря", "урожай"),
)
RARE = ("комета", "маяк", "трамвай", "ярмарка", "театр", "снегопад", "перепись", "сирень", "причал")
"""Words of headlines: few articles have them, so that examples are made of them."""


def russian_articles() -> list[Article]:
    """Return articles with all that pages can say something about.

    Tags stand in 1, 2, 5 and 21 articles; there are versions of a story, a running story, gaps,
    articles without a date, a headline or a text, and names in two scripts.
    """
    rng = np.random.default_rng(3)

    def text(words: int) -> str:
        return " ".join(rng.choice(WORDS, words)).capitalize() + "."

    plain = [
        Article(
            id=f"№{number}",
            title=f"{text(2)[:-1]} {RARE[number % 9]} {RARE[number % 7]}",
            summary=text(8),
            body=(text(30), text(30)),
            section=("Политика", "Хозяйство", "Спорт")[number % 3],
            source=("Редакция", "Агентство")[number % 2],
            additional_sources=("Радио Мерро",) if number % 5 == 0 else (),
            authors=("Инес Доврак", "Томас Хейл")[: 1 + number % 2],
            people=("Ана Верди", f"Житель № {number}"),
            places=("Старый порт",),
            tags=tuple(f"тема {most}" for most in (1, 2, 5, 21) if number < most),
            language="ru",
            published=NOW - timedelta(days=7 * number + (400 if number > 60 else 0)),
        )
        for number in range(80)
    ]
    story = "Рабочие бумажной мельницы в Халдене продолжают забастовку за повышение платы."
    strike = [
        Article(
            id=f"забастовка-{number}",
            title="Забастовка на бумажной мельнице",
            body=(f"{story} Подробность{number} свидетель{number} обещание{number}.",),
            language="ru",
            published=NOW - timedelta(days=300 - 10 * number),
        )
        for number in range(4)
    ]
    fire = "Пожар на складе у вокзала потушен к утру, пострадавших нет, сообщили городские власти."
    copies = [
        Article(
            id=f"пожар-{number}",
            title="Пожар на складе у вокзала",
            body=(fire, "Причину выясняют следователи.", "Поезда идут без опозданий." * number),
            caption="Пожарные у ворот склада.",
            language="ru",
            published=NOW - timedelta(days=30, hours=number),
            updated=NOW - timedelta(days=29),
            url=f"https://пример.example/{number}",
        )
        for number in range(3)
    ]
    sentence = "В этот день президент Саркисян встретился с послами."
    names = [
        Article(
            id=f"имя-{number}",
            title=f"Встреча послов {number}",
            body=(sentence.replace("Саркисян", name) * 3,),
            language="ru",
            published=NOW - timedelta(days=50 + number),
        )
        for number, name in enumerate(("Саркисян", "Саркисян", "Саркисьян"))
    ]
    odd = [
        Article(id="пусто", title="", language="ru"),
        Article(id="заголовок", title="Только заголовок", language="ru"),
    ]
    return [*plain, *strike, *copies, *names, *odd]
