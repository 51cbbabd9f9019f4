// The view of one table: filters below the heads, pages, JSON fields as columns, exports.

import { address, get } from "./api.js";
import { h, replace } from "./dom.js";
import { isNumber } from "./exact.js";
import { brief, shown } from "./value.js";
import { number, t, when } from "./words.js";

const SIZES = [50, 100, 500];
const PEOPLE = new Set(["user_id", "player_id", "src_user_id", "target_user_id"]);
const HIDDEN = new Set(["game"]);
const SUGGESTED = 12;

export default async function tables(page) {
  const kinds = await get(address("tables"));
  const name = kinds[page.rest[0]] ? page.rest[0] : "money";
  const state = new State(name, page.params);
  const listUrl = address(`tables/${name}`, state.query());
  const answer = await get(listUrl);
  const counted = h("span", { class: "quiet", "aria-live": "polite" });
  const again = async () => page.isShown() && (await refresh());

  const body = h("tbody");
  const pages = h("div", { class: "row", role: "navigation", "aria-label": t("pages") });
  let shownRows = answer.rows;

  async function refresh() {
    const fresh = await get(listUrl);
    shownRows = fresh.rows;
    fill(fresh);
    page.watch([listUrl], again);
  }

  const columns = Object.entries(answer.columns).filter(([column]) => !HIDDEN.has(column));
  function fill({ rows }) {
    replace(body, rows.length
      ? rows.map((row) => h("tr", {}, columns.map(([column, type]) => h("td", { class: kindOf(type) }, cell(column, type, row[column])))))
      : h("tr", {}, h("td", { colspan: columns.length, class: "quiet" }, t("no.rows"))));
    replace(pages, pager(state, rows.length));
  }
  fill(answer);

  const filters = columns.map(([column, type]) => h("td", {}, filter(column, type, state)));
  const heads = columns.map(([column, type]) => {
    const way = state.sort.find((one) => one.replace(/^-/, "") === column);
    const next = way === column ? `-${column}` : way ? "" : column;
    return h(
      "th",
      { scope: "col", class: kindOf(type), "aria-sort": way ? (way.startsWith("-") ? "descending" : "ascending") : null },
      h("a", { href: state.link({ sort: next ? [next] : [], offset: 0 }) }, column, h("span", { class: "way", "aria-hidden": "true" }, way ? (way.startsWith("-") ? " ↓" : " ↑") : "")),
    );
  });

  page.put([
    h("nav", { class: "kinds", "aria-label": t("tables") }, Object.keys(kinds).map((kind) => h("a", { href: `#/tables/${kind}`, "aria-current": kind === name ? "page" : null }, t(`kind.${kind}`)))),
    h("div", { class: "toolbar" },
      h("div", { class: "row" }, h("h2", {}, t(`kind.${name}`), h("code", { class: "quiet small" }, ` ${name}`)), counted),
      h("div", { class: "row" }, "value" in kinds[name] && kinds[name].value === "json" ? chooser(state, answer.rows, kinds[name]) : null, exports_(name, state))),
    state.isNarrowed() ? h("p", { class: "row chips" }, chips(state)) : null,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t(`kind.${name}`) },
      h("table", { class: "grid" }, h("caption", { class: "unseen" }, t(`kind.${name}`)), h("thead", {}, h("tr", {}, heads), h("tr", { class: "filters" }, filters)), body)),
    pages,
  ], [listUrl], again);
  if (page.params.get("at")) document.getElementById(`filter-${page.params.get("at")}`)?.focus();
  get(address(`tables/${name}`, { ...state.query(), sort: "", offset: "", limit: 0, count: 1 })).then(
    ({ count }) => { replace(counted, t("rows", { n: number(count) })); state.count = Number(count); replace(pages, pager(state, shownRows.length)); },
    () => {},
  );
}

class State {
  constructor(name, params) {
    this.name = name;
    this.where = {};
    for (const [key, value] of params) if (key.startsWith("where.")) (this.where[key.slice(6)] ??= []).push(value);
    this.sort = (params.get("sort") ?? "").split(",").filter(Boolean);
    this.fields = params.get("fields") ?? "";
    this.since = params.get("since") ?? "";
    this.until = params.get("until") ?? "";
    this.offset = Number(params.get("offset") ?? 0);
    this.limit = Number(params.get("limit") ?? 100);
    this.count = null;
  }

  isNarrowed() {
    return Object.keys(this.where).length > 0 || this.since || this.until || this.fields;
  }

  query(changed = {}) {
    const { where, sort, fields, since, until, offset, limit } = { ...this, ...changed };
    const query = Object.fromEntries(Object.entries(where).map(([column, values]) => [`where.${column}`, values]));
    return { ...query, sort: sort.join(","), fields, since, until, offset: offset || "", limit };
  }

  link(changed = {}, at = "") {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(this.query(changed))) for (const one of [value].flat()) if (one !== "") query.append(key, one);
    if (at) query.append("at", at);
    return `#/tables/${this.name}?${query}`;
  }
}

const kindOf = (type) => (type === "string" ? "text" : type);

