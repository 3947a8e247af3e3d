"""What can be wrong with a request."""

from articles.errors import BackfileError


class SearchError(BackfileError):
    """A request that cannot be answered as it stands."""
