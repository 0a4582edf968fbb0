// Reads CSV and JSONL files, and writes the same rows back with columns added. Knows no server and no page.
//
// A table is {names, rows, write}: the columns a text can stand in; `rows[n](name)` gives a field's text, or null where
// there is none; `write(added, columns)` the file with more columns, `added[n][column]` their values.

/** What is wrong with a file, in one line. */
export class FileError extends Error {}

/** Read bytes as a table; the name tells the format where its end does. */
export function read(name, bytes) {
  const { text, mark } = decode(bytes);
  if (!text.trim()) throw new FileError(`${name} is empty`);
  const lines =
    /\.(jsonl|ndjson|json)$/i.test(name) || (!/\.(csv|tsv)$/i.test(name) && text.trimStart().startsWith("{"));
  return lines ? readJsonl(name, text, mark) : readCsv(name, text, mark);
}

function decode(bytes) {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith("\ufeff") ? { text: text.slice(1), mark: "\ufeff" } : { text, mark: "" };
  } catch {
    throw new FileError(`not ${encoding.toUpperCase()}: save the file as UTF-8`);
  }
}

// CSV as RFC 4180 has it: quotes double inside quotes, fields may hold line ends. The separator is the one of , ; tab
// that the header line has most of; line ends, separator and byte order mark are written as they were read.

function readCsv(name, text, mark) {
  const separator = likelySeparator(text);
  const records = parseCsv(text, separator);
  const [header, ...body] = records;
  for (const record of body) {
    if (record.fields.length > header.fields.length) {
      const [found, named] = [record.fields.length, header.fields.length];
      throw new FileError(
        `${name}, line ${record.line}: ${found} fields, but the header names ${named}: quote what holds separators`,
      );
    }
  }
  const rows = body.map(
    ({ fields }) =>
      (column) =>
        fields[header.fields.indexOf(column)] ?? null,
  );
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  return {
    format: "csv",
    names: [...new Set(header.fields)],
    taken: header.fields,
    rows,
    write(added, columns) {
      const width = header.fields.length;
      const out = [writeRecord([...header.fields, ...columns], separator)];
      body.forEach(({ fields }, n) => {
        const padded = [...fields, ...Array(width - fields.length).fill("")];
        out.push(writeRecord([...padded, ...columns.map((column) => plain(added[n]?.[column]))], separator));
      });
      return mark + out.map((record) => record + end).join("");
    },
  };
}

function likelySeparator(text) {
  const counts = new Map([",", ";", "\t"].map((separator) => [separator, 0]));
  let quoted = false;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    else if (!quoted && (c === "\n" || c === "\r")) break;
    else if (!quoted && counts.has(c)) counts.set(c, counts.get(c) + 1);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** Split CSV into [{line, fields}]; lines with nothing on them are left out. */
export function parseCsv(text, separator = ",") {
  const records = [];
  let fields = [];
  let field = "";
  let line = 1;
  let start = 1;
  let at = 0;
  let quoted = false; // was any part of this record in quotes?
  const close = () => {
    fields.push(field);
    if (fields.length > 1 || field !== "" || quoted) records.push({ line: start, fields });
    [fields, field, quoted, start] = [[], "", false, line];
  };
  while (at < text.length) {
    const c = text[at];
    if (c === '"' && field === "") {
      quoted = true;
      const opened = line;
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new FileError(`line ${opened}: a quote is opened and never closed`);
        if (text[at] === '"') {
          if (text[at + 1] !== '"') break;
          at += 1;
        } else if (text[at] === "\n") line += 1;
        field += text[at];
      }
    } else if (c === separator) {
      fields.push(field);
      field = "";
    } else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[at + 1] === "\n") at += 1;
      line += 1;
      close();
    } else field += c;
    at += 1;
  }
  if (field !== "" || fields.length || quoted) close();
  return records;
}

function writeRecord(fields, separator) {
  const quote = (field) => /["\r\n]/.test(field) || field.includes(separator) || (field === "" && fields.length === 1);
  return fields.map((field) => (quote(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(separator);
}

const plain = (value) =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

// JSONL: an object on each line. What was read is written back letter for letter, the added fields before its last
// brace: numbers that JavaScript would round stay as they are.

function readJsonl(name, text, mark) {
  const lines = [];
  text.split(/\r?\n/).forEach((line, n) => {
    if (!line.trim()) return;
    let row;
    try {
      row = JSON.parse(line);
    } catch {
      throw new FileError(`${name}, line ${n + 1}: no JSON; JSONL has one object on each line`);
    }
    if (row === null || typeof row !== "object" || Array.isArray(row)) {
      throw new FileError(`${name}, line ${n + 1}: no JSON object; JSONL has one object on each line`);
    }
    lines.push({ line: line.trim(), row });
  });
  const names = new Set(lines.flatMap(({ row }) => Object.keys(row).filter((key) => typeof row[key] === "string")));
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  return {
    format: "jsonl",
    names: [...names],
    taken: [...new Set(lines.flatMap(({ row }) => Object.keys(row)))],
    rows: lines.map(
      ({ row }) =>
        (column) =>
          typeof row[column] === "string" ? row[column] : null,
    ),
    write(added, columns) {
      const out = lines.map(({ line, row }, n) => {
        const more = Object.fromEntries(columns.map((column) => [column, added[n]?.[column] ?? null]));
        const comma = Object.keys(row).length && columns.length ? "," : "";
        return line.slice(0, -1).trimEnd() + comma + JSON.stringify(more).slice(1);
      });
      return mark + out.map((line) => line + end).join("");
    },
  };
}
