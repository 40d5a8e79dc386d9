// Which lights lit last, and why. A rule keeps its row from when it first lights, so that the list can be read.

import { clock, colour, place } from "./words.js";
import { row, showRows, write } from "./rows.js";

const ROWS = 8;
const SETTLED_NS = 1e9;

export class LitList {
  #list; #empty; #cues = [];

  constructor(list, empty) {
    this.#list = list;
    this.#empty = empty;
  }

  show(scene) {
    const lit = new Set(scene.cues.map((cue) => cue.cause.rule));
    const came = scene.recent.filter((change) => change.sign === "+").map((change) => change.cue);
    for (const cue of [...came, ...scene.cues]) this.#take(cue, lit);
    this.#empty.hidden = this.#cues.length > 0;
    showRows(this.#list, this.#cues, {
      key: (cue) => cue.cause.rule,
      make: () => row("li", "lit-row", { light: "span", rule: "strong", shown: "span", reason: "span" }),
      fill: (each, cue) => fill(each, cue, lit.has(cue.cause.rule)),
    });
  }

  /** The last cue on `zone`, lit or not. */
  last(zone) {
    const there = this.#cues.filter((cue) => cue.zone === zone || cue.zone === "all");
    return there.sort((a, b) => b.cause.time_ns - a.cause.time_ns)[0];
  }

  #take(cue, lit) {
    const own = this.#cues.findIndex((known) => known.cause.rule === cue.cause.rule);
    if (own >= 0) this.#cues[own] = cue;
    else if (this.#cues.length < ROWS) this.#cues.push(cue);
    else {
      const dark = this.#cues.filter((known) => !lit.has(known.cause.rule)).sort((a, b) => a.cause.time_ns - b.cause.time_ns)[0];
      if (dark && Math.abs(cue.cause.time_ns - dark.cause.time_ns) >= SETTLED_NS) this.#cues[this.#cues.indexOf(dark)] = cue;
    }
  }
}

function fill(each, cue, isLit) {
  each.classList.toggle("is-lit", isLit);
  each.parts.light.style.setProperty("--light", colour(cue.colour));
  write(each.parts.rule, cue.cause.rule);
  write(each.parts.shown, `${cue.zone} · ${cue.pattern} ${cue.colour_name}`);
  write(each.parts.reason, reason(cue.cause));
}

/** Where a rule is written, and which packet met it when. */
export function reason(cause) {
  return [place(cause.file, cause.line), cause.number && `packet ${cause.number}`, clock(cause.time_ns)].filter(Boolean).join(" · ");
}
