"""The one base class of every error that Backfile raises on purpose."""


class BackfileError(Exception):
    """Something that a person can put right; the message says what, where and how."""
