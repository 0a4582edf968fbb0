// The API reference: /openapi.json made readable. Knows OpenAPI 3.1 and no endpoint by name.

import { ask, onKey } from "./api.js";
import { byId, code, el, prose, say } from "./dom.js";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const DEEPEST = 6; // schemas inside schemas

let known = {};

/** What a `$ref` stands for; its other fields win. */
function resolve(schema) {
  if (!schema?.$ref) return schema ?? {};
  const { $ref, ...beside } = schema;
  const parts = $ref
    .replace(/^#\//, "")
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
  return { ...resolve(parts.reduce((at, part) => at?.[part], known)), ...beside };
}

async function load() {
  try {
    known = await ask("openapi.json");
  } catch (error) {
    say(byId("docs-error"), String(error));
    byId("reference").replaceChildren();
    return;
  }
  say(byId("docs-error"), "");
  const operations = Object.entries(known.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(resolve);
      return { path, method, ...item[method], parameters, id: `${method}-${path.replace(/[^a-z0-9]+/gi, "-")}` };
    }),
  );
  contents(operations);
  byId("reference").replaceChildren(head(), ...operations.map(operation));
  if (location.hash) byId(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function contents(operations) {
  const groups = new Map();
  for (const one of operations) groups.set(group(one), [...(groups.get(group(one)) ?? []), one]);
  byId("contents").replaceChildren(
    ...[...groups]
      .flatMap(([name, members]) => [
        name ? el("h2", {}, name) : null,
        el("ul", {}, ...members.map((one) => el("li", {}, el("a", { href: `#${one.id}` }, one.path)))),
      ])
      .filter(Boolean),
  );
}

const group = (operation) => operation.tags?.[0] ?? "";

function head() {
  const { title = "API", version = "", description = "" } = known.info ?? {};
  return el("header", {}, el("h1", {}, title, " ", el("span", { class: "hint" }, version)), ...said(description));
}

const said = (text) =>
  text
    ? text
        .trim()
        .split(/\n\s*\n/)
        .map((part) => el("p", { class: "said" }, ...prose(part)))
    : [];

function operation(one) {
  return el(
    "section",
    { class: "operation", id: one.id, "aria-label": `${one.method.toUpperCase()} ${one.path}` },
    el("h2", {}, el("span", { class: `method ${one.method}` }, one.method.toUpperCase()), el("code", {}, one.path)),
    ...said([one.summary, one.description].filter(Boolean).join("\n\n")),
    ...parameters(one.parameters),
    ...request(one),
    ...responses(one.responses ?? {}),
  );
}

function parameters(list) {
  if (!list.length) return [];
  const rows = list.map(({ name, in: place, schema, required, description }) => ({
    name,
    place,
    schema: resolve(schema),
    required,
    description,
  }));
  const cells = ({ name, place, schema, required, description }) => [
    el("th", { scope: "row" }, el("code", {}, name), required ? el("span", { class: "hint" }, " required") : null),
    el("td", {}, `${place}, ${kind(schema)}`),
    el("td", {}, ...prose(description ?? schema.description ?? ""), ...bounds(schema)),
  ];
  return [
    el("h3", {}, "Parameters"),
    grid(
      ["Name", "Where", "Meaning"],
      rows.map((row) => el("tr", {}, ...cells(row))),
    ),
  ];
}

function grid(heads, rows) {
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": heads.join(", ") },
    el("table", { class: "grid" }, el("tr", {}, ...heads.map((name) => el("th", { scope: "col" }, name))), ...rows),
  );
}

