// The rules in force, each with a switch for whoever may change anything.

import { counted, place } from "./words.js";
import { row, showRows, write } from "./rows.js";

const OWN_MS = 2500; // for so long a switch stays as it was set here, until the engine tells the same

export class Switches {
  #list; #access; #own = new Map();

  constructor(list, access) {
    this.#list = list;
    this.#access = access;
  }

  show(rules) {
    showRows(this.#list, rules, {
      key: (rule) => rule.name,
      make: () => this.#make(),
      fill: (each, rule) => this.#fill(each, rule),
    });
  }

  #make() {
    const parts = { light: "span", name: "strong", when: "code", shown: "span", file: "span", hits: "span", switch: "button" };
    const made = row("li", "rule-row", parts);
    made.parts.switch.type = "button";
    made.parts.switch.setAttribute("role", "switch");
    made.parts.switch.addEventListener("click", () => this.#turn(made));
    return made;
  }

  #fill(each, rule) {
    each.rule = rule;
    const own = this.#own.get(rule.name);
    const isOn = own && performance.now() - own.setAt < OWN_MS ? own.isOn : rule.is_enabled;
    each.classList.toggle("is-off", !isOn);
    each.parts.light.style.setProperty("--light", rule.colour);
    write(each.parts.name, rule.name);
    write(each.parts.when, [rule.when || "every packet", rule.condition && `while ${rule.condition}`].filter(Boolean).join("  "));
    write(each.parts.shown, `${rule.zone} · ${rule.pattern}`);
    const otherwise = rule.is_changed && `switched ${rule.is_enabled ? "on" : "off"} on this page`;
    write(each.parts.file, [place(rule.file, rule.line), otherwise].filter(Boolean).join(" · "));
    write(each.parts.hits, rule.is_enabled ? metBy(rule) : "off");
    each.parts.switch.setAttribute("aria-checked", String(isOn));
    each.parts.switch.setAttribute("aria-label", `Rule: ${rule.name}`);
    write(each.parts.switch, isOn ? "on" : "off");
  }

  async #turn(each) {
    const isOn = each.parts.switch.getAttribute("aria-checked") !== "true";
    const { name } = each.rule;
    this.#own.set(name, { isOn, setAt: performance.now() });
    this.#fill(each, each.rule);
    if (await this.#access.ask("change", { rules: { [name]: isOn } })) return;
    this.#own.delete(name);
    this.#fill(each, each.rule);
  }
}

/** What met a filter is a hit, unless its light waits for more: four doors that are tried are no alarm yet. */
const metBy = ({ hits, condition }) => counted(hits, condition ? "packet" : "hit");
