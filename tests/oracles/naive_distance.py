"""How many slips lie between two words, by the textbook's recursion."""

from functools import cache


def distance(first, second):
    """Return the restricted distance of Damerau and Levenshtein."""

    @cache
    def between(i, j):
        if not i or not j:
            return i + j
        best = min(between(i - 1, j), between(i, j - 1)) + 1
        best = min(best, between(i - 1, j - 1) + (first[i - 1] != second[j - 1]))
        swapped = (
            i > 1 and j > 1 and first[i - 1] == second[j - 2] and first[i - 2] == second[j - 1]
        )
        return min(best, between(i - 2, j - 2) + 1) if swapped else best

    return between(len(first), len(second))
