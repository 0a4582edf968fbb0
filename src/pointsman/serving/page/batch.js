// The Batch tab: every row of a file decided, and the file given back with columns added.

import { spoken, title } from "./decisions.js";
import { bar, byId, counted, el, percent, say } from "./dom.js";
import { FileError, read } from "./rows.js";
import { decideAll } from "./sending.js";

const PREVIEW = 3; // rows shown before anything is sent
const NAMED = 5; // errors, and rows of each, that are named

let file = null; // {name, table}
let endpoints = new Map(); // what the API calls each loaded task
let result = null; // {table, columns, added}
let running = null;

export function start() {
  byId("file").addEventListener("change", (event) => event.target.files[0] && take(event.target.files[0]));
  const drop = byId("drop");
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  byId("batch-form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  byId("column").addEventListener("change", preview);
  byId("cancel").addEventListener("click", () => running?.abort());
  byId("download").addEventListener("click", download);
}

/** Offer these models' tasks; null: they are not known. */
export function offer(models) {
  endpoints = new Map((models ?? []).map((model) => [model.task, model.endpoint]));
  const boxes = [...endpoints.keys()].map((task) =>
    el(
      "label",
      { class: "check" },
      el("input", { type: "checkbox", name: "task", value: task, checked: true }),
      ` ${title(task)}`,
    ),
  );
  byId("batch-tasks").replaceChildren(el("legend", {}, "Decide"), ...boxes);
}

async function take(given) {
  clear();
  byId("file").value = ""; // so that the same file can be chosen again
  try {
    const table = read(given.name, new Uint8Array(await given.arrayBuffer()));
    if (!table.rows.length) throw new FileError(`${given.name} has no rows below its header`);
    if (!table.names.length) throw new FileError(`${given.name}: no field holds text`);
    file = { name: given.name, table };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    file = null;
    byId("batch-form").hidden = true;
    say(byId("batch-error"), error.message);
    return;
  }
  const { table } = file;
  byId("batch-file").replaceChildren(el("strong", {}, given.name), ` · ${counted(table.rows.length, "row")}`);
  byId("column").replaceChildren(...table.names.map((name) => el("option", { value: name }, name || "(no name)")));
  byId("column").value = likely(table);
  preview();
  byId("batch-form").hidden = false;
  byId("run").focus();
}

/** The column that texts stand in, by its name, else the one with the longest fields. */
function likely({ names, rows }) {
  const usual = ["text", "prompt", "query", "question", "input", "message", "content"];
  const named = usual.map((name) => names.find((column) => column.trim().toLowerCase() === name)).find(Boolean);
  const length = (column) => rows.slice(0, 50).reduce((sum, field) => sum + (field(column)?.length ?? 0), 0);
  return named ?? names.reduce((best, next) => (length(next) > length(best) ? next : best));
}

function preview() {
  const column = byId("column").value;
  const { names, rows } = file.table;
  const cells = (field) =>
    names.map((name) => el("td", { class: name === column ? "chosen" : null }, short(field(name) ?? "")));
  byId("batch-preview").replaceChildren(
    el(
      "table",
      { class: "grid" },
      el("tr", {}, ...names.map((name) => el("th", { scope: "col", class: name === column ? "chosen" : null }, name))),
      ...rows.slice(0, PREVIEW).map((field) => el("tr", {}, ...cells(field))),
    ),
  );
}

const short = (text) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);

function clear() {
  if (running) {
    running.abort();
    running = null;
    busy(false);
  }
  result = null;
  byId("download").hidden = true;
  byId("progress").hidden = true;
  byId("batch-status").textContent = "";
  byId("batch-summary").replaceChildren();
  say(byId("batch-error"), "");
}

async function run() {
  clear();
  const chosen = [...byId("batch-tasks").querySelectorAll("input:checked")].map((box) => box.value);
  if (!chosen.length) {
    say(
      byId("batch-error"),
      endpoints.size ? "Choose at least one task." : "The server's tasks are not known: see the Models tab.",
    );
    return;
  }
  const { table } = file;
  const column = byId("column").value;
  const texts = table.rows.map((field) => field(column));
  const found = texts.map((text) => (text?.trim() ? null : { error: "no text" }));
  const mine = (running = new AbortController());
  busy(true);
  let done = found.filter(Boolean).length;
  let trouble = "";
  const started = performance.now();
  const progress = (n) => {
    done += n;
    byId("progress").value = done / texts.length;
    byId("batch-status").textContent = `${done} of ${counted(texts.length, "row")}`;
  };
  const waiting = ({ status, code }) => {
    byId("batch-status").textContent = `The server is busy (${status} ${code}): asking again`;
  };
  progress(0);
  try {
    const tasks = chosen.map((task) => [task, endpoints.get(task)]);
    await decideAll(texts, found, tasks, { signal: mine.signal, progress, waiting });
  } catch (error) {
    trouble = error.name === "AbortError" ? "Cancelled." : `Stopped: ${error}`;
  }
  if (running !== mine) return; // another file was chosen meanwhile
  running = null;
  busy(false);
  finish({ table, texts, chosen, found, done, trouble, seconds: (performance.now() - started) / 1000 });
}

