// The map: a view of the body with every zone to point at, and the plan's points over it. All places
// come from the program; here they are only shown, nearer or farther.

import { chosen, toggleZone } from "./controls.js";
import { h, icon, svg } from "./elements.js";
import { addLesion, leaveOut, lesions, moveLesion, setVolume } from "./left_out.js";
import * as server from "./server.js";
import * as state from "./state.js";
import { told } from "./told.js";
import { words } from "./words.js";

const said = words.figure;
const root = document.getElementById("figure");
// The head turned from one side to the other, then the other views.
const ORDER = ["right-side", "right", "front", "left", "left-side", "chest", "below", "flat"];
// Views with a side of the patient on either side.
const FACING = ["front", "chest", "below"];
const NEAREST = 8;
// Drawings that are kept; each body has up to eight.
const MOST_DRAWINGS = 24;
const STEP = 1.4;

let zones = new Map();
const drawings = new Map();
let body = null;
let viewIds = [];
let view = "front";
let answer = null;
let shown = null;
let zoom = { scale: 1, x: 0, y: 0 };
let point = null;
// The number of the point that was left out last, from which the walk goes on.
let walkedTo = 0;
let lit = null;
let treated = "";
let layer = 0;

const tablist = h("div", { class: "views", role: "tablist", "aria-label": said.views });
const stage = h("div", { class: "stage", id: "stage", role: "application", tabindex: "0", "aria-label": said.stage });
const line = h("p", { class: "told", "aria-live": "polite" }, said.hint);
const actions = h("div", { class: "actions", hidden: true },
  h("button", { type: "button", "data-do": "leave-out", onclick: leavePointOut }, said.leaveOut),
  h("button", { type: "button", "data-do": "less", onclick: () => giveMore(-1) }, said.less),
  h("button", { type: "button", "data-do": "more", onclick: () => giveMore(1) }, said.more),
  h("button", { type: "button", "data-do": "lesion-here", onclick: lesionAtPoint }, said.lesionHere));
const sides = h("p", { class: "sides", "aria-hidden": "true" }, h("span", {}, said.patientRight), h("span", {}, said.patientLeft));
const tool = (name, label, act) => h("button", { type: "button", class: "quiet", "data-do": name, "aria-label": label, title: label, onclick: act }, icon(name));
const tools = h("div", { class: "tools" },
  tool("plus", said.nearer, () => zoomBy(STEP)), tool("minus", said.farther, () => zoomBy(1 / STEP)), tool("whole", said.whole, () => zoomTo(1, 0, 0)));

export function build(library) {
  zones = new Map(library.zones.map((zone) => [zone.id, { ...zone, name: told(zone.name) }]));
  root.setAttribute("aria-label", said.label);
  root.append(tablist, h("div", { class: "frame" }, stage, sides, actions, tools), line);
}

// The body of a plan: its id and the measurements it was scaled to.
async function showBody(used) {
  if (JSON.stringify(used) === JSON.stringify(body)) return;
  const { views } = await server.views(used);
  if (drawings.size > MOST_DRAWINGS) drawings.clear();
  body = used;
  viewIds = ORDER.filter((known) => views.some((one) => one.id === known));
  viewIds.push(...views.map((one) => one.id).filter((one) => !viewIds.includes(one)));
  if (!viewIds.includes(view)) view = viewIds[0];
  const titles = new Map(views.map((one) => [one.id, told(one.title)]));
  tablist.replaceChildren(...viewIds.map((one) =>
    h("button", { type: "button", role: "tab", "data-view": one, "aria-controls": "stage", title: titles.get(one), onclick: () => turn(one) }, said.short[one] ?? titles.get(one))));
  await showView();
}

