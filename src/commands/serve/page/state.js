// The session of this tab: the keys of a session file, with everything that was done to them.

import * as layers from "./layers.js";

const KEPT = "nappage-session";
// Steps of undo that are kept.
const MOST = 500;
// What flows on within this time, in ms, is one step.
const TOGETHER = 700;

// The file that a session is of: its name, what tells it from others, and what was saved of it last.
const file = (name, id, saved) => ({ name, id, saved });
const steps = [{ keys: {}, what: "", layer: 0, file: file(null, crypto.randomUUID(), null) }];
let at = 0;
// The layer that is worked on, of a session that has several.
let chosen = 0;
let last = { what: "", time: 0, flows: false };
const listeners = new Set();

// The whole session, and what of it holds for the layer that is worked on.
export const whole = () => steps[at].keys;
export const keys = () => layers.view(whole(), chosen);
export const layerNames = () => layers.names(whole());
export const layer = () => chosen;
export const savedAs = () => steps[at].file;
export const fileName = () => steps[at].file.name;
export const sessionId = () => steps[at].file.id;
export const revision = () => JSON.stringify(whole());
export const isChanged = () => revision() !== steps[at].file.saved;
export const canUndo = () => at > 0;
export const canRedo = () => at + 1 < steps.length;
export const onChange = (listener) => listeners.add(listener);

function tell(origin) {
  keep();
  for (const listener of listeners) listener(origin);
}

// Changes keys; null takes one out. What `flows`, such as a slider that moves, is one step for as long as
// it goes on; what bears one symbol, such as a drag, is one step however long it takes.
export function change(what, changes, { flows = false } = {}) {
  const next = layers.changed(whole(), chosen, changes);
  if (JSON.stringify(next) === revision()) return;
  push(next, what, flows, steps[at].file);
}

function push(next, what, flows, of) {
  const now = performance.now();
  const goesOn = flows === true ? now - last.time < TOGETHER : flows === last.flows;
  const joins = flows && goesOn && at > 0 && at + 1 === steps.length && last.what === what;
  last = { what: flows ? what : "", time: now, flows };
  steps.length = at + 1;
  const step = { keys: next, what, layer: chosen, file: of };
  if (joins) steps[at] = step;
  else steps.push(step);
  if (steps.length > MOST) steps.shift();
  at = steps.length - 1;
  tell("change");
}

// Another session in place of this one; undo brings the old one back.
export function replace(next, what, { name = fileName(), identity = null, saved = false } = {}) {
  chosen = 0;
  push(next, what, false, file(name, identity ?? crypto.randomUUID(), saved ? JSON.stringify(next) : null));
}

// Another layer to be worked on. That is no step: what is done to the layers is.
export function chooseLayer(index) {
  if (index === chosen) return;
  show(index);
  tell("layer");
}

function show(layer) {
  chosen = Math.max(0, Math.min(layer, layerNames().length - 1));
  last = { what: "", time: 0, flows: false };
}

export function undo() {
  if (!canUndo()) return null;
  const { what, layer } = steps[at];
  at -= 1;
  show(layer);
  tell("undo");
  return what;
}

export function redo() {
  if (!canRedo()) return null;
  at += 1;
  show(steps[at].layer);
  tell("redo");
  return steps[at].what;
}

// What was saved of a file is that revision; what was done since is not.
export function markSaved(file, name, saved) {
  Object.assign(file, { name, saved });
  tell("saved");
}

// What is kept in the tab over a reload. Reference and answers are of a patient and stay in memory alone.
function keep() {
  const { reference: _, screening: __, ...rest } = whole();
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ keys: rest, name: fileName(), id: sessionId(), saved: !isChanged() }));
  } catch {
    // A full or forbidden storage keeps nothing; the tab goes on.
  }
}

export function restore(initial) {
  Object.assign(steps[0], { keys: initial, file: file(null, sessionId(), JSON.stringify(initial)) });
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (kept?.keys) {
      Object.assign(steps[0], { keys: kept.keys, file: file(kept.name, kept.id, kept.saved ? JSON.stringify(kept.keys) : null) });
    }
  } catch {
    // What cannot be read was not kept by this page.
  }
}
