// The page: what it holds, and what its keys do.

import * as controls from "./controls.js";
import { choice, h, icon, ml } from "./elements.js";
import * as chooser from "./chooser.js";
import * as figure from "./figure.js";
import * as results from "./results.js";
import * as server from "./server.js";
import * as state from "./state.js";
import * as tabs from "./tabs.js";
import { told } from "./told.js";
import { fault, words } from "./words.js";

const bar = document.getElementById("bar");
const notices = document.getElementById("notices");
const FRESH = { zones: ["full-face"] };

let library;
// The session file that the program read last.
let last = { text: "", revision: null };
let changed = false;
let waiting = false;

export const say = (text) => {
  document.getElementById("said").textContent = text;
};

// ---- Planning: one request at a time; what changed meanwhile is asked next, and the last picture
// stays until a new one is there. A draft comes first; where its points would settle further, they do
// once nothing has changed for a while.

// How long that is, in ms.
const QUIET = 180;
let settling = new AbortController();

async function plan() {
  changed = true;
  settling.abort();
  if (waiting) return;
  waiting = true;
  document.body.classList.add("working");
  try {
    while (changed) {
      changed = false;
      try {
        const keys = state.keys();
        if ((keys.zones ?? []).length === 0) {
          results.showFaults([], { title: words.controls.noZone });
          await figure.showPlan(null, keys, state.layer());
          document.body.classList.add("stale");
          continue;
        }
        const revision = state.revision();
        const layer = state.layer();
        const whole = state.whole();
        const show = async (ask, signal) => {
          const seenFrom = (view) => ask(whole, layer + 1, view);
          const answer = { ...await ask(whole, layer + 1, figure.seenFrom(), signal), seenFrom };
          last = { text: answer.text, revision };
          await figure.showPlan(answer, keys, layer);
          chooser.showSums(answer.layers);
          results.show(answer);
          controls.showPlan(answer.plan);
          document.body.classList.remove("stale");
          return answer.plan;
        };
        let shown = await show(server.draft);
        if (shown.draft) {
          settling = new AbortController();
          const { signal } = settling;
          if (changed || !await quiet(signal)) continue;
          shown = await show(server.plan, signal);
        }
        say(words.said.planned(shown.totals.points, ml(shown.totals.volume_ul)));
      } catch (error) {
        // What would have settled was changed meanwhile.
        if (error.name === "AbortError") continue;
        document.body.classList.add("stale");
        if (error instanceof server.Faults) {
          const list = ofLayer(error.list);
          results.showFaults(list);
          controls.showFaults(list);
        } else if (!(error instanceof server.Away)) throw error;
      }
    }
  } finally {
    waiting = false;
    document.body.classList.remove("working");
    document.body.dataset.planned = String(Number(document.body.dataset.planned ?? 0) + 1);
  }
}

// Whether nothing changes for a while.
const quiet = (signal) => new Promise((done) => {
  signal.addEventListener("abort", () => done(false));
  setTimeout(() => done(true), QUIET);
});

// The faults of a session's layers name each; those of the one that is shown need not.
function ofLayer(list) {
  const name = `layer '${state.layerNames()[state.layer()]}', `;
  return list.map((one) => (one.item.startsWith(name)
    ? { ...one, item: one.item.slice(name.length), said: { ...one.said, item: one.said.item.values?.item ?? one.item.slice(name.length) } }
    : one));
}

// ---- The bar.

const button = (what, attributes, ...children) =>
  h("button", { type: "button", ...attributes, "data-do": what }, ...children);

const name = h("span", { class: "name" });
const mark = h("span", { class: "unsaved" }, words.unsaved);
const undoButton = button("undo", { class: "quiet", onclick: undo, "aria-label": words.bar.undo, title: `${words.bar.undo} (${words.bar.keys.undo})` }, icon("undo"));
const redoButton = button("redo", { class: "quiet", onclick: redo, "aria-label": words.bar.redo, title: `${words.bar.redo} (${words.bar.keys.redo})` }, icon("redo"));
const file = h("input", { type: "file", accept: ".toml", class: "unseen", tabindex: "-1", "aria-hidden": "true", onchange: () => openFile(file) });

function buildBar() {
  bar.append(
    h("h1", {}, h("img", { src: "/icon.svg", alt: "", width: "28", height: "28" }), words.title),
    h("p", { class: "session" }, name, mark),
    h("nav", { "aria-label": words.bar.label },
      undoButton, redoButton,
      button("new", { class: "quiet", onclick: fresh }, words.bar.fresh),
      button("open", { class: "quiet", onclick: () => file.click() }, words.bar.open),
      button("save", { class: "quiet", onclick: save, title: words.bar.keys.save }, words.bar.save),
      button("sheets", { class: "main", popovertarget: "sheets" }, words.bar.sheets),
      file),
    h("div", { id: "sheets", popover: "auto" }));
}