async function drawing(id) {
  const key = JSON.stringify([body, id]);
  if (!drawings.has(key)) {
    const root = svg(await server.view(body, id));
    root.removeAttribute("width");
    root.removeAttribute("height");
    root.querySelector("title")?.remove();
    root.setAttribute("role", "img");
    root.setAttribute("aria-label", said.label);
    for (const title of root.querySelectorAll("g > title")) title.remove();
    const [, , width, height] = root.getAttribute("viewBox").split(" ").map(Number);
    drawings.set(key, { id, root, width, height, answer: null });
  }
  return drawings.get(key);
}

async function turn(id) {
  view = id;
  zoom = { scale: 1, x: 0, y: 0 };
  await showView();
}

async function showView() {
  const [wanted, of] = [view, body];
  let next;
  try {
    [next] = await Promise.all([drawing(wanted), askForPoints()]);
  } catch (error) {
    // Without its drawing the head stays as it was.
    if (wanted === view && shown) view = shown.id;
    throw error;
  }
  if (wanted !== view || of !== body) return;
  shown = next;
  if (stage.firstChild !== shown.root) stage.replaceChildren(shown.root);
  for (const tab of tablist.children) {
    const on = tab.dataset.view === view;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  sides.hidden = !FACING.includes(view);
  showPoints();
  showChosen();
  showZoom();
}

// The view that is looked at, with whose points a plan comes.
export const seenFrom = () => view;

// Asks for the points of the view that is looked at, where the plan came with those of another one.
async function askForPoints() {
  const [of, wanted] = [answer, view];
  if (!of || wanted in of.marks || !(wanted in of.shown)) return;
  try {
    const { plan, marks } = await of.seenFrom(wanted);
    // Points that have settled meanwhile are none of a draft.
    if (plan.draft === of.plan.draft) Object.assign(of.marks, marks);
  } catch (error) {
    // What keeps the program from answering is told of elsewhere; there are no points then rather than old ones.
    if (!(error instanceof server.Away || error instanceof server.Faults)) throw error;
  }
}

function showPoints() {
  if (shown.answer !== answer) {
    shown.root.querySelector("g.plan")?.remove();
    const marks = answer?.marks[shown.id];
    const group = marks ? svg(marks).querySelector("g.plan") : null;
    if (group) {
      for (const title of group.querySelectorAll("title")) title.remove();
      shown.root.append(group);
    }
    shown.answer = marks === undefined ? null : answer;
  }
  light();
}

function showChosen() {
  const ids = chosen(state.keys());
  for (const zone of shown.root.querySelectorAll("g.zone")) zone.classList.toggle("chosen", ids.has(zone.dataset.zone));
}

export async function showPlan(next, keys, of) {
  const before = treated;
  const looked = answer?.plan.points[point - 1];
  treated = `${of} ${[...chosen(keys)].sort().join()}`;
  answer = next;
  // The point that is looked at is one on the skin, whatever its number is now; or it is there no more.
  const isIt = (other) => other.zone === looked.zone && isBeside(other, looked);
  const standing = of === layer && looked ? 1 + (next?.plan.points.findIndex(isIt) ?? -1) : 0;
  layer = of;
  if (next) await showBody(next.plan.body);
  if (!shown) return;
  if (before !== treated && !showsPoints(view)) {
    const better = ["front", ...viewIds].find(showsPoints);
    if (better) await turn(better);
  }
  if (point !== null) lookAt(standing);
  // Points of the plan before are none of this one.
  showPoints();
  showChosen();
  await askForPoints();
  if (next === answer) showPoints();
}

// A point that has moved by no more than this, in mm, is the same to whoever looks at it.
const SAME = 3;
const isBeside = (one, other) => Math.hypot(...one.skin_mm.map((value, axis) => value - other.skin_mm[axis])) < SAME;

const showsPoints = (id) => (answer?.shown[id]?.zones.length ?? 0) > 0;

// ---- Lighting up what a finding is about, and the point that is looked at. A place is a zone by its id, or an
// area marked on the skin by its number: { zone } or { marked }.

const selector = ({ zone, marked }) => (zone === undefined ? `g[data-marked="${marked}"]` : `g[data-zone="${CSS.escape(zone)}"]`);

export function lightPlace(place) {
  lit = place;
  light();
}

// Lights a place up where it can be seen: the head turns where it has to.
export async function lookAtPlace(place) {
  lit = place;
  const { zone, marked } = place;
  const seen = (id) => (zone === undefined ? answer?.shown[id]?.marked.includes(String(marked)) : answer?.shown[id]?.zones.includes(zone));
  const better = viewIds.find(seen);
  const here = zone === undefined ? seen(view) : shown?.root.querySelector(selector(place));
  if (better && !here) await turn(better);
  light();
}

function light() {
  if (!shown) return;
  for (const group of shown.root.querySelectorAll("g.zone, g.marked")) group.classList.toggle("lit", lit !== null && group.matches(selector(lit)));
  for (const mark of shown.root.querySelectorAll("g.point.at")) mark.classList.remove("at");
  if (point !== null) shown.root.querySelector(`g.point[data-point="${point}"]`)?.classList.add("at");
}

const volume = (ul) => `${(ul / 1000).toFixed(3).replace(".", words.decimal)} ml`;

function lookAt(number) {
  const found = answer?.plan.points[number - 1];
  point = found ? number : null;
  walkedTo = 0;
  line.textContent = found ? said.point(found, zones.get(found.zone)?.name ?? found.zone, volume(found.volume_ul)) : said.hint;
  actions.hidden = !found;
  light();
}

// ---- Leaving out: the point that is looked at, and lesions, which are put, dragged and moved.

// The point that is looked at, by the name that the session has for it: its row, its place in it, and where it
// stands on its chart; null where there is none, or it still settles.
function named() {
  const found = answer?.plan.points[point - 1];
  if (answer?.plan.draft) line.textContent = words.settling;
  if (!found || answer.plan.draft) return null;
  return { zone: found.zone, row: found.row, place: answer.places[point - 1], at: found.chart.map((value) => Math.round(value * 100) / 100) };
}

// Which of the session's volumes of single points is that of the one that is looked at.
const ownVolume = (index) => answer.given[index] === point;

function leavePointOut() {
  const name = named();
  if (!name) return;
  leaveOut(name, ownVolume);
  const number = point;
  lookAt(0);
  walkedTo = number;
  stage.focus();
}

// Gives the point the next volume that the syringe sets within the limits; that of its zone again where
// this is the one.
function giveMore(way) {
  const name = named();
  const zone = name && answer.plan.zones.find((known) => known.id === name.zone);
  if (!zone) return;
  const now = answer.plan.points[point - 1].volume_ul;
  const further = answer.settable[zone.kind].filter((ul) => (ul - now) * way > 0);
  if (further.length === 0) {
    line.textContent = said.noFurther(volume(now));
    return;
  }
  const next = way > 0 ? Math.min(...further) : Math.max(...further);
  setVolume(name, next === zone.per_point_ul ? null : `${next / 1000} ml`, ownVolume, { flows: true });
}

function lesionAtPoint() {
  const found = answer?.plan.points[point - 1];
  const zone = found && answer.plan.zones.find((known) => known.id === found.zone);
  if (!zone) return;
  addLesion({ chart: zone.chart, place: found.chart.map((value) => Math.round(value * 10) / 10) });
  lookAt(0);
  stage.focus();
}

let isPlacing = false;

export function placing(event, on = !isPlacing) {
  isPlacing = on;
  document.querySelector("[data-do=add-lesion]").setAttribute("aria-pressed", String(on));
  stage.classList.toggle("placing", on);
  line.textContent = on ? said.placing : said.hint;
  if (on) stage.focus();
}

// Where a place of the window is on the drawing.
function onDrawing({ x, y }) {
  const place = new DOMPoint(x, y).matrixTransform(shown.root.getScreenCTM().inverse());
  return [place.x, place.y];
}

// The skin at a place of the window, as the program finds it; null beside the body.
async function skinAt(place) {
  try {
    return await server.spot(answer.plan.body, shown.id, onDrawing(place));
  } catch (error) {
    if (error instanceof server.Faults || error instanceof server.Away) return null;
    throw error;
  }
}

async function putLesion(place) {
  const where = answer && (await skinAt(place));
  if (!where) return;
  placing(null, false);
  addLesion(where);
}

// A lesion that is dragged follows the pointer place by place; one request at a time.
let dragged = null;
let dragging = false;
let dragTo = null;

async function drag({ index, gesture }, place) {
  // The last place counts even where the pointer was let go before it was asked for.
  dragTo = { index, gesture, place };
  if (dragging) return;
  dragging = true;
  try {
    while (dragTo) {
      const { index, gesture, place } = dragTo;
      dragTo = null;
      const where = await skinAt(place);
      const lesion = lesions(state.keys())[index];
      if (where && lesion) moveLesion(index, freed(lesion, where), gesture);
    }
  } finally {
    dragging = false;
  }
}

// A lesion given by its way from a landmark or by an outline cannot keep these once it is dragged.
function freed(lesion, where) {
  const none = Object.fromEntries(["landmark", "side", "lateral", "medial", "above", "below", "outline"].filter((key) => key in lesion).map((key) => [key, null]));
  return { ...none, ...where, ...("diameter" in lesion || "radius" in lesion ? {} : { radius: "3 mm" }) };
}

// ---- Pointing.

// The mark whose edge is nearest to the pointer, within so many pixels: fingers are wide.
function nearest(kind, { clientX, clientY }, reach) {
  let best = { off: reach, mark: null };
  for (const mark of shown?.root.querySelectorAll(kind) ?? []) {
    const box = mark.getBoundingClientRect();
    const off = Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY) - Math.min(box.width, box.height) / 2;
    if (off < best.off) best = { off, mark };
  }
  return best.mark;
}

