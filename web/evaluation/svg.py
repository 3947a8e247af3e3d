"""Pictures as text: the few shapes that plots need, readable on light and on dark pages."""

from collections.abc import Iterable
from html import escape

FONT = "system-ui, sans-serif"
COLOURS = ("#d6336c", "#f08cae", "#1c7ed6", "#66b2f0", "#5c940d", "#9c5fd0", "#e8890c", "#868e96")
"""Readable on white and on black."""
_STYLE = f"""<style>
text {{ font: 13px {FONT}; fill: #1f2328 }}
.title {{ font-weight: 600; font-size: 15px }}
.small {{ font-size: 11px; fill: #59636e }}
.paper {{ fill: #ffffff }}
.grid {{ stroke: #d8dee4; stroke-width: 1 }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3 }}
.small {{ fill: #9198a1 }}
.paper {{ fill: #0d1117 }}
.grid {{ stroke: #30363d }}
}}
</style>"""


def picture(width: float, height: float, title: str, shapes: Iterable[str]) -> str:
    """Return a whole picture with its title in the corner."""
    extent = f'width="{width:g}" height="{height:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {extent} viewBox="0 0 {width:g} {height:g}">',
            f"<title>{escape(title)}</title>",
            _STYLE,
            f'<rect class="paper" {extent}/>',
            text(16, 26, title, kind="title"),
            *shapes,
            "</svg>\n",
        ]
    )


def drawing(width: float, height: float, title: str, shapes: Iterable[str]) -> str:
    """Return a picture for a page, which gives it its colours and its width."""
    box = f'viewBox="0 0 {width:g} {height:g}"'
    return "\n".join([f'<svg {box} role="img" aria-label="{escape(title)}">', *shapes, "</svg>"])


def shown(shape: str, words: str, kind: str) -> str:
    """Return a shape of a page that says something when it is pointed at."""
    return f'<g class="{kind}"><title>{escape(words)}</title>{shape}</g>'


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    """Return words whose ``start``, ``middle`` or ``end`` is at a point."""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    """Return a filled bar."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="2" fill="{colour}"/>'
    )


def dot(x: float, y: float, colour: str) -> str:
    """Return a filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'


def line(points: Iterable[tuple[float, float]], colour: str) -> str:
    """Return a line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def grid(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a line of the background."""
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
