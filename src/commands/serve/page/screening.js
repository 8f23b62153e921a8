// The protocol's questions before a session. Answers are of a patient: they stay in memory and in files of
// the user's.

import { choice, h } from "./elements.js";
import * as state from "./state.js";
import { told } from "./told.js";
import { words } from "./words.js";

const said = words.controls;
const ANSWERS = [["yes", said.yes], ["no", said.no]];
const asked = h("div", { class: "questions" });
const count = h("span", { class: "count" });
const section = h("details", {}, h("summary", {}, said.screening, count), h("p", { class: "hint" }, said.screeningHint), asked);
let shown = null;
let rows = [];

export const build = () => section;

function answer(id, value) {
  const { screening } = state.keys();
  state.change(words.changes.screening, { screening: { ...screening, [id]: value === "yes" } });
}

export function show({ screening }, { id, questions }) {
  if (shown !== id) {
    shown = id;
    rows = questions.map((question) => [question.id, choice(`screening-${question.id}`, told(question.words), ANSWERS, (value) => answer(question.id, value)), told(question.words)]);
    asked.replaceChildren(...rows.map(([, row, text]) => h("div", { class: "question" }, h("p", {}, text), row.element)));
    section.hidden = rows.length === 0;
  }
  for (const [id, row] of rows) row.set({ true: "yes", false: "no" }[screening?.[id]]);
  const answered = rows.filter(([id]) => screening && id in screening).length;
  count.textContent = said.answered(answered, rows.length);
}
