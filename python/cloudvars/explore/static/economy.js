// How much of each currency there is, how it is spread, and who has most.

import { address, get, literal } from "./api.js";
import { lying } from "./chart.js";
import { h } from "./dom.js";
import { number, t } from "./words.js";

export default async function economy(page) {
  const url = address("economy");
  const draw = async () => {
    const { currencies } = await get(url);
    const key = page.rest[0] ?? currencies.toSorted((a, b) => Number(b.holders) - Number(a.holders))[0]?.key;
    const oneUrl = key === undefined ? null : address(`economy/${encodeURIComponent(key)}`);
    const one = oneUrl && (await get(oneUrl));
    page.put(body(currencies, one), oneUrl ? [url, oneUrl] : [url], () => page.isShown() && draw());
  };
  await draw();
}

function body(currencies, one) {
  if (!currencies.length) return h("p", { class: "quiet" }, t("no.money"));
  const mean = (found) => number(Math.round(Number(found.total) / Math.max(1, Number(found.holders))));
  return [
    h("section", { class: "card" },
      h("h2", {}, t("currencies")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("currencies") },
        h("table", { class: "grid" },
          h("caption", { class: "unseen" }, t("currencies")),
          h("thead", {}, h("tr", {}, ["column.key", "holders", "total", "mean", "least", "most"].map((label, at) => h("th", { scope: "col", class: at ? "int64" : null }, t(label))))),
          h("tbody", {}, currencies.map((found) => h("tr", { class: found.key === one?.key ? "chosen" : null },
            h("th", { scope: "row" }, h("a", { href: `#/economy/${encodeURIComponent(found.key)}`, "aria-current": found.key === one?.key ? "true" : null }, found.key)),
            [found.holders, found.total].map((value) => h("td", { class: "int64" }, number(value))),
            h("td", { class: "int64" }, mean(found)),
            [found.least, found.most].map((value) => h("td", { class: "int64" }, number(value))))))))),
    one ? h("div", { class: "split even" },
      h("section", { class: "card" }, h("h2", {}, t("spread", { key: one.key })), lying(one.buckets.map((bucket) => [range(bucket), bucket.holders]), t("spread", { key: one.key }))),
      h("section", { class: "card" },
        h("div", { class: "cardhead" }, h("h2", {}, t("richest", { key: one.key })), h("a", { class: "button", href: `#/tables/money?where.key=${encodeURIComponent(literal(one.key))}&sort=-value` }, t("show.rows"))),
        h("ol", { class: "rank" }, one.richest.map((row) => h("li", {}, h("a", { href: `#/player/${row.user_id}` }, String(row.user_id)), h("span", { class: "figure" }, number(row.value))))))) : null,
  ];
}

function range({ from, below }) {
  if (from === null) return "< 0";
  if (below === null) return `≥ ${short(from)}`;
  return String(below) === String(from + 1) ? String(from) : `${short(from)} – ${short(below)}`;
}

function short(value) {
  const count = Number(value);
  for (const [size, unit] of [[1e18, "E"], [1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) if (count >= size) return `${count / size} ${unit}`;
  return String(count);
}
