// Asking the program. The token comes in the address, stays in this tab and goes in a header.

const KEPT = "nappage-token";
const ENTRY = "enter-";
let token = "";
const listeners = new Set();

// Whether the program answers: "here", "gone", or "stale" where it was started anew.
let state = "here";

export class Faults extends Error {
  constructor(list) {
    super("faults");
    this.list = list;
  }
}

export class Away extends Error {}

function become(next) {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener(state);
}

export const onState = (listener) => listeners.add(listener);
export const hasToken = () => token !== "";
export const currentToken = () => token;

// Takes the token of an address such as http://127.0.0.1:7643/#0123…; false where it has none or is of
// another page.
export function takeAddress(address) {
  let url;
  try {
    url = new URL(address.trim());
  } catch {
    return false;
  }
  return url.origin === location.origin && takeToken(url.hash.slice(1));
}

export function takeToken(given) {
  if (!/^[0-9a-f]{32}$/.test(given)) return false;
  token = given;
  sessionStorage.setItem(KEPT, token);
  return true;
}

// The token of the address this page was opened with, or the one its code for a single entry gives. It
// is taken out of the address, so that it is neither shown nor bookmarked.
export async function start() {
  const given = location.hash.slice(1);
  token = sessionStorage.getItem(KEPT) ?? "";
  if (given === "") return false;
  history.replaceState(null, "", location.pathname);
  if (takeToken(given)) return true;
  if (!given.startsWith(ENTRY)) return false;
  const headers = { "x-nappage-token": given.slice(ENTRY.length) };
  const entered = await fetch("/api/enter", { method: "POST", headers, credentials: "omit" }).catch(() => null);
  return entered?.ok ? takeToken(await entered.text()) : false;
}

async function ask(path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-nappage-token": token, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    become("gone");
    throw new Away();
  }
  if (response.status === 401) {
    become("stale");
    throw new Away();
  }
  become("here");
  if (response.ok) return response;
  const told = await response.json().catch(() => ({ faults: [] }));
  throw new Faults(told.faults);
}

const json = async (path, body, signal) => (await ask(path, body, signal)).json();

export const library = () => json("/api/library");
export const views = (body) => json("/api/views", { body });
export const view = async (body, id) => (await ask("/api/view", { body, view: id })).text();
export const spot = (body, view, [x, y]) => json("/api/spot", { body, view, x, y });
export const walk = (body, { chart, place }, [left_mm, up_mm]) => json("/api/walk", { body, chart, place, left_mm, up_mm });

// The plans of last time that were chosen in this tab, by the names of their files.
const last = new Map();

const giveLast = (name) => json("/api/previous", { name, text: last.get(name) });

export async function previous(name, text) {
  const told = await json("/api/previous", { name, text });
  last.set(name, text);
  return told;
}

// The plan of a session, or of one of its layers, from 1, with its points as a view shows them.
export const plan = (session, layer, view, signal) => planned("plan", session, layer, view, signal);

// The same at once; where it is a draft, its points would settle further.
export const draft = (session, layer, view) => planned("draft", session, layer, view);

// A program that was started anew is given the plan of last time again.
async function planned(what, session, layer, view, signal) {
  const path = `/api/${what}/${layer}/${encodeURIComponent(view)}`;
  try {
    return await json(path, session, signal);
  } catch (error) {
    const unread = error instanceof Faults && error.list.some((fault) => /(^|, )previous$/.test(fault.item));
    if (!unread || !last.has(session.previous)) throw error;
    await giveLast(session.previous);
    return json(path, session, signal);
  }
}

export const save = async (session) => (await ask("/api/save", session)).text();
export const open = (name, text) => json("/api/open", { name, text });

async function file(response) {
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "nappage";
  return { name, blob: await response.blob() };
}

// The files of an order, one after the other.
export async function sheets(order) {
  const files = [];
  for (let page = 1, of = 1; page <= of; page += 1) {
    const response = await ask("/api/sheet", { ...order, page });
    of = Number(response.headers.get("x-nappage-files") ?? 1);
    files.push(await file(response));
  }
  return files;
}

export const calendar = async (order) => file(await ask("/api/course", order));

// Whether the program answers now.
export async function probe() {
  try {
    await ask("/api/library");
    return true;
  } catch {
    return false;
  }
}
