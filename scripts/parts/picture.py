"""The plan of a printed shark as an SVG picture: its face, and how it looks inside, with the way of the data line."""

from __future__ import annotations

from typing import Final

from manifold3d import CrossSection

from scripts.parts.cuts import Cut
from scripts.parts.engraving import around_windows
from scripts.parts.fit import windows
from scripts.parts.flat import Point, centred, disc, grown, union
from scripts.parts.keys import key
from scripts.parts.plan import Plan, cable_area, keyhole_area
from scripts.parts.sizes import PI_BOARD, POST, SCREW_HOLE, WALL

FINE: Final = 0.08
GAP: Final = 16.0
_STYLE: Final = """<style>
text{font:5px sans-serif;fill:#24405a} .number{font-size:3.4px;text-anchor:middle}
.body{fill:#e9edf0;stroke:#24405a;stroke-width:.5} .floor{fill:#c9d6e0} .dark{fill:#24405a} .light{fill:#f2b632} .key{fill:#d2691e}
.cut{stroke:#d2691e;stroke-width:.8;stroke-dasharray:3 2} .data{fill:none;stroke:#b03a2e;stroke-width:.7}
.lid{fill:none;stroke:#24405a;stroke-width:.6;stroke-dasharray:1.5 1}
</style>"""


def picture(plan: Plan) -> str:
    """Return the markup: above the face as a viewer sees it, below the inside as one sees it while wiring."""
    left, low, right, high = plan.drawing.silhouette.bounds()
    tall = high - low + GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left - 6:.0f} 0 {right - left + 12:.0f} {2 * tall:.0f}" role="img">',
            f"<title>{plan.drawing.name}, printed</title>",
            _STYLE,
            f'<text x="{left:.0f}" y="8">the face</text>',
            f'<text x="{left:.0f}" y="{tall + 8:.0f}">inside, seen from behind: the numbers are those of the LEDs</text>',
            f'<g transform="translate(0 {high + GAP:.1f}) scale(1 -1)">',
            *_face(plan),
            f'</g><g transform="translate({left + right:.1f} {high + tall + GAP:.1f}) scale(-1 -1)">',
            *_inside(plan),
            "</g>",
            *_numbers(plan, left + right, high + tall + GAP),
            "</svg>\n",
        ]
    )


def _face(plan: Plan) -> list[str]:
    wells = windows(plan.drawing.leds, plan.wishes.shape)
    return [
        _path("body", plan.drawing.silhouette),
        _path("dark", around_windows(plan.drawing.engraving, wells, plan.drawing.silhouette)),
        *_lights(plan, plan.wishes.shape.window),
        *(_line(cut, plan.drawing.silhouette) for cut in plan.front_cuts),
    ]


def _inside(plan: Plan) -> list[str]:
    """Return the front without its lid; what belongs to the lid is dashed."""
    body = plan.drawing.silhouette
    posts = union(disc(POST, at) for at in plan.posts) ^ body
    wall = body - grown(body, -WALL) + posts - union(disc(SCREW_HOLE, at) for at in plan.posts)
    lid = [keyhole_area(plan.keyhole)] if plan.keyhole else []
    lid += [centred(*PI_BOARD, plan.pi)] if plan.pi else []
    data = " ".join(f"{x:.1f},{y:.1f}" for x, y in plan.drawing.leds.tolist())
    return [
        _path("body floor", body),
        _path("dark", wall - cable_area(plan.cable) if plan.cable else wall),
        *(_path("key", _key(cut, at)) for cut, at in plan.front_keys),
        *(_line(cut, body) for cut in plan.front_cuts),
        *(_path("lid", area) for area in lid),
        f'<polyline class="data" points="{data}"/>',
        *_lights(plan, plan.wishes.shape.seat),
    ]


def _key(cut: Cut, at: Point) -> CrossSection:
    return key().rotate(90.0 * cut.axis).translate(at)


def _lights(plan: Plan, diameter: float) -> list[str]:
    circles = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{diameter / 2:.2f}"/>' for x, y in plan.drawing.leds.tolist())
    return [f'<g class="light">{circles}</g>']


def _numbers(plan: Plan, mirror: float, high: float) -> list[str]:
    return [
        f'<text class="number" x="{mirror - x:.1f}" y="{high - y + 1.2:.1f}">{index}</text>'
        for index, (x, y) in enumerate(plan.drawing.leds.tolist())
    ]


def _line(cut: Cut, area: CrossSection) -> str:
    left, low, right, high = cut.strip(0.2, area).bounds()
    ends = (cut.at, low, cut.at, high) if cut.axis == 0 else (left, cut.at, right, cut.at)
    return '<line class="cut" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>'.format(*ends)


def _path(kind: str, area: CrossSection) -> str:
    lines = (" ".join(f"{x:.1f} {y:.1f}" for x, y in line.tolist()) for line in area.simplify(FINE).to_polygons())
    return f'<path class="{kind}" d="{" ".join(f"M {line} Z" for line in lines)}"/>'
