"""Sentences for people that can be said in another language, too."""

from typing import Any, Self


class Message(str):
    """An English sentence that keeps what it was made of.

    Wherever a sentence is printed it is an ordinary string; who speaks the reader's language asks
    for ``template``, which a catalogue has, and puts ``values`` into its translation.

    Attributes
    ----------
    template : str
        The sentence with ``%(name)s`` where a value stands; without values, as it is.
    values : dict
        What stands there; whole numbers are written with commas between thousands.

    Examples
    --------
    >>> message = Message("at most %(most)s hits fit on a page", most=100)
    >>> message, message.template
    ('at most 100 hits fit on a page', 'at most %(most)s hits fit on a page')
    >>> Message("at most %(most)s characters", most=2000)
    'at most 2,000 characters'
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        """Return the sentence with its values."""
        written = {name: _written(value) for name, value in values.items()}
        message = super().__new__(cls, template % written if values else template)
        message.template = template
        message.values = values
        return message


def _written(value: Any) -> Any:
    return f"{value:,}" if isinstance(value, int) else value
