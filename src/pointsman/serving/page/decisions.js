// What the API's answers say, in one form for all tasks, and the names that people know tasks by.

const TITLES = {
  domain: "Domain",
  intent: "Tool intent",
  jailbreak: "Jailbreak",
  modality: "Modality",
  pii: "Personal data",
  safety: "Safety",
};

const LABELS = { AR: "text", DIFFUSION: "image", BOTH: "text and image" };

/** What a task is called on the page. */
export const title = (task) => TITLES[task] ?? task.replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase());

/** What a label is called, where its own name says little. */
export const spoken = (task, label) =>
  task === "modality" && LABELS[label] ? LABELS[label] : label.replaceAll("_", " ");

/** One task's answer to a request with `return_probabilities`.
 *
 * `entities` is null but for token tasks, `block` null where nothing is blocked or allowed. */
export function decision(task, body) {
  return {
    task,
    label: body.label,
    probability: body.probabilities[body.label],
    probabilities: body.probabilities,
    threshold: body.threshold,
    margin: body.margin,
    abstained: body.abstained,
    truncated: body.truncated,
    tools: body.tools ?? [],
    block: "is_jailbreak" in body ? body.recommendation === "block" : null,
    entities: body.entities ?? null,
    masked: body.masked_text ?? null,
  };
}
