// The view of one player, and the way to one: an id, or the beginning of a name.

import { address, get } from "./api.js";
import * as change from "./changes.js";
import { meter } from "./chart.js";
import { h, replace } from "./dom.js";
import { copyButton, shown } from "./value.js";
import { number, relative, t, when } from "./words.js";

const SEEN = "cloudvars.players";
const CHANGES = 6;

export default async function player(page) {
  const [id] = page.rest;
  if (id === undefined || id === "") {
    await home(page);
    return;
  }
  const url = address(`player/${encodeURIComponent(id)}`);
  const nodesUrl = address("tables/node", { limit: 1000 });
  let nodes = null;
  const namesUrl = address(`names/${encodeURIComponent(id)}`);
  let names = [];
  const draw = async () => {
    const [found, defined] = await Promise.all([get(url), nodes ?? get(nodesUrl)]);
    nodes = defined;
    found.names = names;
    return body(page, found, who(String(found.user_id), names, release), nodes.rows, again);
  };
  const again = async () => {
    const at = scrollY;
    const fresh = await draw();
    if (!page.isShown()) return;
    page.put(fresh, [url], again);
    scrollTo(0, at);
  };
  const released = async () => {
    ({ names } = await get(namesUrl));
    await again();
  };
  const release = page.write ? (one) => change.releaseName(one, released) : null;
  if (!page.put(await draw(), [url], again)) return;
  remember(id, null);
  ({ names } = await get(namesUrl));
  if (!page.isShown() || !names.length) return;
  remember(id, names[0].name);
  replace(document.querySelector(".who"), who(id, names, release));
}

function searchBox(given = "") {
  const found = h("ul", { class: "found", "aria-live": "polite" });
  let timer = 0;
  let asked = 0;
  const look = async (event) => {
    const text = event.target.value.trim();
    clearTimeout(timer);
    asked += 1;
    const mine = asked;
    if (!text) {
      replace(found);
      return;
    }
    timer = setTimeout(async () => {
      const told = await get(address("search", { q: text })).catch(() => ({ found: [] }));
      if (mine !== asked) return;
      replace(found, told.found.length
        ? told.found.map((one) => h("li", {}, one.user_id === null
          ? h("span", {}, one.name, h("span", { class: "quiet" }, ` ${one.key}`))
          : h("a", { href: `#/player/${one.user_id}` }, h("b", {}, one.name ?? String(one.user_id)), h("span", { class: "quiet" }, one.name ? ` ${one.user_id} · ${one.key}` : ` ${t("open.id")}`))))
        : h("li", { class: "quiet" }, t("nobody")));
    }, 150);
  };
  const go = (event) => {
    event.preventDefault();
    const text = event.target.elements.q.value.trim();
    if (/^-?\d+$/.test(text)) location.hash = `#/player/${text}`;
    else found.querySelector("a")?.click();
  };
  const clear = (event) => {
    if (event.key === "Escape") {
      event.target.value = "";
      replace(found);
    }
  };
  return h(
    "form",
    { class: "search", role: "search", onsubmit: go },
    h("label", { class: "unseen", for: "player-search" }, t("search.label")),
    h("input", { type: "search", id: "player-search", name: "q", placeholder: t("search.label"), autocomplete: "off", value: given, oninput: look, onkeydown: clear }),
    h("button", { class: "main" }, t("open")),
    found,
  );
}

async function home(page) {
  const some = await get(address("search"));
  const seen = JSON.parse(localStorage.getItem(SEEN) ?? "[]");
  const links = (title, list) => list.length
    ? h("section", { class: "card" }, h("h2", {}, title), h("ul", { class: "people" }, list))
    : null;
  page.put([
    h("div", { class: "hero" }, h("p", { class: "greeting", "aria-hidden": "true" }, t("greeting")), searchBox(), h("p", { class: "quiet" }, t("search.hint"))),
    h("div", { class: "cards home" },
      links(t("seen"), seen.map(({ id, name }) => h("li", {}, h("a", { href: `#/player/${id}` }, name ?? id), name ? h("span", { class: "quiet" }, ` ${id}`) : null))),
      links(t("some"), some.found.map((one) => h("li", {}, h("a", { href: `#/player/${one.user_id}` }, String(one.user_id)))))),
  ]);
  document.getElementById("player-search")?.focus();
}

// `release`: what the button of a name does, where there is one.
function who(id, names, release) {
  const button = (one) => (release ? h("button", { type: "button", class: "quiet", "aria-label": `${t("release")}: ${one.name}`, onclick: () => release(one) }, t("release")) : null);
  return [
    h("h2", {}, names[0]?.name ?? id),
    h("p", { class: "quiet" }, names.length ? h("code", {}, id) : null, " ", names.map((one) => [h("span", { class: "badge" }, `${one.key}: ${one.name}`), button(one)])),
  ];
}