function showBar() {
  name.textContent = state.fileName() ?? words.untitled;
  mark.hidden = !state.isChanged();
  document.title = `${state.isChanged() ? "• " : ""}${name.textContent} · ${words.title}`;
  undoButton.setAttribute("aria-disabled", String(!state.canUndo()));
  redoButton.setAttribute("aria-disabled", String(!state.canRedo()));
}

function undo() {
  const what = state.undo();
  say(what === null ? words.said.nothingToUndo : words.said.undone(what));
}

function redo() {
  const what = state.redo();
  say(what === null ? words.said.nothingToRedo : words.said.redone(what));
}

function fresh() {
  state.replace(FRESH, words.changes.fresh, { name: null, saved: true });
}

// ---- Files: opened from and saved to where the user says, never by the program.

function download(fileName, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function save() {
  // What is still being typed belongs to it.
  document.activeElement?.dispatchEvent(new Event("change"));
  const fileName = state.fileName() ?? "session.toml";
  const [revision, savedAs] = [state.revision(), state.savedAs()];
  try {
    last = { text: await server.save(state.whole()), revision };
  } catch (error) {
    if (error instanceof server.Faults) {
      results.showFaults(error.list, { of: "session" });
      return;
    }
    if (!(error instanceof server.Away)) throw error;
    // Where the program is gone, what it read last can still be saved, if nothing was changed since.
    if (last.revision !== revision) {
      notice("save", words.notices.unsavable, dismiss("save"));
      return;
    }
  }
  notice("save", null);
  download(fileName, new Blob([last.text], { type: "application/toml" }));
  state.markSaved(savedAs, fileName, revision);
  say(words.said.saved(fileName));
}

// Opens the first file of a field, or of what was dropped on the page.
async function openFile(from) {
  const chosen = from.files[0];
  if (!chosen) return;
  const text = await chosen.text();
  file.value = "";
  try {
    const keys = await server.open(chosen.name, text);
    const identity = await digest(`${chosen.name}\n${text}`);
    state.replace(controls.withZones(keys), words.changes.opened, { name: chosen.name, identity, saved: true });
    results.hideFaults();
    tabs.hello();
    say(words.said.opened(chosen.name));
  } catch (error) {
    if (error instanceof server.Faults) results.showFaults(error.list, { title: words.results.faultsOf(chosen.name), of: chosen.name });
    else if (!(error instanceof server.Away)) throw error;
  }
}

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- Sheets: which pages is part of the session, so that a saved one prints the same.

let boxes = [];
let layerField;

// The number of the layer that is shown; none where there is only one treatment.
const layerNumber = () => (state.layerNames().length > 0 ? state.layer() + 1 : null);

function buildSheets() {
  boxes = library.pages.map((kind) =>
    h("input", { type: "checkbox", value: kind, onchange: choosePages }));
  const ticks = boxes.map((box) => h("label", { class: "tick" }, box, h("span", {}, words.sheets.kinds[box.value] ?? box.value)));
  const formats = choice("format", words.sheets.format, Object.entries(words.sheets.formats), () => {});
  formats.set("pdf");
  const which = choice("which", words.sheets.layers, Object.entries(words.sheets.which), () => {});
  which.set("this");
  layerField = h("fieldset", {}, h("legend", {}, words.sheets.layers), which.element);
  const outcome = h("p", { role: "status", class: "hint" }, words.sheets.hint);
  // Saves what the program gives, and says what came of it.
  const saved = async (asked) => {
    outcome.textContent = words.sheets.working;
    try {
      const files = await asked();
      for (const made of files) download(made.name, made.blob);
      outcome.textContent = words.sheets.done(files.map((made) => made.name));
    } catch (error) {
      if (error instanceof server.Faults) outcome.textContent = ofLayer(error.list).map(({ said }) => [`${told(said.item)} ${told(said.problem)}`, told(said.hint)].filter(Boolean).join("; ")).join(". ");
      else if (error instanceof server.Away) outcome.textContent = words.notices.gone;
      else throw error;
    }
  };
  const savePlan = () => saved(() => server.sheets({ session: { ...state.whole(), pages: null }, layer: layerNumber(), format: "json" }));
  const form = h("form", {},
    h("h2", {}, words.sheets.title),
    h("fieldset", {}, h("legend", {}, words.sheets.pages), ticks),
    h("fieldset", {}, h("legend", {}, words.sheets.format), formats.element),
    layerField,
    h("button", { class: "main", "data-do": "save-sheets" }, words.sheets.save), outcome,
    button("calendar", { class: "quiet", onclick: () => {
      if (state.keys().course?.start) saved(async () => [await server.calendar({ session: state.whole(), layer: layerNumber() })]);
      else outcome.textContent = words.sheets.noDay;
    } }, words.sheets.calendar),
    button("plan", { class: "quiet", onclick: savePlan }, words.sheets.plan));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = new FormData(form);
    const layer = asked.get("which") === "this" ? layerNumber() : null;
    saved(() => server.sheets({ session: state.whole(), layer, format: asked.get("format") }));
  });
  document.getElementById("sheets").replaceChildren(form);
}

