// The shark's light: circles of the drawing recoloured, and a halo of added light on a small canvas above them.

const HALO_PIXELS = 420;
const DIM = 8;
const CALM = 0.12;

export class Shark {
  /** Called after each drawing. */
  drawn = () => {};

  #figure; #circles; #halo; #colours; #wanted; #light; #frame = 0;
  #isCalm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(figure) {
    this.#figure = figure;
    this.zones = JSON.parse(figure.dataset.zones);
    const svg = figure.querySelector("svg");
    this.#circles = this.zones.map((_, index) => svg.querySelector(`#led-${index}`));
    this.#colours = this.zones.map(() => "");
    this.#light = new Float32Array(3 * this.zones.length);
    this.#wanted = new Uint8Array(3 * this.zones.length);
    this.#halo = new Halo(figure.querySelector("canvas"), svg, this.#circles);
  }

  /** Take hex digits as the next light; anything but a frame of this shark is left out. */
  show(hex) {
    if (hex.length !== 2 * this.#wanted.length) return;
    for (let index = 0; index < this.#wanted.length; index++) this.#wanted[index] = parseInt(hex.substr(2 * index, 2), 16);
    this.#ask();
  }

  dark() {
    this.#wanted.fill(0);
    this.#ask();
  }

  /** The brightest colour in each zone, as [zone, colour of CSS]. */
  zoneColours() {
    const brightest = new Map();
    this.zones.forEach((zone, led) => {
      const light = this.#light.subarray(3 * led, 3 * led + 3);
      const level = Math.max(...light);
      if (level >= (brightest.get(zone)?.level ?? -1)) brightest.set(zone, { level, light });
    });
    return [...brightest].map(([zone, { light }]) => [zone, css(light)]);
  }

  /** Call `pick(led)` with the LED nearest to where the shark is tapped. */
  onTap(pick) {
    const svg = this.#figure.querySelector("svg");
    this.#figure.addEventListener("click", (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const apart = this.#circles.map((circle) => Math.hypot(circle.cx.baseVal.value - at.x, circle.cy.baseVal.value - at.y));
      const led = apart.indexOf(Math.min(...apart));
      if (apart[led] < svg.viewBox.baseVal.width / 18) pick(led);
    });
  }

  /** Mark one zone's LEDs. */
  mark(zone) {
    this.#circles.forEach((circle, led) => circle.classList.toggle("picked", this.zones[led] === zone));
  }

  #ask() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    const share = this.#isCalm.matches ? CALM : 1;
    let isThere = true;
    this.#light.forEach((level, index) => {
      const next = level + (this.#wanted[index] - level) * share;
      this.#light[index] = Math.abs(next - this.#wanted[index]) < 1 ? this.#wanted[index] : next;
      isThere &&= this.#light[index] === this.#wanted[index];
    });
    this.#circles.forEach((circle, led) => {
      const colour = css(this.#light.subarray(3 * led, 3 * led + 3));
      if (colour !== this.#colours[led]) circle.setAttribute("fill", colour);
      this.#colours[led] = colour;
    });
    this.#halo.draw(this.#light);
    this.drawn();
    if (!isThere) this.#ask();
  }
}

const css = (light) => `rgb(${Math.round(light[0])} ${Math.round(light[1])} ${Math.round(light[2])})`;

class Halo {
  #context; #places; #reach;

  constructor(canvas, svg, circles) {
    const box = svg.viewBox.baseVal;
    const scale = HALO_PIXELS / box.width;
    this.#reach = Math.min(0.3, 0.55 / Math.sqrt(circles.length)) * HALO_PIXELS;
    const margin = this.#reach;
    canvas.style.setProperty("--beyond", margin / HALO_PIXELS);
    canvas.width = HALO_PIXELS + 2 * margin;
    canvas.height = box.height * scale + 2 * margin;
    this.#context = canvas.getContext("2d");
    this.#places = circles.map((circle) => [
      (circle.cx.baseVal.value - box.x) * scale + margin,
      (circle.cy.baseVal.value - box.y) * scale + margin,
    ]);
  }

  draw(light) {
    const context = this.#context;
    context.globalCompositeOperation = "source-over";
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.globalCompositeOperation = "lighter";
    this.#places.forEach(([x, y], led) => {
      const rgb = light.subarray(3 * led, 3 * led + 3);
      const most = Math.max(...rgb);
      if (most < DIM) return;
      const shade = context.createRadialGradient(x, y, 0, x, y, this.#reach);
      const tone = (alpha, white) => `rgb(${[...rgb].map((level) => Math.round(level + (most - level) * white)).join(" ")} / ${alpha})`;
      shade.addColorStop(0, tone(0.75, 0.35));
      shade.addColorStop(0.08, tone(0.42, 0.05));
      shade.addColorStop(0.3, tone(0.15, 0));
      shade.addColorStop(0.6, tone(0.04, 0));
      shade.addColorStop(1, tone(0, 0));
      context.fillStyle = shade;
      context.fillRect(x - this.#reach, y - this.#reach, 2 * this.#reach, 2 * this.#reach);
    });
  }
}
