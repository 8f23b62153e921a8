// Which layer of a session is shown: all of them with their sums, one chosen.

import { h, ml } from "./elements.js";
import * as state from "./state.js";
import { words } from "./words.js";

const said = words.layers;
const root = document.getElementById("layers");
let shown = null;
let entries = [];

export function show() {
  const names = state.layerNames();
  root.hidden = names.length === 0;
  if (JSON.stringify(names) !== shown) {
    shown = JSON.stringify(names);
    entries = names.map((name, index) => {
      const input = h("input", { type: "radio", name: "layer", value: String(index), onchange: () => state.chooseLayer(index) });
      const sum = h("small");
      return { input, sum, label: h("label", { title: name }, input, h("span", {}, h("b", {}, said.numbered(index + 1, name)), sum)) };
    });
    root.setAttribute("aria-label", said.label);
    root.replaceChildren(h("div", { class: "choice", role: "radiogroup", "aria-label": said.label }, entries.map((entry) => entry.label)));
  }
  entries.forEach(({ input }, index) => {
    input.checked = index === state.layer();
  });
}

// What each layer comes to, from the plan.
export function showSums(layers) {
  entries.forEach(({ sum }, index) => {
    const layer = layers[index];
    if (!layer) return;
    sum.textContent = [said.sum(ml(layer.volume_ul), layer.points), layer.errors > 0 ? said.errors(layer.errors) : null].filter(Boolean).join(", ");
    sum.classList.toggle("bad", layer.errors > 0);
  });
}