function request({ requestBody, path, method }) {
  if (!requestBody) return [];
  const { content = {}, required } = resolve(requestBody);
  return Object.entries(content).flatMap(([type, media]) => [
    el("h3", {}, "Request ", el("span", { class: "hint" }, type + (required ? "" : ", may be left out"))),
    ...fields(media.schema),
    ...examples(media).map(([name, value]) => {
      const quoted = JSON.stringify(value).replaceAll("'", "'\\''");
      const address = new URL(path.replace(/^\//, ""), document.baseURI).href
        .replaceAll("%7B", "{")
        .replaceAll("%7D", "}");
      return code(
        name ? `curl: ${name}` : "curl",
        `curl -s -X ${method.toUpperCase()} '${address}' \\\n  -H 'Content-Type: ${type}' \\\n  -d '${quoted}'`,
      );
    }),
  ]);
}

function examples(media) {
  if (media.examples)
    return Object.entries(media.examples).map(([name, example]) => [
      resolve(example).summary ?? name,
      resolve(example).value,
    ]);
  if (media.example !== undefined) return [["", media.example]];
  const schema = resolve(media.schema);
  if (schema.examples?.length) return [["", schema.examples[0]]];
  return schema.example === undefined ? [] : [["", schema.example]];
}

function responses(all) {
  const blocks = [];
  const errors = [];
  for (const [status, given] of Object.entries(all)) {
    const { description = "", content = {} } = resolve(given);
    if (!/^[2]/.test(status)) {
      errors.push(el("li", {}, el("strong", {}, status), " ", ...prose(description)));
      continue;
    }
    for (const [type, media] of Object.entries(content)) {
      blocks.push(
        el("h3", {}, `Response ${status} `, el("span", { class: "hint" }, type)),
        ...said(description),
        ...fields(media.schema),
      );
      for (const [name, value] of examples(media)) {
        blocks.push(code(name || "Example", typeof value === "string" ? value : JSON.stringify(value, null, 2)));
      }
    }
    if (!Object.keys(content).length) blocks.push(el("h3", {}, `Response ${status}`), ...said(description));
  }
  if (errors.length) blocks.push(el("h3", {}, "Errors"), el("ul", { class: "statuses" }, ...errors));
  return blocks;
}

const long = (values) => values.join(" | ").length > 32;

/** A schema in one word or two. */
function kind(given) {
  const schema = resolve(given);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum)
    return long(schema.enum)
      ? `one of ${schema.enum.length}`
      : schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return [...new Set(several.map(kind))].join(" | ");
  if (schema.allOf) return kind(schema.allOf[0]);
  const types = [schema.type ?? (schema.properties ? "object" : "any")].flat();
  return types.map((type) => (type === "array" ? `list of ${kind(schema.items)}` : type)).join(" | ");
}

function bounds(schema) {
  const told = [];
  if (schema.enum && long(schema.enum)) told.push(schema.enum.join(", "));
  if (schema.default !== undefined && schema.default !== null) told.push(`default ${JSON.stringify(schema.default)}`);
  const limits = {
    minimum: "at least",
    exclusiveMinimum: "more than",
    maximum: "at most",
    minLength: "length at least",
    maxLength: "length at most",
    minItems: "items at least",
    maxItems: "items at most",
  };
  for (const [name, words] of Object.entries(limits))
    if (schema[name] !== undefined) told.push(`${words} ${schema[name].toLocaleString("en")}`);
  return told.length ? [el("span", { class: "hint" }, ` ${told.join("; ")}`)] : [];
}

/** The fields of an object, those of objects inside it folded; of several forms each one. */
function fields(given, depth = 0) {
  const schema = resolve(given);
  if (depth > DEEPEST) return [];
  const several = schema.anyOf ?? schema.oneOf;
  if (several) {
    const inner = several.map(resolve).filter((form) => inside(form));
    if (inner.length < 2) return inner.flatMap((form) => fields(form, depth + 1));
    return inner.map((form, n) =>
      el(
        "details",
        { open: n === 0 && depth === 0 },
        el("summary", {}, form.title ?? `form ${n + 1}`),
        el("div", { class: "inner" }, ...fields(form, depth + 1)),
      ),
    );
  }
  if (schema.allOf) return schema.allOf.flatMap((form) => fields(form, depth + 1));
  if (schema.type === "array") return fields(schema.items, depth + 1);
  const rows = Object.entries(schema.properties ?? {});
  const others = schema.additionalProperties;
  if (others && typeof others === "object") rows.push(["<any name>", others]);
  if (!rows.length) return depth ? [] : [el("p", { class: "said" }, kind(schema))];
  return [
    grid(
      ["Field", "Type", "Meaning"],
      rows.map(([name, field]) => row(name, field, schema.required?.includes(name), depth)),
    ),
  ];
}

function row(name, given, required, depth) {
  const schema = resolve(given);
  const more = inside(schema) ? fields(schema, depth + 1) : [];
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, el("code", {}, name), required ? null : el("span", { class: "hint" }, " optional")),
    el("td", {}, kind(schema)),
    el(
      "td",
      {},
      ...prose(schema.description ?? ""),
      ...bounds(schema),
      more.length ? el("details", {}, el("summary", {}, "Its fields"), el("div", { class: "inner" }, ...more)) : null,
    ),
  );
}

/** Whether there are fields somewhere inside. */
function inside(given, depth = 0) {
  const schema = resolve(given);
  if (depth > DEEPEST) return false;
  if (
    schema.properties ||
    (schema.additionalProperties &&
      typeof schema.additionalProperties === "object" &&
      inside(schema.additionalProperties, depth + 1))
  )
    return true;
  const parts = [...(schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []), ...(schema.items ? [schema.items] : [])];
  return parts.some((part) => inside(part, depth + 1));
}

onKey(load);
load();
