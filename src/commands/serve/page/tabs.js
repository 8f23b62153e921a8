// Other tabs of the same program: they tell each other the token of a new start, and that they hold
// the same session.

import * as server from "./server.js";
import * as state from "./state.js";

const tab = crypto.randomUUID();
const channel = new BroadcastChannel("nappage");
let onOther = () => {};
let onTaken = () => {};
let onToken = () => {};

const post = (kind, more = {}) => channel.postMessage({ kind, tab, id: state.sessionId(), ...more });

export function start({ other, taken, renewed, arrived }) {
  [onOther, onTaken, onToken] = [other, taken, renewed];
  if (arrived) post("token", { token: server.currentToken() });
  hello();
  state.onChange(() => post("changed", { revision: state.revision() }));
}

export const hello = () => post("hello");
export const take = () => post("take");

channel.addEventListener("message", ({ data }) => {
  if (data?.tab === tab) return;
  if (data?.kind === "token") {
    onToken(data.token);
    return;
  }
  if (data?.id !== state.sessionId()) return;
  if (data.kind === "hello" && state.isChanged()) post("changed", { revision: state.revision() });
  if (data.kind === "changed" && data.revision !== state.revision()) onOther();
  if (data.kind === "take") post("taken", { keys: state.whole() });
  if (data.kind === "taken") onTaken(data.keys);
});
