// Ties the stream to what shows it.

import { listen } from "./stream.js";
import { Shark } from "./shark.js";
import { LitList } from "./lit.js";
import { Why } from "./why.js";
import { Plot } from "./plot.js";
import { Access } from "./access.js";
import { Settings } from "./settings.js";
import { Switches } from "./switches.js";
import { loadWords, showCounters, showDevices, showEngine, showNotes, showProtocols, showRates, showServices, showTalkers, sourceLine } from "./facts.js";
import { write } from "./rows.js";

const at = (id) => document.getElementById(id);
const figure = at("shark");
const shark = figure.querySelector("svg") ? new Shark(figure) : null;
const lit = new LitList(at("lit"), at("lit-empty"));
const why = shark && new Why(at("zones"), at("why"), shark, lit);
const plot = new Plot(at("plot"));
const access = new Access();
const settings = new Settings(access);
const switches = new Switches(at("rules"), access);
access.look();
if (shark) shark.drawn = () => why.glow();
let source = "";
loadWords().catch(() => {});

function tell(condition, text) {
  document.body.dataset.condition = condition;
  write(at("status-text"), text);
}

listen({
  frame(hex) {
    if (!shark) return;
    tell("on", source || "Running");
    shark.show(hex);
  },
  state(state) {
    if (state.model !== figure.dataset.model) return location.reload();
    source = sourceLine(state.source);
    write(at("caption"), state.scene.caption);
    lit.show(state.scene);
    why?.show(state.scene);
    showRates(state.window);
    plot.show(state.window.series);
    showProtocols(state.window.hierarchy);
    showTalkers(state.window.talkers);
    showServices(state.window.services);
    showDevices(state.window);
    switches.show(state.rules);
    settings.show(state.settings);
    showNotes(state.source.notes);
    showCounters(state);
    showEngine(state.engine);
  },
  gone() {
    tell("gone", shark ? "Sharky does not run: the lights are dark" : "Waiting for Sharky");
    shark?.dark();
  },
  lost() {
    tell("lost", "Sharky does not answer, or too many look at this page. Trying again");
    shark?.dark();
  },
});

function project(isOn) {
  document.body.classList.toggle("projector", isOn);
  at("projector").setAttribute("aria-pressed", String(isOn));
  if (isOn) document.documentElement.requestFullscreen?.().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen();
}

const isProjecting = () => document.body.classList.contains("projector");
at("projector").addEventListener("click", () => project(!isProjecting()));
document.addEventListener("fullscreenchange", () => document.fullscreenElement || project(false));
// Where there is neither full screen nor a keyboard, as on a phone, a tap leads back.
document.addEventListener("click", (event) => {
  if (isProjecting() && !document.fullscreenElement && !at("projector").contains(event.target)) project(false);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
  if (event.key === "f") project(!isProjecting());
  if (event.key === "Escape") project(false);
});
if (new URLSearchParams(location.search).has("projector")) document.body.classList.add("projector");
