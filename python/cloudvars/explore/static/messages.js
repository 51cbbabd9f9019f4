// Messages, the newest first, as they arrive.

import { address, get } from "./api.js";
import { sendMail } from "./changes.js";
import { h } from "./dom.js";
import { shown } from "./value.js";
import { relative, t, when } from "./words.js";

export default async function messages(page) {
  const to = page.params.get("to") ?? "";
  const key = page.params.get("key") ?? "";
  const unread = page.params.get("unread") === "1";
  const url = address("tables/message", { "where.target_user_id": to, "where.key": key, "where.read": unread ? "false" : "", sort: "-created", limit: 100 });
  let known = null;
  const draw = async () => {
    const { rows } = await get(url);
    const before = known;
    known = new Set(rows.map((row) => String(row.object_id)));
    page.put(body(page, { to, key, unread }, rows, (row) => before !== null && !before.has(String(row.object_id)), draw), [url], () => page.isShown() && draw());
  };
  await draw();
}

function body(page, { to, key, unread }, rows, isNew, draw) {
  const narrow = (event) => {
    event.preventDefault();
    const { elements } = event.target;
    const query = new URLSearchParams();
    for (const name of ["to", "key"]) if (elements[name].value.trim()) query.set(name, elements[name].value.trim());
    if (elements.unread.checked) query.set("unread", "1");
    location.hash = `#/messages?${query}`;
  };
  const field = (name, label, value) => h("label", {}, h("span", { class: "quiet small" }, label), " ", h("input", { name, value, size: 14 }));
  return [
    h("form", { class: "toolbar", onsubmit: narrow },
      h("div", { class: "row" }, field("to", t("column.target_user_id"), to), field("key", t("column.key"), key), h("label", {}, h("input", { type: "checkbox", name: "unread", checked: unread }), " ", t("only.unread")), h("button", {}, t("apply"))),
      page.write ? h("button", { type: "button", class: "main", onclick: () => sendMail(null, draw) }, t("send.mail")) : null),
    rows.length
      ? h("ol", { class: "mail" }, rows.map((row) => h("li", { class: [row.deleted ? "gone" : "", isNew(row) ? "fresh" : ""].join(" ").trim() || null },
        h("div", { class: "cardhead" },
          h("p", {}, h("b", {}, row.key), " ", row.src_user_id === null ? null : [h("a", { href: `#/player/${row.src_user_id}` }, String(row.src_user_id)), " → "], h("a", { href: `#/player/${row.target_user_id}` }, String(row.target_user_id))),
          h("p", { class: "row" }, row.created ? h("time", { class: "quiet small", datetime: row.created, title: when(row.created) }, relative(row.created)) : null, h("span", { class: `badge ${row.read || row.deleted ? "" : "warm"}` }, row.deleted ? t("deleted") : row.read ? t("read") : t("unread")))),
        shown(row.value))))
      : h("p", { class: "quiet" }, t("no.messages")),
  ];
}
