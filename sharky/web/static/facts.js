// The facts below the shark: rates, protocols, talkers, and what was left out.

import { ago, amount, counted, lasting, scaled, sentence, whole } from "./words.js";
import { element, row, showRows, write } from "./rows.js";

const MOST_PROTOCOLS = 40;
const words = { counters: {}, protocols: {} };
const at = (id) => document.getElementById(id);

/** What counters count and protocols are, for whoever does not know their names; without it only that is missing. */
export async function loadWords() {
  const answer = await fetch("words.json");
  if (answer.ok) Object.assign(words, await answer.json());
}

export function showRates(window) {
  write(at("packets-rate"), scaled(window.packets_rate));
  write(at("bits-rate"), scaled(8 * window.bytes_rate));
  write(at("packets-total"), scaled(window.total_packets));
  write(at("bytes-total"), scaled(window.total_bytes));
}

/** A path of protocols is one row, indented by its depth, under the path it goes on from. */
export function showProtocols(hierarchy) {
  const nodes = new Map(hierarchy.map((share) => [share.name, { ...share, below: [] }]));
  const roots = [];
  for (const node of nodes.values()) (nodes.get(above(node.name))?.below ?? roots).push(node);
  const all = roots.reduce((sum, node) => sum + node.packets, 0);
  const paths = flatten(roots);
  showMore("protocols", paths.length - MOST_PROTOCOLS);
  showRows(at("protocols"), paths.slice(0, MOST_PROTOCOLS), {
    key: (node) => node.name,
    make: () => row("li", "bar-row", { name: "span", packets: "span", bytes: "span" }),
    fill: (each, node) => {
      each.style.setProperty("--depth", node.depth);
      const name = node.name.split(":").pop();
      each.title = [words.protocols[name], node.name].filter(Boolean).join("\n");
      fillBar(each, name, node, all);
    },
  });
}

/** Who sent and received most: what it is called where that is known, and its address. */
export function showTalkers(talkers) {
  showBars(at("talkers"), talkers.map((talker) => ({ ...talker, title: talker.called || talker.name, below: talker.called && talker.name })));
}

/** What packets are for, and of which sort that is. */
export function showServices(services) {
  showBars(at("services"), services.map((service) => ({ ...service, title: service.name, below: service.category })));
  at("services-empty").hidden = services.length > 0;
}

/** Which devices were heard in the last quarter of an hour, and when last. */
export function showDevices({ present, time_ns: now }) {
  write(at("devices-title"), present.count ? `Who is here (${present.count})` : "Who is here");
  showRows(at("devices"), present.devices.map((device, index) => ({ ...device, index })), {
    key: (device) => device.index,
    make: () => row("li", "device-row", { name: "span", seen: "span", what: "span" }),
    fill: (each, device) => {
      write(each.parts.name, device.name);
      write(each.parts.seen, ago((now - device.last_ns) / 1e9));
      write(each.parts.what, [device.kind, device.vendor].filter(Boolean).join(" · "));
    },
  });
  showMore("devices", present.count - present.devices.length);
  at("devices-empty").hidden = present.count > 0;
}

/** How many are not listed. */
function showMore(list, count) {
  write(at(`${list}-more`), count > 0 ? `and ${whole(count)} more` : "");
}

function showBars(list, shares) {
  const most = Math.max(1, ...shares.map((share) => share.bytes));
  showRows(list, shares.slice(0, 10), {
    key: (share) => share.name,
    make: () => row("li", "bar-row", { name: "span", packets: "span", bytes: "span", below: "span" }),
    fill: (each, share) => {
      fillBar(each, share.title, share, 0);
      write(each.parts.below, share.below);
      each.style.setProperty("--share", share.bytes / most);
    },
  });
}

/** What a person should know at the moment: why nothing comes, or that this is a recording. */
export function showNotes(notes) {
  at("notes").hidden = !notes.length;
  showRows(at("notes"), notes.map((note, index) => ({ note, index })), {
    key: ({ index }) => index,
    make: () => element("li"),
    fill: (each, { note }) => write(each, sentence(note)),
  });
}

/** All that was lost, cut or held back; what is zero is not shown. */
export function showCounters(state) {
  const { engine, window } = state;
  const own = { flashes_held_back: engine.held_back, frames_dimmed: engine.limited, page_entries_cut: state.cut };
  const lost = Object.entries({ ...window.counters, ...engine.counters, ...own }).filter(([, count]) => count > 0);
  const misses = state.source.misses.map((missed) => `From its place Sharky never sees ${missed}.`);
  const nothing = `${misses.length ? "Nothing else" : "Nothing"}: every packet was read, every light shown.`;
  write(at("counters-note"), [...misses, lost.length ? "Counted since the beginning:" : nothing].join(" "));
  showRows(at("counters"), lost, {
    key: ([name]) => name,
    make: () => row("div", "count-row", { name: "dt", count: "dd", meaning: "dd" }),
    fill: (each, [name, count]) => {
      write(each.parts.name, name.replaceAll("_", " "));
      write(each.parts.count, whole(count));
      write(each.parts.meaning, words.counters[name] ?? "");
    },
  });
}

/** What plays, in one line. */
export function sourceLine(source) {
  const title = source.title || source.files.map((file) => file.split("/").pop()).join(", ") || "Live";
  const speed = source.speed === 1 ? "" : source.speed === 0 ? "as fast as it goes" : `${source.speed}×`;
  return [source.placement && "Live", title, speed, source.is_looped ? "in a loop" : ""].filter(Boolean).join(" · ");
}

export function showEngine(engine) {
  const time = lasting(engine.running_ns / 1e9);
  write(at("running"), engine.running_ns ? `Running for ${time}, with light to ${engine.outputs.join(", ") || "nowhere"}.` : "");
}

function fillBar(each, name, share, all) {
  write(each.parts.name, name);
  write(each.parts.packets, counted(share.packets, "packet", scaled));
  write(each.parts.bytes, amount(share.bytes, "B"));
  each.style.setProperty("--share", all ? share.packets / all : 0);
}

const above = (path) => path.split(":").slice(0, -1).join(":");

function flatten(nodes, depth = 0) {
  const sorted = [...nodes].sort((a, b) => b.packets - a.packets || (a.name < b.name ? -1 : 1));
  return sorted.flatMap((node) => [{ ...node, depth }, ...flatten(node.below, depth + 1)]);
}