// The map is what is drawn where nothing is chosen.
function choosePages() {
  const kinds = ticked();
  state.change(words.changes.pages, { pages: kinds.length === 0 || kinds.join() === "map" ? null : kinds });
  showSheets(state.keys());
}

const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);

function showSheets({ pages }) {
  const single = layerNumber() === null;
  for (const box of boxes) {
    box.checked = (pages ?? ["map"]).includes(box.value);
    // One map of all treatments is for sessions of several; one that asks for it all the same can be mended.
    box.parentElement.hidden = box.value === "layers" && single && !box.checked;
  }
  layerField.hidden = single;
}

// ---- Notices: a line at the top, never in the way.

function notice(kind, text, ...more) {
  notices.querySelector(`[data-notice=${kind}]`)?.remove();
  if (text === null) return;
  notices.append(h("div", { class: "notice", "data-notice": kind }, h("p", {}, text), ...more));
}

function showServer(now) {
  if (now === "here") {
    notice("server", null);
    say(words.notices.back);
    return;
  }
  const field = h("input", { type: "text", inputmode: "url", autocomplete: "off", spellcheck: "false", "aria-label": words.notices.address, placeholder: `${location.origin}/#…` });
  const resume = () => {
    if (server.takeAddress(field.value)) goOn();
    else notice("address", words.notices.wrongAddress, dismiss("address"));
  };
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); resume(); } }, field, h("button", {}, words.notices.resume));
  notice("server", now === "gone" ? words.notices.gone : words.notices.stale,
    now === "gone" ? h("button", { type: "button", onclick: goOn }, words.notices.retry) : form);
  if (now === "gone") watch();
}

const dismiss = (kind) => h("button", { type: "button", onclick: () => notice(kind, null) }, words.notices.dismiss);

// Looks now and then whether the program is there again.
function watch() {
  setTimeout(async () => {
    if (!document.querySelector("[data-notice=server]")) return;
    if (await server.probe()) goOn();
    else if (document.querySelector("[data-notice=server] button[type=button]")) watch();
  }, 2000);
}

async function goOn() {
  if (!library) await begin();
  else if (await server.probe()) await plan();
}

// ---- Keys.

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  const typing = event.target.matches?.("input[type=text], textarea");
  const key = event.key.toLowerCase();
  const does = command && {
    z: typing ? null : event.shiftKey ? redo : undo,
    y: typing ? null : redo,
    s: save,
    o: () => file.click(),
    p: () => document.getElementById("sheets")?.showPopover(),
  }[key];
  if (!does) return;
  event.preventDefault();
  does();
});

// A file that is dropped on the page is opened; the browser would leave the page for it.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  if (library) openFile(event.dataTransfer);
});

addEventListener("beforeunload", (event) => {
  if (state.isChanged()) event.preventDefault();
});

addEventListener("hashchange", async () => {
  if (await server.start()) goOn();
});

// ---- Beginning.

async function begin() {
  if (!server.hasToken()) {
    notice("token", words.notices.noToken);
    return;
  }
  notice("token", null);
  try {
    library = await server.library();
  } catch (error) {
    if (error instanceof server.Away) return;
    throw error;
  }
  controls.build(library);
  results.build(library);
  figure.build(library);
  buildSheets();
  state.restore(controls.withZones(FRESH));
  const shown = () => {
    showBar();
    chooser.show();
    controls.show(state.keys());
    showSheets(state.keys());
  };
  state.onChange((origin) => {
    shown();
    if (origin !== "saved") plan();
  });
  shown();
  await plan();
}

document.documentElement.lang = words.lang;
const arrived = await server.start();
server.onState(showServer);
tabs.start({
  arrived,
  other: () => notice("tabs", words.notices.otherTab,
    h("button", { type: "button", onclick: tabs.take }, words.notices.take), dismiss("tabs")),
  taken: (keys) => {
    notice("tabs", null);
    state.replace(keys, words.changes.taken, { identity: state.sessionId() });
  },
  renewed: (token) => {
    if (server.takeToken(token)) goOn();
  },
});
buildBar();
showBar();
if (fault) notice("words", words.notices.unreadableWords(fault), dismiss("words"));
begin();
