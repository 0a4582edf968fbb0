// The Models tab: what is loaded, how good it was on its test rows, and what exactly it is.

import { ask } from "./api.js";
import { title } from "./decisions.js";
import { bar, byId, counted, el, percent, say } from "./dom.js";

const NAMES = {
  accuracy: "Accuracy",
  macro_f1: "Macro F1",
  weighted_f1: "Weighted F1",
  f1: "F1",
  precision: "Precision",
  recall: "Recall",
  ece: "Calibration error",
};

/** Ask for the models and show them; returns them, or null where that failed. */
export async function load() {
  try {
    const told = await ask("info/models");
    say(byId("models-error"), "");
    show(told);
    return told.models;
  } catch (error) {
    say(byId("models-error"), String(error));
    say(byId("models-system"), "");
    byId("models-list").replaceChildren();
    return null;
  }
}

function show({ models, system, ...all }) {
  const loaded = new Date(all.loaded_at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const told = [
    `${counted(models.length, "task")} loaded ${loaded}`,
    `Pointsman ${system.version}`,
    counted(system.cores, "core"),
  ];
  say(byId("models-system"), told.join(" · "));
  byId("models-list").replaceChildren(...models.map(card));
}

const words = (name) => NAMES[name] ?? name.replaceAll("_", " ");

function card(model) {
  const types = model.labels.filter((label) => label.startsWith("B-")).map((label) => label.slice(2));
  const token = model.kind === "token";
  const labels = token ? types : model.labels;
  const chips = labels.map((label) => el("code", { class: "chip" }, label));
  return el(
    "article",
    { class: "card", "data-model": model.task },
    el("h2", {}, title(model.task), " ", el("code", { class: "hint" }, model.task)),
    metrics(model),
    perClass(model.metrics.per_class),
    el(
      "details",
      {},
      el("summary", {}, token ? counted(types.length, "entity type") : counted(labels.length, "label")),
      el("p", { class: "chips" }, ...chips),
    ),
    facts(model),
  );
}

/** The figures of the test rows, the one that is quoted first on top. */
function metrics({ metrics: told, primary_metric: primary }) {
  const intervals = told.intervals ?? {};
  const rows = Object.entries(told)
    .filter(([name, value]) => typeof value === "number" && name !== "n")
    .sort(([a], [b]) => (b === primary) - (a === primary));
  if (!rows.length) return el("p", { class: "hint" }, "No figures were recorded for it.");
  return el(
    "table",
    { class: "metrics" },
    el(
      "caption",
      { class: "hint" },
      `On ${counted(told.n ?? 0, "row")} of the ${told.split ?? "test"} split, 95 % intervals`,
    ),
    ...rows.map(([name, value]) =>
      el(
        "tr",
        {},
        el("th", { scope: "row", class: name === primary ? "first" : null }, words(name)),
        el("td", { class: "figure" }, value.toFixed(3)),
        el("td", { class: "interval" }, intervals[name] ? range(intervals[name]) : ""),
        el("td", { class: "plot" }, name === "ece" ? "" : plot(value, intervals[name])),
      ),
    ),
  );
}

/** A bar to the figure, and over it where the interval lies. */
function plot(value, interval) {
  const track = bar(value, null, false);
  if (!interval) return track;
  const whisker = el("span", { class: "whisker" });
  whisker.style.left = `${100 * interval[0]}%`;
  whisker.style.width = `${100 * (interval[1] - interval[0])}%`;
  track.append(whisker);
  return track;
}

const range = ([low, high]) => `${low.toFixed(3)} – ${high.toFixed(3)}`;

function perClass(classes) {
  if (!classes) return null;
  const columns = ["precision", "recall", "f1", "support"];
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, "Label"),
    ...columns.map((name) => el("th", { scope: "col" }, words(name))),
  );
  const rows = Object.entries(classes).map(([label, row]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, label),
      ...columns.map((name) =>
        el("td", { class: "figure" }, name === "support" ? String(row[name]) : row[name].toFixed(2)),
      ),
    ),
  );
  return el(
    "details",
    {},
    el("summary", {}, "Figures by label"),
    el("div", { class: "scroll" }, el("table", { class: "grid" }, head, ...rows)),
  );
}

function facts(model) {
  const told = [
    ["Backbone", model.backbone],
    ["Form", [model.form, model.precision].filter(Boolean).join(", ")],
    ["Threshold", typeof model.threshold === "number" ? percent(model.threshold) : null],
    ["Temperature", model.temperature?.toFixed(3)],
    ["Reads", model.max_length ? `${model.max_length} tokens` : null],
    ["LoRA rank", model.rank],
    ["Folder", model.path],
    ["Endpoint", el("code", {}, `/api/v1/classify/${model.endpoint}`)],
    ["Digest", model.digest ? el("code", { class: "digest" }, model.digest) : null],
  ];
  const shown = told.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el(
    "dl",
    { class: "facts" },
    ...shown.flatMap(([name, value]) => [
      el("dt", {}, name),
      el("dd", {}, value instanceof Node ? value : String(value)),
    ]),
  );
}
