// Answers texts through @huggingface/transformers: its own tokenizer, its own model classes, onnxruntime-node.
//
// Reads JSON lines on standard input, writes one JSON line for each on standard output.
// First line: {folder, graph, dtype, output, kind, maxLength, threads}. `output` null: a graph of one task, loaded by the
// library's Auto… class for `kind` ("sequence" or "token"); else the output of this name, of a bundle's graph.
// Then any number of {texts, run, batch, extra, left}; the answer has for each text `ids`, `cut` (its end was cut off) and
// `own` (the library's own truncation gives the same ids) and, where `run`, `shape` and `data` (base64 of float32) of the
// logits of its tokens without padding. An answer {error} says what went wrong.

import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
const oneLine = (error) => String(error?.message ?? error).replace(/\s+/g, " ").slice(0, 300);

// The library's own truncation slices the finished row, so that the closing token is lost. Rows are cut as the tokenizers
// library of Rust and Python cuts them: the text's tokens are shortened, the special tokens around them stay.
function cut(tokenizer, text, maxLength) {
  const ids = tokenizer(text, { return_tensor: false }).input_ids;
  if (ids.length <= maxLength) return { ids, cut: false, own: true };
  const body = tokenizer(text, { return_tensor: false, add_special_tokens: false }).input_ids;
  let head = 0;
  while (head < ids.length - body.length && ids[head] !== body[0]) head += 1;
  const tail = ids.length - body.length - head;
  const kept = [...ids.slice(0, maxLength - tail), ...(tail ? ids.slice(-tail) : [])];
  const own = tokenizer(text, { return_tensor: false, truncation: true, max_length: maxLength }).input_ids;
  return { ids: kept, cut: true, own: own.length === kept.length && own.every((id, i) => id === kept[i]) };
}

// Padded by the library where it cuts nothing off; by hand where a row had to be cut by hand.
function batched(tokenizer, texts, rows, width, left) {
  if (!rows.some((row) => row.cut)) {
    tokenizer.padding_side = left ? "left" : "right";
    const given = tokenizer(texts, { padding: "max_length", truncation: true, max_length: width });
    return { ids: given.input_ids.data, mask: given.attention_mask.data };
  }
  const ids = new BigInt64Array(rows.length * width).fill(BigInt(tokenizer.pad_token_id ?? 0));
  const mask = new BigInt64Array(rows.length * width);
  rows.forEach((row, number) => {
    const start = number * width + (left ? width - row.ids.length : 0);
    row.ids.forEach((id, i) => {
      ids[start + i] = BigInt(id);
      mask[start + i] = 1n;
    });
  });
  return { ids, mask };
}

async function load(setup) {
  const { AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer, Tensor, env } =
    await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = dirname(setup.folder);
  const name = basename(setup.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const options = { intraOpNumThreads: setup.threads, interOpNumThreads: 1, logSeverityLevel: 4 };
  if (setup.output === null) {
    const Model = setup.kind === "token" ? AutoModelForTokenClassification : AutoModelForSequenceClassification;
    const model = await Model.from_pretrained(name, { dtype: setup.dtype, session_options: options });
    const forward = async (ids, mask, shape) => {
      const input_ids = new Tensor("int64", ids, shape);
      return (await model({ input_ids, attention_mask: new Tensor("int64", mask, shape) })).logits;
    };
    return { tokenizer, forward };
  }
  const ort = await import("onnxruntime-node");
  const session = await ort.InferenceSession.create(join(setup.folder, setup.graph), options);
  const forward = async (ids, mask, shape) => {
    const feeds = {
      input_ids: new ort.Tensor("int64", ids, shape),
      attention_mask: new ort.Tensor("int64", mask, shape),
    };
    return (await session.run(feeds, [setup.output]))[setup.output];
  };
  return { tokenizer, forward };
}

async function answer({ tokenizer, forward }, setup, { texts, run, batch, extra, left }) {
  const rows = texts.map((text) => cut(tokenizer, text, setup.maxLength));
  for (let at = 0; run && at < rows.length; at += batch) {
    const part = rows.slice(at, at + batch);
    const widest = Math.max(...part.map((row) => row.ids.length));
    const width = Math.max(widest, Math.min(widest + extra, setup.maxLength));
    const { ids, mask } = batched(tokenizer, texts.slice(at, at + batch), part, width, left);
    const logits = await forward(ids, mask, [part.length, width]);
    if (logits.type !== "float32") throw new Error(`the output is ${logits.type}, expected float32`);
    const classes = logits.dims.at(-1);
    part.forEach((row, number) => {
      const first = setup.kind === "token" ? number * width + (left ? width - row.ids.length : 0) : number;
      const count = setup.kind === "token" ? row.ids.length : 1;
      const own = logits.data.slice(first * classes, (first + count) * classes);
      row.shape = [count, classes];
      row.data = Buffer.from(own.buffer).toString("base64");
    });
  }
  return { rows };
}

let setup = null;
let loaded = null;
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const request = JSON.parse(line);
    if (setup === null) {
      setup = request;
      loaded = await load(setup);
      const own = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf-8")).dependencies;
      say({ node: process.version, packages: own });
    } else {
      say(await answer(loaded, setup, request));
    }
  } catch (error) {
    say({ error: oneLine(error), code: error?.code ?? null });
    if (loaded === null) process.exit(1);
  }
}
