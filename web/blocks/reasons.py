"""Why an article stands in a block, in words."""

from recommender.related import RelatedArticle
from recommender.shelf import Reason
from web.locales import gettext


def reason_text(reason: Reason, article: RelatedArticle) -> str:
    """Return in words, and in the language of the page, why an article stands in a block."""
    match reason:
        case Reason.PINNED:
            return gettext("Chosen for this article")
        case Reason.SIMILAR:
            return gettext("On the same subject")
        case Reason.SAME_STORY:
            return gettext("In the same story")
        case Reason.SAME_SECTION:
            return gettext("More from %(section)s", section=article.section)
        case Reason.NEWEST:
            return gettext("More from the archive")
        case Reason.EDITORS_CHOICE:
            return gettext("Chosen by the editors")
        case Reason.POPULAR:
            return gettext("Much read")
        case Reason.TRENDING:
            return gettext("Much read now")
