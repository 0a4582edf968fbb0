// Has many texts decided by the API's batch, in parts. Knows no file and no page.

import { ask } from "./api.js";

const PATH = "api/v1/classify/batch";
const TEXTS = 32; // in a request
const CHARACTERS = 200_000; // in a request, about
const TRIES = 8; // of a request that the server is too busy for

/** Decide texts, a part at a time.
 *
 * `found` has a place for each text; where it holds null, {decisions} or {error} is put: a text that the server refuses
 * has an error of its own, anything else that goes wrong ends it all. `tasks` are [name, what the API calls it].
 * `progress(n)` is told that n more are done, `waiting(failure)` that the server is too busy and is asked again. */
export async function decideAll(texts, found, tasks, { signal, progress, waiting }) {
  const single = tasks.length === 1;

  /** Of each text its decisions by task: one task is asked for by its name, several as all. */
  async function request(places) {
    const given = places.map((n) => texts[n]);
    const body = { texts: given, task_type: single ? tasks[0][1] : "all", options: { return_positions: true } };
    const { results } = await ask(PATH, { body, signal });
    return results.map((row) => ({ decisions: single ? { [tasks[0][0]]: row } : row }));
  }

  async function patient(places) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await request(places);
      } catch (error) {
        const busy = [429, 503].includes(error.status) && error.code !== "TASK_NOT_LOADED";
        if (!busy || tries === TRIES) throw error;
        waiting(error);
        await pause(1000 * (error.retryAfter ?? 1), signal);
      }
    }
  }

  /** What the server refuses as a whole is halved, down to the text that it means. */
  async function decide(places) {
    let rows;
    try {
      rows = await patient(places);
    } catch (error) {
      if (error.code !== "INVALID_INPUT" && error.status !== 413) throw error;
      if (places.length > 1) {
        const middle = places.length >> 1;
        await decide(places.slice(0, middle));
        await decide(places.slice(middle));
        return;
      }
      rows = [{ error: error.message }];
    }
    places.forEach((n, at) => (found[n] = rows[at]));
    progress(places.length);
  }

  for (const places of parts(texts, found)) await decide(places);
}

/** Places of the texts that go together. */
function* parts(texts, found) {
  let places = [];
  let characters = 0;
  for (const [n, text] of texts.entries()) {
    if (found[n]) continue;
    if (places.length === TEXTS || (places.length && characters + text.length > CHARACTERS)) {
      yield places;
      [places, characters] = [[], 0];
    }
    places.push(n);
    characters += text.length;
  }
  if (places.length) yield places;
}

const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
