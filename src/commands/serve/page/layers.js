// Several treatments in one session. The page shows one at a time as if it were a session of its own: what a
// layer leaves out is the session's, and what is changed goes where it belongs.

// Keys that hold for the session as a whole.
const WHOLE = ["body", "measurements", "exclusion", "screening", "visit", "paper", "pages", "reference", "previous", "interleave", "course", "layer", "layers-apart"];
// Keys of single points, which name their layer.
const NAMED = ["skip-point", "point-volume"];
// Keys of a layer that add to those of the session, not replace them.
const ADDED = ["skip", "volumes"];
// What is on the tray is shared by the layers that say nothing of it themselves.
const SHARED = ["vials", "product"];
// Keys of which one may take the place of others.
const DOSES = ["total", "volume", "periorbital-volume", "volumes"];
// Keys that say nothing of a layer without points.
const OF_POINTS = ["spacing", "pattern", ...DOSES, "previous", "interleave", ...NAMED];

export const names = (whole) => (whole.layer ?? []).map((layer) => layer.name ?? "");
const same = (a, b) => String(a ?? "").trim().toLowerCase() === String(b ?? "").trim().toLowerCase();
const isEmpty = (value) => value === null || value === undefined || value === "";
const isTopical = (whole, own) => (own.use ?? whole.use) === "topical";

// The keys of the session as they hold for one of its layers; all of them where it has none.
export function view(whole, index) {
  const layer = whole.layer?.[index];
  if (!layer) return whole;
  const { name, ...own } = layer;
  const { layer: _, ...given } = whole;
  const gone = [];
  if (own.product) gone.push("vials");
  if (own.total) gone.push("volume", "periorbital-volume", "volumes");
  if (own.volume) gone.push("total");
  if (isTopical(whole, own)) gone.push(...OF_POINTS);
  for (const key of gone) delete given[key];
  const keys = { ...given, ...own, zones: own.zones ?? given.zones ?? ["full-face"] };
  if (given.skip || own.skip) keys.skip = [...(given.skip ?? []), ...(own.skip ?? [])];
  if (given.volumes || own.volumes) keys.volumes = { ...given.volumes, ...own.volumes };
  for (const key of NAMED.filter((key) => key in given)) {
    keys[key] = given[key].filter((point) => same(point.layer, name)).map(({ layer: _, ...point }) => point);
  }
  return keys;
}

// The whole session with keys of one layer changed; null takes one out. What the layers had from the session
// stays theirs where it is taken from this one.
export function changed(whole, index, changes) {
  const next = structuredClone(whole);
  const own = next.layer?.[index];
  for (const [key, value] of Object.entries(changes)) {
    if (!own || WHOLE.includes(key) || (SHARED.includes(key) && !(key in own) && !("product" in own) && key in next)) next[key] = value;
    else if (NAMED.includes(key)) {
      const others = (next[key] ?? []).filter((point) => !same(point.layer, own.name));
      next[key] = [...others, ...(value ?? []).map((point) => ({ layer: own.name, ...point }))];
      if (next[key].length === 0) next[key] = null;
    } else {
      if (key in next && (isEmpty(value) || ADDED.includes(key))) handDown(next, DOSES.includes(key) ? DOSES : [key]);
      own[key] = value;
    }
  }
  for (const table of [next, ...(next.layer ?? [])]) {
    for (const [key, value] of Object.entries(table)) if (isEmpty(value)) delete table[key];
  }
  return next;
}

// Has each layer say itself what it had from the session.
function handDown(whole, keys) {
  const views = whole.layer.map((_, index) => view(whole, index));
  for (const key of keys) delete whole[key];
  whole.layer.forEach((layer, index) => {
    for (const key of keys) if (key in views[index]) layer[key] = views[index][key];
  });
}
