"""What stands around an article on its page, in the words of seven languages: only tables.

English, German, French, Spanish, Russian, Armenian, Georgian. A phrase counts only when it is all
that a line or a heading says, or when it labels one, so a word may stand here that articles use.
"""

import re

_LEFT_OUT = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def heading_key(line: str) -> str:
    """Return the words of a heading as the tables hold them.

    Examples
    --------
    >>> heading_key("Editor’s choice:"), heading_key("12 Comments")
    ("editor's choice", 'comments')
    """
    return " ".join(_LEFT_OUT.sub("", line).replace("’", "'").replace("ʼ", "'").casefold().split())


def _phrases(table: str) -> frozenset[str]:
    return frozenset(heading_key(phrase) for phrase in re.split(r"[\n·]", table) if phrase.strip())


BLOCKS = _phrases("""
related articles · related stories · related news · related posts · related content
related coverage · related · editor's choice · editors' choice · editor's pick · editor's picks
editors' picks · editors' pick · most read · most popular · most viewed · most shared
most commented · popular · popular articles · popular stories · popular posts · popular now
popular this week
you may also like · you might also like · you may also be interested in · recommended
recommended for you · recommended articles · what to read next · read next
more stories · more news · latest news · latest stories · latest articles · top stories · don't miss
in other news
from our partners · sponsored content · around the web · comments · add a comment · leave a comment
leave a reply · post a comment · join the conversation · about the author · about us · newsletter
sign up for our newsletter · contact us · privacy policy · cookie policy · all rights reserved
Verwandte Artikel · Ähnliche Artikel · Weitere Artikel · Das könnte Sie auch interessieren
Das könnte dir auch gefallen · Meistgelesen · Am meisten gelesen · Meistgelesene Artikel · Beliebt
Beliebte Artikel · Beliebteste Artikel · Empfehlungen der Redaktion · Tipp der Redaktion
Auswahl der Redaktion · Redaktionstipps · Kommentare · Kommentar schreiben · Impressum
Articles liés · Articles similaires · Articles connexes · Sur le même sujet · Sur le même thème
Les plus lus · Les articles les plus lus · Les plus populaires · Populaire · Populaires
Choix de la rédaction · Le choix de la rédaction · Vous aimerez aussi · Vous pourriez aussi aimer
Commentaires · Laisser un commentaire · Mentions légales
Artículos relacionados · Noticias relacionadas · Relacionados · Lo más leído · Más leídas
Las más leídas · Más leídos · Populares · Lo más popular · Selección del editor
Selección de la redacción · También te puede interesar · Te puede interesar · Comentarios
Deja un comentario · Dejar un comentario · Aviso legal
Похожие статьи · Похожие материалы · Похожие новости · Статьи по теме · Материалы по теме
Новости по теме · Самое читаемое · Популярное · Популярные статьи · Самое популярное
Выбор редакции · Выбор редактора · Вам может быть интересно · Вам также может понравиться
Последние новости · Главные новости · Комментарии · Оставить комментарий · Добавить комментарий
Առնչվող հոդվածներ · Նմանատիպ հոդվածներ · Նույն թեմայով · Ամենաընթերցված · Ամենաշատ ընթերցված
Հանրաճանաչ · Խմբագրի ընտրանի · Խմբագրի ընտրությունը · Խմբագրության ընտրանի · Վերջին նորություններ
Մեկնաբանություններ
დაკავშირებული სტატიები · მსგავსი სტატიები · მსგავსი სიახლეები · ამავე თემაზე · ყველაზე კითხვადი
პოპულარული · რედაქტორის რჩევა · რედაქტორის არჩევანი · რედაქციის რჩეული · ბოლო სიახლეები
კომენტარები
""")
"""Headings of blocks that stand after an article: with them it has ended."""