function filter(column, type, state) {
  const value = (state.where[column] ?? []).join(", ");
  if (column === "updated") {
    return h("input", { id: "filter-updated", type: "text", placeholder: t("since"), "aria-label": `${t("since")}: updated`, value: state.since, onkeydown: (event) => keys(event, (text) => state.link({ since: text, offset: 0 }, column)) });
  }
  return h("input", {
    id: `filter-${column}`,
    type: "text",
    placeholder: type === "json" ? "null" : "=",
    "aria-label": t("filter", { column }),
    value,
    onkeydown: (event) => keys(event, (text) => {
      const where = { ...state.where };
      delete where[column];
      const values = ["string", "timestamp", "json"].includes(type) ? [text] : text.split(/[,\s]+/);
      if (text) where[column] = values.filter(Boolean);
      return state.link({ where, offset: 0 }, column);
    }),
  });
}

// Enter applies what is written, Escape takes it away.
function keys(event, link) {
  if (event.key === "Enter") location.hash = link(event.target.value.trim()).slice(1);
  if (event.key === "Escape") {
    event.target.value = "";
    location.hash = link("").slice(1);
  }
}

function cell(column, type, value) {
  if (value === null || value === undefined) return h("span", { class: "null", "aria-label": t("nothing") }, "–");
  if (PEOPLE.has(column)) return h("a", { href: `#/player/${value}` }, String(value));
  if (type === "timestamp") return h("time", { datetime: value, title: value }, when(value));
  if (type === "json" || typeof value === "object" && !isNumber(value)) return folded(value);
  return String(value);
}

function folded(value) {
  const text = brief(value);
  const inside = h("div");
  const details = h("details", { class: "cell" }, h("summary", {}, h("code", {}, text)), inside);
  details.addEventListener("toggle", () => details.open && replace(inside, shown(value)), { once: true });
  return details;
}

function chips(state) {
  const chip = (text, link) => h("a", { class: "chip", href: link, "aria-label": t("remove", { what: text }) }, text, " ×");
  return [
    ...Object.entries(state.where).map(([column, values]) => {
      const where = { ...state.where };
      delete where[column];
      return chip(`${column} = ${values.join(", ")}`, state.link({ where, offset: 0 }));
    }),
    state.since ? chip(`updated ≥ ${state.since}`, state.link({ since: "", offset: 0 })) : null,
    state.until ? chip(`updated < ${state.until}`, state.link({ until: "", offset: 0 })) : null,
    ...state.fields.split(",").filter(Boolean).map((one) => chip(one, state.link({ fields: state.fields.split(",").filter((other) => other !== one).join(",") }))),
  ];
}

// JSON fields of the rows that are seen, offered as columns.
function chooser(state, rows, columns) {
  const found = new Map();
  const look = (value, path, depth) => {
    for (const [key, one] of Object.entries(value ?? {})) {
      if (/[.,=#$[\]]/.test(key) || Array.isArray(one)) continue;
      const name = path ? `${path}.${key}` : key in columns ? `$.${key}` : key;
      if (one !== null && typeof one === "object" && !isNumber(one)) {
        if (depth < 3) look(one, name, depth + 1);
      } else if (one !== null) {
        found.set(name, typeof one === "boolean" ? "bool" : isNumber(one) ? (/^-?\d+$/.test(String(one)) ? found.get(name) ?? "int" : "float") : "str");
      }
    }
  };
  for (const row of rows) if (row.value !== null && typeof row.value === "object" && !Array.isArray(row.value)) look(row.value, "", 0);
  const chosen = new Set(state.fields.split(",").filter(Boolean).map((one) => one.split("=")[0]));
  const add = (text) => state.link({ fields: [...state.fields.split(",").filter(Boolean), text].join(",") });
  const offered = [...found].filter(([name]) => !chosen.has(name)).slice(0, SUGGESTED);
  const own = (event) => {
    event.preventDefault();
    const text = event.target.elements.field.value.trim();
    if (text) location.hash = add(text).slice(1);
  };
  return h(
    "details",
    { class: "menu" },
    h("summary", {}, t("fields")),
    h("div", {},
      h("ul", {}, offered.map(([name, type]) => h("li", {}, h("a", { href: add(`${name}=${type}`) }, name, h("span", { class: "quiet" }, ` ${type}`))))),
      h("form", { onsubmit: own }, h("label", { class: "unseen", for: "field" }, t("field.own")), h("input", { id: "field", name: "field", placeholder: "stats.level=int" }), h("button", {}, t("add")))),
  );
}

function exports_(name, state) {
  const link = (format) => address(`tables/${name}`, { ...state.query(), offset: "", limit: "", format });
  return ["csv", "json", "parquet"].map((format) => h("a", { class: "button", href: link(format), download: "", "aria-label": t("export", { format }) }, format.toUpperCase()));
}

function pager(state, length) {
  const { offset, limit, count } = state;
  const last = count === null ? null : Math.max(0, Math.floor((count - 1) / limit) * limit);
  const link = (to, text, label, possible) => (possible ? h("a", { class: "button", href: state.link({ offset: to }), "aria-label": label }, text) : h("span", { class: "button off", "aria-hidden": "true" }, text));
  const more = count === null ? length === limit : offset + length < count;
  return [
    link(0, "«", t("page.first"), offset > 0),
    link(Math.max(0, offset - limit), "‹", t("page.previous"), offset > 0),
    h("span", {}, length ? t("page.of", { from: number(offset + 1), to: number(offset + length) }) : ""),
    link(offset + limit, "›", t("page.next"), more),
    last === null ? null : link(last, "»", t("page.last"), more),
    h("label", { class: "quiet" }, t("page.size"), " ", h("select", { onchange: (event) => { location.hash = state.link({ limit: Number(event.target.value), offset: 0 }).slice(1); } }, SIZES.map((one) => h("option", { value: one, selected: one === limit }, String(one))))),
  ];
}