function remember(id, name) {
  const seen = JSON.parse(localStorage.getItem(SEEN) ?? "[]").filter((one) => one.id !== id);
  seen.unshift({ id, name });
  localStorage.setItem(SEEN, JSON.stringify(seen.slice(0, 8)));
}

function body(page, found, whose, nodes, again) {
  const id = found.user_id;
  const write = page.write;
  const count = ["general", "money", "list", "with_limit", "world_data", "world_list", "messages", "achievements", "storage", "orders"].reduce((sum, kind) => sum + (found[kind]?.length ?? 0), 0);
  const act = (label, run, of) => (write ? h("button", { type: "button", class: "quiet", "aria-label": of ? `${label}: ${of}` : null, onclick: run }, label) : null);
  const card = (name, title, content, ...tools) => h(
    "section",
    { class: `card ${name}`, "aria-label": title },
    h("div", { class: "cardhead" }, h("h2", {}, title), h("div", { class: "row" }, tools)),
    content,
  );
  const empty = (rows, content) => (rows?.length ? content : h("p", { class: "quiet" }, t("none")));

  const money = card("money", t("kind.money"), empty(found.money, h("ul", { class: "balances" }, found.money?.map((row) => h(
    "li",
    {},
    h("span", { class: "what" }, row.key),
    h("span", { class: "big" }, number(row.value)),
    write ? h("span", { class: "row" }, act(t("grant"), () => change.grant(id, row.key, again), row.key), act(t("spend"), () => change.spend(id, row.key, again), row.key), act(t("set.balance"), () => change.setBalance(id, row.key, again), row.key), act(t("delete"), () => change.deleteMoney(id, row.key, again), row.key)) : null,
  )))), act(t("grant.new"), () => change.grant(id, null, again)));

  const general = card("general", t("kind.general"), empty(found.general, h("dl", { class: "keys" }, found.general?.map((row) => [
    h("dt", {}, h("span", { class: "what" }, row.key), h("span", { class: "row" }, copyButton(row.value ?? row.i_value ?? row.s_value, `${t("copy")}: ${row.key}`), act(t("edit"), () => change.setGeneral(id, row, again), row.key), act(t("delete"), () => change.deleteGeneral(id, row, again), row.key))),
    h("dd", {}, parts(row)),
  ]))), act(t("add"), () => change.setGeneral(id, null, again), t("kind.general")));

  const item = (row, world) => h(
    "li",
    {},
    h("div", { class: "grow" }, shown(row.value), h("p", { class: "quiet small" }, h("code", {}, String(row.uuid)), row.world_id === undefined ? null : ` · ${t("world", { id: row.world_id })}`, " ", stamp(row.updated))),
    h("span", { class: "row" }, copyButton(row.value, `${t("copy")}: ${row.uuid}`), act(t("edit"), () => change.setItem(row, world, again), String(row.uuid)), act(t("delete"), () => change.deleteItem(row, world, again), String(row.uuid))),
  );

  const lists = grouped(found.list).map(([key, rows]) => card("list", `${t("kind.list")} · ${key}`, h("ol", { class: "items" }, rows.map((row) => item(row, false))), h("span", { class: "badge" }, String(rows.length)), act(t("add"), () => change.addItem(id, key, again), key)));
  const counters = card("with_limit", t("kind.with_limit"), empty(found.with_limit, h("ul", { class: "counters" }, found.with_limit?.map((row) => h(
    "li",
    {},
    h("span", { class: "what" }, row.key),
    meter(Number(row.value) / Math.max(1, Number(row.limit))),
    h("span", { class: "figure" }, `${row.value} / ${row.limit}`),
    h("span", { class: "quiet small" }, [row.refresh, row.expires ? t("ends", { when: relative(row.expires) }) : t("never.ends")].filter(Boolean).join(" · ")),
    write ? h("span", { class: "row" }, act(t("reset"), () => change.resetCounter(row, again), row.key), act(t("delete"), () => change.deleteCounter(row, again), row.key)) : null,
  )))));

  const byNode = new Map(nodes.map((node) => [node.node_id, node]));
  const done = new Map((found.achievements ?? []).map((row) => [row.node_id, row]));
  const all = [...done.values(), ...(write ? nodes.filter((node) => !done.has(node.node_id)).map((node) => ({ node_id: node.node_id, progress: 0, total: node.total })) : [])];
  const achievements = card("achievement", t("kind.achievement"), empty(all, h("ul", { class: "counters" }, all.map((row) => {
    const node = byNode.get(row.node_id);
    const total = row.total ?? node?.total;
    const isDone = Boolean(row.completed_at);
    return h(
      "li",
      {},
      h("span", { class: "what" }, node?.title || row.node_id, node?.title ? h("code", { class: "quiet small" }, ` ${row.node_id}`) : null),
      meter(total ? Number(row.progress) / Number(total) : 0, isDone ? "done" : ""),
      h("span", { class: "figure" }, isDone ? "✓ " : "", `${row.progress} / ${total ?? "?"}`),
      h("span", { class: "quiet small" }, [row.version === undefined ? t("not.started") : t("version", { n: row.version }), isDone ? t("completed", { when: when(row.completed_at) }) : null].filter(Boolean).join(" · "), row.extra ? [" · ", h("code", {}, row.extra)] : null),
      act(t("progress"), () => change.setProgress(id, { node_id: row.node_id, total }, again), row.node_id),
    );
  }))));

  const messages = card("message", t("kind.message"), empty(found.messages, h("ul", { class: "items" }, found.messages?.slice().reverse().map((row) => h(
    "li",
    { class: row.deleted ? "gone" : null },
    h("div", { class: "grow" }, h("p", { class: "small" }, h("b", {}, row.key), h("span", { class: "quiet" }, ` ${t("from", { id: row.src_user_id ?? "?" })} · `), stamp(row.created)), shown(row.value)),
    h("span", { class: `badge ${row.read ? "" : "warm"}` }, row.deleted ? t("deleted") : row.read ? t("read") : t("unread")),
    act(t("delete"), () => change.deleteMessage(row, again), `${row.key} ${row.object_id}`),
  )))), act(t("send.mail"), () => change.sendMail(id, again)));

  const worlds = found.world_data?.length
    ? card("world_data", t("kind.world_data"), h("dl", { class: "keys" }, found.world_data.map((row) => [
      h("dt", {}, h("span", { class: "what" }, row.key), h("span", { class: "quiet small" }, t("world", { id: row.world_id })), h("span", { class: "row" }, copyButton(row.value, `${t("copy")}: ${row.key}`), act(t("edit"), () => change.setWorldData(row, again), row.key), act(t("delete"), () => change.deleteWorldData(row, again), row.key))),
      h("dd", {}, shown(row.value)),
    ])))
    : null;
  const worldLists = grouped(found.world_list).map(([key, rows]) => card("world_list", `${t("kind.world_list")} · ${key}`, h("ol", { class: "items" }, rows.map((row) => item(row, true)))));
  const storage = found.storage?.length
    ? card("storage", t("kind.storage"), h("dl", { class: "keys" }, found.storage.map((row) => [h("dt", {}, h("span", { class: "what" }, row.key), copyButton(row.value, `${t("copy")}: ${row.key}`)), h("dd", {}, shown(row.value))])))
    : null;

  const orders = found.orders?.length
    ? card("order", t("kind.order"), h("ul", { class: "items" }, found.orders.map((row) => h("li", {}, h("div", { class: "grow" }, h("span", { class: "what" }, row.cmd), ` × ${row.product_count}`, h("p", { class: "quiet small" }, h("code", {}, String(row.order_id)), " ", stamp(row.created))), h("span", { class: `badge ${row.shipped ? "" : "warm"}` }, t(row.shipped ? "shipped" : "not.shipped"))))))
    : null;

  return [
    searchBox(),
    h("div", { class: "row" }, h("div", { class: "who" }, whose), h("span", { class: "quiet" }, t("rows.of", { n: count })), copyButton(found, t("copy.all"))),
    count ? null : h("p", { class: "quiet" }, t("player.empty")),
    latest(found),
    h("div", { class: "cards" }, money, counters, achievements, general, lists, write && !lists.length ? card("list", t("kind.list"), h("p", { class: "quiet" }, t("none")), act(t("add"), () => change.addItem(id, null, again), t("kind.list"))) : null, messages, worlds, worldLists, storage, orders),
  ];
}

