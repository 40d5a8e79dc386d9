// Tap a light, or choose its zone, and learn why it is lit.

import { element, write } from "./rows.js";
import { reason } from "./lit.js";

export class Why {
  #box; #buttons = new Map(); #shark; #lit; #scene = null; #zone = "";

  constructor(group, box, shark, lit) {
    this.#box = box;
    this.#shark = shark;
    this.#lit = lit;
    for (const zone of new Set(shark.zones)) {
      const button = element("button", "zone");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(element("span", "light"), element("span", "", zone));
      button.addEventListener("click", () => this.#choose(this.#zone === zone ? "" : zone));
      this.#buttons.set(zone, button);
      group.append(button);
    }
    shark.onTap((led) => this.#choose(shark.zones[led]));
  }

  show(scene) {
    this.#scene = scene;
    this.#tell();
  }

  /** Let the zones' buttons glow as their LEDs do. */
  glow() {
    for (const [zone, light] of this.#shark.zoneColours()) this.#buttons.get(zone).style.setProperty("--light", light);
  }

  #choose(zone) {
    this.#zone = zone;
    for (const [name, button] of this.#buttons) button.setAttribute("aria-pressed", String(name === zone));
    this.#shark.mark(zone);
    this.#tell();
  }

  #tell() {
    this.#box.hidden = !this.#zone;
    if (!this.#zone || !this.#scene) return;
    const lit = this.#scene.cues.filter((cue) => cue.zone === this.#zone || cue.zone === "all").reverse();
    const lines = lit.map((cue) => `${this.#zone} is lit by “${cue.cause.rule}”: ${cue.pattern} ${cue.colour_name}. ${reason(cue.cause)}`);
    const last = this.#lit.last(this.#zone);
    if (!lines.length) lines.push(last ? `${this.#zone} is dark. It was last lit by “${last.cause.rule}”. ${reason(last.cause)}` : `${this.#zone} is dark, and no rule has lit it yet.`);
    write(this.#box, lines.join("\n"));
  }
}
