// The last minute as one line: bits a second, newest on the right.

import { amount } from "./words.js";
import { element, write } from "./rows.js";

const SECONDS = 60;
const WIDTH = 600;
const HEIGHT = 120;

export class Plot {
  #area; #line; #most; #box;

  constructor(box) {
    this.#box = box;
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const share of [0, 0.5, 1]) svg.append(make("line", { class: "grid", x1: 0, x2: WIDTH, y1: y(share), y2: y(share) }));
    this.#area = make("path", { class: "area" });
    this.#line = make("path", { class: "line" });
    svg.append(this.#area, this.#line);
    this.#most = element("span", "most");
    box.append(svg, this.#most, element("span", "then", "a minute ago"), element("span", "now", "now"));
  }

  /** Show [packets, bytes] of each second, oldest first. */
  show(series) {
    const bits = series.slice(-SECONDS).map(([, bytes]) => 8 * bytes);
    const top = ceiling(Math.max(1, ...bits));
    const points = bits.map((value, index) => `${x(SECONDS - bits.length + index)} ${y(value / top)}`);
    this.#line.setAttribute("d", points.length ? `M${points.join("L")}` : "");
    this.#area.setAttribute("d", points.length ? `M${x(SECONDS - bits.length)} ${HEIGHT}L${points.join("L")}L${WIDTH} ${HEIGHT}Z` : "");
    write(this.#most, amount(top, "bit/s"));
    this.#box.setAttribute("aria-label", `Bits a second over the last minute: at most ${amount(Math.max(0, ...bits), "bit/s")}`);
  }
}

const x = (second) => ((second * WIDTH) / (SECONDS - 1)).toFixed(1);
const y = (share) => (HEIGHT - 1 - share * (HEIGHT - 2)).toFixed(1);

/** The next 1, 2, 3 or 5 times a power of ten. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 5, 10].map((step) => step * power).find((step) => step >= value);
}

function make(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
