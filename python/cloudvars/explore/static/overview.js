// The store as a whole, and what this process does with it.

import { address, get } from "./api.js";
import { lying } from "./chart.js";
import { h } from "./dom.js";
import { bytes, number, t } from "./words.js";

const READS = 300;
const WRITES = 300;

export default async function overview(page) {
  const url = address("info");
  let last = null;
  const draw = async () => {
    const info = await get(url);
    const at = performance.now();
    const rate = last ? (Number(info.commits) - last.commits) / ((at - last.at) / 1000) : null;
    last = { commits: Number(info.commits), at };
    page.put(body(info, rate), [url], () => page.isShown() && draw());
  };
  await draw();
}

function body(info, rate) {
  const fact = (label, value) => h("div", { class: "fact" }, h("dt", {}, label), h("dd", {}, value));
  const total = Object.entries(info.rows).reduce((sum, [name, count]) => sum + (name === "player" ? 0 : Number(count)), 0);
  const rows = Object.entries(info.rows).filter(([, count]) => Number(count)).map(([name, count]) => [h("a", { href: `#/tables/${name}` }, t(`kind.${name}`)), count]);
  return [
    h("dl", { class: "facts" },
      fact(t("kind.player"), number(info.rows.player)),
      fact(t("all.rows"), number(total)),
      fact(t("size"), info.bytes === null ? t("in.memory") : bytes(info.bytes)),
      fact(t("durability"), t(`durability.${info.durability}`)),
      fact(t("writers"), number(info.writers)),
      fact(t("rate"), rate === null ? "–" : rate.toFixed(1))),
    h("div", { class: "split even" },
      h("section", { class: "card" }, h("h2", {}, t("rows.title")), rows.length ? lying(rows, t("rows.title")) : h("p", { class: "quiet" }, t("none"))),
      h("div", { class: "stack" },
        h("section", { class: "card" }, h("h2", {}, t("store")), h("dl", { class: "plain" },
          h("dt", {}, t("target")), h("dd", {}, h("code", {}, info.target)),
          h("dt", {}, t("games")), h("dd", {}, info.games.join(", ")),
          h("dt", {}, t("version.label")), h("dd", {}, info.version))),
        h("section", { class: "card" }, h("h2", {}, t("rooms")), info.rooms.length
          ? h("ul", { class: "counters" }, info.rooms.map((room) => h("li", {}, h("span", { class: "what" }, room.name, h("span", { class: "quiet small" }, ` ${room.game}`)), h("span", { class: "small" }, t("quota", { reads: room.reads, writes: room.writes, readsMax: READS, writesMax: WRITES, bytes: bytes(room.bytes) })))))
          : h("p", { class: "quiet" }, t("no.rooms"))),
        h("section", { class: "card" }, h("h2", {}, t("faults")), info.faults.length
          ? h("ul", { class: "counters" }, info.faults.map((one) => h("li", {}, h("span", { class: "what" }, h("span", { class: "badge warm" }, one.fault), " ", [one.op, one.room, one.user_id, one.key].filter((part) => part !== null).join(" · ") || t("every.call")), h("span", { class: "quiet small" }, t("injected", { n: one.injected })))))
          : h("p", { class: "quiet" }, t("no.faults"))))),
  ];
}
