"""The plots of a report: pictures that stand in the page and take its colours."""

from collections.abc import Sequence

from web.evaluation import svg
from web.evaluation.evaluation import Evaluation

WIDTH, HEIGHT = 360.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 8.0, 12.0, 30.0
_COLOUR = "currentColor"


def plots(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return what each plot shows, in a sentence, and the plot."""
    measure = evaluation.main
    first = evaluation.by_group[0][measure]
    if not evaluation.comparisons:
        return [
            (f"{measure} of each question, the best first.", _bars(sorted(first.items(), key=_by)))
        ]
    second = evaluation.by_group[1][measure]
    differences = {name: second[name] - first[name] for name in first}
    return [
        (
            f"What the second has more of {measure}, for each question.",
            _bars(sorted(differences.items(), key=_by)),
        ),
        (
            f"{measure}: the first to the right, the second upwards and above the line better.",
            _scatter(first, second),
        ),
        (
            "The mean difference of every measure, and where it lies with 95 % confidence.",
            _intervals(evaluation),
        ),
    ]


def _by(item: tuple[str, float]) -> tuple[float, str]:
    return -item[1], item[0]


def _bars(values: Sequence[tuple[str, float]]) -> str:
    high = max([0.0, *(value for _, value in values)])
    low = min([0.0, *(value for _, value in values)])
    reach = (high - low) or 1.0
    step = (WIDTH - _LEFT - _RIGHT) / max(len(values), 1)

    def height(value: float) -> float:
        return _TOP + (high - value) / reach * (HEIGHT - _TOP - _BOTTOM)

    shapes = []
    for value in dict.fromkeys((low, 0.0, high)):
        shapes.append(svg.grid(_LEFT, height(value), WIDTH - _RIGHT, height(value)))
        shapes.append(svg.text(_LEFT - 4, height(value) + 4, f"{value:.2g}", anchor="end"))
    for place, (name, value) in enumerate(values):
        top, bottom = sorted((height(value), height(0)))
        shape = svg.bar(
            _LEFT + place * step, top, max(step * 0.8, 0.6), max(bottom - top, 0.6), _COLOUR
        )
        shapes.append(svg.shown(shape, f"{name}: {value:+.3f}", "loss" if value < 0 else "win"))
    shapes.append(svg.text(WIDTH / 2, HEIGHT - 8, f"{len(values):,} in all", anchor="middle"))
    return svg.drawing(WIDTH, HEIGHT, "A bar for each question", shapes)


def _scatter(first: dict[str, float], second: dict[str, float]) -> str:
    side = HEIGHT - _TOP - _BOTTOM
    left = (WIDTH - side) / 2

    def point(x: float, y: float) -> tuple[float, float]:
        return left + x * side, _TOP + (1 - y) * side

    shapes = [
        svg.grid(*point(0, 0), *point(1, 0)),
        svg.grid(*point(0, 0), *point(0, 1)),
        svg.grid(*point(0, 0), *point(1, 1)),
        svg.text(left - 4, _TOP + 8, "1", anchor="end"),
        svg.text(left - 4, _TOP + side + 12, "0", anchor="end"),
        svg.text(left + side, _TOP + side + 14, "1", anchor="middle"),
    ]
    for name in sorted(first):
        kind = "loss" if second[name] < first[name] else "win"
        words = f"{name}: {first[name]:.3f} and {second[name]:.3f}"
        shapes.append(svg.shown(svg.dot(*point(first[name], second[name]), _COLOUR), words, kind))
    return svg.drawing(WIDTH, HEIGHT, "A point for each question", shapes)


def _intervals(evaluation: Evaluation) -> str:
    found = evaluation.comparisons
    reach = max(*(abs(bound) for one in found for bound in (one.low, one.high)), 0.001) * 1.1
    left, right = 110.0, WIDTH - 14
    middle, half = (left + right) / 2, (right - left) / 2

    def across(value: float) -> float:
        return middle + value / reach * half

    step = (HEIGHT - _TOP - _BOTTOM) / len(found)
    shapes = [svg.grid(middle, _TOP, middle, HEIGHT - _BOTTOM)]
    for place, one in enumerate(found):
        y = _TOP + (place + 0.5) * step
        shapes.append(svg.text(left - 8, y + 4, one.measure, anchor="end"))
        line = svg.line([(across(one.low), y), (across(one.high), y)], _COLOUR)
        words = f"{one.measure}: {one.difference:+.3f}, p {one.p:.4f}"
        kind = "loss" if one.difference < 0 else "win"
        shapes.append(svg.shown(line + svg.dot(across(one.difference), y, _COLOUR), words, kind))
    shapes += [
        svg.text(across(value), HEIGHT - 10, f"{value:+.2f}", anchor="middle")
        for value in (-reach / 1.1, 0.0, reach / 1.1)
    ]
    return svg.drawing(WIDTH, HEIGHT, "Differences with their intervals", shapes)
