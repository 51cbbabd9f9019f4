// How far players are with each node: counts, a funnel, completions by day.

import { address, get, literal } from "./api.js";
import { lying, meter, standing } from "./chart.js";
import { h, replace } from "./dom.js";
import { number, t } from "./words.js";

export default async function achievements(page) {
  const url = address("achievements");
  const chosen = page.rest[0];
  const draw = async () => {
    const { nodes } = await get(url);
    const name = chosen || nodes.toSorted((a, b) => Number(b.players) - Number(a.players))[0]?.node_id;
    const oneUrl = name === undefined ? null : address(`achievements/${encodeURIComponent(name)}`);
    const one = oneUrl && (await get(oneUrl));
    page.put(body(nodes, one), oneUrl ? [url, oneUrl] : [url], () => page.isShown() && draw());
  };
  await draw();
}

function body(nodes, one) {
  if (!nodes.length) return h("p", { class: "quiet" }, t("no.nodes"));
  const node = one && nodes.find((found) => found.node_id === one.node_id);
  return h(
    "div",
    { class: "split" },
    h("section", { class: "card" },
      h("h2", {}, t("nodes")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("nodes") },
        h("table", { class: "grid" },
          h("caption", { class: "unseen" }, t("nodes")),
          h("thead", {}, h("tr", {}, [t("node"), t("players"), t("done"), t("share")].map((label, at) => h("th", { scope: "col", class: at === 1 || at === 2 ? "int64" : null }, label)))),
          h("tbody", {}, nodes.map((found) => h("tr", { class: found.node_id === one?.node_id ? "chosen" : null },
            h("th", { scope: "row" }, h("a", { href: `#/achievements/${encodeURIComponent(found.node_id)}`, "aria-current": found.node_id === one?.node_id ? "true" : null }, found.title || found.node_id), h("code", { class: "quiet small" }, found.title ? ` ${found.node_id}` : "")),
            h("td", { class: "int64" }, number(found.players)),
            h("td", { class: "int64" }, number(found.completed)),
            h("td", { class: "share" }, meter(found.players ? found.completed / found.players : 0, "done"), h("span", { class: "small" }, found.players ? ` ${Math.round((100 * found.completed) / found.players)} %` : " –")))))))),
    one ? h("div", { class: "stack" },
      h("section", { class: "card" },
        h("div", { class: "cardhead" }, h("h2", {}, node?.title || one.node_id), h("a", { class: "button", href: `#/tables/achievement?where.node_id=${encodeURIComponent(literal(one.node_id))}&sort=-updated` }, t("show.rows"))),
        node?.description ? h("p", { class: "quiet" }, node.description) : null,
        h("h3", {}, t("funnel")),
        lying(one.reached.map((count, at) => [at === 0 ? t("started") : at === 10 ? t("done") : `≥ ${at * 10} %`, count]), t("funnel"))),
      h("section", { class: "card" }, h("h3", {}, t("over.time")), one.days.length ? standing(filled(one.days), t("over.time")) : h("p", { class: "quiet" }, t("none.completed")))) : null,
  );
}

// Days without a completion are days too.
function filled(days) {
  const found = new Map(days.map(({ day, players }) => [day, players]));
  const points = [];
  const last = new Date(days.at(-1).day);
  for (const day = new Date(days[0].day); day <= last && points.length < 400; day.setUTCDate(day.getUTCDate() + 1)) {
    const name = day.toISOString().slice(0, 10);
    points.push([name, found.get(name) ?? 0]);
  }
  return points;
}
