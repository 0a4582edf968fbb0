// Small helpers to make elements and write figures. Text is only ever set as text, never as HTML.

/** Make an element: `el("p", { class: "hint", onclick: f }, "text", child)`; false and null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Show a line in an element, or hide it when there is nothing to say. */
export function say(node, text) {
  node.textContent = text ?? "";
  node.hidden = !text;
}

/** A probability as people read it; what is not quite 0 or 1 never looks as if it were. */
export function percent(p) {
  const shown = (100 * p).toFixed(1);
  if (shown === "100.0") return p < 1 ? "> 99.9 %" : "100 %";
  if (shown === "0.0") return p > 0 ? "< 0.1 %" : "0 %";
  return `${shown} %`;
}

/** Milliseconds with as many places as say something. */
export const milliseconds = (ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** A count with thin spaces, and its noun. */
export const counted = (n, one, many = `${one}s`) =>
  `${n.toLocaleString("en").replaceAll(",", "\u202f")} ${n === 1 ? one : many}`;

/** A track that is filled to `value`, with a mark at `threshold` where there is one. */
export function bar(value, threshold = null, strong = true) {
  const fill = el("span", { class: strong ? "fill strong" : "fill" });
  fill.style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
  const track = el("span", { class: "track", "aria-hidden": "true" }, fill);
  if (threshold !== null && threshold > 0) {
    const mark = el("span", { class: "threshold" });
    mark.style.left = `${100 * Math.min(1, threshold)}%`;
    track.append(mark);
  }
  return track;
}

/** A block of code with a heading and a button that copies it. */
export function code(title, text) {
  const button = el("button", { type: "button", class: "quiet", "aria-label": `Copy ${title}`, onclick: copy }, "Copy");
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block); // no clipboard without TLS: selected, Ctrl+C copies it
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }
  const block = el("pre", { tabindex: "0", "aria-label": title }, text);
  return el("section", { class: "code" }, el("header", {}, el("h3", {}, title), button), block);
}

/** Text in which `words in backticks` become code. */
export function prose(text) {
  return text.split("`").map((part, n) => (n % 2 ? el("code", {}, part) : part));
}
