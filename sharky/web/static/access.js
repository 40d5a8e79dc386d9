// Whether whoever looks may change anything, and what it takes; and how a change is asked for.

import { write } from "./rows.js";
import { sentence } from "./words.js";

const at = (id) => document.getElementById(id);
const NOBODY = "Sharky does not answer: look whether it runs, and try again.";
const FOREIGN = "Sharky takes no change from here: open the page by the address of this Sharky itself.";

export class Access {
  constructor() {
    at("code-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enter();
    });
  }

  /** Ask whether one may change anything, and show what can be done. */
  async look() {
    const answer = await fetch("access.json").catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    document.body.classList.toggle("may-change", told.may_change);
    at("controls").hidden = !told.may_change;
    at("code-form").hidden = !told.needs_code;
    const wrong = told.wrong_codes ? `${told.wrong_codes} wrong ${told.wrong_codes === 1 ? "code was" : "codes were"} entered since this page's process began.` : "";
    write(at("access-note"), [told.why, wrong].filter(Boolean).join(" "));
  }

  /** Ask for a change; return whether it was granted, and say why where it was not. The browser has to say from where it is asked. */
  async ask(path, wish) {
    const how = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish), referrerPolicy: "same-origin" };
    const answer = await fetch(path, how).catch(() => null);
    const said = await answer?.json().catch(() => null);
    write(at("trouble"), answer?.ok ? "" : (said?.problems ?? [answer ? FOREIGN : NOBODY]).map(sentence).join("\n"));
    if (answer?.status === 403) await this.look();
    return Boolean(answer?.ok);
  }

  async #enter() {
    const isKnown = await this.ask("code", { code: at("code").value });
    at("code").value = "";
    await this.look();
    const controls = [...at("controls").querySelectorAll("input, button")];
    (isKnown ? controls.find((each) => each.offsetParent) : at("code"))?.focus();
  }
}