function busy(on) {
  for (const field of byId("batch-form").querySelectorAll("input, select, #run")) field.disabled = on;
  byId("cancel").hidden = !on;
  byId("progress").hidden = !on;
  if (on) byId("cancel").focus();
}

function finish({ table, texts, chosen, found, done, trouble, seconds }) {
  const failed = found.map((row, n) => (row?.error ? { row: n + 1, error: row.error } : null)).filter(Boolean);
  const decided = done - failed.length;
  const { columns, added } = columnsOf(table, chosen, found);
  result = decided || failed.length === texts.length ? { table, columns, added } : null;
  byId("download").hidden = result === null;
  if (result) {
    byId("download").textContent = `Download ${outputName()}`;
    byId("download").focus();
  }
  const speed = decided && seconds > 1 ? ` (${Math.round(decided / seconds)} a second)` : "";
  const told = [`${counted(decided, "row")} decided in ${seconds.toFixed(1)} s${speed}`];
  if (failed.length) told.push(`${counted(failed.length, "row")} with an error`);
  if (done < texts.length) told.push(`${counted(texts.length - done, "row")} not decided`);
  byId("batch-status").textContent = `${told.join(", ")}.`;
  say(byId("batch-error"), trouble);
  byId("batch-summary").replaceChildren(
    errors(failed),
    el("div", { class: "cards" }, ...(decided ? chosen.map((task) => distribution(task, found)) : [])),
  );
}

/** What went wrong, and in which rows; the first are named. */
function errors(failed) {
  if (!failed.length) return "";
  const rows = new Map(failed.map(({ error }) => [error, []]));
  for (const { row, error } of failed) rows.get(error).push(row);
  const line = ([error, numbers]) => {
    const named =
      numbers.slice(0, NAMED).join(", ") + (numbers.length > NAMED ? ` and ${numbers.length - NAMED} more` : "");
    return el("li", {}, el("strong", {}, `${numbers.length === 1 ? "Row" : "Rows"} ${named}: `), error);
  };
  const shown = [...rows].slice(0, NAMED).map(line);
  if (rows.size > NAMED) shown.push(el("li", {}, "and others: each row's stands in the downloaded file"));
  return el("ul", { class: "errors", "aria-label": "Rows with an error" }, ...shown);
}

function distribution(task, found) {
  const rows = found.map((row) => row?.decisions?.[task]).filter(Boolean);
  const counts = new Map();
  for (const { category } of rows) counts.set(category, (counts.get(category) ?? 0) + 1);
  const unsure = rows.filter((row) => row.abstained).length;
  const bars = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([category, n]) =>
      el(
        "li",
        {},
        el("span", { class: "name" }, spoken(task, category)),
        bar(n / rows.length),
        el("span", { class: "figure" }, String(n)),
      ),
    );
  return el(
    "article",
    { class: "card", "data-task": task },
    el("h2", {}, title(task)),
    el("ul", { class: "bars" }, ...bars),
    el("p", { class: "hint foot" }, `not sure of ${counted(unsure, "row")} (${percent(unsure / rows.length)})`),
  );
}

/** The columns that are added, by names that the file does not use yet, and their values for each row. */
function columnsOf(table, chosen, found) {
  const taken = new Set(table.taken);
  const columns = [];
  const column = (wanted, value) => {
    let name = wanted;
    for (let n = 2; taken.has(name); n += 1) name = `${wanted}_${n}`;
    taken.add(name);
    columns.push({ name, value });
  };
  for (const task of chosen) {
    const of = (read) => (row) => (row?.decisions?.[task] ? read(row.decisions[task]) : null);
    column(
      task,
      of((one) => one.category),
    );
    column(
      `${task}_confidence`,
      of((one) => Number(one.confidence.toFixed(6))),
    );
    column(
      `${task}_abstained`,
      of((one) => one.abstained),
    );
    if (found.some((row) => row?.decisions?.[task]?.entities))
      column(
        `${task}_entities`,
        of((one) => one.entities.map(entity)),
      );
  }
  column("truncated", (row) => (row?.decisions ? chosen.some((task) => row.decisions[task].truncated) : null));
  column("error", (row) => row?.error ?? (row?.decisions ? null : "not decided"));
  const added = found.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
  return { columns: columns.map(({ name }) => name), added };
}

/** Positions count characters (code points), as the API does. */
const entity = ({ type, start_position: start, end_position: end, confidence }) => ({
  type,
  start,
  end,
  confidence: Number(confidence.toFixed(6)),
});

function outputName() {
  const [, stem, ending] = /^(.*?)(\.[^.]*)?$/s.exec(file.name);
  return `${stem}.decided${ending ?? (result.table.format === "csv" ? ".csv" : ".jsonl")}`;
}

function download() {
  const { table, columns, added } = result;
  const kind = table.format === "csv" ? "text/csv" : "application/x-ndjson";
  const address = URL.createObjectURL(new Blob([table.write(added, columns)], { type: `${kind};charset=utf-8` }));
  el("a", { href: address, download: outputName() }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
