// Starts the page: its tabs, and what is asked for when it opens or a key was typed.

import { onKey } from "./api.js";
import * as batch from "./batch.js";
import { byId } from "./dom.js";
import * as models from "./models.js";
import * as trying from "./try.js";

const TABS = ["try", "batch", "models"];

function open(name, { focus = false } = {}) {
  for (const tab of TABS) {
    const chosen = tab === name;
    const button = byId(`tab-${tab}`);
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    byId(tab).hidden = !chosen;
    if (chosen && focus) button.focus();
  }
  if (location.hash.slice(1) !== name) history.replaceState(null, "", `#${name}`);
}

function fromAddress() {
  const named = location.hash.slice(1);
  open(TABS.includes(named) ? named : "try");
}

for (const [n, tab] of TABS.entries()) {
  const button = byId(`tab-${tab}`);
  button.addEventListener("click", () => open(tab));
  button.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: n + 1, ArrowLeft: n - 1 + TABS.length, Home: 0, End: TABS.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    open(TABS[steps[event.key] % TABS.length], { focus: true });
  });
}

async function load() {
  batch.offer(await models.load());
}

trying.start();
batch.start();
onKey(async () => {
  await load();
  trying.again();
});
addEventListener("hashchange", fromAddress);
fromAddress();
load();
