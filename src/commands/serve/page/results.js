// What comes of a session: total, budget, doses, zones, findings.

import { columnMl, h, ml, mm, svg } from "./elements.js";
import { lightPlace, lookAtPlace } from "./figure.js";
import { told } from "./told.js";
import { words } from "./words.js";

const said = words.results;
const root = document.getElementById("results");
const verdict = h("section", { class: "group verdict" });
const faults = h("section", { class: "group faults", role: "alert", hidden: true });
const doses = h("section", { class: "group" });
const zones = h("section", { class: "group" });
const findings = h("section", { class: "group findings" });

export function build() {
  root.setAttribute("aria-label", said.label);
  root.append(faults, verdict, findings, doses, zones, h("p", { class: "licensed" }, words.licensed));
}

export function show({ plan, said: sentences, legend }) {
  // What keeps a file from being read is told until it is dismissed, or another one is read.
  if (!faults.dataset.of) hideFaults();
  showVerdict(plan);
  // What is found on points that still settle may not hold of them a moment later.
  findings.classList.toggle("settling", plan.draft === true);
  if (!plan.draft) showFindings(plan, sentences);
  showDoses(legend);
  showZones(plan);
  doses.hidden = legend.length === 0;
}

function showVerdict(plan) {
  const { totals, budget } = plan;
  const errors = plan.findings.filter((finding) => finding.severity === "error").length;
  verdict.replaceChildren(
    h("h2", {}, said.total),
    h("p", { class: "sum" }, h("strong", { id: "total" }, ml(totals.volume_ul)), " ml"),
    h("p", { class: "hint" }, plan.topical ? said.onSkin(area(plan.quality.area_cm2)) : `${said.points(totals.points)}, ${said.apart(mm(plan.spacing_mm))}`),
    plan.topical ? "" : budgetBar(totals, budget),
    plan.draft ? h("p", { class: "state" }, words.settling) : h("p", { class: errors > 0 ? "state bad" : "state good" }, errors > 0 ? said.errors(errors) : said.clean));
}

// The total against what the protocol allows, both from the plan.
function budgetBar({ volume_ul: total }, { min_ul: least, max_ul: greatest, vials_ul: vials }) {
  if (greatest === null && least === null) return h("p", { class: "hint" }, said.noBudget);
  const end = Math.max((greatest ?? least) * 1.25, total * 1.05);
  const part = (ul) => `${(100 * ul) / end}%`;
  const allowed = h("span", { class: "allowed" });
  allowed.style.left = part(least ?? 0);
  allowed.style.width = part((greatest ?? end) - (least ?? 0));
  const fill = h("span", { class: greatest !== null && total > greatest ? "fill over" : "fill" });
  fill.style.width = part(total);
  const text = [said.budget(ml(least ?? 0), ml(greatest ?? total)), vials === null ? null : said.vials(ml(vials))].filter(Boolean).join(". ");
  return h("div", { class: "budget" }, h("div", { class: "track", role: "img", "aria-label": `${ml(total)} ml. ${text}` }, allowed, fill), h("p", { class: "hint" }, text));
}

function showDoses(legend) {
  doses.replaceChildren(h("h2", {}, said.doses), h("ul", { class: "legend" }, legend.map((entry) => {
    const mark = svg(entry.mark);
    mark.setAttribute("aria-hidden", "true");
    return h("li", {}, mark, entry.beside
      ? said.beside[entry.beside](entry.points, entry.layer)
      : said.each(entry.volume.replace(".", words.decimal), entry.points));
  })));
}

// The volume of each of a zone's points, unless single ones were given others.
function each(zone) {
  if (zone.points === 0) return "–";
  return zone.per_point_ul * zone.points === zone.volume_ul ? columnMl(zone.per_point_ul) : said.mixed;
}

const area = (cm2) => cm2.toFixed(1).replace(".", words.decimal);

