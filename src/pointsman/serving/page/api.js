// Asks the server this page came from. Knows the error body, Retry-After and the API key; no endpoint by name.

import { byId } from "./dom.js";

const KEY = "pointsman-api-key";

/** An answer that is an error, or none at all (status 0). */
export class Failure extends Error {
  constructor(status, code, message, retryAfter = null, requestId = null) {
    super(message);
    Object.assign(this, { status, code, retryAfter, requestId });
  }

  /** One line for people. */
  toString() {
    const told = this.status ? `${this.message} (${this.status} ${this.code})` : this.message;
    return this.status >= 500 && this.requestId ? `${told}, request ${this.requestId}` : told;
  }
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

/** Ask; returns the JSON. A body makes it a POST. Raises Failure, or AbortError when `signal` says so. */
export async function ask(path, { body, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (hasKey()) headers.Authorization = `Bearer ${sessionStorage.getItem(KEY)}`;
  const init = { headers, signal, cache: "no-store", credentials: "same-origin" };
  if (body !== undefined) Object.assign(init, { method: "POST", body: JSON.stringify(body) });
  let answer;
  let text;
  try {
    answer = await fetch(path, init);
    text = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0, "", "The server cannot be reached. Is it still running?");
  }
  let content = null;
  try {
    content = JSON.parse(text);
  } catch {
    // told below: an error without a body, or an answer that is none
  }
  if (answer.ok && content !== null) return content;
  if (answer.status === 401) askForKey();
  const { code = "NO_JSON", message = `The server answered ${answer.status} without saying why` } =
    content?.error ?? {};
  const seconds = Number.parseFloat(answer.headers.get("Retry-After"));
  throw new Failure(
    answer.status,
    code,
    message,
    Number.isNaN(seconds) ? null : seconds,
    answer.headers.get("X-Request-Id"),
  );
}

function askForKey() {
  sessionStorage.removeItem(KEY);
  byId("key-form").hidden = false;
  byId("key").focus();
}

/** Call `again` whenever a key was typed. */
export function onKey(again) {
  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const given = byId("key").value.trim();
    if (!given) return;
    sessionStorage.setItem(KEY, given);
    byId("key").value = "";
    byId("key-form").hidden = true;
    again();
  });
}

/** The command that asks the same from a shell; the key stays out of it. */
export function curl(path, body) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl -s ${quoted(new URL(path, document.baseURI).href)}`, "-H 'Content-Type: application/json'"];
  if (hasKey()) lines.push('-H "Authorization: Bearer $POINTSMAN_API_KEY"');
  lines.push(`-d ${quoted(JSON.stringify(body))}`);
  return lines.join(" \\\n  ");
}
