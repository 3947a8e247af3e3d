"""The difference of two shares over articles, number by number."""

from math import sqrt

from scipy import stats


def naive_difference(rows, confidence=0.95):
    """Return the difference and its bounds; rows are (shown 1, clicks 1, shown 2, clicks 2)."""
    rows = [row for row in rows if row[0] + row[2]]
    shown_1, clicks_1, shown_2, clicks_2 = (sum(row[part] for row in rows) for part in range(4))
    share_1, share_2 = clicks_1 / shown_1, clicks_2 / shown_2
    squares, weights, squared_weights = 0.0, 0.0, 0.0
    for one_shown, one_clicks, two_shown, two_clicks in rows:
        second = (two_clicks - share_2 * two_shown) / shown_2
        first = (one_clicks - share_1 * one_shown) / shown_1
        squares += (second - first) ** 2
        weight = one_shown / shown_1**2 + two_shown / shown_2**2
        weights += weight
        squared_weights += weight**2
    error = sqrt(len(rows) / (len(rows) - 1) * squares)
    freedom = max(weights**2 / squared_weights - 1, 1)
    reach = stats.t.ppf((1 + confidence) / 2, freedom) * error
    centre = share_2 - share_1
    return centre, centre - reach, centre + reach
