// The words that are shown: those of another language over the English ones, which stand where it has none.

import { words as english } from "./words.en.js";

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// A translation that fails says it in English.
const either = (own, base) => (...values) => {
  try {
    return own(...values) ?? base(...values);
  } catch {
    return base(...values);
  }
};

function over(base, own) {
  if (isTable(base)) {
    const given = isTable(own) ? own : {};
    return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, over(value, given[key])]));
  }
  if (typeof own !== typeof base || own === "") return base;
  return typeof own === "function" ? either(own, base) : own;
}

// What keeps the other language from being read; null where nothing does.
export let fault = null;
let own = {};
try {
  ({ words: own } = await import("./words.own.js"));
} catch (error) {
  fault = String(error);
}

export const words = { ...over(english, own), core: isTable(own?.core) ? own.core : {} };
