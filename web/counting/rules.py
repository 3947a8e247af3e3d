"""What an admin's settings say of counting, and of what is popular."""

from articles.readings_visits import Keeping
from recommender.popularity import PopularRules
from web.settings import Settings


def popular_rules(settings: Settings) -> PopularRules:
    """Return what is popular under the settings."""
    return PopularRules(
        least_views=settings.popular_least_views,
        maximum_age=settings.popular_maximum_age,
        rotation_days=settings.popular_rotation_days,
        also_read_days=settings.also_read_days,
        also_read_least=settings.also_read_least,
    )


def kept_readings(settings: Settings) -> Keeping:
    """Return for how long it is kept what was read."""
    return Keeping(
        hours=settings.popular_hour_days,
        days=settings.popular_days,
        together=settings.also_read_days,
    )
