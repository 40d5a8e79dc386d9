// The settings in force, and those that can be changed while one looks at the LEDs.

import { row, showRows, write } from "./rows.js";

const OWN_MS = 2500; // for so long what was set here is shown, until the engine tells the same
const at = (id) => document.getElementById(id);
const percent = (share) => `${Math.round(100 * share)} %`;

export class Settings {
  #access; #changes = 0; #isTesting = false; #wanted = null; #isAsking = false; #setAt = -OWN_MS;

  constructor(access) {
    this.#access = access;
    at("brightness").addEventListener("input", () => this.#slide(at("brightness").valueAsNumber / 100));
    at("lamps").addEventListener("click", () => access.ask("lamps", { is_on: !this.#isTesting }));
    at("undo").addEventListener("click", () => this.#undo());
  }

  show(settings) {
    this.#changes = settings.changes;
    this.#isTesting = settings.is_testing;
    this.#showBrightness(settings);
    at("lamps").setAttribute("aria-pressed", String(settings.is_testing));
    write(at("lamps"), settings.is_testing ? "End the test of the lights" : "Test the lights, zone by zone");
    at("undo").setAttribute("aria-disabled", String(!settings.changes));
    write(at("changes-note"), told(settings));
    showRows(at("settings"), settings.told, {
      key: (setting) => setting.name,
      make: () => row("div", "setting-row", { name: "dt", value: "dd", "changed-by": "dd" }),
      fill: (each, setting) => {
        write(each.parts.name, setting.name);
        write(each.parts.value, setting.value);
        write(each.parts["changed-by"], setting.changed_by);
      },
    });
  }

  #showBrightness(settings) {
    at("brightness-box").hidden = !settings.has_leds;
    at("brightness").max = Math.round(100 * settings.most_brightness);
    write(at("brightness-note"), `Of the LEDs alone, at once; this page stays as it is. At most ${percent(settings.most_brightness)}, as the files have it.`);
    if (performance.now() - this.#setAt > OWN_MS) this.#said(settings.brightness);
  }

  #said(brightness) {
    at("brightness").value = Math.round(100 * brightness);
    at("brightness").setAttribute("aria-valuetext", percent(brightness));
    write(at("brightness-said"), percent(brightness));
  }

  /** One request is on its way at most; behind it comes only the newest wish. */
  async #slide(brightness) {
    this.#setAt = performance.now();
    this.#said(brightness);
    this.#wanted = brightness;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#wanted !== null) {
      const wish = { brightness: this.#wanted };
      this.#wanted = null;
      if (!(await this.#access.ask("change", wish))) this.#setAt = -OWN_MS;
    }
    this.#isAsking = false;
  }

  async #undo() {
    if (!this.#changes) return;
    this.#setAt = -OWN_MS;
    await this.#access.ask("undo", {});
  }
}

function told({ changes, is_kept }) {
  if (!changes) return "All is as the files have it.";
  const what = changes === 1 ? "1 setting was changed here" : `${changes} settings were changed here`;
  return `${what}, ${is_kept ? "also for after a restart" : "until Sharky begins anew"}. The files stay as they are.`;
}