// By zone: its points with their volumes, or the skin that shares a volume.
function showZones(plan) {
  const columns = plan.topical
    ? [[said.area, (zone) => area(zone.area_cm2), area(plan.quality.area_cm2)]]
    : [[said.count, (zone) => String(zone.points), String(plan.totals.points)], [said.perPoint, each, ""]];
  columns.push([said.volume, (zone) => columnMl(zone.volume_ul), columnMl(plan.totals.volume_ul)]);
  const row = (zone) => {
    const name = h("th", { scope: "row" }, told(zone.name));
    return h("tr", { "data-zone": zone.id, onpointerenter: () => lightPlace({ zone: zone.id }), onpointerleave: () => lightPlace(null) },
      name, columns.map(([, value]) => h("td", {}, value(zone))));
  };
  const head = [said.zone, ...columns.map(([word]) => word)].map((word) => h("th", { scope: "col" }, word));
  zones.replaceChildren(h("h2", {}, said.zones), h("table", {},
    h("thead", {}, h("tr", {}, head)),
    h("tbody", {}, plan.zones.map(row)),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, said.sum), columns.map(([, , sum]) => h("td", {}, sum))))));
}

// A finding with its message as it is said in the language of the page.
function finding([found, message, place]) {
  const text = [h("span", { class: "unseen" }, `${said.severities[found.severity]}: `), told(message)];
  const [lit, unlit] = [() => lightPlace(place), () => lightPlace(null)];
  const inner = place
    ? h("button", { type: "button", class: "place", onclick: () => lookAtPlace(place), onpointerenter: lit, onpointerleave: unlit, onfocus: lit, onblur: unlit }, text)
    : h("p", {}, text);
  return h("li", { class: found.severity, "data-code": found.code }, inner);
}

// Where a finding is to be looked at: its zone, or the marked area that it names; null where it has no place.
function placeOf(plan, found, message) {
  const marked = plan.marked?.findIndex((area) => area.name === message.values?.exclusion) ?? -1;
  return found.zone ? { zone: found.zone } : marked >= 0 ? { marked: marked + 1 } : null;
}

// They are drawn anew only where they are others, so that the one looked at is not lost.
function showFindings(plan, { reason, findings: messages }) {
  const shown = JSON.stringify([plan.reason, plan.findings]);
  if (findings.dataset.shown === shown) return;
  findings.dataset.shown = shown;
  const all = plan.findings.map((found, index) => [found, messages[index], placeOf(plan, found, messages[index])]);
  const of = (severity) => all.filter(([found]) => found.severity === severity);
  const grave = [...of("error"), ...of("warning")];
  const notes = of("note");
  const open = findings.querySelector("details")?.open ?? false;
  findings.replaceChildren(
    h("h2", {}, said.findings),
    h("p", { class: "reason" }, told(reason)),
    h("ul", {}, grave.map(finding)),
    notes.length > 0 ? h("details", { open }, h("summary", {}, said.more(notes.length)), h("ul", {}, notes.map(finding))) : "");
}

export function hideFaults() {
  faults.hidden = true;
}

// What keeps a session from being planned, or a file, by its name, from being read.
export function showFaults(list, { title = said.faults, of = "" } = {}) {
  faults.dataset.of = of;
  const one = (fault) => {
    // Lines are of a file that was opened; what the page itself wrote is known by its item.
    const place = [fault.line && fault.origin !== "session" ? said.line(fault.line) : null, told(fault.said.item)].filter(Boolean).join(", ");
    const figures = [fault.said.value ? said.value(told(fault.said.value)) : null, fault.said.bound ? said.bound(told(fault.said.bound)) : null].filter(Boolean).join(", ");
    return h("li", {}, h("strong", {}, place), place ? ": " : "", told(fault.said.problem), figures ? ` (${figures})` : "", fault.said.hint ? h("span", { class: "hint" }, told(fault.said.hint)) : null);
  };
  faults.replaceChildren(
    h("h2", {}, title), h("ul", {}, list.map(one)),
    h("button", { type: "button", onclick: hideFaults }, said.dismiss));
  faults.hidden = false;
  faults.scrollIntoView({ block: "nearest" });
}