const under = (event) => ({
  mark: nearest("g.point", event, 7),
  marked: nearest("g.marked", event, 14),
  zone: event.target.closest?.("g.zone"),
});

stage.addEventListener("click", (event) => {
  if (panned) return;
  if (isPlacing) {
    putLesion({ x: event.clientX, y: event.clientY });
    return;
  }
  const { mark, marked, zone } = under(event);
  if (marked) return;
  if (mark) lookAt(Number(mark.dataset.point));
  else if (zone) {
    toggleZone(zone.dataset.zone);
    hover(zone);
  }
});

function hover(zone) {
  const known = zones.get(zone.dataset.zone);
  if (!known) return;
  line.textContent = chosen(state.keys()).has(known.id) ? said.zoneOn(known.name) : said.zoneOff(known.name);
}

stage.addEventListener("pointerover", (event) => {
  if (isPlacing || point !== null) return;
  const { mark, marked, zone } = under(event);
  if (marked) line.textContent = said.lesionAt(answer.plan.marked[marked.dataset.marked - 1]?.name ?? "");
  else if (mark) {
    const found = answer?.plan.points[Number(mark.dataset.point) - 1];
    if (found) line.textContent = said.point(found, zones.get(found.zone)?.name ?? found.zone, volume(found.volume_ul));
  } else if (zone) hover(zone);
  else line.textContent = said.hint;
});

