"""Words that hold a sentence together and say nothing of its subject.

Only closed classes: articles, pronouns, prepositions, conjunctions, auxiliaries. The longer stop
lists in circulation hold "fire", "bill", "system" and "interest", which are what news is about.
"""

from functools import cache

from index.analysis import term_of, tokens

_WORDS = {
    "en": """
        a an the and or but nor if then than so because while although though unless until since as
        of to in on at by for from with without into onto upon over under about above below between
        among through during before after against within across behind toward towards per via
        i me my mine myself we us our ours ourselves you your yours yourself he him his himself she
        her hers herself it its itself they them their theirs themselves this that these those who
        whom whose which what when where why how there here
        am is are was were be been being have has had having do does did doing will would shall
        should can could may might must not no cannot
        also very too just only even such both either neither each every any some all other another
        own same more most much many few less least again ever never
    """,
    "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже
        для до его ее её ей ему если есть ещё еще же за здесь и из или им их к как какой ко когда
        которая которого которой которые который которых кто ли либо между меня мне может мы на над
        надо нас не него нее неё нет ни них но ну о об однако он она они оно от очень по под после
        при про с сам свою своего своей свои своих себя со так также такой там те тем то того тоже
        той только том ту ты у уже хотя чего чей чем что чтобы чье чья эта эти это этого этой этом
        этот эту я
    """,
}


@cache
def function_terms() -> frozenset[str]:
    """Return the terms of all function words that are known, in whatever language.

    Examples
    --------
    >>> sorted({"the", "this", "fire", "и"} & function_terms())
    ['the', 'this', 'и']
    """
    return frozenset(
        term_of(language)(word) for language, words in _WORDS.items() for word in tokens(words)
    )
