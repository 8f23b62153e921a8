// What is asked for: body, zones, spacing, doses, material, paper.

import { choice, h, icon, ml, mm, withUnit, withoutUnit, wrong } from "./elements.js";
import { placing } from "./figure.js";
import * as leftOut from "./left_out.js";
import * as screening from "./screening.js";
import * as server from "./server.js";
import * as state from "./state.js";
import { told } from "./told.js";
import { words } from "./words.js";

const said = words.controls;
const root = document.getElementById("controls");
let library;
let plan = null;
const fields = {};

const protocol = (keys) =>
  library.protocols.find((known) => known.id === keys.protocol) ?? library.protocols[0];
const limits = (keys) => protocol(keys).limits;

// ---- Zones: the session names them one by one here, by preset or pair in files.

const expand = (name) => {
  const preset = library.presets.find((known) => known.id === name);
  if (preset) return preset.zones;
  const zones = library.zones.filter((zone) => zone.id === name || zone.base === name);
  return zones.length > 0 ? zones.map((zone) => zone.id) : [name];
};

export function chosen(keys) {
  const out = new Set((keys.skip ?? []).flatMap(expand));
  return new Set((keys.zones ?? []).flatMap(expand).filter((id) => !out.has(id)));
}

// The shortest names of chosen zones: a preset where it holds them all, pairs by their base.
function named(ids) {
  const same = (zones) => zones.length === ids.size && zones.every((id) => ids.has(id));
  const preset = library.presets.find((known) => same(known.zones));
  if (preset) return [preset.id];
  const names = [];
  for (const zone of library.zones.filter((known) => ids.has(known.id))) {
    const pair = library.zones.filter((known) => known.base === zone.base);
    const name = pair.every((known) => ids.has(known.id)) ? zone.base : zone.id;
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

// A session without zones is one of the full face; here that is said.
export const withZones = (keys) => ((keys.zones ?? keys.layer ?? []).length > 0 ? keys : { ...keys, zones: ["full-face"] });

export function toggleZone(id) {
  const ids = chosen(state.keys());
  if (!ids.delete(id)) ids.add(id);
  state.change(words.changes.zones, { ...onlyIn(ids), zones: named(ids), skip: null });
}

// Volumes and points of zones that are no longer treated would be at fault.
function onlyIn(ids) {
  const { volumes, "skip-point": points, "point-volume": own } = state.keys();
  const kept = Object.entries(volumes ?? {}).filter(([name]) => expand(name).some((id) => ids.has(id)));
  const treated = (list) => {
    const left = (list ?? []).filter((point) => ids.has(point.zone));
    return left.length > 0 ? left : null;
  };
  return {
    volumes: kept.length > 0 ? Object.fromEntries(kept) : null,
    "skip-point": treated(points),
    "point-volume": treated(own),
  };
}

// ---- Fields.

const set = (what, changes, how) => state.change(words.changes[what], changes, how);

function field(key, label, input, hint = null) {
  const id = `field-${key}`;
  input.id = id;
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const notes = [fault.id];
  if (hint) {
    hint.id = `${id}-hint`;
    notes.push(hint.id);
  }
  input.setAttribute("aria-describedby", notes.join(" "));
  fields[key] = { input, fault };
  return h("div", { class: "field" }, h("label", { for: id }, label), input, hint, fault);
}

function select(key, label, options, taken, more = () => ({})) {
  const input = h("select", { onchange: () => set(key, { [key]: input.value === taken ? null : input.value, ...more() }) },
    options.map(([value, word, disabled]) => h("option", { value, disabled: Boolean(disabled) }, word)));
  return field(key, label, input);
}

function typed(key, label, unit, what, changes, hint = null) {
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  input.addEventListener("change", () => set(what, changes(withUnit(input.value, unit) || null)));
  const element = field(key, label, input, hint);
  element.classList.add("with-unit");
  input.after(h("span", { class: "unit", "aria-hidden": "true" }, unit));
  return element;
}

// A slider with the same value to be typed beside it.
function slid(key, label, unit, what, changes, read) {
  const slider = h("input", { type: "range", "aria-label": label, id: `slide-${key}` });
  slider.addEventListener("input", () => set(what, changes(`${slider.value} ${unit}`), { flows: true }));
  const box = typed(key, label, unit, what, changes);
  const bounds = h("p", { class: "bounds", "aria-hidden": "true" }, h("span"), h("span"));
  box.append(h("div", { class: "slide" }, slider, bounds));
  fields[key].slide = (least, greatest, step, value) => {
    Object.assign(slider, { min: least, max: greatest, step });
    slider.value = value;
    slider.setAttribute("aria-valuetext", `${read(value)} ${unit}`);
    bounds.replaceChildren(h("span", {}, read(least)), h("span", {}, read(greatest)));
  };
  return box;
}

// Another protocol asks other questions: answers to those that no treatment of the session asks are dropped.
function answersUnder(id) {
  const { screening } = state.keys();
  if (!screening) return {};
  const { protocol: shared, layer: layers } = state.whole();
  const others = (layers ?? []).filter((_, index) => index !== state.layer()).map((layer) => layer.protocol ?? shared);
  const asked = others.flatMap((other) => protocol({ protocol: other }).questions.map((question) => question.id));
  const kept = Object.entries(screening).filter(([question]) => asked.includes(question));
  return { screening: kept.length > 0 ? Object.fromEntries(kept) : null };
}

// A value with a unit of its own stands without the usual one beside it.
const write = (input, value) => {
  if (document.activeElement !== input) input.value = value;
  input.toggleAttribute("data-own-unit", /[a-zµμ]/i.test(value));
};

const section = (title, ...children) => h("section", { class: "group" }, h("h2", {}, title), ...children);

export function build(known) {
  library = known;
  root.setAttribute("aria-label", said.label);
  const parts = {
    presets: h("div", { class: "chips" }),
    zones: h("div", { class: "zones" }),
  };
  for (const preset of library.presets) {
    parts.presets.append(h("button", { type: "button", class: "chip", "data-preset": preset.id, onclick: () => set("zones", { ...onlyIn(new Set(preset.zones)), zones: [preset.id], skip: null }) }, told(preset.name)));
  }
  const bases = [...new Set(library.zones.map((zone) => zone.base))];
  for (const base of bases) {
    const zones = library.zones.filter((zone) => zone.base === base);
    const title = told(zones.length === 1 ? zones[0].name : zones[0].name.split(",")[0]);
    const toggles = zones.map((zone) =>
      h("button", { type: "button", class: "toggle", "data-zone": zone.id, "aria-label": said[zone.side] ? told(zone.name) : said.wholeOf(told(zone.name)), onclick: () => toggleZone(zone.id) },
        said[zone.side] ?? said.whole));
    parts.zones.append(h("div", { class: "row" }, h("span", {}, title), h("span", { class: "toggles" }, toggles)));
  }
  fields.presets = parts.presets;
  fields.zones = parts.zones;
  fields.measured = h("span", { class: "count" });
  fields.zoneCount = h("span", { class: "count" });
  fields.automatic = h("button", { type: "button", class: "chip", "data-do": "automatic-spacing", onclick: () => set("spacing", { spacing: state.keys().spacing ? null : `${mm(plan?.spacing_mm ?? limits(state.keys()).middle_spacing_mm)} mm` }) }, said.automatic);
  fields.pattern = choice("pattern", said.pattern, Object.entries(said.patterns), (pattern) => set("pattern", { pattern: pattern === "rows" ? null : pattern }));
  fields.points = section(said.points,
    slid("spacing", said.spacing, "mm", "spacing", (spacing) => ({ spacing }), mm),
    fields.automatic, fields.pattern.element,
    typed("layers-apart", said.apart, "mm", "apart", (apart) => ({ "layers-apart": apart })));
  fields.paper = choice("paper", said.paper, Object.entries(said.papers), (paper) => set("paper", { paper: paper === "a4" ? null : paper }));
  fields.doses = choice("dose", said.dose, Object.entries(said.doses), (next) => set("dose", dosesOf(next, limits(state.keys()))));
  fields.amounts = {
    total: slid("total", said.total, "ml", "total", (total) => ({ total, volume: null, "periorbital-volume": null, volumes: null }), (value) => ml(Math.round(value * 1000))),
    point: h("div", { class: "pair" },
      typed("volume", said.volume, "ml", "volume", (volume) => ({ volume, total: null }), h("p", { class: "hint" })),
      typed("periorbital-volume", said.periorbital, "ml", "volume", (volume) => ({ "periorbital-volume": volume, total: null }), h("p", { class: "hint" }))),
  };
  fields.dose = section(said.dose, fields.doses.element, fields.amounts.total, fields.amounts.point);
  root.append(
    section(said.zones, parts.presets, h("p", { class: "hint" }, said.zonesHint),
      h("details", { class: "single" }, h("summary", {}, said.single, fields.zoneCount), parts.zones)),
    fields.points, fields.dose,
    section(said.leftOut, ...leftOut.build(library, placing)),
    section(said.treatment,
      select("body", said.body, library.bodies.map((body) => [body.id, told(body.name)]), library.bodies[0].id),
      select("protocol", said.protocol, library.protocols.map((known) => [known.id, known.limits ? told(known.name) : `${told(known.name)}: ${said.unplannable}`, !known.limits]), library.protocols[0].id, answersUnder),
      use(),
      h("details", {}, h("summary", {}, said.measurements, fields.measured), h("p", { class: "hint" }, said.measurementsHint), library.measurements.map(measurement)),
      previous(), screening.build()),
    section(said.material,
      product(),
      select("syringe", said.syringe, library.syringes.map((syringe) => [syringe.id, told(syringe.name)]), library.syringe),
      h("div", { class: "pair" },
        typed("vials.volume", said.vialVolume, "ml", "vials", (volume) => table(tray(), "volume", volume)),
        typed("vials.number", said.vialNumber, "×", "vials", (text) => table(tray(), "number", whole(text)))),
      h("details", {}, h("summary", {}, said.labelAndTime), h("p", { class: "hint" }, said.labelHint),
        plain("product", "batch"), plain("product", "expiry"), plain("product", "reconstituted"), minutes("product", "use-within"),
        plain("visit", "date"), plain("visit", "start"), minutes("visit", "lasts"))),
    section(said.sheet, fields.paper.element, reference(),
      h("details", {}, h("summary", {}, said.course),
        plain("course", "start"),
        typed("course.sessions", said.sessions, "×", "course", (text) => course("sessions", whole(text))))),
  );
}

// Into the skin or onto it: a choice only where the protocol speaks of both.
function use() {
  const { element, set: show } = choice("use", said.use, Object.entries(said.uses), (next) => set("use", usedAs(next)));
  const fault = h("p", { class: "fault", hidden: true });
  const field = h("div", { class: "field" }, element, h("p", { class: "hint" }, said.useHint), fault);
  fields.use = { input: element, fault, field, show };
  return field;
}

// What goes onto the skin has no points; the plan of last time is dropped with them where it is only this
// treatment's.
function usedAs(next) {
  if (next !== "topical") return { use: null };
  const none = { spacing: null, pattern: null, total: null, volume: null, "periorbital-volume": null, volumes: null, "skip-point": null, "point-volume": null };
  return { use: next, ...none, ...(state.layerNames().length > 0 ? {} : { previous: null, interleave: null }) };
}

// What is counted, as a number where it is one; the program tells what is wrong with anything else.
const whole = (text) => {
  const typed = (text ?? "").replace("×", "").trim();
  return /^\d+$/.test(typed) ? Number(typed) : typed || null;
};

// A table of the session with one key changed; none where nothing is left in it.
function table(name, key, value) {
  const next = { ...state.keys()[name], [key]: value };
  if (value === null || value === "") delete next[key];
  return { [name]: Object.keys(next).length > 0 ? next : null };
}

// The table that says what the vials hold: [product] where it does so, else [vials].
const tray = () => {
  const { product } = state.keys();
  return product && ("volume" in product || "number" in product) ? "product" : "vials";
};

function product() {
  const options = [["", said.noProduct], ...library.products.map((known) => [known.id, told(known.name)])];
  const input = h("select", { onchange: () => set("product", table("product", "id", input.value || null)) },
    options.map(([value, word]) => h("option", { value }, word)));
  return field("product.id", said.product, input);
}

// The plan of last time, between whose points those of this session are put.
function previous() {
  const file = h("input", { type: "file", accept: ".json", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
  const fault = h("p", { class: "fault", id: "field-previous-fault", hidden: true });
  const choose = h("button", { type: "button", id: "field-previous", "aria-describedby": fault.id, "data-do": "previous", onclick: () => file.click() }, said.previous);
  const kept = h("ul", { class: "single" });
  const between = h("input", { type: "checkbox", "data-do": "interleave", onchange: () => set("previous", { interleave: between.checked ? null : false }) });
  const interleave = h("label", { class: "tick" }, between, h("span", {}, said.interleave));
  fields.previous = { input: choose, fault, kept, between, interleave };
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const text = await chosen.text();
    file.value = "";
    try {
      await server.previous(chosen.name, text);
      // Another file of the same name is a change too.
      const flows = Symbol("previous");
      set("previous", { previous: null }, { flows });
      set("previous", { previous: chosen.name }, { flows });
    } catch (error) {
      if (error instanceof server.Faults) showFaults(error.list.map((one) => ({ ...one, item: "previous" })));
      else if (!(error instanceof server.Away)) throw error;
    }
  });
  fields.previous.element = h("div", { class: "field" }, choose, file, kept, interleave, h("p", { class: "hint" }, said.previousHint), fault);
  return fields.previous.element;
}

function showPrevious({ previous: name, interleave }) {
  const label = said.remove(name);
  fields.previous.between.checked = interleave !== false;
  fields.previous.interleave.hidden = !name;
  fields.previous.kept.replaceChildren(...(name ? [h("li", {}, h("span", {}, name),
    h("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: () => set("previous", { previous: null, interleave: null }) }, icon("close")))] : []));
}

const course = (key, value) => table("course", key, value);

function measurement({ id, name, taken, possible_mm: [least, greatest] }) {
  const hint = h("p", { class: "hint" }, `${told(taken)} (${said.limits(mm(least), mm(greatest), "mm")})`);
  return typed(`measurements.${id}`, told(name), "mm", "measurements", (length) => table("measurements", id, length), hint);
}

// Values of the session's tables that are written as they are typed: table, key, kind of field.
const PLAIN = [
  ["product", "batch", "text"], ["product", "expiry", "date"], ["product", "reconstituted", "time"],
  ["visit", "date", "date"], ["visit", "start", "time"],
  ["course", "start", "date"],
];

function plain(name, key) {
  const [, , type] = PLAIN.find(([table, known]) => table === name && known === key);
  const input = h("input", { type, autocomplete: "off" });
  input.addEventListener("change", () => set(name, table(name, key, input.value.trim())));
  return field(`${name}.${key}`, said.plain[name][key], input);
}

const minutes = (name, key, hint = null) =>
  typed(`${name}.${key}`, said.plain[name][key], "min", name, (length) => table(name, key, length), hint);

function reference() {
  const input = h("input", { type: "text", autocomplete: "off", maxlength: "200" });
  input.addEventListener("change", () => set("reference", { reference: input.value.trim() || null }));
  return field("reference", said.reference, input, h("p", { class: "hint" }, said.referenceHint));
}

// ---- Showing a session.

const mode = (keys) =>
  keys.total ? "total" : keys.volume || keys["periorbital-volume"] || keys.volumes ? "point" : "automatic";

export function show(keys) {
  const ids = chosen(keys);
  for (const chip of fields.presets.children) {
    const preset = library.presets.find((known) => known.id === chip.dataset.preset);
    const all = preset.zones.length === ids.size && preset.zones.every((id) => ids.has(id));
    chip.setAttribute("aria-pressed", String(all));
  }
  for (const toggle of fields.zones.querySelectorAll("[data-zone]")) {
    toggle.setAttribute("aria-pressed", String(ids.has(toggle.dataset.zone)));
  }
  fields.zoneCount.textContent = said.chosenZones(ids.size);
  for (const key of ["body", "protocol", "syringe"]) {
    const fallback = { body: library.bodies[0].id, protocol: library.protocols[0].id, syringe: library.syringe };
    fields[key].input.value = keys[key] ?? fallback[key];
  }
  const bounds = limits(keys);
  const topical = keys.use === "topical";
  fields.use.field.hidden = !topical && !protocol(keys).topical;
  fields.use.show(topical ? "topical" : "injected");
  for (const part of [fields.points, fields.dose, fields.previous.element]) part.hidden = topical;
  fields["layers-apart"].input.closest(".field").hidden = state.layerNames().length === 0;
  write(fields["layers-apart"].input, withoutUnit(keys["layers-apart"], "mm"));
  fields.automatic.setAttribute("aria-pressed", String(!keys.spacing));
  fields.pattern.set(keys.pattern ?? "rows");
  fields.paper.set(keys.paper ?? "a4");
  const current = mode(keys);
  const spans = bounds?.total_ul;
  fields.doses.set(current);
  fields.amounts.total.hidden = current !== "total";
  fields.amounts.point.hidden = current !== "point";
  write(fields.volume.input, withoutUnit(keys.volume, "ml"));
  write(fields["periorbital-volume"].input, withoutUnit(keys["periorbital-volume"], "ml"));
  const hint = (key, span) => {
    const text = span ? said.limits(ml(span[0]), ml(span[1]), "ml") : "";
    document.getElementById(`field-${key}-hint`).textContent = text;
  };
  // What the program takes where a field is left empty.
  const taken = (kind) => plan?.zones.find((zone) => zone.kind === kind && zone.points > 0)?.per_point_ul;
  for (const [key, kind] of [["volume", "standard"], ["periorbital-volume", "periorbital"]]) {
    fields[key].input.placeholder = taken(kind) === undefined ? "" : ml(taken(kind));
  }
  hint("volume", bounds?.volume_ul);
  hint("periorbital-volume", bounds?.periorbital_ul ?? bounds?.volume_ul);
  if (spans) fields.total.slide(spans[0] / 1000, spans[1] / 1000, 0.05, number(keys.total) ?? spans[0] / 1000);
  document.getElementById("slide-total").parentElement.hidden = !spans;
  write(fields.total.input, withoutUnit(keys.total, "ml"));
  const held = keys[tray()];
  write(fields["vials.volume"].input, withoutUnit(held?.volume, "ml"));
  write(fields["vials.number"].input, String(held?.number ?? ""));
  fields["product.id"].input.value = keys.product?.id ?? "";
  leftOut.show(keys, protocol(keys));
  for (const { id } of library.measurements) {
    write(fields[`measurements.${id}`].input, withoutUnit(keys.measurements?.[id], "mm"));
  }
  const measured = Object.keys(keys.measurements ?? {}).length;
  fields.measured.textContent = measured > 0 ? said.measured(measured) : "";
  for (const [name, key] of PLAIN) write(fields[`${name}.${key}`].input, keys[name]?.[key] ?? "");
  for (const [name, key] of [["product", "use-within"], ["visit", "lasts"]]) {
    write(fields[`${name}.${key}`].input, withoutUnit(keys[name]?.[key], "min"));
  }
  write(fields["course.sessions"].input, String(keys.course?.sessions ?? ""));
  write(fields.reference.input, keys.reference ?? "");
  showPrevious(keys);
  screening.show(keys, protocol(keys));
  showSpacing(keys);
  clearFaults();
}

const number = (text) => {
  const value = Number.parseFloat(String(text ?? "").replace(",", "."));
  return Number.isFinite(value) ? value * (/cm/.test(text) ? 10 : /[uµμ]l/.test(text) ? 0.001 : 1) : null;
};

function showSpacing(keys) {
  const span = limits(keys)?.spacing_mm ?? [10, 15];
  const value = number(keys.spacing) ?? plan?.spacing_mm ?? limits(keys)?.middle_spacing_mm;
  fields.spacing.slide(span[0], span[1], 0.1, value);
  write(fields.spacing.input, keys.spacing ? withoutUnit(keys.spacing, "mm") : mm(value));
}

// The keys of a way to give doses: what it needs is taken from the plan that is shown.
function dosesOf(next, bounds) {
  const none = { total: null, volume: null, "periorbital-volume": null, volumes: null };
  if (next === "total") return { ...none, total: `${ml(plan?.totals.volume_ul ?? bounds?.middle_total_ul ?? 1000).replace(words.decimal, ".")} ml` };
  if (next === "point") return { ...none, volume: `${ml(plan?.zones.find((zone) => zone.kind === "standard")?.per_point_ul ?? bounds?.volume_ul[0] ?? 10).replace(words.decimal, ".")} ml` };
  return none;
}

export function showPlan(next) {
  plan = next;
  leftOut.onBody(next.body);
  show(state.keys());
}

// ---- Faults stand at their fields.

function clearFaults() {
  for (const { input, fault } of Object.values(fields)) {
    if (!fault) continue;
    input.removeAttribute("aria-invalid");
    fault.hidden = true;
  }
}

export function showFaults(list) {
  leftOut.showFaults(list);
  for (const one of list) {
    const item = one.item.replaceAll(", ", ".");
    const key = Object.keys(fields).find((known) => item === known) ?? Object.keys(fields).find((known) => item.startsWith(`${known}.`));
    const at = key && fields[key].fault ? fields[key] : null;
    if (!at) continue;
    at.input.setAttribute("aria-invalid", "true");
    at.fault.textContent = wrong(one);
    at.fault.hidden = false;
  }
}