// ---- Nearer and farther: what is seen of the drawing, in its own millimetres.

function showZoom() {
  if (!shown) return;
  const { width, height } = shown;
  const [w, h] = [width / zoom.scale, height / zoom.scale];
  zoom.x = Math.min(Math.max(zoom.x, 0), width - w);
  zoom.y = Math.min(Math.max(zoom.y, 0), height - h);
  shown.root.setAttribute("viewBox", `${zoom.x} ${zoom.y} ${w} ${h}`);
  stage.classList.toggle("near", zoom.scale > 1.01);
}

function zoomTo(scale, x, y) {
  zoom = { scale: Math.min(Math.max(scale, 1), NEAREST), x, y };
  showZoom();
}

// About a place of the drawing, in parts of what is seen.
function zoomBy(factor, part = [0.5, 0.5]) {
  if (!shown) return;
  const scale = Math.min(Math.max(zoom.scale * factor, 1), NEAREST);
  const grow = (size) => size / zoom.scale - size / scale;
  zoomTo(scale, zoom.x + grow(shown.width) * part[0], zoom.y + grow(shown.height) * part[1]);
}

stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const box = shown?.root.getBoundingClientRect();
  if (!box) return;
  const part = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  zoomBy(Math.exp(-event.deltaY / 400), part);
}, { passive: false });

