// JSON whose numbers stay what they are: 9223372036854775807 and 1.0 are kept as they were written.

export class Exact {
  constructor(source) {
    this.source = source;
  }

  toString() {
    return this.source;
  }
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function kept(key, value, context) {
  return typeof value === "number" && String(value) !== context.source ? new Exact(context.source) : value;
}

export function parse(text) {
  return JSON.parse(text, kept);
}

export function stringify(value, indent = 0, depth = 0) {
  if (value instanceof Exact) return value.source;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const line = indent ? "\n" + " ".repeat(indent * (depth + 1)) : "";
  const end = indent ? "\n" + " ".repeat(indent * depth) : "";
  const inner = (one) => stringify(one, indent, depth + 1);
  const parts = Array.isArray(value)
    ? value.map(inner)
    : Object.entries(value).map(([key, one]) => JSON.stringify(key) + (indent ? ": " : ":") + inner(one));
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return parts.length ? open + line + parts.join("," + line) + end + close : open + close;
}

export function isNumber(value) {
  return typeof value === "number" || value instanceof Exact;
}

export function isNumberText(text) {
  return NUMBER.test(text);
}

// Exact for whole numbers, for balances and progress.
export function toBigInt(value) {
  return BigInt(String(value));
}
