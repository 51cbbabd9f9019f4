// A value as people read it: JSON unfolded, and copyable.

import { h } from "./dom.js";
import { isNumber, stringify } from "./exact.js";
import { note } from "./notes.js";
import { t } from "./words.js";

const OPEN_DEPTH = 3;
const LONG = 60;

export function shown(value) {
  if (value === null || value === undefined) return h("span", { class: "null" }, "null");
  if (typeof value === "object" && !isNumber(value)) return tree(value, 0);
  return atom(value);
}

function atom(value) {
  if (isNumber(value)) return h("span", { class: "number" }, String(value));
  if (typeof value === "boolean") return h("span", { class: "boolean" }, String(value));
  if (value === null) return h("span", { class: "null" }, "null");
  return h("span", { class: "string" }, JSON.stringify(value));
}

function tree(value, depth) {
  if (value === null || typeof value !== "object" || isNumber(value)) return atom(value);
  const entries = Object.entries(value);
  const isArray = Array.isArray(value);
  if (!entries.length) return h("span", { class: "mark" }, isArray ? "[]" : "{}");
  const flat = entries.every(([, one]) => one === null || typeof one !== "object" || isNumber(one));
  if (flat && stringify(value, 0).length <= LONG && depth) return inline(entries, isArray);
  const items = entries.map(([key, one]) =>
    h("li", {}, isArray ? null : [h("span", { class: "key" }, key), h("span", { class: "mark" }, ": ")], tree(one, depth + 1)),
  );
  return h(
    "details",
    { class: "tree", open: depth < OPEN_DEPTH && entries.length <= 50 },
    h("summary", {}, h("span", { class: "mark" }, isArray ? `[ ${entries.length} ]` : `{ ${entries.length} }`)),
    h("ul", {}, items),
  );
}

function inline(entries, isArray) {
  const parts = entries.map(([key, one], at) => [
    at ? h("span", { class: "mark" }, ", ") : null,
    isArray ? null : [h("span", { class: "key" }, key), h("span", { class: "mark" }, ": ")],
    atom(one),
  ]);
  const [open, close] = isArray ? "[]" : "{}";
  return h("span", {}, h("span", { class: "mark" }, open), parts, h("span", { class: "mark" }, close));
}

// One line, for a cell of a table.
export function brief(value) {
  const text = stringify(value);
  return text.length > 90 ? `${text.slice(0, 88)}…` : text;
}

export function copyButton(value, label) {
  const copied = async () => {
    await navigator.clipboard.writeText(typeof value === "string" ? value : stringify(value, 2));
    note(t("copied"));
  };
  return h("button", { type: "button", class: "quiet", onclick: copied, "aria-label": label }, t("copy"));
}