const pointers = new Map();
let panned = false;

stage.addEventListener("pointerdown", (event) => {
  if (pointers.size === 0) panned = false;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const { marked } = under(event);
  if (marked && !isPlacing) {
    dragged = { index: marked.dataset.marked - 1, gesture: Symbol("drag") };
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("dragging");
  }
});

stage.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before || !shown) return;
  const box = shown.root.getBoundingClientRect();
  const now = { x: event.clientX, y: event.clientY };
  if (dragged !== null) {
    panned = true;
    drag(dragged, now);
    return;
  }
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
  const perPixel = Math.max(shown.width / zoom.scale / box.width, shown.height / zoom.scale / box.height);
  if (others.length === 1) {
    const apart = (place) => Math.hypot(place.x - others[0].x, place.y - others[0].y);
    const middle = [(now.x + others[0].x) / 2, (now.y + others[0].y) / 2];
    zoomBy(apart(now) / Math.max(apart(before), 1), [(middle[0] - box.left) / box.width, (middle[1] - box.top) / box.height]);
    panned = true;
  } else if (zoom.scale > 1.01) {
    const moved = Math.hypot(now.x - before.x, now.y - before.y);
    if (!panned && moved < 5) return;
    panned = true;
    zoomTo(zoom.scale, zoom.x - (now.x - before.x) * perPixel, zoom.y - (now.y - before.y) * perPixel);
  } else return;
  pointers.set(event.pointerId, now);
});

for (const end of ["pointerup", "pointercancel", "pointerleave"]) stage.addEventListener(end, (event) => {
  pointers.delete(event.pointerId);
  if (end !== "pointerleave") {
    dragged = null;
    stage.classList.remove("dragging");
  }
});

// ---- Keys of the map and of the row of views.

stage.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const seen = [...(shown?.root.querySelectorAll("g.point") ?? [])].map((mark) => Number(mark.dataset.point));
  const step = (by) => {
    if (seen.length === 0) return;
    const at = seen.indexOf(point);
    // After one that was left out, the next has its number.
    const gap = Math.max(0, seen.findIndex((number) => number >= walkedTo));
    const next = at >= 0 ? at + by : gap + Math.min(by, 0);
    lookAt(seen[(next + seen.length) % seen.length]);
  };
  const does = {
    ArrowRight: () => step(1), ArrowDown: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => step(-1),
    "+": () => zoomBy(STEP), "=": () => zoomBy(STEP), "-": () => zoomBy(1 / STEP), 0: () => zoomTo(1, 0, 0),
    Enter: () => {
      const zone = answer?.plan.points[point - 1]?.zone;
      if (zone) toggleZone(zone);
    },
    ",": () => giveMore(-1), ".": () => giveMore(1),
    Delete: leavePointOut, Backspace: leavePointOut, l: lesionAtPoint, L: lesionAtPoint,
    Escape: () => {
      placing(null, false);
      lookAt(0);
    },
  }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});

tablist.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const next = viewIds[(viewIds.indexOf(view) + by + viewIds.length) % viewIds.length];
  turn(next).then(() => tablist.querySelector(`[data-view="${next}"]`).focus());
});
