// What is set by hand on the map: lesions, single points left out, their volumes. Places on the skin come
// from the program.

import { h, icon, withUnit, withoutUnit, wrong } from "./elements.js";
import * as server from "./server.js";
import * as state from "./state.js";
import { told } from "./told.js";
import { words } from "./words.js";

const said = words.controls;
const RADIUS = "3 mm";

export const lesions = (keys) => keys.exclusion ?? [];
const points = (keys) => keys["skip-point"] ?? [];
const volumes = (keys) => keys["point-volume"] ?? [];
const some = (list) => (list.length > 0 ? list : null);

const setLesions = (list, how) => state.change(words.changes.lesion, { exclusion: some(list) }, how);

// The lesions with one changed; null takes a key out.
const changed = (index, changes) =>
  lesions(state.keys()).map((lesion, at) => {
    const entries = Object.entries(at === index ? { ...lesion, ...changes } : lesion);
    return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== ""));
  });

export const moveLesion = (index, where, flows = true) => setLesions(changed(index, where), { flows });

// Puts a lesion at a place of a chart.
export function addLesion(where) {
  const list = lesions(state.keys());
  setLesions([...list, { name: said.lesion(list.length + 1), ...where, radius: RADIUS }]);
}

// The volumes of other points. `isOwn` says which of the session's, by index, is of this one as the program found
// it; what was said since bears its name.
const othersThan = (point, isOwn) => volumes(state.keys()).filter((other, index) =>
  !isOwn(index) && !(other.zone === point.zone && JSON.stringify(other.at) === JSON.stringify(point.at)));

// A point that is left out has no volume of its own.
export function leaveOut(point, isOwn) {
  const keys = state.keys();
  const others = othersThan(point, isOwn);
  state.change(words.changes.point, { "skip-point": [...points(keys), point], "point-volume": some(others) });
}

// Gives a point a volume; null that of its zone.
export function setVolume(point, volume, isOwn, how) {
  const others = othersThan(point, isOwn);
  const list = volume === null ? others : [...others, { ...point, volume }];
  state.change(words.changes.pointVolume, { "point-volume": some(list) }, how);
}

// ---- The lists of them.

const hint = h("p", { class: "hint" });
const list = h("div", { class: "lesions" });
const single = h("ul", { class: "single" });
let body = null;
let zones = new Map();
let shape = "";

export function build(library, add) {
  zones = new Map(library.zones.map((zone) => [zone.id, told(zone.name)]));
  return [
    hint,
    h("button", { type: "button", "data-do": "add-lesion", "aria-pressed": "false", onclick: add }, said.addLesion),
    list, single,
  ];
}

export const onBody = (used) => {
  body = used;
};

const without = (all, index) => some(all.filter((_, at) => at !== index));

function remove(what, act) {
  const label = said.remove(what);
  return h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: act }, icon("close"));
}

async function nudge(index, way) {
  const lesion = lesions(state.keys())[index];
  try {
    const { place } = await server.walk(body, lesion, way);
    moveLesion(index, { place });
  } catch (error) {
    // The skin ends there, or the program is gone, which is said elsewhere.
    if (!(error instanceof server.Faults || error instanceof server.Away)) throw error;
  }
}

function size(index, key, label) {
  const id = `lesion-${index}-${key}`;
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", id, "data-key": key });
  input.addEventListener("change", () => setLesions(changed(index, { [key]: withUnit(input.value, "mm") })));
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  input.setAttribute("aria-describedby", fault.id);
  return h("div", { class: "field with-unit" }, h("label", { for: id }, label), input, h("span", { class: "unit", "aria-hidden": "true" }, "mm"), fault);
}

// The sizes that a lesion has; one that was emptied can be given again.
function sizes(lesion) {
  const own = ["radius", "diameter"].filter((key) => key in lesion);
  return own.length > 0 || "outline" in lesion ? own : ["radius"];
}

// Faults of lesions, `exclusion 1, radius`, stand at their fields; a lesion without a size lacks its first.
export function showFaults(faults) {
  for (const one of faults) {
    const [, number, key] = /^exclusion (\d+)(?:, (.+))?$/.exec(one.item) ?? [];
    const lesion = list.children[number - 1];
    const input = lesion?.querySelector(key ? `[data-key="${CSS.escape(key)}"]` : "input");
    if (!input) continue;
    const fault = document.getElementById(`${input.id}-fault`);
    input.setAttribute("aria-invalid", "true");
    fault.textContent = key ? wrong(one) : said.noSize;
    fault.hidden = false;
  }
}

function clearFaults() {
  for (const input of list.querySelectorAll("input")) input.removeAttribute("aria-invalid");
  for (const fault of list.querySelectorAll(".fault")) fault.hidden = true;
}

function one(lesion, index) {
  const name = lesion.name ?? said.lesion(index + 1);
  // As on the map: on the face that looks at one, the patient's right is on the left.
  const ways = [["right", "left", [-1, 0]], ["up", "up", [0, 1]], ["down", "down", [0, -1]], ["left", "right", [1, 0]]];
  const arrow = ([where, drawn, way]) => {
    const label = said.nudge(name, said.nudges[where]);
    return h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: () => nudge(index, way) }, icon(drawn));
  };
  return h("div", { class: "lesion", role: "group", "aria-label": name },
    h("div", { class: "head" }, h("span", {}, name), remove(name, () => state.change(words.changes.lesion, { exclusion: without(lesions(state.keys()), index) }))),
    lesion.place ? h("div", { class: "moves" }, ways.map(arrow)) : null,
    sizes(lesion).map((key) => size(index, key, said[key])),
    size(index, "margin", said.margin));
}

export function show(keys, protocol) {
  hint.textContent = keys.use === "topical" ? said.leftOutHintTopical : said.leftOutHint;
  const all = lesions(keys);
  const now = JSON.stringify(all.map((lesion) => [lesion.name, "place" in lesion, sizes(lesion)]));
  if (now !== shape) {
    shape = now;
    list.replaceChildren(...all.map(one));
  }
  clearFaults();
  all.forEach((lesion, index) => {
    for (const input of list.children[index].querySelectorAll("input")) {
      if (document.activeElement !== input) input.value = withoutUnit(lesion[input.dataset.key], "mm");
      if (input.dataset.key === "margin") input.placeholder = String(protocol?.lesion_margin_mm ?? "");
    }
  });
  const entry = (key, all, name) => all.map((point, index) => h("li", {}, h("span", {}, name(point)),
    remove(name(point), () => state.change(words.changes.point, { [key]: without(all, index) }))));
  const place = (point) => said.place(zones.get(point.zone) ?? point.zone, point);
  single.replaceChildren(
    ...entry("skip-point", points(keys), place),
    ...entry("point-volume", volumes(keys), (point) => `${place(point)}: ${point.volume.replace(".", words.decimal)}`));
}
