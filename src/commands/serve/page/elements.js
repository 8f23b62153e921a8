// Making elements, and numbers as they are read.

import { told } from "./told.js";
import { words } from "./words.js";

// An element with attributes, listeners (on…) and children; nothing is ever parsed as HTML.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// The root of an SVG text from the server.
export function svg(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return document.importNode(root, true);
}

// One of a few choices, as buttons side by side. `choices`: [value, word]. `set` shows another value.
export function choice(name, label, choices, chosen) {
  const inputs = choices.map(([value]) => h("input", { type: "radio", name, value, onchange: () => chosen(value) }));
  const labels = choices.map(([, word], index) => h("label", {}, inputs[index], h("span", {}, word)));
  const set = (current) => {
    for (const input of inputs) input.checked = input.value === current;
  };
  return { element: h("div", { class: "choice", role: "radiogroup", "aria-label": label }, labels), set };
}

export function icon(name) {
  const paths = {
    undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
    redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    left: "M19 12H5m6-6-6 6 6 6",
    right: "M5 12h14m-6-6 6 6-6 6",
    up: "M12 19V5m-6 6 6-6 6 6",
    down: "M12 5v14m-6-6 6 6 6-6",
    close: "M6 6l12 12M18 6 6 18",
  };
  const space = "http://www.w3.org/2000/svg";
  const root = document.createElementNS(space, "svg");
  root.setAttribute("viewBox", "0 0 24 24");
  root.setAttribute("class", "icon");
  root.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", paths[name]);
  root.append(path);
  return root;
}

const read = (text) => text.replace(".", words.decimal);

// Microlitres as millilitres, with as many decimals as they need, two at least.
export const ml = (ul) => read((ul / 1000).toFixed(ul % 10 === 0 ? 2 : 3));

// Microlitres as millilitres with three decimals, for columns.
export const columnMl = (ul) => read((ul / 1000).toFixed(3));

export const mm = (value) => read(String(Math.round(value * 100) / 100));

// What is wrong with the value of a field, and the remedy, or else the bounds.
export const wrong = ({ said: { problem, bound, hint } }) =>
  [told(problem), hint ? told(hint) : bound ? words.results.bound(told(bound)) : null].filter(Boolean).join("; ");

// What was typed, with a unit where it has none; empty stays empty.
export function withUnit(text, unit) {
  const typed = text.trim();
  return typed === "" || /[a-zµμ]/i.test(typed) ? typed : `${typed} ${unit}`;
}

// A value of the session without its unit, where that is the usual one.
export const withoutUnit = (value, unit) => {
  const text = String(value ?? "");
  return text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text;
};