function parts(row) {
  return ["i_value", "s_value", "value"]
    .filter((one) => row[one] !== null && row[one] !== undefined)
    .map((one) => h("div", { class: "part" }, h("span", { class: "quiet small" }, one), shown(row[one])));
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows ?? []) {
    if (!groups.has(row.key)) groups.set(row.key, []);
    groups.get(row.key).push(row);
  }
  return [...groups];
}

function stamp(iso) {
  return iso ? h("time", { class: "quiet small", datetime: iso, title: when(iso) }, relative(iso)) : null;
}

// What changed last, over all kinds.
function latest(found) {
  const kinds = { general: "general", money: "money", list: "list", with_limit: "with_limit", world_data: "world_data", world_list: "world_list", messages: "message", achievements: "achievement", storage: "storage", orders: "order" };
  const rows = Object.entries(kinds).flatMap(([name, kind]) => (found[name] ?? []).filter((row) => row.updated).map((row) => ({ kind, row })));
  rows.sort((a, b) => (a.row.updated < b.row.updated ? 1 : -1));
  return rows.length
    ? h("section", { class: "latest", "aria-label": t("latest") }, h("h3", {}, t("latest")), h("ol", {}, rows.slice(0, CHANGES).map(({ kind, row }) => h("li", {}, h("span", { class: "badge" }, t(`kind.${kind}`)), h("span", {}, row.key ?? row.node_id ?? row.cmd), stamp(row.updated)))))
    : null;
}
