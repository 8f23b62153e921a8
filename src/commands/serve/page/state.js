// The session of this tab: the keys of a session file, with everything that was done to them.

const KEPT = "nappage-session";
// Steps of undo that are kept.
const MOST = 500;
// What flows on within this time, in ms, is one step.
const TOGETHER = 700;

const steps = [{ keys: {}, what: "" }];
let at = 0;
let name = null;
let savedText = null;
let id = crypto.randomUUID();
let last = { what: "", time: 0, flows: false };
const listeners = new Set();

export const keys = () => steps[at].keys;
export const fileName = () => name;
export const sessionId = () => id;
export const revision = () => JSON.stringify(keys());
export const isChanged = () => revision() !== savedText;
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
  const next = { ...keys(), ...changes };
  for (const [key, value] of Object.entries(next)) {
    if (value === null || value === undefined || value === "") delete next[key];
  }
  if (JSON.stringify(next) === JSON.stringify(keys())) return;
  push(next, what, flows);
}

function push(next, what, flows) {
  const now = performance.now();
  const goesOn = flows === true ? now - last.time < TOGETHER : flows === last.flows;
  const joins = flows && goesOn && at > 0 && at + 1 === steps.length && last.what === what;
  last = { what: flows ? what : "", time: now, flows };
  steps.length = at + 1;
  if (joins) steps[at] = { keys: next, what };
  else steps.push({ keys: next, what });
  if (steps.length > MOST) steps.shift();
  at = steps.length - 1;
  tell("change");
}

// Another session in place of this one; undo brings the old one back.
export function replace(next, what, { file = name, identity = null, saved = false } = {}) {
  name = file;
  id = identity ?? crypto.randomUUID();
  push(next, what, false);
  if (saved) markSaved(name);
}

export function undo() {
  if (!canUndo()) return null;
  const { what } = steps[at];
  at -= 1;
  last = { what: "", time: 0, flows: false };
  tell("undo");
  return what;
}

export function redo() {
  if (!canRedo()) return null;
  at += 1;
  last = { what: "", time: 0, flows: false };
  tell("redo");
  return steps[at].what;
}

// What was saved is that revision; what was done since is not.
export function markSaved(file, saved = revision()) {
  name = file;
  savedText = saved;
  tell("saved");
}

// What is kept in the tab over a reload. Reference and answers are of a patient and stay in memory alone.
function keep() {
  const { reference: _, screening: __, ...rest } = keys();
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ keys: rest, name, id, saved: !isChanged() }));
  } catch {
    // A full or forbidden storage keeps nothing; the tab goes on.
  }
}

export function restore(initial) {
  steps[0].keys = initial;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (kept?.keys) {
      steps[0].keys = kept.keys;
      name = kept.name;
      id = kept.id;
      savedText = kept.saved ? revision() : null;
      return true;
    }
  } catch {
    // What cannot be read was not kept by this page.
  }
  savedText = revision();
  return false;
}
