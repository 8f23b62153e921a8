// What the core says, in the language of the page. A plain text is a string; a sentence with values comes
// as its English template with them: { template, values }.

import { words } from "./words.js";

const NUMBER = /^(-?\d+)\.(\d+)( \S{1,4})?$/;

const filled = (template, values) => template.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

// What the language has for a template: a text with the same places, or a function of the values.
function translated(template, values) {
  const entry = Object.hasOwn(words.core, template) ? words.core[template] : "";
  if (typeof entry === "function") {
    try {
      return String(entry(values) ?? "");
    } catch {
      return "";
    }
  }
  return typeof entry === "string" ? filled(entry, values) : "";
}

export function told(said) {
  if (said === null || said === undefined) return "";
  if (typeof said === "string") return translated(said, {}) || said.replace(NUMBER, `$1${words.decimal}$2$3`);
  const values = Object.fromEntries(Object.entries(said.values).map(([name, value]) => [name, told(value)]));
  return translated(said.template, values) || filled(said.template, values);
}
