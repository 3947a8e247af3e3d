"""The fields of an article that a query can name, and what an occurrence in them counts."""

import numpy as np

from index.arrays import Array

TEXT = "text"
"""The field that plain words are searched in: title, summary and body, fused."""
NAME_FIELDS = ("section", "source", "author", "tag", "person", "place")
"""Fields of names: they are not stemmed, so that "Banks" is not found by "bank"."""
PERSON_FIELDS = ("author", "person", "place")
"""Those of persons and places, whose names may be spelled in several ways."""
WORD_FIELDS = (TEXT, "title", "caption", *NAME_FIELDS)
COLUMN_FIELDS = ("language", "date")
"""Fields that a query can name but that have no postings: the columns answer for them."""
TITLE_WEIGHT = 2.0
"""What a word of the title counts in the fused text field; measured on judged news topics."""
K1 = 1.6
"""How slowly repeated words stop counting."""
B = 0.3
"""How much long articles are held back; .75 of the textbook cost .03 nDCG on judged news."""
LARGEST_SEGMENT = 65_536
"""Documents of a segment: their numbers fit into two bytes."""


def impacts(weights: Array, relative_lengths: Array | float) -> Array:
    """Return ``w / (w + k1 (1 - b + b l))`` as 16-bit fixed point, 65535 standing for 1."""
    share: Array = weights / (weights + np.float32(K1) * (1 - B + B * relative_lengths))
    share = np.rint(share * np.float32(65535))
    return share.astype(np.uint16)


def segment_name(number: int) -> str:
    """Return the name of a segment's file."""
    return f"articles_{number}.arrays"
