// A statement, its result, a chart of it. The address has the statement, so it can be shared.

import { address, get } from "./api.js";
import { lying, standing } from "./chart.js";
import { h, replace } from "./dom.js";
import { isNumber } from "./exact.js";
import { note } from "./notes.js";
import { brief } from "./value.js";
import { number, t } from "./words.js";

const EXAMPLES = [
  ["sql.totals", "SELECT key, count(*) AS holders, sum(value) AS total\nFROM money\nGROUP BY key\nORDER BY total DESC"],
  ["sql.days", "SELECT substr(completed_at, 1, 10) AS day, count(*) AS completed\nFROM achievement\nWHERE completed_at IS NOT NULL\nGROUP BY day\nORDER BY day"],
  ["sql.bags", "SELECT user_id, count(*) AS items\nFROM list\nWHERE key = 'bag'\nGROUP BY user_id\nORDER BY items DESC\nLIMIT 20"],
];
const BARS = 40;

export default async function sql(page) {
  const given = page.params.get("q") ?? "";
  const result = h("div", { class: "stack", "aria-live": "polite" });
  const editor = h("textarea", { id: "sql", rows: 6, spellcheck: "false", autocapitalize: "off", value: given || EXAMPLES[0][1], onkeydown: (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
  } });
  const run = () => {
    const next = `#/sql?q=${encodeURIComponent(editor.value.trim())}`;
    if (location.hash === next) ask();
    else {
      history.pushState(null, "", next);
      ask();
    }
  };
  const ask = async () => {
    const q = editor.value.trim();
    replace(result, h("p", { class: "quiet" }, t("running")));
    const started = performance.now();
    try {
      const told = await get(address("sql", { q, limit: 1000 }));
      if (page.isShown()) replace(result, shownResult(told, q, performance.now() - started));
    } catch (error) {
      if (page.isShown()) replace(result, h("p", { class: "problem", role: "alert" }, error.message));
    }
  };
  page.put([
    h("section", { class: "card" },
      h("div", { class: "cardhead" }, h("label", { for: "sql" }, h("b", {}, t("statement"))), h("span", { class: "quiet small" }, t("sql.hint"))),
      editor,
      h("div", { class: "row" }, h("button", { type: "button", class: "main", onclick: run }, t("run")), h("kbd", {}, "Ctrl Enter"), EXAMPLES.map(([label, text]) => h("button", { type: "button", class: "quiet", onclick: () => { editor.value = text; run(); } }, t(label))))),
    result,
  ]);
  editor.focus();
  if (given) await ask();
}

function shownResult({ columns, rows, more }, q, took) {
  const names = Object.keys(columns);
  const link = async () => {
    await navigator.clipboard.writeText(location.href);
    note(t("copied"));
  };
  const numeric = (name) => rows.some((row) => isNumber(row[name])) && rows.every((row) => row[name] === null || isNumber(row[name]));
  return [
    h("div", { class: "toolbar" },
      h("p", { class: "quiet" }, t(more ? "rows.more" : "rows", { n: number(rows.length) }), ` · ${Math.round(took)} ms`),
      h("div", { class: "row" }, h("button", { type: "button", class: "quiet", onclick: link }, t("copy.link")), ["csv", "json", "parquet"].map((format) => h("a", { class: "button", download: "", "aria-label": t("export", { format }), href: address("sql", { q, format }) }, format.toUpperCase())))),
    chart(names, rows, numeric),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("result") },
      h("table", { class: "grid" },
        h("caption", { class: "unseen" }, t("result")),
        h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col", class: numeric(name) ? "int64" : null }, name)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, names.map((name) => h("td", { class: numeric(name) ? "int64" : null }, row[name] === null ? h("span", { class: "null" }, "–") : typeof row[name] === "string" ? row[name] : brief(row[name])))))))),
  ];
}

function chart(names, rows, numeric) {
  const figures = names.filter(numeric);
  if (rows.length < 2 || names.length < 2 || !figures.length) return null;
  const picked = { x: names.find((name) => !figures.includes(name)) ?? names[0], y: figures.at(-1) };
  const drawn = h("div");
  const draw = () => {
    const points = rows.slice(0, BARS).map((row) => [String(row[picked.x] ?? "–"), row[picked.y] ?? 0]);
    const isTime = points.every(([label]) => /^\d{4}-\d\d/.test(label));
    const label = `${picked.y} / ${picked.x}`;
    replace(drawn, isTime ? standing(points, label) : lying(points.slice(0, 25), label));
  };
  const choice = (axis, options) => h("label", {}, h("span", { class: "quiet small" }, t(`axis.${axis}`)), " ", h("select", { onchange: (event) => { picked[axis] = event.target.value; draw(); } }, options.map((one) => h("option", { value: one, selected: one === picked[axis] }, one))));
  draw();
  return h("section", { class: "card" }, h("div", { class: "cardhead" }, h("h2", {}, t("chart")), h("div", { class: "row" }, choice("x", names), choice("y", figures))), drawn);
}
