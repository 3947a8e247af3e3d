"""The paired randomisation test by trying every assignment of signs, one after the other."""

from fractions import Fraction
from itertools import product


def naive_p(differences):
    """Return p as an exact fraction; ``differences`` are whole numbers, zeros among them count."""
    reached = [
        abs(sum(sign * value for sign, value in zip(signs, differences, strict=True)))
        >= abs(sum(differences))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return Fraction(sum(reached), len(reached))