INSERTS = _phrases("""
read more · read also · also read · see also · more on this · more on this story
more on this topic · more on the story · share · share this · share this article · share this story
tags · topics
related topics · trending · trending now · advertisement · advertising · story continues below
Mehr zum Thema · Zum Thema · Lesen Sie auch · Lesen Sie mehr · Mehr lesen · Weiterlesen · Teilen
Artikel teilen · Schlagworte · Schlagwörter · Anzeige · Werbung · Im Trend
À lire aussi · Lire aussi · Lire la suite · En savoir plus · Partager · Partager cet article
Mots-clés · Publicité · Tendances
Lea también · Lee también · Leer más · Más sobre este tema · Más información · Compartir
Etiquetas · Publicidad · Tendencias
Читайте также · Читать далее · Подробнее · По теме · Ещё по теме · Еще по теме · Поделиться · Теги
Метки · Реклама · В тренде
Կարդացեք նաև · Կարդալ ավելին · Կիսվել · Տարածել · Պիտակներ · Գովազդ
წაიკითხეთ ასევე · წაიკითხეთ მეტი · გაზიარება · გააზიარე · ტეგები · თეგები · რეკლამა
""")
"""Headings of blocks that also stand amid an article: after them it may go on."""

LINES = _phrases("""
skip to content · skip to main content · skip to navigation · jump to content · menu · home · search
sign in · log in · login · register · subscribe · subscribe now · sign up · back to top · top
print · print this page · email · e-mail · facebook · twitter · x · whatsapp · telegram · linkedin
share on facebook · share on twitter · share on x · tweet · copy link · save · bookmark · follow us
min read · minutes read · accept · accept all · accept cookies · reject all · cookie settings
we use cookies · close · next · previous · listen to this article
Zum Inhalt springen · Startseite · Suche · Anmelden · Drucken · Alle akzeptieren
Aller au contenu · Accueil · Recherche · Connexion · Imprimer · Tout accepter
Saltar al contenido · Inicio · Buscar · Iniciar sesión · Imprimir · Aceptar
Перейти к содержанию · Главная · Поиск · Войти · Печать · Принять
Գլխավոր · Որոնում · Մուտք · Տպել
მთავარი · ძიება · შესვლა · ბეჭდვა
""")
"""Single lines of menus, toolbars and notices."""

LABELS = {
    "additional_sources": _phrases("""
        additional sources · additional source · other sources · weitere Quellen · weitere Quelle
        autres sources · otras fuentes · fuentes adicionales · дополнительные источники
        другие источники · Լրացուցիչ աղբյուրներ · Այլ աղբյուրներ · დამატებითი წყაროები
        სხვა წყაროები
    """),
    "source": _phrases("""
        source · sources · Quelle · Quellen · fuente · fuentes · источник · источники · Աղբյուր
        Աղբյուրը · Աղբյուրներ · წყარო · წყაროები
    """),
    "caption": _phrases("""
        picture · pictured · photo · photograph · image · caption · picture caption · photo caption
        Bild · Foto · légende · imagen · pie de foto · фото · фотография · изображение · на фото
        Լուսանկար · Լուսանկարը · Նկար · Նկարում · ფოტო · სურათი · ფოტოზე
    """),
    "authors": _phrases("""
        author · authors · by · written by · Autor · Autorin · Autoren · auteur · auteurs · autora
        автор · авторы · Հեղինակ · Հեղինակներ · ავტორი · ავტორები
    """),
    "tags": _phrases("""
        tags · tag · keywords · topics · Schlagworte · Schlagwörter · Stichwörter · mots-clés
        etiquetas · теги · метки · ключевые слова · պիտակներ · ტეგები · თეგები
    """),
    "updated": _phrases("""
        last updated · updated · last modified · modified · update · last update · aktualisiert
        zuletzt aktualisiert · geändert · Stand · mis à jour · mise à jour · dernière mise à jour
        modifié · actualisé · actualizado · última actualización · обновлено · изменено
        последнее обновление · թարմացվել է · թարմացված · վերջին թարմացում · განახლებულია · განახლდა
        ბოლო განახლება
    """),
    "published": _phrases("""
        published · first published · posted · date · publication date · created · veröffentlicht
        erschienen · Datum · publié · publiée · paru · date de publication · publicado · fecha
        опубликовано · дата публикации · дата · հրապարակվել է · հրապարակված · ամսաթիվ · გამოქვეყნდა
        გამოქვეყნებულია · თარიღი
    """),
}
"""What may label a line, by the article's field that the rest of the line belongs to."""
