// Starts the page: its tabs, and what is asked for when it opens or a key was typed.

import { onKey } from "./api.js";
import * as batch from "./batch.js";
import { byId } from "./dom.js";
import * as models from "./models.js";
import * as trying from "./try.js";

const TABS = ["try", "batch", "models"];

function open(name) {
  for (const tab of TABS) {
    const chosen = tab === name;
    const button = byId(`tab-${tab}`);
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    byId(tab).hidden = !chosen;
  }
}

function choose(name) {
  open(name);
  history.replaceState(null, "", `#${name}`);
}

function fromAddress() {
  const named = location.hash.slice(1);
  open(TABS.includes(named) ? named : "try");
}

for (const [n, tab] of TABS.entries()) {
  const button = byId(`tab-${tab}`);
  button.addEventListener("click", () => choose(tab));
  button.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: n + 1, ArrowLeft: n - 1 + TABS.length, Home: 0, End: TABS.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = TABS[steps[event.key] % TABS.length];
    choose(next);
    byId(`tab-${next}`).focus();
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
byId("text").focus(); // where its tab is open; a script, since `autofocus` does nothing on addresses with a #part
load();
